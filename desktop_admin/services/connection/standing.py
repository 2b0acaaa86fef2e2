"""How the present line to a shop stands: which server, and whether what is sent can be read on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from desktop_admin.i18n import N_
from desktop_admin.services.database import failures
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused

_THERE = text("SELECT 1")


@dataclass(frozen=True, slots=True)
class Standing:
    """A line that works. ``host`` is empty for a file of this machine."""

    host: str = ""
    encrypted: bool = False
    local: bool = True  # nothing leaves this machine


def standing(database: Database) -> Standing:
    """Ask the server for a sign of life. Trouble with the fact ``offline`` where there is none."""
    if not database.on_server:
        return Standing()
    if database.closed:
        raise Refused(N_("Sign in first."))
    try:
        with database.engine.connect() as connection:
            connection.execute(_THERE)
            driver: Any = connection.connection.driver_connection
            line = driver.pgconn
            host, port = line.host.decode(), line.port.decode()
            encrypted = bool(line.ssl_in_use)
    except DBAPIError as error:
        database.engine.dispose()
        raise failures.trouble(error) from error
    local = host.startswith("/")
    return Standing(host if local or port == "5432" else f"{host}:{port}", encrypted, local)
