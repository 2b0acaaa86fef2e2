"""Workbooks and CSV out: streamed, styled, harmless, and there whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from decimal import Decimal
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from desktop_admin.i18n import N_, _
from desktop_admin.services.errors import Refused
from desktop_admin.services.spreadsheets.aside import aside, trouble
from desktop_admin.services.spreadsheets.neutral import clean, is_dangerous, neutral
from desktop_admin.services.spreadsheets.tables import (
    About,
    Chart,
    Column,
    Shape,
    Sheet,
    WrittenFile,
)

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_575  # below the header
_WIDEST = 60
_EXACT = 10**15  # a spreadsheet keeps no more digits of a number
_HEADER = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#2F5D8A", "valign": "vcenter",
           "border": 1, "border_color": "#24496D", "text_wrap": True}  # fmt: skip
_FORMATS = {
    Shape.TEXT: {"num_format": "@"},
    Shape.CODE: {"num_format": "@"},
    Shape.WHOLE: {"num_format": "#,##0"},
    Shape.POINTS: {"num_format": "#,##0"},
    Shape.MONEY: {"num_format": "#,##0.00"},
    Shape.PERCENT: {"num_format": "0.00%"},
    Shape.DATE: {"num_format": "yyyy-mm-dd"},
    Shape.MOMENT: {"num_format": "yyyy-mm-dd hh:mm"},
}
_WIDTHS = {
    Shape.TEXT: 24, Shape.CODE: 18, Shape.WHOLE: 12, Shape.POINTS: 12, Shape.MONEY: 14,
    Shape.PERCENT: 10, Shape.DATE: 12, Shape.MOMENT: 17,
}  # fmt: skip
_PLACES = {Shape.MONEY: 2, Shape.PERCENT: 4}
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_TOO_LONG = N_("A sheet holds at most {most:,} rows; narrow the filter or export as CSV.")

Progress = Callable[[int], None]  # rows written so far; may raise to stop


def write_workbook(
    path: Path, sheets: Sequence[Sheet], about: About, *, progress: Progress | None = None
) -> WrittenFile:
    """Write a workbook with frozen titles, formats, totals, charts and a sheet about itself.

    Rows stream to disk.  Refuses more than 1,048,575 rows in a sheet; Trouble when the disk is
    full or the file is open elsewhere; then nothing is there under the final name.
    """
    with workbook(path) as (book, temporary):
        styles = Styles(book)
        names: set[str] = set()
        total = 0
        for sheet in sheets:
            name = _sheet_name(sheet.name, names)
            total += _write_sheet(book, styles, sheet, name, progress)
        write_about(book, styles, about, total, _sheet_name(_("About this file"), names))
        book.set_properties({"title": clean(about.title), "author": clean(about.operator)})
        book.close()
        size = temporary.stat().st_size
    return WrittenFile(path, total, size)


@contextmanager
def workbook(path: Path, *, streaming: bool = True) -> Iterator[tuple[Workbook, Path]]:
    """Open a workbook that takes its final name when it has been closed without an error.

    What XlsxWriter puts aside while it works lies in a folder beside it and goes with it.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxFileError

    with (
        aside(path) as temporary,
        TemporaryDirectory(
            dir=path.parent, prefix=f".{path.name[:40]}.", ignore_cleanup_errors=True
        ) as scratch,
    ):
        options = {"constant_memory": streaming, "tmpdir": scratch, "strings_to_formulas": False}
        book = xlsxwriter.Workbook(str(temporary), options)
        try:
            yield book, temporary
        except XlsxFileError as error:
            raise _unwrapped(error, path) from error
        finally:
            _let_go(book)


