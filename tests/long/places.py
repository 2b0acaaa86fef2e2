"""A founded shop on each engine, for the long programs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.work import Actor
from tests import founding, postgres
from tests.services.counter import Counter


@dataclass
class Place:
    engine: str
    url: str
    at: datetime
    actor: Actor
    members: list[int]

    @contextmanager
    def open(self) -> Iterator[Database]:
        database = Database.open(self.url, clock=SetClock(self.at))
        try:
            yield database
        finally:
            database.close()

    def faults(self, database: Database) -> list[Any]:
        return founding.faults(database)


def shops(members: int) -> Iterator[Place]:
    """One shop after the other: SQLite, then PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="pointsdesk-") as folder:
        yield _place("sqlite", f"sqlite:///{Path(folder, 'shop.pointsdesk')}", members)
    with postgres.serving() as server:
        yield _place("postgresql", server.create("shop"), members)


def _place(engine: str, url: str, members: int) -> Place:
    clock = SetClock(datetime(2026, 3, 2, 2, 30, tzinfo=UTC))
    founded = founding.found(url, clock)
    place = Place(engine, url, clock.at, founded.actors["system"], [])
    with place.open() as database:
        counter = Counter(database, lambda role: founded.actors[role], "system")
        place.members = [counter.member(300) for _ in range(members)]
    return place
