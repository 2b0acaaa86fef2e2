"""One sheet, streamed: its XML is read in pieces and each row comes out when it closes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused
from desktop_admin.services.spreadsheets.cells import Cell, CellFault, Limits, Row
from desktop_admin.services.spreadsheets.xlsx_cells import (
    NO_VALUE,
    checked,
    error_value,
    number,
    styled_number,
)
from desktop_admin.services.spreadsheets.xlsx_parts import Parts, unescape
from desktop_admin.services.spreadsheets.xml import DAMAGED, grow, local

_MOST_MERGED = 10_000
_LAST_ROW = 1_048_576
_PIECES_PER_ROW = 64  # of 256 KiB; no row of a table is longer, and none after it is that long
_TOO_WIDE = N_("Row {row} has a value beyond column {most}; at most {most} columns are imported.")
_TOO_LONG = N_("The file has more than {most:,} rows; divide it first.")
_IN_MERGED = N_("The cell is part of the merged area {area}; divide it first.")


class SheetReader:
    """Reads one sheet; `rows` are those read so far, the announcements are complete at its end."""

    def __init__(self, parts: Parts, limits: Limits, *, values_of: int | None = None) -> None:
        """Read values, or with `values_of` = n only those of the first n rows: the rest counts."""
        self.rows: list[Row] = []
        self.count = self.last_row = self.columns = 0
        self.hidden_rows = self.hidden_columns = 0
        self.formulas_without_value = 0
        self.beyond = 0
        self.merged: list[str] = []
        self.merged_count = 0
        self._parts, self._limits = parts, limits
        self._values_of = values_of
        self._columns: dict[str, int] = {}
        self._styled: dict[str | None, int] = {
            str(index): style for index, style in enumerate(parts.styles) if style
        }
        self._row = 0
        self._names: _Names | None = None

    def read(self, container: zipfile.ZipFile, part: str) -> Iterator[None]:
        """Read on by one piece of the sheet per step; `rows` fills up; ends early at the gap."""
        above: Element | None = None
        pieces = 0
        for above in grow(container, part):
            table = self._table(above)
            pieces = 0 if self._take_rows(table, whole=False) else pieces + 1
            if self.beyond:
                return
            if pieces > _PIECES_PER_ROW:
                raise Refused(DAMAGED)
            yield
        if above is None:
            raise Refused(DAMAGED)
        self._take_rows(self._table(above), whole=True)
        if not self.beyond:
            self._announce(above)

    def _table(self, above: Element) -> Element | None:
        """Find the element that holds the rows, once the file has come so far."""
        if not len(above):
            return None
        if self._names is None:
            if local(above[0].tag) != "worksheet":
                raise Refused(DAMAGED)
            self._names = _Names(above[0].tag)
        return above[0].find(self._names.table)

    def _take_rows(self, table: Element | None, *, whole: bool) -> int:
        """Take the finished rows out of the tree; the last one is finished only at the end."""
        if table is None or self._names is None:
            return 0
        count = len(table) if whole else len(table) - 1
        for index in range(count):
            row = table[index]
            if row.tag == self._names.row:
                self._take_row(row, self._names)
            if self.beyond:
                break
        if count > 0:
            del table[:count]
        return count

    def _announce(self, above: Element) -> None:
        for element in above.iter():
            kind = local(element.tag)
            if kind == "mergeCell":
                self.merged_count += 1
                area = element.get("ref", "")
                if len(self.merged) < _MOST_MERGED and area:
                    self.merged.append(area)
            elif kind == "col" and element.get("hidden") in ("1", "true"):
                first = _whole(element.get("min"), 1)
                last = min(_whole(element.get("max"), first), self._limits.columns)
                self.hidden_columns += max(0, last - first + 1)

    def _take_row(self, element: Element, names: _Names) -> None:
        before = self._row
        self._row = _whole(element.get("r"), before + 1)
        if not before < self._row <= _LAST_ROW:
            raise Refused(DAMAGED)
        if not len(element):
            return
        cells = self._cells(element, names)
        if not cells:
            return
        if self._row - self.last_row > self._limits.blank_rows:
            self.beyond = self._row
            return
        self.count += 1
        if self.count > self._limits.rows:
            raise Refused(_TOO_LONG, most=self._limits.rows)
        self.last_row = self._row
        self.columns = max(self.columns, len(cells))
        hidden = element.get("hidden") in ("1", "true")
        self.hidden_rows += hidden
        if self._values_of is None or self.count <= self._values_of:
            self.rows.append(Row(self._row, cells, hidden))

    def _cells(self, row: Element, names: _Names) -> list[Cell]:
        columns, strings, dated = self._columns, self._parts.strings, self._styled
        in_value = names.value
        light = self._values_of is not None and self.count >= self._values_of
        digits = len(str(self._row))
        cells: list[Cell] = []
        column = -1
        for cell in row:
            get = cell.get
            place = get("r")
            if place is None:
                column += 1
            else:
                known = columns.get(place[:-digits])
                column = self._column(place[:-digits]) if known is None else known
            if not len(cell):
                continue
            node = cell[0]
            if node.tag != in_value or not (text := node.text):
                value = self._rarer(cell, names)
            elif light:
                value = True
            elif (kind := get("t")) == "s":
                index = _whole(text, -1)
                if index >= len(strings):
                    raise Refused(DAMAGED)
                value = strings[index]
            elif kind is None and get("s") not in dated:
                value = number(text)
            else:
                value = self._value(kind, text, get("s"))
            if value is None or value == "":
                continue
            if column == len(cells) < self._limits.columns:
                cells.append(value)
            else:
                self._put(cells, column, value)
        return cells

    def _column(self, letters: str) -> int:
        column = self._columns[letters] = column_number(letters)
        return column

    def _put(self, cells: list[Cell], column: int, value: Cell) -> None:
        if column >= self._limits.columns:
            raise Refused(_TOO_WIDE, row=self._row, most=self._limits.columns)
        gap = column - len(cells)
        if gap < 0:
            raise Refused(DAMAGED)
        cells.extend([None] * gap)
        cells.append(value)

    def _rarer(self, cell: Element, names: _Names) -> Cell:
        """Read a formula, a text that stands in the cell itself, or nothing."""
        node = cell.find(names.value)
        text = "" if node is None else node.text or ""
        kind = cell.get("t")
        if not text and cell.find(names.formula) is not None:
            if kind == "str" and node is not None:
                return None  # a formula whose value is the empty text
            self.formulas_without_value += 1
            return NO_VALUE
        if kind == "inlineStr":
            inline = cell.find(names.inline)
            if inline is None:
                return None
            runs = inline.findall(names.text) + inline.findall(f"{names.run}/{names.text}")
            text = "".join(run.text or "" for run in runs)
            return checked(unescape(text), self._limits.cell_characters)
        if not text:
            return None
        return self._value(kind, text, cell.get("s"))

    def _value(self, kind: str | None, text: str, style: str | None) -> Cell:
        if kind is None or kind == "n":
            shows = self._styled.get(style)
            return styled_number(text, shows, self._parts.epoch_1904) if shows else number(text)
        if kind == "s":
            index = _whole(text, -1)
            if index >= len(self._parts.strings):
                raise Refused(DAMAGED)
            return self._parts.strings[index]
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "e":
            return error_value(text)
        return checked(unescape(text), self._limits.cell_characters)


class _Names:
    """The names of the elements in the namespace of this sheet."""

    def __init__(self, root: str) -> None:
        space = root[: -len("worksheet")]
        self.table, self.row = space + "sheetData", space + "row"
        self.value, self.formula, self.text = space + "v", space + "f", space + "t"
        self.inline, self.run = space + "is", space + "r"


@lru_cache(maxsize=4096)
def _whole(text: str | None, absent: int) -> int:
    if text is None:
        return absent
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise Refused(DAMAGED)
    return int(text)


def column_number(letters: str) -> int:
    """Turn the letters of a column into its number from 0; refuses what is no column."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise Refused(DAMAGED)
        number = number * 26 + ord(letter) - 64
    if not 0 < number <= 16_384:
        raise Refused(DAMAGED)
    return number - 1


