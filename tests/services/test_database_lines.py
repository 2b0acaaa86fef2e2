"""Lines to the database: what goes over them, when somebody waits, and what an error leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Trouble
from desktop_admin.services.work import Work

_ONE = Sql("SELECT :n AS n")
_BRANCH = Sql("UPDATE branch SET phone = :phone")
_PHONE = Sql("SELECT phone FROM branch")
_WRONG = Sql("UPDATE branch SET active = 7")

server_only = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


@contextmanager
def trips(database: Database) -> Iterator[list[int]]:
    """One entry for every wait."""
    found: list[int] = []

    def one() -> None:
        found.append(1)

    database.taps.trip.append(one)
    try:
        yield found
    finally:
        database.taps.trip.remove(one)


def test_rows_by_name_by_place_and_as_a_mapping(database: Database) -> None:
    def read(work: Work) -> Any:
        (row,) = work.all(Sql("SELECT login, id AS number FROM operator WHERE login = :login"), login="administrator")
        return row, work.first(_PHONE), work.value(_PHONE), work.first(Sql("SELECT id FROM member"))

    row, phone, value, nobody = database.read(read)
    assert (row.login, row[0], dict(row._mapping)["number"]) == ("administrator", "administrator", row.number)
    assert phone[0] == value
    assert nobody is None


def test_several_at_once_answer_each_their_own(database: Database) -> None:
    found = database.read(lambda work: work.together((_PHONE, {}), (Sql("SELECT id FROM member"), {}), (_PHONE, {})))
    assert [len(rows) for rows in found] == [1, 0, 1]


@server_only
def test_a_read_waits_once_for_all_it_asks_at_once(database: Database) -> None:
    with trips(database) as waits:
        database.read(lambda work: work.together((_PHONE, {}), (_PHONE, {}), (_PHONE, {})))
    assert len(waits) == 1


@server_only
def test_what_is_sent_goes_with_what_is_asked_or_with_the_commit(database: Database) -> None:
    def asks(work: Work) -> Any:
        work.send(_BRANCH, phone="1")
        work.send(_BRANCH, phone="2")
        return work.value(_PHONE)

    with trips(database) as waits:
        assert database.write(asks, actor=None).result == "2"
        assert len(waits) == 2  # the answer, the commit
        database.write(lambda work: work.send(_BRANCH, phone="3"), actor=None)
        assert len(waits) == 3  # all of it with the commit
    assert database.read(lambda work: work.value(_PHONE)) == "3"


@pytest.mark.parametrize("asked", [True, False])
def test_a_failure_of_what_was_sent_is_told_and_nothing_is_left(database: Database, asked: bool) -> None:
    def wrong(work: Work) -> None:
        work.send(_BRANCH, phone="9")
        work.send(_WRONG)
        if asked:
            work.value(_PHONE)

    with pytest.raises(Exception, match=r"(?i)constraint"):
        database.write(wrong, actor=None)
    assert database.read(lambda work: work.value(_PHONE)) != "9"


@server_only
def test_a_read_is_a_snapshot_and_cannot_write(database: Database) -> None:
    def reads(work: Work) -> list[str]:
        before = work.value(_PHONE)
        database.write(lambda other: other.run(_BRANCH, phone="later"), actor=None)
        return [before, work.value(_PHONE)]

    before, after = database.read(reads)
    assert before == after
    with pytest.raises(Trouble):  # it sounds as a server that became a standby does
        database.read(lambda work: work.run(_BRANCH, phone="no"))
    assert database.read(lambda work: work.value(_PHONE)) == "later"


@server_only
def test_a_server_with_another_default_changes_nothing(database: Database) -> None:
    """Lots read after the wait for a lock must be those of after the wait, whatever the server's own habit is."""
    with database.engine.connect() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f"ALTER DATABASE \"{name}\" SET default_transaction_isolation = 'serializable'"))
        connection.commit()
    database.engine.dispose()
    level = Sql("SELECT 1", postgresql="SELECT current_setting('transaction_isolation')")
    assert database.write(lambda work: work.value(level), actor=None).result == "read committed"
    assert database.read(lambda work: work.value(level)) == "repeatable read"


