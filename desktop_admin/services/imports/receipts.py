"""Lines of a file to receipts, and receipts to what is stored: amounts, points, shares. Knows no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from desktop_admin.services.errors import Refused
from desktop_admin.services.imports.findings import Problems
from desktop_admin.services.imports.judging import Block
from desktop_admin.services.imports.records import FUTURE, NO_AMOUNT, TOO_LARGE, TOO_MUCH_BACK
from desktop_admin.services.imports.spool import CONFLICT, Run, Spool

MOST_MONEY = 10**12  # minor units in one receipt, as for one typed in

# a line in the spool: row, sku, description, quantity, amount in minor units, refunded
Line = tuple[int, str, str, int, int, int]


class Gatherer:
    """Takes blocks of judged rows and writes their receipts to the spool."""

    def __init__(self, spool: Spool, problems: Problems, *, minor_digits: int, now: datetime) -> None:
        self._spool, self._problems = spool, problems
        self._per_thousandth = 10**minor_digits  # minor units in 1000 thousandths
        self._now = now
        self._open: Run | None = None
        self.rows = 0

    def take(self, block: Block) -> None:
        """Take up a block. Rows with an error are told and left out."""
        self.rows += len(block.rows)
        self._check(block)
        numbers: Sequence[str | None] = block.column("number")
        if block.errors:
            self._problems.block(block, numbers)
            good = [place for place in range(len(block.rows)) if place not in block.errors]
        else:
            good = list(range(len(block.rows)))
        lines = self._lines(block)
        members, moments = block.column("member"), block.column("bought_at")
        branches, paid = block.column("branch"), block.column("paid_at")
        asks_paid = "paid_at" in block.fields
        for number, group in groupby(good, key=numbers.__getitem__):
            places = list(group)
            first = places[0]
            named = {m for m in (members[p] for p in places) if m}
            member = "" if not named else named.pop() if len(named) == 1 else CONFLICT
            assert number is not None
            was_paid = not asks_paid or any(paid[p] is not None for p in places)
            at = moments[first].isoformat(timespec="seconds")
            self._add((number, member, at, branches[first] or "", was_paid, [lines[p] for p in places]))

    def finish(self) -> None:
        """Write what is still open and find the receipts whose lines stand apart."""
        if self._open is not None:
            self._spool.add(self._open)
            self._open = None
        self._spool.gather()

    def _add(self, run: Run) -> None:
        known = self._open
        if known is not None and known[0] == run[0]:
            known[5].extend(run[5])
            if run[1] and run[1] != known[1]:
                self._open = (known[0], CONFLICT if known[1] else run[1], *known[2:])
            return
        if known is not None:
            self._spool.add(known)
        self._open = run

    def _check(self, block: Block) -> None:
        """What a single cell cannot tell: a day in the future, a row without any amount."""
        for place, at in enumerate(block.column("bought_at")):
            if at is not None and at > self._now:
                block.errors.setdefault(place, []).append(("bought_at", _cell(FUTURE, "bought_at")))
        amounts, prices = block.fields.get("amount"), block.fields.get("unit_price")
        if amounts is not None and prices is None and None not in amounts:
            return
        if prices is not None and amounts is None and None not in prices:
            return
        for place, (amount, price) in enumerate(zip(block.column("amount"), block.column("unit_price"), strict=True)):
            if amount is None and price is None and place not in block.errors:
                block.errors.setdefault(place, []).append(("amount", _cell(NO_AMOUNT, "amount")))

    def _lines(self, block: Block) -> list[Line]:
        rows = [row[0] for row in block.rows]
        skus = [text or "" for text in block.column("sku")]
        words = [text or "" for text in block.column("description")]
        pieces = [1 if count is None else count for count in block.column("quantity")]
        refunds = [abs(back) if back else 0 for back in block.column("refund")]
        given, prices = block.column("amount"), block.column("unit_price")
        per = self._per_thousandth
        amounts = []
        for amount, price, count in zip(given, prices, pieces, strict=True):
            if amount is None:
                thousandths = (price or 0) * count * per
                whole, rest = divmod(abs(thousandths), 1000)
                whole += rest >= 500
                amount = whole if thousandths >= 0 else -whole
            amounts.append(amount)
        return list(zip(rows, skus, words, pieces, amounts, refunds, strict=True))


def _cell(message: str, name: str) -> Any:
    from desktop_admin.services.spreadsheets.cells import CellError

    error = CellError(message)
    error.field = name
    return error


@dataclass(slots=True)
class Receipt:
    """One receipt as it will be stored; the member is found later."""

    number: str
    key: str
    at: str
    branch: str
    paid: bool
    lines: list[Line]
    amount: int
    refund: int

    @property
    def day(self) -> str:
        return self.at[:10]

    @property
    def kind(self) -> str:
        return "refund" if self.amount < 0 or (self.amount == 0 and self.number[:1] in "Cc") else "sale"

    @property
    def rows(self) -> list[int]:
        return [line[0] for line in self.lines]


def receipt_of(run: Run) -> Receipt:
    """A run as a receipt. Refused where the amounts make no sense."""
    number, key, at, branch, paid, lines = run
    amount = sum([line[4] for line in lines])
    refund = sum([line[5] for line in lines])
    if abs(amount) > MOST_MONEY or refund > MOST_MONEY:
        raise Refused(TOO_LARGE, field="amount", number=number)
    if key and refund > max(amount, 0) and paid:
        raise Refused(TOO_MUCH_BACK, field="refund", number=number)
    return Receipt(number, key, at, branch, paid, lines, amount, refund)


def shares(points: int, amounts: Sequence[int], whole: int) -> list[int]:
    """Points over lines by amount, each toward zero; the last takes the remainder."""
    if not points or not whole:
        return [0] * (len(amounts) - 1) + [points]
    base, up = abs(whole), whole > 0
    parts = [points * amount for amount in amounts[:-1]]
    out = [abs(part) // base if (part >= 0) is up else -(abs(part) // base) for part in parts]
    out.append(points - sum(out))
    return out


@dataclass(slots=True)
class Tally:
    """Figures being counted."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, **more: int) -> None:
        for name, value in more.items():
            if value:
                self.counts[name] = self.counts.get(name, 0) + value

    def merge(self, other: Mapping[str, int]) -> None:
        self.add(**other)
