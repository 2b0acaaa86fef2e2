"""Commands: leave, request ids, receipts, on both engines."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest

from desktop_admin.services import branches, members, points, policies, stock
from desktop_admin.services.codec import Secret
from desktop_admin.services.command import COMMANDS, QUERIES, command, new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Actor, Work

AsRole = Callable[[str], Actor]
_OPERATIONS = Sql("SELECT count(*) FROM operation WHERE request = :request")
_NAMED = Sql("SELECT count(*) FROM branch WHERE code = :code")
_ADD = Sql("INSERT INTO branch (code, name) VALUES (:code, 'x')")


@dataclass(frozen=True)
class Answer:
    value: int


def _change(request: str, days: int) -> Callable[[Work], policies.Changed]:
    return partial(policies.change, request=request, values={"grace_days": days})


def test_the_same_request_is_answered_with_the_first_receipt(database: Database, as_role: AsRole) -> None:
    boss, request = as_role("administrator"), new_request()
    first = database.write(_change(request, 40), actor=boss)
    again = database.write(_change(request, 40), actor=boss)
    assert first.result == again.result == policies.Changed(("grace_days",))
    assert database.read(lambda work: work.value(_OPERATIONS, request=request)) == 1


def test_the_same_request_with_other_parameters_is_refused(database: Database, as_role: AsRole) -> None:
    boss, request = as_role("administrator"), new_request()
    database.write(_change(request, 40), actor=boss)
    with pytest.raises(Refused, match="already used"):
        database.write(_change(request, 41), actor=boss)
    assert database.read(lambda work: policies.get(work, "grace_days")) == 40


def test_a_refusal_is_not_remembered(database: Database, as_role: AsRole) -> None:
    boss, request = as_role("administrator"), new_request()
    with pytest.raises(Refused, match="whole number"):
        database.write(_change(request, 4000), actor=boss)
    assert database.read(lambda work: work.value(_OPERATIONS, request=request)) == 0
    assert database.write(_change(request, 50), actor=boss).result.names == ("grace_days",)


def test_leave_is_asked_first(database: Database, as_role: AsRole) -> None:
    for role in ("counter", "clerk", "manager", "auditor"):
        with pytest.raises(Refused, match="role does not allow"):
            database.write(_change(new_request(), 40), actor=as_role(role))


def test_a_write_says_what_it_touched(database: Database, as_role: AsRole) -> None:
    written = database.write(_change(new_request(), 40), actor=as_role("administrator"))
    assert written.topics == {Topic.SETTINGS}


def test_one_request_from_two_threads_is_one_operation(database: Database, as_role: AsRole) -> None:
    boss, request = as_role("administrator"), new_request()
    barrier, answers = threading.Barrier(4), []

    def act() -> None:
        barrier.wait()
        answers.append(database.write(_change(request, 33), actor=boss).result)

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [policies.Changed(("grace_days",))] * 4
    assert database.read(lambda work: work.value(_OPERATIONS, request=request)) == 1


def test_what_fails_leaves_nothing(database: Database, as_role: AsRole) -> None:
    @command(Permission.EDIT_SETTINGS, Topic.SETTINGS)
    def half(work: Work, *, request: str) -> Answer:
        work.run(_ADD, code="half")
        raise Refused("no")

    try:
        with pytest.raises(Refused):
            database.write(partial(half, request=new_request()), actor=as_role("administrator"))
    finally:
        COMMANDS.pop(next(name for name in COMMANDS if name.endswith("half")))
    assert database.read(lambda work: work.value(_NAMED, code="half")) == 0


def test_a_service_takes_keywords_only() -> None:
    def wrong(work: Work, request: str) -> Answer:
        return Answer(1)

    with pytest.raises(TypeError, match="keyword-only"):
        command(Permission.EDIT_SETTINGS)(wrong)


def test_every_service_declares_its_leave() -> None:
    for service in (*COMMANDS.values(), *QUERIES.values()):
        assert isinstance(service.permission, Permission)  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["a\x00b", "\ud83d", "x\udc80"])
def test_a_text_no_database_can_keep_is_refused_at_its_field(database: Database, as_role: AsRole, text: str) -> None:
    boss = as_role("administrator")
    with pytest.raises(Refused, match="cannot be shown") as refused:
        database.write(partial(branches.create, request=new_request(), code="X", name=text), actor=boss)
    assert refused.value.field == "name"
    with pytest.raises(Refused, match="cannot be shown"):
        database.read(partial(members.find, text=text), actor=boss)
    with pytest.raises(Refused, match="cannot be shown"):
        database.write(partial(members.set_pin, request=new_request(), member_id=1, pin=Secret(text)), actor=boss)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30])
def test_a_number_beyond_64_bits_is_refused_at_its_field(database: Database, as_role: AsRole, number: int) -> None:
    boss = as_role("administrator")
    with pytest.raises(Refused, match="whole number") as refused:
        database.write(
            partial(points.adjust, request=new_request(), member_id=1, points=number, reason="other"), actor=boss
        )
    assert refused.value.field == "points"
    with pytest.raises(Refused, match="whole number"):
        database.read(partial(members.profile, member_id=number), actor=boss)
    lines = (stock.Pieces(number, 1),)
    with pytest.raises(Refused, match="whole number"):
        database.write(partial(stock.receive, request=new_request(), lines=lines), actor=boss)
