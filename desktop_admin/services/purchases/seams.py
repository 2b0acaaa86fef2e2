"""What purchases call when a member's figures have changed."""

from __future__ import annotations

import importlib.util

from desktop_admin.services.database.sql import Sql
from desktop_admin.services.work import Work

_TIER = Sql("SELECT t.code FROM member m JOIN tier t ON t.id = m.tier_id WHERE m.id = :m")


def tier_of(work: Work, member_id: int) -> str:
    """The code of the member's tier."""
    return str(work.value(_TIER, m=member_id))


def reconsider_tier(work: Work, member_id: int) -> None:
    """Let the member go up at once where the figures say so."""
    if importlib.util.find_spec("desktop_admin.services.tiers") is not None:
        from desktop_admin.services import tiers

        tiers.reconsider(work, member_id)
