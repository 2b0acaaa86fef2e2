"""A shop with points, stock, purchases and a request, and every way we know to falsify its books.

An attack is a function that is given the shop's connection inside a transaction; the database must refuse it at the
statement or at the commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from desktop_admin.services import approvals, points
from desktop_admin.services.command import new_request
from desktop_admin.services.database.ledgers import APPEND_ONLY
from desktop_admin.services.database.schema import NEVER_DELETED
from desktop_admin.services.ledger.chain import entry_hash
from tests.services.counter import Counter
from tests.services.goods import put

WATCHED = (
    "member", "entry", "lot", "lot_use", "operation", "receipt", "purchase", "purchase_line", "stock", "movement",
    "approval", "zero", "audit", "card",
)  # fmt: skip


@dataclass(frozen=True)
class Shop:
    """Ids an attack may use."""

    anna: int  # 100 points never expiring, 50 expired, 30 pending; one debit of 20, half reversed
    ben: int  # owes 40
    credit: int
    debit: int
    half: int  # the reversal of half the debit
    clawback: int
    lot: int
    expired: int
    pending: int
    bens_lot: int
    purchase: int
    approval: int
    item: int
    branch: int


def furnish(counter: Counter, clock: Any) -> Shop:
    """The books the attacks are made on."""
    from datetime import timedelta

    from desktop_admin.services import purchases

    system, till = counter.by("system"), counter.by("counter")
    anna, ben = counter.member(), counter.member()
    expired = counter.gift(anna, 50, "2026-03-02")
    clock.at += timedelta(days=1)
    credit = counter.gift(anna, 100)
    debit = counter.adjust(anna, -20)
    half = counter.do(points.reverse, entry_id=debit.entry_id, points=10, reason="typing")
    counter.policy(pending_days=9)
    pending = system.buy(anna, 3_000, "1")
    counter.policy(pending_days=0)
    bought = system.buy(ben, 10_000, "2")
    counter.adjust(ben, -40)
    system.do(purchases.refund, purchase_id=bought.purchase_id)
    asked = till.do(
        approvals.ask, act_request=new_request(), kind="points.adjust",
        parameters={"member_id": anna, "points": 5_000, "reason": "service"},
    )  # fmt: skip
    counter.sql(
        "INSERT INTO item (id, code, name, sort_name, kind, created_at) "
        "VALUES (5, 'A5', 'Cup', 'cup', 'goods', '2026-01-01T00:00:00.000000Z')"
    )
    counter.sql("INSERT INTO branch (id, code, name) VALUES (77, '77', 'Far away')")
    counter.by("manager").do(put, item_id=5, branch_id=counter.actor.branch_id, pieces=10)

    def one(sql: str, **params: Any) -> int:
        return int(counter.rows(sql, **params)[0][0])

    of = "SELECT id FROM lot WHERE entry_id = :e"
    return Shop(
        anna, ben, credit.entry_id, debit.entry_id, half.entry_id,
        one("SELECT id FROM entry WHERE kind = 'clawback'"),
        one(of, e=credit.entry_id), one(of, e=expired.entry_id), one(of, e=pending.entry_id),
        one("SELECT max(id) FROM lot WHERE member_id = :m", m=ben),
        bought.purchase_id, asked.approval_id, 5, counter.actor.branch_id,
    )  # fmt: skip


class Forger:
    """Writes what an attacker with the program's own source would write."""

    def __init__(self, connection: Connection, shop: Shop) -> None:
        self.connection, self.shop = connection, shop

    def run(self, sql: str, **params: Any) -> None:
        self.connection.execute(text(sql), params)

    def value(self, sql: str, **params: Any) -> Any:
        return self.connection.execute(text(sql), params).scalar()

    def operation(self) -> int:
        """A fresh operation, rightly recorded."""
        new = int(self.value("SELECT max(id) + 1 FROM operation"))
        self.run(
            "INSERT INTO operation (id, request, kind, parameters, operator_id, branch_id, workstation, business_date, "
            "recorded_at) SELECT :new, :request, kind, parameters, operator_id, branch_id, workstation, business_date, "
            "recorded_at FROM operation WHERE id = :old",
            new=new, old=new - 1, request=new_request(),
        )  # fmt: skip
        return new

    def entry(self, member: int, size: int, *, how: str = "INSERT", rightly: bool = True, **more: Any) -> int:
        """An entry with a right hash over whatever it says."""
        row = self.connection.execute(
            text("SELECT last_seq, head, balance, owed, unlotted, unused FROM member WHERE id = :m"), {"m": member}
        ).one()
        net = row.balance - row.owed + row.unlotted - row.unused + size
        said = {
            "prev": row.head, "member_id": member, "seq": row.last_seq + 1, "kind": "adjust", "points": size, "owes": 0,
            "net_after": net, "reverses_id": None, "reason": "other", "source_kind": "", "source_id": None,
            "operation_id": self.operation(), "n": 1, "operator_id": 1, "branch_id": self.shop.branch,
            "business_date": "2026-03-03", "recorded_at": "2026-03-03T02:30:00.000000Z", "note": "", "explain": "",
        } | more  # fmt: skip
        new = int(self.value("SELECT max(id) + 1 FROM entry"))
        row_hash = entry_hash(**said) if rightly else hashlib.sha256(b"?").hexdigest()
        columns = [*said, "id", "hash"]
        self.run(
            f"{how} INTO entry ({', '.join(columns)}) VALUES ({', '.join(f':{c}' for c in columns)})",
            **said, id=new, hash=row_hash,
        )  # fmt: skip
        return new

    def lot(self, member: int, entry: int, size: int, *, remaining: int | None = None, how: str = "INSERT") -> int:
        new = int(self.value("SELECT max(id) + 1 FROM lot"))
        self.run(
            f"{how} INTO lot (id, member_id, entry_id, points, remaining, spendable_from, earned_on) "
            "VALUES (:id, :m, :e, :p, :r, '2026-03-03', '2026-03-03')",
            id=new, m=member, e=entry, p=size, r=size if remaining is None else remaining,
        )  # fmt: skip
        return new

    def use(self, entry: int, lot: int, size: int, *, at: int | None = None, how: str = "INSERT") -> None:
        new = int(self.value("SELECT max(id) + 1 FROM lot_use"))
        self.run(
            f"{how} INTO lot_use (id, entry_id, at_entry, lot_id, points) VALUES (:id, :e, :a, :l, :p)",
            id=new, e=entry, a=entry if at is None else at, l=lot, p=size,
        )  # fmt: skip


