"""Signing in, taking over by PIN, own passwords: what is refused, what is counted, what is left behind."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from desktop_admin.services import audit, branches, operators, shifts
from desktop_admin.services.command import new_request
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.operators import secrets
from desktop_admin.services.permissions import Role
from tests.founding import PASSWORD
from tests.services.staff import OWN, TILL, As, change_own, create, given, quicken, refused, sign_in


@pytest.fixture(autouse=True)
def _quick_hashes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for the tests that look at the real figures."""
    if not request.node.get_closest_marker("slow"):
        quicken(monkeypatch)


def trail(database: Database, as_role: As) -> list[tuple[str, str]]:
    rows = database.read(lambda work: audit.page(work, descending=False), actor=as_role("auditor")).rows
    return [(row.who, row.action) for row in rows]


def test_a_person_signs_in(database: Database, as_role: As) -> None:
    actor = sign_in(database, login="  Manager ")
    assert (actor.operator_id, actor.role, actor.workstation) == (as_role("manager").operator_id, "manager", TILL)
    assert trail(database, as_role) == [("The manager", "sign in")]


@pytest.mark.slow
def test_the_figures_of_the_hash(database: Database) -> None:
    """ASVS 5.0 appendix C: t >= 3 with at least 12 MiB; ours takes 64."""
    sign_in(database)
    stored = database.read(lambda work: work.value(Sql("SELECT password_hash FROM operator WHERE login = 'manager'")))
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=1$"), "hashed anew with today's figures"
    assert secrets.needs_rehash(stored) is False


@pytest.mark.slow
def test_an_unknown_name_takes_as_long_and_hears_the_same(database: Database) -> None:
    sign_in(database)  # the stored hash has today's figures now
    times, texts = {}, {}
    for name in ("manager", "nobody"):
        begun = time.perf_counter()
        texts[name] = refused(lambda name=name: sign_in(database, name, "wrong words")).text()
        times[name] = time.perf_counter() - begun
    assert texts["manager"] == texts["nobody"]
    assert times["nobody"] > times["manager"] / 3


def test_nobody_signs_in_as_the_program(database: Database) -> None:
    assert refused(lambda: sign_in(database, "system", PASSWORD)).field == "password"


def test_after_five_failures_one_waits(database: Database, clock: SetClock) -> None:
    for _ in range(5):
        assert "Wrong" in refused(lambda: sign_in(database, password="wrong")).message
    told = refused(lambda: sign_in(database))
    assert told.facts["seconds"] == 1
    clock.at += timedelta(seconds=1)
    sign_in(database)
    refused(lambda: sign_in(database, password="wrong"))
    assert sign_in(database), "the right password forgot the failures"


def test_ten_failures_lock_for_a_quarter_of_an_hour_here_only(database: Database, clock: SetClock, as_role: As) -> None:
    for _ in range(10):
        clock.at += timedelta(minutes=1)
        refused(lambda: sign_in(database, password="wrong"))
    assert refused(lambda: sign_in(database)).facts["wait"] == "15:00"
    assert sign_in(database, workstation="till 2"), "nobody locks a colleague out from another till"
    who = as_role("manager").operator_id
    unlock = lambda work: operators.unlock(work, request=new_request(), operator_id=who)  # noqa: E731
    database.write(unlock, actor=as_role("administrator"))
    assert sign_in(database)


def test_a_hundred_failures_lock_the_name_everywhere(database: Database, clock: SetClock) -> None:
    fill = Sql("INSERT INTO sign_in_failure (login, workstation, failures, last_at) VALUES ('manager', :w, 9, :at)")
    at = "2026-03-01T00:00:00.000000Z"
    database.write(lambda work: work.run_many(fill, [{"w": f"x{n}", "at": at} for n in range(12)]), actor=None)
    assert refused(lambda: sign_in(database)).facts["locked"] is True


def test_parallel_guesses_all_count(database: Database) -> None:
    answers: list[str] = []

    def guess() -> None:
        try:
            sign_in(database, password="wrong")
        except Refused as error:
            answers.append(error.message)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("Wrong" in answer for answer in answers) == 5


def test_a_failure_leaves_a_trace(database: Database, as_role: As) -> None:
    refused(lambda: sign_in(database, "nobody\n\x1b[31m", "wrong"))
    page = database.read(audit.page, actor=as_role("auditor"))
    assert page.rows[0].action == "sign-in failed"
    detail = database.read(lambda work: audit.detail(work, audit_id=page.rows[0].id), actor=as_role("auditor"))
    assert {c.field: c.after for c in detail.changes}["workstation"] == TILL


def test_a_switched_off_account(database: Database, as_role: As) -> None:
    switch_off(database, as_role, "manager")
    assert "Wrong" in refused(lambda: sign_in(database, password="wrong")).message
    assert "switched off" in refused(lambda: sign_in(database)).message


