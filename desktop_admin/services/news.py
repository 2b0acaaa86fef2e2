"""Which topics other programs on this shop changed: heard by the desk, told by whoever writes."""

from __future__ import annotations

from desktop_admin.services.command import topics_of
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.news import Heard


def listen(database: Database, heard: Heard) -> None:
    """Call ``heard`` from now on, in a thread of its own, with topics that others touched; and tell others of ours."""
    database.listen(heard, topics_of)


def tell(database: Database) -> None:
    """Tell others from now on what is written here; for work that shows nothing itself."""
    database.listen(None, topics_of)
