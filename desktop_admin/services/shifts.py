"""Shifts: what happened at one workstation between two closings, counted against the till.

A shift opens by itself with the first operation at a workstation and ends when it is closed; an operation belongs to
the shift of its workstation by its number, so nothing is in two shifts and nothing in none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import anchors, codec
from desktop_admin.services.anchors import Anchor
from desktop_admin.services.command import command, query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Actor, Work

MOST_CASH = 10**12

_LAST = Sql(
    "SELECT coalesce(max(last_operation), 0) FROM shift WHERE branch_id = :branch AND workstation = :workstation "
    "AND closed_at IS NOT NULL"
)
# what the program does around a closing by itself opens no new shift
_HERE = (
    " WHERE p.branch_id = :branch AND p.workstation = :workstation AND p.id > :first AND p.id <= :last "
    "AND p.kind NOT IN ('anchors.take', 'operators.sign_out', 'backup.make')"
)
_OPENED = Sql(
    "SELECT p.id, p.recorded_at, p.operator_id, o.name FROM operation p JOIN operator o ON o.id = p.operator_id"
    + _HERE
    + " ORDER BY p.id LIMIT 1"
)
_OPERATIONS = Sql("SELECT count(*) FROM operation p" + _HERE)
_CASH = Sql(
    "SELECT CAST(coalesce(sum(CASE WHEN y.amount > 0 THEN y.amount ELSE 0 END), 0) AS bigint) AS taken, "
    "CAST(coalesce(sum(CASE WHEN y.amount < 0 THEN -y.amount ELSE 0 END), 0) AS bigint) AS refunded "
    "FROM operation p JOIN payment y ON y.operation_id = p.id" + _HERE
)
_POINTS = Sql(
    "SELECT o.name, e.kind, count(*) AS entries, "
    "CAST(sum(CASE WHEN e.points > 0 THEN e.points ELSE 0 END) AS bigint) AS added, "
    "CAST(sum(CASE WHEN e.points < 0 THEN -e.points ELSE 0 END) AS bigint) AS taken "
    "FROM operation p JOIN entry e ON e.operation_id = p.id JOIN operator o ON o.id = p.operator_id" + _HERE
    + " GROUP BY o.name, e.kind, p.operator_id ORDER BY o.name, e.kind"
)
_PURCHASES = Sql(
    "SELECT count(*) AS number, CAST(coalesce(sum(u.amount), 0) AS bigint) AS amount, "
    "count(CASE WHEN u.kind = 'refund' THEN 1 END) AS refunds, "
    "CAST(coalesce(sum(CASE WHEN u.kind = 'refund' THEN u.amount ELSE 0 END), 0) AS bigint) AS refunded "
    "FROM operation p JOIN purchase u ON u.operation_id = p.id" + _HERE
    + " AND u.batch_id IS NULL"
)
_EVENTS = Sql(
    "SELECT v.to_state, count(*) AS number "
    "FROM operation p JOIN redemption_event v ON v.operation_id = p.id" + _HERE
    + " AND v.line_id IS NULL GROUP BY v.to_state ORDER BY v.to_state"
)
_OPEN_APPROVALS = Sql("SELECT count(*) FROM approval WHERE state = 'open' AND branch_id = :branch")
_LATE = Sql(
    "SELECT count(*) FROM redemption WHERE state IN ('placed', 'picking', 'packed', 'ready', 'booked') "
    "AND promised_on < :today AND branch_id = :branch"
)
_OWING = Sql("SELECT count(*) AS members, CAST(coalesce(sum(owed), 0) AS bigint) AS points FROM member WHERE owed > 0")
_ADD = Sql(
    "INSERT INTO shift (id, branch_id, workstation, opened_at, opened_by, first_operation, closed_at, closed_by, "
    "last_operation, cash_counted, figures) VALUES (:id, :branch, :workstation, :opened_at, :opened_by, :first, :now, "
    ":closed_by, :last, :cash_counted, :figures)"
)
_COLUMNS = (
    "SELECT s.id, s.branch_id, b.name AS branch, s.workstation, s.opened_at, s.opened_by, o.name AS opened_name, "
    "s.closed_at, s.closed_by, c.name AS closed_name, s.cash_counted, s.figures, s.anchor_id FROM shift s "
    "JOIN branch b ON b.id = s.branch_id JOIN operator o ON o.id = s.opened_by JOIN operator c ON c.id = s.closed_by "
)
_ONE = Sql(_COLUMNS + "WHERE s.id = :id")
PAGES = {
    True: Sql(_COLUMNS + "WHERE s.id < :after AND (:branch = 0 OR s.branch_id = :branch) ORDER BY s.id DESC "
              "LIMIT :limit OFFSET :skip"),
    False: Sql(_COLUMNS + "WHERE s.id > :after AND (:branch = 0 OR s.branch_id = :branch) ORDER BY s.id "
               "LIMIT :limit OFFSET :skip"),
}  # fmt: skip
_COUNT = Sql("SELECT count(*) FROM shift WHERE :branch = 0 OR branch_id = :branch")


@dataclass(frozen=True, slots=True)
class PointsOf:
    """What one operator moved of one kind: how many entries, points added and taken (both without sign)."""

    operator: str
    kind: str
    entries: int
    added: int
    taken: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What the closing report shows. Money in minor units."""

    operations: int
    cash_taken: int
    cash_refunded: int
    points: tuple[PointsOf, ...]
    purchases: int
    purchase_amount: int
    refunds: int
    refund_amount: int
    redemptions: dict[str, int]  # by the state they were brought to
    open_approvals: int
    late_redemptions: int
    owing_members: int
    owing_points: int

    @property
    def cash_expected(self) -> int:
        """What the till should hold more than at the beginning."""
        return self.cash_taken - self.cash_refunded


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift; ``id`` 0 and no closing while it is still open. ``anchor`` is printed on the report."""

    id: int
    branch_id: int
    branch: str
    workstation: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str
    cash_counted: int | None
    figures: Figures
    anchor: Anchor | None = None
    anchor_files: tuple[str, ...] = ()  # where the anchor was written outside the database

    @property
    def difference(self) -> int | None:
        """Counted less expected; None where nobody counted."""
        return None if self.cash_counted is None else self.cash_counted - self.figures.cash_expected


@dataclass(frozen=True, slots=True)
class ShiftPage:
    """Closed shifts in the order shown and the keys of both ends."""

    rows: tuple[Shift, ...]
    first: tuple[int, int] | None
    last: tuple[int, int] | None


@query(Permission.CLOSE_SHIFT)
def current(work: Work) -> Shift | None:
    """The open shift at the actor's workstation with its figures so far; None where nothing has happened yet."""
    place = _place(work, 2**62)
    branch = {"branch": place["branch"]}
    work.ahead(
        *((sql, place) for sql in (_OPENED, _CASH, _PURCHASES, _OPERATIONS, _POINTS, _EVENTS)),
        (_OWING, {}), (_OPEN_APPROVALS, branch), (_LATE, {"today": work.today_text, **branch}),
    )  # fmt: skip
    opened = work.first(_OPENED, **place)
    if opened is None:
        return None
    return Shift(
        0, work.actor.branch_id, work.actor.branch_name, work.actor.workstation, parse_instant(opened.recorded_at),
        opened.name, None, "", None, _figures(work, place),
    )  # fmt: skip


