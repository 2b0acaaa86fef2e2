"""Keeping operators: names, roles, the last administrator, resets, and the way back in."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from desktop_admin.services import audit, operators
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import ChangedMeanwhile, Refused
from desktop_admin.services.operators import accounts
from desktop_admin.services.work import Actor, Work
from tests.services.staff import OWN, As, change_own, create, quicken, refused, sign_in


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    quicken(monkeypatch)


def trail(database: Database, as_role: As) -> list[tuple[str, str]]:
    rows = database.read(lambda work: audit.page(work, descending=False), actor=as_role("auditor")).rows
    return [(row.who, row.action) for row in rows]


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
        work, request=new_request(), operator_id=manager.operator_id, secret_hash=secret.hash, verifier=secret.verifier
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


def test_names_without_what_cannot_be_seen(database: Database, as_role: As) -> None:
    """A mark that turns the direction of writing would let one name look like another."""
    who = create(database, as_role, "rtl")
    admin = as_role("administrator")
    edit = lambda work: operators.edit(  # noqa: E731
        work, request=new_request(), operator_id=who, version=1, name="\u202egnp.exe\u200b  Li", role="counter",
        branch_id=admin.branch_id,
    )  # fmt: skip
    database.write(edit, actor=admin)
    assert database.read(lambda work: operators.card(work, operator_id=who), actor=admin).name == "gnp.exe Li"
    with pytest.raises(Refused, match="cannot be shown"):  # a NUL is not cleaned away: no database keeps it
        database.write(
            lambda work: operators.edit(
                work, request=new_request(), operator_id=who, version=2, name="Li\x00", role="counter",
                branch_id=admin.branch_id,
            ),
            actor=admin,
        )  # fmt: skip
