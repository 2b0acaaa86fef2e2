"""One entry of a member's points as people read it, and what it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.names import named

COLUMNS = (
    "e.id, e.member_id, e.kind, e.points, e.owes, e.net_after, e.reverses_id, e.reason, r.name AS reason_name, "
    "e.source_kind, e.source_id, e.business_date, e.recorded_at, e.note, o.name AS operator, "
    "p.number AS purchase, p.amount AS purchase_amount, d.id AS order_id, d.number AS order_number, "
    "i.name AS item"
)
JOINS = (
    "JOIN operator o ON o.id = e.operator_id LEFT JOIN reason r ON r.code = e.reason "
    "LEFT JOIN purchase p ON e.source_kind = 'purchase' AND p.id = e.source_id "
    "LEFT JOIN redemption_line l ON e.source_kind = 'redemption_line' AND l.id = e.source_id "
    "LEFT JOIN redemption d ON d.id = l.redemption_id LEFT JOIN item i ON i.id = l.item_id"
)


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry: signed points, what they belong to, who made it. ``note`` None = erased."""

    id: int
    kind: str
    points: int
    owes: int
    net_after: int
    reverses_id: int
    reason: str  # in the language in use
    day: date
    at: datetime
    operator: str
    note: str | None
    purchase_id: int
    purchase: str  # its number
    amount: int  # of the purchase, minor units
    order_id: int
    order: str  # its number
    item: str


def entry_line(row: Any, note: str | None) -> EntryLine:
    """The line for a row of COLUMNS."""
    return EntryLine(
        id=row.id,
        kind=row.kind,
        points=row.points,
        owes=row.owes,
        net_after=row.net_after,
        reverses_id=row.reverses_id or 0,
        reason=named(row.reason_name) if row.reason_name else row.reason,
        day=date.fromisoformat(row.business_date),
        at=parse_instant(row.recorded_at),
        operator=row.operator,
        note=note,
        purchase_id=row.source_id if row.purchase is not None else 0,
        purchase=row.purchase or "",
        amount=row.purchase_amount or 0,
        order_id=row.order_id or 0,
        order=row.order_number or "",
        item=row.item or "",
    )
