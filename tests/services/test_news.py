"""What one program wrote, another on the same shop hears: soon, not too often, and never nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from desktop_admin.services import members, news, points
from desktop_admin.services.command import new_request, topics_of
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.news.pace import Pace
from desktop_admin.services.database.news.server import BEAT, HEAR, TELL, ServerNews
from desktop_admin.services.errors import Refused
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Actor
from tests.postgres import Socket
from tests.proxy import Proxy
from tests.services.counter import Counter

SOON = 8.0  # seconds within which another counter knows, on a slow machine; bench/notices.py holds the figure
SERVER = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
FILE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


class Ear:
    """Keeps what was heard, and when."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, frozenset[Topic]]] = []
        self.threads: set[str] = set()

    def __call__(self, topics: frozenset[Topic]) -> None:
        self.threads.add(threading.current_thread().name)
        self.heard.append((time.monotonic(), topics))

    @property
    def topics(self) -> frozenset[Topic]:
        return frozenset().union(*(topics for _when, topics in self.heard))

    def wait(self, topic: Topic, seconds: float = SOON, *, after: float = 0.0) -> None:
        end = time.monotonic() + seconds
        while not any(topic in topics and when >= after for when, topics in self.heard):
            assert time.monotonic() < end, f"nothing heard of {topic}: {self.heard}"
            time.sleep(0.01)


@pytest.fixture
def other(database: Database, database_url: str, clock: SetClock) -> Iterator[Database]:
    """Another program on the same shop."""
    with closing(Database.open(database_url, clock=clock)) as opened:
        yield opened


