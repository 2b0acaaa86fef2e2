"""What a purchase, a refund or a void does to the member's tier."""

from __future__ import annotations

from desktop_admin.services import tiers
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.work import Work

_RAISED = Sql(
    "SELECT c.from_tier, c.to_tier, c.figure, t.code FROM tier_change c JOIN member m ON m.id = c.member_id "
    "JOIN tier t ON t.id = c.from_tier WHERE c.operation_id = :operation AND c.member_id = :m AND c.reason = 'up' "
    "AND m.tier_id = c.to_tier AND m.tier_falls_on <> '' AND m.tier_manual = '' ORDER BY c.id DESC LIMIT 1"
)
_LOWER = Sql("UPDATE member SET tier_id = :tier, tier_since = :day, tier_falls_on = '' WHERE id = :m")
_CHANGE = Sql(
    "INSERT INTO tier_change (operation_id, member_id, from_tier, to_tier, reason, figure, business_date, recorded_at) "
    "VALUES (:operation, :m, :before, :after, 'refund', :figure, :day, :now)"
)
_TIER = Sql("SELECT t.code FROM member m JOIN tier t ON t.id = m.tier_id WHERE m.id = :m")


def reconsidered(work: Work, member_id: int | None) -> tuple[str, str]:
    """The codes of the member's tier before and after looking at the figures again; up at once, never down here."""
    if member_id is None:
        return "", ""
    before = str(work.value(_TIER, m=member_id))
    moved = tiers.reconsider(work, member_id)
    return before, moved.code if moved is not None else before


def unraised(work: Work, member_id: int | None, raised_by: int) -> tuple[str, str]:
    """The same after a void: a tier that only the voided purchase had reached is not kept for the grace."""
    before, after = reconsidered(work, member_id)
    row = work.first(_RAISED, operation=raised_by, m=member_id) if member_id is not None else None
    if row is None:
        return before, after
    assert work.operation is not None
    work.run(_LOWER, tier=row.from_tier, day=work.today_text, m=member_id)
    work.run(
        _CHANGE, operation=work.operation.id, m=member_id, before=row.to_tier, after=row.from_tier, figure=row.figure,
        day=work.today_text, now=work.now_text,
    )  # fmt: skip
    return before, reconsidered(work, member_id)[1]
