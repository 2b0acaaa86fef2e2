"""Looks into a file and streams its rows, whatever it is: one door for CSV and XLSX."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.spreadsheets import csv_file
from desktop_admin.services.spreadsheets.cells import (
    LIMITS,
    MIB,
    Cancelled,
    FileFacts,
    FileKind,
    Limits,
    Row,
    SheetFacts,
    Stopped,
)
from desktop_admin.services.spreadsheets.child import answers
from desktop_admin.services.spreadsheets.container import kind_of
from desktop_admin.services.spreadsheets.encoding import ENCODINGS

_CHANGED = N_("The file has changed since it was looked at; choose it again.")
_UNREADABLE = N_("The file {name} cannot be read: {reason}.")


def inspect(
    path: str | Path,
    *,
    limits: Limits = LIMITS,
    encoding: str | None = None,
    delimiter: str | None = None,
    cancelled: Cancelled | None = None,
) -> FileFacts:
    """Say what a file is and holds; everything the preview announces.

    Workbooks are parsed in a process of their own.  Refuses what `container` and `limits` forbid;
    an encoding or delimiter given by the person overrides the guess.
    """
    file = Path(path).absolute()
    try:
        if kind_of(file, limits) is FileKind.XLSX:
            return _inspect_workbook(file, limits, cancelled)
        if encoding is not None and encoding not in ENCODINGS:
            encoding = _known(encoding)
        return csv_file.inspect(file, limits, encoding=encoding, delimiter=delimiter)
    except OSError as error:
        raise _trouble(file, error) from error


def rows(
    source: str | Path | FileFacts,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    after: int | None = None,
    hidden: bool = False,
    limits: Limits = LIMITS,
    cancelled: Cancelled | None = None,
) -> Iterator[Row]:
    """Stream the rows below the header in constant memory; blank rows are passed over.

    `after` is the row to begin behind (default: the header found), which is also how an
    interrupted import goes on.  Hidden rows come only when asked for.  Closing the iterator, or
    `cancelled` answering true, ends the parser at once; the latter raises `Stopped`.
    """
    facts = (
        source
        if isinstance(source, FileFacts)
        else inspect(
            source, limits=limits, encoding=encoding, delimiter=delimiter, cancelled=cancelled
        )
    )
    facts = replace(
        facts, encoding=encoding or facts.encoding, delimiter=delimiter or facts.delimiter
    )
    _unchanged(facts)
    try:
        table = facts.sheet(sheet)
    except KeyError as error:
        raise Refused(N_("The workbook has no sheet named {name}."), name=sheet) from error
    start = table.header_row if after is None else after
    if facts.kind is FileKind.CSV:
        return _text_rows(facts, limits, start, cancelled)
    return _workbook_rows(facts, table, limits, start, hidden, cancelled)


def _text_rows(
    facts: FileFacts, limits: Limits, start: int, cancelled: Cancelled | None
) -> Iterator[Row]:
    try:
        if cancelled is None:
            yield from csv_file.rows(facts, limits, after=start)
            return
        for count, row in enumerate(csv_file.rows(facts, limits, after=start)):
            if not count & 1023 and cancelled():
                raise Stopped
            yield row
    except OSError as error:
        raise _trouble(Path(facts.path), error) from error


def _workbook_rows(
    facts: FileFacts,
    table: SheetFacts,
    limits: Limits,
    start: int,
    hidden: bool,
    cancelled: Cancelled | None,
) -> Iterator[Row]:
    request: dict[str, object] = {
        "ask": "rows",
        "path": facts.path,
        "sheet": table.name,
        "after": start,
        "merged": table.merged,
    }
    for answer in answers(request, limits, cancelled):
        for number, cells, out_of_sight in answer[1]:
            if hidden or not out_of_sight:
                yield Row(number, cells, out_of_sight)


def _inspect_workbook(file: Path, limits: Limits, cancelled: Cancelled | None) -> FileFacts:
    status = file.stat()
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(MIB):
            digest.update(chunk)
    sheets: tuple[SheetFacts, ...] = ()
    for answer in answers({"ask": "facts", "path": str(file)}, limits, cancelled):
        sheets = answer[1]
    return FileFacts(
        path=str(file),
        name=file.name,
        kind=FileKind.XLSX,
        size=status.st_size,
        modified_ns=status.st_mtime_ns,
        sha256=digest.hexdigest(),
        sheets=sheets,
    )


def _unchanged(facts: FileFacts) -> None:
    file = Path(facts.path)
    try:
        status = file.stat()
    except OSError as error:
        raise _trouble(file, error) from error
    if (status.st_size, status.st_mtime_ns) != (facts.size, facts.modified_ns):
        raise Refused(_CHANGED)


def _known(encoding: str) -> str:
    import codecs

    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        raise Refused(N_("The encoding {name} is not known."), name=encoding) from error


def _trouble(file: Path, error: OSError) -> Trouble:
    return Trouble(_UNREADABLE, name=file.name, reason=error.strerror or str(error))
