"""Every entry of a shop, done again in the independent model: the same lots taken, the same net, the same debts."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from tests.properties import fifo_model as model
from tests.properties.acts import GRACE

_ENTRIES = Sql(
    "SELECT id, operation_id, n, member_id, seq, kind, points, owes, net_after, reverses_id, business_date "
    "FROM entry ORDER BY id"
)
_LOTS = Sql("SELECT entry_id, points, spendable_from, expires_on FROM lot ORDER BY id")
_TAKEN = Sql(
    "SELECT u.entry_id, l.expires_on, l.earned_on, l.spendable_from, u.points FROM lot_use u "
    "JOIN lot l ON l.id = u.lot_id WHERE u.entry_id = u.at_entry ORDER BY u.id"
)
_MEMBERS = Sql("SELECT id, balance, owed FROM member ORDER BY id")
_LEFT = Sql(
    "SELECT member_id, expires_on, earned_on, spendable_from, remaining FROM lot WHERE remaining > 0 "
    "ORDER BY member_id, expires_on, earned_on, id"
)


class Replay:
    """The shop's history told again."""

    def __init__(self, database: Database) -> None:
        def read(sql: Sql) -> list[Any]:
            return list(database.read(lambda work: work.all(sql)))

        self.entries, self.members = read(_ENTRIES), read(_MEMBERS)
        self.lots, self.taken, self.left = defaultdict(list), defaultdict(list), defaultdict(list)
        for row in read(_LOTS):
            self.lots[row.entry_id].append(row)
        for row in read(_TAKEN):
            self.taken[row.entry_id].append(tuple(row)[1:])
        for row in read(_LEFT):
            self.left[row.member_id].append(tuple(row)[1:])
        self.accounts: dict[int, model.Account] = defaultdict(model.Account)
        self.known: dict[int, model.Entry] = {}

    def run(self) -> int:
        """Replay all; answers how many entries there were. Raises AssertionError at the first that differs."""
        by_operation = defaultdict(list)
        for row in self.entries:
            by_operation[row.operation_id].append(row)
        for rows in by_operation.values():  # in the order of their first entry's id
            while rows:
                told = self._act(rows)
                rows = rows[told:]
        for row in self.members:
            account = self.accounts[row.id]
            assert (row.balance, row.owed) == (account.balance, account.owed), f"member {row.id}"
            assert self.left[row.id] == [_texts(lot) for lot in account.state()], f"lots of member {row.id}"
        return len(self.entries)

    def _act(self, rows: list[Any]) -> int:
        """Do the first entry's act again, which may have made a second entry; answers how many it made."""
        first = rows[0]
        today = date.fromisoformat(first.business_date)
        account = self.accounts[first.member_id]
        made: tuple[model.Entry, ...]
        if first.reverses_id is not None and first.points > 0:
            made = (account.reverse(self.known[first.reverses_id], first.points, today=today, grace_days=GRACE),)
        elif first.kind == "clawback":
            return self._clawback(rows, today)
        elif first.reverses_id is not None:
            made = (account.take_back(self.known[first.reverses_id], -first.points, today=today),)
        elif first.kind == "transfer":
            made = account.transfer(self.accounts[rows[1].member_id], rows[1].points, today=today)
        elif first.kind == "expire":
            entry = account.expire(today)
            assert entry is not None, f"entry {first.id} expired nothing"
            made = (entry,)
        elif first.points > 0:
            (lot,) = self.lots[first.id]
            made = (account.credit(first.points, today=today, expires_on=date.fromisoformat(lot.expires_on),
                                   spendable_from=date.fromisoformat(lot.spendable_from), kind=first.kind),)
        else:
            made = (account.debit(-first.points, today=today, kind=first.kind),)
        for row, entry in zip(rows, made, strict=False):
            self._compare(row, entry)
        return len(made)

    def _clawback(self, rows: list[Any], today: date) -> int:
        first = rows[0]
        credit = self.known[first.reverses_id] if first.reverses_id else None
        forgiven = len(rows) > 1 and rows[1].kind == "writeoff"
        policy = "clamp" if forgiven else "owe"
        self._compare(first, self.accounts[first.member_id].clawback(credit, -first.points, policy, today=today))
        return 1 + forgiven  # a write-off needs no look of its own

    def _compare(self, row: Any, entry: model.Entry) -> None:
        self.known[row.id] = entry
        assert row.points == entry.points, f"entry {row.id} moved {row.points} instead of {entry.points}"
        if row.kind == "clawback" and row.points < 0:
            taken = sum(take.points for take in entry.takes)
            assert taken == -row.points - row.owes, f"entry {row.id} owes {row.owes}"
        if row.points < 0:
            ours = [(*_texts((t.lot.expires_on, t.lot.earned_on, t.lot.spendable_from, t.points)),)
                    for t in entry.takes]
            assert self.taken[row.id] == ours, f"entry {row.id} took other lots"


def _texts(lot: tuple[date, date, date, int]) -> tuple[str, str, str, int]:
    return lot[0].isoformat(), lot[1].isoformat(), lot[2].isoformat(), lot[3]
