"""How often an operation is tried again, and what is said when nothing helps."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError, OperationalError

from desktop_admin.services import points
from desktop_admin.services.command import new_request
from desktop_admin.services.database import patience
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.patience import Patience
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused, Trouble, Unsettled
from desktop_admin.services.work import Actor, Work
from tests.postgres import Socket
from tests.proxy import Proxy
from tests.services.counter import Counter

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
SHORT = 0.6  # seconds


@pytest.fixture
def proxy(postgres: Socket) -> Iterator[Proxy]:
    with Proxy(postgres) as proxy:
        yield proxy


@pytest.fixture
def counter(
    proxy: Proxy, database: Database, database_url: str, clock: SetClock, as_role: Callable[[str], Actor]
) -> Iterator[Counter]:
    """A counter beyond a network that can fail."""
    name = database_url.partition("@/")[2].partition("?")[0]
    with closing(Database.open(proxy.url(name), clock=clock)) as far:
        yield Counter(far, as_role)


def gift(counter: Counter, member: int, request: str) -> Any:
    return counter.do(points.adjust, request=request, member_id=member, points=5, reason="service")


def test_a_swallowed_answer_to_commit_is_asked_for_again(proxy: Proxy, counter: Counter) -> None:
    member = counter.member()
    proxy.lose_replies = 1
    receipt = gift(counter, member, new_request())
    assert proxy.lost == 1
    assert (receipt.points, counter.state(member)) == (5, (5, 0))


def test_a_commit_that_never_arrived_is_sent_again(proxy: Proxy, counter: Counter) -> None:
    member = counter.member()
    proxy.lose_requests = 1
    gift(counter, member, new_request())
    assert (proxy.lost, counter.state(member)) == (1, (5, 0))


def test_many_cuts_are_one_act(proxy: Proxy, counter: Counter) -> None:
    member = counter.member()
    proxy.lose_replies, proxy.lose_requests = 2, 2
    gift(counter, member, new_request())
    assert (proxy.lost, counter.state(member)) == (4, (5, 0))


@pytest.mark.parametrize("arrives", [True, False])
def test_when_nobody_answers_any_more_it_is_unsettled_and_not_failed(
    proxy: Proxy, counter: Counter, arrives: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", SHORT)
    member, request = counter.member(), new_request()
    proxy.lose_replies, proxy.lose_requests = int(arrives), int(not arrives)
    watch = threading.Thread(target=_gone_after_loss, args=(proxy,))
    watch.start()
    with pytest.raises(Unsettled) as caught:
        gift(counter, member, request)
    watch.join()
    assert "not known" in str(caught.value)
    proxy.gone = False
    assert gift(counter, member, request).points == 5
    assert counter.state(member) == (5, 0)


def _gone_after_loss(proxy: Proxy) -> None:
    end = time.monotonic() + 10
    while not proxy.lost and time.monotonic() < end:
        time.sleep(0.0005)
    proxy.gone = True
    proxy.cut()


def test_a_server_that_was_gone_before_anything_was_sent_saved_nothing(
    proxy: Proxy, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", SHORT)
    monkeypatch.setattr(random, "uniform", lambda _least, _most: SHORT / 10)  # a long pause would end the tries at once
    member = counter.member()
    proxy.gone = True
    proxy.cut()
    begun = time.monotonic()
    with pytest.raises(Trouble, match="Nothing was saved") as caught:
        gift(counter, member, new_request())
    assert not isinstance(caught.value, Unsettled)
    assert SHORT / 2 < time.monotonic() - begun < SHORT + 9
    proxy.gone = False
    assert counter.state(member) == (0, 0)


def test_a_refusal_before_the_operation_opened_does_not_settle_an_earlier_try(
    proxy: Proxy, database: Database, counter: Counter
) -> None:
    """Booked, the answer lost, and the operator switched off before the second try."""
    member, request = counter.member(), new_request()
    tries: list[int] = []

    def act(work: Work) -> None:
        tries.append(1)
        if len(tries) == 2:
            raise Refused("Your account was switched off.")
        points.adjust(work, request=request, member_id=member, points=5, reason="service")

    proxy.lose_replies = 1
    with pytest.raises(Unsettled):
        counter.database.write(act, actor=counter.actor)
    assert counter.state(member) == (5, 0)


def test_a_wrong_pin_is_counted_over_a_cut_connection(proxy: Proxy, counter: Counter) -> None:
    counted: list[int] = []

    def act(work: Work) -> None:
        refused = Refused("wrong")
        refused.remember = lambda later: counted.append(later.run(Sql("UPDATE shop SET name = 'seen' WHERE id = 1")))
        proxy.lose_replies = 1
        raise refused

    with pytest.raises(Refused, match="wrong"):
        counter.database.write(act, actor=counter.actor)
    assert counted == [1, 1]
    assert counter.rows("SELECT name FROM shop") == [("seen",)]


def test_crossed_locks_reach_nobody(database: Database, counter: Counter) -> None:
    """Each locks one member, then the other's: PostgreSQL ends one as a deadlock, which is tried again."""
    first, second = counter.member(), counter.member()
    lock = Sql("SELECT id FROM member WHERE id = :m FOR NO KEY UPDATE")
    meet = threading.Barrier(2)
    tries = [0, 0]
    errors: list[BaseException] = []

    def act(place: int, work: Work) -> None:
        tries[place] += 1
        work.all(lock, m=(first, second)[place])
        if tries[place] == 1:
            meet.wait(10)
        work.all(lock, m=(second, first)[place])
        points.adjust(work, request=requests[place], member_id=first, points=5, reason="service")

    def run(place: int) -> None:
        try:
            database.write(partial(act, place), actor=counter.actor)
        except BaseException as error:  # noqa: BLE001 - looked at below
            errors.append(error)

    requests = [new_request(), new_request()]
    threads = [threading.Thread(target=run, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(tries) == [1, 2]
    assert counter.state(first) == (10, 0)


class _Fault(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def _error(sqlstate: str) -> DBAPIError:
    return OperationalError("SELECT", {}, _Fault(sqlstate))


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", "55P03"])
def test_a_conflict_without_end_is_plain_words_after_a_bounded_time(
    engine: str, sqlstate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    with pytest.raises(Trouble, match="Nothing was saved") as caught:
        _without_end(Patience(), _error(sqlstate))
    assert sqlstate not in caught.value.text()
    assert len(slept) == patience.TRIES - 1
    assert sum(slept) < patience.SECONDS
    assert len(set(slept)) > 5, "every counter would come back at the same moment"


def _without_end(law: Patience, error: DBAPIError) -> None:
    while True:
        law.wait(error, committing=False)


def test_no_try_begins_when_the_time_is_up(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "SECONDS", -1.0)
    with pytest.raises(Trouble):
        Patience().wait(_error("40001"), committing=False)


def test_what_is_no_conflict_is_not_tried_again(engine: str) -> None:
    with pytest.raises(DBAPIError):
        Patience().wait(_error("23514"), committing=False)