@command(Permission.CLOSE_SHIFT, Topic.SHIFTS)
def close(work: Work, *, request: str, cash_counted: int | None = None) -> Shift:
    """Close the shift at the actor's workstation. ``cash_counted``: what redemptions brought in, minor units.

    Refuses where nothing has happened since the last closing.
    """
    if cash_counted is not None and not -MOST_CASH <= cash_counted <= MOST_CASH:
        raise Refused(N_("This amount is too large."), field="cash_counted")
    anchors.quiet(work)
    assert work.operation is not None
    place = _place(work, work.operation.id - 1)
    opened = work.first(_OPENED, **place)
    if opened is None:
        raise Refused(N_("Nothing has happened here since the last closing."))
    figures = _figures(work, place)
    shift_id = work.new_ids("shift")[0]
    place["last"] = work.operation.id
    work.run(
        _ADD, id=shift_id, opened_at=opened.recorded_at, opened_by=opened.operator_id, now=work.now_text,
        closed_by=work.actor.operator_id, cash_counted=cash_counted, figures=codec.dump(figures), **place,
    )  # fmt: skip
    facts = {"expected": figures.cash_expected, "counted": cash_counted, "workstation": work.actor.workstation}
    work.audit("close", "shift", shift_id, None, facts)
    return _found(work, shift_id)


