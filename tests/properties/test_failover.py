"""The primary dies, the standby takes over: counters go on by themselves, and what they were told is there."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest

from desktop_admin.services import points
from desktop_admin.services.database.clock import Clock
from desktop_admin.services.database.database import Database
from tests import founding
from tests.counters.crowd import Crowd, Weather
from tests.counters.shop import prepare
from tests.counters.verdict import judge
from tests.long.failover import gap
from tests.postgres import Unavailable
from tests.replication import CONFIG, Failover, Pair, replicated
from tests.services.counter import Counter

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")


@pytest.fixture(scope="module")
def pair(postgres) -> Iterator[Pair]:
    try:
        with replicated() as pair:
            yield pair
    except Unavailable as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no replicated PostgreSQL: {error}")
        pytest.skip(f"no replicated PostgreSQL: {error}")


@pytest.mark.slow
def test_counters_reach_the_new_primary_by_themselves_and_nothing_acknowledged_is_lost(pair, tmp_path):
    shop = prepare(pair.primary.create("failing"), tmp_path, clients=4, seed=3).through(pair.url("failing"))
    crowd, happened = Crowd(shop, pair.primary, clients=4, seed=3), list[Failover]()
    toll = crowd.run(6, Weather(strikes=((2.5, lambda: happened.append(pair.fail_over())),)))
    verdict = judge(shop)
    assert (toll.failed, verdict.wrong) == ([], [])
    (event,) = happened
    acts = list(verdict.acts.values())
    assert sum(act.end == "done" and act.answered < event.killed for act in acts) > 3, "before"
    assert len(gap(event, acts).each) == 4, "every counter went on"
    pair.rejoin()
    pair.bind()
    with psycopg.connect(pair.standby.conninfo("failing")) as connection:
        assert connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("CREATE TABLE once_primary (n int)")


@contextmanager
def _posting_without_standby(pair: Pair, clock: Clock, name: str) -> Iterator[tuple[int, threading.Event]]:
    """An act on its way while the standby is gone: its member, and whether it was answered. The standby comes back."""
    pair.primary.create(name)
    actors = founding.found(pair.url(name), clock).actors
    database = Database.open(pair.url(name), clock=clock)
    answered = threading.Event()
    try:
        counter = Counter(database, lambda role: actors[role], "system")
        member = counter.member(10)

        def adjust() -> None:
            counter.do(points.adjust, member_id=member, points=5, reason="event")
            answered.set()

        pair.standby.halt()
        posting = threading.Thread(target=adjust)
        posting.start()
        yield member, answered
        pair.standby.launch()
        assert answered.wait(30)
        posting.join()
        assert counter.state(member) == (15, 0)
    finally:
        database.close()


def test_a_commit_is_acknowledged_when_the_standby_has_it_and_not_before(pair, clock):
    with _posting_without_standby(pair, clock, "waiting") as (_member, answered):
        assert not answered.wait(1.0)


def test_a_repeated_request_is_answered_when_the_standby_has_the_act_and_not_before(pair, clock):
    """The session ends while its COMMIT waits: the act is on the primary already, and on no other disk."""
    with _posting_without_standby(pair, clock, "repeating") as (member, answered):
        with psycopg.connect(pair.primary.conninfo("repeating"), autocommit=True) as administrator:
            _wait_for(lambda: administrator.execute(_END_OF_WAITING).rowcount)
            asked = partial(administrator.execute, "SELECT balance FROM member WHERE id = %s", (member,))
            _wait_for(lambda: asked().fetchone() == (15,))  # seen a moment after the wait was ended
        assert not answered.wait(1.5)


_END_OF_WAITING = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep' "
    "AND datname = current_database()"
)


def _wait_for(what: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_administrators_are_told_the_very_settings_that_are_tested():
    told = (Path(__file__).parents[2] / "docs" / "scale.md").read_text(encoding="utf-8")
    missing = [line for line in CONFIG if line not in told]
    assert not missing
