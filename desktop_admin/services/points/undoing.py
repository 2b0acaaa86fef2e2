"""What an operator did last and can undo, named so that a person knows what goes."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_admin.services.command import query
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.permissions import Permission
from desktop_admin.services.work import Work

# the newest act of today that still stands: an adjustment, a transfer, a typed purchase, a typed refund
_LAST = Sql(
    "SELECT o.kind, e.id AS entry_id, e.points, p.id AS purchase_id, p.amount, m.id AS member_id, m.name, "
    "t.name AS other FROM operation o LEFT JOIN purchase p ON p.operation_id = o.id "
    "LEFT JOIN entry e ON e.operation_id = o.id AND e.n = 1 "
    "LEFT JOIN member m ON m.id = coalesce(e.member_id, p.member_id) "
    "LEFT JOIN member t ON e.source_kind = 'member' AND t.id = e.source_id "
    "WHERE o.operator_id = :o AND o.business_date = :day "
    "AND ((o.kind IN ('points.adjust', 'points.transfer') "
    "      AND NOT EXISTS (SELECT 1 FROM entry x WHERE x.reverses_id = e.id)) "
    "  OR (o.kind IN ('purchases.record', 'purchases.refund') AND p.voided_by = 0 "
    "      AND NOT EXISTS (SELECT 1 FROM purchase x WHERE x.refunds_id = p.id AND x.voided_by = 0))) "
    "ORDER BY o.id DESC LIMIT 1"
)
_ACTS = {
    "points.adjust": "adjust", "points.transfer": "transfer", "purchases.record": "purchase",
    "purchases.refund": "refund",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Undoable:
    """The last act that can be undone: an entry to reverse, or a purchase to void.

    ``act`` is adjust, transfer, purchase or refund; ``amount`` minor units of a purchase; ``other_name`` who received a
    transfer. Undo an entry with ``points.reverse``, a purchase with ``purchases.void``.
    """

    act: str
    entry_id: int | None
    purchase_id: int | None
    member_id: int | None
    member_name: str
    points: int
    amount: int
    other_name: str


@query(Permission.USE_PROGRAM)
def last_undoable(work: Work) -> Undoable | None:
    """What the actor did last today and can undo; None where there is nothing."""
    row = work.first(_LAST, o=work.actor.operator_id, day=work.today_text)
    if row is None:
        return None
    return Undoable(
        _ACTS[row.kind], row.entry_id, row.purchase_id, row.member_id, row.name or "", row.points or 0, row.amount or 0,
        row.other or "",
    )  # fmt: skip