Attack = Callable[[Forger], Any]
ATTACKS: dict[str, Attack] = {}
SQLITE_ONLY: set[str] = set()
POSTGRESQL_ONLY: set[str] = set()


def _plain(name: str, sql: str, *, only: str = "") -> None:
    ATTACKS[name] = lambda f: f.run(sql, **_used(sql, f.shop))
    if only:
        (SQLITE_ONLY if only == "sqlite" else POSTGRESQL_ONLY).add(name)


def _used(sql: str, shop: Shop) -> dict[str, int]:
    return {name: value for name, value in vars(shop).items() if f":{name}" in sql}


# -- rows changed, removed, replaced ---------------------------------------------------------------

_CHANGES = {
    "entry": "points = 1000", "lot_use": "points = 1", "operation": "operator_id = 2", "receipt": "body = '{}'",
    "purchase_line": "amount = 1", "movement": "quantity = 99", "audit": "after = ''", "zero": "n = 0",
    "lot": "expires_on = '2099-12-31'", "stock": "on_hand = 99", "purchase": "amount = 1", "approval": "points = 1",
    "member": "balance = 1000000",
}  # fmt: skip
for _table, _change in _CHANGES.items():
    _plain(f"update {_table}", f"UPDATE {_table} SET {_change}")
    _plain(f"delete {_table}", f"DELETE FROM {_table}")
    _plain(f"truncate {_table}", f"TRUNCATE {_table} CASCADE", only="postgresql")
