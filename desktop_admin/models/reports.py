"""A report's columns as columns of a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desktop_admin.i18n import _, format_month
from desktop_admin.models.records import Column, Kind, show
from desktop_admin.services.reports import Report, ReportColumn
from desktop_admin.services.spreadsheets.tables import Shape

_KINDS = {
    Shape.TEXT: Kind.TEXT, Shape.CODE: Kind.CODE, Shape.WHOLE: Kind.COUNT, Shape.POINTS: Kind.POINTS,
    Shape.MONEY: Kind.MONEY, Shape.PERCENT: Kind.SHARE, Shape.DATE: Kind.DATE, Shape.MOMENT: Kind.INSTANT,
}  # fmt: skip
_WIDTHS = {Shape.TEXT: 16, Shape.CODE: 15, Shape.WHOLE: 9, Shape.POINTS: 8, Shape.MONEY: 12, Shape.DATE: 12}


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row of a report, with the member it names (0: none)."""

    cells: tuple[Any, ...]
    member_id: int = 0


def columns_of(report: Report) -> tuple[Column[ReportRow], ...]:
    """The columns of a report, in its order; months are written out."""
    return tuple(_column(place, column) for place, column in enumerate(report.columns))


def rows_of(report: Report) -> tuple[ReportRow, ...]:
    """The rows of a report."""
    links = report.links or (0,) * len(report.rows)
    return tuple(ReportRow(cells, member) for cells, member in zip(report.rows, links, strict=True))


def texts(report: Report, cells: tuple[Any, ...]) -> tuple[str, ...]:
    """A row, or the totals, as people read them."""
    kinds = (_KINDS[column.shape] for column in report.columns)
    return tuple(
        format_month(cell) if column.id == "month" and cell else show(cell, kind)
        for cell, kind, column in zip(cells, kinds, report.columns, strict=True)
    )


def right_aligned(column: ReportColumn) -> bool:
    """Whether a column's figures stand at the right."""
    return _KINDS[column.shape].numeric


def heading(column: ReportColumn) -> str:
    """A column's title in the language in use."""
    return _(column.title)


def _column(place: int, column: ReportColumn) -> Column[ReportRow]:
    kind = Kind.TEXT if column.id == "month" else _KINDS[column.shape]

    def get(row: ReportRow) -> Any:
        cell = row.cells[place]
        return format_month(cell) if column.id == "month" else cell

    return Column(column.id, column.title, get, kind, width=_WIDTHS.get(column.shape, 12), stretch=place == 0)
