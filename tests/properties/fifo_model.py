"""A member's points, told as plainly as possible: what the ledger must agree with.

Independent of the product on purpose: nothing is imported from it, nothing is clever, every
figure is added up anew. A lot is a pot of points; a debit remembers from which pots it took.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

NEVER = date(9999, 12, 31)


class Refused(Exception):
    """The model says no; nothing was changed."""


@dataclass(eq=False)
class Lot:
    """A pot: what it was opened with, what is left, from when and until when it can be used."""

    id: int
    entry: Entry
    points: int
    remaining: int
    spendable_from: date
    expires_on: date
    earned_on: date
    source: Lot | None = None  # the expired lot a grace lot stands for, the giver's of a transfer

    def usable(self, today: date) -> bool:
        return self.remaining > 0 and self.spendable_from <= today <= self.expires_on


@dataclass(eq=False)
class Take:
    """What one debit took from one pot, and how much of it went back since."""

    lot: Lot
    points: int
    returned: int = 0


@dataclass(eq=False)
class Entry:
    """One signed movement; a debit knows its takes and what it still owes."""

    id: int
    kind: str
    points: int
    day: date
    reverses: Entry | None = None
    lots: list[Lot] = field(default_factory=list)
    takes: list[Take] = field(default_factory=list)
    owes: int = 0
    undone: int = 0  # how much of it was reversed and stays reversed


class Shelf:
    """One member's lots and entries, and how lots are opened, eaten and filled again."""

    def __init__(self, *, claw_pending: bool = True, give_back_settles: bool = True) -> None:
        self.claw_pending = claw_pending
        self.give_back_settles = give_back_settles
        self.entries: list[Entry] = []
        self.lots: list[Lot] = []

    def reversible(self, entry: Entry) -> int:
        return abs(entry.points) - entry.undone

    # ---- how it is done ------------------------------------------------------------------

    def _entry(self, kind: str, points: int, day: date, reverses: Entry | None = None) -> Entry:
        entry = Entry(len(self.entries) + 1, kind, points, day, reverses)
        self.entries.append(entry)
        return entry

    def _open(
        self,
        entry: Entry,
        points: int,
        earned_on: date,
        spendable_from: date,
        expires_on: date,
        source: Lot | None = None,
    ) -> Lot:
        number = len(self.lots) + 1
        lot = Lot(number, entry, points, points, spendable_from, expires_on, earned_on, source)
        self.lots.append(lot)
        entry.lots.append(lot)
        return lot

    def _usable(self, today: date) -> list[Lot]:
        return sorted((lot for lot in self.lots if lot.usable(today)), key=_fifo)

    def _clawable(self, today: date) -> list[Lot]:
        waiting = [
            lot
            for lot in self.lots
            if lot.remaining and lot.spendable_from > today and lot.expires_on >= today
        ]
        return self._usable(today) + (sorted(waiting, key=_fifo) if self.claw_pending else [])

    def _eat(self, entry: Entry, points: int, order: list[Lot]) -> None:
        for lot in order:
            part = min(points, lot.remaining)
            if part:
                points -= part
                self._take(entry, lot, part)
        assert points == 0, "the points were counted before"

    def _take(self, entry: Entry, lot: Lot, points: int) -> None:
        lot.remaining -= points
        for take in entry.takes:
            if take.lot is lot:
                take.points += points
                return
        entry.takes.append(Take(lot, points))

    def _settle(self, filled: list[tuple[Lot, int]]) -> None:
        """Pay what is owed, the oldest debit first, from the points that just came."""
        for lot, came in filled:
            for debtor in self.entries:
                part = min(debtor.owes, came, lot.remaining)
                if part:
                    debtor.owes -= part
                    came -= part
                    self._take(debtor, lot, part)

    def _give_back(self, back: Entry, lot: Lot, points: int, today: date, grace_days: int) -> Lot:
        """Put points back into their lot, or for an expired one into a new lot with grace."""
        if lot.expires_on >= today:
            lot.remaining += points
            return lot
        last = today + timedelta(days=grace_days)
        return self._open(back, points, lot.earned_on, today, last, lot)

    def _part(self, entry: Entry | None, points: int | None) -> int:
        if entry is None:
            _above_zero(points or 0)
            return points or 0
        if entry.kind.startswith("reverse ") or entry.kind == "writeoff":
            raise Refused("a reversal is not reversed; do the act again")
        wanted = self.reversible(entry) if points is None else points
        _above_zero(wanted)
        if wanted > self.reversible(entry):
            raise Refused("more than is left of the entry")
        return wanted

    def _undone(self, entry: Entry, points: int) -> None:
        """Remember what was reversed; undoing a clawback makes its credit reversible again."""
        entry.undone += points
        if entry.kind == "clawback" and entry.reverses is not None:
            entry.reverses.undone -= points


