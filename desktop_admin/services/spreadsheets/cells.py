"""What a row is made of, how far reading goes, and what can be wrong with a cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from desktop_admin.services.errors import Refused

MIB = 1024 * 1024


class CellFault(NamedTuple):
    """A cell that cannot be believed: why (marked for translation), its facts, and what it shows."""

    message: str
    facts: tuple[tuple[str, object], ...] = ()
    shown: str = ""


Cell: TypeAlias = str | int | Decimal | bool | datetime | CellFault | None


class Row(NamedTuple):
    """One row as read: its number as a spreadsheet counts them, from 1, and its cells."""

    number: int
    cells: Sequence[Cell]
    hidden: bool = False


class CellError(Refused):
    """A cell is not what its column needs; the rest of the row can still be judged."""

    @classmethod
    def of_fault(cls, fault: CellFault) -> CellError:
        """Turn what reading found into the error of a field."""
        error = cls(fault.message)
        error.facts = dict(fault.facts)
        return error


class Stopped(Exception):
    """Reading was asked to stop before the end."""


Cancelled: TypeAlias = Callable[[], bool]


@dataclass(frozen=True)
class Limits:
    """How far a file may go before it is refused; each kind of import may set its own."""

    workbook_bytes: int = 20 * MIB
    text_bytes: int = 2048 * MIB
    rows: int = 1_000_000
    columns: int = 200
    cell_characters: int = 32_767
    entries: int = 2_000
    unpacked_bytes: int = 150 * MIB
    ratio: int = 150
    blank_rows: int = 200  # reading a sheet stops after so many rows without a value
    line_bytes: int = 4 * MIB
    seconds: int = 60  # without a sign of life from the parser
    memory_bytes: int = 768 * MIB  # of the parser's process, where the system can hold it to that


LIMITS = Limits()


class FileKind(StrEnum):
    """What a file is, by its content."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class SheetFacts:
    """What one sheet (or the one table of a text file) holds, before anything is imported.

    `rows` counts rows with a value, the header among them (estimated for text files); `first` and
    the sample are the first such rows.  `beyond` is the first row with a value after the gap of
    blank rows at which reading stops, 0 when there is none.
    """

    name: str
    rows: int = 0
    last_row: int = 0
    columns: int = 0
    header_row: int = 0
    sample: tuple[Row, ...] = ()
    hidden_rows: int = 0
    hidden_columns: int = 0
    merged: tuple[str, ...] = ()
    merged_count: int = 0
    formulas_without_value: int = 0
    beyond: int = 0
    visible: bool = True

    @property
    def header(self) -> tuple[str, ...]:
        """Return the titles of the columns, stripped; empty when no header was recognised."""
        for row in self.sample:
            if row.number == self.header_row:
                return tuple(shown(cell).strip() for cell in row.cells)
        return ()


@dataclass(frozen=True)
class FileFacts:
    """What a file is, announced in the preview.

    `confidence` of the encoding runs from 0 to 1; below 0.5 the person must choose.
    """

    path: str
    name: str
    kind: FileKind
    size: int
    modified_ns: int
    sha256: str
    sheets: tuple[SheetFacts, ...]
    encoding: str = ""
    confidence: float = 1.0
    delimiter: str = ""

    @property
    def certain(self) -> bool:
        """Say whether the encoding can be taken without asking."""
        return self.confidence >= 0.5

    def sheet(self, name: str | None = None) -> SheetFacts:
        """Find a sheet by name, or the first visible one that has rows."""
        if name is not None:
            for sheet in self.sheets:
                if sheet.name == name:
                    return sheet
            raise KeyError(name)
        candidates = [s for s in self.sheets if s.visible] or list(self.sheets)
        return next((s for s in candidates if s.rows), candidates[0])


def shown(cell: Cell) -> str:
    """Show a cell as a person would have typed it."""
    if cell is None:
        return ""
    if isinstance(cell, CellFault):
        return cell.shown
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, datetime):
        midnight = not (cell.hour or cell.minute or cell.second)
        return cell.strftime("%Y-%m-%d") if midnight else cell.strftime("%Y-%m-%d %H:%M:%S")
    return str(cell)


def header_of(rows: Sequence[Row]) -> int:
    """Guess which of the first rows holds the titles; 0 when none looks like it.

    Titles are texts, and nearly as many as the widest row has cells: that passes over a
    report's name and date above the table.
    """
    filled = [[cell for cell in row.cells if shown(cell).strip()] for row in rows]
    widest = max((len(cells) for cells in filled), default=0)
    for row, cells in zip(rows, filled, strict=True):
        if len(cells) * 5 >= widest * 3 and all(_title(cell) for cell in cells):
            return row.number
    return 0


def _title(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return False
    text = cell.strip()
    return any(ch.isalpha() for ch in text) and not text[:4].isdigit()


def without_trailing_blanks(cells: list[Cell]) -> list[Cell]:
    """Drop the empty cells at the end of a row."""
    end = len(cells)
    while end and (cells[end - 1] is None or cells[end - 1] == ""):
        end -= 1
    return cells if end == len(cells) else cells[:end]
