"""A shop on a server, attacked by people with a database prompt and an operator's password: every line is denied."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from desktop_admin.services import approvals, doctor, members, operators, shop
from desktop_admin.services.command import new_request
from desktop_admin.services.database import ledgers, schema
from desktop_admin.services.database.authority import grants, standing
from desktop_admin.services.database.authority.names import account_name, login_role
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.operators import secrets
from desktop_admin.services.permissions import Role
from desktop_admin.services.work import Work
from tests import founding
from tests.databases import MORNING

if TYPE_CHECKING:
    from tests.postgres import Socket

DENIED = (psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException, psycopg.errors.WrongObjectType)
_NUMBERS = itertools.count(1)
LEDGERS = sorted({*ledgers.APPEND_ONLY, "lot"} - {"zero"})


class Served:
    """A shop with roles, and its operators at a prompt."""

    def __init__(self, socket: Socket, name: str) -> None:
        clock = SetClock(MORNING)
        self.socket, self.name = socket, name
        self.url = socket.create(name)
        self.founded = founding.found(self.url, clock)
        self.database = Database.open(self.url, clock=clock)

    @contextmanager
    def prompt(self, who: str) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(self.socket.conninfo(self.name, f"{self.name}.{who}"), autocommit=True) as connection:
            yield connection

    def member(self) -> int:
        """A member's id, another each time."""
        phone = f"138{next(_NUMBERS):08}"
        enrol = partial(members.enrol, request=new_request(), name="Li Lei", phone=phone, consent_terms=True)
        return int(self.database.write(enrol, actor=self.founded.actors["manager"]).result.member_id)

    def denied(self, who: str, *statements: str) -> str:
        """What the server says to these statements, run in one transaction; fails where it says nothing."""
        with self.prompt(who) as connection, pytest.raises(DENIED) as said:
            _together(connection, statements)
        return str(said.value)


@pytest.fixture(scope="module")
def served(postgres: Socket) -> Iterator[Served]:
    """One for all: what is denied leaves nothing."""
    name = f"pd_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_attacked"
    postgres.drop(name)
    one = Served(postgres, name)
    try:
        yield one
        assert founding.faults(one.database) == []
    finally:
        one.database.close()
        postgres.drop(name)


@pytest.mark.parametrize("table", LEDGERS)
def test_ledgers_are_written_by_functions_alone(served: Served, table: str) -> None:
    """Not even who runs the shop: there is no right to add, change, delete or empty."""
    served.member()
    for who in ("counter", "clerk", "manager", "auditor", "administrator"):
        served.denied(who, f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1")
        served.denied(who, f"UPDATE {table} SET {schema.columns('postgresql')[table][-1]} = NULL")
        served.denied(who, f"DELETE FROM {table}")
        served.denied(who, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE entry DISABLE TRIGGER ALL",
        "ALTER TABLE entry DISABLE TRIGGER USER",
        "DROP TRIGGER entry_is_ledger ON entry",
        "SET session_replication_role = replica",
        'SET ROLE "{shop}:owner"',
        'SET ROLE "{shop}:keeper"',
        'SET ROLE "{shop}:migrator"',
        'SET ROLE "{shop}:system"',
        "SET SESSION AUTHORIZATION postgres",
        'SET SESSION AUTHORIZATION "{shop}.administrator"',
        "CREATE TEMP TABLE operator (id bigint, account text, role text, active int)",
        "CREATE TABLE public.shadow (n int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION public.leave(a text, b name) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "CREATE ROLE friend LOGIN SUPERUSER",
        "GRANT pg_execute_server_program TO CURRENT_USER",
        'ALTER ROLE "{shop}.administrator" PASSWORD \'mine\'',
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "SELECT pg_read_file('/etc/passwd')",
        "UPDATE member SET balance = 1000000",
        "UPDATE member SET last_seq = 0, head = ''",
        "UPDATE member SET remark = 'no operation, no trace'",
        "UPDATE operator SET role = 'administrator'",
        "UPDATE operator SET password_hash = ''",
        "SELECT password_hash FROM operator",
        "SELECT pin_hash FROM operator",
        "UPDATE stock SET on_hand = 99",
        "UPDATE setting SET value = '{{}}' WHERE name = 'limits'",
        "INSERT INTO operator SELECT * FROM operator",
    ],
)
def test_a_prompt_opens_no_other_way(served: Served, statement: str) -> None:
    served.member()
    served.denied("counter", statement.replace("{shop}", served.name).replace("{{}}", "{}"))


