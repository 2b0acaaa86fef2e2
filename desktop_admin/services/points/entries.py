"""The journal of all entries: pages with filters, sums of a filter, and one entry down to its lots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.command import query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.earning import ExplainLine, explained
from desktop_admin.services.errors import Refused
from desktop_admin.services.keyset import Keyset, Page
from desktop_admin.services.names import named
from desktop_admin.services.permissions import Permission
from desktop_admin.services.points.books import day_or_none
from desktop_admin.services.rules.limits import TYPED
from desktop_admin.services.sealing import unseal, unseal_many
from desktop_admin.services.work import Work

KINDS = {
    "earn": N_("Earned"), "bonus": N_("Bonus"), "adjust": N_("Adjusted"), "redeem": N_("Redeemed"), "draw": N_("Draw"),
    "transfer": N_("Transferred"), "merge": N_("Merged"), "expire": N_("Expired"), "clawback": N_("Taken back"),
    "writeoff": N_("Written off"), "opening": N_("Opening balance"),
}  # fmt: skip

_COLUMNS = (
    "e.id, e.operation_id, e.member_id, e.seq, e.kind, e.points, e.owes, e.net_after, e.reverses_id, e.reason, "
    "e.source_kind, e.source_id, e.business_date, e.recorded_at, e.note, m.name AS member_name, m.card_number, "
    "r.name AS reason_name, o.name AS operator_name, b.name AS branch_name"
)
_JOINS = (
    "JOIN member m ON m.id = e.member_id JOIN operator o ON o.id = e.operator_id JOIN branch b ON b.id = e.branch_id "
    "LEFT JOIN reason r ON r.code = e.reason"
)
_TYPED = ", ".join(f"'{kind}'" for kind in TYPED)
# each filter by name: its condition, written once; what is put into it is always a parameter
_FILTERS = {
    "member_id": "e.member_id = :member_id",
    "kind": "e.kind = :kind",
    "reason": "e.reason = :reason",
    "operator_id": "e.operator_id = :operator_id",
    "branch_id": "e.branch_id = :branch_id",
    "first_day": "e.business_date >= :first_day",
    "last_day": "e.business_date <= :last_day",
    "typed": f"EXISTS (SELECT 1 FROM operation x WHERE x.id = e.operation_id AND x.kind IN ({_TYPED}))",
    "reversals": "e.reverses_id IS NOT NULL",
}


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """Which entries: an empty field leaves all in. Days are business days, both included."""

    member_id: int = 0
    kind: str = ""
    reason: str = ""
    operator_id: int = 0
    branch_id: int = 0
    first_day: date | None = None
    last_day: date | None = None
    typed: bool = False
    reversals: bool = False

    def where(self) -> dict[str, Any]:
        """The parameters of the conditions that are set."""
        values: dict[str, Any] = {}
        for name in _FILTERS:
            value = getattr(self, name)
            if value:
                values[name] = value.isoformat() if isinstance(value, date) else value
        return values


EVERYTHING = JournalFilter()


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry in a list; ``net_after`` is the balance less what is owed after it."""

    id: int
    operation_id: int
    member_id: int
    member_name: str
    card_number: str
    seq: int
    kind: str
    points: int
    owes: int
    net_after: int
    reverses_id: int | None
    reason: str  # code
    reason_name: str
    source_kind: str
    source_id: int | None
    operator: str
    branch: str
    business_date: date
    recorded_at: datetime
    note: str | None  # None: the member was erased


@dataclass(frozen=True, slots=True)
class Sums:
    """What a filter adds up to."""

    entries: int
    credited: int
    debited: int


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot an entry opened, took from or gave back to; ``points`` is this entry's part, with its sign."""

    lot_id: int
    points: int
    remaining: int
    earned_on: date
    usable_from: date
    expires_on: date | None
    from_entry: int


@dataclass(frozen=True, slots=True)
class EntryDetail:
    """One entry: why, from which lots, in which operation, and what undid it."""

    row: EntryRow
    why: tuple[ExplainLine, ...]
    opened: tuple[LotLine, ...]
    used: tuple[LotLine, ...]
    reversed: int  # points of it that are reversed, without sign
    reversed_by: tuple[int, ...]
    request: str
    workstation: str
    operation_kind: str
    asked_by: str  # who asked for approval, where one was needed
    hash: str

    @property
    def left(self) -> int:
        """Points of it that can still be reversed."""
        return abs(self.row.points) - self.reversed


@query(Permission.SEE_JOURNAL)
def journal(
    work: Work, *, where: JournalFilter = EVERYTHING, sort: str = "", descending: bool = True,
    after: tuple[Any, ...] | None = None, skip: int = 0, backwards: bool = False, limit: int = 100,
) -> Page[EntryRow]:  # fmt: skip
    """A page of the journal. Sorts: ``recorded`` (the order of writing) and ``day`` (business date)."""
    values = where.where()
    found = _keys(_names(values)).page(
        work, lambda row: row, sort=sort, descending=descending, after=after, skip=skip, backwards=backwards,
        limit=limit, **values,
    )  # fmt: skip
    notes = unseal_many(work, [(row.member_id, row.note) for row in found.rows])
    rows = tuple(_row(row, note) for row, note in zip(found.rows, notes, strict=True))
    return Page(rows, found.first, found.last)


@query(Permission.SEE_JOURNAL)
def journal_count(work: Work, *, where: JournalFilter = EVERYTHING) -> int:
    """How many entries the filter leaves."""
    values = where.where()
    return _keys(_names(values)).count(work, **values)


