"""Exports: a table, a report or a chart as workbook or CSV, each with its row in the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from desktop_admin.i18n import N_, _, format_date, format_month
from desktop_admin.services import charts
from desktop_admin.services.command import command
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.reports import REPORTS, Report, ReportColumn
from desktop_admin.services.spreadsheets import tables
from desktop_admin.services.spreadsheets.tables import About, Column, Shape, Sheet, WrittenFile
from desktop_admin.services.spreadsheets.writing import write_csv, write_workbook
from desktop_admin.services.work import Work

KINDS = ("xlsx", "csv")
_SHAPES = {
    charts.Unit.POINTS: Shape.POINTS, charts.Unit.COUNT: Shape.WHOLE, charts.Unit.MONEY: Shape.MONEY,
    charts.Unit.RATE: Shape.PERCENT,
}  # fmt: skip

Write = Callable[[Callable[[Work], Any]], Any]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Announced:
    """The receipt of an export: who made it where and when; goes on the sheet about the file."""

    shop: str
    operator: str
    made_at: datetime  # UTC
    zone: str


@command(Permission.EXPORT)
def announce(
    work: Work, *, request: str, what: str, kind: str, rows: int, filters: tuple[tuple[str, str], ...] = (),
    personal: bool = False,
) -> Announced:  # fmt: skip
    """Put an export into the audit trail, before the file is there: nothing leaves without a trace.

    ``rows`` 0: as many as there are; nobody counted before.
    """
    if kind not in (*KINDS, "pdf", "png", "svg"):
        raise Refused(N_("Export as a workbook (xlsx) or as CSV."), field="kind")
    pairs = [list(pair) for pair in filters]
    said = {"what": what, "kind": kind, "rows": rows or None, "filters": pairs, "personal": personal}
    work.audit("export", "export", 0, None, said)
    return Announced(work.shop.name, work.actor.name, work.now, work.shop.timezone)


def table(
    write: Write, request: str, path: Path, title: str, sheets: Sequence[Sheet], *,
    filters: tuple[tuple[str, str], ...] = (), rows: int = 0, personal: bool = False, progress: Progress | None = None,
) -> WrittenFile:  # fmt: skip
    """Write tables to ``path``: a workbook with every sheet, or the first as CSV, by the file's ending.

    ``write`` runs a piece of work and answers its result. Refuses other endings and an operator without leave.
    """
    kind = path.suffix.lower().lstrip(".")
    if kind not in KINDS:
        raise Refused(N_("Export as a workbook (xlsx) or as CSV."), field="kind")
    say = partial(announce, request=request, what=title, kind=kind, rows=rows, filters=filters, personal=personal)
    told: Announced = write(say)
    if kind == "csv":
        return write_csv(path, sheets[0].columns, sheets[0].rows, progress=progress)
    return write_workbook(path, sheets, about(told, title, filters, personal=personal), progress=progress)


def about(told: Announced, title: str, filters: Sequence[tuple[str, str]], *, personal: bool) -> About:
    """The sheet about the file, in the shop's time."""
    from zoneinfo import ZoneInfo

    made_at = told.made_at.astimezone(ZoneInfo(told.zone))
    return About(title, told.operator, made_at, tuple(filters), told.shop, personal)


def report_title(report: Report) -> str:
    """A report's name in the language in use."""
    return _(REPORTS[report.code].title)


def report_period(report: Report) -> str:
    """The period of a report in words."""
    if report.first == report.last:
        return format_date(report.first)
    return f"{format_date(report.first)} – {format_date(report.last)}"


def report_sheet(report: Report) -> Sheet:
    """A report as a sheet with a native chart; months are written out."""
    columns = [_column(report, n, column) for n, column in enumerate(report.columns)]
    months = [column.id == "month" for column in report.columns]
    rows = [
        tuple(format_month(cell) if month else cell for cell, month in zip(row, months, strict=True))
        for row in report.rows
    ]
    drawn: tuple[tables.Chart, ...] = ()
    if report.chart is not None and rows:
        kind, categories, values = report.chart
        drawn = (tables.Chart(kind, report_title(report), categories, values),)  # type: ignore[arg-type]
    return Sheet(report_title(report), columns, rows, drawn)


def _column(report: Report, place: int, column: ReportColumn) -> Column:
    shape = Shape.TEXT if column.id == "month" else column.shape
    return Column(_(column.title), shape, total=column.total and bool(report.totals))


def report_file(write: Write, request: str, path: Path, report: Report) -> WrittenFile:
    """Write a report as workbook or CSV, by the file's ending."""
    filters: tuple[tuple[str, str], ...] = ((_("Period"), report_period(report)),)
    sheet = report_sheet(report)
    if report.note:
        filters = (*filters, (_("Note"), _(report.note)))
    return table(
        write, request, path, report_title(report), [sheet], filters=filters, rows=len(report.rows),
        personal=report.personal,
    )  # fmt: skip


def chart_sheet(chart: charts.Chart) -> Sheet:
    """A chart's numbers as a sheet, with a native chart of its own beside them."""
    shown = chart.table()
    columns = [Column(shown.headings[0], Shape.TEXT)]
    columns += [
        Column(heading, _SHAPES[unit]) for heading, unit in zip(shown.headings[1:], shown.units, strict=True)
    ]
    rows = [(row.label, *row.values) for row in shown.rows]
    values = tuple(range(1, len(columns)))
    drawn: tuple[tables.Chart, ...] = ()
    if rows and not chart.is_empty():
        drawn = (tables.Chart(_native(chart), chart.title, 0, values),)  # type: ignore[arg-type]
    return Sheet(chart.title, columns, rows, drawn)


def _native(chart: charts.Chart) -> str:
    if isinstance(chart, charts.TrendChart):
        return "line"
    return "bar" if isinstance(chart, charts.BarChart) and not chart.standing else "column"


def charts_file(
    write: Write, request: str, path: Path, title: str, shown: Iterable[charts.Chart],
    filters: tuple[tuple[str, str], ...],
) -> WrittenFile:  # fmt: skip
    """Write charts as one workbook, a sheet each: the numbers and a native chart."""
    sheets = [chart_sheet(chart) for chart in shown]
    rows = sum(len(list(sheet.rows)) for sheet in sheets)
    return table(write, request, path, title, sheets, filters=filters, rows=rows)

