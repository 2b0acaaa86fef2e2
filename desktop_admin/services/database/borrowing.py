"""Borrowing a connection of the pool for one transaction, as a line."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, DisconnectionError

from desktop_admin.services.database.lines import FileLine, Line, Taps
from desktop_admin.services.database.server_line import Pipeline, ServerLine

_borrowing = threading.local()


def prepare(engine: Engine) -> None:
    """Let a server's pool hold connections that rest in pipeline mode; for ``engines``, once per engine."""

    def reset(driver: Any, record: Any, _state: Any) -> None:
        if _PIPELINE not in record.info:
            driver.rollback()

    def checkout(driver: Any, record: Any, _fairy: Any) -> None:
        if getattr(_borrowing, "ours", False):
            return
        pipeline = record.info.pop(_PIPELINE, None)
        if pipeline is not None:  # somebody wants a connection as SQLAlchemy knows it
            try:
                pipeline.close()
            except driver.Error as error:
                raise DisconnectionError from error
        driver.autocommit = False

    event.listen(engine, "reset", reset)
    event.listen(engine, "checkout", checkout)


_PIPELINE = "pointsdesk_pipeline"
_BEGIN_WRITING = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


@contextmanager
def borrowed(engine: Engine, taps: Taps, *, writing: bool) -> Iterator[Line]:
    """A line inside a transaction: committed at the end where ``writing``, rolled back after any error."""
    dialect = engine.dialect
    errors: type[Exception] = dialect.loaded_dbapi.Error
    pool = engine.pool
    _borrowing.ours = True
    try:
        fairy = engine.raw_connection()
    except errors as error:  # the pool hands on the driver's own: nobody answers
        raise DBAPIError.instance("CONNECT", None, error, errors, dialect=dialect) from error
    finally:
        _borrowing.ours = False
    try:
        if engine.dialect.name == "sqlite":
            yield from _on_file(fairy, engine, taps, writing)
        else:
            yield from _on_server(fairy, engine, taps, writing)
    finally:
        if engine.pool is not pool:  # put away meanwhile, for the server had gone: nobody else would close this one
            fairy.invalidate()
        fairy.close()


def _on_file(fairy: Any, engine: Engine, taps: Taps, writing: bool) -> Iterator[Line]:
    line = FileLine(fairy.driver_connection, engine.dialect, taps)
    line._execute("BEGIN IMMEDIATE" if writing else "BEGIN", ())
    try:
        yield line
        if writing:
            line._execute("COMMIT", ())
    finally:
        if line.driver.in_transaction:
            line.driver.rollback()


def _on_server(fairy: Any, engine: Engine, taps: Taps, writing: bool) -> Iterator[Line]:
    driver = fairy.driver_connection
    line = ServerLine(driver, engine.dialect, taps)
    try:
        if _PIPELINE not in fairy.info:
            fairy.info[_PIPELINE] = Pipeline(driver)
        line = ServerLine(driver, engine.dialect, taps, pipeline=fairy.info[_PIPELINE])
        line.begin(_BEGIN_WRITING if writing else _BEGIN_READING)
        yield line
        if writing:
            line.commit()
        else:
            line.leave()
    except BaseException as error:
        _undo(line, fairy, error)
        raise
    finally:
        if not line.piped:
            fairy.info.pop(_PIPELINE, None)


def _undo(line: ServerLine, fairy: Any, error: BaseException) -> None:
    gone = isinstance(error, DBAPIError) and error.connection_invalidated
    if not gone and isinstance(error, Exception):
        try:
            line.roll_back()
        except (DBAPIError, line.driver.Error):
            gone = True
    if gone or not isinstance(error, Exception):  # the driver was interrupted: nobody knows where it stands
        fairy.invalidate()


def line_of(connection: Connection) -> Line:
    """A line over a connection that somebody else began and will end."""
    kind = FileLine if connection.dialect.name == "sqlite" else ServerLine
    return kind(connection.connection.driver_connection, connection.dialect)
