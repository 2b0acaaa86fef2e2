"""Signing in on a server: by the account of one's own, and what is said where that does not work."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import psycopg
import pytest

from desktop_admin.services.command import new_request
from desktop_admin.services.database.authority.names import login_role
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.servers import Host
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.operators import on_server, secrets
from desktop_admin.services.permissions import Role
from desktop_admin.services.work import Actor
from tests import served as shop
from tests.served import Served

WRONG = "Wrong name or password."
_SESSION = Sql("SELECT ''", postgresql="SELECT session_user")
_TRACE = Sql(
    "SELECT a.after, p.operator_id FROM audit a JOIN operation p ON p.id = a.operation_id "
    "WHERE p.kind = 'operators.sign_in' ORDER BY a.id DESC LIMIT 1"
)


@pytest.fixture(autouse=True)
def _forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_server, "FAILURES", on_server.Failures())


def enter(served: Served, login: str = "manager", password: str = shop.PASSWORD, **changed: Any) -> Any:
    return on_server.sign_in(served.address(**changed), login=login, password=password, workstation="till 7")


@pytest.fixture
def entered(served: Served) -> Iterator[tuple[Database, Actor]]:
    database, actor = enter(served, " MANAGER")
    yield database, actor
    database.close()


def test_the_shop_is_open_as_who_signed_in(entered: tuple[Database, Actor]) -> None:
    database, actor = entered
    assert (actor.name, actor.role, actor.workstation) == ("The manager", "manager", "till 7")
    assert database.read(lambda work: work.value(_SESSION)) == login_role(shop.DATABASE, "manager")
    trace: Any = database.read(lambda work: work.first(_TRACE))
    assert trace.operator_id == actor.operator_id
    assert json.loads(trace.after) == {"workstation": "till 7"}
    assert shop.PASSWORD not in repr(database.engine) + database.name


def test_the_server_sees_program_and_till(served: Served, entered: tuple[Database, Actor]) -> None:
    with psycopg.connect(served.server.conninfo(shop.DATABASE)) as direct:
        names = direct.execute(
            "SELECT a.application_name, s.ssl FROM pg_stat_activity a JOIN pg_stat_ssl s USING (pid) "
            "WHERE a.usename = %s", [login_role(shop.DATABASE, "manager")],
        ).fetchall()
    assert names
    assert all(name.startswith("pointsdesk/") and name.endswith("till-7") and encrypted for name, encrypted in names)


def test_a_wrong_password_and_an_unknown_name_sound_the_same(served: Served) -> None:
    for login, password in (("manager", "not it"), ("nobody", shop.PASSWORD), ("x" * 80, "y"), ("postgres", "z")):
        with pytest.raises(Refused) as refused:
            enter(served, login, password)
        assert (refused.value.text(), refused.value.field) == (WRONG, "password")


def test_an_account_of_the_server_that_is_no_operator(served: Served) -> None:
    role = login_role(shop.DATABASE, "ghost")
    served.execute(f"CREATE ROLE \"{role}\" LOGIN SUPERUSER PASSWORD '{shop.PASSWORD}'")
    try:
        with pytest.raises(Refused, match=WRONG):
            enter(served, "ghost")
    finally:
        served.execute(f'DROP ROLE "{role}"')


def test_one_waits_after_five_failures(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    for _each in range(5):
        with pytest.raises(Refused, match=WRONG):
            enter(served, password="not it")
    with pytest.raises(Refused) as refused:
        enter(served)
    wait = refused.value.facts["seconds"]
    assert isinstance(wait, int)
    assert 0 < wait <= 60
    database, _actor = enter(served, "counter")  # another name is free
    database.close()
    later = datetime.now(UTC) + timedelta(seconds=wait)
    monkeypatch.setattr(on_server, "datetime", type("Later", (), {"now": staticmethod(lambda _zone: later)}))
    database, _actor = enter(served, "Manager")
    trace: Any = database.read(lambda work: work.first(_TRACE))
    assert json.loads(trace.after)["failures"] == 5, "the trail tells that it was tried in vain"
    database.close()
    assert on_server.FAILURES.forgive("manager") == 0


def test_who_is_switched_off_is_told_and_only_with_the_right_password(served: Served) -> None:
    role = login_role(shop.DATABASE, "counter")
    for off, on in (
        (f'ALTER ROLE "{role}" NOLOGIN', f'ALTER ROLE "{role}" LOGIN'),
        ("UPDATE operator SET active = 0 WHERE login = 'counter'",
         "UPDATE operator SET active = 1 WHERE login = 'counter'"),
    ):  # fmt: skip
        served.execute(off, database=shop.DATABASE)
        try:
            with pytest.raises(Refused, match="switched off"):
                enter(served, "counter")
            with pytest.raises(Refused, match=WRONG):
                enter(served, "counter", "not it")
        finally:
            served.execute(on, database=shop.DATABASE)


def test_where_nobody_answers_one_is_offline(served: Served) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        silent = Host("localhost", mute.getsockname()[1])
        for hosts in ((Host("nowhere.invalid"),), (Host("localhost", 1),), (silent,)):
            began = time.monotonic()
            with pytest.raises(Trouble) as trouble:
                enter(served, hosts=hosts)
            assert trouble.value.facts.get("offline") is True, hosts
            assert time.monotonic() - began < 30


def test_the_second_server_is_taken_where_the_first_is_away(served: Served) -> None:
    database, _actor = enter(served, hosts=(Host("localhost", 1), *served.address().hosts))
    database.close()


def test_a_line_that_cannot_be_proven_is_not_used(served: Served) -> None:
    served.show("another.name")
    with pytest.raises(Trouble) as trouble:
        enter(served)
    assert not trouble.value.facts.get("offline")
    assert "Test the connection" in trouble.value.text()


@pytest.mark.expects_log
def test_no_word_of_the_password_anywhere(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    canary = "canary-4711"
    for changed in ({}, {"hosts": (Host("localhost", 1),)}, {"database": "none"}):
        with pytest.raises((Refused, Trouble)) as failed:
            enter(served, password=canary, **changed)
        error: BaseException | None = failed.value
        while error is not None:
            assert canary not in f"{error!r} {error}"
            error = error.__cause__ or error.__context__
    assert canary not in caplog.text


def test_the_branch_of_the_machine(served: Served) -> None:
    database, actor = on_server.sign_in(
        served.address(), login="counter", password=shop.PASSWORD, workstation="till", branch_id=1)
    database.close()
    assert (actor.branch_id, actor.branch_name) == (1, "Main street")


def test_a_shop_that_may_only_be_looked_at_is_entered(served: Served) -> None:
    served.execute("INSERT INTO setting (name, value) VALUES ('least_program', '\"99.1.0\"')", database=shop.DATABASE)
    try:
        database, actor = enter(served)
        assert database.readonly
        assert "99.1.0" in database.reason.text()
        assert database.read(lambda work: work.value(_SESSION), actor=actor) == login_role(shop.DATABASE, "manager")
        database.close()
    finally:
        served.execute("DELETE FROM setting WHERE name = 'least_program'", database=shop.DATABASE)


@pytest.fixture
def due(served: Served) -> Iterator[str]:
    """An administrator has just given the counter a one-time password."""
    from desktop_admin.services import operators
    from desktop_admin.services.shop import system_actor

    secret = secrets.new_secret()
    database = Database.open(served.server.url(shop.DATABASE))
    try:
        give: Any = partial(
            operators.reset_password, request=new_request(), secret_hash=secret.hash, verifier=secret.verifier,
            operator_id=database.read(lambda work: work.value(Sql("SELECT id FROM operator WHERE login = 'counter'"))),
        )  # fmt: skip
        boss = database.read(lambda work: work.value(Sql("SELECT id FROM operator WHERE login = 'administrator'")))
        database.write(give, actor=replace(system_actor(database), operator_id=boss, role=Role.ADMINISTRATOR))
    finally:
        database.close()
    yield secret.plain
    served.execute(
        f"ALTER ROLE \"{login_role(shop.DATABASE, 'counter')}\" PASSWORD '{shop.PASSWORD}' VALID UNTIL 'infinity'",
        "UPDATE operator SET must_change = 0 WHERE login = 'counter'", database=shop.DATABASE,
    )  # fmt: skip


def test_a_one_time_password_lapses(served: Served, due: str) -> None:
    database, actor = enter(served, "counter", due)
    database.close()
    assert actor.must_change
    later = SetClock(datetime.now(UTC) + timedelta(hours=73))
    with pytest.raises(Refused, match="lapsed after 72 hours") as refused:
        on_server.sign_in(served.address(), login="counter", password=due, workstation="till 7", clock=later)
    assert refused.value.field == "password"
    served.execute("UPDATE operator SET must_change = 0 WHERE login = 'counter'", database=shop.DATABASE)
    database, _actor = enter(served, "counter", due)
    database.close()


def test_the_server_keeps_a_lapsed_one_out_and_the_words_help(served: Served, due: str) -> None:
    role = login_role(shop.DATABASE, "counter")
    served.execute(f"ALTER ROLE \"{role}\" VALID UNTIL '2020-01-01'")
    for login in ("counter", "nobody"):  # the same for a name that is none
        with pytest.raises(Refused, match="lapses after 72 hours") as refused:
            enter(served, login, due)
        assert refused.value.text().startswith(WRONG)
    with pytest.raises(Refused) as plain:
        enter(served, "counter", shop.PASSWORD)
    assert plain.value.text() == WRONG


def test_a_password_changed_here_opens_the_next_connection(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop_admin.services import operators

    database, actor = enter(served, "counter")
    role = login_role(shop.DATABASE, "counter")
    write = database.write

    def written(*what: Any, **how: Any) -> Any:
        done = write(*what, **how)
        database.engine.dispose()  # other questions have every line, as when a screen loads
        return done

    monkeypatch.setattr(database, "write", written)
    try:
        operators.change_password(database, actor=actor, old=shop.PASSWORD, new="eleven grey herons")
        database.engine.dispose()
        assert database.read(lambda work: work.value(_SESSION)) == role
        again, _actor = enter(served, "counter", "eleven grey herons")
        again.close()
    finally:
        database.close()
        served.execute(f"ALTER ROLE \"{role}\" PASSWORD '{shop.PASSWORD}'")
