"""Purchases from a file: judged, gathered into receipts, weighed against the books, stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from desktop_admin.services.errors import Refused
from desktop_admin.services.imports import people, storing
from desktop_admin.services.imports.elsewhere import Elsewhere
from desktop_admin.services.imports.findings import Problems
from desktop_admin.services.imports.judging import Block
from desktop_admin.services.imports.people import Person
from desktop_admin.services.imports.receipts import Gatherer, Receipt, Tally, receipt_of
from desktop_admin.services.imports.records import BROKEN_RECEIPT, Plan
from desktop_admin.services.imports.spool import CONFLICT, Run, Spool
from desktop_admin.services.work import Work

_RECEIPT = 12  # a receipt weighs as much in a chunk as so many lines


class Purchases:
    """One file of purchases on its way."""

    topics = "purchases"

    def __init__(self, plan: Plan, problems: Problems, *, minor_digits: int, now: datetime) -> None:
        self._plan, self._problems = plan, problems
        self._spool = Spool()
        self._gatherer = Gatherer(self._spool, problems, minor_digits=minor_digits, now=now)
        self._ground: storing.Ground | None = None
        self._made: set[str] = set()  # customers that a dry run would make

    @property
    def rows(self) -> int:
        return self._gatherer.rows

    def take(self, block: Block) -> None:
        """Take up some rows."""
        self._gatherer.take(block)

    def finish(self) -> None:
        """All rows are read."""
        self._gatherer.finish()

    def close(self) -> None:
        """Give the disk back."""
        self._spool.close()

    def chunks(self, weight: Mapping[str, int]) -> Iterator[tuple[list[Run], int]]:
        """Receipts in the order of the file, some at a time; ``weight["chunk"]`` may change between two."""
        chunk: list[Run] = []
        lines = size = 0
        bad = self._problems.bad_numbers
        for run in self._spool.receipts():
            if run[0] in bad:
                continue
            chunk.append(run)
            lines += len(run[5])
            size += len(run[5]) + _RECEIPT
            if size >= weight["chunk"]:
                yield chunk, lines
                chunk, lines, size = [], 0, 0
        if chunk:
            yield chunk, lines

    def broken(self) -> None:
        """Tell the good rows of receipts of which another row is wrong: a receipt is taken whole or not at all."""
        bad = self._problems.bad_numbers
        if not bad:
            return
        for run in self._spool.receipts():
            if run[0] in bad:
                self._problems.rows(
                    (line[0] for line in run[5]), Refused(BROKEN_RECEIPT, field="number", number=run[0])
                )

    def weigh(self, work: Work, settings: Mapping[str, Any], chunk: list[Run], tally: Tally) -> None:
        """Count what a chunk would make, and tell what stands against it. Writes nothing."""
        given = self._at(work, settings)
        receipts, known = self._ready(work, given, chunk, tally, batch=0, tell=True)
        for receipt in receipts:
            person = known.get(receipt.key) if receipt.key else None
            if receipt.key and person is None and receipt.key not in self._made:
                self._made.add(receipt.key)
                tally.add(members=1)
            points = storing.points_of(given, receipt, person)
            storing.count(given, receipt, points, storing.refund_back(receipt, points), tally)

    def post(self, work: Work, settings: Mapping[str, Any], batch: int, chunk: list[Run], tally: Tally) -> None:
        """Store a chunk inside an open operation; what is stored already is left as it is."""
        given = self._at(work, settings)
        receipts, known = self._ready(work, given, chunk, tally, batch=batch, tell=False)
        missing: dict[str, str] = {}
        for receipt in receipts:
            if receipt.key and receipt.key not in known:
                missing[receipt.key] = min(missing.get(receipt.key, receipt.day), receipt.day)
        if missing:
            known |= people.make_missing(work, batch, given.options, missing)
            tally.add(members=len(missing))
        storing.Chunk(work, given, batch).store(receipts, known, tally)

    def _at(self, work: Work, settings: Mapping[str, Any]) -> storing.Ground:
        if self._ground is None:
            self._ground = storing.ground(work, self._plan.options, settings)
        return self._ground

    def _ready(
        self, work: Work, given: storing.Ground, chunk: list[Run], tally: Tally, *, batch: int, tell: bool
    ) -> tuple[list[Receipt], dict[str, Person]]:
        """The receipts of a chunk that are to be stored, and their members."""
        asks_paid = "paid_at" in self._plan.columns
        there = storing.there(work, given.source, [run[0] for run in chunk])
        fresh = []
        for run in chunk:
            row = there.get(run[0])
            if row is None:
                fresh.append(run)
            elif row.batch_id != batch:  # its own receipts were counted before it was interrupted
                differs = row.amount != sum([line[4] for line in run[5]])
                tally.add(already=1, differing=int(differs))
        known = people.find(work, given.source, {run[1] for run in fresh} - {CONFLICT})
        self._open_again(work, batch, known, only_look=tell)
        elsewhere = Elsewhere(work, given.source, fresh)
        receipts = []
        for run in fresh:
            if asks_paid and not run[4]:
                tally.add(unpaid=1)
                continue
            try:
                receipt = receipt_of(run)
                refused = storing.refusal(given, receipt, known)
            except Refused as error:
                refused = error
            if refused is not None:
                if tell:
                    self._problems.rows([line[0] for line in run[5]], refused)
                continue
            person = known.get(receipt.key) if receipt.key else None
            warning = elsewhere.warning(receipt, person.id) if person is not None else None
            if warning is None:
                receipts.append(receipt)
                continue
            tally.add(elsewhere=1)
            if tell:
                message, said = warning
                self._problems.warn(receipt.rows[0], message, **said)
        return receipts, known

    def _open_again(self, work: Work, batch: int, known: dict[str, Person], *, only_look: bool) -> None:
        """Members that an undone import had made, and closed since, belong to this one."""
        if not self._plan.options.create_members:
            return
        for key, person in known.items():
            if person.closed and people.from_undone_import(work, person.id):
                if not only_look:
                    people.reopen(work, batch, person.id)
                known[key] = replace(person, closed=False)
