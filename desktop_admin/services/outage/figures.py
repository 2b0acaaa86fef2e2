"""Dashboards as they were seen last on this machine, encrypted: they open from here while the server is away.

Figures are kept, not pictures: one per name (the period), and the newest of all under the name "". Those that nobody
looked at for two months go when others are kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from desktop_admin.services import codec
from desktop_admin.services.database import sealed_file
from desktop_admin.services.database.clock import instant
from desktop_admin.services.database.sealed_file import OtherFormat, Unreadable
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.outage.keys import Keys
from desktop_admin.services.outage.place import Place

T = TypeVar("T")

FORM = 1
TABLES = "CREATE TABLE figures (name TEXT PRIMARY KEY, kept_at TEXT NOT NULL, body TEXT NOT NULL)"
KEPT = timedelta(days=60)

_KEEP = Sql(
    "INSERT INTO figures (name, kept_at, body) VALUES (:name, :now, :body) "
    "ON CONFLICT (name) DO UPDATE SET kept_at = excluded.kept_at, body = excluded.body"
)
_LAST = Sql("SELECT body FROM figures WHERE name = :name")
_SWEEP = Sql("DELETE FROM figures WHERE kept_at < :oldest")


def keep(place: Place, keys: Keys, name: str, figures: object, now: datetime) -> None:
    """Keep figures under their name and as the newest. A damaged file is made anew. Trouble on a full disk."""
    body = codec.dump(figures)
    try:
        _write(place, keys, name, body, now)
    except (Unreadable, OtherFormat):
        sealed_file.remove(place.figures)
        _write(place, keys, name, body, now)


def last(place: Place, keys: Keys, name: str, kind: type[T]) -> T | None:
    """The figures kept under a name, or None."""
    try:
        with sealed_file.opened(place.figures, keys.files, form=FORM, tables=TABLES) as file:
            body = file.value(_LAST, name=name)
        return None if body is None else codec.load(kind, body)
    except (FileNotFoundError, Unreadable, OtherFormat, ValueError, KeyError, TypeError, AttributeError):
        return None


def _write(place: Place, keys: Keys, name: str, body: str, now: datetime) -> None:
    with sealed_file.opened(place.figures, keys.files, form=FORM, tables=TABLES, make=True) as file:
        file.run(_SWEEP, oldest=instant(now - KEPT))
        for one in {name, ""}:
            file.run(_KEEP, name=one, now=instant(now), body=body)
