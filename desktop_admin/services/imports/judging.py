"""Rows to values, a block at a time: column by column, where what a text means is looked up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused
from desktop_admin.services.imports.records import Plan, Progress
from desktop_admin.services.spreadsheets import reading, values
from desktop_admin.services.spreadsheets.cells import CellError, FileFacts, FileKind, Row
from desktop_admin.services.spreadsheets.kinds import KINDS, ImportKind, Reader
from desktop_admin.services.spreadsheets.mapping import Judge

_BLOCK = 4096
_KEPT = 16_384
_SHORT = 64
_NEEDED = N_("This is needed.")

Errors = list[tuple[str, CellError]]


@dataclass(slots=True)
class Block:
    """Some rows read: a list per mapped field (None where blank or wrong), and what is wrong, by place."""

    rows: Sequence[Row]
    fields: dict[str, list[Any]]
    errors: dict[int, Errors]

    def column(self, name: str) -> Sequence[Any]:
        """A field's values; None throughout where no column is mapped to it."""
        return self.fields.get(name) or [None] * len(self.rows)


class _Memo(dict[str, Any]):
    """What the texts of one column mean. Answers the error itself where a text means nothing, and says so."""

    def __init__(self, reader: Reader, required: bool) -> None:
        super().__init__()
        self._read, self._required, self.wrong = reader, required, False

    def __missing__(self, cell: str) -> Any:
        try:
            if not cell or cell.isspace():
                if self._required:
                    raise CellError(_NEEDED)
                value = None
            else:
                value = self._read(cell)
        except CellError as error:
            self.wrong = True
            return error
        if len(cell) <= _SHORT:
            if len(self) >= _KEPT:
                self.clear()
            self[cell] = value
        return value


class BlockJudge:
    """Judges blocks of rows by one plan."""

    def __init__(self, plan: Plan, minor_digits: int) -> None:
        self._kind: ImportKind = KINDS[plan.kind]
        self._width = len(plan.header)
        readers = readers_of(plan, minor_digits)
        self._slow = Judge(self._kind, plan.columns, width=self._width, readers=readers)
        self._memos = [
            (f.name, plan.columns[f.name], _Memo(readers.get(f.name, f.read), f.required))
            for f in self._kind.fields
            if f.name in plan.columns
        ]

    def judge(self, rows: Sequence[Row], *, plain_text: bool) -> Block:
        """Read every mapped cell. ``plain_text``: every cell is text, as in CSV."""
        cells = [row[1] for row in rows]
        # a row that could not be cut into cells is one cell of another type
        if not plain_text or self._width < 2 or set(map(len, cells)) != {self._width}:
            return self._by_row(rows)
        columns = list(zip(*cells, strict=True))
        fields: dict[str, list[Any]] = {}
        errors: dict[int, Errors] = {}
        for name, column, memo in self._memos:
            memo.wrong = False
            read = list(map(memo.__getitem__, columns[column]))
            if memo.wrong:
                for place, value in enumerate(read):
                    if isinstance(value, CellError):
                        value.field = name
                        errors.setdefault(place, []).append((name, value))
                        read[place] = None
            fields[name] = read
        return Block(rows, fields, errors)

    def _by_row(self, rows: Sequence[Row]) -> Block:
        fields: dict[str, list[Any]] = {name: [] for name, _column, _memo in self._memos}
        errors: dict[int, Errors] = {}
        for place, row in enumerate(rows):
            judged = self._slow.judge(row)
            for name, read in fields.items():
                read.append(judged.values[name])
            if judged.errors:
                errors[place] = list(judged.errors)
        return Block(rows, fields, errors)


def readers_of(plan: Plan, minor_digits: int) -> dict[str, Reader]:
    """The readers as the shop and the person want them: its coins, their order of day and month."""
    money = partial(values.money, places=minor_digits)
    moment = partial(values.moment, order=plan.options.order)
    day = partial(values.day, order=plan.options.order)
    return {
        "amount": money, "refund": money, "bought_at": moment, "paid_at": moment,
        "birthday": day, "enrolled_on": day, "expires_on": day,
    }  # fmt: skip


def blocks(plan: Plan, facts: FileFacts, minor_digits: int, progress: Progress) -> Iterator[Block]:
    """Read and judge the whole file in constant memory; reading stops at once when asked to."""
    judge = BlockJudge(plan, minor_digits)
    limits = KINDS[plan.kind].limits
    plain = facts.kind is FileKind.CSV
    rows = reading.rows(
        facts, sheet=plan.sheet or None, hidden=plan.options.hidden_rows, limits=limits,
        cancelled=None if plain else lambda: progress.cancelled,  # a text is read here, by blocks
    )  # fmt: skip
    while block := list(islice(rows, _BLOCK)):
        yield judge.judge(block, plain_text=plain)


def problem_facts(error: Refused) -> dict[str, str | int]:
    """An error's facts as they are stored."""
    return {
        name: fact if isinstance(fact, int) and not isinstance(fact, bool) else str(fact)
        for name, fact in error.facts.items()
    }
