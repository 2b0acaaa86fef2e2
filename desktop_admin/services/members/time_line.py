"""A member's history on one line: points, purchases, redemptions, tiers, card and profile."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desktop_admin.services import sealing
from desktop_admin.services.command import query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.names import named
from desktop_admin.services.permissions import Permission
from desktop_admin.services.work import Work

Key = tuple[str, str, int, int]  # day, instant, source, id

MOST = 200
_START: Key = ("9999-12-31", "~", 9, 2**62)
_BEFORE = "AND ({day}, {at}, {source}, {id}) < (:day, :at, :source, :id)"
_TAIL = " ORDER BY day DESC, at DESC, key_id DESC LIMIT :most"


def _source(number: int, columns: str, tables: str, day: str, at: str, key: str) -> str:
    before = _BEFORE.format(day=day, at=at, source=number, id=key)
    return (
        f"SELECT * FROM (SELECT {number} AS source, {key} AS key_id, {day} AS day, {at} AS at, {columns} "
        f"{tables} {before}{_TAIL}) AS s{number}"
    )


# each: what, which, points, money, number, detail, note, sealed before, sealed after, who
_ENTRIES = _source(
    4,
    "'entry' AS what, e.kind AS which, e.points AS points, coalesce(p.amount, 0) AS money, "
    "coalesce(p.number, d.number, '') AS number, coalesce(i.name, r.name, e.reason) AS detail, "
    "e.note AS note, '' AS old, '' AS new, o.name AS who, "
    "coalesce(e.source_id, 0) AS refers, coalesce(d.id, 0) AS order_id",
    "FROM entry e JOIN operator o ON o.id = e.operator_id LEFT JOIN reason r ON r.code = e.reason "
    "LEFT JOIN purchase p ON e.source_kind = 'purchase' AND p.id = e.source_id "
    "LEFT JOIN redemption_line l ON e.source_kind = 'redemption_line' AND l.id = e.source_id "
    "LEFT JOIN redemption d ON d.id = l.redemption_id LEFT JOIN item i ON i.id = l.item_id "
    "WHERE e.member_id = :m",
    "e.business_date", "e.recorded_at", "e.id",
)  # fmt: skip
# a purchase that moved points is told by its entry
_PURCHASES = _source(
    3,
    "'purchase', p.kind, p.earned, p.amount, p.number, "
    "CASE WHEN p.voided_by <> 0 THEN 'voided' ELSE '' END, '', '', '', o.name, p.id, 0",
    "FROM purchase p JOIN operation w ON w.id = p.operation_id JOIN operator o ON o.id = w.operator_id "
    "WHERE p.member_id = :m AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.source_kind = 'purchase' "
    "AND e.source_id = p.id)",
    "p.business_date", "w.recorded_at", "p.id",
)  # fmt: skip
# a change of a redemption that moved points is told by its entry
_ORDERS = _source(
    2,
    "'redemption', v.to_state, 0, 0, d.number, '', v.note, '', '', o.name, 0, d.id",
    "FROM redemption d JOIN redemption_event v ON v.redemption_id = d.id "
    "JOIN operation w ON w.id = v.operation_id JOIN operator o ON o.id = w.operator_id "
    "WHERE d.member_id = :m AND v.line_id IS NULL AND NOT EXISTS (SELECT 1 FROM entry e "
    "WHERE e.operation_id = v.operation_id AND e.member_id = d.member_id)",
    "v.business_date", "v.recorded_at", "v.id",
)  # fmt: skip
_TIERS = _source(
    1,
    "'tier', c.reason, 0, c.figure, b.name, a.name, c.note, '', '', o.name, 0, 0",
    "FROM tier_change c JOIN operation w ON w.id = c.operation_id JOIN operator o ON o.id = w.operator_id "
    "JOIN tier b ON b.id = c.from_tier JOIN tier a ON a.id = c.to_tier "
    "WHERE c.member_id = :m AND c.from_tier <> c.to_tier",
    "c.business_date", "c.recorded_at", "c.id",
)  # fmt: skip
_AUDIT = _source(
    0,
    "'profile', a.action, 0, 0, '', '', '', a.before, a.after, o.name, a.sealed, 0",
    "FROM audit a JOIN operation w ON w.id = a.operation_id JOIN operator o ON o.id = w.operator_id "
    "WHERE a.subject = 'member' AND a.subject_id = :m",
    "w.business_date", "w.recorded_at", "a.id",
)  # fmt: skip
_ALL = Sql(
    " UNION ALL ".join((_ENTRIES, _PURCHASES, _ORDERS, _TIERS, _AUDIT))
    + " ORDER BY day DESC, at DESC, source DESC, key_id DESC LIMIT :most"
)
_SECRET = Sql("SELECT secret FROM member_key WHERE member_id = :m")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    ``what``: entry, purchase, redemption, tier, profile. ``which`` says more: the kind of entry, sale
    or refund, the state reached, the reason of a tier change, the action on the profile. ``money`` in
    minor units. ``number`` and ``detail``: number and item of what it belongs to, or tier before and
    after. ``fields``: which fields of the profile changed. ``note`` None = erased.
    """

    what: str
    which: str
    day: date
    at: datetime
    points: int
    money: int
    number: str
    detail: str
    note: str | None
    fields: tuple[str, ...]
    who: str
    entry_id: int
    purchase_id: int
    order_id: int


@dataclass(frozen=True, slots=True)
class History:
    """Events, newest first, and where the next older ones begin; None at the end."""

    events: tuple[Event, ...]
    older: Key | None


@query(Permission.SEE_MEMBERS)
def history(work: Work, *, member_id: int, before: Key | None = None, limit: int = 50) -> History:
    """A member's time line by business date, newest first; ``before`` is an earlier answer's ``older``."""
    day, at, source, key = before or _START
    most = max(1, min(limit, MOST))
    rows = work.all(_ALL, m=member_id, day=day, at=at, source=source, id=key, most=most)
    secret = work.value(_SECRET, m=member_id) if any(r.note or r.old or r.new for r in rows) else None
    events = tuple(_event(row, member_id, secret) for row in rows)
    last = rows[-1] if len(rows) == most else None
    return History(events, (last.day, last.at, last.source, last.key_id) if last is not None else None)


def _event(row: Any, member_id: int, secret: str | None) -> Event:
    detail, number = row.detail or "", row.number or ""
    note: str | None = row.note
    if row.what == "entry":
        note = sealing.unseal_with(secret, member_id, row.note)
        detail = named(detail) if detail.startswith("{") else detail
    elif row.what == "tier":
        number, detail = named(number), named(detail)
    fields: Sequence[str] = ()
    if row.what == "profile" and row.refers:
        sides = [sealing.unseal_with(secret, member_id, text) for text in (row.old, row.new)]
        if row.which == "edit":
            fields = sorted({name for side in sides if side for name in json.loads(side)})
        elif sides[1] and row.which != "replace-card":
            note = str(json.loads(sides[1]).get("reason", ""))
    return Event(
        what=row.what,
        which=row.which,
        day=date.fromisoformat(row.day),
        at=parse_instant(row.at),
        points=row.points,
        money=row.money,
        number=number,
        detail=detail,
        note=note,
        fields=tuple(fields),
        who=row.who,
        entry_id=row.key_id if row.what == "entry" else 0,
        purchase_id=row.refers if row.what == "purchase" or (row.what == "entry" and row.money) else 0,
        order_id=row.order_id,
    )
