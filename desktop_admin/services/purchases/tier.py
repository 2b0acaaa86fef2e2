"""What a purchase, a refund or a void does to the member's tier."""

from __future__ import annotations

from desktop_admin.services import tiers
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.work import Work

_TIER = Sql("SELECT t.code FROM member m JOIN tier t ON t.id = m.tier_id WHERE m.id = :m")


def reconsidered(work: Work, member_id: int | None) -> tuple[str, str]:
    """The codes of the member's tier before and after looking at the figures again; up at once, never down here."""
    if member_id is None:
        return "", ""
    before = str(work.value(_TIER, m=member_id))
    moved = tiers.reconsider(work, member_id)
    return before, moved.code if moved is not None else before
