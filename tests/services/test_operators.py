"""Signing in, taking over by PIN, own passwords: what is refused, what is counted, what is left behind."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from desktop_admin.services import audit, branches, operators
from desktop_admin.services.command import new_request
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.operators import accounts, secrets
from desktop_admin.services.work import Actor, Work
from tests.founding import PASSWORD

OWN = "nine green bottles"
TILL = "till 1"
As = Callable[[str], Actor]


@pytest.fixture(autouse=True)
def _quick_hashes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hash with few resources, but for the tests that look at the real figures."""
    if request.node.get_closest_marker("slow"):
        yield
        return
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(secrets, "_hasher", lambda: quick)
    yield


def sign_in(database: Database, login: str = "manager", password: str = PASSWORD, **more: Any) -> Actor:
    more.setdefault("workstation", TILL)
    return operators.sign_in(database, login=login, password=password, **more)


def refused(call: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value


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


def create(database: Database, as_role: As, login: str, role: str = "counter", **more: Any) -> int:
    secret = operators.new_secret()
    admin = as_role("administrator")
    saved = database.write(
        lambda work: operators.create(
            work, request=new_request(), login=login, name=login.title(), role=role, branch_id=admin.branch_id,
            secret_hash=secret.hash, **more,
        ),
        actor=admin,
    ).result  # fmt: skip
    create.secret = secret.plain  # type: ignore[attr-defined]
    return saved.operator_id


def change_own(database: Database, actor: Actor) -> Actor:
    return operators.change_password(database, actor=actor, old=create.secret, new=OWN)  # type: ignore[attr-defined]


def test_a_one_time_password_lets_one_do_nothing_but_choose_another(database: Database, as_role: As) -> None:
    create(database, as_role, "li")
    actor = sign_in(database, "li", create.secret)  # type: ignore[attr-defined]
    assert actor.must_change
    listing = lambda work: operators.listing(work)  # noqa: E731
    assert refused(lambda: database.read(listing, actor=replace(actor, role="administrator"))).message
    from desktop_admin.services import shifts

    assert refused(lambda: database.read(shifts.current, actor=actor)).facts["must_change"] is True
    actor = change_own(database, actor)
    assert not actor.must_change
    assert database.read(shifts.current, actor=actor) is not None
    assert sign_in(database, "li", OWN).must_change is False


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
    actor = change_own(database, sign_in(database, "li", create.secret))  # type: ignore[attr-defined]
    operators.set_pin(database, actor=actor, password=OWN, pin="246813")
    for table, columns in (("receipt", "body"), ("audit", "before || after"), ("operation", "parameters")):
        for (text,) in database.read(lambda work, t=table, c=columns: work.all(Sql(f"SELECT {c} AS x FROM {t}"))):
            for secret in (create.secret, OWN, "246813", "$argon2"):  # type: ignore[attr-defined]
                assert secret not in text


# -- keeping operators ---------------------------------------------------------------------------------------------


def test_names_are_taken_once(database: Database, as_role: As) -> None:
    create(database, as_role, "Li")
    assert refused(lambda: create(database, as_role, " lI ")).field == "login"
    for poor in ("", "a b", "pin:1"):
        assert refused(lambda poor=poor: create(database, as_role, poor)).field == "login"
    assert refused(lambda: create(database, as_role, "x", "system")).field == "role"
    assert refused(lambda: create(database, as_role, "x", card="nobody's")).field == "card"


def test_the_last_administrator_stays_one(database: Database, as_role: As) -> None:
    admin = as_role("administrator")
    demote = lambda work: operators.edit(  # noqa: E731
        work, request=new_request(), operator_id=admin.operator_id, version=1, name="x", role="manager",
        branch_id=admin.branch_id,
    )  # fmt: skip
    assert refused(lambda: database.write(demote, actor=admin)).field == "role"
    second = create(database, as_role, "second", "administrator")
    database.write(demote, actor=admin)
    boss = replace(admin, operator_id=second)
    change_own(database, boss)
    off = lambda who: lambda work: operators.set_active(  # noqa: E731
        work, request=new_request(), operator_id=who, version=1, active=False
    )
    assert "own" in refused(lambda: database.write(off(second), actor=boss)).message


def test_two_administrators_cannot_switch_each_other_off(
    database: Database, as_role: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Work.value

    def slow(work: Work, sql: Sql, **params: Any) -> Any:
        found = read(work, sql, **params)
        if sql is accounts._OTHER_ADMINISTRATORS:
            time.sleep(0.3)  # both have counted before one writes, unless one waits
        return found

    monkeypatch.setattr(Work, "value", slow)
    first = as_role("administrator")
    second = replace(first, operator_id=create(database, as_role, "second", "administrator"))
    change_own(database, second)
    outcome: list[str] = []

    def off(actor: Actor, other: Actor) -> None:
        act = lambda work: operators.set_active(  # noqa: E731
            work, request=new_request(), operator_id=other.operator_id, version=1, active=False
        )
        try:
            database.write(act, actor=actor)
            outcome.append("off")
        except Refused:
            outcome.append("refused")

    threads = [threading.Thread(target=off, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["off", "refused"]


def test_a_stale_version_is_a_question(database: Database, as_role: As) -> None:
    from desktop_admin.services.errors import ChangedMeanwhile

    admin, who = as_role("administrator"), create(database, as_role, "li")
    edit = lambda name: lambda work: operators.edit(  # noqa: E731
        work, request=new_request(), operator_id=who, version=1, name=name, role="counter", branch_id=admin.branch_id
    )
    database.write(edit("Li Wei"), actor=admin)
    with pytest.raises(ChangedMeanwhile) as caught:
        database.write(edit("Li Na"), actor=admin)
    assert (caught.value.before["name"], caught.value.after["name"], caught.value.version) == ("Li", "Li Wei", 2)


def test_a_reset_gives_a_password_nobody_chose(database: Database, as_role: As) -> None:
    secret, manager = operators.new_secret(), as_role("manager")
    reset = lambda work: operators.reset_password(  # noqa: E731
        work, request=new_request(), operator_id=manager.operator_id, secret_hash=secret.hash
    )
    database.write(reset, actor=as_role("administrator"))
    assert "Wrong" in refused(lambda: sign_in(database)).message
    assert sign_in(database, password=secret.plain).must_change
    assert len(secret.plain.replace("-", "")) == 16
    assert secret.plain not in repr(secret)


# -- the way back in -----------------------------------------------------------------------------------------------


def test_a_way_back_in_leaves_a_trace(database: Database, as_role: As) -> None:
    found = operators.recover_in(database)
    admin = sign_in(database, found.login, found.one_time_password)
    assert admin.must_change
    operators.change_password(database, actor=admin, old=found.one_time_password, new=OWN)
    admin = sign_in(database, found.login, OWN)
    seen = database.read(operators.recoveries, actor=admin)
    assert [json.loads(one.facts)["login"] for one in seen] == [found.login]
    database.write(lambda work: operators.see_recoveries(work, request=new_request()), actor=admin)
    assert database.read(operators.recoveries, actor=admin) == ()
    assert ("PointsDesk", "recover") in trail(database, as_role), "the trace itself stays"
    assert found.one_time_password not in repr(found)


def test_the_way_back_names_whom_it_may_help(database: Database, as_role: As) -> None:
    assert refused(lambda: operators.recover_in(database, login="manager")).facts["names"] == "administrator"
    create(database, as_role, "second", "administrator")
    assert "second" in str(refused(lambda: operators.recover_in(database)).facts["names"])
    assert operators.recover_in(database, login="Second").login == "second"


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


def test_names_without_what_cannot_be_seen(database: Database, as_role: As) -> None:
    """A mark that turns the direction of writing would let one name look like another."""
    who = create(database, as_role, "rtl")
    admin = as_role("administrator")
    edit = lambda work: operators.edit(  # noqa: E731
        work, request=new_request(), operator_id=who, version=1, name="\u202egnp.exe\x00\u200b  Li", role="counter",
        branch_id=admin.branch_id,
    )  # fmt: skip
    database.write(edit, actor=admin)
    assert database.read(lambda work: operators.card(work, operator_id=who), actor=admin).name == "gnp.exe Li"
