"""Workbooks, read in the process that calls: only the parser's own process should (see child)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop_admin.services.errors import Refused
from desktop_admin.services.spreadsheets.cells import Limits, Row, SheetFacts, header_of
from desktop_admin.services.spreadsheets.container import guard
from desktop_admin.services.spreadsheets.xlsx_parts import Parts, read_parts
from desktop_admin.services.spreadsheets.xlsx_sheet import Merged, SheetReader
from desktop_admin.services.spreadsheets.xml import DAMAGED

_SAMPLE_ROWS = 20


@contextmanager
def _opened(path: Path, limits: Limits) -> Iterator[zipfile.ZipFile]:
    guard(path, limits)
    try:
        container = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Refused(DAMAGED) from error
    with container:
        yield container


def inspect(path: Path, limits: Limits) -> tuple[SheetFacts, ...]:
    """Say what each sheet holds: rows, titles, what is hidden, merged or was never calculated."""
    with _opened(path, limits) as container:
        parts = read_parts(container, limits)
        return tuple(_facts(container, parts, index, limits) for index in range(len(parts.sheets)))


def _facts(container: zipfile.ZipFile, parts: Parts, index: int, limits: Limits) -> SheetFacts:
    sheet = parts.sheets[index]
    reader = SheetReader(parts, limits, values_of=_SAMPLE_ROWS)
    for _piece in reader.read(container, sheet.part):
        pass
    sample = tuple(reader.rows)
    return SheetFacts(
        name=sheet.name,
        rows=reader.count,
        last_row=reader.last_row,
        columns=reader.columns,
        header_row=header_of(sample),
        sample=sample,
        hidden_rows=reader.hidden_rows,
        hidden_columns=reader.hidden_columns,
        merged=tuple(reader.merged),
        merged_count=reader.merged_count,
        formulas_without_value=reader.formulas_without_value,
        beyond=reader.beyond,
        visible=sheet.visible,
    )


def batches(
    path: Path, limits: Limits, *, sheet: str, after: int, merged: tuple[str, ...]
) -> Iterator[list[Row]]:
    """Stream the rows after the given one, a few hundred at a time, merged cells marked."""
    with _opened(path, limits) as container:
        parts = read_parts(container, limits)
        part = next((s.part for s in parts.sheets if s.name == sheet), None)
        if part is None:
            raise Refused(DAMAGED)
        reader = SheetReader(parts, limits)
        areas = Merged(merged)
        for _piece in reader.read(container, part):
            yield _ready(reader, areas, after)
        yield _ready(reader, areas, after)


def _ready(reader: SheetReader, areas: Merged, after: int) -> list[Row]:
    done = [areas.apply(row) for row in reader.rows if row.number > after]
    reader.rows.clear()
    return done