def finish(database: Database, *, actor: Actor, request: str, cash_counted: int | None = None) -> Shift:
    """Close the shift and take its anchor: what the counter does. The same request again answers the same shift."""
    closed = database.write(lambda work: close(work, request=request, cash_counted=cash_counted), actor=actor).result
    anchor = anchors.take(database, actor=actor, shift_id=closed.id)
    return replace(closed, anchor=anchor, anchor_files=anchors.keep(database, anchor))


@query(Permission.SEE_SHIFTS)
def report(work: Work, *, shift_id: int) -> Shift:
    """A closed shift with its anchor, to print the report again."""
    return _found(work, shift_id)


@query(Permission.SEE_SHIFTS)
def page(
    work: Work,
    *,
    after: tuple[int, int] | None = None,
    backwards: bool = False,
    limit: int = 100,
    skip: int = 0,
    branch_id: int = 0,
) -> ShiftPage:
    """One page of closed shifts, the newest first."""
    edge = after[1] if after else (0 if backwards else 2**62)
    rows = list(work.all(PAGES[not backwards], after=edge, branch=branch_id, limit=min(limit, 500), skip=skip))
    if backwards:
        rows.reverse()
    if not rows:
        return ShiftPage((), None, None)
    shifts = tuple(_shift(row) for row in rows)
    return ShiftPage(shifts, (rows[0].id, rows[0].id), (rows[-1].id, rows[-1].id))


@query(Permission.SEE_SHIFTS)
def count(work: Work, *, branch_id: int = 0) -> int:
    """How many closed shifts there are."""
    return int(work.value(_COUNT, branch=branch_id))


def _place(work: Work, last: int) -> dict[str, Any]:
    where = {"branch": work.actor.branch_id, "workstation": work.actor.workstation}
    return {**where, "first": work.value(_LAST, **where), "last": last}


def _figures(work: Work, place: dict[str, Any]) -> Figures:
    branch = {"branch": place["branch"]}
    cash, bought, owing = work.first(_CASH, **place), work.first(_PURCHASES, **place), work.first(_OWING)
    assert cash is not None
    assert bought is not None
    assert owing is not None
    return Figures(
        operations=work.value(_OPERATIONS, **place),
        cash_taken=cash.taken,
        cash_refunded=cash.refunded,
        points=tuple(PointsOf(r.name, r.kind, r.entries, r.added, r.taken) for r in work.all(_POINTS, **place)),
        purchases=bought.number - bought.refunds,
        purchase_amount=bought.amount - bought.refunded,
        refunds=bought.refunds,
        refund_amount=-bought.refunded,
        redemptions={row.to_state: row.number for row in work.all(_EVENTS, **place)},
        open_approvals=work.value(_OPEN_APPROVALS, **branch),
        late_redemptions=work.value(_LATE, today=work.today_text, **branch),
        owing_members=owing.members,
        owing_points=owing.points,
    )


def _found(work: Work, shift_id: int) -> Shift:
    row = work.first(_ONE, id=shift_id)
    if row is None:
        raise Refused(N_("This shift does not exist."))
    anchor = anchors.stored(work, row.anchor_id) if row.anchor_id is not None else None
    return replace(_shift(row), anchor=anchor)


def _shift(row: Any) -> Shift:
    return Shift(
        row.id, row.branch_id, row.branch, row.workstation, parse_instant(row.opened_at), row.opened_name,
        parse_instant(row.closed_at), row.closed_name, row.cash_counted, codec.load(Figures, row.figures),
    )  # fmt: skip
