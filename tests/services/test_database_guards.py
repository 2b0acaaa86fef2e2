"""Every guard of the server's authority is needed: taken out, an attack gets through that it had refused."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import DBAPIError

from desktop_admin.services import approvals, command, limits, members
from desktop_admin.services.command import new_request
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.work import Work
from tests import founding
from tests.databases import MORNING
from tests.services.authority_attacks import ATTACKS, GUARDS, Scene

if TYPE_CHECKING:
    from tests.postgres import Socket


class _Through(Exception):
    """The attack was let through; it is undone."""


@pytest.fixture(scope="module")
def stage(postgres: Socket) -> Iterator[tuple[Database, Scene]]:
    """One for all: whatever is taken out is put back when the transaction ends."""
    name = f"pd_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_guards"
    postgres.drop(name)
    clock, url = SetClock(MORNING), postgres.create(name)
    actors = founding.found(url, clock).actors
    database = Database.open(url, clock=clock)
    enrol = partial(members.enrol, request=new_request(), name="Li Lei", phone="13800001234", consent_terms=True)
    member = database.write(enrol, actor=actors["manager"]).result.member_id
    facts = {"member_id": member, "points": 60_000, "reason": "service"}
    ask = partial(
        approvals.ask, request=new_request(), act_request=new_request(), kind="points.adjust", parameters=facts
    )
    asked = database.write(ask, actor=actors["counter"]).result.approval_id

    def elsewhere(work: Work) -> None:
        work.run(Sql("INSERT INTO branch (id, code, name) VALUES (77, '77', 'Elsewhere')"))
        work.run(Sql("INSERT INTO shift (branch_id, workstation, opened_at, opened_by, first_operation) "
                     "VALUES (77, 't', 'x', 1, 0)"))  # fmt: skip

    database.write(elsewhere, actor=None)
    try:
        yield database, Scene(name, actors, member, asked, 77)
        assert founding.faults(database) == []
    finally:
        database.close()
        postgres.drop(name)


@pytest.fixture(autouse=True)
def _no_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's own, as if nobody had written them."""
    monkeypatch.setattr(limits, "spend", lambda *_args, **_more: None)
    monkeypatch.setattr(command, "ask_leave", lambda *_args: None)
    monkeypatch.setattr(limits, "refuse_own", lambda *_args: None)


def outcome(stage: tuple[Database, Scene], name: str, out: Sequence[str] = ()) -> str:
    """Empty where the attack got through with these guards taken out, else what stood in its way."""
    database, scene = stage
    attack = ATTACKS[name]

    def tried(work: Work) -> None:
        for statement in out:
            work.run(Sql(statement.replace("<shop>", scene.name).replace("<database>", scene.name)))
        work.run(Sql(f'SET LOCAL SESSION AUTHORIZATION "{scene.name}.{attack.who}"'))
        attack.act(work, scene)
        work.run(Sql("SET CONSTRAINTS ALL IMMEDIATE"))
        raise _Through

    try:
        database.write(tried, actor=scene.actors[attack.as_ or attack.who])
    except _Through:
        return ""
    except (Refused, Trouble, DBAPIError, AssertionError) as error:
        return f"{error} {error.__cause__}"
    finally:
        database.engine.dispose()  # statements that the driver kept prepared may not outlive what was undone
    raise AssertionError("nothing was tried")


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_an_attack_is_denied(stage: tuple[Database, Scene], name: str) -> None:
    assert outcome(stage, name)


@pytest.mark.parametrize("guard", sorted(GUARDS))
def test_a_guard_is_needed(stage: tuple[Database, Scene], guard: str) -> None:
    """Its attacks get through without it; where others cover the same, none of what is taken out is idle."""
    one = GUARDS[guard]
    for attack in one.attacks:
        assert outcome(stage, attack, one.out) == ""
    if one.together:
        for n, statement in enumerate(one.out):
            left = (*one.out[:n], *one.out[n + 1:])
            assert any(outcome(stage, attack, left) for attack in one.attacks), f"idle: {statement}"


def test_every_attack_has_its_guard() -> None:
    assert {attack for guard in GUARDS.values() for attack in guard.attacks} == set(ATTACKS)
