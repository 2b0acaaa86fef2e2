"""On a server: posting against the same statements by hand, many rows against raw COPY, and a counter far away.

The bench starts a PostgreSQL of its own, with fsync. The floor of posting runs what one adjustment takes, statement
by statement on bare psycopg, in the same tables with the same triggers. The floor of many rows is COPY into tables
with the same keys and indexes and no triggers.
"""

from __future__ import annotations

import multiprocessing
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from bench.measure import ROUNDS, Result, at_least, interleaved, seconds
from bench.server_hand import Hand, Rows, make_members, raw_tables
from desktop_admin.services import counter, members, points, shop
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.ledger import statements
from desktop_admin.services.work import Actor
from tests.postgres import Server, serving
from tests.proxy import Proxy

MEMBERS = 4_000
ALONE, CLIENTS, EACH = 100, 16, 25
ENTRIES = 40_000
FEEDBACK = 150  # ms
TRIP = 0.020  # s, added to every round trip


def run() -> list[Result]:
    with serving(durable=True) as server:
        for name in ("ours", "hand"):
            url = server.create(name)
            shop.found(url, name=name, admin_login="bench", admin_password_hash="!").close()
            make_members(server.conninfo(name), MEMBERS)
        return [_alone(server), _together(server), _many_rows(server), *_far_away(server)]


@contextmanager
def _opened(socket: Any, name: str = "ours") -> Iterator[tuple[Database, Actor]]:
    database = Database.open(socket.url(name))
    try:
        yield database, shop.system_actor(database)
    finally:
        database.close()


def _adjusts(database: Database, actor: Actor, members: Iterator[int], count: int) -> None:
    for _ in range(count):
        adjust = partial(points.adjust, request=new_request(), member_id=next(members), points=5, reason="service")
        database.write(adjust, actor=actor)


def _walk(first: int) -> Iterator[int]:
    """Members in an order in which clients seldom meet."""
    at = first
    while True:
        yield at % MEMBERS + 1
        at += 997


# -- posting


def _alone(server: Server) -> Result:
    with _opened(server) as (database, actor), Hand(server.conninfo("hand")) as hand:
        ours, floor = interleaved(
            partial(_adjusts, database, actor, _walk(1), ALONE), partial(hand.adjusts, _walk(1), ALONE)
        )
    detail = f"{ALONE / ours:.0f}/s against {ALONE / floor:.0f}/s, each its own durable transaction"
    name = "posting an adjustment, PostgreSQL, 1 client"
    return at_least(name, "same statements on psycopg", ours, floor, 0.9, detail)


def _client(folder: str, number: int, pipe: Any) -> None:
    """A counter of its own: posts so many the one way or the other whenever it is told to."""
    from pathlib import Path

    from tests.postgres import Socket

    server = Socket(Path(folder))
    with _opened(server) as (database, actor), Hand(server.conninfo("hand")) as hand:
        walks = _walk(number * 250), _walk(number * 250)
        pipe.send("ready")
        while (said := pipe.recv()) is not None:
            if said == "ours":
                _adjusts(database, actor, walks[0], EACH)
            else:
                hand.adjusts(walks[1], EACH)
            pipe.send("done")


def _together(server: Server) -> Result:
    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    for number in range(CLIENTS):
        mine, theirs = context.Pipe()
        process = context.Process(target=_client, args=(str(server.folder), number, theirs), daemon=True)
        process.start()
        pipes.append(mine)
        processes.append(process)
    for pipe in pipes:
        pipe.recv()

    def all_post(way: str) -> None:
        for pipe in pipes:
            pipe.send(way)
        for pipe in pipes:
            pipe.recv()

    ours, floor = interleaved(partial(all_post, "ours"), partial(all_post, "hand"))
    for pipe in pipes:
        pipe.send(None)
    for process in processes:
        process.join()
    count = CLIENTS * EACH
    detail = f"{count / ours:.0f}/s against {count / floor:.0f}/s"
    name = f"posting an adjustment, PostgreSQL, {CLIENTS} client processes"
    return at_least(name, "same statements on psycopg", ours, floor, 1.0, detail)


# -- many rows


def _many_rows(server: Server) -> Result:
    raw_tables(server.conninfo("ours"))
    times: tuple[list[float], list[float]] = ([], [])
    with _opened(server) as (database, actor), Hand(server.conninfo("ours")) as hand:
        for n in range(ROUNDS + 1):  # the first to warm up
            rows = Rows(hand, actor, MEMBERS, ENTRIES)
            pair: list[tuple[Callable[[], None], list[float]]] = [
                (partial(_store, database, actor, rows), times[0]), (rows.copy, times[1])
            ]  # fmt: skip
            for work, kept in pair if n % 2 else pair[::-1]:
                kept.append(seconds(work))
    ours, floor = (statistics.median(kept[1:]) for kept in times)
    detail = f"{ENTRIES:,} entries and as many lots of {MEMBERS:,} members: {ours:.1f} s against {floor:.1f} s"
    name = "many entries and lots at once, PostgreSQL"
    return at_least(name, "COPY, same indexes, no triggers", ours, floor, 0.5, detail)


def _store(database: Database, actor: Actor, rows: Rows) -> None:
    """What ``Posting.flush`` does with rows that are worked out."""

    def store(work: Any) -> None:
        work.run_many(statements.INSERT_ENTRY, rows.entries)
        work.run_many(statements.INSERT_LOT, rows.lots)

    database.write(store, actor=actor)


# -- a counter far away


def _far_away(server: Server) -> list[Result]:
    with Proxy(server) as proxy, _opened(proxy) as (database, actor):
        who = {"name": "李雷", "phone": "13800001234", "consent_terms": True}
        enrol = partial(members.enrol, request=new_request(), **who)  # type: ignore[arg-type]
        member = database.write(enrol, actor=actor).result.member_id
        database.read(partial(members.card, member_id=member), actor=actor)
        proxy.delay = TRIP / 2  # each way
        return [
            _felt(database, "finding a member by phone", _read(database, actor, counter.recognise, text="13800001234")),
            _felt(database, "the member's card", _read(database, actor, members.card, member_id=member)),
            _felt(database, "an adjustment's preview", _read(
                database, actor, points.preview_adjust, member_id=member, points=5, reason="service")),
            _felt(database, "an adjustment", partial(_adjusts, database, actor, iter([member] * (ROUNDS + 1)), 1)),
        ]  # fmt: skip


def _read(database: Database, actor: Actor, query: Callable[..., Any], **said: Any) -> Callable[[], object]:
    return lambda: database.read(partial(query, **said), actor=actor)


def _felt(database: Database, name: str, act: Callable[[], object]) -> Result:
    act()
    trips: list[int] = []
    heard = partial(trips.append, 1)
    database.taps.trip.append(heard)
    times = [seconds(act) * 1e3 for _ in range(ROUNDS)]
    database.taps.trip.remove(heard)
    felt = statistics.median(times)
    detail = f"{felt:.0f} ms, {len(trips) / ROUNDS:.0f} round trips"
    name = f"{name}, {TRIP * 1e3:.0f} ms more per round trip"
    return Result(name, f"{FEEDBACK} ms", felt / FEEDBACK, "≤ 1", felt <= FEEDBACK, detail)