def switch_off(database: Database, as_role: As, role: str) -> None:
    who = as_role(role).operator_id
    admin = as_role("administrator")
    row = database.read(lambda work: operators.card(work, operator_id=who), actor=admin)
    database.write(
        lambda work: operators.set_active(
            work, request=new_request(), operator_id=who, version=row.version, active=False
        ),
        actor=admin,
    )


def test_switching_off_holds_from_the_next_act_on(database: Database, as_role: As) -> None:
    counter = as_role("counter")
    database.read(branches.names, actor=counter)
    switch_off(database, as_role, "counter")
    assert refused(lambda: database.read(branches.names, actor=counter)).facts["signed_out"] is True


def test_a_demotion_holds_from_the_next_act_on(database: Database, as_role: As) -> None:
    admin, manager = as_role("administrator"), as_role("manager")
    open_branch = lambda code: lambda work: branches.create(work, request=new_request(), code=code, name="x")  # noqa: E731
    second = create(database, as_role, "second", "administrator")
    promoted = replace(manager, operator_id=second, role=admin.role)
    change_own(database, promoted)
    database.write(open_branch("02"), actor=promoted)
    edit = lambda work: operators.edit(  # noqa: E731
        work, request=new_request(), operator_id=second, version=1, name="Second", role="counter",
        branch_id=admin.branch_id,
    )  # fmt: skip
    database.write(edit, actor=admin)
    assert "role" in refused(lambda: database.write(open_branch("03"), actor=promoted)).message


def test_a_one_time_password_lets_one_do_nothing_but_choose_another(database: Database, as_role: As) -> None:
    create(database, as_role, "li")
    actor = sign_in(database, "li", given[-1])
    assert actor.must_change
    listing = lambda work: operators.listing(work)  # noqa: E731
    assert refused(lambda: database.read(listing, actor=replace(actor, role=Role.ADMINISTRATOR))).message
    assert refused(lambda: database.read(shifts.current, actor=actor)).facts["must_change"] is True
    actor = change_own(database, actor)
    assert not actor.must_change
    assert database.read(shifts.current, actor=actor) is not None
    assert sign_in(database, "li", OWN).must_change is False


def test_a_one_time_password_lapses(database: Database, as_role: As, clock: SetClock) -> None:
    who = create(database, as_role, "li")
    clock.at += timedelta(hours=72)
    assert sign_in(database, "li", given[-1]).must_change
    clock.at += timedelta(seconds=1)
    refusal = refused(lambda: sign_in(database, "li", given[-1]))
    assert "72 hours" in refusal.text()
    assert refused(lambda: sign_in(database, "li", "wrong words")).text() == "Wrong name or password."
    secret = operators.new_secret()
    reset = lambda work: operators.reset_password(  # noqa: E731
        work, request=new_request(), operator_id=who, secret_hash=secret.hash, verifier=secret.verifier
    )
    database.write(reset, actor=as_role("administrator"))
    actor = sign_in(database, "li", secret.plain)
    operators.change_password(database, actor=actor, old=secret.plain, new=OWN)
    clock.at += timedelta(days=400)
    assert sign_in(database, "li", OWN).must_change is False


def test_a_second_pair_of_eyes(database: Database, as_role: As) -> None:
    admin = as_role("administrator")
    confirm = lambda login, password: operators.confirm(database, actor=admin, login=login, password=password)  # noqa: E731
    assert confirm("manager", PASSWORD).operator_id == as_role("manager").operator_id
    for login, password in (("manager", "wrong"), ("administrator", PASSWORD), ("clerk", PASSWORD), ("x", PASSWORD)):
        assert refused(lambda login=login, password=password: confirm(login, password)).field == "witness"
    assert ("PointsDesk", "sign-in failed") in trail(database, as_role)


@pytest.mark.parametrize(
    ("new", "says"),
    [("short", "at least"), ("password123", "first that are guessed"), ("manager!", "name"), (PASSWORD, "old one"),
     ("x" * 129, "at most"), ("Test shop 1", "name")],
)  # fmt: skip
def test_poor_passwords_are_refused(database: Database, as_role: As, new: str, says: str) -> None:
    told = refused(lambda: operators.change_password(database, actor=as_role("manager"), old=PASSWORD, new=new))
    assert told.field == "new"
    assert re.search(says, told.message)


def test_the_old_password_is_asked(database: Database, as_role: As) -> None:
    told = refused(lambda: operators.change_password(database, actor=as_role("manager"), old="wrong", new=OWN))
    assert told.field == "old"
    sign_in(database)


