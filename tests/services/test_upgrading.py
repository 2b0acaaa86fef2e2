"""Upgrading: after a verified backup, all or nothing, one at a time."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from desktop_admin.services import backup, upgrading
from desktop_admin.services.backup import files
from desktop_admin.services.database import upgrades
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.engines import engine_for, parse
from desktop_admin.services.errors import Refused, Trouble

OLD = "0000"


def set_version(url: str, version: str) -> None:
    engine = engine_for(parse(url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    engine.dispose()


@pytest.fixture
def older(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A shop of a version before, and a migration that only changes the number."""
    set_version(database_url, OLD)
    monkeypatch.setattr(upgrades, "VERSIONS", (OLD, upgrades.HEAD))
    monkeypatch.setattr(upgrades, "_run", step)
    return database_url


def step(connection: Connection) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": upgrades.HEAD})


def test_a_shop_of_today_is_left_alone(database_url: str, clock: SetClock) -> None:
    done = upgrading.upgrade(database_url, clock=clock)
    assert (done.before, done.after, done.backup, done.faults) == (upgrades.HEAD, upgrades.HEAD, "", ())


def test_an_older_shop_is_refused_until_it_is_upgraded(older: str, clock: SetClock) -> None:
    with pytest.raises(upgrades.OlderDatabase) as caught:
        Database.open(older)
    assert caught.value.facts == {"database": OLD, "program": upgrades.HEAD}
    done = upgrading.upgrade(older, clock=clock, backed_up=True)
    assert (done.before, done.after, done.faults) == (OLD, upgrades.HEAD, ())
    Database.open(older, clock=clock).close()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_backup_before_is_of_the_old_version(older: str, clock: SetClock) -> None:
    done = upgrading.upgrade(older, clock=clock)
    kept = Path(done.backup)
    assert backup.examine(kept).version == OLD
    assert files.digest_said(kept) == files.digest_of(kept)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_server_is_backed_up_by_its_administrator(older: str, clock: SetClock) -> None:
    with pytest.raises(Refused) as caught:
        upgrading.upgrade(older, clock=clock)
    assert caught.value.field == "backed_up"


def test_an_upgrade_that_fails_leaves_the_old_version(
    older: str, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE half (x integer)"))
        step(connection)
        raise ZeroDivisionError

    monkeypatch.setattr(upgrades, "_run", fail)
    with pytest.raises(ZeroDivisionError):
        upgrading.upgrade(older, clock=clock, backed_up=True)
    engine = engine_for(parse(older))
    try:
        assert upgrades.version_of(engine) == OLD
        with engine.connect() as connection:
            from sqlalchemy import inspect

            assert not inspect(connection).has_table("half")
    finally:
        engine.dispose()


def test_a_newer_shop_is_refused_with_both_versions(database_url: str, clock: SetClock) -> None:
    set_version(database_url, "0999")
    for act in (lambda: upgrading.upgrade(database_url, clock=clock), lambda: Database.open(database_url)):
        with pytest.raises(Trouble) as caught:
            act()
        assert caught.value.facts == {"database": "0999", "program": upgrades.HEAD}
    set_version(database_url, upgrades.HEAD)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_newer_file_is_not_touched(database_url: str) -> None:
    set_version(database_url, "0999")
    path = Path(database_url.removeprefix("sqlite:///"))
    before = path.read_bytes()
    with pytest.raises(Trouble):
        upgrading.upgrade(database_url)
    assert path.read_bytes() == before


def test_two_upgraders_wait_for_each_other(older: str, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str] = []
    begun = threading.Event()

    def slow(connection: Connection) -> None:
        runs.append("run")
        begun.set()
        threading.Event().wait(0.5)
        step(connection)

    monkeypatch.setattr(upgrades, "_run", slow)
    found: list[object] = []

    def go() -> None:
        try:
            found.append(upgrading.upgrade(older, clock=clock, backed_up=True))
        except Exception as error:  # noqa: BLE001 - looked at below
            found.append(error)

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert runs == ["run"], found
    assert [type(one).__name__ for one in found] == ["Upgraded", "Upgraded"], found


def test_files_that_are_not_a_shop(tmp_path: Path) -> None:
    path = tmp_path / "x.pointsdesk"
    path.write_text("no database")
    for url in (str(path), str(tmp_path / "missing")):
        with pytest.raises(Trouble):
            upgrading.upgrade(url)
