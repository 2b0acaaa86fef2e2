"""Tiers: what a member's spending of twelve months earns them. Up at once, down after a grace."""

from desktop_admin.services.tiers.standing import Ladder, TierStanding, contributions, ladder, reconsider, standing

__all__ = ["Ladder", "TierStanding", "contributions", "ladder", "reconsider", "standing"]