def test_a_pin_works_where_one_signed_in_today(database: Database, as_role: As, clock: SetClock) -> None:
    manager = sign_in(database)
    operators.set_pin(database, actor=manager, password=PASSWORD, pin="135790")
    switch = lambda pin, till: operators.switch(  # noqa: E731
        database, operator_id=manager.operator_id, pin=pin, workstation=till
    )
    assert switch("135790", TILL).role == "manager"
    assert refused(lambda: switch("135790", "till 2")).facts["password"] is True
    here = database.read(lambda work: operators.colleagues(work, workstation=TILL), actor=manager)
    assert [c.login for c in here if c.by_pin] == ["manager"]
    clock.at += timedelta(days=1)
    assert refused(lambda: switch("135790", TILL)).facts["password"] is True


def test_a_pin_outlives_the_shift(database: Database, as_role: As, clock: SetClock) -> None:
    """A shift is the till's, and whoever closes it may be another than who works on: the day ends a PIN."""
    manager = sign_in(database, "manager", PASSWORD)
    operators.set_pin(database, actor=manager, password=PASSWORD, pin="135790")
    closed = database.write(lambda work: shifts.close(work, request=new_request()), actor=manager)
    assert closed.result.closed_at is not None
    come_back = lambda: operators.switch(  # noqa: E731
        database, operator_id=manager.operator_id, pin="135790", workstation=TILL
    )
    assert come_back() == manager
    clock.at += timedelta(days=1)
    assert refused(come_back).facts["password"]


def test_five_wrong_pins_ask_for_the_password(database: Database) -> None:
    manager = sign_in(database)
    operators.set_pin(database, actor=manager, password=PASSWORD, pin="135790")
    switch = lambda pin: operators.switch(  # noqa: E731
        database, operator_id=manager.operator_id, pin=pin, workstation=TILL
    )
    lefts = [refused(lambda: switch("000001")).facts["left"] for _ in range(5)]
    assert lefts == [4, 3, 2, 1, 0]
    assert refused(lambda: switch("135790")).facts["password"] is True
    sign_in(database)
    assert switch("135790")


@pytest.mark.parametrize("pin", ["12345", "123456", "111111", "abcdef", "１２３４５８", "1234567890123"])
def test_poor_pins_are_refused(database: Database, as_role: As, pin: str) -> None:
    told = refused(lambda: operators.set_pin(database, actor=as_role("manager"), password=PASSWORD, pin=pin))
    assert told.field == "pin"


def test_the_machine_says_which_branch(database: Database, as_role: As) -> None:
    admin = as_role("administrator")
    made = database.write(
        lambda work: branches.create(work, request=new_request(), code="02", name="Harbour"), actor=admin
    ).result
    actor = sign_in(database, branch_id=made.branch_id)
    assert (actor.branch_id, actor.branch_name) == (made.branch_id, "Harbour")


def test_no_secret_is_kept_in_the_open(database: Database, as_role: As) -> None:
    create(database, as_role, "li")
    actor = change_own(database, sign_in(database, "li", given[-1]))
    operators.set_pin(database, actor=actor, password=OWN, pin="246813")
    for table, columns in (("receipt", "body"), ("audit", "before || after"), ("operation", "parameters")):
        for (text,) in database.read(lambda work, t=table, c=columns: work.all(Sql(f"SELECT {c} AS x FROM {t}"))):
            for secret in (given[-1], OWN, "246813", "$argon2"):
                assert secret not in text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_file_nobody_may_write_opens_for_reading(
    database: Database, database_url: str, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_admin.services.database.opening.os.access", lambda *_args: False)
    shown = Database.open(database_url, clock=clock)
    try:
        assert shown.readonly
        assert not database.readonly
    finally:
        shown.close()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_medium_that_cannot_be_written(database: Database, database_url: str, clock: SetClock) -> None:
    """Everything is shown, nothing is done; signing in writes nothing either."""
    database.close()
    shown = Database.open(database_url, clock=clock, readonly=True)
    try:
        actor = sign_in(shown)
        assert shown.read(branches.names, actor=actor)
        with pytest.raises(Trouble, match="only be read"):
            shown.write(lambda work: None, actor=actor)
        assert "Wrong" in refused(lambda: sign_in(shown, password="wrong")).message
    finally:
        shown.close()


def test_a_pin_may_be_typed_in_the_place_of_the_password(database: Database) -> None:
    enter = lambda typed: operators.enter(database, login="Manager", password=typed, workstation=TILL)  # noqa: E731
    manager = enter(PASSWORD)
    operators.set_pin(database, actor=manager, password=PASSWORD, pin="135790")
    assert enter("135790") == manager
    assert refused(lambda: enter("135791")).field == "password"
    assert "name or password" in refused(
        lambda: operators.enter(database, login="clerk", password="135790", workstation=TILL)
    ).message
