"""The fulfilment desk: redemptions from placing to delivery."""

from desktop_admin.views.redemptions.screen import RedemptionsScreen

__all__ = ["RedemptionsScreen"]
