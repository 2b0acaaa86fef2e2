"""Sixteen counters post on one server, telling one another of it, and without a word: what do notices cost?

Four processes with four counters each, every counter with a database, a connection and a member of its own. The two
ways take turns in the same processes. The server does not wait for its disk, which would hide the cost.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from contextlib import closing
from functools import partial
from typing import Any

from bench.measure import Result
from desktop_admin.services import members, news, points, shop
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Actor

PROCESSES, COUNTERS = 4, 4
SECONDS = 2.5  # a round
ROUNDS = 5
GOAL = 0.95


def run() -> list[Result]:
    from tests.postgres import serving

    with serving() as server:
        url = server.create("notices")
        with closing(shop.found(url, name="bench", admin_login="bench", admin_password_hash="!")) as database:
            actor = shop.system_actor(database)
            people = [_enrol(database, actor, n) for n in range(PROCESSES * COUNTERS)]
        rates, heard = _race(url, actor, people)
    ratios = sorted(told / quiet for told, quiet in rates)
    ratio = ratios[len(ratios) // 2]
    quiet = sum(q for _t, q in rates) / len(rates)
    detail = f"{ratio * quiet:.0f}/s against {quiet:.0f}/s, {PROCESSES * COUNTERS} counters, each heard {heard:.1f}/s"
    return [Result("posting while counters tell one another", "the same in silence", ratio, f"≥ {GOAL}",
                   ratio >= GOAL and heard > 0, detail)]  # fmt: skip


def _enrol(database: Database, actor: Actor, number: int) -> int:
    enrol = partial(members.enrol, request=new_request(), name=f"Li {number}", consent_terms=True)
    return int(database.write(enrol, actor=actor).result.member_id)


def _race(url: str, actor: Actor, people: list[int]) -> tuple[list[tuple[float, float]], float]:
    """(postings per second told, and in silence) of each round; notices heard per counter and second."""
    spawn = multiprocessing.get_context("spawn")
    pipes = [spawn.Pipe() for _ in range(PROCESSES)]
    children = [
        spawn.Process(target=_process, args=(there, url, actor, people[n::PROCESSES]))
        for n, (_here, there) in enumerate(pipes)
    ]
    for child in children:
        child.start()
    ours = [here for here, _there in pipes]

    def ask(telling: bool) -> tuple[int, int]:
        for pipe in ours:
            pipe.send(telling)
        answers = [pipe.recv() for pipe in ours]
        return sum(posted for posted, _heard in answers), sum(heard for _posted, heard in answers)

    rates, heard = [], 0
    for number in range(-1, ROUNDS):
        both = {}
        for telling in (True, False) if number % 2 else (False, True):
            both[telling], some = ask(telling)
            heard += some if number >= 0 else 0
        if number >= 0:
            rates.append((both[True] / SECONDS, both[False] / SECONDS))
    for pipe, child in zip(ours, children, strict=True):
        pipe.send(None)
        child.join()
    return rates, heard / (ROUNDS * SECONDS * PROCESSES * COUNTERS)


def _process(pipe: Any, url: str, actor: Actor, people: list[int]) -> None:
    heard: list[frozenset[Topic]] = []
    databases = [Database.open(url) for _ in people]
    loud = [Database.open(url) for _ in people]
    for database in loud:
        news.listen(database, heard.append)
    while (telling := pipe.recv()) is not None:
        before, counts = len(heard), [0] * len(people)
        end = time.monotonic() + SECONDS
        chosen = loud if telling else databases
        threads = [
            threading.Thread(target=_post, args=(counts, n, chosen[n], actor, member, end))
            for n, member in enumerate(people)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pipe.send((sum(counts), len(heard) - before))
    for database in [*databases, *loud]:
        database.close()


def _post(counts: list[int], place: int, database: Database, actor: Actor, member: int, end: float) -> None:
    while time.monotonic() < end:
        act = partial(points.adjust, request=new_request(), member_id=member, points=1, reason="service")
        database.write(act, actor=actor)
        counts[place] += 1
