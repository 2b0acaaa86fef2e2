"""Connections: what a profile takes, and what is said of a way to the shop that is wrong, each on a real server."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from desktop_admin.services import connection
from desktop_admin.services.connection import Host, Profile, Tls, read_hosts
from desktop_admin.services.connection.examining import (
    DATABASE,
    NAME,
    PASSWORD,
    PORT_,
    RIGHTS,
    ROLES,
    SHOP,
    TLS_,
    Report,
    Verdict,
    examine,
)
from desktop_admin.services.database.authority.names import login_role
from desktop_admin.services.database.engines import engine_for, parse
from desktop_admin.services.database.servers import Server, application_name
from desktop_admin.services.errors import Refused, Trouble
from tests import served as shop
from tests.served import Served
from tests.tls import Authority

# -- profiles ----------------------------------------------------------------------------------------------------------

PROFILE = Profile("p1", "小店", hosts=(Host("db.shop.lan"),), database="shop")


@pytest.mark.parametrize(("text", "hosts"), [
    ("db.shop.lan", [("db.shop.lan", 5432)]),
    ("db1, db2:5433", [("db1", 5432), ("db2", 5433)]),
    ("db1；db2，db1", [("db1", 5432), ("db2", 5432)]),
    ("192.168.1.5:6000", [("192.168.1.5", 6000)]),
    ("[fd00::2]:5433 fd00::3", [("fd00::2", 5433), ("fd00::3", 5432)]),
    ("/var/run/postgresql", [("/var/run/postgresql", 5432)]),
    ("服务器.lan", [("服务器.lan", 5432)]),
])  # fmt: skip
def test_hosts_are_read_as_people_write_them(text: str, hosts: list[tuple[str, int]]) -> None:
    read = read_hosts(text)
    assert list(read) == hosts
    assert read_hosts(connection.said_hosts(read)) == read


@pytest.mark.parametrize("text", [
    "", " , ", "db:0", "db:65536", "db:five", "db:٥٤٣٢", "https://db", "me@db", "-x", "a b:c", "db\0", "x" * 3 + "/y",
])  # fmt: skip
def test_what_is_no_host_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_hosts(text, field="replicas")
    assert refused.value.field == "replicas"


@pytest.mark.parametrize(("changed", "field"), [
    ({"name": " "}, "name"),
    ({"database": ""}, "database"),
    ({"database": "x" * 64}, "database"),
    ({"hosts": ()}, "path"),
    ({"tls": Tls.PLAIN, "ca_file": "/ca.crt"}, "tls"),
])  # fmt: skip
def test_a_profile_is_refused_at_the_field(changed: dict[str, Any], field: str) -> None:
    assert PROFILE.checked() is PROFILE
    with pytest.raises(Refused) as refused:
        replace(PROFILE, **changed).checked()
    assert refused.value.field == field


def test_profiles_are_kept_as_text_and_read_back() -> None:
    several = (
        replace(PROFILE, tls=Tls.ENCRYPTED, replicas=(Host("db2", 5433),), shop="小店", remember=True),
        Profile("p2", "File", path="/shop/shop.db"),
    )
    assert connection.load(connection.dump(several)) == several


@pytest.mark.parametrize("text", [
    "", "{", "[1]", '[{"id": "x"}]', '[{"id": "a", "name": "b", "hosts": 3}]', '{"id": "a"}',
    '[{"id": "a", "name": "b", "hosts": [["h", 1]], "database": "d", "tls": "prefer"}]',
])  # fmt: skip
def test_what_cannot_be_read_is_left_out(text: str) -> None:
    assert connection.load(text) == ()


def test_the_line_is_proven_unless_somebody_chose_otherwise() -> None:
    url = PROFILE.server.url("shop.chen", "secret canary", application="pointsdesk/1 till")
    said = dict(url.query)
    assert said["sslmode"] == "verify-full"
    assert said["sslrootcert"]
    assert said["target_session_attrs"] == "read-write"
    assert said["require_auth"] == "scram-sha-256"
    assert int(str(said["connect_timeout"])) <= 5
    assert "secret canary" not in str(url)
    several = replace(PROFILE, hosts=(Host("db1"), Host("fd00::2", 5433)), ca_file="/ca.crt").server
    said = dict(several.url("u", "p", application="").query)
    assert (said["host"], said["port"], said["sslrootcert"]) == ("db1,fd00::2", "5432,5433", "/ca.crt")
    chosen = replace(PROFILE, tls=Tls.ENCRYPTED).server.url("u", "p", application="")
    assert chosen.query["sslmode"] == "require"
    assert "sslrootcert" not in chosen.query
    local = replace(PROFILE, hosts=(Host("/run/postgresql"),)).server.url("u", "p", application="")
    assert local.query["sslmode"] == "disable"


def test_every_weaker_line_has_its_warning() -> None:
    assert {tls for tls in Tls if not connection.TLS_WARNINGS[tls]} == {Tls.VERIFIED}
    assert set(connection.TLS_TITLES) == set(Tls)


def test_nobody_is_named_to_the_server() -> None:
    assert application_name("0.1.0", "前台-1 till/2") == "pointsdesk/0.1.0 ---1-till-2"
    assert len(application_name("0.1.0", "x" * 100)) <= 63


def test_an_address_that_is_none_is_told_without_what_may_be_a_password() -> None:
    with pytest.raises(Trouble) as trouble:
        parse("postgresql://me:secret canary@db:port/shop")
    assert "canary" not in trouble.value.text()


# -- examining -----------------------------------------------------------------------------------------------------


def profile(served: Served, **changed: Any) -> Profile:
    where = served.address()
    return replace(Profile("p", "Shop", hosts=where.hosts, database=where.database, ca_file=where.ca_file), **changed)


def bad(report: Report) -> list[tuple[str, str]]:
    return [(line.check, line.text()) for line in report.lines if line.verdict is Verdict.BAD]


def test_all_is_well(served: Served) -> None:
    report = examine(profile(served), "Manager ", shop.PASSWORD, workstation="till 1")
    assert report.good, bad(report)
    assert report.shop == "Test shop"
    checks = [line.check for line in report.lines]
    assert checks == [NAME, PORT_, TLS_, PASSWORD, DATABASE, "Version of the server", "Speed", ROLES, SHOP, RIGHTS]
    texts = " ".join(line.text() for line in report.lines)
    assert "The manager works in this shop." in texts
    assert "ms there and back" in texts
    assert "leads" in texts
    assert shop.PASSWORD not in repr(report)


def test_a_name_nobody_knows(served: Served) -> None:
    report = examine(profile(served, hosts=(Host("nowhere.invalid"),)), "manager", shop.PASSWORD)
    [(check, text)] = bad(report)
    assert check == NAME
    assert "“nowhere.invalid”" in text


def test_a_wrong_port(served: Served) -> None:
    with socket.socket() as taken:  # bound, so that nobody else listens there; nor do we
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        report = examine(profile(served, hosts=(Host("localhost", port),)), "manager", shop.PASSWORD)
    [(check, text)] = bad(report)
    assert check == PORT_
    assert f"port {port}" in text


def test_a_port_that_takes_calls_and_never_answers(served: Served) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        began = time.monotonic()
        report = examine(profile(served, hosts=(Host("localhost", mute.getsockname()[1]),)), "manager", "x")
        assert time.monotonic() - began < 30
    [(check, text)] = bad(report)
    assert check == TLS_
    assert "does not answer" in text


def test_something_else_listens_there(served: Served) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        thread = threading.Thread(target=_greet, args=(other,))
        thread.start()
        report = examine(profile(served, hosts=(Host("localhost", other.getsockname()[1]),)), "manager", "x")
        thread.join(10)
    [(_check, text)] = bad(report)
    assert "no database server" in text


def _greet(server: socket.socket) -> None:
    line, _address = server.accept()
    with line:
        line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_a_server_without_encryption_is_not_spoken_to(served: Served) -> None:
    served.encrypt(on=False)
    for tls in (Tls.VERIFIED, Tls.ENCRYPTED):
        ca = served.address().ca_file if tls is Tls.VERIFIED else ""
        [(check, text)] = bad(examine(profile(served, tls=tls, ca_file=ca), "manager", shop.PASSWORD))
        assert check == TLS_
        assert "does not encrypt" in text
        url = profile(served, tls=tls, ca_file=ca).server.url("u", "p", application="")
        with pytest.raises(Exception, match="SSL"):
            engine_for(url).connect()


def test_only_who_chose_it_goes_without_encryption_and_is_warned(served: Served) -> None:
    served.encrypt(on=False)
    report = examine(profile(served, tls=Tls.PLAIN, ca_file=""), "manager", shop.PASSWORD)
    assert report.good, bad(report)
    [warned] = [line for line in report.lines if line.verdict is Verdict.WARNING]
    assert "can read" in warned.text()


def test_another_authority(served: Served, tmp_path: Path) -> None:
    other = Authority(tmp_path)
    for ca in (str(other.certificate), ""):
        [(check, text)] = bad(examine(profile(served, ca_file=ca), "manager", shop.PASSWORD))
        assert check == TLS_
        assert "signed by nobody" in text


def test_a_file_that_holds_no_certificate(served: Served, tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text("no certificate")
    for name in ("ca.crt", "missing.crt"):
        [(check, text)] = bad(examine(profile(served, ca_file=str(tmp_path / name)), "manager", shop.PASSWORD))
        assert (check, "cannot be read" in text) == (TLS_, True)


def test_a_certificate_made_out_to_another_name(served: Served) -> None:
    report = examine(profile(served, hosts=(Host("127.0.0.1", served.port),)), "manager", shop.PASSWORD)
    [(check, text)] = bad(report)
    assert check == TLS_
    assert "another name" in text
    served.show("db.shop.lan", "127.0.0.1")
    assert examine(profile(served, hosts=(Host("127.0.0.1", served.port),)), "manager", shop.PASSWORD).good


def test_a_certificate_that_expired(served: Served) -> None:
    served.show("localhost", days=-3)
    [(check, text)] = bad(examine(profile(served), "manager", shop.PASSWORD))
    assert check == TLS_
    assert "expired" in text


@pytest.mark.parametrize(("login", "password"), [("manager", "not the password"), ("nobody", shop.PASSWORD)])
def test_a_wrong_password_and_an_unknown_name_sound_the_same(served: Served, login: str, password: str) -> None:
    assert bad(examine(profile(served), login, password)) == [(PASSWORD, "Wrong name or password.")]


def test_no_such_database(served: Served) -> None:
    role = login_role("shoq", "manager")
    served.execute(f"CREATE ROLE \"{role}\" LOGIN PASSWORD '{shop.PASSWORD}'")
    try:
        [(check, text)] = bad(examine(profile(served, database="shoq"), "manager", shop.PASSWORD))
    finally:
        served.execute(f'DROP ROLE "{role}"')
    assert check == DATABASE
    assert "“shoq”" in text


def test_an_account_that_is_switched_off_at_the_server(served: Served) -> None:
    role = login_role(shop.DATABASE, "counter")
    served.execute(f'ALTER ROLE "{role}" NOLOGIN')
    try:
        [(_check, text)] = bad(examine(profile(served), "counter", shop.PASSWORD))
    finally:
        served.execute(f'ALTER ROLE "{role}" LOGIN')
    assert "switched off" in text


def test_rights_that_are_missing(served: Served) -> None:
    role = login_role(shop.DATABASE, "poor")
    served.execute(f"CREATE ROLE \"{role}\" LOGIN PASSWORD '{shop.PASSWORD}'")
    try:
        [(check, text)] = bad(examine(profile(served), "poor", shop.PASSWORD))
        assert check == DATABASE
        assert "may not open" in text
        served.execute(f'GRANT CONNECT ON DATABASE {shop.DATABASE} TO "{role}"')
        [(check, text)] = bad(examine(profile(served), "poor", shop.PASSWORD))
        assert check == RIGHTS
        assert "may not read" in text
    finally:
        served.execute(f'DROP OWNED BY "{role}"', f'DROP ROLE "{role}"', database=shop.DATABASE)


@pytest.fixture
def stranger(served: Served) -> Iterator[str]:
    """A role with every right that belongs to no operator."""
    role = login_role(shop.DATABASE, "ghost")
    served.execute(f"CREATE ROLE \"{role}\" LOGIN SUPERUSER PASSWORD '{shop.PASSWORD}'")
    yield "ghost"
    served.execute(f'DROP ROLE "{role}"')


def test_an_account_of_nobody_who_works_here(served: Served, stranger: str) -> None:
    [(check, text)] = bad(examine(profile(served), stranger, shop.PASSWORD))
    assert check == RIGHTS
    assert "“ghost”" in text


def test_a_shop_of_another_version(served: Served) -> None:
    version = _version(served)
    try:
        for other, words in (("9999", "newer"), ("", "no PointsDesk shop")):
            served.execute(f"UPDATE alembic_version SET version_num = '{other}'", database=shop.DATABASE)
            [(check, text)] = bad(examine(profile(served), "manager", shop.PASSWORD))
            assert check == SHOP
            assert words in text
    finally:
        served.execute(f"UPDATE alembic_version SET version_num = '{version}'", database=shop.DATABASE)


def _version(served: Served) -> str:
    with psycopg.connect(served.server.conninfo(shop.DATABASE)) as direct:
        row = direct.execute("SELECT version_num FROM alembic_version").fetchone()
    assert row is not None
    return str(row[0])


def test_an_old_server(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_admin.services.connection.examining.OLDEST", 99)
    [(_check, text)] = bad(examine(profile(served), "manager", shop.PASSWORD))
    assert "needs 99 or newer" in text


def test_one_of_two_servers_is_away(served: Served) -> None:
    hosts = (Host("nowhere.invalid"), Host("localhost", served.port))
    report = examine(profile(served, hosts=hosts), "manager", shop.PASSWORD)
    assert report.good, bad(report)
    [warned] = [line for line in report.lines if line.verdict is Verdict.WARNING]
    assert "nowhere.invalid" in warned.text()


def test_a_socket_on_this_machine_needs_no_encryption(served: Served) -> None:
    address = Server((Host(str(served.server.folder), served.port),), shop.DATABASE)
    report = examine(replace(profile(served), hosts=address.hosts, ca_file=""), "manager", shop.PASSWORD)
    [(check, text)] = bad(report)  # the tests' socket lets everybody in, which is told
    assert check == PASSWORD
    assert "without asking" in text
    with pytest.raises(Exception, match="authentication"):
        engine_for(address.url(login_role(shop.DATABASE, "manager"), "any", application="")).connect()


def test_a_file(tmp_path: Path, database_url: str, engine: str) -> None:
    missing = examine(Profile("f", "File", path=str(tmp_path / "none.db")), "", "")
    assert "no database file" in bad(missing)[0][1]
    if engine == "sqlite":
        report = examine(Profile("f", "File", path=database_url.removeprefix("sqlite:///")), "", "")
        assert (report.good, report.shop) == (True, "Test shop")
