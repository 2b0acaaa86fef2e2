"""The lists of points, purchases and requests: keyset pages on indexes, filters, sums, one entry in full."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from desktop_admin.services import approvals, points, purchases
from desktop_admin.services.command import new_request
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.points import JournalFilter
from tests.services.counter import Counter

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def counter(database, as_role) -> Counter:
    return Counter(database, as_role)


def test_a_walk_through_pages_meets_every_entry_once(counter, clock):
    anna, ben = counter.member(), counter.member()
    for n in range(7):
        counter.gift(anna if n % 2 else ben, n + 1)
        clock.at += timedelta(days=n % 3)
    for sort in ("recorded", "day"):
        for descending in (False, True):
            whole = [row.id for row in counter.ask(points.journal, sort=sort, descending=descending).rows]
            assert len(whole) == 7
            walked, after = [], None
            while True:
                page = counter.ask(points.journal, sort=sort, descending=descending, after=after, limit=3)
                if not page.rows:
                    break
                walked += [row.id for row in page.rows]
                after = page.last
            assert walked == whole
            tail = counter.ask(points.journal, sort=sort, descending=descending, backwards=True, limit=2)
            assert [row.id for row in tail.rows] == whole[-2:]
            before = counter.ask(
                points.journal, sort=sort, descending=descending, backwards=True, after=tail.first, limit=2)
            assert [row.id for row in before.rows] == whole[-4:-2]
    assert counter.ask(points.journal_anchors) == ()


def test_filters_and_their_sums(counter, clock):
    anna, ben = counter.member(), counter.member()
    counter.gift(anna, 100)
    given = counter.adjust(anna, -30, "misuse", note="x")
    counter.do(points.reverse, entry_id=given.entry_id, points=10, reason="typing")
    clock.at += timedelta(days=1)
    counter.buy(ben, 5_000, "1")

    def found(**said):
        where = JournalFilter(**said)
        rows = counter.ask(points.journal, where=where).rows
        sums = counter.ask(points.journal_sums, where=where)
        assert counter.ask(points.journal_count, where=where) == sums.entries == len(rows)
        assert sums.credited - sums.debited == sum(row.points for row in rows)
        return [row.points for row in rows]

    assert found() == [50, 10, -30, 100]
    assert found(member_id=anna) == [10, -30, 100]
    assert found(kind="earn") == [50]
    assert found(reason="misuse") == [-30]
    assert found(operator_id=counter.actor.operator_id) == [50, 10, -30]
    assert found(branch_id=99) == []
    assert found(first_day=date(2026, 3, 3)) == [50]
    assert found(last_day=date(2026, 3, 2), reversals=True) == [10]
    assert found(typed=True, member_id=anna) == [10, -30, 100]


def test_an_entry_in_full(counter):
    anna = counter.member()
    counter.gift(anna, 100, "2026-06-01")
    taken = counter.adjust(anna, -30)
    detail = counter.ask(points.entry, entry_id=taken.entry_id)
    assert [(lot.points, lot.remaining, lot.expires_on) for lot in detail.used] == [(-30, 70, date(2026, 6, 1))]
    assert (detail.opened, detail.operation_kind, detail.row.seq, len(detail.hash)) == ((), "points.adjust", 2, 64)
    bought = counter.buy(anna, 5_050, "1")
    detail = counter.ask(points.entry, entry_id=bought.entry_id)
    assert [line.points for line in detail.why] == [50]
    assert detail.row.source_id == bought.purchase_id


def test_an_erased_members_notes_are_gone(counter):
    anna = counter.member()
    counter.adjust(anna, 5, note="secret")
    counter.sql("DELETE FROM member_key WHERE member_id = :m", m=anna)
    (row,) = counter.ask(points.journal).rows
    assert row.note is None


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("statements", [points.statements, purchases.statements, approvals.statements])
def test_no_list_scans_or_sorts(counter, statements):
    """Every page starts at its key and reads on: the plan names an index or the row id, and no sorting."""
    names = re.compile(r":([a-z_0-9]+)")
    for sql in statements():
        given = dict.fromkeys(names.findall(sql.sqlite), 1)
        plan = [row[3] for row in counter.database.read(
            lambda work, sql=sql, given=given: work.all(Sql("EXPLAIN QUERY PLAN " + sql.sqlite), **given))]
        limited = "IN (:n_0" in sql.sqlite  # twenty rows found by their number are sorted in memory
        wrong = [step for step in plan if ("TEMP B-TREE" in step and not limited)
                 or (step.startswith("SCAN") and "USING" not in step and not step.startswith(("SCAN e", "SCAN a")))]
        assert not wrong, (sql.sqlite, plan)
        assert ":after_key" not in sql.sqlite or plan[0].startswith("SEARCH"), (sql.sqlite, plan)


def test_the_inbox_pages_too(counter):
    anna, till = counter.member(), counter.by("counter")
    asked = [till.do(approvals.ask, act_request=new_request(), kind="points.adjust",
                     parameters={"member_id": anna, "points": 3_000 + n, "reason": "service"}).approval_id
             for n in range(5)]
    first = counter.ask(approvals.inbox, limit=3)
    rest = counter.ask(approvals.inbox, limit=3, after=first.last)
    assert [row.id for row in (*first.rows, *rest.rows)] == asked
    assert counter.ask(approvals.inbox_count, box="all") == 5
