"""A program whose own checks were taken out, signed in with an operator's own account: the server asks again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from desktop_admin.services import approvals, command, limits, members, points
from desktop_admin.services.command import new_request, unlisted
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import NeedsApproval, Trouble
from desktop_admin.services.ledger import EntryFacts, LotTerms, Posting
from desktop_admin.services.work import Actor, Work
from tests import founding
from tests.databases import MORNING

if TYPE_CHECKING:
    from tests.postgres import Socket


class Hostile:
    """A shop on a server, opened under the account of each operator."""

    def __init__(self, socket: Socket, name: str) -> None:
        self.socket, self.name, self.clock = socket, name, SetClock(MORNING)
        self.url = socket.create(name)
        self.founded = founding.found(self.url, self.clock)
        self.owner = Database.open(self.url, clock=self.clock)
        self.opened: dict[str, Database] = {}
        enrol = partial(members.enrol, request=new_request(), name="Li Lei", phone="13800001234", consent_terms=True)
        self.member = self.write("manager", enrol).member_id

    def actor(self, role: str) -> Actor:
        return self.founded.actors[role]

    def write(self, role: str, act: Callable[[Work], Any], actor: Actor | None = None) -> Any:
        """Run an act in a program that is signed in as this operator."""
        if role not in self.opened:
            url = self.url.replace("postgres@", f"{self.name}.{role}@")
            self.opened[role] = Database.open(url, clock=self.clock)
        return self.opened[role].write(act, actor=actor or self.actor(role)).result

    def adjust(self, role: str, many: int, actor: Actor | None = None) -> Any:
        facts = {"member_id": self.member, "points": many, "reason": "service"}
        return self.write(role, partial(points.adjust, request=new_request(), **facts), actor)

    def close(self) -> None:
        for database in (self.owner, *self.opened.values()):
            database.close()


@pytest.fixture(scope="module")
def shop(postgres: Socket) -> Iterator[Hostile]:
    name = f"pd_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_hostile"
    postgres.drop(name)
    one = Hostile(postgres, name)
    try:
        yield one
        assert founding.faults(one.owner) == []
    finally:
        one.close()
        postgres.drop(name)


@pytest.fixture(autouse=True)
def _no_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits, leave and the rule of the own account, as if nobody had written them."""
    monkeypatch.setattr(limits, "spend", lambda *_args, **_more: None)
    monkeypatch.setattr(command, "ask_leave", lambda *_args: None)
    monkeypatch.setattr(limits, "refuse_own", lambda *_args: None)


def test_an_honest_act_under_one_s_own_account(shop: Hostile) -> None:
    assert shop.adjust("manager", 100).points == 100


def test_above_the_limit_of_one_act(shop: Hostile) -> None:
    with pytest.raises(NeedsApproval):
        shop.adjust("counter", 2_001)


def test_above_the_limit_of_the_day_however_it_is_cut(shop: Hostile) -> None:
    with pytest.raises(NeedsApproval):
        [shop.adjust("counter", 2_000) for _ in range(12)]
    assert shop.owner.read(lambda work: work.value(_TYPED, o=shop.actor("counter").operator_id)) <= 20_000


def test_no_leave(shop: Hostile) -> None:
    for role in ("clerk", "auditor"):
        with pytest.raises(Trouble, match="may not"):
            shop.adjust(role, 1)


def test_in_another_s_name(shop: Hostile) -> None:
    with pytest.raises(Trouble, match="may not"):
        shop.adjust("counter", 5, actor=shop.actor("manager"))


def test_on_one_s_own_account(shop: Hostile) -> None:
    own = shop.actor("manager").operator_id
    with psycopg.connect(shop.socket.conninfo(shop.name)) as connection:
        connection.execute("UPDATE operator SET member_id = %s WHERE id = %s", (shop.member, own))
    try:
        with pytest.raises(Trouble, match="may not"):
            shop.adjust("manager", 5)
    finally:
        with psycopg.connect(shop.socket.conninfo(shop.name)) as connection:
            connection.execute("UPDATE operator SET member_id = NULL WHERE id = %s", (own,))


