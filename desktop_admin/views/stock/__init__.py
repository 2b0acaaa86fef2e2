"""The screen of stock."""

from desktop_admin.views.stock.screen import StockScreen

__all__ = ["StockScreen"]
