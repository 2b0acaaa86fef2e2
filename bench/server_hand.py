"""The floors of the server's bench: bare psycopg, statement by statement, and raw COPY."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Self

import psycopg

from desktop_admin.services.ledger.chain import entry_hash
from desktop_admin.services.work import Actor

NOW, DAY = "2026-03-02T02:30:00.000000Z", "2026-03-02"
_ENTRY = (
    "id", "operation_id", "n", "member_id", "seq", "kind", "points", "owes", "net_after", "reverses_id", "reason",
    "source_kind", "source_id", "operator_id", "branch_id", "business_date", "recorded_at", "note", "explain", "prev",
    "hash",
)  # fmt: skip
_LOT = ("id", "member_id", "entry_id", "points", "remaining", "spendable_from", "expires_on", "earned_on", "from_lot")
_EXPLAIN = json.dumps({"amount": 1000, "per": 100, "lines": [{"name": "base", "effect": "base", "factor": 100}]})


def make_members(conninfo: str, count: int) -> None:
    """So many members without anything."""
    with psycopg.connect(conninfo) as connection:
        connection.execute(
            "INSERT INTO member (card_number, name, sort_name, branch_id, enrolled_on, tier_id, tier_since) SELECT "
            "'9' || g, 'n', 'n' || g, (SELECT min(id) FROM branch), %s, (SELECT min(id) FROM tier), %s "
            "FROM generate_series(1, %s) g", (DAY, DAY, count)
        )  # fmt: skip
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def raw_tables(conninfo: str) -> None:
    """Entries and lots once more: the same columns, checks, indexes and foreign keys, and no triggers."""
    with psycopg.connect(conninfo) as connection:
        for table in ("entry", "lot"):
            connection.execute(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING ALL)")
            keys = connection.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
                (table,),
            ).fetchall()
            for (key,) in keys:
                own = re.sub(r"REFERENCES (entry|lot)\b", r"REFERENCES raw_\1", key)
                connection.execute(f"ALTER TABLE raw_{table} ADD {own}")


class Hand:
    """One connection that does by hand what the service does."""

    def __init__(self, conninfo: str) -> None:
        self.connection = psycopg.connect(conninfo)
        self.operator, self.branch = self._row("SELECT id, branch_id FROM operator WHERE role = 'system'")
        self.connection.commit()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.connection.close()

    def _row(self, sql: str, *params: Any) -> Any:
        return self.connection.execute(sql, params).fetchone()

    def adjusts(self, members: Iterator[int], count: int) -> None:
        for _ in range(count):
            self._adjust(next(members), 5)

    def begin(self, request: str) -> int:
        """An operation as the service opens it; its id."""
        self._row("SELECT role, active, must_change FROM operator WHERE id = %s", self.operator)
        self._row(
            "SELECT o.kind, o.parameters, r.body FROM operation o LEFT JOIN receipt r ON r.operation_id = o.id "
            "WHERE o.request = %s", request
        )  # fmt: skip
        (operation,) = self._row("SELECT nextval('operation_id_seq')")
        self.connection.execute(
            "INSERT INTO operation (id, request, kind, parameters, operator_id, branch_id, workstation, business_date, "
            "recorded_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (operation, request, "points.adjust", sha256(request.encode()).hexdigest(), self.operator, self.branch, "w",
             DAY, NOW),
        )  # fmt: skip
        return int(operation)

    def finish(self, operation: int, body: str) -> None:
        self.connection.execute("INSERT INTO receipt (operation_id, body) VALUES (%s, %s)", (operation, body))
        self.connection.commit()

    def _adjust(self, member: int, points: int) -> None:
        operation = self.begin(uuid.uuid4().hex)
        self._row("SELECT code, name, direction, position, active, version FROM reason WHERE code = %s", "service")
        self._row("SELECT member_id FROM operator WHERE id = %s", self.operator)
        last, head, balance, owed, *_frozen = self._row(
            "SELECT last_seq, head, balance, owed, earn_frozen, spend_frozen, closed_at FROM member WHERE id = %s "
            "FOR NO KEY UPDATE", member
        )  # fmt: skip
        self.connection.execute("SELECT name, value, version FROM setting").fetchall()
        row = _entry(operation, 1, member, last + 1, points, balance - owed + points, head, self.operator, self.branch)
        (row["id"],) = self._row("SELECT nextval('entry_id_seq')")
        self.connection.execute(_insert("entry", _ENTRY), [row[name] for name in _ENTRY])
        (lot_id,) = self._row("SELECT nextval('lot_id_seq')")
        self.connection.execute(_insert("lot", _LOT), list(_lot(lot_id, row).values()))
        receipt = {"operation_id": operation, "entry_id": row["id"], "member_id": member, "points": points}
        self.finish(operation, json.dumps(receipt))


class Rows:
    """The next entries and lots of many members, worked out ahead; the same rows for both ways."""

    def __init__(self, hand: Hand, actor: Actor, members: int, count: int) -> None:
        self._connection = hand.connection
        operation = hand.begin(uuid.uuid4().hex)
        hand.finish(operation, "null")
        execute = self._connection.execute
        now = execute("SELECT id, last_seq, head, balance - owed FROM member WHERE id <= %s", (members,))
        stood = {row[0]: row[1:] for row in now}
        entry_ids, lot_ids = (
            [row[0] for row in execute(f"SELECT nextval('{table}_id_seq') FROM generate_series(1, %s)", (count,))]
            for table in ("entry", "lot")
        )
        self._connection.commit()
        self.entries: list[dict[str, Any]] = []
        for n, new_id in enumerate(entry_ids, 1):
            member = n % members + 1
            seq, head, net = stood[member]
            row = _entry(operation, n, member, seq + 1, 10, net + 10, head, actor.operator_id, actor.branch_id)
            stood[member] = seq + 1, row["hash"], net + 10
            self.entries.append({**row, "id": new_id})
        self.lots = [_lot(new_id, row) for new_id, row in zip(lot_ids, self.entries, strict=True)]

    def copy(self) -> None:
        """The same rows by COPY into tables without triggers."""
        with self._connection.cursor() as cursor:
            for table, columns, rows in (("entry", _ENTRY, self.entries), ("lot", _LOT, self.lots)):
                with cursor.copy(f"COPY raw_{table} ({', '.join(columns)}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row([row[name] for name in columns])
        self._connection.commit()


def _entry(
    operation: int, n: int, member: int, seq: int, points: int, net: int, prev: str, operator: int, branch: int
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "operation_id": operation, "n": n, "member_id": member, "seq": seq, "kind": "adjust", "points": points,
        "owes": 0, "net_after": net, "reverses_id": None, "reason": "service", "source_kind": "", "source_id": None,
        "operator_id": operator, "branch_id": branch, "business_date": DAY, "recorded_at": NOW, "note": "",
        "explain": _EXPLAIN, "prev": prev,
    }  # fmt: skip
    row["hash"] = entry_hash(**row)
    return row


def _lot(new_id: int, entry: dict[str, Any]) -> dict[str, Any]:
    values = (new_id, entry["member_id"], entry["id"], entry["points"], entry["points"], DAY, "2027-03-02", DAY, None)
    return dict(zip(_LOT, values, strict=True))


def _insert(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
