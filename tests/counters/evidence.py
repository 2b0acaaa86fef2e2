"""What the database holds of each request, row by row, for comparing it with what was asked and answered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql

_OPERATIONS = Sql(
    "SELECT o.id, o.request, o.kind, r.body FROM operation o LEFT JOIN receipt r ON r.operation_id = o.id "
    "WHERE o.id > :before ORDER BY o.id"
)
# each part of an operation by name: rows with the operation's id first
_PARTS = {
    "entries": Sql(
        "SELECT e.operation_id, e.id, e.n, e.member_id, e.kind, e.points, e.owes, e.net_after, e.reverses_id, "
        "coalesce((SELECT CAST(sum(l.points) AS bigint) FROM lot l WHERE l.entry_id = e.id), 0) AS opened, "
        "coalesce((SELECT CAST(-sum(u.points) AS bigint) FROM lot_use u WHERE u.at_entry = e.id AND u.points < 0), 0) "
        "AS given_back, coalesce((SELECT CAST(sum(u.points) AS bigint) FROM lot_use u WHERE u.entry_id = e.id "
        "AND u.at_entry = e.id), 0) AS taken FROM entry e WHERE e.operation_id > :before ORDER BY e.operation_id, e.n"
    ),
    "purchases": Sql(
        "SELECT p.operation_id, p.id, p.number, p.member_id, p.amount, p.earned, (SELECT count(*) FROM purchase_line l "
        "WHERE l.purchase_id = p.id) AS lines FROM purchase p WHERE p.operation_id > :before"
    ),
    "orders": Sql(
        "SELECT r.operation_id, r.id, r.member_id, r.points, r.cash, r.pickup_code FROM redemption r "
        "WHERE r.operation_id > :before"
    ),
    "lines": Sql(
        "SELECT r.operation_id, l.id, l.item_id, l.quantity, l.points FROM redemption r "
        "JOIN redemption_line l ON l.redemption_id = r.id WHERE r.operation_id > :before ORDER BY l.redemption_id, l.n"
    ),
    "movements": Sql(
        "SELECT operation_id, kind, item_id, quantity, reserving FROM movement WHERE operation_id > :before ORDER BY id"
    ),
    "events": Sql(
        "SELECT operation_id, redemption_id, to_state FROM redemption_event WHERE operation_id > :before ORDER BY id"
    ),
    "payments": Sql("SELECT operation_id, redemption_id, amount FROM payment WHERE operation_id > :before"),
    "audits": Sql("SELECT operation_id, action FROM audit WHERE operation_id > :before"),
}
_MEMBERS = Sql("SELECT id, balance - owed AS net FROM member ORDER BY id")
_STOCK = Sql("SELECT item_id, on_hand, reserved FROM stock ORDER BY item_id")
_RECEIPT_NUMBERS = Sql("SELECT number FROM purchase")


@dataclass
class Found:
    """One request's operation with all that hangs on it."""

    id: int
    request: str
    kind: str
    body: str | None  # its receipt
    parts: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))


@dataclass
class Books:
    """The shop after a run."""

    operations: dict[str, Found]
    members: dict[int, int]  # balance less what is owed
    stock: dict[int, tuple[int, int]]  # on hand, reserved
    numbers: set[str]  # of purchases, as typed


def read(database: Database, before: int) -> Books:
    """All of it; everything after the operation ``before``."""

    def ask(sql: Sql, **params: Any) -> list[Any]:
        return list(database.read(lambda work: work.all(sql, **params)))

    found = {row.id: Found(*row) for row in ask(_OPERATIONS, before=before)}
    for name, sql in _PARTS.items():
        for row in ask(sql, before=before):
            found[row.operation_id].parts[name].append(row)
    return Books(
        {one.request: one for one in found.values()},
        {row.id: row.net for row in ask(_MEMBERS)},
        {row.item_id: (row.on_hand, row.reserved) for row in ask(_STOCK)},
        {row.number.rpartition("/")[2] for row in ask(_RECEIPT_NUMBERS)},
    )
