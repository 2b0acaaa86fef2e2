"""The audit trail: pages, filters, what changed, and what nobody may read any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from desktop_admin.services import audit, branches
from desktop_admin.services.audit import PAGES
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.sealing import destroy_key
from desktop_admin.services.work import Actor
from tests.services.counter import Counter


@pytest.fixture
def office(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role, "administrator")


def test_pages_go_both_ways(office: Counter) -> None:
    for n in range(10, 33):
        office.do(branches.create, code=str(n), name=f"Branch {n}")
    whole = [row.id for row in office.ask(audit.page, limit=500).rows]
    assert whole == sorted(whole, reverse=True)
    assert len(whole) == 23 == office.ask(audit.count)
    walked, key = [], None
    while (page := office.ask(audit.page, after=key, limit=7)).rows:
        walked += [row.id for row in page.rows]
        key = page.last
    assert walked == whole
    back, key = [], None
    while (page := office.ask(audit.page, after=key, limit=7, backwards=True)).rows:
        back = [row.id for row in page.rows] + back
        key = page.first
    assert back == whole
    rising = office.ask(audit.page, descending=False, limit=5, skip=2).rows
    assert [row.id for row in rising] == whole[::-1][2:7]


def test_filters(office: Counter, clock: SetClock) -> None:
    made = office.do(branches.create, code="02", name="x")
    clock.at += timedelta(days=3)
    office.do(branches.edit, branch_id=made.branch_id, version=1, code="02", name="y")
    office.by("manager").member()
    ask = partial(office.ask, audit.page)
    assert [r.action for r in ask(subject="branch").rows] == ["edit", "create"]
    assert [r.action for r in ask(subject="branch", subject_id=made.branch_id, action="edit").rows] == ["edit"]
    assert [r.action for r in ask(until="2026-03-02").rows] == ["create"]
    assert "create" not in [r.action for r in ask(since="2026-03-03").rows]
    assert ask(since="2027-01-01").rows == () == ask(until="2020-01-01").rows
    assert {r.who for r in ask(operator_id=office.actor.operator_id).rows} == {"The administrator"}
    assert len(ask(branch_id=99).rows) == 0
    assert office.ask(audit.count, subject="branch") == 2
    assert ("branch", "edit") in office.ask(audit.words)


def test_before_and_after(office: Counter) -> None:
    made = office.do(branches.create, code="02", name="x", phone="1")
    office.do(branches.edit, branch_id=made.branch_id, version=1, code="02", name="y", phone="1")
    row = office.ask(audit.page).rows[0]
    detail = office.ask(audit.detail, audit_id=row.id)
    assert [(c.field, c.before, c.after) for c in detail.changes] == [("name", "x", "y")]
    assert detail.row.workstation == "till 1"


def test_texts_of_an_erased_member_stay_unread(office: Counter) -> None:
    who = office.member()
    row = next(r for r in office.ask(audit.page).rows if r.subject == "member")
    detail = office.ask(audit.detail, audit_id=row.id)
    assert not detail.erased
    assert any("Member 1" in c.after for c in detail.changes)
    office.database.write(lambda work: destroy_key(work, who), actor=None)
    gone = office.ask(audit.detail, audit_id=row.id)
    assert gone.erased
    assert gone.changes == ()


def test_who_may_look(office: Counter) -> None:
    for role, may in (("auditor", True), ("manager", True), ("counter", False), ("clerk", False)):
        if may:
            office.by(role).ask(audit.page)
        else:
            with pytest.raises(Refused):
                office.by(role).ask(audit.page)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", list(PAGES))
def test_the_list_walks_an_index(office: Counter, kind: tuple[bool, bool]) -> None:
    names = dict.fromkeys(("least", "most", "operator_id", "branch_id", "subject_id", "skip", "limit"), 0)
    texts = dict.fromkeys(("action", "subject", "since", "until"), "")
    explained = Sql("EXPLAIN QUERY PLAN " + PAGES[kind].sqlite)
    plan = office.database.read(lambda work: work.all(explained, **names, **texts))
    said = [row.detail for row in plan]
    assert not [line for line in said if line.startswith("SCAN")], said
    assert not [line for line in said if "TEMP B-TREE" in line], said
    assert said[0].startswith("SEARCH a ")
