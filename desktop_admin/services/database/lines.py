"""Lines: the driver's own connection, borrowed for one transaction. Work speaks through one.

Statements go to the driver itself: SQLAlchemy's way to it costs as much again as the statement (docs/decisions/0002).
A server's line counts in round trips: BEGIN goes with the first statement, what needs no answer goes with the next one
that does, the last go with COMMIT, and nobody waits for the end of a transaction that only read.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy.exc import DBAPIError

from desktop_admin.services.database.sql import Sql, next_id

Params = Mapping[str, Any]


@dataclass(slots=True)
class Taps:
    """Who listens to what goes over the line: tests and benches. ``statement`` hears the text and its parameters
    before they go (BEGIN and COMMIT too), ``trip`` is told of every wait for the server's answer."""

    statement: list[Callable[[str, Any], None]] = field(default_factory=list)
    trip: list[Callable[[], None]] = field(default_factory=list)


class Line:
    """One driver connection inside a transaction."""

    def __init__(self, driver: Any, dialect: Any, taps: Taps | None = None) -> None:
        self.driver = driver
        self._dialect = dialect
        self._errors: type[Exception] = dialect.loaded_dbapi.Error
        self._taps = taps or Taps()

    def _tell(self, text: str, params: Any) -> None:
        for tap in self._taps.statement:
            tap(text, params)

    def _translated(self, error: Exception, text: str, params: Any) -> BaseException:
        gone = self._dialect.is_disconnect(error, self.driver, None)
        return DBAPIError.instance(
            text, params, error, self._errors, connection_invalidated=gone, dialect=self._dialect
        )

    # -- what each engine does in its own way

    def rows(self, sql: Sql, params: Params) -> list[Any]:
        """Every row."""
        raise NotImplementedError

    def row(self, sql: Sql, params: Params) -> Any:
        """The first row, or None."""
        raise NotImplementedError

    def value(self, sql: Sql, params: Params) -> Any:
        """The first column of the first row, or None."""
        raise NotImplementedError

    def run(self, sql: Sql, params: Params) -> int:
        """How many rows it touched."""
        raise NotImplementedError

    def send(self, sql: Sql, params: Params) -> None:
        """Execute; nobody asks what came of it. On a server a failure is told by the next one that answers."""
        raise NotImplementedError

    def run_many(self, sql: Sql, rows: Sequence[Params]) -> None:
        """Once per row of parameters."""
        raise NotImplementedError

    def together(self, asked: Sequence[tuple[Sql, Params]]) -> list[list[Any]]:
        """The rows of several statements, in one round trip."""
        return [self.rows(sql, params) for sql, params in asked]

    def add(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Add many rows by the engine's own bulk path."""
        raise NotImplementedError

    def stream(self, sql: Sql, params: Params, size: int) -> Iterator[Any]:
        """Rows in blocks of ``size``."""
        raise NotImplementedError

    def later(self, sql: Sql, params: Params) -> Callable[[], list[Any]]:
        """Ask; the answer's rows are for who calls it. On a server it comes with the next one that is waited for."""
        rows = self.rows(sql, params)
        return lambda: rows

    def new_ids(self, counts: Mapping[str, int]) -> list[Sequence[int]]:
        """Ids for rows about to be added to tables, so many each."""
        raise NotImplementedError


class FileLine(Line):
    """A line to a file."""

    def _execute(self, text: str, params: Any) -> Any:
        if self._taps.statement:
            self._tell(text, params)
        try:
            return self.driver.execute(text, params)
        except self._errors as error:
            raise self._translated(error, text, params) from error

    def rows(self, sql: Sql, params: Params) -> list[Any]:
        cursor = self._execute(sql.sqlite, params)
        if cursor.description is None:
            return []
        make = maker(sql.sqlite, cursor.description)
        try:
            return [make(values) for values in cursor.fetchall()]
        except self._errors as error:  # a statement fails also at a later row
            raise self._translated(error, sql.sqlite, params) from error

    def row(self, sql: Sql, params: Params) -> Any:
        cursor = self._execute(sql.sqlite, params)
        values = self._one(cursor, sql.sqlite, params)
        return None if values is None else maker(sql.sqlite, cursor.description)(values)

    def value(self, sql: Sql, params: Params) -> Any:
        values = self._one(self._execute(sql.sqlite, params), sql.sqlite, params)
        return None if values is None else values[0]

    def _one(self, cursor: Any, text: str, params: Any) -> Any:
        try:
            values = cursor.fetchone()
        except self._errors as error:
            raise self._translated(error, text, params) from error
        if values is not None:
            cursor.close()  # or it would go on reading
        return values

    def run(self, sql: Sql, params: Params) -> int:
        return int(self._execute(sql.sqlite, params).rowcount)

    def send(self, sql: Sql, params: Params) -> None:
        self._execute(sql.sqlite, params)

    def run_many(self, sql: Sql, rows: Sequence[Params]) -> None:
        if len(rows) == 1:
            self._execute(sql.sqlite, rows[0])
        else:
            self._many(sql.sqlite, rows)

    def _many(self, text: str, rows: Sequence[Any]) -> None:
        self._tell(text, rows)
        try:
            self.driver.executemany(text, rows)
        except self._errors as error:
            raise self._translated(error, text, rows) from error

    def add(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * len(columns))
        self._many(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)

    def stream(self, sql: Sql, params: Params, size: int) -> Iterator[Any]:
        cursor = self._execute(sql.sqlite, params)
        make = maker(sql.sqlite, cursor.description)
        try:
            while block := cursor.fetchmany(size):
                for values in block:
                    yield make(values)
        except self._errors as error:
            raise self._translated(error, sql.sqlite, params) from error
        finally:
            cursor.close()

    def new_ids(self, counts: Mapping[str, int]) -> list[Sequence[int]]:
        out: list[Sequence[int]] = []
        for table, count in counts.items():
            (first,) = self._execute(next_id(table).sqlite, ()).fetchone()
            out.append(range(first, first + count))
        return out


def maker(text: str, description: Any) -> Callable[[Any], Any]:
    """What makes rows of a statement from tuples."""
    made: Callable[[Any], Any] = _row_of(text, tuple([column[0] for column in description]))._make
    return made


@cache
def _row_of(_text: str, names: tuple[str, ...]) -> Any:
    """The class of a statement's rows: by name, by place and as a mapping."""

    class Row(namedtuple("Row", names, rename=True)):  # type: ignore[misc]  # names come with the statement
        __slots__ = ()

        @property
        def _mapping(self) -> dict[str, Any]:
            return dict(zip(names, self, strict=True))

    return Row
