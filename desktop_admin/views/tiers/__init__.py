"""Tiers: the ladder, what a change would do to real members, and who moved."""

from desktop_admin.views.tiers.manual import end_tier, tier_dialog
from desktop_admin.views.tiers.screen import TiersScreen

__all__ = ["TiersScreen", "end_tier", "tier_dialog"]