@query(Permission.SEE_JOURNAL)
def journal_anchors(
    work: Work, *, where: JournalFilter = EVERYTHING, sort: str = "", descending: bool = True
) -> tuple[tuple[Any, ...], ...]:
    """The keys of every 1000th entry, for far jumps."""
    values = where.where()
    return _keys(_names(values)).anchors(work, sort=sort, descending=descending, **values)


@query(Permission.SEE_JOURNAL)
def journal_sums(work: Work, *, where: JournalFilter = EVERYTHING) -> Sums:
    """What the filter adds up to: entries, points given, points taken."""
    values = where.where()
    row = work.first(_sums(_names(values)), **values)
    assert row is not None
    return Sums(row.entries, row.credited, row.debited)


@query(Permission.SEE_JOURNAL)
def entry(work: Work, *, entry_id: int) -> EntryDetail:
    """One entry with its explanation, its lots, its operation and what reversed it. Refused where there is none."""
    work.ahead((_TIERS, {}), *((sql, {"id": entry_id}) for sql in (_ONE, _OPENED, _USED, _REVERSED_BY)))
    row = work.first(_ONE, id=entry_id)
    if row is None:
        raise Refused(N_("There is no such entry."), field="entry")
    tiers = {tier.code: tier.name for tier in work.all(_TIERS)}
    return EntryDetail(
        row=_row(row, unseal(work, row.member_id, row.note)),
        why=explained(row.explain, tiers),
        opened=tuple(_lot(lot) for lot in work.all(_OPENED, id=entry_id)),
        used=tuple(_lot(lot) for lot in work.all(_USED, id=entry_id)),
        reversed=abs(row.reversed),
        reversed_by=tuple(found.id for found in work.all(_REVERSED_BY, id=entry_id)),
        request=row.request,
        workstation=row.workstation,
        operation_kind=row.operation_kind,
        asked_by=row.asked_by or "",
        hash=row.hash,
    )


def member_of(work: Work, entry_id: int) -> int:
    """Whose entry it is. Refused where there is none."""
    found: int | None = work.value(_MEMBER, id=entry_id)
    if found is None:
        raise Refused(N_("There is no such entry."), field="entry")
    return found


def statements() -> tuple[Sql, ...]:
    """The pages without a filter, and those of one member in the order of writing, for the test of query plans."""
    of_member = (sql for sql in _keys(("member_id",)).statements() if "ORDER BY e.seq" in sql.sqlite)
    return (*_keys(()).statements(), *of_member)


@cache
def _keys(names: tuple[str, ...]) -> Keyset:
    return Keyset(_COLUMNS, f"FROM entry e {_JOINS} WHERE {_condition(names)}", _sorts(names), "e.id")


def _sorts(names: tuple[str, ...]) -> Mapping[str, str]:
    # of one member the sequence is the order of writing, and an index serves it
    return {"recorded": "e.seq" if "member_id" in names else "e.id", "day": "e.business_date"}


@cache
def _sums(names: tuple[str, ...]) -> Sql:
    return Sql(
        "SELECT count(*) AS entries, CAST(coalesce(sum(CASE WHEN e.points > 0 THEN e.points ELSE 0 END), 0) AS bigint) "
        "AS credited, CAST(coalesce(sum(CASE WHEN e.points < 0 THEN -e.points ELSE 0 END), 0) AS bigint) AS debited "
        f"FROM entry e WHERE {_condition(names)}"
    )


def _condition(names: tuple[str, ...]) -> str:
    return " AND ".join(("1 = 1", *(_FILTERS[name] for name in names)))


def _names(values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in _FILTERS if name in values)


_ONE = Sql(
    f"SELECT {_COLUMNS}, e.explain, e.hash, x.request, x.workstation, x.kind AS operation_kind, a.name AS asked_by, "
    "coalesce((SELECT CAST(sum(y.points + coalesce((SELECT sum(z.points) FROM entry z WHERE z.reverses_id = y.id), 0)) "
    "AS bigint) FROM entry y WHERE y.reverses_id = e.id), 0) AS reversed "
    f"FROM entry e {_JOINS} JOIN operation x ON x.id = e.operation_id "
    "LEFT JOIN approval p ON p.operation_id = e.operation_id LEFT JOIN operator a ON a.id = p.requester_id "
    "WHERE e.id = :id"
)
_MEMBER = Sql("SELECT member_id FROM entry WHERE id = :id")
_TIERS = Sql("SELECT code, name FROM tier")
_OPENED = Sql(
    "SELECT l.id, l.points AS part, l.remaining, l.earned_on, l.spendable_from, l.expires_on, l.entry_id FROM lot l "
    "WHERE l.entry_id = :id ORDER BY l.id"
)
_USED = Sql(
    "SELECT l.id, -u.points AS part, l.remaining, l.earned_on, l.spendable_from, l.expires_on, l.entry_id "
    "FROM lot_use u JOIN lot l ON l.id = u.lot_id WHERE u.at_entry = :id ORDER BY u.id"
)
_REVERSED_BY = Sql("SELECT id FROM entry WHERE reverses_id = :id ORDER BY id")


def _row(row: Any, note: str | None) -> EntryRow:
    return EntryRow(
        row.id, row.operation_id, row.member_id, row.member_name, row.card_number, row.seq, row.kind, row.points,
        row.owes, row.net_after, row.reverses_id, row.reason, named(row.reason_name or ""), row.source_kind,
        row.source_id, row.operator_name, row.branch_name, date.fromisoformat(row.business_date),
        parse_instant(row.recorded_at), note,
    )  # fmt: skip


def _lot(row: Any) -> LotLine:
    return LotLine(
        row.id, row.part, row.remaining, date.fromisoformat(row.earned_on), date.fromisoformat(row.spendable_from),
        day_or_none(row.expires_on), row.entry_id,
    )  # fmt: skip
