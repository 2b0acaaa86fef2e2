"""Where points come from and when they go: a member's lots as they stood on any day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import sealing
from desktop_admin.services.command import query
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.earning import ExplainLine, explained
from desktop_admin.services.errors import Refused
from desktop_admin.services.ledger.account import NEVER
from desktop_admin.services.members.movement import COLUMNS, JOINS, EntryLine, entry_line
from desktop_admin.services.permissions import Permission
from desktop_admin.services.work import Work

MOST = 1000  # lots answered

_LEFT = (
    "l.points - (SELECT CAST(coalesce(sum(u.points), 0) AS bigint) FROM lot_use u "
    "JOIN entry a ON a.id = u.at_entry WHERE u.lot_id = l.id AND a.business_date <= :on_day)"
)
_AT = (
    f"SELECT l.id AS lot_id, l.points AS brought, {_LEFT} AS remains, l.spendable_from, l.expires_on, "
    "l.earned_on, l.from_lot, l.entry_id FROM lot l JOIN entry b ON b.id = l.entry_id "
    "WHERE l.member_id = :m AND b.business_date <= :on_day"
)
_LOTS = Sql(
    "SELECT x.lot_id, x.brought, x.remains, x.spendable_from, x.expires_on, x.earned_on, "
    f"coalesce(x.from_lot, 0) AS from_lot, {COLUMNS} FROM ({_AT}) AS x JOIN entry e ON e.id = x.entry_id {JOINS} "
    "WHERE (:used_too = 1 OR x.remains > 0) "
    "ORDER BY CASE WHEN x.remains > 0 THEN 0 ELSE 1 END, x.expires_on, x.earned_on, x.lot_id LIMIT :most"
)
_TOTALS = Sql(
    "SELECT count(*) AS lots, CAST(coalesce(sum(x.remains), 0) AS bigint) AS balance, "
    "CAST(coalesce(sum(CASE WHEN x.spendable_from <= :on_day AND x.expires_on >= :on_day THEN x.remains "
    "ELSE 0 END), 0) AS bigint) AS available, "
    "CAST(coalesce(sum(CASE WHEN x.spendable_from > :on_day THEN x.remains ELSE 0 END), 0) AS bigint) AS pending, "
    "(SELECT CAST(coalesce(sum(n.points), 0) AS bigint) FROM entry n WHERE n.member_id = :m "
    f"AND n.business_date <= :on_day) AS net FROM ({_AT}) AS x"
)
_SECRET = Sql("SELECT secret FROM member_key WHERE member_id = :m")
_USES = Sql(
    f"SELECT u.points AS taken, {COLUMNS} FROM lot_use u JOIN lot x ON x.id = u.lot_id "
    f"JOIN entry e ON e.id = u.at_entry {JOINS} WHERE u.lot_id = :lot AND x.member_id = :m "
    "AND e.business_date <= :on_day ORDER BY u.id LIMIT :most"
)
_ENTRY = Sql(f"SELECT {COLUMNS}, e.explain FROM entry e {JOINS} WHERE e.id = :id")
_TIERS = Sql("SELECT code, name FROM tier")
_OPENED = Sql(
    "SELECT x.id AS lot_id, x.points AS brought, x.remaining AS remains, x.spendable_from, x.expires_on, "
    f"x.earned_on, coalesce(x.from_lot, 0) AS from_lot, {COLUMNS} FROM lot x "
    f"JOIN entry e ON e.id = x.entry_id {JOINS} WHERE x.entry_id = :id ORDER BY x.id LIMIT :most"
)
_TOOK = Sql(
    "SELECT x.id AS lot_id, x.points AS brought, u.points AS taken, x.spendable_from, x.expires_on, x.earned_on, "
    f"coalesce(x.from_lot, 0) AS from_lot, {COLUMNS} FROM lot_use u JOIN lot x ON x.id = u.lot_id "
    f"JOIN entry e ON e.id = x.entry_id {JOINS} WHERE u.at_entry = :id ORDER BY u.id LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class LotLine:
    """Points one credit brought. ``left`` as of the day asked; ``expires_on`` None = never."""

    id: int
    points: int
    used: int
    left: int
    spendable_from: date
    expires_on: date | None
    earned_on: date
    from_lot: int  # the lot this one goes on for, 0 = none
    entry: EntryLine

    def pending(self, day: date) -> bool:
        """Say whether they cannot be spent yet on a day."""
        return self.left > 0 and self.spendable_from > day

    def expired(self, day: date) -> bool:
        """Say whether their last day is over."""
        return self.left > 0 and self.expires_on is not None and self.expires_on < day


@dataclass(frozen=True, slots=True)
class Lots:
    """A member's lots on a day. The lots' ``left`` sum to ``balance``; ``net`` = balance − owed."""

    on: date
    lots: tuple[LotLine, ...]
    count: int  # lots there were, answered or not
    balance: int
    available: int
    pending: int
    owed: int
    net: int


@dataclass(frozen=True, slots=True)
class LotUse:
    """Points taken from a lot, or given back to it (negative), and by what."""

    points: int
    entry: EntryLine


@dataclass(frozen=True, slots=True)
class Explained:
    """One entry: the rule lines that made it, the lots it opened, and what it took from which lot."""

    entry: EntryLine
    lines: tuple[ExplainLine, ...]
    opened: tuple[LotLine, ...]
    took: tuple[LotLine, ...]  # ``used`` = what this entry took, negative where it gave back


@query(Permission.SEE_MEMBERS)
def lots(work: Work, *, member_id: int, on: date | None = None, used_too: bool = False) -> Lots:
    """Where the points came from and when they go, as it stood at the end of a day (None: today)."""
    day = on or work.today
    params = {"m": member_id, "on_day": day.isoformat()}
    totals = work.first(_TOTALS, **params)
    assert totals is not None
    rows = work.all(_LOTS, **params, used_too=int(used_too), most=MOST)
    secret = work.value(_SECRET, m=member_id)
    lines = tuple(_lot(row, row.remains, row.brought - row.remains, secret) for row in rows)
    owed = totals.balance - totals.net
    return Lots(day, lines, totals.lots, totals.balance, totals.available, totals.pending, owed, totals.net)


@query(Permission.SEE_MEMBERS)
def lot_uses(work: Work, *, member_id: int, lot_id: int, on: date | None = None) -> tuple[LotUse, ...]:
    """What took points from a lot, oldest first, up to a day (None: today)."""
    day = (on or work.today).isoformat()
    rows = work.all(_USES, lot=lot_id, m=member_id, on_day=day, most=MOST)
    secret = work.value(_SECRET, m=member_id)
    return tuple(LotUse(row.taken, _line(row, secret)) for row in rows)


@query(Permission.SEE_MEMBERS)
def explain(work: Work, *, entry_id: int) -> Explained:
    """Why an entry is what it is, line by line. Refuses an entry that does not exist."""
    row = work.first(_ENTRY, id=entry_id)
    if row is None:
        raise Refused(N_("This entry does not exist."), field="entry")
    secret = work.value(_SECRET, m=row.member_id)
    names: Mapping[str, str] = {tier.code: tier.name for tier in work.all(_TIERS)}
    opened = work.all(_OPENED, id=entry_id, most=MOST)
    took = work.all(_TOOK, id=entry_id, most=MOST)
    return Explained(
        _line(row, secret),
        explained(row.explain, names),
        tuple(_lot(one, one.remains, one.brought - one.remains, secret) for one in opened),
        tuple(_lot(one, 0, one.taken, secret) for one in took),
    )


def _lot(row: Any, left: int, used: int, secret: str | None) -> LotLine:
    return LotLine(
        id=row.lot_id,
        points=row.brought,
        used=used,
        left=left,
        spendable_from=date.fromisoformat(row.spendable_from),
        expires_on=None if row.expires_on == NEVER else date.fromisoformat(row.expires_on),
        earned_on=date.fromisoformat(row.earned_on),
        from_lot=row.from_lot,
        entry=_line(row, secret),
    )


def _line(row: Any, secret: str | None) -> EntryLine:
    return entry_line(row, sealing.unseal_with(secret, row.member_id, row.note))
