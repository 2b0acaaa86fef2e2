"""What is wrong with the rows of a file, gathered with a bound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from desktop_admin.services.errors import Refused
from desktop_admin.services.imports.judging import Block, problem_facts
from desktop_admin.services.imports.records import Problem
from desktop_admin.services.spreadsheets.cells import Cell, shown

MOST_KEPT = 20_000  # beyond that rows are counted, not told one by one


class Problems:
    """Errors and warnings by row; the first 20,000 rows are kept with their cells."""

    def __init__(self) -> None:
        self.kept: list[Problem] = []
        self.bad_rows = 0
        self.bad_numbers: set[str] = set()  # receipts of which a row is wrong: left out whole
        self.without_cells: set[int] = set()  # rows whose cells are still to be read again

    def block(self, block: Block, numbers: Sequence[str | None]) -> None:
        """Take up a block's errors."""
        for place, errors in sorted(block.errors.items()):
            row = block.rows[place]
            number = numbers[place]
            if number:
                self.bad_numbers.add(number)
            self.row(row.number, [(error.field, error) for _name, error in errors], row.cells)

    def row(self, number: int, errors: Sequence[tuple[str, Refused]], cells: Sequence[Cell]) -> None:
        """One bad row as read."""
        self.bad_rows += 1
        if len(self.kept) < MOST_KEPT:
            texts = tuple(shown(cell) for cell in cells)
            self.kept += [Problem(number, "error", f, e.message, problem_facts(e), texts) for f, e in errors]

    def rows(self, numbers: Iterable[int], error: Refused) -> None:
        """Rows that are wrong only together: their cells are not at hand any more."""
        for number in numbers:
            self.bad_rows += 1
            if len(self.kept) < MOST_KEPT:
                self.without_cells.add(number)
                self.kept.append(Problem(number, "error", error.field, error.message, problem_facts(error)))

    def warn(self, row: int, message: str, **facts: str | int) -> None:
        """A row that is taken, with something to say about it."""
        if len(self.kept) < MOST_KEPT:
            self.kept.append(Problem(row, "warning", "", message, dict(facts)))