class Account(Shelf):
    """One member.

    `claw_pending`: a clawback also eats other lots that are still pending, after the usable ones.
    `give_back_settles`: points given back by a reversal pay what is owed, as a credit does.
    With both, nobody owes who has points.
    """

    # ---- what is there -------------------------------------------------------------------

    @property
    def balance(self) -> int:
        return sum(lot.remaining for lot in self.lots)

    @property
    def owed(self) -> int:
        return sum(entry.owes for entry in self.entries)

    @property
    def net(self) -> int:
        return sum(entry.points for entry in self.entries)

    def available(self, today: date) -> int:
        return sum(lot.remaining for lot in self.lots if lot.usable(today))

    def pending(self, today: date) -> int:
        return sum(lot.remaining for lot in self.lots if lot.spendable_from > today)

    def state(self) -> tuple[tuple[date, date, date, int], ...]:
        """Return the living lots as (expires on, earned on, spendable from, remaining), in order.

        Lots are known by what they are, so that another ledger's numbers do not matter.
        """
        living = sorted((lot for lot in self.lots if lot.remaining), key=_fifo)
        return tuple(
            (lot.expires_on, lot.earned_on, lot.spendable_from, lot.remaining) for lot in living
        )

    # ---- what can happen -----------------------------------------------------------------

    def credit(
        self,
        points: int,
        *,
        today: date,
        expires_on: date = NEVER,
        spendable_from: date | None = None,
        kind: str = "earn",
    ) -> Entry:
        _above_zero(points)
        entry = self._entry(kind, points, today)
        lot = self._open(entry, points, today, spendable_from or today, expires_on)
        self._settle([(lot, points)])
        return entry

    def debit(self, points: int, *, today: date, kind: str = "redeem") -> Entry:
        _above_zero(points)
        if points > self.available(today):
            raise Refused("more than is available")
        entry = self._entry(kind, -points, today)
        self._eat(entry, points, self._usable(today))
        return entry

    def reverse(
        self,
        entry: Entry,
        points: int | None = None,
        *,
        today: date,
        grace_days: int = 30,
    ) -> Entry:
        """Undo a debit: first what it still owes, then pot by pot, the last one it came to first.

        A credit is undone as by `take_back`.
        """
        if entry.points > 0:
            return self.take_back(entry, points, today=today)
        wanted = self._part(entry, points)
        back = self._entry(f"reverse {entry.kind}", wanted, today, entry)
        self._undone(entry, wanted)
        unpaid = min(wanted, entry.owes)
        entry.owes -= unpaid
        left, filled = wanted - unpaid, list[tuple[Lot, int]]()
        for take in reversed(entry.takes):
            part = min(left, take.points - take.returned)
            if part == 0:
                continue
            left -= part
            take.returned += part
            filled.append((self._give_back(back, take.lot, part, today, grace_days), part))
        assert left == 0, "a debit is taken from lots or owed"
        if self.give_back_settles:
            self._settle(filled)
        return back

    def take_back(self, entry: Entry, points: int | None = None, *, today: date) -> Entry:
        """Undo a credit that was a mistake: its own lots, then usable ones; refused if short."""
        wanted = self._part(entry, points)
        order = [*entry.lots, *(lot for lot in self._usable(today) if lot not in entry.lots)]
        if sum(lot.remaining for lot in order) < wanted:
            raise Refused("the points are spent")
        debit = self._entry(f"reverse {entry.kind}", -wanted, today, entry)
        self._undone(entry, wanted)
        self._eat(debit, wanted, order)
        return debit

    def clawback(
        self,
        entry: Entry | None,
        points: int | None = None,
        policy: str = "owe",
        *,
        today: date,
    ) -> Entry:
        """Take a credit back: its own lots first whatever their dates, then as any debit.

        What is not there is owed, written off (`clamp`) or a reason to refuse. Without a credit
        (a bare cancellation) there are no own lots.
        """
        wanted = self._part(entry, points)
        own = [] if entry is None else list(entry.lots)
        order = [*own, *(lot for lot in self._clawable(today) if lot not in own)]
        there = sum(lot.remaining for lot in order)
        if policy == "refuse" and there < wanted:
            raise Refused("the points are spent")
        debit = self._entry("clawback", -wanted, today, entry)
        if entry is not None:
            self._undone(entry, wanted)
        missing = max(0, wanted - there)
        self._eat(debit, wanted - missing, order)
        if missing and policy == "clamp":
            self._entry("writeoff", missing, today, debit)
            debit.undone += missing
        else:
            debit.owes = missing
        return debit

    def transfer(self, to: Account, points: int, *, today: date) -> tuple[Entry, Entry]:
        """Move points: the receiver gets one lot per lot they came from, same last day."""
        if to is self:
            raise Refused("to oneself")
        given = self.debit(points, today=today, kind="transfer")
        received = to._entry("transfer", points, today)
        opened = [
            to._open(
                received, take.points, take.lot.earned_on, today, take.lot.expires_on, take.lot
            )
            for take in given.takes
        ]
        to._settle([(lot, lot.points) for lot in opened])
        return given, received

    def expire(self, today: date) -> Entry | None:
        """Take what is left of every lot whose last day is over; one entry names them all."""
        over = sorted(
            (lot for lot in self.lots if lot.remaining and lot.expires_on < today), key=_fifo
        )
        if not over:
            return None
        entry = self._entry("expire", -sum(lot.remaining for lot in over), today)
        self._eat(entry, -entry.points, over)
        return entry


def _fifo(lot: Lot) -> tuple[date, date, int]:
    return lot.expires_on, lot.earned_on, lot.id


def _above_zero(points: int) -> None:
    if points <= 0:
        raise Refused("not above zero")
