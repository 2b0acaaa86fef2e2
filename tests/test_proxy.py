"""The failing network itself: each fault does what its name says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.postgres import Socket
from tests.proxy import Proxy

BASE = "proxied"


@pytest.fixture
def proxy(postgres: Socket, worker_id: str) -> Iterator[Proxy]:
    base = f"{BASE}_{worker_id}"
    postgres.create(base)
    try:
        with psycopg.connect(postgres.conninfo(base)) as direct:
            direct.execute("CREATE TABLE t (n int)")
        with Proxy(postgres) as proxy:
            yield proxy
    finally:
        postgres.drop(base)


@pytest.fixture
def count(postgres: Socket, worker_id: str) -> Callable[[], int]:
    def rows() -> int:
        with psycopg.connect(postgres.conninfo(f"{BASE}_{worker_id}")) as direct:
            row = direct.execute("SELECT count(*) FROM t").fetchone()
            assert row is not None
            return int(row[0])

    return rows


@pytest.fixture
def conninfo(proxy: Proxy, worker_id: str) -> str:
    return proxy.conninfo(f"{BASE}_{worker_id}")


def _insert(conninfo: str, *, pipeline: bool = False) -> None:
    connection = psycopg.connect(conninfo)
    try:
        if pipeline:
            with connection.pipeline():
                connection.execute("INSERT INTO t VALUES (1)")
                connection.commit()
        else:
            connection.execute("INSERT INTO t VALUES (1)")
            connection.commit()
    finally:
        connection.close()


@pytest.mark.parametrize("pipeline", [False, True])
def test_what_is_said_arrives(conninfo: str, count: Callable[[], int], pipeline: bool) -> None:
    _insert(conninfo, pipeline=pipeline)
    with psycopg.connect(conninfo) as connection:
        assert connection.execute("SELECT repeat('x', 3000000)").fetchone() == ("x" * 3_000_000,)
    assert count() == 1


@pytest.mark.parametrize("pipeline", [False, pytest.param(True, marks=pytest.mark.expects_log)])
def test_a_lost_reply_to_commit_leaves_the_row(
    proxy: Proxy, conninfo: str, count: Callable[[], int], pipeline: bool
) -> None:
    proxy.lose_replies = 1
    with pytest.raises(psycopg.OperationalError) as caught:
        _insert(conninfo, pipeline=pipeline)
    assert caught.value.sqlstate is None
    assert (count(), proxy.lost, proxy.lose_replies) == (1, 1, 0)
    _insert(conninfo)
    assert count() == 2


@pytest.mark.parametrize("pipeline", [False, pytest.param(True, marks=pytest.mark.expects_log)])
def test_a_lost_request_to_commit_leaves_nothing(
    proxy: Proxy, conninfo: str, count: Callable[[], int], pipeline: bool
) -> None:
    proxy.lose_requests = 1
    with pytest.raises(psycopg.OperationalError):
        _insert(conninfo, pipeline=pipeline)
    assert (count(), proxy.lost) == (0, 1)


def test_a_cut_and_a_server_that_is_gone(proxy: Proxy, conninfo: str, count: Callable[[], int]) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        proxy.gone = True
        assert proxy.cut() == 1
        with pytest.raises(psycopg.OperationalError):
            connection.execute("INSERT INTO t VALUES (1)")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(conninfo)
    proxy.gone = False
    _insert(conninfo)
    assert count() == 1


def test_a_delay_is_felt_each_way(proxy: Proxy, conninfo: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        proxy.delay = 0.05
        start = time.monotonic()
        for n in range(3):
            assert connection.execute("SELECT %s::int", [n]).fetchone() == (n,)
        assert time.monotonic() - start >= 0.3
        proxy.delay = 0
        assert connection.execute("SELECT repeat('x', 300000)").fetchone() == ("x" * 300_000,)


def test_silence_is_no_answer_and_no_error(proxy: Proxy, conninfo: str) -> None:
    connection = psycopg.connect(conninfo, autocommit=True)
    proxy.silent = True
    connection.pgconn.send_query(b"SELECT 1")
    connection.pgconn.flush()
    time.sleep(0.3)
    connection.pgconn.consume_input()
    assert connection.pgconn.is_busy()
    proxy.silent = False
    proxy.cut()
    connection.close()