def write_csv(
    path: Path,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    *,
    progress: Progress | None = None,
) -> WrittenFile:
    """Write CSV that Excel opens rightly in any language: UTF-8 with a mark, CRLF, quoted.

    Text that could be taken for a formula gets a ' before it, which the import takes away.
    """
    shapes = [column.shape for column in columns]
    count = 0
    with aside(path) as temporary:
        with (
            temporary.open("wb") as raw,
            TextIOWrapper(raw, encoding="utf-8-sig", newline="") as file,
        ):
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow([neutral(clean(column.title)) for column in columns])
            for row in rows:
                writer.writerow(list(map(as_text, row, shapes)))
                count += 1
                if progress is not None and not count % 1000:
                    progress(count)
        size = temporary.stat().st_size
    return WrittenFile(path, count, size)


def as_text(value: object, shape: Shape) -> str:
    """Show a value as CSV and the clipboard carry it; only text is made harmless."""
    if value is None:
        return ""
    if isinstance(value, str):
        return neutral(clean(value))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        places = _PLACES.get(shape)
        return f"{Decimal(value).scaleb(-places):f}" if places else str(value)
    return neutral(clean(str(value)))


class Styles:
    """The cell formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        """Make them in the workbook."""
        self.header: Format = book.add_format(_HEADER)
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        self.label: Format = book.add_format({"font_color": "#555555", "valign": "top"})
        self.value: Format = book.add_format({"text_wrap": True, "valign": "top", "align": "left"})
        self.bad: Format = book.add_format({"num_format": "@", "bg_color": "#FBE3E0"})
        self.bad_harmless: Format = book.add_format(
            {"num_format": "@", "bg_color": "#FBE3E0", "quote_prefix": True}
        )
        self.warning: Format = book.add_format({"bold": True, "font_color": "#9C1C1C"})
        # What Excel itself does for text typed behind a ': it stays text when it is edited
        self.harmless: Format = book.add_format({"num_format": "@", "quote_prefix": True})
        self.cells = {shape: book.add_format(props) for shape, props in _FORMATS.items()}
        total = {"bold": True, "top": 1}
        self.totals = {s: book.add_format({**p, **total}) for s, p in _FORMATS.items()}

    def put(self, sheet: Worksheet, at: tuple[int, int], value: object, shape: Shape) -> None:
        """Write one value in its column's format."""
        row, column = at
        style = self.cells[shape]
        if value is None or value == "":
            return
        if isinstance(value, str):
            text = clean(value)
            sheet.write_string(row, column, text, self.harmless if is_dangerous(text) else style)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, value, self.cells[Shape.MOMENT])
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, style)
        elif isinstance(value, bool):
            sheet.write_string(row, column, _("yes") if value else _("no"), style)
        elif shape is Shape.CODE or not isinstance(value, int) or abs(value) >= _EXACT:
            sheet.write_string(row, column, as_text(value, shape), self.cells[Shape.CODE])
        else:
            places = _PLACES.get(shape)
            sheet.write_number(row, column, value / 10**places if places else value, style)


def _write_sheet(
    book: Workbook, styles: Styles, table: Sheet, name: str, progress: Progress | None
) -> int:
    sheet = book.add_worksheet(name)
    shapes = [column.shape for column in table.columns]
    write_header(sheet, styles, table.columns)
    sums = [0] * len(shapes)
    summed = [index for index, column in enumerate(table.columns) if column.total]
    count = 0
    for row in table.rows:
        count += 1
        if count > MOST_ROWS:
            raise Refused(_TOO_LONG, most=MOST_ROWS)
        for index, value in enumerate(row):
            styles.put(sheet, (count, index), value, shapes[index])
        for index in summed:
            value = row[index]
            if isinstance(value, int):
                sums[index] += value
        if progress is not None and not count % 500:
            progress(count)
    if count:
        sheet.autofilter(0, 0, count, len(shapes) - 1)
    if count and summed:
        _write_totals(sheet, styles, table.columns, sums, count)
    for index, chart in enumerate(table.charts):
        _add_chart(book, sheet, name, table, chart, (count, index))
    return count