def test_the_same_holds_for_a_manager_and_an_auditor(served: Served) -> None:
    for who in ("manager", "auditor"):
        served.denied(who, f'SET ROLE "{served.name}:owner"')
        served.denied(who, "UPDATE operator SET role = 'administrator'")
        served.denied(who, "UPDATE setting SET value = '{}'")
        served.denied(who, "CREATE TEMP TABLE member (id bigint)")


def test_nobody_can_connect_as_owner_keeper_or_group(served: Served) -> None:
    for name in ("owner", "keeper", "counter", "administrator"):
        with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
            psycopg.connect(served.socket.conninfo(served.name, f"{served.name}:{name}"))


def test_no_login_may_make_roles(served: Served) -> None:
    with psycopg.connect(served.socket.conninfo(served.name)) as connection:
        powerful = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname <> 'postgres' "
            "AND (rolcreaterole OR rolcreatedb OR rolsuper OR rolbypassrls)"
        ).fetchall()
    assert powerful == []


def test_passwords_are_made_by_the_client_alone(served: Served) -> None:
    """``keep_account`` takes a verifier for one's own account, and nothing else from who is no administrator."""
    me = served.founded.actors["counter"].operator_id
    boss = served.founded.actors["administrator"].operator_id
    good = secrets.verifier("quite another 77")
    served.denied("counter", f"SELECT keep_account({boss}, '{good}')")
    served.denied("counter", f"SELECT keep_account({me}, 'secret')")
    served.denied("counter", f"SELECT keep_account({me}, NULL)")
    with served.prompt("counter") as connection:
        connection.execute(f"SELECT keep_account({me}, '{good}')".encode())
    stored = f"SELECT rolpassword FROM pg_authid WHERE rolname = '{served.name}.counter'"
    with psycopg.connect(served.socket.conninfo(served.name)) as connection:
        assert connection.execute(stored.encode()).fetchone() == (good,)


def test_a_password_that_was_given_lapses_on_the_server(served: Served) -> None:
    """Three days for what an administrator gave, no end for what one chose; nobody stretches their own."""
    me = served.founded.actors["clerk"].operator_id
    role = f"{served.name}.clerk"
    given, own = secrets.new_secret(), secrets.verifier("quite another 77")
    left = f"SELECT rolvaliduntil - now() FROM pg_roles WHERE rolname = '{role}'".encode()
    endless = f"SELECT rolvaliduntil = 'infinity' FROM pg_roles WHERE rolname = '{role}'".encode()
    reset = partial(
        operators.reset_password, request=new_request(), operator_id=me, secret_hash=given.hash, verifier=given.verifier
    )
    served.database.write(reset, actor=served.founded.actors["administrator"])
    with psycopg.connect(served.socket.conninfo(served.name)) as direct:
        hours = direct.execute(left).fetchone()
    assert hours is not None
    assert timedelta(hours=71) < hours[0] <= timedelta(hours=72)
    served.denied("clerk", f"ALTER ROLE \"{role}\" VALID UNTIL 'infinity'")
    served.denied("clerk", f"SELECT keep_account({me}, NULL)")
    with served.prompt("clerk") as connection:
        connection.execute(f"SELECT keep_account({me}, '{own}')".encode())
    with psycopg.connect(served.socket.conninfo(served.name)) as direct:
        assert direct.execute(endless).fetchone() == (True,)


def test_an_administrator_cannot_reach_other_roles_of_the_server(served: Served) -> None:
    """The account in the row must be one of this shop."""
    boss = served.founded.actors["counter"].operator_id
    verifier = secrets.verifier("quite another 77")
    for account in ("postgres", f"{served.name}:owner", "other.shop", f"{served.name[:-1]}_.counter"):
        with psycopg.connect(served.socket.conninfo(served.name)) as connection:
            connection.execute("UPDATE operator SET account = %s WHERE id = %s", (account, boss))
            connection.execute(f'SET SESSION AUTHORIZATION "{served.name}.administrator"'.encode())
            with pytest.raises(DENIED):
                connection.execute("SELECT keep_account(%s, %s)", (boss, verifier))
            connection.rollback()


