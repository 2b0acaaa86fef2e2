"""A till for the tests of outages: its folder, its keys, and short words for what it does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from desktop_admin.services import outage, policies
from desktop_admin.services.command import new_request
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.outage import Held, Place, Posted, Queued
from desktop_admin.services.work import Actor


class Till:
    """One machine at which one operator works."""

    def __init__(
        self, database: Database, folder: Path, clock: SetClock, as_role: Callable[[str], Actor], role: str = "counter"
    ) -> None:
        self.database, self.clock, self.as_role = database, clock, as_role
        self.actor = as_role(role)
        self.place = Place(folder, database.shop.uuid)
        self.zhang = 0  # a member of the tests
        keys = outage.keys_of(database.shop.uuid, make=True)
        assert keys is not None
        self.keys = keys

    def read(self, query: Callable[..., Any]) -> Any:
        return self.database.read(query, actor=self.actor)

    def write(self, act: Callable[..., Any]) -> Any:
        return self.database.write(act, actor=self.actor).result

    def refresh(self) -> str:
        return outage.refresh(self.read, self.place, self.keys)

    def find(self, text: str) -> tuple[Held, ...]:
        found = outage.find(self.place, self.keys, actor=self.actor, text=text, now=self.clock.at)
        return found.rows

    def names(self, text: str) -> list[str]:
        return [held.name for held in self.find(text)]

    def note(self, member_id: int, number: str, amount: int = 12_345, **more: Any) -> Queued:
        said = {"request": new_request(), "actor": self.actor, "now": self.clock.at, "zone": "Asia/Shanghai", **more}
        return outage.note(
            self.place, self.keys, member_id=member_id, receipt_number=number, amount=amount, **said
        )

    def post(self, **more: Any) -> Posted:
        said = {"actor": self.actor, "now": self.clock.now, **more}
        return outage.post(self.place, self.keys, said.pop("write", self.write), **said)

    def rows(self) -> tuple[Queued, ...]:
        return outage.queue.rows(self.place, self.keys)

    def policy(self, **values: Any) -> None:
        change = partial(policies.change, request=new_request(), values=values)
        self.database.write(change, actor=self.as_role("administrator"))

    def files(self) -> bytes:
        """Every byte this till keeps."""
        inside = self.place.inside
        return b"".join(path.read_bytes() for path in sorted(inside.rglob("*")) if path.is_file())