class Merged:
    """The merged areas of a sheet: a cell inside one, but not its first, has no value of its own."""

    def __init__(self, areas: tuple[str, ...]) -> None:
        self._waiting = sorted(filter(None, map(_area, areas)), reverse=True)
        self._open: list[tuple[int, int, int, int, str]] = []

    def apply(self, row: Row) -> Row:
        """Mark the cells of the row that lie in a merged area; rows must come in order."""
        while self._waiting and self._waiting[-1][0] <= row.number:
            self._open.append(self._waiting.pop())
        if not self._open:
            return row
        self._open = [area for area in self._open if area[2] >= row.number]
        cells = list(row.cells)
        for top, left, _bottom, right, area in self._open:
            fault = CellFault(_IN_MERGED, (("area", area),))
            if right >= len(cells):
                cells.extend([None] * (min(right + 1, 200) - len(cells)))
            for column in range(left, min(right + 1, len(cells))):
                if (row.number, column) != (top, left):
                    cells[column] = fault
        return row._replace(cells=cells)


def _area(text: str) -> tuple[int, int, int, int, str] | None:
    first, _colon, last = text.replace("$", "").partition(":")
    last = last or first
    letters = first.rstrip("0123456789"), last.rstrip("0123456789")
    numbers = first[len(letters[0]) :], last[len(letters[1]) :]
    if not all(letters) or not all(n.isdigit() for n in numbers):
        return None
    return (
        int(numbers[0]),
        column_number(letters[0]),
        int(numbers[1]),
        column_number(letters[1]),
        text,
    )