@server_only
def test_nobody_finds_a_connection_in_the_state_another_left(database: Database) -> None:
    """The end of a read is not waited for; who gets the connection next, as a line or otherwise, finds it clean."""
    state = Sql("SELECT 1", postgresql="SELECT pg_backend_pid()")
    pid = database.read(lambda work: work.value(state))
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar_one() == pid
        connection.execute(text("CREATE TABLE left_over (n int)"))
    with database.engine.connect() as connection:  # rolled back: SQLAlchemy began a transaction
        assert connection.execute(text("SELECT to_regclass('left_over')")).scalar_one() is None
    assert database.read(lambda work: work.value(state)) == pid
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    database.read(lambda work: list(work.stream(_PHONE)))
    assert database.read(lambda work: work.value(Sql(waiting))) == 0


@server_only
def test_rows_in_blocks_beside_other_statements(database: Database) -> None:
    numbers = Sql("SELECT 1", postgresql="SELECT generate_series(1, :last) AS n")

    def read(work: Work) -> list[int]:
        found = []
        for row in work.stream(numbers, size=10, last=35):
            found.append(row.n + work.value(_ONE, n=1))
        return found

    assert database.read(read) == list(range(2, 37))
    assert database.read(read) == list(range(2, 37))


@server_only
def test_a_connection_whose_pool_was_put_away_is_closed_when_it_comes_back(database: Database) -> None:
    """Another reader found the server gone and began a new pool; nobody would have closed this one."""
    found: list[Any] = []

    def read(work: Work) -> None:
        found.append(work._line.driver)
        work.value(_PHONE)
        database.engine.dispose()

    database.read(read)
    assert found[0].closed
    assert database.read(lambda work: work.value(_PHONE)) is not None


@server_only
def test_a_server_that_ended_the_connection_is_asked_again(database: Database) -> None:
    pid = database.read(lambda work: work.value(Sql("SELECT 1", postgresql="SELECT pg_backend_pid()")))
    with database.engine.connect() as mine, database.engine.connect() as other:
        assert mine.execute(text("SELECT pg_backend_pid()")).scalar_one() == pid
        mine.rollback()
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    assert database.read(lambda work: work.value(_ONE, n=5)) == 5
    assert database.write(lambda work: work.value(_ONE, n=6), actor=None).result == 6


@server_only
def test_a_statement_longer_than_the_line_takes_at_once(database: Database) -> None:
    """The end of it waits until the server has read the beginning: nobody may wait for the answer before."""
    length = Sql("SELECT 1", postgresql="SELECT length(:text)")

    def long(work: Work) -> list[int]:
        work.send(length, text="x" * 3_000_000)
        return [work.value(length, text="x" * size) for size in (5_000_000, 10)]

    assert database.write(long, actor=None).result == [5_000_000, 10]
    assert database.read(lambda work: work.value(length, text="y" * 4_000_000)) == 4_000_000


@server_only
def test_what_was_to_be_prepared_behind_a_failure_is_prepared_another_time(database: Database) -> None:
    """The server skips what stands behind a failure in the same packet, also the preparing of a statement."""
    for times in range(9):  # psycopg prepares at the sixth
        often = Sql(f"SELECT phone FROM branch WHERE id = :id AND {times} = {times}")

        def fails(work: Work, often: Sql = often) -> None:
            work.send(_WRONG)
            work.send(often, id=1)
            work.value(_PHONE)

        def asked(work: Work, often: Sql = often) -> list[Any]:
            return work.all(often, id=1)

        for _ in range(times):
            database.read(asked)
        with pytest.raises(DBAPIError):
            database.write(fails, actor=None)
        assert len(database.read(asked)) == 1
