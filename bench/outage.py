"""What a till keeps for an outage at 1,000,000 members against the same at 10,000: copying, finding, keeping fresh.

The members stand in a PostgreSQL of the bench's own. Names are dealt so that a search finds as many members in the
small copy as in the large one.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from bench.measure import Result, at_most, interleaved, seconds
from bench.server_hand import make_members
from desktop_admin.services import outage, shop
from desktop_admin.services.database.database import Database
from desktop_admin.services.outage.keys import Keys
from desktop_admin.services.work import Actor

SMALL, LARGE = 10_000, int(os.environ.get("BENCH_TILL_MEMBERS", "1000000"))
REPEAT = 20  # searches per round
MIB = 1 << 20
_KEYS = (  # a phone of one's own, and a name and initials that ten share
    "INSERT INTO search_key (key, member_id) SELECT k || lpad((CASE k WHEN 'p:138' THEN m.id ELSE m.id % (c.n / 10) "
    "END)::text, 8, '0'), m.id FROM member m, (SELECT count(*) AS n FROM member) c, "
    "unnest(ARRAY['p:138', 'n:', 'i:']) k"
)


def run() -> list[Result]:
    from tests.postgres import serving

    with tempfile.TemporaryDirectory(prefix="pdbench-") as folder, serving() as server:
        tills = []
        for count in (SMALL, LARGE):
            url = server.create(f"members{count}")
            shop.found(url, name="bench", admin_login="bench", admin_password_hash="!").close()
            make_members(server.conninfo(f"members{count}"), count)
            with psycopg.connect(server.conninfo(f"members{count}"), autocommit=True) as connection:
                connection.execute(_KEYS)
                connection.execute("VACUUM ANALYZE")
            tills.append((url, Path(folder) / str(count)))
        with _till(*tills[0]) as small, _till(*tills[1]) as large:
            return [_copied(small, large), *_asked(small, large)]


class Till:
    """One machine beside one shop."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.actor: Actor = shop.system_actor(database)
        self.place = outage.Place(folder, database.shop.uuid)
        self.keys = Keys(b"f" * 32, b"p" * 32)  # as a keyring would give them

    def refresh(self) -> str:
        return outage.refresh(partial(self.database.read, actor=self.actor), self.place, self.keys)

    def find(self, text: str) -> None:
        for _ in range(REPEAT):
            found = outage.find(
                self.place, self.keys, actor=self.actor, text=text, now=self.database.clock.now()
            )
            assert found.rows


@contextmanager
def _till(url: str, folder: Path) -> Iterator[Till]:
    folder.mkdir()
    database = Database.open(url)
    try:
        yield Till(database, folder)
    finally:
        database.close()


def _copied(small: Till, large: Till) -> Result:
    """Once each: the second time only what changed is copied. It runs in the background, and its tree grows deeper."""
    floor, ours = seconds(small.refresh), seconds(large.refresh)
    size = large.place.members.stat().st_size / MIB
    detail = f"{ours:.0f} s, {size:.0f} MiB / {floor:.2f} s"
    per_member = (ours / LARGE, floor / SMALL)
    return at_most(f"copy of {LARGE:,} members, per member", f"the same of {SMALL:,}", *per_member, 3.0, detail)


def _asked(small: Till, large: Till) -> Iterator[Result]:
    asked: dict[str, Any] = {
        "found by phone": lambda till: till.find("13800000042"),
        "found by name": lambda till: till.find("00000042"),
        "brought up to date": lambda till: till.refresh(),
    }
    for name, ask in asked.items():
        ours, floor = interleaved(partial(ask, large), partial(ask, small))
        times = 1 if name == "brought up to date" else REPEAT
        detail = f"{ours / times * 1e3:.1f} ms / {floor / times * 1e3:.1f} ms"
        yield at_most(f"copy of {LARGE:,} members, {name}", f"the same of {SMALL:,}", ours, floor, 2.0, detail)
