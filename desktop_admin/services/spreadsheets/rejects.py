"""The workbook of the rows that were not taken, with the reason beside each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from desktop_admin.i18n import _
from desktop_admin.services.errors import Refused
from desktop_admin.services.spreadsheets.cells import Cell, shown
from desktop_admin.services.spreadsheets.kinds import ImportKind
from desktop_admin.services.spreadsheets.mapping import ADDED
from desktop_admin.services.spreadsheets.neutral import clean, is_dangerous
from desktop_admin.services.spreadsheets.tables import About, Column, Shape, WrittenFile
from desktop_admin.services.spreadsheets.writing import (
    Styles,
    workbook,
    write_about,
    write_header,
)

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet


class Rejected(NamedTuple):
    """A row that was not taken: its number in the file, its cells as read, why, by field."""

    number: int
    cells: Sequence[Cell]
    errors: Sequence[tuple[str, Refused]]


def write_rejects(
    path: Path,
    kind: ImportKind,
    header: Sequence[str],
    columns: Mapping[str, int],
    rows: Iterable[Rejected],
    about: About,
) -> WrittenFile:
    """Write row number, reason and the cells as they were; wrong cells are coloured.

    The original titles stay, so that the file, once corrected, imports by the same mapping.
    """
    count = 0
    with workbook(path) as (book, temporary):
        styles = Styles(book)
        sheet = book.add_worksheet(_("Rows not imported"))
        titles = [
            Column(_(ADDED[0]), Shape.WHOLE),
            Column(_(ADDED[1]), width=60),
        ]
        write_header(sheet, styles, [*titles, *(Column(title) for title in header)])
        sheet.freeze_panes(1, 2)
        for count, rejected in enumerate(rows, start=1):
            styles.put(sheet, (count, 0), rejected.number, Shape.WHOLE)
            styles.put(sheet, (count, 1), reason(kind, rejected.errors), Shape.TEXT)
            wrong = {columns[name] for name, _error in rejected.errors if name in columns}
            for index in range(max(len(rejected.cells), *(c + 1 for c in wrong), 0)):
                cell = rejected.cells[index] if index < len(rejected.cells) else None
                _put(sheet, styles, (count, index + 2), cell, bad=index in wrong)
        write_about(book, styles, about, count, _("About this file"))
        book.close()
        size = temporary.stat().st_size
    return WrittenFile(path, count, size)


def reason(kind: ImportKind, errors: Sequence[tuple[str, Refused]]) -> str:
    """Say why a row was not taken: "Phone: … · Birthday: …"."""
    titles = {f.name: f.title for f in kind.fields}
    parts = []
    for name, error in errors:
        title = titles.get(name)
        parts.append(f"{_(title)}: {error.text()}" if title else error.text())
    return " · ".join(parts)


def _put(sheet: Worksheet, styles: Styles, at: tuple[int, int], cell: Cell, *, bad: bool) -> None:
    if bad:
        text = clean(shown(cell))
        if text:
            sheet.write_string(*at, text, styles.bad_harmless if is_dangerous(text) else styles.bad)
        else:
            sheet.write_blank(*at, None, styles.bad)
    elif isinstance(cell, Decimal):
        sheet.write_number(*at, float(cell))  # at most 15 digits, which a float keeps
    elif type(cell) is int:
        sheet.write_number(*at, cell)
    elif isinstance(cell, datetime):
        styles.put(sheet, at, cell, Shape.MOMENT)
    else:
        styles.put(sheet, at, shown(cell), Shape.TEXT)
