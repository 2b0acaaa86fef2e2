"""Reports and the dashboard's figures, printed or written to a file."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_admin.cli.jobs import writer
from desktop_admin.cli.terminal import BadInput, Terminal
from desktop_admin.i18n import _

if TYPE_CHECKING:
    from desktop_admin.services.database.database import Database
    from desktop_admin.services.reports import Report

ENDINGS = (".xlsx", ".csv")


def run(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Print one report, or write it to a file."""
    if wish.first and wish.last and wish.first > wish.last:
        raise BadInput(_("The period ends before it begins."))
    if wish.output:
        writable(wish.output)
    with terminal.shop(wish.database) as database:
        if wish.code == "dashboard":
            return _dashboard(database, wish, terminal)
        return _report(database, wish, terminal)


def writable(file: str) -> Path:
    """The file to write. BadInput where its ending or its folder will not do."""
    path = Path(file)
    if path.suffix.lower() not in ENDINGS:
        raise BadInput(_("“{file}” must end in .xlsx or .csv.").format(file=file))
    if not path.absolute().parent.is_dir():
        raise BadInput(_("There is no folder “{folder}”.").format(folder=path.absolute().parent))
    return path


def wrote(written: Any) -> str:
    """What was written, in a sentence."""
    return _("Rows written: {rows:,}, to {file}.").format(rows=written.rows, file=written.path)


def _report(database: Database, wish: argparse.Namespace, terminal: Terminal) -> int:
    from desktop_admin.services import exports, reports
    from desktop_admin.services.command import new_request

    write, actor = writer(database)
    report = database.read(
        lambda work: reports.report(work, code=wish.code, first=wish.first, last=wish.last), actor=actor
    )
    if wish.output:
        written = exports.report_file(write, new_request(), Path(wish.output), report)
        terminal.tell({"file": str(written.path), "rows": written.rows}, wrote(written))
        return 0
    said = {
        "report": report.code, "first": report.first, "last": report.last, "as_of": report.as_of,
        "columns": [column.id for column in report.columns],
        "rows": [dict(zip([c.id for c in report.columns], row, strict=True)) for row in report.rows],
        "totals": list(report.totals),
    }  # fmt: skip
    terminal.tell(said, _lines(report, terminal))
    return 0


def _lines(report: Report, terminal: Terminal) -> list[str]:
    from desktop_admin.services import exports
    from desktop_admin.services.spreadsheets.tables import Shape

    sheet = exports.report_sheet(report)
    columns = sheet.columns
    rows = [[_cell(value, column.shape) for value, column in zip(row, columns, strict=True)] for row in sheet.rows]
    if report.totals:
        total = [_cell(value, column.shape) for value, column in zip(report.totals, columns, strict=True)]
        rows.append([total[0] or _("Total"), *total[1:]])
    right = [column.shape not in (Shape.TEXT, Shape.CODE, Shape.DATE, Shape.MOMENT) for column in columns]
    head = f"{exports.report_title(report)}  {exports.report_period(report)}"
    table = terminal.table([column.title for column in columns], rows, right)
    return [head, "", *table, *(["", _(report.note)] if report.note else [])]


def _cell(value: Any, shape: Any) -> str:
    from desktop_admin.services.spreadsheets.writing import as_text

    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool) and shape.value in ("points", "whole"):
        return f"{value:,}"
    if isinstance(value, int) and shape.value == "percent":
        return f"{value // 100}.{value % 100:02d} %"
    return as_text(value, shape)


def _dashboard(database: Database, wish: argparse.Namespace, terminal: Terminal) -> int:
    from desktop_admin.services.charts.data import Unit
    from desktop_admin.services.metrics import board
    from desktop_admin.services.metrics.catalog import METRICS
    from desktop_admin.services.spreadsheets.tables import Shape

    if wish.output:
        raise BadInput(_("The dashboard's figures are printed; choose a report to write to a file."))
    _write, actor = writer(database)
    today: date = database.read(lambda work: work.today)
    first = wish.first or today.replace(day=1)
    seen = database.read(lambda work: board.dashboard(work, first=first, last=wish.last), actor=actor)
    shapes = {Unit.MONEY: Shape.MONEY, Unit.RATE: Shape.PERCENT}
    rows = []
    for key in seen.keys:
        shape = shapes.get(METRICS[key.code].unit, Shape.POINTS)
        rows.append([_(METRICS[key.code].name), *(_cell(v, shape) for v in (key.value, key.before, key.year_before))])
    table = terminal.table((_("Figure"), _("Now"), _("Before"), _("Last year")), rows, (False, True, True, True))
    terminal.tell(asdict(seen), [f"{seen.first} – {seen.last}", "", *table])
    return 0
