"""The night: the backup at its hour or after it, jobs once a day, one program at a time, nothing on a server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop_admin.services import backup, nightly
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Trouble
from desktop_admin.services.work import Actor
from desktop_admin.tasks import Cancelled
from tests.services.counter import Counter

LOCAL = timedelta(hours=8)  # the shop's zone


@pytest.fixture
def office(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role, "administrator")


def local(clock: SetClock, day: int, hour: int) -> None:
    first = datetime(2031, 3, 1, tzinfo=UTC)
    clock.at = first + timedelta(days=day, hours=hour) - LOCAL


def run(database: Database, name: str = "till 1") -> nightly.Night:
    return nightly.run(database, workstation=name)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
class TestOnThisComputer:
    def test_a_missed_evening_is_made_up_for(self, office: Counter, clock: SetClock) -> None:
        database = office.database
        local(clock, 0, 9)
        first = run(database)
        assert first.made is not None, "a shop without a backup gets one at once"
        assert first.made.verified
        assert run(database) == nightly.Night(), "the hour is claimed, nothing is due"
        local(clock, 0, 20)
        assert run(database).made is None, "before the hour"
        local(clock, 0, 22)
        assert run(database).made is not None
        local(clock, 1, 23)
        assert run(database).made is not None
        local(clock, 4, 8)
        assert run(database).made is not None, "closed for two evenings"
        assert [row.kind for row in office.ask(backup.listing)] == ["daily"] * 4

    def test_one_of_two_programs_does_it(self, office: Counter, clock: SetClock, database_url: str) -> None:
        local(clock, 0, 22)
        other = Database.open(database_url, clock=clock)
        try:
            nights: list[nightly.Night] = []

            def meanwhile(*_step: object) -> None:
                if not nights:
                    nights.append(run(other, "till 2"))

            mine = nightly.run(office.database, workstation="till 1", progress=meanwhile)
        finally:
            other.close()
        assert mine.made is not None
        assert nights == [nightly.Night()]
        assert len(office.ask(backup.listing)) == 1

    def test_expiry_and_tiers_once_a_day(self, office: Counter, clock: SetClock) -> None:
        local(clock, 0, 9)
        who = office.member()
        office.gift(who, 30, (clock.at + LOCAL).date().isoformat())
        run(office.database)
        assert office.state(who) == (30, 0), "the last day is not over"
        local(clock, 1, 9)
        night = run(office.database)
        assert night.expired is not None
        assert night.expired.points == 30
        assert night.evaluated is not None
        assert office.state(who) == (0, 0)
        local(clock, 1, 11)
        assert run(office.database).expired is None
        office.policy(nightly_jobs=False)
        local(clock, 2, 12)
        off = run(office.database)
        assert (off.expired, off.evaluated) == (None, None)
        assert off.made is not None, "the backup does not hang on it"

    def test_a_closed_program_goes_on_in_the_next_hour(self, office: Counter, clock: SetClock) -> None:
        local(clock, 0, 9)

        def closing(*_step: object) -> None:
            raise Cancelled

        with pytest.raises(Cancelled):
            nightly.run(office.database, workstation="till 1", progress=closing)
        assert office.ask(backup.listing) == ()
        assert run(office.database) == nightly.Night(), "somebody may still be at it"
        local(clock, 0, 10)
        night = run(office.database)
        assert night.made is not None
        assert night.expired is not None

    def test_what_fails_is_told_and_the_rest_is_done(
        self, office: Counter, clock: SetClock, tmp_path: Path
    ) -> None:
        local(clock, 0, 9)
        office.policy(backup_copy=str(tmp_path / "unplugged"))
        night = run(office.database)
        assert night.made is not None
        assert night.made.verified
        assert night.made.problem, "told, not fatal"
        assert night.troubles == ()
        (tmp_path / "file").write_text("no folder")
        office.policy(backup_folder=str(tmp_path / "file" / "backups"))
        local(clock, 0, 22)
        night = run(office.database)
        assert night.made is None
        assert [type(error) for error in night.troubles] == [Trouble]
        local(clock, 1, 0)
        night = run(office.database)
        assert night.made is None
        assert night.expired is not None


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_server_has_a_scheduler_for_it(office: Counter) -> None:
    assert not office.database.read(nightly.due)
    assert run(office.database) == nightly.Night()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_sample_shop_stays_as_it_is(office: Counter) -> None:
    assert office.database.read(nightly.due)
    office.sql("UPDATE shop SET is_sample = 1")
    office.database.reload_shop()
    assert not office.database.read(nightly.due)
