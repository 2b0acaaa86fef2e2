"""Which kind of end an address names, and whether two name the same."""

from __future__ import annotations

from desktop_admin.i18n import N_
from desktop_admin.services.database.engines import kind_of, parse
from desktop_admin.services.database.moving.arrival import Arrival
from desktop_admin.services.database.moving.file import FileSide
from desktop_admin.services.database.moving.server import ServerSide
from desktop_admin.services.errors import Refused


def end(url: str) -> Arrival:
    """The database at an address. Nothing is opened yet."""
    return FileSide(url) if kind_of(parse(url)) == "sqlite" else ServerSide(url)


def check_apart(source: Arrival, target: Arrival) -> None:
    """Refuse two addresses of one database."""
    if source.kind == target.kind and source.identity() == target.identity():
        raise Refused(N_("Both addresses name the same database, “{place}”. Nothing was changed."), place=source.name)