def write_header(sheet: Worksheet, styles: Styles, columns: Sequence[Column]) -> None:
    """Write the titles, frozen and repeated on every printed page."""
    for index, column in enumerate(columns):
        least = sum(2 if ord(ch) > 0x2E80 else 1 for ch in column.title) + 4
        width = column.width or min(_WIDEST, max(_WIDTHS[column.shape], least))
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, clean(column.title), styles.header)
    sheet.set_row(0, 22)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_totals(
    sheet: Worksheet, styles: Styles, columns: Sequence[Column], sums: list[int], count: int
) -> None:
    from xlsxwriter.utility import xl_col_to_name

    row = count + 1
    for index, column in enumerate(columns):
        style = styles.totals[column.shape]
        if not column.total:
            sheet.write_string(row, index, _("Total") if index == 0 else "", style)
            continue
        letters = xl_col_to_name(index)
        value = sums[index] / 10 ** _PLACES.get(column.shape, 0)
        # 109: the sum of the rows that the filter leaves visible
        formula = f"=SUBTOTAL(109,{letters}2:{letters}{count + 1})"
        sheet.write_formula(row, index, formula, style, value)


def _add_chart(
    book: Workbook, sheet: Worksheet, name: str, table: Sheet, chart: Chart, place: tuple[int, int]
) -> None:
    count, index = place
    if not count:
        return
    options: dict[str, str] = {"type": chart.kind}
    if chart.stacked:
        options["subtype"] = "stacked"
    drawn = book.add_chart(options)
    for column in chart.values:
        drawn.add_series(
            {
                "name": [name, 0, column],
                "categories": [name, 1, chart.categories, count, chart.categories],
                "values": [name, 1, column, count, column],
            }
        )
    drawn.set_title({"name": clean(chart.title), "name_font": {"size": 12}, "overlay": False})
    drawn.set_legend({"position": "bottom"} if len(chart.values) > 1 or chart.kind == "pie"
                     else {"none": True})  # fmt: skip
    drawn.set_size({"width": 640, "height": 360})
    sheet.insert_chart(1 + index * 19, len(table.columns) + 1, drawn)


def write_about(book: Workbook, styles: Styles, about: About, rows: int, name: str) -> None:
    """Write the sheet that says where the figures come from."""
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 60)
    sheet.write_string(0, 0, clean(about.title), styles.title)
    lines = [
        (_("Shop"), about.shop),
        *about.filters,
        (_("Rows"), f"{rows:,}"),
        (_("Made by"), about.operator),
        (_("Made at"), about.made_at.strftime("%Y-%m-%d %H:%M:%S %z").strip()),
    ]
    row = 2
    for label, value in lines:
        if not value:
            continue
        sheet.write_string(row, 0, clean(label), styles.label)
        text = clean(value)
        sheet.write_string(row, 1, text, styles.harmless if is_dangerous(text) else styles.value)
        row += 1
    if about.personal:
        warning = _("This file holds personal data. Delete it when it is no longer needed.")
        sheet.write_string(row + 1, 0, warning, styles.warning)


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """Make a name Excel takes: 31 characters, none of []:*?/\\, no ' at the ends, unique."""
    base = clean(wanted).translate(_FORBIDDEN_IN_NAMES).strip(" '")[:31] or _("Sheet")
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base[: 31 - len(str(number)) - 1]} {number}"
    taken.add(name.casefold())
    return name


def _unwrapped(error: Exception, path: Path) -> Exception:
    cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else None
    return trouble(cause, path) if cause else trouble(OSError(str(error)), path)


def _let_go(book: Workbook) -> None:
    """Close what was left open when the writing was broken off, so that it can be removed."""
    for sheet in book.worksheets():
        handle = getattr(sheet, "row_data_fh", None)
        if handle is not None:
            with suppress(OSError):  # a full disk refuses the last piece once more
                handle.close()
    book.fileclosed = 1
