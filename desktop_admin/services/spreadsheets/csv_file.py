"""Text tables: which delimiter, which rows, at the speed of Python's csv module."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from functools import partial
from io import TextIOWrapper
from itertools import count, islice, repeat
from pathlib import Path

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused
from desktop_admin.services.spreadsheets.cells import (
    Cell,
    CellFault,
    FileFacts,
    FileKind,
    Limits,
    Row,
    SheetFacts,
    header_of,
    without_trailing_blanks,
)
from desktop_admin.services.spreadsheets.encoding import scan

DELIMITERS = ",\t;|"
_SAMPLE_ROWS = 20
_SNIFFED = 64 * 1024
_MAKE = partial(tuple.__new__, Row)

_UNCLOSED = N_(
    "Near row {row} a quotation mark is not closed, so the rest of the file would be one cell."
)
_WRONG_ENCODING = N_(
    "Near row {row} the file cannot be read as {encoding}; choose another encoding."
)
_TOO_WIDE = N_("Row {row} has {columns:,} columns; at most {most} can be imported.")
_TOO_LONG = N_("The file has more than {most:,} rows; divide it first.")


def inspect(
    path: Path, limits: Limits, *, encoding: str | None = None, delimiter: str | None = None
) -> FileFacts:
    """Say what a text table holds; the row count is the number of lines."""
    status = path.stat()
    found = scan(path, limits)
    chosen = encoding or found.encoding
    sign = delimiter or _delimiter(path, chosen)
    read = _read(path, chosen, sign, limits, errors="replace")  # a wrong guess must be seen
    sample = tuple(islice(read, _SAMPLE_ROWS))
    sheet = SheetFacts(
        name="",
        rows=max(found.lines, len(sample)),
        last_row=max(found.lines, len(sample)),
        columns=max((len(row.cells) for row in sample), default=0),
        header_row=header_of(sample),
        sample=sample,
    )
    return FileFacts(
        path=str(path),
        name=path.name,
        kind=FileKind.CSV,
        size=found.size,
        modified_ns=status.st_mtime_ns,
        sha256=found.sha256,
        sheets=(sheet,),
        encoding=chosen,
        confidence=1.0 if encoding else found.confidence,
        delimiter=sign,
    )


def rows(facts: FileFacts, limits: Limits, *, after: int = 0) -> Iterator[Row]:
    """Stream the rows after the given one; rows without a value are passed over."""
    read = _read(Path(facts.path), facts.encoding, facts.delimiter, limits, errors="strict")
    for row in read:
        if row.number > after:
            yield row
            break
    yield from read


def _read(
    path: Path, encoding: str, delimiter: str, limits: Limits, *, errors: str
) -> Iterator[Row]:
    counter = count(1)
    with (
        path.open("rb") as raw,
        TextIOWrapper(raw, encoding=encoding, errors=errors, newline="") as file,
    ):
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        allowed = islice(reader, limits.rows)
        widest = limits.columns
        while True:
            try:
                # zip and map build the records without a line of Python per row
                for row in map(_MAKE, zip(counter, allowed, repeat(False))):
                    cells = row[1]
                    if len(cells) > widest:
                        row = _narrowed(row[0], cells, widest)
                    if any(cells):
                        yield row
                if next(reader, None) is not None:
                    raise Refused(_TOO_LONG, most=limits.rows)
                return
            except csv.Error as error:
                number = next(counter) - 1  # zip had counted the row before it failed
                counter = count(number + 1)
                allowed = islice(reader, max(0, limits.rows - number))  # the old one has ended
                yield Row(number, [_badly_quoted(error, number)])
            except UnicodeError as error:
                line = _first_unreadable(path, encoding, next(counter) - 1)
                raise Refused(_WRONG_ENCODING, row=line, encoding=encoding) from error


def _first_unreadable(path: Path, encoding: str, otherwise: int) -> int:
    """Find the line that cannot be decoded; text is decoded in blocks, which says only roughly."""
    if encoding.startswith("utf-16"):
        return otherwise
    with path.open("rb") as raw:
        for number, line in enumerate(raw, start=1):
            try:
                line.decode(encoding)
            except UnicodeError:
                return number
    return otherwise


def _badly_quoted(error: csv.Error, number: int) -> Cell:
    """Tell a slip in one row, which is that row's error, from one that swallows the file."""
    reason = str(error)
    if "unexpected end" in reason or "field larger" in reason:
        raise Refused(_UNCLOSED, row=number) from error
    return CellFault(N_("The quotation marks in this row do not match."))


def _narrowed(number: int, cells: Sequence[Cell], most: int) -> Row:
    """Drop empty cells beyond the last column allowed; refuses a row with more than these."""
    if any(cells[most:]):
        raise Refused(_TOO_WIDE, row=number, columns=len(cells), most=most)
    return Row(number, without_trailing_blanks(list(cells[:most])))


def _delimiter(path: Path, encoding: str) -> str:
    """Choose the sign that cuts the first lines into the most, and equally many, cells."""
    with path.open("rb") as raw:
        try:
            with TextIOWrapper(raw, encoding=encoding, newline="", errors="replace") as file:
                lines = file.read(_SNIFFED).splitlines()[:_SAMPLE_ROWS]
        except UnicodeError:  # UTF-16 without its mark, when forced by hand
            return ","
    best, sign = 0.0, ","
    for candidate in DELIMITERS:
        widths = []
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=candidate) if row]
        except csv.Error:
            continue
        if not widths or max(widths) < 2:
            continue
        usual = max(set(widths), key=widths.count)
        agreeing = widths.count(usual) / len(widths)
        if usual > 1 and agreeing * usual**0.5 > best:
            best, sign = agreeing * usual**0.5, candidate
    return sign