for _table in sorted({*APPEND_ONLY, *NEVER_DELETED} - _CHANGES.keys()):
    _plain(f"delete {_table}", f"DELETE FROM {_table}")
    _plain(f"truncate {_table}", f"TRUNCATE {_table} CASCADE", only="postgresql")
for _table in ("entry", "lot", "lot_use", "operation", "receipt", "purchase_line", "movement", "audit", "zero"):
    _plain(f"replace {_table}", f"REPLACE INTO {_table} SELECT * FROM {_table}", only="sqlite")
    _plain(f"insert or ignore {_table}", f"INSERT OR IGNORE INTO {_table} SELECT * FROM {_table}", only="sqlite")
for _table in ("member", "purchase", "approval", "stock", "card"):
    _plain(f"replace {_table}", f"REPLACE INTO {_table} SELECT * FROM {_table}", only="sqlite")
for _column in ("owed", "last_seq", "unlotted", "unused"):
    _plain(f"member {_column}", f"UPDATE member SET {_column} = {_column} + 7 WHERE id = :anna")
_plain("member head", "UPDATE member SET head = 'x' WHERE id = :anna")
_plain("member id", "UPDATE member SET id = 999 WHERE id = :ben")
_plain("two columns that agree", "UPDATE member SET balance = balance + 5, owed = owed + 5 WHERE id = :anna")
_plain("or ignore member", "UPDATE OR IGNORE member SET balance = balance + 5 WHERE id = :anna", only="sqlite")
_plain("or replace member", "UPDATE OR REPLACE member SET card_number = (SELECT card_number FROM member "
       "WHERE id = :ben) WHERE id = :anna", only="sqlite")
_plain("member born rich", "INSERT INTO member (card_number, name, sort_name, branch_id, enrolled_on, tier_id, "
       "tier_since, balance) SELECT 'x', name, sort_name, branch_id, enrolled_on, tier_id, tier_since, 500 "
       "FROM member WHERE id = :anna")
_plain("member born waiting", "INSERT INTO member (card_number, name, sort_name, branch_id, enrolled_on, tier_id, "
       "tier_since, unlotted) SELECT 'x', name, sort_name, branch_id, enrolled_on, tier_id, tier_since, 500 "
       "FROM member WHERE id = :anna")
_plain("a second zero", "INSERT INTO zero (n) VALUES (7)")
_plain("lot remaining", "UPDATE lot SET remaining = points WHERE id = :lot")
_plain("lot given away", "UPDATE lot SET member_id = :ben WHERE id = :lot")
_plain("lot usable earlier", "UPDATE lot SET spendable_from = '2026-01-01' WHERE id = :pending")
_plain("lot of more points", "UPDATE lot SET points = points + 5, remaining = remaining + 5 WHERE id = :lot")
_plain("upsert entry", "INSERT INTO entry SELECT * FROM entry WHERE id = :credit "
       "ON CONFLICT (id) DO UPDATE SET points = 9999")
_plain("upsert lot", "INSERT INTO lot SELECT * FROM lot WHERE id = :lot ON CONFLICT (id) DO UPDATE SET points = 9999")
_plain("upsert member", "INSERT INTO member SELECT * FROM member WHERE id = :anna "
       "ON CONFLICT (id) DO UPDATE SET balance = 9999")

# -- lots and uses without their entries -----------------------------------------------------------

