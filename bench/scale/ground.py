"""What is measured on: a PostgreSQL of its own, a founded shop in it, and millions of rows made by the server.

The rows are those of a chain: as many entries per member as in the sizing of docs/scale.md, each with its operation and
receipt, credits with lots, debits with uses. Widths of texts are those of real ones. Triggers and foreign keys do not
run while they are made, so chains of hashes are not true; no posting is measured on them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from desktop_admin.services import shop
from tests.postgres import Server, serving

PER_MEMBER = 100  # entries: 1 billion for 10 million members
MONTHS = 36
FIRST_DAY = "2024-01-01"
CONFIG = (
    "shared_buffers = '512MB'", "max_wal_size = '4GB'", "work_mem = '64MB'", "maintenance_work_mem = '256MB'",
    "autovacuum = off", "checkpoint_timeout = '30min'",
)  # fmt: skip
_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
EXPLAIN = '[{"rule":"base","points":128,"amount":12800},{"rule":"tier","points":12,"factor":110}]'
RECEIPT = (
    '{"after":1234,"amount":12800,"before":1100,"business_date":"2026-03-02","entry_id":123456789,"expires_on":'
    '"2027-12-31","member_id":1234567,"number":"R-20260302-0001","operation_id":123456789,"owed":0,"points":134,'
    '"purchase_id":123456789,"recorded_at":"2026-03-02T02:30:00.000000Z","tier_after":"regular","tier_before":"regular",'
    '"usable_from":"2026-03-02","why_none":""}'
)

# n runs from :from to :to; a member comes round once in `members` entries, so (member, seq) is unique
_ENTRY = """
INSERT INTO {table} (id, operation_id, n, member_id, seq, kind, points, owes, net_after, reason, source_kind, source_id,
  operator_id, branch_id, business_date, recorded_at, explain, prev, hash)
SELECT n, n, 1, 1 + ((n %% %(members)s) * 7919 + n / %(members)s * 31) %% %(members)s, n / %(members)s + 1,
  CASE WHEN n %% 10 < 7 THEN 'earn' WHEN n %% 10 < 9 THEN 'redeem' ELSE 'adjust' END,
  CASE WHEN n %% 10 IN (7, 8) THEN -90 ELSE 40 + n %% 150 END, 0, 1000, '',
  CASE WHEN n %% 10 < 7 THEN 'purchase' WHEN n %% 10 < 9 THEN 'redemption_line' ELSE '' END,
  CASE WHEN n %% 10 < 9 THEN n END, 1, 1, to_char(date '2024-01-01' + (n * 1096 / %(rows)s)::int, 'YYYY-MM-DD'),
  to_char(date '2024-01-01' + (n * 1096 / %(rows)s)::int, 'YYYY-MM-DD"T"09:12:13.123456Z'),
  CASE WHEN n %% 10 < 7 THEN %(explain)s ELSE '' END,
  encode(sha256(n::text::bytea), 'hex'), encode(sha256((n + 1)::text::bytea), 'hex')
FROM generate_series(%(from)s::bigint, %(to)s::bigint) n
"""
_OPERATION = """
INSERT INTO operation (id, request, kind, parameters, operator_id, branch_id, workstation, business_date, recorded_at)
SELECT n, md5(n::text), 'purchases.record', encode(sha256(n::text::bytea), 'hex'), 1, 1, 'till 1',
  to_char(date '2024-01-01' + (n * 1096 / %(rows)s)::int, 'YYYY-MM-DD'),
  to_char(date '2024-01-01' + (n * 1096 / %(rows)s)::int, 'YYYY-MM-DD"T"09:12:13.123456Z')
FROM generate_series(%(from)s::bigint, %(to)s::bigint) n
"""
_LOT = """
INSERT INTO lot (id, member_id, entry_id, points, remaining, spendable_from, expires_on, earned_on)
SELECT n, 1 + ((n %% %(members)s) * 7919 + n / %(members)s * 31) %% %(members)s, n, 40 + n %% 150,
  CASE WHEN n > %(rows)s * 0.7 THEN 40 + n %% 150 ELSE 0 END,
  to_char(date '2024-01-01' + (n * 1096 / %(rows)s)::int, 'YYYY-MM-DD'),
  to_char(date '2024-01-01' + (n * 1096 / %(rows)s)::int, 'YYYY') || '-12-31',
  to_char(date '2024-01-01' + (n * 1096 / %(rows)s)::int, 'YYYY-MM-DD')
