"""Setting up a shop on its server: everybody gets a role and a password once, and signs in with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from desktop_admin.services import operators, shop
from desktop_admin.services.database.authority import setting_up
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.operators import provisioning
from desktop_admin.services.permissions import Role
from desktop_admin.services.work import Actor
from tests.postgres import Socket, start


@pytest.fixture
def served(postgres: Socket) -> Iterator[str]:
    """A shop on the server that has no roles yet."""
    name = f"pd_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_bare"
    postgres.drop(name)
    url = postgres.create(name)
    shop.found(url, name="Bare", admin_login="boss", admin_password_hash="!").close()
    yield url
    postgres.drop(name)


def test_everybody_is_given_a_password_once(served: str) -> None:
    first = provisioning.set_up(served)
    assert {(given.login, given.role) for given in first.given} == {
        ("system", "system"), ("boss", "administrator"), ("", ""),
    }  # fmt: skip
    assert len({given.password for given in first.given}) == 3
    again = provisioning.set_up(served)
    assert [given.account for given in again.given] == [f"{first.prefix}:migrator"]
    everybody = provisioning.set_up(served, everybody=True)
    assert {given.login for given in everybody.given} == {"system", "boss", ""}
    assert first.given[0].password not in repr(first)


def test_a_file_is_refused(tmp_path: Path) -> None:
    url = str(tmp_path / "shop.pointsdesk")
    shop.found(url, name="File", admin_login="boss", admin_password_hash="!").close()
    with pytest.raises(Refused, match="has no roles"):
        provisioning.set_up(url)


def test_only_the_server_s_administrator_sets_up(served: str, postgres: Socket) -> None:
    prefix = provisioning.set_up(served).prefix
    database = Database.open(served.replace("postgres@", f"{prefix}.boss@"))
    try:
        with pytest.raises(Trouble, match="administrator"), database.engine.connect() as connection:
            setting_up.set_up(connection)
    finally:
        database.close()


def test_the_passwords_open_a_server_that_asks(tmp_path: Path) -> None:
    """On a server with SCRAM: the one given opens, another does not, and the migrator can become the owner."""
    server = start()
    try:
        server.allow(["local all postgres trust", "local all all scram-sha-256"])
        server.halt()
        server.launch()
        url = server.create("asking")
        shop.found(url, name="Asking", admin_login="boss", admin_password_hash="!").close()
        given = {one.account: one.password for one in provisioning.set_up(url).given}
        assert set(given) == {"asking.system", "asking.boss", "asking:migrator"}
        for account, password in given.items():
            with psycopg.connect(server.conninfo("asking", account), password=password) as connection:
                assert connection.execute("SELECT session_user::text").fetchone() == (account,)
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(server.conninfo("asking", account), password="not-this-one")
        who = "asking:migrator"
        with psycopg.connect(server.conninfo("asking", who), password=given[who]) as migrator:
            migrator.execute('SET ROLE "asking:owner"')
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                migrator.execute('SET ROLE "asking:keeper"')
    finally:
        server.stop()




def test_a_one_time_password_is_changed_on_the_server(tmp_path: Path) -> None:
    """The old one is asked of the server, the new one goes there as a verifier, and only then there is more to do."""
    server = start()
    try:
        server.allow(["local all postgres trust", "local all all scram-sha-256"])
        server.halt()
        server.launch()
        url = server.create("asking")
        shop.found(url, name="Asking", admin_login="boss", admin_password_hash="!").close()
        first = next(one.password for one in provisioning.set_up(url).given if one.login == "boss")
        as_boss = url.replace("postgres@", f"asking.boss:{first}@")
        database = Database.open(as_boss)
        try:
            row = database.read(lambda work: work.first(_BOSS))
            actor = Actor(row.id, "boss", Role.ADMINISTRATOR, row.branch_id, must_change=True)
            with pytest.raises(Refused) as refused:
                operators.change_password(database, actor=actor, old="not-this-one", new="violet lantern 19")
            assert refused.value.field == "old"
            with pytest.raises(Refused, match="Choose a password"):
                database.read(operators.listing, actor=actor)
            changed = operators.change_password(database, actor=actor, old=first, new="紫色 lantern 19")
            assert not changed.must_change
            assert [o.login for o in database.read(operators.listing, actor=changed)] == ["boss"]
        finally:
            database.close()
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.conninfo("asking", "asking.boss"), password=first)
        psycopg.connect(server.conninfo("asking", "asking.boss"), password="紫色 lantern 19").close()
        back = operators.recover(url).one_time_password
        psycopg.connect(server.conninfo("asking", "asking.boss"), password=back).close()
        with psycopg.connect(server.conninfo("asking", "postgres"), autocommit=True) as direct:
            said = direct.execute("SELECT rolvaliduntil < now() + '73 hours' FROM pg_roles WHERE rolname LIKE '%boss'")
            assert said.fetchall() == [(True,)]
            direct.execute("ALTER ROLE \"asking.boss\" VALID UNTIL '2020-01-01'")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.conninfo("asking", "asking.boss"), password=back)
    finally:
        server.stop()


_BOSS = Sql("SELECT id, branch_id FROM operator WHERE login = 'boss'")
