"""One member's lots in memory, and the laws by which they are taken. Dates are ISO text, as stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

NEVER = "9999-12-31"  # an expiry that never comes

Policy = Literal["owe", "clamp", "refuse"]


@dataclass(frozen=True, slots=True)
class LotTerms:
    """What a credit's lot is to be: points, and from when to when they can be used."""

    points: int
    spendable_from: str
    expires_on: str
    earned_on: str
    from_lot: Lot | None = None


@dataclass(slots=True, eq=False)
class Lot:
    """Points one credit brought. ``id`` is 0 until written; ``entry`` is the entry's id or the entry being posted."""

    id: int
    entry: object
    points: int
    remaining: int
    spendable_from: str
    expires_on: str
    earned_on: str
    from_lot: Lot | None = None

    def usable(self, day: str) -> bool:
        return self.remaining > 0 and self.spendable_from <= day <= self.expires_on


@dataclass(slots=True, eq=False)
class Debt:
    """What a clawback left owed: the entry, and how much of it no later credit has covered yet."""

    entry: object
    left: int


@dataclass(slots=True, eq=False)
class Account:
    """A member's books, locked for this transaction."""

    member_id: int
    last_seq: int
    head: str
    balance: int
    owed: int
    earn_frozen: str = ""
    spend_frozen: str = ""
    closed: bool = False
    lots: list[Lot] | None = None  # open lots; None until they are needed
    fresh: list[Lot] = field(default_factory=list)  # opened in this transaction, before ``lots`` was read
    debts: list[Debt] | None = None

    @property
    def net(self) -> int:
        return self.balance - self.owed

    def open_lots(self) -> list[Lot]:
        """Open lots in the order in which they are eaten: (expires on, earned on, id)."""
        assert self.lots is not None
        self.lots = [lot for lot in self.lots if lot.remaining > 0]
        # a lot not yet written comes after the written ones of the same day, in the order of its making
        order = {id(lot): n for n, lot in enumerate(self.lots)}
        self.lots.sort(key=lambda lot: (lot.expires_on, lot.earned_on, lot.id or 1 << 62, order[id(lot)]))
        return self.lots

    def available(self, day: str) -> int:
        """What can be spent on that day: unexpired, no longer pending."""
        return sum(lot.remaining for lot in self.open_lots() if lot.usable(day))

    def allocate(self, need: int, candidates: Iterator[Lot]) -> tuple[list[tuple[Lot, int]], int]:
        """Take up to ``need`` points from the lots; answers what was taken from which, and what is missing."""
        taken: list[tuple[Lot, int]] = []
        for lot in candidates:
            if need == 0:
                break
            points = min(need, lot.remaining)
            if points:
                lot.remaining -= points
                self.balance -= points
                taken.append((lot, points))
                need -= points
        return taken, need

    def fifo(self, day: str) -> Iterator[Lot]:
        return (lot for lot in self.open_lots() if lot.usable(day))

    def pending(self, day: str) -> Iterator[Lot]:
        return (
            lot for lot in self.open_lots() if lot.remaining > 0 and lot.spendable_from > day and lot.expires_on >= day
        )

    def expired(self, day: str) -> Iterator[Lot]:
        return (lot for lot in self.open_lots() if lot.remaining > 0 and lot.expires_on < day)

    def own(self, entry: object) -> Iterator[Lot]:
        return (lot for lot in self.open_lots() if lot.entry == entry)
