"""Work: what a service is given. One transaction, who acts, the one time, and what was touched."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

from desktop_admin.services.database.clock import instant
from desktop_admin.services.database.lines import Line
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


Noting = Callable[[str, str, Mapping[str, Any]], None]  # kind, request and parameters of a command about to run


class Work:
    """One transaction. Services read and write through it and never commit."""

    def __init__(
        self,
        line: Line,
        *,
        engine: Literal["sqlite", "postgresql"],
        actor: Actor | None,
        now: datetime,
        shop: Shop,
        writing: bool,
    ) -> None:
        self._line = line
        self._engine: Literal["sqlite", "postgresql"] = engine
        self._actor = actor
        self.now = now
        self.seen_at = now  # what is read was so then; earlier than now where a replica answers
        self.shop = shop
        self.writing = writing
        self.operation: Operation | None = None
        self.begun: list[int] = []  # every operation this transaction opened
        self.standing: tuple[int, Role, bool] | None = None  # operator, role as stored now, whether a password is due
        self.approval: int | None = None  # the approved request under which the present operation runs
        self.topics: set[Topic] = set()
        self.noting: Noting | None = None
        self._asked: dict[tuple[Any, ...], Callable[[], list[Any]]] = {}

    def announce(self, kind: str, request: str, said: Mapping[str, Any]) -> None:
        """Before anything is written under a request, let it be noted; the outermost command's only."""
        noting, self.noting = self.noting, None
        if noting is not None:
            noting(kind, request, said)

    @property
    def actor(self) -> Actor:
        if self._actor is None:
            raise RuntimeError("this work has no actor")
        return self._actor

    @property
    def engine(self) -> Literal["sqlite", "postgresql"]:
        """Which engine this is; for the doctor and backups only, services do not ask."""
        return self._engine

    @property
    def on_server(self) -> bool:
        """Whether the shop lives on a server: others write at the same time, and its administrator backs it up."""
        return self._engine == "postgresql"

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

    def all(self, sql: Sql, **params: Any) -> list[Any]:
        """Every row."""
        known = self._known(sql, params)
        return self._line.rows(sql, params) if known is None else known

    def first(self, sql: Sql, **params: Any) -> Any:
        """The first row, or None."""
        known = self._known(sql, params)
        if known is not None:
            return known[0] if known else None
        return self._line.row(sql, params)

    def value(self, sql: Sql, **params: Any) -> Any:
        """The first column of the first row, or None."""
        known = self._known(sql, params)
        if known is not None:
            return known[0][0] if known else None
        return self._line.value(sql, params)

    def run(self, sql: Sql, **params: Any) -> int:
        """Execute; how many rows it touched."""
        return self._line.run(sql, params)

    def send(self, sql: Sql, **params: Any) -> None:
        """Execute where nobody asks what came of it: on a server it goes with the next statement that is asked.

        A failure is told there, at the latest by the commit.
        """
        self._line.send(sql, params)

    def run_many(self, sql: Sql, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute once per row of parameters; as ``send``."""
        if rows:
            self._line.run_many(sql, rows)

    def together(self, *asked: tuple[Sql, Mapping[str, Any]]) -> list[list[Any]]:
        """The rows of statements that do not depend on each other, in one round trip."""
        return self._line.together(asked)

    def later(self, sql: Sql, **params: Any) -> Callable[[], list[Any]]:
        """Ask; whoever calls the answer gets the rows. On a server they come with the next ones that are waited for."""
        return self._line.later(sql, params)

    def ahead(self, *asked: tuple[Sql, Mapping[str, Any]]) -> None:
        """Ask in one round trip what this work will ask by itself, each once; a file has no round trips to save.

        What was asked ahead is as old as this call: only for what may be read before any lock.
        """
        if self.on_server:
            for sql, params in asked:
                self._asked[_key(sql, params)] = self._line.later(sql, params)

    def _known(self, sql: Sql, params: Mapping[str, Any]) -> list[Any] | None:
        if not self._asked:
            return None
        found = self._asked.pop(_key(sql, params), None)
        return None if found is None else found()

    def add_rows(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Add many rows by the engine's own bulk path; ``table`` and ``columns`` are names of the schema."""
        if rows:
            self._line.add(table, columns, rows)

    def stream(self, sql: Sql, *, size: int = 2000, **params: Any) -> Iterator[Any]:
        """Rows in blocks of ``size``, memory flat: an iterator of rows."""
        return self._line.stream(sql, params, size)

    def new_ids(self, table: str, count: int = 1) -> Sequence[int]:
        """Ids for rows about to be added to ``table``, a name of the schema."""
        return self._line.new_ids({table: count})[0]

    def new_ids_of(self, **counts: int) -> list[Sequence[int]]:
        """The same for several tables, in one round trip."""
        return self._line.new_ids(counts)

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
        self.send(
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


def _key(sql: Sql, params: Mapping[str, Any]) -> tuple[Any, ...]:
    return (sql, *sorted(params.items()))


def _json(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)
