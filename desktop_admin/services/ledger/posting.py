"""Posting: movements of points, decided in memory on locked accounts and written in one go.

Order of work: ``lock`` every member concerned, then ``credit``, ``debit``, ``claw_back``, ``give_back`` …, then
``flush`` once. Triggers check every row and prove at commit that credits lie in lots and debits come from lots or are
owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused
from desktop_admin.services.ledger import statements
from desktop_admin.services.ledger.account import NEVER, Account, Debt, Lot, LotTerms, Policy
from desktop_admin.services.ledger.sheet import Entry, EntryFacts, Sheet, Use, id_of, lot_of


class Posting(Sheet):
    """All movements of points of one operation."""

    # -- movements

    def credit(self, account: Account, points: int, facts: EntryFacts, terms: Sequence[LotTerms]) -> Entry:
        """Add points, in lots on the given terms; what the member owes is settled from them at once, oldest first."""
        entry = self._enter(account, points, facts)
        lots = [self._open_lot(entry, one) for one in terms]
        self._settle(account, entry, lots)
        return entry

    def debit(self, account: Account, points: int, facts: EntryFacts) -> tuple[Entry, list[tuple[Lot, int]]]:
        """Take points, oldest expiry first. Refused where fewer can be used; answers what came from which lot."""
        self.load_lots([account])
        day = facts.day or self._work.today_text
        available = account.available(day)
        if points > available:
            raise Refused(
                N_("Only {available} points can be used; {needed} are needed."),
                field="points",
                available=available,
                needed=points,
            )
        entry = self._enter(account, -points, facts)
        taken, _missing = account.allocate(points, account.fifo(day))
        self._use(entry, taken)
        return entry, taken

    def take_lots(self, account: Account, lots: Sequence[Lot], facts: EntryFacts) -> Entry | None:
        """Take all that is left of these lots: expiry and merging. None where nothing is left."""
        points = sum(lot.remaining for lot in lots)
        if points == 0:
            return None
        entry = self._enter(account, -points, facts)
        taken, _missing = account.allocate(points, iter(lots))
        self._use(entry, taken)
        return entry

    def claw_back(self, account: Account, points: int, facts: EntryFacts, policy: Policy = "owe") -> Entry:
        """Take back points of a refunded purchase: its own lots, then the oldest, then pending ones.

        What the member had already spent is owed (``owe``), written off with an entry of its own (``clamp``), or the
        whole is refused (``refuse``).
        """
        self.load_lots([account])
        day = facts.day or self._work.today_text
        entry = self._enter(account, -points, replace(facts, kind="clawback"))
        taken, missing = self._take_own(account, points, entry, day)
        more, missing = account.allocate(missing, account.pending(day))
        self._use(entry, [*taken, *more])
        if missing and policy == "refuse":
            raise Refused(
                N_("{missing} of these points are already spent, so they cannot be taken back."),
                field="points",
                missing=missing,
            )
        if missing:
            self._debts(account).append(Debt(entry, missing))
            entry.owes = missing
            account.owed += missing
        if missing and policy == "clamp":
            self._forgive(account, entry, missing, facts)
        return entry

    def take_back(self, account: Account, points: int, facts: EntryFacts) -> Entry:
        """Reverse a credit, or a part: its own lots first, then the oldest. Refused where too little is left."""
        self.load_lots([account])
        day = facts.day or self._work.today_text
        entry = self._enter(account, -points, facts)
        taken, missing = self._take_own(account, points, entry, day)
        if missing:
            raise Refused(
                N_("{missing} of these {needed} points are already spent, so this cannot be undone."),
                field="points", missing=missing, needed=points,
            )  # fmt: skip
        self._use(entry, taken)
        return entry

    def give_back(self, account: Account, debit_id: int, points: int, facts: EntryFacts, *, grace_days: int) -> Entry:
        """Reverse a debit, or a part: what it still owes is cancelled first, then points return to the same lots.

        The last taken come back first. Where a lot has expired meanwhile, its points go to a new lot that names it
        and can be used for ``grace_days`` from today.
        """
        self.load_lots([account])
        day = facts.day or self._work.today_text
        entry = self._enter(account, points, replace(facts, reverses_id=debit_id))
        left = points - self._cancel_debt(account, entry, debit_id, points, day)
        returned: list[Lot] = []
        for row in self._work.all(statements.USES, entry=debit_id):
            back = min(left, row.held - row.graced)
            if back <= 0:
                continue
            left -= back
            lot = self._known(account, row)
            if lot.expires_on < day:
                until = (date.fromisoformat(self._work.today_text) + timedelta(days=grace_days)).isoformat()
                returned.append(self._open_lot(entry, LotTerms(back, day, until, lot.earned_on, lot)))
            else:
                lot.remaining += back
                account.balance += back
                self._uses.append(Use(debit_id, entry, lot, -back))
                returned.append(lot)
        if left:
            raise Refused(
                N_("Only {points} points of this entry can still be given back."), field="points", points=points - left
            )
        self._settle(account, entry, returned)
        return entry

    # -- inside

    def _take_own(self, account: Account, points: int, entry: Entry, day: str) -> tuple[list[tuple[Lot, int]], int]:
        reverses = entry.facts.reverses_id
        own = account.own(reverses) if reverses is not None else iter(())
        first, missing = account.allocate(points, own)
        rest, missing = account.allocate(missing, account.fifo(day))
        return [*first, *rest], missing

    def _settle(self, account: Account, entry: Entry, lots: Sequence[Lot]) -> None:
        if account.owed == 0:
            return
        for debt in self._debts(account):
            taken, missing = account.allocate(debt.left, (lot for lot in lots if lot.remaining > 0))
            account.owed -= debt.left - missing
            debt.left = missing
            self._uses += [Use(debt.entry, entry, lot, points) for lot, points in taken]

    def _debts(self, account: Account) -> list[Debt]:
        if account.debts is None:
            rows = self._work.all(statements.DEBTS, m=account.member_id) if account.owed else ()
            account.debts = [Debt(row.id, row.owing) for row in rows if row.owing > 0]
        account.debts = [debt for debt in account.debts if debt.left > 0]
        return account.debts

    def _cancel_debt(self, account: Account, entry: Entry, debit_id: int, points: int, day: str) -> int:
        if account.owed == 0:
            return 0
        for debt in self._debts(account):
            if id_of(debt.entry) == debit_id:
                part = min(points, debt.left)
                lot = self._open_lot(entry, LotTerms(part, day, NEVER, day))
                taken, _missing = account.allocate(part, iter([lot]))
                debt.left -= part
                account.owed -= part
                self._uses += [Use(debit_id, entry, lot, points) for lot, points in taken]
                return part
        return 0

    def _forgive(self, account: Account, clawback: Entry, points: int, facts: EntryFacts) -> None:
        day = facts.day or self._work.today_text
        forgiven = self._enter(account, points, replace(facts, kind="writeoff", reverses_id=None, explain=""))
        lot = self._open_lot(forgiven, LotTerms(points, day, NEVER, day))
        for debt in self._debts(account):
            if debt.entry is clawback:
                taken, _missing = account.allocate(points, iter([lot]))
                debt.left -= points
                account.owed -= points
                self._uses += [Use(clawback, forgiven, lot, taken_points) for lot, taken_points in taken]

    def _known(self, account: Account, row: Any) -> Lot:
        assert account.lots is not None
        for lot in account.lots:
            if lot.id == row.id:
                return lot
        lot = lot_of(row)
        account.lots.append(lot)
        return lot
