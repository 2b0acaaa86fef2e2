"""A line to a server, in psycopg's pipeline mode: few round trips, none that nobody needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import psycopg
from psycopg import generators
from psycopg._preparing import Prepare, PrepareManager

from desktop_admin.services.database.ledgers import BY_FUNCTION, call, packed
from desktop_admin.services.database.lines import Line, Params, Taps, maker
from desktop_admin.services.database.sql import Sql

_AT_ONCE = 50_000  # rows in one call of a function: each call judges and books every member it touches once
_MANY = 1_000  # rows the server had better begin with at once


class _Prepared(PrepareManager):
    """Which statements the server has prepared. psycopg's own takes one for prepared also where the pipeline failed
    before it was, and would name for ever after what the server never heard of."""

    def maybe_add_to_cache(self, query: Any, prep: Prepare, name: bytes) -> Any:
        key = super().maybe_add_to_cache(query, prep, name)
        return self.key(query) if prep is Prepare.SHOULD else key  # a key is looked at again when its answer is there


class Pipeline:
    """A connection's stay in psycopg's pipeline mode, from one transaction to the next."""

    def __init__(self, driver: Any) -> None:
        driver.autocommit = True  # we say BEGIN ourselves: psycopg would wait for its answer
        if not isinstance(driver._prepared, _Prepared):
            kept, driver._prepared = driver._prepared, _Prepared()
            vars(driver._prepared).update(vars(kept))
        self._driver = driver
        self._inner = driver._pipeline = psycopg.Pipeline(driver)
        self._inner.__enter__()

    def hold(self, text: str) -> None:
        """Keep a statement back until the next one goes."""
        self._driver.wait(self._driver._exec_command(text))

    def sync(self) -> None:
        """Wait for all that is on its way."""
        with self._driver.lock:
            self._driver.wait(self._answers())

    def _answers(self) -> Any:
        # as Pipeline.sync, which waits for an answer also while the end of a long statement is not sent yet
        self._inner._enqueue_sync()
        yield from self._inner._communicate_gen()
        yield from generators.send(self._driver.pgconn)
        yield from self._inner._fetch_gen(flush=False)

    def forget(self) -> None:
        """Hear all that is on its way and mind none of it."""
        with suppress(self._driver.Error):
            self.sync()

    def flow(self) -> None:
        """Send what was kept back, to be worked on while we go on; wait for nothing."""
        self._driver.wait(self._inner._communicate_gen())

    def send_away(self, text: str) -> None:
        """Send a statement and do not wait; what came of it is heard when the connection is used again."""
        self.hold(text)
        self._inner._enqueue_sync()
        self.flow()

    def close(self) -> None:
        """Back to one by one."""
        try:
            self._inner.__exit__(None, None, None)
        finally:
            self._driver._pipeline = None


class _Held(psycopg.Cursor[Any]):
    """A cursor in pipeline mode that keeps its statement back until somebody waits: one packet, one waking up."""

    def _execute_gen(self, query: Any, params: Any = None, *, prepare: Any = None, binary: Any = None) -> Any:
        # as in psycopg.Cursor, which sends what is queued after every statement
        yield from self._start_query(query)
        asked = self._convert_query(query, params)
        yield from self._maybe_prepare_gen(asked, prepare=prepare, binary=binary)
        self._last_query = query
        yield from self._conn._prepared.maintain_gen(self._conn)


class ServerLine(Line):
    """A line to a server. ``pipeline``: psycopg's, in which statements are sent without waiting; None = one by one."""

    def __init__(self, driver: Any, dialect: Any, taps: Taps | None = None, *, pipeline: Any = None) -> None:
        super().__init__(driver, dialect, taps)
        self._pipeline = pipeline
        self._streams = 0

    @property
    def piped(self) -> bool:
        return self._pipeline is not None

    def begin(self, text: str) -> None:
        """Begin a transaction; on its way with the first statement."""
        self._tell(text, None)
        assert self._pipeline is not None
        self._pipeline.hold(text)

    def _go(self, text: str, params: Any) -> Any:
        """Put a statement on its way."""
        self._tell(text, params)
        cursor = self.driver.cursor() if self._pipeline is None else _Held(self.driver)
        try:
            cursor.execute(text, params)
        except self._errors as error:
            raise self._translated(error, text, params) from error
        if self._pipeline is None:
            self._told_trip()
        return cursor

    def _wait(self, text: str, params: Any) -> None:
        """Wait for the answers to all that is on its way."""
        if self._pipeline is not None:
            self._told_trip()
            try:
                self._pipeline.sync()
            except self._errors as error:
                raise self._translated(error, text, params) from error

    def _told_trip(self) -> None:
        for tap in self._taps.trip:
            tap()

    def _ask(self, sql: Sql, params: Any) -> Any:
        text = sql.postgresql
        cursor = self._go(text, _given(sql, params))
        self._wait(text, params)
        return cursor

    def rows(self, sql: Sql, params: Params) -> list[Any]:
        return _rows_of(self._ask(sql, params), sql.postgresql)

    def row(self, sql: Sql, params: Params) -> Any:
        cursor = self._ask(sql, params)
        make = _made_by(cursor.pgresult, sql.postgresql)
        values = None if make is None else cursor.fetchone()
        return None if make is None or values is None else make(values)

    def value(self, sql: Sql, params: Params) -> Any:
        cursor = self._ask(sql, params)
        values = cursor.fetchone() if cursor.pgresult is not None and cursor.pgresult.nfields else None
        return None if values is None else values[0]

    def run(self, sql: Sql, params: Params) -> int:
        return int(self._ask(sql, params).rowcount)

    def send(self, sql: Sql, params: Params) -> None:
        self._go(sql.postgresql, _given(sql, params))

    def send_text(self, text: str) -> None:
        self._go(text, None)

    def run_many(self, sql: Sql, rows: Sequence[Params]) -> None:
        if sql.addition is not None:
            self._add(sql.addition.table, rows, sql.addition.row)
            return
        for row in rows:
            self._go(sql.postgresql, row)

    def together(self, asked: Sequence[tuple[Sql, Params]]) -> list[list[Any]]:
        cursors = [self._go(sql.postgresql, params or None) for sql, params in asked]
        self._wait(asked[-1][0].postgresql, None)
        return [_rows_of(cursor, sql.postgresql) for cursor, (sql, _params) in zip(cursors, asked, strict=True)]

    def add(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        if table in BY_FUNCTION:
            self._add(table, rows, lambda row: dict(zip(columns, row, strict=True)))
            return
        self.one_by_one()
        text = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        self._tell(text, rows)
        self._told_trip()
        try:
            with self.driver.cursor() as cursor, cursor.copy(text) as copy:
                for row in rows:
                    copy.write_row(row)
        except self._errors as error:
            raise self._translated(error, text, None) from error

    def _add(self, table: str, rows: Sequence[Any], named: Callable[[Any], Mapping[str, Any]]) -> None:
        for at in range(0, len(rows), _AT_ONCE):
            self._go(call(table), packed([named(row) for row in rows[at : at + _AT_ONCE]]))
            if self._pipeline is not None and len(rows) >= _MANY:
                self._pipeline.flow()

    def stream(self, sql: Sql, params: Params, size: int) -> Iterator[Any]:
        self.one_by_one()
        self._tell(sql.postgresql, params)
        self._told_trip()
        self._streams += 1
        try:
            with self.driver.cursor(name=f"stream_{self._streams}") as cursor:
                cursor.itersize = size
                cursor.execute(sql.postgresql, params or None)
                make = maker(sql.postgresql, cursor.description)
                for values in cursor:
                    yield make(values)
        except self._errors as error:
            raise self._translated(error, sql.postgresql, params) from error

    def later(self, sql: Sql, params: Params) -> Callable[[], list[Any]]:
        cursor = self._go(sql.postgresql, params or None)

        def rows() -> list[Any]:
            if cursor.pgresult is None:
                self._wait(sql.postgresql, params)
            return _rows_of(cursor, sql.postgresql)

        return rows

    def new_ids(self, counts: Mapping[str, int]) -> list[Sequence[int]]:
        asked = [(_ids_of(table), {"count": count}) for table, count in counts.items()]
        return [[row[0] for row in rows] for rows in self.together(asked)]

    # -- ends

    def one_by_one(self) -> None:
        """Leave the pipeline for the rest of this transaction: COPY and cursors cannot be in one."""
        if self._pipeline is None:
            return
        self._wait("", None)
        pipeline, self._pipeline = self._pipeline, None
        pipeline.close()

    def commit(self) -> None:
        self.send_text("COMMIT")
        self._wait("COMMIT", None)

    def roll_back(self) -> None:
        """After a failure: wait until the server has forgotten everything."""
        if self._pipeline is not None:
            self._pipeline.forget()
        self.driver.execute("ROLLBACK")
        self._wait("ROLLBACK", None)

    def leave(self) -> None:
        """The end of a transaction that only read: nobody waits for it."""
        if self._pipeline is None:
            self.driver.execute("ROLLBACK")
        else:
            self._pipeline.send_away("ROLLBACK")


def _given(sql: Sql, params: Params) -> Any:
    """The parameters as the server takes them."""
    if sql.addition is not None:
        return packed([sql.addition.row(params)])
    return params  # never None: the text's %% is read only where there are some


def _rows_of(cursor: Any, text: str) -> list[Any]:
    make = _made_by(cursor.pgresult, text)
    return [] if make is None else [make(values) for values in cursor.fetchall()]


_makers: dict[tuple[str, int], Callable[[Any], Any]] = {}


def _made_by(result: Any, text: str) -> Callable[[Any], Any] | None:
    """What makes rows of a result; None where it has none. Kept by the text, where that names its columns."""
    count = result.nfields if result is not None else 0
    if count == 0:
        return None
    make = _makers.get((text, count))
    if make is None:
        make = maker(text, [(result.fname(n).decode(),) for n in range(count)])
        if "SELECT *" not in text and ".*" not in text:
            _makers[text, count] = make
    return make


@cache
def _ids_of(table: str) -> Sql:
    return Sql(f"SELECT nextval('{table}_id_seq') FROM generate_series(1, :count)")