ATTACKS |= {
    "lot without a credit": lambda f: f.lot(f.shop.anna, f.shop.debit, 5),
    "lot beyond its credit": lambda f: f.lot(f.shop.anna, f.shop.credit, 5),
    "lot on another's credit": lambda f: f.lot(f.shop.ben, f.shop.credit, 5),
    "lot with more than its points": lambda f: f.lot(f.shop.anna, f.entry(f.shop.anna, 5), 5, remaining=9),
    "lot of half a credit": lambda f: f.lot(f.shop.anna, f.entry(f.shop.anna, 5), 4),
    "lots for more than the credit": lambda f: [f.lot(f.shop.anna, e, 4) for e in [f.entry(f.shop.anna, 5)] * 2],
    "use without need": lambda f: f.use(f.shop.debit, f.shop.lot, 5),
    "use of a credit": lambda f: f.use(f.shop.credit, f.shop.lot, 5),
    "use given back without a reversal": lambda f: f.use(f.shop.debit, f.shop.lot, -5),
    "use given back by another's reversal": lambda f: f.use(f.shop.debit, f.shop.lot, -5, at=f.shop.credit),
    "more given back than reversed": lambda f: f.use(f.shop.debit, f.shop.lot, -5, at=f.shop.half),
    "use of another member's lot": lambda f: f.use(f.entry(f.shop.anna, -5), f.shop.bens_lot, 5),
    "use of a pending lot": lambda f: f.use(f.entry(f.shop.anna, -5), f.shop.pending, 5),
    "use of an expired lot": lambda f: f.use(f.entry(f.shop.anna, -5), f.shop.expired, 5),
    "use of a pending lot, or ignore": lambda f: f.use(
        f.entry(f.shop.anna, -5), f.shop.pending, 5, how="INSERT OR IGNORE"),
    "use beyond the lot": lambda f: f.use(f.entry(f.shop.anna, -500), f.shop.lot, 500),
    "use beyond the lot, or fail": lambda f: f.use(f.entry(f.shop.anna, -500), f.shop.lot, 500, how="INSERT OR FAIL"),
    "use beyond the debit": lambda f: f.use(f.entry(f.shop.anna, -5), f.shop.lot, 6),
    "use of less than the debit": lambda f: f.use(f.entry(f.shop.anna, -5), f.shop.lot, 4),
    "settling what is not owed": lambda f: f.use(
        f.shop.debit, f.lot(f.shop.anna, e, 5), 5, at=e) if (e := f.entry(f.shop.anna, 5)) else None,
    "settling more than is owed": lambda f: f.use(
        f.shop.clawback, f.lot(f.shop.ben, e, 50), 50, at=e) if (e := f.entry(f.shop.ben, 50)) else None,
}  # fmt: skip
SQLITE_ONLY |= {"use of a pending lot, or ignore", "use beyond the lot, or fail"}

# -- entries ---------------------------------------------------------------------------------------

ATTACKS |= {
    "credit without a lot": lambda f: f.entry(f.shop.anna, 5),
    "credit without a lot, or ignore": lambda f: f.entry(f.shop.anna, 5, how="INSERT OR IGNORE"),
    "debit without a use": lambda f: f.entry(f.shop.anna, -5),
    "overdraft, or ignore": lambda f: f.entry(f.shop.anna, -500, how="INSERT OR IGNORE"),
    "overdraft, or fail": lambda f: f.entry(f.shop.anna, -500, how="INSERT OR FAIL"),
    "overdraft, or replace": lambda f: f.entry(f.shop.anna, -500, how="INSERT OR REPLACE"),
    "owing what is no refund": lambda f: f.entry(f.shop.anna, -5, owes=5),
    "owing more than the refund": lambda f: f.entry(f.shop.anna, -5, kind="clawback", owes=6),
    "wrong hash": lambda f: f.lot(f.shop.anna, f.entry(f.shop.anna, 5, rightly=False), 5),
    "wrong link": lambda f: f.lot(f.shop.anna, f.entry(f.shop.anna, 5, prev="0" * 64), 5),
    "wrong net": lambda f: f.lot(f.shop.anna, f.entry(f.shop.anna, 5, net_after=10**6), 5),
    "a gap": lambda f: f.lot(f.shop.anna, f.entry(f.shop.anna, 5, seq=99), 5),
    "nought": lambda f: f.entry(f.shop.anna, 0),
    "too much": lambda f: f.lot(f.shop.anna, f.entry(f.shop.anna, 10**12 + 1), 10**12 + 1),
    "unknown kind": lambda f: f.lot(f.shop.anna, f.entry(f.shop.anna, 5, kind="present"), 5),
    "a reason that imitates a field": lambda f: f.lot(f.shop.anna, f.entry(f.shop.anna, 5, reason="a|b"), 5),
    "reversal beyond the entry": lambda f: f.lot(
        f.shop.anna, f.entry(f.shop.anna, 11, reverses_id=f.shop.debit), 11),
    "reversal of another's entry": lambda f: f.lot(f.shop.ben, f.entry(f.shop.ben, 5, reverses_id=f.shop.debit), 5),
    "reversal with the same sign": lambda f: f.use(
        f.entry(f.shop.anna, -5, reverses_id=f.shop.debit), f.shop.lot, 5),
    "a third level": lambda f: _third_level(f),
}  # fmt: skip
SQLITE_ONLY |= {
    "credit without a lot, or ignore", "overdraft, or ignore", "overdraft, or fail", "overdraft, or replace",
}  # fmt: skip