def test_one_s_own_request_is_not_approved_at_the_prompt(served: Served) -> None:
    manager, counter = served.founded.actors["manager"], served.founded.actors["counter"]
    member = served.member()
    facts = {"member_id": member, "points": 100_000, "reason": "service"}
    ask = partial(
        approvals.ask, request=new_request(), act_request=new_request(), kind="points.adjust", parameters=facts
    )
    asked = served.database.write(ask, actor=counter).result.approval_id
    decide = f"UPDATE approval SET state = 'approved', decider_id = {{}}, decided_at = 'x' WHERE id = {asked}"
    served.denied("counter", decide.format(counter.operator_id))
    served.denied("counter", decide.format(manager.operator_id))
    served.denied("manager", decide.format(counter.operator_id))
    served.denied("manager", decide.format(manager.operator_id))  # and nothing was done
    assert served.database.read(lambda work: work.value(_STATE, id=asked)) == "open"


def test_tills_see_the_shifts_of_their_own_branch(served: Served) -> None:
    with psycopg.connect(served.socket.conninfo(served.name)) as connection:
        connection.execute("INSERT INTO branch (id, code, name) VALUES (77, '77', 'Elsewhere')")
        for branch in (served.founded.branch_id, 77):
            connection.execute(
                "INSERT INTO shift (branch_id, workstation, opened_at, opened_by, first_operation) "
                "VALUES (%s, 't', 'x', %s, 0)", (branch, served.founded.actors["manager"].operator_id),
            )  # fmt: skip
    seen = {}
    for who in ("counter", "manager"):
        with served.prompt(who) as connection:
            seen[who] = {row[0] for row in connection.execute("SELECT branch_id FROM shift")}
    assert seen == {"counter": {served.founded.branch_id}, "manager": {served.founded.branch_id, 77}}


# what is done by hand -> what the doctor finds, and nothing else
BY_HAND: dict[str, tuple[str, str]] = {
    'GRANT UPDATE (balance) ON member TO "{shop}:counter"': ("rights-extra", "counter: update member.balance"),
    "GRANT INSERT ON entry TO PUBLIC": ("rights-extra", "PUBLIC: insert entry"),
    'GRANT DELETE ON audit TO "{shop}.manager"': ("rights-extra", "{shop}.manager: delete audit"),
    'GRANT TRUNCATE ON card TO "{shop}:clerk"': ("rights-extra", "clerk: truncate card"),
    "GRANT SELECT (pin_hash) ON operator TO PUBLIC": ("rights-extra", "PUBLIC: select operator.pin_hash"),
    'GRANT CREATE ON SCHEMA public TO "{shop}:counter"': ("rights-extra", "counter: create public"),
    'GRANT TEMPORARY ON DATABASE "{shop}" TO PUBLIC': ("rights-extra", "PUBLIC: temporary database"),
    'GRANT UPDATE ON SEQUENCE entry_id_seq TO "{shop}:counter"': ("rights-extra", "counter: update entry_id_seq"),
    "GRANT EXECUTE ON FUNCTION own_pin() TO PUBLIC": ("rights-extra", "PUBLIC: execute own_pin()"),
    'GRANT "{shop}:owner" TO "{shop}.manager"': ("rights-extra", "{shop}.manager: is owner"),
    'GRANT "{shop}:keeper" TO "{shop}.manager"': ("rights-extra", "{shop}.manager: is keeper"),
    "CREATE POLICY all_of_them ON shift USING (true)": ("rights-extra", "PUBLIC: sees in shift: all_of_them"),
    'REVOKE SELECT ON card FROM "{shop}:counter"': ("rights-missing", "counter: select card"),
    'REVOKE UPDATE (name) ON branch FROM "{shop}:administrator"': (
        "rights-missing", "administrator: update branch.name"),
    'REVOKE USAGE ON SEQUENCE member_id_seq FROM "{shop}:counter"': ("rights-missing", "counter: usage member_id_seq"),
    'REVOKE EXECUTE ON FUNCTION own_pin() FROM "{shop}:clerk"': ("rights-missing", "clerk: execute own_pin()"),
    "ALTER TABLE shift DISABLE ROW LEVEL SECURITY": ("rights-missing", "PUBLIC: sees in shift: shift_branch"),
}  # fmt: skip


