"""SQLAlchemy engines for a shop's database: one embedded file, or a PostgreSQL server."""

from __future__ import annotations

import hashlib
import os
import re
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.pool import QueuePool

from desktop_admin import __version__
from desktop_admin.i18n import N_
from desktop_admin.services.database import programs
from desktop_admin.services.database.borrowing import prepare
from desktop_admin.services.database.servers import CONNECT_SECONDS
from desktop_admin.services.errors import Trouble

# "PtDk" read as a number: names our files among all SQLite files
APPLICATION_ID = 0x5074446B
BUSY_SECONDS = 5


def kind_of(url: URL) -> str:
    return "postgresql" if url.get_backend_name() == "postgresql" else "sqlite"


def parse(url: str | URL) -> URL:
    """A database URL, or the path of a file. Refuses what is neither."""
    if isinstance(url, URL):
        return url
    if "://" not in url:
        return URL.create("sqlite", database=url)
    try:
        parsed = make_url(url)
    except Exception as error:
        shown = re.sub(r"(?<=://).*@", "…@", url)  # whatever stands there may hold a password
        raise Trouble(N_("“{url}” is not a database address."), url=shown) from error
    if parsed.get_backend_name() == "sqlite":
        return parsed.set(drivername="sqlite")
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise Trouble(
        N_("PointsDesk works with SQLite files and PostgreSQL servers, not with “{url}”."),
        url=parsed.get_backend_name(),
    )


def engine_for(url: URL, *, readonly: bool = False) -> Engine:
    """An engine with the habits the books need. Opens no connection yet."""
    return _sqlite(url, readonly=readonly) if kind_of(url) == "sqlite" else _postgresql(url)


def shut(engine: Engine) -> None:
    """Close every connection; those in use when they come back, for the pool forgets them."""
    event.listen(engine.pool, "checkin", lambda driver, _record: driver and driver.close())
    engine.dispose()


_CHOSEN: WeakKeyDictionary[Engine, str] = WeakKeyDictionary()  # passwords changed since the engine was made


def use_password(engine: Engine, password: str) -> None:
    """Connect with another password from now on: its operator has just changed it."""
    _CHOSEN[engine] = password


def h(text: str) -> str:
    """SHA-256 in hex: the hash of the ledger's chain, also known to the triggers."""
    return hashlib.sha256(text.encode()).hexdigest()


def _sqlite(url: URL, *, readonly: bool) -> Engine:
    from sqlcipher3 import dbapi2  # bundles a current SQLite; the system's may corrupt a WAL database

    habits: dict[str, Any] = {
        "isolation_level": None,
        "timeout": BUSY_SECONDS,
        "check_same_thread": False,
        "cached_statements": 512,
    }
    how: dict[str, Any] = {"connect_args": habits}
    if readonly:
        address = _read_only_address(Path(url.database or ""))
        how = {"creator": lambda: dbapi2.connect(address, uri=True, **habits)}
    engine = create_engine(url, module=dbapi2, poolclass=QueuePool, pool_size=5, max_overflow=3, **how)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.create_function("h", 1, h, deterministic=True)
        connection.create_function("program_schema", 0, programs.schema)  # what the guard of an upgrade asks
        connection.create_function("program_number", 0, partial(programs.number, __version__))
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cache_size = -32768")
        connection.execute("PRAGMA trusted_schema = ON")
        if readonly:
            connection.execute("PRAGMA query_only = ON")

    return engine


def _read_only_address(path: Path) -> str:
    """A file on a medium that cannot be written has no write-ahead log beside it, and none can be made."""
    wal = path.with_name(path.name + "-wal")
    fixed = not os.access(path.parent, os.W_OK) and not (wal.exists() and wal.stat().st_size)
    return f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if fixed else ''}"


def _postgresql(url: URL) -> Engine:
    habits = {
        "application_name": "pointsdesk",
        "connect_timeout": str(CONNECT_SECONDS),
        "options": "-c lock_timeout=3000 -c idle_in_transaction_session_timeout=30000 -c timezone=UTC "
        f"-c pointsdesk.schema={programs.schema()} -c pointsdesk.program={programs.number(__version__)}",
        # a machine that was unplugged is noticed, also while nothing is sent
        "keepalives": "1",
        "keepalives_idle": "10",
        "keepalives_interval": "3",
        "keepalives_count": "3",
        "tcp_user_timeout": "6000",
    }
    said = {name: value for name, value in habits.items() if name not in url.query}
    engine = create_engine(
        url,
        pool_reset_on_return=None,  # ``prepare`` says how
        pool_size=5,
        max_overflow=3,
        pool_pre_ping=False,
        connect_args=said,
    )
    prepare(engine)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, arguments: Any, words: Any) -> Any:
        from desktop_admin.services.database.silence import PatientConnection, found  # not where the shop is a file

        chosen = {"password": _CHOSEN[engine]} if engine in _CHOSEN else {}
        return PatientConnection.connect(*arguments, **found(words | chosen))

    return engine
