"""What a commit can touch; screens reload when a topic they show was touched."""

from enum import StrEnum


class Topic(StrEnum):
    """One noun of the shop whose rows a write may have changed."""

    MEMBERS = "members"
    POINTS = "points"
    TIERS = "tiers"
    CATALOG = "catalog"
    STOCK = "stock"
    REDEMPTIONS = "redemptions"
    PURCHASES = "purchases"
    APPROVALS = "approvals"
    OPERATORS = "operators"
    SETTINGS = "settings"
    BACKUPS = "backups"
    SHIFTS = "shifts"
