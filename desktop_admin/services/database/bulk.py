"""Many commands in one transaction, each with a Work of its own."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from desktop_admin.services.database.sql import Sql
from desktop_admin.services.database.work import Actor, Work
from desktop_admin.services.errors import Refused

T = TypeVar("T")


class Bulk:
    """Runs commands one after another in an open transaction; made by ``Database.bulk``."""

    def __init__(self, connection: Connection, work: Callable[[Actor | None], Work]) -> None:
        self._driver: Any = connection.connection.driver_connection
        self._work = work

    def run(self, operation: Callable[[Work], T], *, actor: Actor) -> T:
        """Run one command at the clock's present time. A refusal undoes this command alone and is raised."""
        self._driver.execute("SAVEPOINT act")
        try:
            result = operation(self._work(actor))
        except Refused:
            self._driver.execute("ROLLBACK TO SAVEPOINT act")
            self._driver.execute("RELEASE SAVEPOINT act")
            raise
        self._driver.execute("RELEASE SAVEPOINT act")
        return result


class FileWork(Work):
    """Work on a file that goes to the driver itself: half the time per statement, which a long history feels."""

    def _execute(self, sql: Sql, params: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None) -> Any:
        driver: Any = self._connection.connection.driver_connection
        cursor = driver.cursor()
        try:
            if isinstance(params, Mapping) or params is None:
                cursor.execute(sql.sqlite, params or {})
            else:
                cursor.executemany(sql.sqlite, params)
        except driver.Error as error:
            raise DBAPIError(sql.sqlite, params, error) from error
        return _Answer(cursor, sql.sqlite)

    def new_ids(self, table: str, count: int = 1) -> range | list[int]:
        """As Work's: nobody else can take ids of a file that is being written."""
        driver: Any = self._connection.connection.driver_connection
        (last,) = driver.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
        return range(last + 1, last + 1 + count)


class _Answer:
    """The rows of one statement, with the few questions Work asks of them."""

    def __init__(self, cursor: Any, text: str) -> None:
        self._cursor = cursor
        self._row = _row_of(text, tuple(c[0] for c in cursor.description)) if cursor.description else None

    @property
    def rowcount(self) -> int:
        return int(self._cursor.rowcount)

    def fetchall(self) -> list[Any]:
        return [self._row._make(values) for values in self._cursor.fetchall()] if self._row else []

    def first(self) -> Any:
        values = self._cursor.fetchone() if self._row else None
        self._cursor.close()
        return None if values is None or self._row is None else self._row._make(values)


@cache
def _row_of(_text: str, names: tuple[str, ...]) -> Any:
    """The class of a statement's rows: as SQLAlchemy's, by name, by place and as a mapping."""

    class Row(namedtuple("Row", names, rename=True)):  # type: ignore[misc]  # names come with the statement
        __slots__ = ()

        @property
        def _mapping(self) -> dict[str, Any]:
            return self._asdict()

    return Row
