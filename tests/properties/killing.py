"""A writer that is killed at any moment: what it was told is saved must be there, and nothing by halves."""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import dataclass
from typing import Any

from desktop_admin.services import doctor
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.work import Actor
from tests.properties.hammer import Hammer

_KNOWN = Sql("SELECT o.request FROM operation o JOIN receipt r ON r.operation_id = o.id")
_ID = 32  # letters of a request id


@dataclass
class Toll:
    """What the killings left."""

    rounds: int = 0
    acknowledged: int = 0
    unheard: int = 0  # saved, but the writer was killed before it could say so


def _writer(url: str, at: Any, actor: Actor, members: list[int], seed: int, pipe: int) -> None:
    database = Database.open(url, clock=SetClock(at))
    hammer = Hammer(database, actor, members, seed)
    while True:
        request = hammer.act()
        if request:
            os.write(pipe, request.encode())


def run(url: str, at: Any, actor: Actor, members: list[int], *, rounds: int, seed: int = 0) -> Toll:
    """Kill a writer so many times, and look at the books after each. The caller has closed its connections."""
    dice, toll = random.Random(seed), Toll()
    known = _requests(url, at, actor)
    for number in range(rounds):
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            try:
                _writer(url, at, actor, members, seed + number, write)
            finally:
                os._exit(1)
        os.close(write)
        time.sleep(dice.uniform(0.15, 0.6))
        os.kill(pid, signal.SIGKILL)
        with os.fdopen(read, "rb") as pipe:
            said = pipe.read().decode()
        os.waitpid(pid, 0)
        acknowledged = {said[n : n + _ID] for n in range(0, len(said) // _ID * _ID, _ID)}
        now = _requests(url, at, actor)
        assert acknowledged <= now, "an act that was acknowledged is gone"
        assert known <= now, "an act of an earlier round is gone"
        toll.rounds += 1
        toll.acknowledged += len(acknowledged)
        toll.unheard += len(now - known - acknowledged)
        known = now
    return toll


def _requests(url: str, at: Any, actor: Actor) -> set[str]:
    """The requests that are saved with their receipts; the books must be sound."""
    database = Database.open(url, clock=SetClock(at))
    try:
        assert database.read(doctor.faults, actor=actor) == ()
        return {row.request for row in database.read(lambda work: work.all(_KNOWN))}
    finally:
        database.close()
