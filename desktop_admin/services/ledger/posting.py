"""Posting: movements of points, decided in memory on locked accounts and written in one go.

Order of work: ``lock`` every member concerned, then ``credit``, ``debit``, ``claw_back``, ``give_back`` …, then
``flush`` once. Triggers check every row and prove at commit that credits lie in lots and debits come from lots or are
owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.database.sql import list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.ledger import statements
from desktop_admin.services.ledger.account import NEVER, Account, Debt, Lot, LotTerms, Policy
from desktop_admin.services.ledger.chain import entry_hash
from desktop_admin.services.work import Work

MOST = 10**12  # points in one entry
_CHUNK = 400


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What an entry says besides its points. ``day`` is the date it counts for, None = the business date."""

    kind: str
    reason: str = ""
    source_kind: str = ""
    source_id: int | None = None
    note: str = ""  # sealed with the member's key
    explain: str = ""  # JSON
    day: str | None = None
    reverses_id: int | None = None
    branch_id: int | None = None


@dataclass(slots=True, eq=False)
class Entry:
    """One entry on its way into the books; ``id`` and ``seq`` are known after ``flush``."""

    account: Account
    facts: EntryFacts
    points: int
    net_after: int
    owes: int = 0
    id: int = 0
    seq: int = 0
    recorded_at: str = ""


@dataclass(slots=True)
class _Use:
    entry: object  # the debit: an Entry of this posting or an id
    at: Entry
    lot: Lot
    points: int