@pytest.mark.parametrize("statement", sorted(BY_HAND))
def test_rights_changed_by_hand_are_found(served: Served, statement: str) -> None:
    """By whoever may run the doctor; none on a fresh set-up."""
    code, facts = BY_HAND[statement]

    def changed(work: Work) -> list[tuple[str, str]]:
        work.run(Sql(statement.replace("{shop}", served.name)))
        work.run(Sql(f'SET LOCAL SESSION AUTHORIZATION "{served.name}.auditor"'))
        found = [(fault.check, fault.facts) for fault in doctor.faults(work)]
        raise _Done(found)

    with pytest.raises(_Done) as done:
        served.database.write(changed, actor=None)
    assert done.value.args[0] == [(code, facts.replace("{shop}", served.name))]
    assert served.database.read(doctor.faults) == ()


def test_a_table_of_another_s_is_found(served: Served) -> None:
    """Whoever holds a table may do anything with it."""

    def changed(work: Work) -> list[str]:
        work.run(Sql(f'ALTER TABLE member OWNER TO "{served.name}:administrator"'))
        raise _Done([str(fault) for fault in doctor.faults(work) if fault.check == "rights-extra"])

    with pytest.raises(_Done) as done:
        served.database.write(changed, actor=None)
    assert "rights-extra #0: administrator: holds member" in done.value.args[0]


def test_a_shop_without_roles_has_no_rights_to_look_at(postgres: Socket) -> None:
    name = f"pd_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_bare_rights"
    postgres.drop(name)
    database = shop.found(postgres.create(name), name="Bare", admin_login="boss", admin_password_hash="!")
    try:
        assert database.read(doctor.faults) == ()
        assert database.read(standing.differing) == ([], [])
    finally:
        database.close()
        postgres.drop(name)


class _Done(Exception):
    """What was seen; undoes what was done to see it."""


def test_no_role_may_write_a_ledger_or_a_balance() -> None:
    books = {"last_seq", "head", "balance", "owed", "unlotted", "unused", "on_hand", "reserved", "remaining"}
    for role in Role:
        for (verb, table), names in grants.of_role(role).items():
            if verb != "select":
                assert table not in ledgers.BY_FUNCTION
                assert not (table in ("member", "stock") and verb == "update" and names & books), (role, table, names)


def test_an_operator_s_life_on_the_server(served: Served) -> None:
    """Made, demoted, switched off: the role of the server follows in the same transaction."""
    from desktop_admin.services import operators

    boss = served.founded.actors["administrator"]
    secret = secrets.new_secret()
    made = served.database.write(partial(
        operators.create, request=new_request(), login="zhang", name="Zhang", role="manager",
        branch_id=served.founded.branch_id, secret_hash=secret.hash, verifier=secret.verifier,
    ), actor=boss).result  # fmt: skip
    account = login_role(served.name, "zhang")
    assert _groups(served, account) == {f"{served.name}:manager"}
    edited = served.database.write(partial(
        operators.edit, request=new_request(), operator_id=made.operator_id, version=made.version, name="Zhang",
        role="counter", branch_id=served.founded.branch_id,
    ), actor=boss).result  # fmt: skip
    assert _groups(served, account) == {f"{served.name}:counter"}
    with served.prompt("zhang") as connection:
        served.database.write(partial(
            operators.set_active, request=new_request(), operator_id=made.operator_id, version=edited.version,
            active=False,
        ), actor=boss)  # fmt: skip
        with pytest.raises(psycopg.OperationalError):  # the session was ended
            connection.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"), served.prompt("zhang"):
        pass


def test_names_of_accounts() -> None:
    assert login_role("shop", "zhang") == "shop.zhang"
    assert account_name("shop", "张三") != account_name("shop", "李四")
    assert len(login_role("数" * 40, "张" * 60).encode()) <= 63
    assert login_role("shop", "x0123456789abcdef") != "shop.x0123456789abcdef"  # nobody picks another's digest


def _together(connection: psycopg.Connection[Any], statements: tuple[str, ...]) -> None:
    with connection.transaction():
        for statement in statements:
            connection.execute(statement.encode())


def _groups(served: Served, account: str) -> set[str]:
    with psycopg.connect(served.socket.conninfo(served.name)) as connection:
        rows = connection.execute(
            "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid "
            "JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = %s", (account,),
        ).fetchall()  # fmt: skip
    return {row[0] for row in rows}


_STATE = Sql("SELECT state FROM approval WHERE id = :id")