@pytest.fixture
def counter(other: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(other, as_role)


@pytest.fixture
def ear(database: Database, other: Database) -> Ear:
    """The first program listens; the second tells."""
    ear = Ear()
    news.listen(database, ear)
    news.tell(other)
    listening(database)
    return ear


def listening(database: Database) -> None:
    """Wait until its thread stands at its post."""
    end = time.monotonic() + 10
    if not database.on_server:
        while database._news._last < 0:
            assert time.monotonic() < end
            time.sleep(0.01)
        return
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%%'"
    with database.engine.connect() as connection:
        while not connection.exec_driver_sql(sql).scalar_one():
            connection.rollback()
            assert time.monotonic() < end
            time.sleep(0.01)


def backends(url: str, statement: str) -> int:
    """Do something with every backend whose last statement was one of the news'."""
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(
            f"SELECT {statement} FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND (query LIKE 'LISTEN%%' OR query LIKE '%%pg_notify%%')".encode()
        ).fetchall()
        return len(rows)


# --- both engines ---------------------------------------------------------------------------------


def test_another_program_hears_what_was_touched(ear: Ear, counter: Counter) -> None:
    counter.member()
    ear.wait(Topic.MEMBERS)
    assert ear.threads == {"pointsdesk-news"}
    assert Topic.STOCK not in ear.topics


def test_nobody_hears_themselves(
    database: Database, ear: Ear, as_role: Callable[[str], Actor], counter: Counter
) -> None:
    mine = Counter(database, as_role)
    for _ in range(3):
        mine.gift(mine.member(), 5)
    begun = time.monotonic()
    counter.policy(expiry_months=7)
    ear.wait(Topic.SETTINGS, after=begun)  # what came before it would have been heard
    assert Topic.POINTS not in ear.topics


def test_what_was_rolled_back_is_not_told(ear: Ear, counter: Counter) -> None:
    member = counter.member()
    ear.wait(Topic.MEMBERS)
    with pytest.raises(Refused):
        counter.adjust(member, -100)
    counter.policy(expiry_months=7)
    ear.wait(Topic.SETTINGS, HEAR + SOON)
    assert Topic.POINTS not in ear.topics


def test_the_thread_ends_with_the_database(database_url: str, clock: SetClock) -> None:
    opened = Database.open(database_url, clock=clock)
    news.listen(opened, Ear())
    listening(opened)
    assert [t.name for t in threading.enumerate()].count("pointsdesk-news") == 1
    begun = time.monotonic()
    opened.close()
    assert time.monotonic() - begun < 5
    assert not [t for t in threading.enumerate() if t.name == "pointsdesk-news"]


def test_it_holds_no_transaction_and_asks_hardly_anything(database: Database, ear: Ear) -> None:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    used = time.process_time()
    time.sleep(2)
    used = time.process_time() - used
    event.remove(database.engine, "before_cursor_execute", note)
    assert used < 0.1
    if database.on_server:
        assert seen == []
        assert BEAT >= 30
        with database.engine.connect() as connection:
            idle = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%' AND state = 'idle'"
            assert connection.exec_driver_sql(idle).scalar_one() == 1
    else:
        assert len([s for s in seen if s.startswith("SELECT")]) <= 3


# --- how often ------------------------------------------------------------------------------------


def test_a_topic_passes_once_per_gap_and_the_last_one_always() -> None:
    pace = Pace(0.5)
    pace.add([Topic.POINTS])
    assert pace.due(10.0) == {Topic.POINTS}
    pace.add([Topic.POINTS, Topic.MEMBERS])
    assert pace.due(10.1) == {Topic.MEMBERS}
    assert not pace.due(10.2)
    assert pace.waiting
    assert pace.wait(10.2) == pytest.approx(0.3)
    assert pace.due(10.5) == {Topic.POINTS}
    assert (pace.wait(10.5), pace.waiting) == (None, False)
    assert TELL >= 0.2


@SERVER
def test_two_hundred_commits_are_few_notices_and_the_last_is_heard(
    database: Database, database_url: str, ear: Ear, counter: Counter
) -> None:
    member = counter.member()
    notices: list[tuple[float, str]] = []
    with psycopg.connect(database_url, autocommit=True) as watcher:
        watcher.execute("LISTEN pointsdesk")
        begun = time.monotonic()
        for n in range(200):
            counter.gift(member, 1)
            last = time.monotonic()
            if n % 20 == 19:
                notices += [(time.monotonic(), note.payload) for note in watcher.notifies(timeout=0)]
        ear.wait(Topic.POINTS, HEAR + SOON, after=last)
        notices += [(time.monotonic(), note.payload) for note in watcher.notifies(timeout=1.0)]
    told = [when for when, payload in notices if "points" in payload]
    assert 1 < len(told) <= 2 + (told[-1] - begun) / TELL
    assert told[-1] >= last
    heard = [when for when, topics in ear.heard if Topic.POINTS in topics]
    assert all(later - earlier >= HEAR * 0.9 for earlier, later in pairwise(heard))


@FILE
def test_more_than_is_looked_through_counts_as_everything(database: Database, ear: Ear, counter: Counter) -> None:
    with counter.database.bulk() as bulk:
        for _ in range(250):
            bulk.run(
                partial(members.enrol, request=new_request(), name="Li Lei", consent_terms=True), actor=counter.actor
            )
    ear.wait(Topic.BACKUPS)


# --- faults ---------------------------------------------------------------------------------------


@SERVER
def test_after_a_killed_backend_it_listens_again_and_everything_counts_as_touched(
    database: Database, database_url: str, ear: Ear, counter: Counter
) -> None:
    counter.member()
    ear.wait(Topic.MEMBERS)
    begun = time.monotonic()
    assert backends(database_url, "pg_terminate_backend(pid)") == 2
    ear.wait(Topic.BACKUPS, HEAR + SOON, after=begun)
    begun = time.monotonic()
    counter.policy(expiry_months=7)
    ear.wait(Topic.SETTINGS, HEAR + SOON, after=begun)


@SERVER
def test_a_server_that_was_gone_is_found_again(
    database: Database, database_url: str, postgres: Socket, counter: Counter, clock: SetClock
) -> None:
    name = database_url.partition("@/")[2].partition("?")[0]
    ear = Ear()
    with Proxy(postgres) as proxy, closing(Database.open(proxy.url(name), clock=clock)) as far:
        news.listen(far, ear)
        news.tell(counter.database)
        listening(database)
        proxy.gone = True
        proxy.cut()
        used = time.process_time()
        time.sleep(1.0)
        assert time.process_time() - used < 0.3, "it tries without pause"
        begun = time.monotonic()
        proxy.gone = False
        ear.wait(Topic.BACKUPS, HEAR + SOON, after=begun)
        counter.member()
        ear.wait(Topic.MEMBERS, HEAR + SOON, after=begun)


@SERVER
def test_a_notice_that_was_cut_off_is_sent_again(
    database: Database, database_url: str, postgres: Socket, clock: SetClock
) -> None:
    name = database_url.partition("@/")[2].partition("?")[0]
    ear = Ear()
    news.listen(database, ear)
    listening(database)
    with ExitStack() as stack:
        proxy = stack.enter_context(Proxy(postgres))
        far = stack.enter_context(closing(Database.open(proxy.url(name), clock=clock)))
        mouth = stack.enter_context(closing(ServerNews(far.engine, None)))
        mouth.start()
        mouth.tell([Topic.POINTS])
        ear.wait(Topic.POINTS)
        proxy.silent = True
        mouth.tell([Topic.STOCK])
        time.sleep(TELL * 1.5)  # it has been said, into silence
        assert Topic.STOCK not in ear.topics
        proxy.silent = False
        proxy.cut()
        ear.wait(Topic.STOCK, HEAR + SOON)
        assert Topic.BACKUPS not in ear.topics  # the listener itself lost nothing


@SERVER
def test_closing_while_the_server_is_gone(database_url: str, postgres: Socket, clock: SetClock) -> None:
    name = database_url.partition("@/")[2].partition("?")[0]
    with Proxy(postgres) as proxy:
        far = Database.open(proxy.url(name), clock=clock)
        news.listen(far, Ear())
        listening(far)
        proxy.gone = True
        proxy.cut()
        time.sleep(0.3)
        begun = time.monotonic()
        far.close()
        assert time.monotonic() - begun < 8


@SERVER
def test_what_strangers_notify_is_nothing(database_url: str, ear: Ear, counter: Counter) -> None:
    with psycopg.connect(database_url, autocommit=True) as stranger:
        for payload in ("", "x", "x points'; --", "x nonsense,\u7a4d\u5206", "x " + "," * 4000):
            stranger.execute("SELECT pg_notify('pointsdesk', %s)", [payload])
    counter.member()
    ear.wait(Topic.MEMBERS)
    assert ear.topics == topics_of("members.enrol")


@SERVER
def test_work_that_ends_at_once_is_told_all_the_same(
    database: Database, database_url: str, clock: SetClock, as_role: Callable[[str], Actor]
) -> None:
    ear = Ear()
    news.listen(database, ear)
    listening(database)
    with closing(Database.open(database_url, clock=clock)) as job:
        news.tell(job)
        counter = Counter(job, as_role)
        member = counter.member()
        for _ in range(5):
            counter.gift(member, 1)
    ear.wait(Topic.MEMBERS)
    ear.wait(Topic.POINTS, HEAR + SOON)


def test_what_nobody_declared_touches_everything() -> None:
    assert topics_of("points.adjust") == points.adjust.topics  # type: ignore[attr-defined]
    assert topics_of("operators.sign_in") == {Topic.OPERATORS}
    assert topics_of("imports.store") == frozenset(Topic)
