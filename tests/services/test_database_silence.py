"""A server that is silent, busy, or follows another: noticed in time, waited for, asked for reports."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from desktop_admin.services import shop as shops
from desktop_admin.services.command import unlisted
from desktop_admin.services.database import failures, replica, silence
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.engines import engine_for, parse
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Trouble
from desktop_admin.services.work import Work
from tests import founding, postgres
from tests.postgres import Socket
from tests.proxy import Proxy

BOUND = 30.0  # seconds: 10, one last try to connect, and a slow machine; unguarded it is a quarter of an hour
ON_SERVER = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
_ONE = Sql("SELECT 1")
_SLEEP = Sql("SELECT 1", postgresql="SELECT CAST(pg_sleep(7) AS text)")
_RECOVERY = Sql("SELECT 0", postgresql="SELECT pg_is_in_recovery()")
_BRANCHES = Sql("SELECT count(*) FROM branch")
_NAME = Sql("UPDATE branch SET name = :name")


def base_of(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


@pytest.fixture
def proxied(postgres: Socket, database_url: str, clock: Any) -> Iterator[tuple[Proxy, Database]]:
    with Proxy(postgres) as proxy:
        database = Database.open(proxy.url(base_of(database_url)), clock=clock)
        yield proxy, database
        database.close()


def write(database: Database) -> None:
    def act(work: Work) -> None:
        with unlisted(work, "operators.sign_in"):
            work.run(_NAME, name="another")

    database.write(act, actor=actor_of(database))


def actor_of(database: Database) -> Any:
    return database.system  # type: ignore[attr-defined]


@ON_SERVER
def test_a_server_that_falls_silent_is_given_up_in_time(proxied: tuple[Proxy, Database]) -> None:
    proxy, database = proxied
    database.system = shops.system_actor(database)  # type: ignore[attr-defined]
    proxy.silent = True
    for act in (lambda: write(database), lambda: database.read(lambda work: work.value(_ONE))):
        began = time.monotonic()
        with pytest.raises(Trouble) as trouble:
            act()
        assert time.monotonic() - began < BOUND
        assert trouble.value.facts == {"offline": True}
        assert "Nothing was saved" in trouble.value.text()
    proxy.silent = False
    proxy.cut()
    write(database)
    assert database.read(lambda work: work.value(_ONE)) == 1, "it comes back by itself"


@ON_SERVER
def test_a_server_that_is_only_busy_is_waited_for(proxied: tuple[Proxy, Database]) -> None:
    _proxy, database = proxied
    assert silence.PATIENCE < 7
    assert database.read(lambda work: work.value(_SLEEP)) is not None


def test_a_port_that_never_answers_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        began = time.monotonic()
        with pytest.raises(Trouble) as trouble:
            Database.open(f"postgresql://somebody@127.0.0.1:{mute.getsockname()[1]}/shop")
        assert time.monotonic() - began < BOUND
        assert trouble.value.facts == {"offline": True}


# -- a replica ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[postgres.Server, postgres.Server]]:
    """A primary with a shop, and a standby that follows it."""
    with postgres.serving(programs=("pg_basebackup",), config=("synchronous_commit = local",)) as primary:
        from desktop_admin.services.database.clock import SystemClock

        founding.found(primary.create("shop"), SystemClock())

        def copy(server: postgres.Server) -> None:
            server.run("pg_basebackup", "-D", server.data, "-R", "-c", "fast", "-d", primary.conninfo("postgres"))

        with postgres.serving(prepare=copy, config=("hot_standby = on",)) as standby:
            yield primary, standby


@pytest.fixture
def reporting(pair: tuple[postgres.Server, postgres.Server]) -> Iterator[Database]:
    primary, standby = pair
    database = Database.open(primary.url("shop"), replica=parse(standby.url("shop")))
    database.system = shops.system_actor(database)  # type: ignore[attr-defined]
    yield database
    database.close()


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def answered_by_replica(database: Database, **how: Any) -> bool:
    return bool(database.read(lambda work: work.value(_RECOVERY), **how))


def replaying(standby: postgres.Server, *, on: bool) -> None:
    with psycopg.connect(standby.conninfo("postgres"), autocommit=True) as direct:
        direct.execute("SELECT pg_wal_replay_resume()" if on else "SELECT pg_wal_replay_pause()")
        wanted = "not paused" if on else "paused"
        until(lambda: direct.execute("SELECT pg_get_wal_replay_pause_state() = %s", [wanted]).fetchone() == (True,))


def test_reports_are_answered_by_a_replica_that_is_level(reporting: Database) -> None:
    until(lambda: answered_by_replica(reporting, reports=True))
    assert not answered_by_replica(reporting)
    until(lambda: reporting.read(lambda work: work.now == work.seen_at, reports=True))


def test_a_replica_that_lags_says_so_and_one_that_lags_much_is_not_asked(
    reporting: Database, pair: tuple[postgres.Server, postgres.Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    until(lambda: answered_by_replica(reporting, reports=True))
    _primary, standby = pair
    replaying(standby, on=False)
    try:
        write(reporting)
        follows, now, seen_at = reporting.read(
            lambda work: (work.value(_RECOVERY), work.now, work.seen_at), reports=True)
        assert follows
        assert timedelta(0) < now - seen_at < timedelta(seconds=60)
        monkeypatch.setattr(replica, "MOST_BEHIND", timedelta(0))
        assert not answered_by_replica(reporting, reports=True), "the primary knows better"
    finally:
        replaying(standby, on=True)


def test_without_its_replica_the_primary_answers(
    reporting: Database, pair: tuple[postgres.Server, postgres.Server]
) -> None:
    assert reporting.replica is not None
    gone = engine_for(parse(f"postgresql://postgres@/shop?host={pair[1].folder}/nowhere&port=1"))
    reporting.replica = replica.Replica(gone)
    assert reporting.read(lambda work: work.value(_BRANCHES), reports=True) == 1
    assert not answered_by_replica(reporting, reports=True)


def test_while_the_primary_is_away_the_replica_answers_however_old(
    pair: tuple[postgres.Server, postgres.Server], postgres: Socket
) -> None:
    primary, standby = pair
    with Proxy(primary) as proxy:
        database = Database.open(proxy.url("shop"), replica=parse(standby.url("shop")))
        try:
            proxy.gone = True
            proxy.cut()
            seen_at: datetime = database.read(lambda work: work.seen_at, reports=True)
            assert seen_at <= datetime.now(UTC)
            assert answered_by_replica(database, reports=True)
            with pytest.raises(Trouble):
                database.read(lambda work: work.value(_ONE))
        finally:
            database.close()


def test_a_server_that_only_follows_is_left_for_the_one_that_leads(
    pair: tuple[postgres.Server, postgres.Server],
) -> None:
    engine = engine_for(parse(pair[1].url("shop")))
    try:
        with engine.connect() as connection, pytest.raises(DBAPIError) as refused:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("BEGIN READ WRITE")
    finally:
        engine.dispose()
    assert failures.may_retry(refused.value)
    told = failures.trouble(refused.value)
    assert isinstance(told, Trouble)
    assert told.facts == {"offline": True}


def test_anybody_who_signs_in_may_ask_how_far_behind_it_is(pair: tuple[postgres.Server, postgres.Server]) -> None:
    primary, _standby = pair
    with psycopg.connect(primary.conninfo("shop")) as direct:
        direct.execute("CREATE ROLE plain")
        direct.execute("SET ROLE plain")
        statement = str(replica._STATE).replace(":position", "'0/0'")
        assert direct.execute(statement.encode()).fetchone() is not None
        assert direct.execute(str(replica._POSITION).encode()).fetchone() is not None