def _third_level(f: Forger) -> None:
    undone = f.entry(f.shop.anna, -10, reverses_id=f.shop.half)
    f.use(undone, f.shop.lot, 10)
    again = f.entry(f.shop.anna, 10, reverses_id=undone)
    f.use(undone, f.shop.lot, -10, at=again)


# -- stock, purchases, requests --------------------------------------------------------------------


def _movement(f: Forger, quantity: int, *, how: str = "INSERT", **more: int) -> None:
    stock = f.connection.execute(
        text("SELECT last_seq, on_hand, reserved FROM stock WHERE item_id = 5")).one()
    said = {
        "o": f.operation(), "b": f.shop.branch, "seq": stock.last_seq + 1, "q": quantity, "r": 0,
        "after": stock.on_hand + quantity, "reserved": stock.reserved,
    } | more  # fmt: skip
    f.run(
        f"{how} INTO movement (operation_id, branch_id, item_id, seq, kind, quantity, reserving, on_hand_after, "
        "reserved_after, business_date, recorded_at) VALUES (:o, :b, 5, :seq, 'issue', :q, :r, :after, :reserved, "
        "'2026-03-03', '2026-03-03T02:30:00.000000Z')", **said)  # fmt: skip


ATTACKS |= {
    "stock below nought": lambda f: _movement(f, -11),
    "stock below nought, or ignore": lambda f: _movement(f, -11, how="INSERT OR IGNORE"),
    "stock of a false sum": lambda f: _movement(f, -1, after=99),
    "stock out of turn": lambda f: _movement(f, -1, seq=9),
    "more reserved than there is": lambda f: _movement(f, 0, r=11, reserved=11),
}
SQLITE_ONLY |= {"stock below nought, or ignore"}
_plain("stock born full", "INSERT INTO stock (branch_id, item_id, on_hand) SELECT b.id, 5, 10 FROM branch b "
       "WHERE b.id <> :branch")
_plain("stock of another item", "UPDATE stock SET reserved = 1 WHERE item_id = :item")
_plain("purchase earns more", "UPDATE purchase SET earned = 9999 WHERE id = :purchase")
_plain("purchase voided by nothing", "UPDATE purchase SET voided_by = 987654 WHERE id = :purchase")
_plain("purchase twice", "INSERT INTO purchase (source, number, kind, branch_id, business_date, bought_at, amount, "
       "operation_id) SELECT source, number, kind, branch_id, business_date, bought_at, amount, operation_id "
       "FROM purchase WHERE id = :purchase")
_plain("purchase born void", "INSERT INTO purchase (source, number, kind, branch_id, business_date, bought_at, amount, "
       "operation_id, voided_by) SELECT source, 'x', kind, branch_id, business_date, bought_at, amount, operation_id, "
       "operation_id FROM purchase WHERE id = :purchase")
_plain("own request approved", "UPDATE approval SET state = 'approved', decider_id = requester_id WHERE id = :approval")
_plain("request approved by nobody", "UPDATE approval SET state = 'approved' WHERE id = :approval")
_plain("request of other points", "UPDATE approval SET parameters = '{}' WHERE id = :approval")
