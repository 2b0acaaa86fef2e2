"""The sheet of one operation: accounts locked for it, and the entries, lots and uses decided so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.database.sql import Sql, list_params, next_id
from desktop_admin.services.errors import Refused
from desktop_admin.services.ledger import statements
from desktop_admin.services.ledger.account import Account, Lot, LotTerms
from desktop_admin.services.ledger.chain import entry_hash
from desktop_admin.services.work import Work

Ask = tuple[Sql, Mapping[str, Any]]

_NEXT_ENTRY, _NEXT_LOT = next_id("entry"), next_id("lot")
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
class Use:
    entry: object  # the debit: an Entry of this posting or an id
    at: Entry
    lot: Lot
    points: int


class Sheet:
    """What is to be written, and the accounts it is about. ``flush`` writes it."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.accounts: dict[int, Account] = {}
        self._entries: list[Entry] = []
        self._lots: list[tuple[Entry, Lot]] = []
        self._uses: list[Use] = []
        self._n = 0
        self._reserved: dict[str, Callable[[], list[Any]]] = {}  # ids asked ahead

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
                row.id,
                row.last_seq,
                row.head,
                row.balance,
                row.owed,
                row.earn_frozen,
                row.spend_frozen,
                row.closed_at != "",
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
                found[row.member_id].append(lot_of(row))
            for account in part:
                account.lots = found[account.member_id] + account.fresh
                account.fresh = []

    def available(self, account: Account) -> int:
        """What the member can spend today."""
        self.load_lots([account])
        return account.available(self._work.today_text)

    def ahead(self, member_id: int, *asked: Ask, lots: bool = False) -> None:
        """Before one entry of one member: ask a server in one round trip for what is asked before the lock, for the
        lock, and for a debit (``lots``) for the open lots. These are read after the wait for the lock: each statement
        sees what was committed before it.
        """
        self._work.ahead(*asked, (statements.LOCK_ONE, {"m": member_id}))
        # after the wait for the lock, too: a member's entries and lots are numbered in the order in which they happen
        self._reserved = {"entry": self._work.later(_NEXT_ENTRY)}
        if lots:
            self._work.ahead((statements.LOTS_ONE, {"m": member_id}))
        else:
            self._reserved["lot"] = self._work.later(_NEXT_LOT)

    # -- writing

    def flush(self) -> None:
        """Write everything decided so far. Triggers refuse what does not add up."""
        work = self._work
        operation = work.operation
        if operation is None:
            raise RuntimeError("points are posted inside a command only")
        if not self._entries:
            return
        ids = self._new_ids()
        for entry, new_id in zip(self._entries, ids[0], strict=True):
            entry.id = new_id
        rows = [self._row(entry, operation.id) for entry in self._entries]
        work.run_many(statements.INSERT_ENTRY, rows)
        if self._lots:
            for (_entry, lot), new_id in zip(self._lots, ids[1], strict=True):
                lot.id = new_id
            work.run_many(statements.INSERT_LOT, [_lot_row(entry, lot) for entry, lot in self._lots])
        work.run_many(statements.INSERT_USE, [_use_row(use) for use in self._uses])
        self._entries, self._lots, self._uses = [], [], []

    def _new_ids(self) -> list[Sequence[int]]:
        counts = {"entry": len(self._entries), **({"lot": len(self._lots)} if self._lots else {})}
        reserved, self._reserved = self._reserved, {}
        if reserved and all(count == 1 and table in reserved for table, count in counts.items()):
            return [[reserved[table]()[0].id] for table in counts]
        return self._work.new_ids_of(**counts)

    def _row(self, entry: Entry, operation_id: int) -> dict[str, Any]:
        account, facts, work = entry.account, entry.facts, self._work
        account.last_seq += 1
        self._n += 1
        entry.seq = account.last_seq
        entry.recorded_at = work.now_text
        row: dict[str, Any] = {
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
        entry.net_after = account.net + points  # what came before is already in the account's figures
        self._entries.append(entry)
        return entry

    def _open_lot(self, entry: Entry, terms: LotTerms) -> Lot:
        lot = Lot(
            0,
            entry,
            terms.points,
            terms.points,
            terms.spendable_from,
            terms.expires_on,
            terms.earned_on,
            terms.from_lot,
        )
        self._lots.append((entry, lot))
        account = entry.account
        account.balance += terms.points
        (account.fresh if account.lots is None else account.lots).append(lot)
        return lot

    def _use(self, entry: Entry, taken: Iterable[tuple[Lot, int]]) -> None:
        self._uses += [Use(entry, entry, lot, points) for lot, points in taken]


def lot_of(row: Any) -> Lot:
    return Lot(row.id, row.entry_id, row.points, row.remaining, row.spendable_from, row.expires_on, row.earned_on)


def id_of(entry: object) -> int:
    return entry.id if isinstance(entry, Entry) else int(entry)  # type: ignore[call-overload]


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


def _use_row(use: Use) -> dict[str, Any]:
    return {"entry_id": id_of(use.entry), "at_entry": use.at.id, "lot_id": use.lot.id, "points": use.points}
