"""A clock set back: on a file no act is recorded long before the newest one, until a manager says it is right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from desktop_admin.services import audit, clock, members, operators
from desktop_admin.services.command import new_request
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused
from desktop_admin.services.work import Actor
from tests.services.counter import Counter
from tests.services.staff import quicken

ON_A_FILE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
ON_A_SERVER = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


@pytest.fixture
def till(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role, "manager")


def confirm(database: Database, actor: Actor) -> clock.ClockConfirmed:
    request = new_request()
    done: clock.ClockConfirmed = database.write(lambda work: clock.confirm(work, request=request), actor=actor).result
    return done


def looked_at(database: Database, actor: Actor) -> clock.ClockState:
    return database.read(clock.look, actor=actor)


@ON_A_FILE
@pytest.mark.usefixtures("engine")
def test_an_act_long_before_the_newest_is_refused(till: Counter, clock: SetClock) -> None:
    member = till.member()
    till.adjust(member, 100)
    clock.at -= timedelta(minutes=5)
    till.adjust(member, 10)  # a clock set right by the network moves less
    clock.at -= timedelta(minutes=5, seconds=1)
    with pytest.raises(Refused) as refused:
        till.adjust(member, 1)
    assert "2026" in refused.value.text()
    assert set(refused.value.facts) == {"now", "newest"}
    assert till.state(member) == (110, 0)
    clock.at += timedelta(minutes=6)
    till.adjust(member, 1)
    assert till.state(member) == (111, 0)


@ON_A_FILE
@pytest.mark.usefixtures("engine")
def test_a_clock_that_steps_back_is_seen_at_once(till: Counter, clock: SetClock) -> None:
    """Within the minute in which a look counts, too."""
    member = till.member()
    clock.at += timedelta(seconds=10)
    till.adjust(member, 100)
    clock.at -= timedelta(days=1)
    with pytest.raises(Refused):
        till.adjust(member, 1)


@ON_A_FILE
@pytest.mark.usefixtures("engine")
def test_a_manager_says_that_it_is_right(
    till: Counter, database: Database, as_role: Callable[[str], Actor], clock: SetClock
) -> None:
    member = till.member()
    clock.at += timedelta(days=40)  # wrong, and noticed too late
    till.adjust(member, 100)
    clock.at -= timedelta(days=39)
    state = looked_at(database, as_role("counter"))
    assert state.newest is not None
    assert state.newest - state.now == timedelta(days=39)
    with pytest.raises(Refused):
        till.adjust(member, 1)
    with pytest.raises(Refused):
        confirm(database, as_role("counter"))
    done = confirm(database, as_role("manager"))
    till.adjust(member, 1)
    assert till.state(member) == (101, 0)
    (line,) = database.read(lambda work: audit.page(work, action="confirm"), actor=as_role("auditor")).rows
    assert (line.subject, line.who) == ("clock", as_role("manager").name)
    seen = database.read(lambda work: audit.detail(work, audit_id=line.id), actor=as_role("auditor"))
    assert [(c.field, c.before[:10], c.after[:10]) for c in seen.changes] == [
        ("time", f"{done.newest:%Y-%m-%d}", f"{done.now:%Y-%m-%d}")
    ]
    assert looked_at(database, as_role("manager")).newest is None
    with pytest.raises(Refused, match="nothing to confirm"):
        confirm(database, as_role("manager"))


@ON_A_FILE
@pytest.mark.usefixtures("engine")
def test_signing_in_goes_on_and_proves_nothing(
    till: Counter, database: Database, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.founding import PASSWORD

    quicken(monkeypatch)
    member = till.member()
    clock.at -= timedelta(days=1)
    for _time in range(2):
        operators.sign_in(database, login="manager", password=PASSWORD, workstation="till 1")
    with pytest.raises(Refused):
        till.adjust(member, 1)


@ON_A_FILE
@pytest.mark.usefixtures("engine")
def test_a_look_is_not_paid_for_by_every_act(
    till: Counter, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop_admin.services import set_back

    member = till.member()
    looks: list[Any] = []
    monkeypatch.setattr(set_back, "before", lambda work: looks.append(work))
    clock.at += timedelta(hours=1)
    for _second in range(50):
        clock.at += timedelta(seconds=1)
        till.adjust(member, 1)
    assert len(looks) == 1
    clock.at += timedelta(minutes=2)
    till.adjust(member, 1)
    assert len(looks) == 2


@ON_A_SERVER
@pytest.mark.usefixtures("engine")
def test_on_a_server_the_time_is_the_servers(
    till: Counter, database: Database, as_role: Callable[[str], Actor], clock: SetClock
) -> None:
    member = till.member()
    clock.at -= timedelta(days=1)
    till.adjust(member, 1)
    assert looked_at(database, as_role("manager")).newest is None


@ON_A_FILE
@pytest.mark.usefixtures("engine")
def test_what_is_refused_can_be_asked_again(till: Counter, clock: SetClock) -> None:
    """The request is free: nothing of the refused act is left."""
    clock.at += timedelta(hours=1)
    till.member()
    clock.at -= timedelta(hours=1)
    said: dict[str, Any] = {"request": new_request(), "name": "王小明", "consent_terms": True}
    with pytest.raises(Refused):
        till.do(members.enrol, **said)
    clock.at += timedelta(hours=1)
    assert till.do(members.enrol, **said).member_id
