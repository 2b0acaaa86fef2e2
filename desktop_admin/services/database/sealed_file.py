"""A small encrypted file of this machine: tables of its own, read and written in one thread and one step at a time.

Every page is encrypted and authenticated with a key of 32 bytes; a wrong key, a damaged page and another file look the
same and are told as one. What is deleted is overwritten.
"""

from __future__ import annotations

import os
from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.database.engines import BUSY_SECONDS
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Trouble

_BROKEN = ("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_FORMAT", "SQLITE_ERROR")  # the last: a table is missing
_BESIDE = ("", "-journal")


class Unreadable(Exception):
    """The file is damaged, is none of ours, or was written with another key."""


class OtherFormat(Exception):
    """Another version of this program wrote the file; ``found`` is its format."""

    def __init__(self, found: int) -> None:
        super().__init__(found)
        self.found = found


class SealedFile:
    """An open file. Statements are ``Sql``, as for the shop's own database; all of them commit together."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def all(self, sql: Sql, **params: Any) -> Sequence[Any]:
        """Every row, its columns by name."""
        cursor = self._connection.execute(sql.sqlite, params)
        row = _row_type(tuple(column[0] for column in cursor.description))
        return [row(*values) for values in cursor]

    def first(self, sql: Sql, **params: Any) -> Any:
        """The first row, or None."""
        rows = self.all(sql, **params)
        return rows[0] if rows else None

    def value(self, sql: Sql, **params: Any) -> Any:
        """The first column of the first row, or None."""
        row = self._connection.execute(sql.sqlite, params).fetchone()
        return None if row is None else row[0]

    def run(self, sql: Sql, **params: Any) -> int:
        """Execute; how many rows it touched."""
        touched: int = self._connection.execute(sql.sqlite, params).rowcount
        return touched

    def run_many(self, sql: Sql, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute once per row of parameters."""
        self._connection.executemany(sql.sqlite, rows)


@contextmanager
def opened(
    path: Path, key: bytes, *, form: int, tables: str, make: bool = False, lasting: bool = True
) -> Iterator[SealedFile]:
    """The file, for one step that is kept whole or not at all and flushed to the disk before it counts as done.

    ``lasting=False`` is for a file that is made anew where it is lost: it is not waited for.
    ``form`` numbers the format; with ``make`` a missing file is made with ``tables``. FileNotFoundError where there is
    none, Unreadable, OtherFormat, or Trouble where the disk is full or may not be written.
    """
    from sqlcipher3 import dbapi2

    if not make and not path.exists():
        raise FileNotFoundError(path)
    connection: Any = None
    try:
        if make:
            _make_place(path)
        connection = dbapi2.connect(str(path), isolation_level=None, timeout=BUSY_SECONDS)
        _unlock(connection, key, lasting=lasting)
        connection.execute("BEGIN IMMEDIATE")
        _check_form(connection, form, tables)
        yield SealedFile(connection)
        connection.execute("COMMIT")
    except dbapi2.Error as error:
        raise _meaning(error, path) from error
    except OSError as error:
        raise _cannot_write(path) from error
    finally:
        if connection is not None:
            with suppress(dbapi2.Error):
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            connection.close()


def remove(path: Path) -> None:
    """Take the file away with what lies beside it; none is as good."""
    for end in _BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)


def move(path: Path, to: Path) -> None:
    """Put a closed file in the place of another."""
    remove(to)
    os.replace(path, to)


def _make_place(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _unlock(connection: Any, key: bytes, *, lasting: bool) -> None:
    if len(key) != 32:
        raise ValueError("a key has 32 bytes")
    # before the key: else it writes to the terminal what it makes of a wrong one
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    if lasting:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = EXTRA")  # the folder too: a row that was told of survives a power cut
        connection.execute("PRAGMA secure_delete = ON")
    else:
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -65536")
    connection.execute("PRAGMA temp_store = MEMORY")


def _check_form(connection: Any, form: int, tables: str) -> None:
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found == 0 and not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        for statement in tables.split(";"):
            if statement.strip():
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {form:d}")
    elif found != form:
        raise OtherFormat(found)


@cache
def _row_type(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)


def _meaning(error: Any, path: Path) -> Exception:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(_BROKEN):
        return Unreadable(str(error))
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_BUSY")):
        return _cannot_write(path)
    if isinstance(error, Exception):
        return error
    return Unreadable(str(error))


def _cannot_write(path: Path) -> Trouble:
    return Trouble(
        N_("{name} could not be written on this machine. Nothing was lost; check the disk and do it again."),
        name=path.name,
    )
