"""Copies of a shop's file: made while others work, examined from outside, put in place of the file.

The online backup API only: a plain copy of a file whose write-ahead log is in use held nothing of the last fifty rows.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from desktop_admin.i18n import N_
from desktop_admin.services.database import failures
from desktop_admin.services.database.engines import APPLICATION_ID, engine_for, kind_of, parse
from desktop_admin.services.database.upgrades import version_of
from desktop_admin.services.errors import Trouble

Step = Callable[[int, int], None]  # pages done, pages in all; may raise to stop

_PAGES = 1024  # copied between two looks at Cancel
_TOTALS = (
    ("operations", "SELECT count(*) FROM operation"),
    ("last_operation", "SELECT coalesce(max(id), 0) FROM operation"),
    ("entries", "SELECT count(*) FROM entry"),
    ("last_entry", "SELECT coalesce(max(id), 0) FROM entry"),
    ("points", "SELECT coalesce(sum(points), 0) FROM entry"),
    ("members", "SELECT count(*) FROM member"),
    ("balances", "SELECT coalesce(sum(balance), 0) FROM member"),
    ("redemptions", "SELECT count(*) FROM redemption"),
    ("movements", "SELECT count(*) FROM movement"),
    ("audits", "SELECT count(*) FROM audit"),
)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a copy must hold to be the whole of what was copied."""

    operations: int
    last_operation: int
    entries: int
    last_entry: int
    points: int
    members: int
    balances: int
    redemptions: int
    movements: int
    audits: int


def is_file(url: str) -> bool:
    """Whether the shop lives in a file of this machine; a server's administrator backs a server up."""
    return kind_of(parse(url)) == "sqlite"


def file_of(url: str) -> Path:
    """The file that a database address names."""
    return Path(parse(url).database or "")


def path_of(engine: Engine) -> Path:
    """The shop's file."""
    return Path(engine.url.database or "")


def folder_beside(engine: Engine) -> str:
    """Where backups go unless the shop says otherwise: the folder “backups” beside the shop's file."""
    return str(path_of(engine).parent / "backups")


def copy(engine: Engine, target: Path, step: Step | None = None) -> Totals:
    """Write a whole copy to ``target``, flushed to the disk; the totals of the very moment it shows.

    Trouble where the disk is full or cannot be written; nothing is left at ``target`` then, nor after a stop.
    """
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")  # one snapshot: others go on writing, the copy does not start over
            totals = read_totals(connection)
            _copy_pages(connection.connection.driver_connection, target, step)
            connection.rollback()
        flush(target)
    except BaseException as error:
        remove(target)
        if isinstance(error, DBAPIError):
            raise failures.trouble(error) from error
        raise
    return totals


def _copy_pages(source: Any, target: Path, step: Step | None) -> None:
    from sqlcipher3 import dbapi2

    def told(_status: int, remaining: int, total: int) -> None:
        if step is not None:
            step(total - remaining, total)

    remove(target)
    copied = dbapi2.connect(str(target), isolation_level=None)
    try:
        source.backup(copied, pages=_PAGES, progress=told, sleep=0)
        copied.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
    except dbapi2.Error as error:
        raise OperationalError("backup", None, error) from error
    finally:
        copied.close()


def read_totals(connection: Any) -> Totals:
    """The totals in the present snapshot."""
    return Totals(**{name: int(connection.execute(text(sql)).scalar_one()) for name, sql in _TOTALS})


def examine(path: Path) -> tuple[str, str, Totals | None]:
    """Look at a file from outside: (version, what the integrity check says, totals where it can be read).

    Trouble where it is not a PointsDesk database at all.
    """
    if not path.is_file():
        raise Trouble(N_("There is no file at “{path}”."), path=str(path))
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\x00":
            raise Trouble(N_("“{path}” is not a PointsDesk database."), path=str(path))
    engine = engine_for(parse(str(path)), readonly=True)
    try:
        with engine.connect() as connection:
            if connection.exec_driver_sql("PRAGMA application_id").scalar_one() != APPLICATION_ID:
                raise Trouble(N_("“{path}” is not a PointsDesk database."), path=str(path))
            said = "; ".join(str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)"))
            broken = said != "ok" or connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None
        version = version_of(engine)
        if broken:
            return version, said if said != "ok" else "foreign keys", None
        with engine.connect() as connection:
            return version, "ok", read_totals(connection)
    except DBAPIError as error:
        return "", str(error.orig), None
    finally:
        engine.dispose()


def put_in_place(source: Path, target: Path) -> None:
    """Replace the shop's file by another in one step. Trouble where another program has it open."""
    settle(target)
    for beside in ("-wal", "-shm", "-journal"):
        remove(target.with_name(target.name + beside))
    flush(source)
    try:
        os.replace(source, target)
    except OSError as error:
        raise Trouble(
            N_("“{path}” could not be replaced. Nothing was changed; close every other program that uses it."),
            path=str(target),
        ) from error
    flush_folder(target.parent)


def settle(path: Path) -> None:
    """Write the log beside the file into it. Trouble where another program has it open; leaves a damaged file."""
    from sqlcipher3 import dbapi2

    if not path.exists():
        return
    connection = dbapi2.connect(str(path), isolation_level=None, timeout=1)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = DELETE")  # only the last to have it open can leave the log
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("ROLLBACK")
    except dbapi2.DatabaseError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise Trouble(
                N_("Another program has the shop's database open. Nothing was changed; close it and do this again.")
            ) from error
    finally:
        connection.close()


def flush(path: Path) -> None:
    """Bring a file to the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def remove(path: Path) -> None:
    """Remove a file that may not be there."""
    with suppress(FileNotFoundError):
        path.unlink()