FROM generate_series(%(from)s::bigint, %(to)s::bigint) n WHERE n %% 10 NOT IN (7, 8)
"""
_USE = """
INSERT INTO lot_use (entry_id, at_entry, lot_id, points)
SELECT n, n, greatest(1, n - (n %% 1000) - k), 45
FROM generate_series(%(from)s::bigint, %(to)s::bigint) n, generate_series(1, 2) k WHERE n %% 10 IN (7, 8)
"""
_RECEIPT = """
INSERT INTO receipt (operation_id, body) SELECT n, %(receipt)s FROM generate_series(%(from)s::bigint, %(to)s::bigint) n
"""
ROWS = {"operation": _OPERATION, "receipt": _RECEIPT, "entry": _ENTRY, "lot": _LOT, "lot_use": _USE}


@dataclass
class Ground:
    """A connection of the server's administrator to the shop, and how many rows stand there."""

    server: Server
    connection: psycopg.Connection[Any]
    rows: int

    def run(self, statement: str, **params: Any) -> int:
        """Execute; how many rows it touched."""
        return self.connection.execute(statement.encode(), params or None).rowcount

    def value(self, statement: str, **params: Any) -> Any:
        row = self.connection.execute(statement.encode(), params or None).fetchone()
        return None if row is None else row[0]

    def all(self, statement: str, **params: Any) -> list[Any]:
        return list(self.connection.execute(statement.encode(), params or None).fetchall())

    def add(self, table: str, first: int, last: int, *, like: str = "") -> int:
        """Rows ``first`` to ``last`` of a kind into a table; how many came of it."""
        return self.run(ROWS[like or table].format(table=table), **{"from": first, "to": last}, **self.words)

    @property
    def words(self) -> dict[str, Any]:
        """What the statements of ROWS want to know."""
        return {"rows": self.rows, "members": self.members, "explain": EXPLAIN, "receipt": RECEIPT}

    @property
    def version(self) -> str:
        return f"PostgreSQL {self.value('SHOW server_version')}"

    @property
    def members(self) -> int:
        return max(1000, self.rows // PER_MEMBER)

    def costs(self, statement: str, **params: Any) -> Cost:
        """What a statement costs the server: its own processor time, and the log it writes."""
        pid, log = self.connection.info.backend_pid, self.value("SELECT pg_current_wal_insert_lsn()")
        before, start = processor(pid), time.perf_counter()
        rows = self.run(statement, **params)
        took = time.perf_counter() - start
        spent = processor(pid) - before
        written = self.value("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), %(log)s)", log=log)
        return Cost(rows, took, spent, int(written))


@dataclass(frozen=True)
class Cost:
    """Rows touched, seconds on the clock, seconds of processor, bytes of log."""

    rows: int
    seconds: float
    processor: float
    log: int


@contextmanager
def ground(rows: int) -> Iterator[Ground]:
    """A founded shop with so many entries and all that hangs on them."""
    with serving(durable=True, config=CONFIG) as server:
        shop.found(server.create("shop"), name="scale", admin_login="bench", admin_password_hash="!").close()
        with psycopg.connect(server.conninfo("shop"), autocommit=True) as connection:
            made = Ground(server, connection, rows)
            made.run("SET session_replication_role = replica")
            made.run(
                "INSERT INTO member (card_number, name, sort_name, branch_id, enrolled_on, tier_id, tier_since, "
                "balance) SELECT (800000000000 + n)::text, '王小明', 'wang xiao ming', 1, '2024-01-01', 1, "
                "'2024-01-01', n %% 5000 FROM generate_series(1, %(members)s) n", members=made.members,
            )  # fmt: skip
            for table in ROWS:
                made.add(table, 1, rows)
            made.run("VACUUM ANALYZE")
            yield made


def processor(pid: int) -> float:
    """Seconds of processor a process of this machine has had."""
    fine = Path(f"/proc/{pid}/schedstat")
    if fine.exists():
        return int(fine.read_text().split()[0]) / 1e9
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK
