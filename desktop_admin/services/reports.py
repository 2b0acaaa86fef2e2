"""Reports as plain tables: titles marked for translation, whole figures, ready for screen, workbook, CSV and PDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import expiry
from desktop_admin.services.charts.periods import Step, periods
from desktop_admin.services.command import query
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.metrics import figures, movement
from desktop_admin.services.metrics.board import chosen
from desktop_admin.services.metrics.movement import Movement
from desktop_admin.services.metrics.spans import Span
from desktop_admin.services.names import named
from desktop_admin.services.permissions import Permission
from desktop_admin.services.rules.dates import add_months
from desktop_admin.services.spreadsheets.tables import Shape
from desktop_admin.services.work import Work

MOST = 5000  # rows of a report that names members

_OWING = Sql(
    "SELECT m.id, m.name, m.card_number, t.name AS tier, m.owed, m.balance, m.closed_at FROM member m "
    "JOIN tier t ON t.id = m.tier_id WHERE m.owed > 0 ORDER BY m.owed DESC, m.id LIMIT :most"
)
_OPERATORS = Sql(
    "SELECT p.id, p.name, p.role, b.name AS branch, x.acts, coalesce(y.given, 0) AS given, coalesce(y.taken, 0) AS "
    "taken "
    "FROM (SELECT operator_id, count(*) AS acts FROM operation WHERE business_date BETWEEN :first AND :last "
    "GROUP BY operator_id) x JOIN operator p ON p.id = x.operator_id JOIN branch b ON b.id = p.branch_id "
    "LEFT JOIN (SELECT e.operator_id, CAST(sum(CASE WHEN e.points > 0 THEN e.points ELSE 0 END) AS bigint) AS given, "
    "CAST(sum(CASE WHEN e.points < 0 THEN -e.points ELSE 0 END) AS bigint) AS taken FROM entry e "
    "WHERE e.business_date BETWEEN :first AND :last AND e.kind = 'adjust' GROUP BY e.operator_id) y "
    "ON y.operator_id = p.id ORDER BY x.acts DESC, p.id"
)
_HELD = Sql(
    "SELECT t.rank, CAST(coalesce(sum(m.balance), 0) AS bigint) AS held, CAST(coalesce(sum(m.owed), 0) AS bigint) "
    "AS owed, "
    "count(m.id) AS members FROM tier t LEFT JOIN member m ON m.tier_id = t.id GROUP BY t.rank ORDER BY t.rank"
)


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """One column: title marked for translation, how its values are written, whether it is added up."""

    id: str
    title: str
    shape: Shape = Shape.TEXT
    total: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A table of plain values. Money in minor units, percent in basis points; ``links`` name a member per row or 0.

    ``chart``: (kind, place of the category column, places of the value columns), None where a picture says nothing.
    """

    code: str
    first: date
    last: date
    as_of: datetime
    columns: tuple[ReportColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    totals: tuple[Any, ...] = ()
    links: tuple[int, ...] = ()
    personal: bool = False
    chart: tuple[str, int, tuple[int, ...]] | None = None
    note: str = ""  # marked for translation


@dataclass(frozen=True, slots=True)
class Kind:
    """One report: what it is called and what it says, marked for translation; whether a period is asked."""

    code: str
    title: str
    says: str
    make: Callable[[Work, Span], Report]
    timed: bool = True


_MOVES = tuple(
    ReportColumn(name, title, Shape.POINTS, total)
    for name, title, total in (
        ("opening", N_("Opening"), False), ("issued", N_("Issued"), True), ("redeemed", N_("Redeemed"), True),
        ("expired", N_("Expired"), True), ("reversed", N_("Reversed"), True), ("adjusted", N_("Adjusted"), True),
        ("transferred", N_("Transferred"), True), ("closing", N_("Closing"), False),
    )
)  # fmt: skip
_TIES = N_("Opening + issued − redeemed − expired − reversed + adjusted + transferred = closing, to the point.")


@query(Permission.SEE_REPORTS)
def report(work: Work, *, code: str, first: date | None = None, last: date | None = None) -> Report:
    """One report of a period; no first day = since the first entry. Refuses an unknown report."""
    if code not in REPORTS:
        raise Refused(N_("There is no report “{code}”."), field="report", code=code)
    kind = REPORTS[code]
    return kind.make(work, chosen(work, first, last))


def _figures(moved: Movement) -> tuple[int, ...]:
    return tuple(getattr(moved, column.id) for column in _MOVES)


def _by_month(work: Work, span: Span) -> Report:
    axis = periods(span.first, span.last, Step.MONTH)
    moves = movement.over(work, axis)
    rows = tuple((one.first, *_figures(moved)) for one, moved in zip(axis, moves, strict=True))
    whole = movement.total(moves)
    totals = (None, moves[0].opening, *_figures(whole)[1:-1], moves[-1].closing)
    columns = (ReportColumn("month", N_("Month"), Shape.DATE), *_MOVES)
    return _made("movement", work, span, columns, rows, totals=totals, chart=("column", 0, (2, 3, 4)), note=_TIES)


def _by_tier(work: Work, span: Span) -> Report:
    found = movement.by_tier(work, span.first, span.last)
    tiers = figures.tier_mix(work)
    rows = tuple((named(row.name), *_figures(found.get(row.id, Movement()))) for row in tiers)
    columns = (ReportColumn("tier", N_("Tier"), Shape.TEXT), *(_summed(column) for column in _MOVES))
    totals = (None, *_figures(movement.total(found.values())))
    note = N_("By the tier that members hold today.")
    return _made("movement_by_tier", work, span, columns, rows, totals=totals, chart=("column", 0, (8,)), note=note)


def _summed(column: ReportColumn) -> ReportColumn:
    return ReportColumn(column.id, column.title, column.shape, True)


def _liability(work: Work, span: Span) -> Report:
    held = work.all(_HELD)
    names = [named(row.name) for row in figures.tier_mix(work)]
    rows = tuple(
        (name, row.members, row.held, row.owed, figures.liability(work, row.held))
        for name, row in zip(names, held, strict=True)
    )
    columns = (
        ReportColumn("tier", N_("Tier")), ReportColumn("members", N_("Members"), Shape.WHOLE, True),
        ReportColumn("held", N_("Points held"), Shape.POINTS, True),
        ReportColumn("owed", N_("Owed"), Shape.POINTS, True),
        ReportColumn("worth", N_("Worth"), Shape.MONEY, True),
    )  # fmt: skip
    note = N_("Points held, at the worth of a point in the settings; what members owe is not set off.")
    return _made("liability", work, Span(work.today, work.today), columns, rows, chart=("column", 0, (4,)), note=note)


def _forecast(work: Work, span: Span) -> Report:
    months = periods(work.today, add_months(work.today.replace(day=1), 13) - timedelta(days=1), Step.MONTH)
    found = expiry.preview(work, days=(months[-1].last - work.today).days, most=1)
    rows = []
    for month in months:
        days = [one for one in found.days if month.first <= one.day <= month.last]
        points = sum(one.points for one in days)
        rows.append((month.first, points, len(days), figures.liability(work, points)))
    columns = (
        ReportColumn("month", N_("Month"), Shape.DATE),
        ReportColumn("points", N_("Points that expire"), Shape.POINTS, True),
        ReportColumn("days", N_("Last days"), Shape.WHOLE, True), ReportColumn("worth", N_("Worth"), Shape.MONEY, True),
    )  # fmt: skip
    note = N_("Points whose last usable day lies in the month, if none of them are used before.")
    ahead = Span(work.today, months[-1].last)
    return _made("expiry", work, ahead, columns, tuple(rows), chart=("column", 0, (1,)), note=note)


def _expiring(work: Work, span: Span) -> Report:
    ahead = Span(work.today, work.today + timedelta(days=90))
    found = expiry.expiring(work, first=ahead.first, last=ahead.last, most=MOST)
    rows = tuple((one.name, one.card_number, one.day, one.points, one.lots) for one in found)
    columns = (
        ReportColumn("name", N_("Member")), ReportColumn("card", N_("Card number"), Shape.CODE),
        ReportColumn("day", N_("First last day"), Shape.DATE), ReportColumn("points", N_("Points"), Shape.POINTS, True),
        ReportColumn("lots", N_("Lots"), Shape.WHOLE),
    )  # fmt: skip
    note = N_("Points whose last usable day lies within the next 90 days.")
    return _made("expiring", work, ahead, columns, rows, links=tuple(one.member_id for one in found), note=note)


def _owing(work: Work, span: Span) -> Report:
    found = work.all(_OWING, most=MOST)
    rows = tuple((row.name, row.card_number, named(row.tier), row.owed, row.balance) for row in found)
    columns = (
        ReportColumn("name", N_("Member")), ReportColumn("card", N_("Card number"), Shape.CODE),
        ReportColumn("tier", N_("Tier")), ReportColumn("owed", N_("Owed"), Shape.POINTS, True),
        ReportColumn("balance", N_("Balance"), Shape.POINTS),
    )  # fmt: skip
    note = N_("Points of refunded purchases that were already spent; the next points settle them.")
    links = tuple(row.id for row in found)
    return _made("owing", work, Span(work.today, work.today), columns, rows, links=links, note=note)


def _operators(work: Work, span: Span) -> Report:
    days = {"first": span.first.isoformat(), "last": span.last.isoformat()}
    rows = tuple((row.name, row.branch, row.acts, row.given, row.taken) for row in work.all(_OPERATORS, **days))
    columns = (
        ReportColumn("name", N_("Operator")), ReportColumn("branch", N_("Branch")),
        ReportColumn("acts", N_("Acts"), Shape.WHOLE, True),
        ReportColumn("given", N_("Adjusted up"), Shape.POINTS, True),
        ReportColumn("taken", N_("Adjusted down"), Shape.POINTS, True),
    )  # fmt: skip
    return _made("operators", work, span, columns, rows, chart=("bar", 0, (2,)))


def _items(work: Work, span: Span) -> Report:
    found = figures.top_items(work, span, 500)
    rows = tuple((row.name, row.code, row.pieces, row.points) for row in found)
    columns = (
        ReportColumn("item", N_("Item")), ReportColumn("code", N_("Code"), Shape.CODE),
        ReportColumn("pieces", N_("Pieces"), Shape.WHOLE, True),
        ReportColumn("points", N_("Points"), Shape.POINTS, True),
    )  # fmt: skip
    return _made("items", work, span, columns, rows, chart=("bar", 0, (2,)))


def _low_stock(work: Work, span: Span) -> Report:
    found = figures.low_stock(work, MOST)
    rows = tuple((row.name, row.branch, row.available, row.safety, row.safety - row.available) for row in found)
    columns = (
        ReportColumn("item", N_("Item")), ReportColumn("branch", N_("Branch")),
        ReportColumn("available", N_("Available"), Shape.WHOLE),
        ReportColumn("safety", N_("Safety level"), Shape.WHOLE),
        ReportColumn("short", N_("Short"), Shape.WHOLE, True),
    )  # fmt: skip
    return _made("low_stock", work, Span(work.today, work.today), columns, rows)


def _made(
    code: str, work: Work, span: Span, columns: Sequence[ReportColumn], rows: tuple[tuple[Any, ...], ...], *,
    totals: tuple[Any, ...] = (), links: tuple[int, ...] = (), chart: tuple[str, int, tuple[int, ...]] | None = None,
    note: str = "",
) -> Report:  # fmt: skip
    sums = totals or tuple(
        sum(row[n] or 0 for row in rows) if column.total else None for n, column in enumerate(columns)
    )
    return Report(
        code, span.first, span.last, work.seen_at, tuple(columns), rows, sums, links, bool(links), chart, note
    )


REPORTS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.code: kind
        for kind in (
            Kind("movement", N_("Movement by month"),
                 N_("What came, what went and what stayed, month by month."), _by_month),
            Kind("movement_by_tier", N_("Movement by tier"), N_("The same for each tier."), _by_tier),
            Kind("liability", N_("Liability"), N_("What members' points would cost the shop today."),
                 _liability, False),
            Kind("expiry", N_("Expiry forecast"), N_("How many points expire in the coming months."), _forecast, False),
            Kind("expiring", N_("Points expiring soon"), N_("Which members lose how many points, and when."),
                 _expiring, False),
            Kind("owing", N_("Members who owe"), N_("Points taken back that had been spent."), _owing, False),
            Kind("items", N_("Items redeemed"), N_("Pieces and points by item."), _items),
            Kind("low_stock", N_("Stock below its safety level"), N_("What to order."), _low_stock, False),
            Kind("operators", N_("Operator activity"), N_("Who did how much, and adjusted what."), _operators),
        )
    }
)  # fmt: skip