class Posting:
    """All movements of points of one operation."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.accounts: dict[int, Account] = {}
        self._entries: list[Entry] = []
        self._lots: list[tuple[Entry, Lot]] = []
        self._uses: list[_Use] = []
        self._n = 0

    # -- accounts

    def lock(self, *member_ids: int) -> list[Account]:
        """Lock the members in the order of their ids and read their books. Refused where one does not exist."""
        wanted = sorted({m for m in member_ids if m not in self.accounts})
        if len(wanted) == 1:
            rows: Sequence[Any] = self._work.all(statements.LOCK_ONE, m=wanted[0])
        else:
            rows = []
            for at in range(0, len(wanted), _CHUNK):
                part = wanted[at : at + _CHUNK]
                rows = [*rows, *self._work.all(statements.lock_many(len(part)), **list_params("m", part))]
        for row in rows:
            self.accounts[row.id] = Account(
                row.id, row.last_seq, row.head, row.balance, row.owed, row.earn_frozen, row.spend_frozen, row.closed_at != ""
            )
        missing = [m for m in wanted if m not in self.accounts]
        if missing:
            raise Refused(N_("This member does not exist any more."), field="member")
        return [self.accounts[m] for m in member_ids]

    def load_lots(self, accounts: Iterable[Account]) -> None:
        """Read the open lots of several accounts at once."""
        wanted = [a for a in accounts if a.lots is None]
        for at in range(0, len(wanted), _CHUNK):
            part = wanted[at : at + _CHUNK]
            found: dict[int, list[Lot]] = {a.member_id: [] for a in part}
            sql = statements.LOTS_ONE if len(part) == 1 else statements.lots_many(len(part))
            params = {"m": part[0].member_id} if len(part) == 1 else list_params("m", [a.member_id for a in part])
            for row in self._work.all(sql, **params):
                found[row.member_id].append(_lot(row))
            for account in part:
                account.lots = found[account.member_id] + account.fresh
                account.fresh = []

    def available(self, account: Account) -> int:
        """What the member can spend today."""
        self.load_lots([account])
        return account.available(self._work.today_text)

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
                N_("Only {available} points can be used; {needed} are needed."), field="points", available=available, needed=points
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
            raise Refused(N_("{missing} of these points are already spent, so they cannot be taken back."), field="points", missing=missing)
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
                self._uses.append(_Use(debit_id, entry, lot, -back))
                returned.append(lot)
        if left:
            raise Refused(N_("Only {points} points of this entry can still be given back."), field="points", points=points - left)
        self._settle(account, entry, returned)
        return entry

    # -- writing

    def flush(self) -> None:
        """Write everything decided so far. Triggers refuse what does not add up."""
        work = self._work
        operation = work.operation
        if operation is None:
            raise RuntimeError("points are posted inside a command only")
        if not self._entries:
            return
        for entry, new_id in zip(self._entries, work.new_ids("entry", len(self._entries)), strict=True):
            entry.id = new_id
        rows = [self._row(entry, operation.id) for entry in self._entries]
        work.run_many(statements.INSERT_ENTRY, rows)
        if self._lots:
            for (_entry, lot), new_id in zip(self._lots, work.new_ids("lot", len(self._lots)), strict=True):
                lot.id = new_id
            work.run_many(statements.INSERT_LOT, [_lot_row(entry, lot) for entry, lot in self._lots])
        work.run_many(statements.INSERT_USE, [_use_row(use) for use in self._uses])
        self._entries, self._lots, self._uses = [], [], []

    def _row(self, entry: Entry, operation_id: int) -> dict[str, Any]:
        account, facts, work = entry.account, entry.facts, self._work
        account.last_seq += 1
        self._n += 1
        entry.seq = account.last_seq
        entry.recorded_at = work.now_text
        row = {
            "member_id": account.member_id,
            "seq": entry.seq,
            "kind": facts.kind,
            "points": entry.points,
            "owes": entry.owes,
            "net_after": entry.net_after,
            "reverses_id": facts.reverses_id,
            "reason": facts.reason,
            "source_kind": facts.source_kind,
            "source_id": facts.source_id,
            "operation_id": operation_id,
            "n": self._n,
            "operator_id": work.actor.operator_id,
            "branch_id": facts.branch_id or work.actor.branch_id,
            "business_date": facts.day or work.today_text,
            "recorded_at": work.now_text,
            "note": facts.note,
            "explain": facts.explain,
            "prev": account.head,
        }
        account.head = entry_hash(**row)
        return {**row, "id": entry.id, "hash": account.head}

    # -- inside

    def _enter(self, account: Account, points: int, facts: EntryFacts) -> Entry:
        if points == 0 or abs(points) > MOST:
            raise Refused(N_("One entry moves between 1 and {most} points."), field="points", most=MOST)
        if account.closed and facts.kind not in ("merge", "expire", "writeoff"):
            raise Refused(N_("This member is closed."), field="member")
        entry = Entry(account, facts, points, 0)
        before = [e for e in self._entries[-1:] if e.account is account]
        entry.net_after = (before[0].net_after if before else self._net(account)) + points
        self._entries.append(entry)
        return entry

    def _net(self, account: Account) -> int:
        for entry in reversed(self._entries):
            if entry.account is account:
                return entry.net_after
        return account.net

    def _open_lot(self, entry: Entry, terms: LotTerms) -> Lot:
        lot = Lot(0, entry, terms.points, terms.points, terms.spendable_from, terms.expires_on, terms.earned_on, terms.from_lot)
        self._lots.append((entry, lot))
        account = entry.account
        account.balance += terms.points
        (account.fresh if account.lots is None else account.lots).append(lot)
        return lot

    def _use(self, entry: Entry, taken: Iterable[tuple[Lot, int]]) -> None:
        self._uses += [_Use(entry, entry, lot, points) for lot, points in taken]

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
            self._uses += [_Use(debt.entry, entry, lot, points) for lot, points in taken]

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
            if _id(debt.entry) == debit_id:
                part = min(points, debt.left)
                lot = self._open_lot(entry, LotTerms(part, day, NEVER, day))
                taken, _missing = account.allocate(part, iter([lot]))
                debt.left -= part
                account.owed -= part
                self._uses += [_Use(debit_id, entry, lot, points) for lot, points in taken]
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
                self._uses += [_Use(clawback, forgiven, lot, taken_points) for lot, taken_points in taken]

    def _known(self, account: Account, row: Any) -> Lot:
        assert account.lots is not None
        for lot in account.lots:
            if lot.id == row.id:
                return lot
        lot = _lot(row)
        account.lots.append(lot)
        return lot


def _lot(row: Any) -> Lot:
    return Lot(row.id, row.entry_id, row.points, row.remaining, row.spendable_from, row.expires_on, row.earned_on)


def _id(entry: object) -> int:
    return entry.id if isinstance(entry, Entry) else int(entry)  # type: ignore[call-overload,no-any-return]


def _lot_row(entry: Entry, lot: Lot) -> dict[str, Any]:
    return {
        "id": lot.id,
        "member_id": entry.account.member_id,
        "entry_id": entry.id,
        "points": lot.points,
        "spendable_from": lot.spendable_from,
        "expires_on": lot.expires_on,
        "earned_on": lot.earned_on,
        "from_lot": lot.from_lot.id if lot.from_lot else None,
    }


def _use_row(use: _Use) -> dict[str, Any]:
    return {"entry_id": _id(use.entry), "at_entry": use.at.id, "lot_id": use.lot.id, "points": use.points}
