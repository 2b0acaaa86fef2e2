"""Work: what a service is given. One transaction, who acts, the one time, and what was touched."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from desktop_admin.services.database.clock import instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.permissions import Role
from desktop_admin.services.topics import Topic


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and where."""

    operator_id: int
    name: str
    role: Role
    branch_id: int
    branch_name: str = ""
    workstation: str = ""
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class Shop:
    """What every piece of work knows of the shop. Read once when the database opens."""

    uuid: str
    name: str
    timezone: str
    currency: str
    minor_digits: int
    is_sample: bool

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class Operation:
    """The open operation: everything a command writes hangs on it."""

    id: int
    request: str
    kind: str


class Work:
    """One transaction. Services read and write through it and never commit."""

    def __init__(
        self,
        connection: Connection,
        *,
        engine: Literal["sqlite", "postgresql"],
        actor: Actor | None,
        now: datetime,
        shop: Shop,
        writing: bool,
    ) -> None:
        self._connection = connection
        self._text: Literal["sqlite", "postgresql"] = engine  # also the attribute of Sql that holds this engine's text
        self._actor = actor
        self.now = now
        self.shop = shop
        self.writing = writing
        self.operation: Operation | None = None
        self.standing: tuple[int, Role, bool] | None = None  # operator, role as stored now, whether a password is due
        self.approval: int | None = None  # the approved request under which the present operation runs
        self.topics: set[Topic] = set()

    @property
    def actor(self) -> Actor:
        if self._actor is None:
            raise RuntimeError("this work has no actor")
        return self._actor

    @property
    def engine(self) -> Literal["sqlite", "postgresql"]:
        """Which engine this is; for the doctor and backups only, services do not ask."""
        return self._text

    @property
    def on_server(self) -> bool:
        """Whether the shop lives on a server: others write at the same time, and its administrator backs it up."""
        return self._text == "postgresql"

    @property
    def has_actor(self) -> bool:
        return self._actor is not None

    @cached_property
    def now_text(self) -> str:
        return instant(self.now)

    @cached_property
    def today(self) -> date:
        """The business date: today in the shop's time zone."""
        return self.now.astimezone(self.shop.zone()).date()

    @cached_property
    def today_text(self) -> str:
        return self.today.isoformat()

    def _execute(self, sql: Sql, params: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None) -> Any:
        return self._connection.exec_driver_sql(getattr(sql, self._text), params or None)

    def all(self, sql: Sql, **params: Any) -> Sequence[Row[Any]]:
        """Every row."""
        rows: Sequence[Row[Any]] = self._execute(sql, params).fetchall()
        return rows

    def first(self, sql: Sql, **params: Any) -> Row[Any] | None:
        """The first row, or None."""
        row: Row[Any] | None = self._execute(sql, params).first()
        return row

    def value(self, sql: Sql, **params: Any) -> Any:
        """The first column of the first row, or None."""
        row = self._execute(sql, params).first()
        return None if row is None else row[0]

    def run(self, sql: Sql, **params: Any) -> int:
        """Execute; how many rows it touched."""
        touched: int = self._execute(sql, params).rowcount
        return touched

    def run_many(self, sql: Sql, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute once per row of parameters."""
        if rows:
            self._execute(sql, rows)

    def add_rows(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Add many rows by the engine's own bulk path; ``table`` and ``columns`` are names of the schema."""
        if not rows:
            return
        names = ", ".join(columns)
        if self._text == "sqlite":
            marks = ", ".join("?" * len(columns))
            self._connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
            return
        driver: Any = self._connection.connection.driver_connection
        try:
            with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        except self._connection.dialect.loaded_dbapi.Error as error:
            dialect = self._connection.dialect
            raise DBAPIError.instance(
                f"COPY {table}", None, error, dialect.loaded_dbapi.Error, dialect=dialect
            ) from error

    def stream(self, sql: Sql, *, size: int = 2000, **params: Any) -> Any:
        """Rows in blocks of ``size``, memory flat: an iterator of rows."""
        options = {"stream_results": True, "max_row_buffer": size}
        # given with the statement: set on the connection they would stay for every later one
        result = self._connection.exec_driver_sql(getattr(sql, self._text), params or None, execution_options=options)
        try:
            yield from result
        finally:
            result.close()

    def new_ids(self, table: str, count: int = 1) -> range | list[int]:
        """Ids for rows about to be added to ``table``, a name of the schema."""
        if self._text == "sqlite":  # BEGIN IMMEDIATE: nobody else can take them
            last = self._connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {table}").scalar_one()
            return range(last + 1, last + 1 + count)
        sql = f"SELECT nextval('{table}_id_seq') FROM generate_series(1, {count})"
        return [row[0] for row in self._connection.exec_driver_sql(sql)]

    @contextmanager
    def apart(self, actor: Actor, *, approval: int) -> Iterator[None]:
        """A second operation in this transaction, under a request of its own: an approved act.

        ``actor`` acts in it and ``approval`` names the request that was approved.
        """
        kept = self.operation, self._actor, self.approval
        self.operation, self._actor, self.approval = None, actor, approval
        try:
            yield
        finally:
            self.operation, self._actor, self.approval = kept

    def touch(self, *topics: Topic) -> None:
        self.topics.update(topics)

    def audit(self, action: str, subject: str, subject_id: int, before: object = None, after: object = None) -> None:
        """One row of the audit trail: what was, what is. Texts of a member go through ``members.seal`` first."""
        if self.operation is None:
            raise RuntimeError("audit outside a command")
        self.audit_text(action, subject, subject_id, _json(before), _json(after), sealed=0)

    def audit_text(self, action: str, subject: str, subject_id: int, before: str, after: str, *, sealed: int) -> None:
        assert self.operation is not None
        self.run(
            _AUDIT,
            operation=self.operation.id,
            action=action,
            subject=subject,
            subject_id=subject_id,
            sealed=sealed,
            before=before,
            after=after,
        )


_AUDIT = Sql(
    "INSERT INTO audit (operation_id, action, subject, subject_id, sealed, before, after) "
    "VALUES (:operation, :action, :subject, :subject_id, :sealed, :before, :after)"
)


def _json(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)
