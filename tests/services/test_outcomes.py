"""What became of a request: booked once, or never to be booked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from desktop_admin.services import outcomes, points
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.work import Actor, Work
from tests.services.counter import Counter


@pytest.fixture
def counter(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role)


def test_a_request_that_was_booked(counter: Counter) -> None:
    member, request = counter.member(), new_request()
    counter.do(points.adjust, request=request, member_id=member, points=5, reason="service")
    found = outcomes.settle(counter.database, request=request, actor=counter.actor)
    ((operation,),) = counter.rows("SELECT id FROM operation WHERE request = :r", r=request)
    assert (found.booked, found.operation_id, found.at) == (True, operation, counter.database.clock.now())
    assert counter.state(member) == (5, 0)


def test_a_request_that_never_arrived_is_used_up(counter: Counter) -> None:
    member, request = counter.member(), new_request()
    for _ in range(2):
        assert not outcomes.settle(counter.database, request=request, actor=counter.actor).booked
    with pytest.raises(Refused, match="already used for something else"):
        counter.do(points.adjust, request=request, member_id=member, points=5, reason="service")
    assert counter.state(member) == (0, 0)


def test_nobody_asks_for_anothers_requests(counter: Counter) -> None:
    member, request = counter.member(), new_request()
    counter.do(points.adjust, request=request, member_id=member, points=5, reason="service")
    clerk = counter.by("clerk")
    assert clerk.ask(outcomes.known, requests=(request,)) == ()
    with pytest.raises(Refused, match="Another operator"):
        outcomes.settle(counter.database, request=request, actor=clerk.actor)
    assert counter.state(member) == (5, 0)


def test_many_are_asked_for_at_once(counter: Counter) -> None:
    member, requests = counter.member(), tuple(new_request() for _ in range(3))
    for request in requests[:2]:
        counter.do(points.adjust, request=request, member_id=member, points=5, reason="service")
    assert {found.request for found in counter.ask(outcomes.known, requests=requests)} == set(requests[:2])
    assert counter.ask(outcomes.known, requests=()) == ()


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.parametrize("commits", [True, False])
def test_asking_waits_for_a_transaction_that_is_about_to_commit(counter: Counter, commits: bool) -> None:
    """The old connection may still be at work on the server: what it does decides."""
    member, request = counter.member(), new_request()
    held, go = threading.Event(), threading.Event()

    def act(work: Work) -> None:
        points.adjust(work, request=request, member_id=member, points=5, reason="service")
        held.set()
        assert go.wait(10)
        if not commits:
            raise Refused("stopped")

    def write() -> None:
        try:
            counter.database.write(act, actor=counter.actor)
        except Refused:
            assert not commits

    found: list[outcomes.Outcome] = []
    ask = partial(outcomes.settle, counter.database, request=request, actor=counter.actor)
    threads = [threading.Thread(target=write), threading.Thread(target=lambda: found.append(ask()))]
    threads[0].start()
    assert held.wait(10)
    threads[1].start()
    waiting = Sql("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
    end = time.monotonic() + 10
    while not counter.rows(waiting)[0][0]:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert found == []
    go.set()
    for thread in threads:
        thread.join()
    assert found[0].booked is commits
    assert counter.state(member) == ((5, 0) if commits else (0, 0))
