"""Points go after their last day in the shop's zone: preview, run, resumed, idempotent, and a clock that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_admin.services import expiry
from desktop_admin.services.command import new_request
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused
from desktop_admin.services.work import Actor
from tests.services.counter import Counter

ENTRIES = "SELECT points, explain FROM entry WHERE kind = 'expire' AND member_id = :m ORDER BY id"


@pytest.fixture
def till(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role, "system")


def run(till: Counter, request: str = "", stop_at: int = 10**9) -> expiry.Expired:
    def write(work: Callable[..., Any]) -> Any:
        return till.database.write(work, actor=till.actor).result

    def progress(done: int, _total: int) -> None:
        if done >= stop_at:
            raise InterruptedError

    return expiry.run(write, request or new_request(), progress)


def test_points_can_be_used_through_the_last_minute_of_their_last_day(till: Counter, clock: SetClock) -> None:
    member = till.member()
    till.gift(member, 100, "2026-03-31")
    clock.at = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Shanghai
    assert run(till) == expiry.Expired(0, 0)
    till.adjust(member, -30)
    clock.at += timedelta(seconds=1)
    with pytest.raises(Refused):
        till.adjust(member, -1)
    assert run(till) == expiry.Expired(1, 70)
    assert till.state(member) == (0, 0)


def test_one_entry_names_the_lots(till: Counter, clock: SetClock) -> None:
    member = till.member()
    for points, day in ((10, "2026-03-10"), (20, "2026-03-20"), (40, "2026-12-31")):
        till.gift(member, points, day)
    clock.at += timedelta(days=60)
    assert run(till) == expiry.Expired(1, 30)
    ((points, explain),) = till.rows(ENTRIES, m=member)
    assert points == -30
    assert '"points":10' in explain
    assert '"last_day":"2026-03-20"' in explain
    assert run(till) == expiry.Expired(0, 0)


def test_the_same_request_goes_on_where_it_stopped(
    till: Counter, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry.expire_batch.__wrapped__, "__kwdefaults__", {"most": 2})  # type: ignore[attr-defined]
    members = [till.member() for _each in range(5)]
    for member in members:
        till.gift(member, 10, "2026-03-31")
    clock.at += timedelta(days=90)
    request = new_request()
    with pytest.raises(InterruptedError):
        run(till, request, stop_at=2)
    assert till.ask(expiry.due) == expiry.Due(3, 3, 30)
    assert run(till, request).points == 50  # the first batch answers its receipt
    assert till.ask(expiry.due) == expiry.Due(0, 0, 0)
    assert all(len(till.rows(ENTRIES, m=member)) == 1 for member in members)


def test_a_clock_before_the_newest_entry_is_refused_with_both_times(till: Counter, clock: SetClock) -> None:
    member = till.member()
    till.gift(member, 10, "2026-03-10")
    clock.at += timedelta(days=30)
    till.gift(member, 5)
    clock.at -= timedelta(days=10)
    with pytest.raises(Refused) as refused:
        run(till)
    assert "2026-03-22 10:30:00" in str(refused.value)
    assert "2026-04-01 10:30:00" in str(refused.value)
    assert till.state(member) == (15, 0)


def test_entries_of_counters_whose_clocks_are_a_little_ahead_do_not_stop_a_run(till: Counter, clock: SetClock) -> None:
    member = till.member()
    till.gift(member, 100, "2026-03-10")
    clock.at += timedelta(days=30)
    till.adjust(member, 5)
    clock.at -= timedelta(minutes=4)
    assert run(till).points == 100


def test_the_preview_says_who_loses_what_and_when(till: Counter, clock: SetClock) -> None:
    first, second = till.member(), till.member()
    for member, points, day in (
        (first, 10, "2026-03-02"), (first, 20, "2026-03-31"), (second, 40, "2026-03-31"), (second, 80, "2026-07-01"),
        (second, 160, "9999-12-31"),
    ):  # fmt: skip
        till.gift(member, points, day)
    found = till.ask(expiry.preview, days=60)
    assert found.points == 70
    assert [(one.day, one.points, one.members) for one in found.days] == [
        (date(2026, 3, 2), 10, 1), (date(2026, 3, 31), 60, 2)
    ]  # fmt: skip
    assert [(one.member_id, one.points, one.day) for one in found.members] == [
        (second, 40, date(2026, 3, 31)), (first, 30, date(2026, 3, 2))
    ]  # fmt: skip
    with pytest.raises(Refused):
        till.ask(expiry.preview, days=-1)


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(
    lots=st.lists(st.tuples(st.integers(1, 500), st.integers(0, 60)), max_size=6),
    spent=st.integers(0, 1500),
    waits=st.lists(st.integers(0, 40), min_size=1, max_size=3),
)
def test_what_is_left_is_what_a_naive_count_leaves(
    till: Counter, clock: SetClock, lots: list[tuple[int, int]], spent: int, waits: list[int]
) -> None:
    member = till.member()
    day = (clock.at + timedelta(hours=8)).date()
    held: list[list[Any]] = [[day + timedelta(days=ahead), points] for points, ahead in lots]
    for last, points in held:
        till.gift(member, points, last.isoformat())
    spent = min(spent, sum(points for _last, points in held))
    if spent:
        till.adjust(member, -spent)
    for lot in sorted(held, key=lambda lot: lot[0]):
        taken = min(spent, lot[1])
        lot[1], spent = lot[1] - taken, spent - taken
    for wait in waits:
        clock.at += timedelta(days=wait)
        day += timedelta(days=wait)
        run(till)
        held = [lot for lot in held if lot[0] >= day]
        assert till.state(member) == (sum(points for _last, points in held), 0)
