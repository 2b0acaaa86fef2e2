"""A shop of every released version is upgraded with its rows in it, on both engines, and is in order afterwards."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from desktop_admin.services import moving, points, shop, upgrading
from desktop_admin.services.command import new_request
from desktop_admin.services.database import programs, upgrades
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.engines import engine_for, parse
from desktop_admin.services.errors import Trouble
from tests import releases
from tests.services.places import KINDS, Places, asked, execute, in_order, work_on

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def places(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Places]:
    made = Places(tmp_path, lambda: request.getfixturevalue("postgres"))
    yield made
    made.close()


Old = Callable[[str, str], str]


@pytest.fixture
def old(places: Places) -> Old:
    """`old("sqlite", "0001")`: the address of a shop of that version."""

    def make(kind: str, version: str) -> str:
        url = places.empty(kind)
        releases.build(url, version)
        return url

    return make


def test_there_is_a_shop_of_every_version_but_the_present_one() -> None:
    assert set(upgrades.VERSIONS[:-1]) <= set(releases.released()) <= set(upgrades.VERSIONS)


def test_what_connections_tell_is_the_newest_version() -> None:
    assert programs.schema() == upgrades.HEAD
    assert [programs.number(v) for v in ("0", "0.1.0", "1.2.3", "12.0", "")] == [0, 1000, 1002003, 12000000, 0]


@pytest.mark.parametrize("version", releases.released())
@pytest.mark.parametrize("kind", KINDS)
def test_every_release_is_upgraded(old: Old, places: Places, kind: str, version: str) -> None:
    url = old(kind, version)
    counts = {t: asked(url, f"SELECT count(*) FROM {t}")[0][0] for t in ("member", "entry", "lot", "movement", "item")}
    assert min(counts.values()) > 10
    heads = asked(url, "SELECT id, head, balance FROM member ORDER BY id")
    done = upgrading.upgrade(url, backed_up=True)
    assert (done.before, done.after, done.faults) == (version, upgrades.HEAD, ())
    in_order(url)
    assert {t: asked(url, f"SELECT count(*) FROM {t}")[0][0] for t in counts} == counts
    assert asked(url, "SELECT id, head, balance FROM member ORDER BY id") == heads
    work_on(url)
    moving.move(url, places.empty("sqlite"))  # what was upgraded has the same tables as what was founded


# -- programs of two versions ----------------------------------------------------------------------


def adjust(database: Database, member: int) -> None:
    said = {"member_id": member, "points": 5, "reason": "event"}
    actor = shop.system_actor(database)
    database.write(lambda w: points.adjust(w, request=new_request(), **said), actor=actor)  # type: ignore[arg-type]


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """`newer(url, least)`: a newer program upgrades the database to 9000, in which nothing is different."""

    def upgrade(url: str, least: str) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(upgrades, "VERSIONS", (*upgrades.VERSIONS, "9000"))
            patched.setattr(upgrades, "HEAD", "9000")
            patched.setattr(programs, "ASKED", {"9000": least})
            patched.setattr(upgrades, "_run", lambda connection: connection.exec_driver_sql(
                "UPDATE alembic_version SET version_num = '9000'"))  # fmt: skip
            engine = upgrades_engine(url)
            upgrades.upgrade(engine)
            engine.dispose()

    return upgrade


def upgrades_engine(url: str) -> Engine:
    return engine_for(parse(url))


def test_a_program_that_is_open_while_another_upgrades_only_looks_from_then_on(
    database: Database, database_url: str, newer: Callable[[str, str], None]
) -> None:
    member = work_on(database_url)
    database.clock.at = datetime.now(UTC)  # type: ignore[attr-defined]  # as for the program that made the shop
    adjust(database, member)
    newer(database_url, "")
    with pytest.raises(Trouble) as caught:
        adjust(database, member)
    assert caught.value.facts == {"database": "9000", "program": upgrades.HEAD}
    assert database.readonly
    assert database.read(lambda work: work.now_text)
    with pytest.raises(Trouble) as caught:
        adjust(database, member)
    assert "9000" in str(caught.value)
    with pytest.raises(Trouble, match="9000"):
        Database.open(database_url)


def test_a_program_too_old_for_the_shop_opens_it_to_look(
    database: Database, database_url: str, newer: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    member = work_on(database_url)
    database.clock.at = datetime.now(UTC)  # type: ignore[attr-defined]  # as for the program that made the shop
    newer(database_url, "7.8.9")
    execute(database_url, f"UPDATE alembic_version SET version_num = '{upgrades.HEAD}'")
    monkeypatch.setattr(programs, "schema", lambda: "9000")
    open_before = Database(upgrades_engine(database_url), database.clock)
    with pytest.raises(Trouble, match=r"7\.8\.9"):  # the database itself says no
        adjust(open_before, member)
    open_before.close()
    looked = Database.open(database_url)
    assert looked.readonly
    assert looked.reason.facts["least"] == "7.8.9"
    with pytest.raises(Trouble, match=r"7\.8\.9"):
        adjust(looked, member)
    looked.close()
    monkeypatch.setattr(programs, "__version__", "7.8.9")
    again = Database.open(database_url)
    assert not again.readonly
    again.close()


def test_what_a_newer_schema_took_away_is_told_as_an_upgrade(database: Database, database_url: str) -> None:
    from desktop_admin.services.database.sql import Sql

    execute(database_url, "UPDATE alembic_version SET version_num = '9000'")
    for sql in (Sql("SELECT gone FROM shop"), Sql("SELECT 1 FROM gone")):
        with pytest.raises(Trouble, match="9000"):
            database.read(lambda work, sql=sql: work.all(sql))
    execute(database_url, f"UPDATE alembic_version SET version_num = '{upgrades.HEAD}'")
    with pytest.raises(Exception, match="gone"):  # a bug stays one
        database.read(lambda work: work.all(Sql("SELECT gone FROM shop")))


@pytest.mark.parametrize("kind", KINDS)
def test_a_shop_on_its_way_elsewhere_is_not_upgraded(places: Places, kind: str) -> None:
    url = places.shop(kind)
    moving.move(url, places.empty("sqlite"))
    with pytest.raises(Trouble, match="has moved"):
        upgrading.upgrade(url, backed_up=True)


@pytest.mark.parametrize("kind", KINDS)
def test_two_programs_upgrade_at_once(old: Old, kind: str) -> None:
    """Two real processes: one does it, the other waits and finds it done."""
    url = old(kind, releases.released()[0])
    command = [sys.executable, "-m", "desktop_admin.cli", "upgrade", "--database", url, "--backed-up", "--json"]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(2)]  # fmt: skip
    said = [one.communicate(timeout=240) for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    in_order(url)


def test_a_standby_is_only_looked_at(request: pytest.FixtureRequest) -> None:
    from tests import postgres

    with postgres.serving(programs=("pg_basebackup",), hba=("local replication all trust",)) as primary:
        url = primary.create("shop")
        shop.found(url, name="X", admin_login="x", admin_password_hash="!").close()
        conninfo = primary.conninfo("postgres")
        with postgres.serving(
            prepare=lambda s: s.run("pg_basebackup", "-D", s.data, "-R", "-d", conninfo, "--checkpoint=fast"),
            programs=("pg_basebackup",),
        ) as standby:
            for _attempt in range(100):
                try:
                    database = Database.open(standby.url("shop"))
                    break
                except Trouble:
                    time.sleep(0.1)
            assert database.readonly
            actor = shop.system_actor(database)
            with pytest.raises(Trouble, match="standby"):
                database.write(lambda work: None, actor=actor)
            database.close()
