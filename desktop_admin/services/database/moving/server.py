"""A server's database at one end of a move."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from desktop_admin.i18n import N_
from desktop_admin.services.database.marks import TWO, UNFINISHED, Mark
from desktop_admin.services.database.moving.arrival import Arrival
from desktop_admin.services.database.moving.shape import Table
from desktop_admin.services.database.moving.side import Row
from desktop_admin.services.errors import Refused, Trouble

_LIGHT, _HEAVY = 1000, 8  # rows fetched at once, the latter of a table with pictures
_TRIES = 5
_LOCK, _PATIENCE = 0x506F696E + 1, 10.0  # beside the lock of upgraders; seconds
_HABITS = ("statement_timeout = 0", "idle_in_transaction_session_timeout = 0", "lock_timeout = '30s'")
_INDEXES = (
    "SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid "
    "WHERE i.relnamespace = current_schema()::regnamespace "
    "AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid AND c.contype IN ('p', 'u', 'x')) "
    "ORDER BY 1"
)
_CONSTRAINTS = (
    "SELECT conname, conrelid::regclass::text, pg_get_constraintdef(oid), contype FROM pg_constraint "
    "WHERE connamespace = current_schema()::regnamespace AND contype IN ('u', 'f') ORDER BY contype DESC, 2, 1"
)
_TRIGGERS = (
    "SELECT t.tgname, t.tgrelid::regclass::text, t.tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace ORDER BY 2, 1"
)
_ENABLE = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA", "D": "DISABLE"}


class ServerSide(Arrival):
    """A shop in a server's database."""

    kind = "postgresql"
    mark = "%s"

    @property
    def name(self) -> str:
        url = self.engine.url
        return f"{url.host or 'localhost'}/{url.database}"

    def identity(self) -> tuple[str, ...]:
        sql = "SELECT pg_postmaster_start_time()::text, current_database()::text, coalesce(current_schema(), '')::text"
        with self.speaking(), self.engine.connect() as connection:
            return tuple(connection.exec_driver_sql(sql).one())

    def _prepare(self) -> None:
        self.raw.autocommit = True
        for habit in _HABITS:
            self.raw.execute(f"SET {habit}")
        end = time.monotonic() + _PATIENCE  # one that was killed goes in a moment
        while not self.raw.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()[0]:
            if time.monotonic() > end:
                raise Refused(TWO)
            time.sleep(0.2)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self.speaking(), self.raw.transaction():
            yield

    def shut(self, mark: Mark) -> None:
        for attempt in range(_TRIES):
            try:
                return super().shut(mark)
            except Trouble as trouble:  # acts under way hold the tables in another order, or longer than we wait
                state = getattr(getattr(trouble.__cause__, "orig", None), "sqlstate", "")
                if state not in ("40P01", "55P03") or attempt == _TRIES - 1:
                    raise
        return None

    def blocks(self, table: Table, after: Sequence[object] | None) -> Iterator[list[Row]]:
        with self.speaking(), self.raw.transaction(), self.raw.cursor("moving", binary=True) as cursor:
            cursor.execute(table.select("%s", after=after is not None), tuple(after or ()))
            while block := cursor.fetchmany(_HEAVY if table.heavy else _LIGHT):
                yield block

    def write(self, table: Table, rows: list[Row]) -> None:
        try:
            with (
                self.speaking(),
                self.raw.cursor() as cursor,
                cursor.copy(f"COPY {table.name} ({', '.join(table.columns)}) FROM STDIN") as copy,
            ):
                for row in rows:
                    copy.write_row(row)
        except Exception as error:
            if isinstance(_driver_error(error), psycopg.DataError):
                self.check_storable(table, rows)
            raise

    # -- the shop arrives

    def tables_here(self) -> set[str]:
        with self.engine.connect() as connection:
            if connection.exec_driver_sql("SHOW server_encoding").scalar_one() != "UTF8":
                raise Trouble(
                    N_("The database on the server does not store UTF-8. Nothing was changed; make one with "
                       "ENCODING 'UTF8'.")
                )  # fmt: skip
            rows = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            return {str(row[0]) for row in rows}

    def _take_apart(self) -> list[tuple[str, str]]:
        constraints = self.all(_CONSTRAINTS)
        for name, table, _definition, _kind in sorted(constraints, key=lambda row: str(row[3])):  # foreign keys first
            self.run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        indexes = self.all(_INDEXES)
        for name, _definition in indexes:
            self.run(f"DROP INDEX {name}")
        switches = []
        for name, table, state in self.all(_TRIGGERS):
            self.run(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
            switches.append(("", f"ALTER TABLE {table} {_ENABLE[_letter(state)]} TRIGGER {name}"))
        self.run(f"TRUNCATE {', '.join(self.table_names())}")
        rebuilt = [(n, f"ALTER TABLE {t} ADD CONSTRAINT {n} {d}") for n, t, d, _kind in constraints]
        uniques = sum(_letter(row[3]) == "u" for row in constraints)
        return [*rebuilt[:uniques], *indexes, *rebuilt[uniques:], *switches]

    def _piece_there(self, name: str) -> bool:
        there = (
            "SELECT 1 FROM pg_class WHERE relname = %s AND relnamespace = current_schema()::regnamespace UNION ALL "
            "SELECT 1 FROM pg_constraint WHERE conname = %s AND connamespace = current_schema()::regnamespace"
        )
        return bool(name) and bool(self.all(there, (name, name)))

    def _guard(self) -> None:
        for table, column in self.all(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND is_identity = 'YES'"
        ):
            self.run(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), coalesce(max({column}), 1), "
                f"max({column}) IS NOT NULL) FROM {table}"
            )
        self.run("ANALYZE")

    def empty(self) -> None:
        with self.transaction():
            there = self.tables_here()
            for table in (*self.table_names(), "alembic_version", UNFINISHED):
                if table in there:
                    self.run(f"DROP TABLE {table} CASCADE")
            for (function,) in self.all(
                "SELECT oid::regprocedure::text FROM pg_proc p WHERE pronamespace = current_schema()::regnamespace "
                "AND proname <> 'shop_prefix' AND pg_has_role(current_user, proowner, 'MEMBER') "
                "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
            ):
                self.run(f"DROP FUNCTION {function} CASCADE")


def _letter(value: Any) -> str:
    """A "char" of the catalogue, which comes as text or as bytes."""
    return value.decode() if isinstance(value, bytes) else str(value)


def _driver_error(error: BaseException) -> BaseException | None:
    """The driver's own error below what a person is told."""
    return getattr(error, "orig", None) or getattr(error.__cause__, "orig", None)
