"""Many processes that move points of the same few members at once."""

from __future__ import annotations

import os
import pickle
import random
import signal
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.exc import DBAPIError

from desktop_admin.services import points
from desktop_admin.services.command import new_request
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.work import Actor
from tests.properties import acts

_ENTRIES = Sql(
    "SELECT e.id, e.kind, e.points, e.reverses_id, e.points + coalesce((SELECT CAST(sum(x.points + coalesce("
    "(SELECT sum(y.points) FROM entry y WHERE y.reverses_id = x.id), 0)) AS bigint) FROM entry x "
    "WHERE x.reverses_id = e.id), 0) AS left_over FROM entry e WHERE e.member_id = :m ORDER BY e.seq DESC LIMIT 12"
)


class Hammer:
    """One process's hands: a random act at a time."""

    def __init__(self, database: Database, actor: Actor, members: list[int], seed: int) -> None:
        self.database, self.actor, self.members = database, actor, members
        self.dice = random.Random(seed)
        self.done, self.refused = 0, 0

    def act(self) -> str:
        """Do something; answers the request id where it was done, "" where it was refused."""
        request = new_request()
        said = self._choose()
        if said is None:
            return ""
        service, parameters = said
        try:
            self.database.write(partial(service, request=request, **parameters), actor=self.actor)
        except (Refused, Trouble):  # trouble: sixteen writers of one file may wait longer than a person would
            self.refused += 1
            return ""
        except DBAPIError as error:  # somebody else undid it meanwhile; a service would have looked again
            if "more than the entry reversed" not in str(error):
                raise
            self.refused += 1
            return ""
        self.done += 1
        return request

    def _choose(self) -> tuple[Callable[..., Any], dict[str, Any]] | None:
        who, size = self.dice.choice(self.members), self.dice.randint(1, 120)
        what = self.dice.random()
        today = self.database.clock.now().date()
        if what < 0.35:
            wait = self.dice.choice([0, 0, 0, 5])
            last = "9999-12-31" if self.dice.random() < 0.3 else (
                today + timedelta(days=self.dice.randint(5, 60))).isoformat()
            first = (today + timedelta(days=wait)).isoformat()
            return acts.earn, {"member_id": who, "points": size, "spendable_from": first, "expires_on": last}
        if what < 0.65:
            return acts.spend, {"member_id": who, "points": size}
        if what < 0.72:
            policy = self.dice.choice(["owe", "clamp", "refuse"])
            return acts.claw_back, {"member_id": who, "points": size, "credit": None, "policy": policy}
        if what < 0.80:
            other = self.dice.choice(self.members)
            return points.transfer, {
                "from_member": who, "to_member": other, "points": size, "reason": "gift"}
        return self._undo(who)

    def _undo(self, who: int) -> tuple[Callable[..., Any], dict[str, Any]] | None:
        rows = self.database.read(lambda work: work.all(_ENTRIES, m=who))
        fitting = [r for r in rows if r.left_over and r.kind in ("earn", "redeem", "clawback")
                   and (r.reverses_id is None or (r.kind == "clawback" and r.points < 0))]
        if not fitting:
            return None
        row = self.dice.choice(fitting)
        part = self.dice.randint(1, abs(row.left_over))
        if row.points < 0:
            return acts.give_back, {"member_id": who, "debit": row.id, "points": part, "kind": row.kind}
        if self.dice.random() < 0.5:
            return acts.take_back, {"member_id": who, "credit": row.id, "points": part, "kind": row.kind}
        return acts.claw_back, {"member_id": who, "points": part, "credit": row.id, "policy": "owe"}


def _child(url: str, at: Any, actor: Actor, members: list[int], seed: int, seconds: float, write: int) -> None:
    database = Database.open(url, clock=SetClock(at))
    hammer = Hammer(database, actor, members, seed)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        hammer.act()
    database.close()
    os.write(write, pickle.dumps((hammer.done, hammer.refused)))


def run(url: str, at: Any, actor: Actor, members: list[int], *, processes: int, seconds: float) -> tuple[int, int]:
    """Let so many processes work for so long; answers acts done and refused. Raises where one of them failed.

    The caller has closed its own connections: a child inherits nothing but memory.
    """
    children = []
    for seed in range(processes):
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                signal.alarm(int(seconds) + 60)
                _child(url, at, actor, members, seed, seconds, write)
                status = 0
            except BaseException:  # noqa: BLE001 - a child tells and ends
                traceback.print_exc()
            finally:
                os._exit(status)
        os.close(write)
        children.append((pid, read))
    done = refused = 0
    failed = []
    for pid, read in children:
        with os.fdopen(read, "rb") as pipe:
            said = pipe.read()
        _, status = os.waitpid(pid, 0)
        if status or not said:
            failed.append(pid)
            continue
        one, two = pickle.loads(said)
        done, refused = done + one, refused + two
    assert not failed, f"{len(failed)} of {processes} processes failed"
    return done, refused