@pytest.mark.parametrize("kind", ["operators.sign_in", "points.transfer", "nightly.finish", "points.adjust"])
def test_points_under_an_operation_of_another_kind(shop: Hostile, kind: str) -> None:
    """An earning needs a purchase: no operation a counter may open makes one from nothing."""

    def forge(work: Work) -> None:
        with unlisted(work, kind):
            posting = Posting(work)
            (account,) = posting.lock(shop.member)
            day = work.today_text
            posting.credit(account, 1000, EntryFacts("earn"), [LotTerms(1000, day, "9999-12-31", day)])
            posting.flush()

    with pytest.raises(Trouble, match="may not"):
        shop.write("counter", forge)


def test_a_lot_for_another_s_entry(shop: Hostile) -> None:
    """Ids of operations that others opened, or that are over, add nothing."""
    shop.adjust("manager", 10)

    def forge(work: Work) -> None:
        with unlisted(work, "operators.sign_in"):
            work.send(_AUDIT, operation=work.value(_OLDEST))
            work.value(_OLDEST)

    with pytest.raises(Trouble, match="may not"):
        shop.write("counter", forge)


def test_a_clock_that_was_set(shop: Hostile) -> None:
    """Neither yesterday's lots nor tomorrow's limits."""
    with psycopg.connect(shop.socket.conninfo(shop.name)) as connection:
        connection.execute("UPDATE setting SET value = '5' WHERE name = 'clock_tolerance'")
    try:
        with pytest.raises(Trouble, match="clock"):
            shop.adjust("counter", 1)
    finally:
        with psycopg.connect(shop.socket.conninfo(shop.name)) as connection:
            connection.execute("UPDATE setting SET value = '100000000' WHERE name = 'clock_tolerance'")


def test_another_day_than_the_clock_s(shop: Hostile) -> None:
    def backdate(work: Work) -> Any:
        work.__dict__["today_text"] = (work.today - timedelta(days=1)).isoformat()
        return points.adjust(work, request=new_request(), member_id=shop.member, points=1, reason="service")

    with pytest.raises(Trouble, match="may not"):
        shop.write("counter", backdate)


def test_approving_one_s_own_request(shop: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop_admin.services.approvals import deciding

    facts = {"member_id": shop.member, "points": 60_000, "reason": "service"}
    ask = partial(
        approvals.ask, request=new_request(), act_request=new_request(), kind="points.adjust", parameters=facts
    )
    monkeypatch.undo()  # asking needs its own checks
    asked = shop.write("manager", ask).approval_id
    monkeypatch.setattr(deciding, "check_decider", lambda *_args: None)
    monkeypatch.setattr(limits, "spend", lambda *_args, **_more: None)
    approve = partial(approvals.approve, request=new_request(), approval_id=asked)
    with pytest.raises(Trouble, match="may not"):
        shop.write("manager", approve)
    assert shop.owner.read(lambda work: work.value(_STATE, id=asked)) == "open"
    monkeypatch.undo()
    done = shop.write("administrator", partial(approvals.approve, request=new_request(), approval_id=asked))
    assert done.state == "approved"


def test_a_replaced_branch_is_still_one_s_own_name(shop: Hostile) -> None:
    """Another till is no other person."""
    assert shop.adjust("manager", 7, actor=replace(shop.actor("manager"), workstation="till 9")).points == 7


_TYPED = Sql("SELECT points FROM typed_points WHERE operator_id = :o")
_STATE = Sql("SELECT state FROM approval WHERE id = :id")
_OLDEST = Sql("SELECT min(id) FROM operation")
_AUDIT = Sql(
    "INSERT INTO audit (operation_id, action, subject, subject_id, sealed, before, after) "
    "VALUES (:operation, 'forged', 'shop', 1, 0, '', '')"
)


def test_at_midnight_another_window_may_be_a_day_ahead(shop: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    """While an act is under way its operator's other window commits one of the next day."""
    tomorrow = SetClock(MORNING + timedelta(days=1))
    ahead = Database.open(shop.url.replace("postgres@", f"{shop.name}.manager@"), clock=tomorrow)
    begin, others = command._begin, []

    def begun(work: Work, *said: Any) -> None:
        begin(work, *said)
        if not others:
            others.append(work)
            gift = partial(points.adjust, request=new_request(), member_id=shop.member, points=1, reason="service")
            ahead.write(gift, actor=shop.actor("manager"))

    monkeypatch.setattr(command, "_begin", begun)
    try:
        enrol = partial(members.enrol, request=new_request(), name="Han Mei", phone="13800004321", consent_terms=True)
        assert shop.write("manager", enrol).member_id
        assert others
    finally:
        ahead.close()
