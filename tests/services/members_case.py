"""What tests about members share."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from desktop_admin.services import members
from desktop_admin.services.command import COMMANDS, command, new_request
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.ledger import EntryFacts, LotTerms, Posting
from desktop_admin.services.members import MemberChanged, pinyin
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic

_PURCHASE = Sql(
    "INSERT INTO purchase (id, source, number, kind, refunds_id, member_id, branch_id, business_date, bought_at, "
    "amount, earned, operation_id) VALUES (:id, 'till:01', :number, :kind, :refunds, :m, :branch, :day, :day, "
    ":amount, :earned, :operation)"
)
_LINE = Sql(
    "INSERT INTO purchase_line (purchase_id, n, sku, description, quantity, amount, earned) "
    "VALUES (:id, 1, '', '', 1, :amount, :earned)"
)


@command(Permission.RECORD_PURCHASES, Topic.POINTS)
def move(work, *, request: str, member_id: int, steps: list[list[Any]]) -> MemberChanged:
    """Post steps: [credit, points, from, until, day], [debit, points, day], [buy, amount, points, day, number]."""
    posting = Posting(work)
    (account,) = posting.lock(member_id)
    for name, *rest in steps:
        if name == "credit":
            points, start, until, day = rest
            facts = EntryFacts("adjust", reason="service", day=day)
            posting.credit(account, points, facts, [LotTerms(points, start, until, day)])
        elif name == "debit":
            posting.debit(account, rest[0], EntryFacts("redeem", day=rest[1]))
        elif name == "claw":
            posting.claw_back(account, rest[0], EntryFacts("clawback", day=rest[1]), "owe")
        else:
            _buy(work, posting, account, *rest)
    posting.flush()
    return MemberChanged(member_id, 0)


del COMMANDS["tests.move" if "tests.move" in COMMANDS else next(k for k in COMMANDS if k.endswith(".move"))]


def _buy(work, posting, account, amount, points, day, number):
    key = work.new_ids("purchase")[0]
    work.run(
        _PURCHASE, id=key, number=number, kind="sale", refunds=None, m=account.member_id,
        branch=work.actor.branch_id, day=day, amount=amount, earned=points, operation=work.operation.id,
    )  # fmt: skip
    work.run(_LINE, id=key, amount=amount, earned=points)
    if points:
        explain = json.dumps({"amount": amount, "per": 100, "lines": [
            {"name": "base", "effect": "base", "factor": 100, "points": points}]})  # fmt: skip
        facts = EntryFacts("earn", source_kind="purchase", source_id=key, day=day, explain=explain)
        posting.credit(account, points, facts, [LotTerms(points, day, "9999-12-31", day)])
        posting.flush()


@pytest.fixture(autouse=True, scope="module")
def _no_process_left():
    yield
    pinyin.close()


@pytest.fixture
def act(database, as_role):
    """`act("counter", members.enrol, name=…)`: run a command, answer its receipt."""

    def run(role: str, service: Any, **said: Any) -> Any:
        said.setdefault("request", new_request())
        return database.write(partial(service, **said), actor=as_role(role)).result

    return run


@pytest.fixture
def ask(database, as_role):
    """`ask("counter", members.find, text=…)`: run a query."""

    def run(role: str, service: Any, **said: Any) -> Any:
        return database.read(partial(service, **said), actor=as_role(role))

    return run


@pytest.fixture
def enrol(act):
    """`enrol("张三", "13800138000")`: the receipt of a new member."""

    def run(name: str, phone: str = "", **more: Any) -> Any:
        return act("counter", members.enrol, name=name, phone=phone, consent_terms=True, **more)

    return run
