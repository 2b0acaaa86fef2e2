"""Marks: what stands in a shop's settings about the database itself, read when it is opened.

A shop that is being moved away or has moved, and one whose newest programs ask more of a program than this one knows.
Rows of ``setting``, so that no version of the schema is needed for them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Engine, inspect, text

from desktop_admin.i18n import N_
from desktop_admin.services.database import programs
from desktop_admin.services.errors import Trouble

MOVING, MOVED, ARRIVED = "moving", "moved", "arrived"  # names of settings, and how far a move is
UNFINISHED = "unfinished_move"  # the table a half-moved database has, until the move is over

HALF_MOVED = N_(
    "A move into this database is not finished. Run “pointsdesk move” again to go on with it, "
    "or with --give-up to begin anew."
)
TWO = N_("Another program works on this move at this moment. Let it finish, then run this again.")
_STANDBY = N_(
    "This server is a standby: it repeats what the main server does. Everything can be looked at; to save, connect to "
    "the main server."
)
_MOVING = N_(
    "The shop is being moved to “{to}” since {at}. It can be looked at; nothing can be saved here until the move is "
    "finished or given up."
)
_MOVED = N_("The shop has moved to “{to}” on {at}. Open it there; here nothing is written any more.")


@dataclass(frozen=True, slots=True)
class Mark:
    """A move: its token, the other database's name, since when (text of an instant), and how far it is."""

    token: str
    place: str
    at: str
    state: str  # moving, moved; in the database that received the shop: arrived

    def stored(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def read(connection: Connection, name: str = MOVING) -> Mark | None:
    """The mark in a shop's settings."""
    value = connection.execute(text("SELECT value FROM setting WHERE name = :name"), {"name": name}).scalar()
    return None if value is None else Mark(**json.loads(str(value)))


def unfinished(engine: Engine) -> bool:
    """Whether this is a database into which a move has begun and not ended."""
    with engine.connect() as connection:
        return inspect(connection).has_table(UNFINISHED)


def _standby(connection: Connection) -> Trouble | None:
    """A server that only repeats what another does."""
    if connection.dialect.name != "postgresql" or not connection.execute(text("SELECT pg_is_in_recovery()")).scalar():
        return None
    return Trouble(_STANDBY)


def reason_not_to_write(engine: Engine, *, readonly: bool) -> Trouble | None:
    """Why this shop may only be looked at, or None. Trouble where it has moved, unless it is opened to be looked at."""
    with engine.connect() as connection:
        if inspect(connection).has_table(UNFINISHED):  # its tables are made before its version is taken away
            raise Trouble(HALF_MOVED)
        mark = read(connection)
        if mark is None:
            return _standby(connection) or programs.reason_not_to_write(connection)
    day = mark.at[:16].replace("T", " ") + " UTC"
    if mark.state == MOVED:
        told = Trouble(_MOVED, to=mark.place, at=day)
        if not readonly:
            raise told
        return told
    return Trouble(_MOVING, to=mark.place, at=day)
