"""Backups of a shop on a server: its administrator's, known here by a mark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from desktop_admin.services import backup
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused
from desktop_admin.services.work import Actor
from tests.services.counter import Counter

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


@pytest.fixture
def office(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role, "administrator")


def test_the_server_backs_itself_up(office: Counter) -> None:
    with pytest.raises(Refused, match="server"):
        backup.make(office.database, actor=office.actor)
    with pytest.raises(Refused, match="server"):
        backup.restore("x", office.database, actor=office.actor)


def test_a_mark_keeps_the_warning_away(office: Counter, clock: SetClock) -> None:
    assert office.ask(backup.state).warn
    with pytest.raises(Refused) as caught:
        office.do(backup.mark_external, note=" ")
    assert caught.value.field == "note"
    office.do(backup.mark_external, note="pg_basebackup to nas2, job 17")
    state = office.ask(backup.state)
    assert (state.warn, state.due, state.on_server) == (False, False, True)
    clock.at += timedelta(days=2)
    assert office.ask(backup.state).warn
