"""Which column is which field: guessed from the titles, then each row judged field by field."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from desktop_admin.i18n import N_, _, in_every_language
from desktop_admin.services.errors import Refused
from desktop_admin.services.rules.amounts import plain
from desktop_admin.services.spreadsheets.cells import Cell, CellError, CellFault, Row, shown
from desktop_admin.services.spreadsheets.kinds import Field, ImportKind, Reader

Columns: TypeAlias = Mapping[str, int]  # field -> column, from 0

_NOISE = re.compile(r"[\s_\-:：*＊#()\[\]{}“”\"'./]+")
ADDED = (N_("Row in the file"), N_("Why not imported"))  # titles before the file's own in a workbook of rejects
_SHORT = 64
_MOST_KEPT = 16_384
_NEEDED = N_("This is needed.")
_EXTRA = N_("The row has more cells than the header; a comma in a text may lack its quotes.")


@dataclass(frozen=True)
class Guess:
    """What the titles suggest: the columns found, and the required fields still without one."""

    columns: Columns
    missing: tuple[str, ...]
    unused: tuple[int, ...]


class Judged(NamedTuple):
    """One row read: the values by field, None where blank, and what is wrong, by field."""

    row: Row
    values: dict[str, Any]
    errors: Sequence[tuple[str, CellError]] = ()

    @property
    def good(self) -> bool:
        """Say whether every field could be read."""
        return not self.errors


def folded(title: str) -> str:
    """Return a title as it is compared: width, case, spaces and signs made equal."""
    return _NOISE.sub("", plain(title)).casefold()


def added(header: Sequence[str]) -> int:
    """Return how many columns in front are ours: a workbook of rows left out begins with their numbers and reasons."""
    ours = len(header) > len(ADDED) and all(
        folded(title) in map(folded, in_every_language(own)) for title, own in zip(header, ADDED, strict=False)
    )
    return len(ADDED) if ours else 0


def signature(header: Sequence[str]) -> str:
    """Return what a mapping is remembered under: the same titles in the same order, without those we added."""
    text = "\x1f".join(folded(title) for title in header[added(header) :])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def guess(kind: ImportKind, header: Sequence[str]) -> Guess:
    """Guess the columns from the titles: exact titles first, in the order of the synonyms.

    A title in the language now shown counts, so our own templates and exports map themselves.
    """
    titles = [folded(title) for title in header]
    columns: dict[str, int] = {}
    taken: set[int] = set()
    wanted = [(rank, f, word) for f in kind.fields for rank, word in enumerate(_words(f))]
    for _rank, target, word in sorted(wanted, key=lambda each: each[0]):
        if target.name in columns:
            continue
        for index, title in enumerate(titles):
            if title and title == word and index not in taken:
                columns[target.name] = index
                taken.add(index)
                break
    missing = missing_fields(kind, columns)
    unused = tuple(i for i, title in enumerate(titles) if title and i not in taken)
    return Guess(columns, missing, unused)


def missing_fields(kind: ImportKind, columns: Columns) -> tuple[str, ...]:
    """Name the fields that must still be given a column; of a choice, the first."""
    lacking = [f.name for f in kind.fields if f.required and f.name not in columns]
    lacking += [names[0] for names in kind.needs_one_of if not any(n in columns for n in names)]
    return tuple(lacking)


def _words(target: Field) -> Iterator[str]:
    for word in (target.title, _(target.title), target.name, *target.synonyms):
        yield folded(word)


class Judge:
    """Reads rows of one kind by one mapping; `readers` replaces single readers by the person's.

    That is how a rounding or an order of day and month chosen in the preview takes effect.
    """

    def __init__(
        self,
        kind: ImportKind,
        columns: Columns,
        *,
        width: int = 0,
        readers: Mapping[str, Reader] | None = None,
    ) -> None:
        """Prepare; refuses a mapping without the required columns."""
        if missing := missing_fields(kind, columns):
            titles = ", ".join(_(kind.field(name).title) for name in missing)
            raise Refused(N_("No column has been chosen for: {fields}."), fields=titles)
        chosen = readers or {}
        self._width = width
        self._plan = [
            (f.name, columns[f.name], chosen.get(f.name, f.read), f.required, _Remembered())
            for f in kind.fields
            if f.name in columns
        ]
        self._last = max(column for _name, column, *_rest in self._plan)

    def judge(self, row: Row) -> Judged:
        """Read every mapped cell of a row; errors are collected, not raised."""
        cells = row[1]
        values: dict[str, Any] = {}
        errors: list[tuple[str, CellError]] = []
        if len(cells) != self._width:
            cells = self._even(cells, errors)
        for name, column, read, required, remembered in self._plan:
            cell = cells[column]
            if type(cell) is str:  # the same texts come again and again: what they mean is kept
                value = remembered.get(cell, errors)
                if value is not errors:
                    values[name] = value
                    continue
            try:
                values[name] = value = self._read(cell, read, required)
            except CellError as error:
                error.field = name
                values[name] = None
                errors.append((name, error))
            else:
                if type(cell) is str:
                    remembered.keep(cell, value)
        return Judged(row, values, errors)

    def _read(self, cell: Cell, read: Reader, required: bool) -> object:
        if cell is None or cell == "" or (isinstance(cell, str) and cell.isspace()):
            if required:
                raise CellError(_NEEDED)
            return None
        return read(cell)

    def _even(self, cells: Sequence[Cell], errors: list[tuple[str, CellError]]) -> Sequence[Cell]:
        """Fill a short row up to the last mapped column; name what is wrong with the row itself."""
        count = len(cells)
        if self._width and count > self._width and _filled(cells[self._width :]):
            errors.append(("", CellError(_EXTRA)))
        elif count == 1 and isinstance(cells[0], CellFault):
            errors.append(("", CellError.of_fault(cells[0])))
        return [*cells, *[None] * (self._last + 1 - count)] if count <= self._last else cells


class _Remembered(dict[str, object]):
    """What the texts of one column meant; begins anew when it is full, so memory stays flat."""

    def keep(self, text: str, value: object) -> None:
        """Keep a short text's value."""
        if len(text) <= _SHORT:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[text] = value


def _filled(cells: Sequence[Cell]) -> bool:
    return any(shown(cell).strip() for cell in cells)
