"""Shifts: what one workstation did between two closings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from desktop_admin.services import anchors, purchases, redemptions, shifts
from desktop_admin.services.command import new_request
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused
from desktop_admin.services.shifts import PointsOf
from desktop_admin.services.work import Actor
from tests.services.counter import Counter
from tests.services.goods import NEVER, Goods


@pytest.fixture
def till(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role, "manager")


def finish(till: Counter, cash: int | None = None, request: str = "") -> shifts.Shift:
    return shifts.finish(till.database, actor=till.actor, request=request or new_request(), cash_counted=cash)


def test_nothing_happened_yet(till: Counter) -> None:
    assert till.ask(shifts.current) is None
    with pytest.raises(Refused, match="Nothing has happened"):
        finish(till)


def test_the_figures_of_a_shift(till: Counter) -> None:
    who = till.member(100)
    till.adjust(who, 30)
    till.adjust(who, -10)
    till.buy(who, 12_345, "R1")
    now = till.ask(shifts.current)
    assert now is not None
    assert (now.opened_by, now.closed_at) == ("The administrator", None)
    closed = finish(till, 500)
    assert closed.figures == now.figures
    assert PointsOf("The manager", "adjust", 2, 30, 10) in closed.figures.points
    assert PointsOf("The manager", "earn", 1, 123, 0) in closed.figures.points
    assert (closed.figures.purchases, closed.figures.purchase_amount, closed.figures.refunds) == (1, 12_345, 0)
    assert (closed.figures.cash_expected, closed.difference) == (0, 500)
    assert till.ask(shifts.report, shift_id=closed.id).anchor == closed.anchor
    assert closed.anchor is not None
    assert till.ask(anchors.verify, text=closed.anchor.text)[0].good


def test_cash_of_redemptions(till: Counter) -> None:
    goods = Goods(till.database, till.as_role)
    goods.member(1, (500, NEVER))
    goods.item(1, 100, 250, pieces=5)
    kept = goods.do(redemptions.place, member_id=1, lines=(redemptions.Wanted(1, 2),))
    assert kept.cash == 500
    gone = goods.do(redemptions.place, member_id=1, lines=(redemptions.Wanted(1),))
    goods.do(redemptions.cancel, redemption_id=gone.redemption_id, reason="changed their mind")
    closed = finish(till, 480)
    assert (closed.figures.cash_taken, closed.figures.cash_refunded, closed.difference) == (750, 250, -20)
    assert closed.figures.redemptions["cancelled"] == 1


def test_a_shift_is_of_one_workstation(till: Counter) -> None:
    who = till.member()
    till.adjust(who, 30)
    other = till.by("counter")
    other.actor = replace(other.actor, workstation="till 2")
    other.adjust(who, 5)
    assert [p.added for p in finish(till).figures.points] == [30]
    assert [p.added for p in finish(other).figures.points] == [5]


def test_the_next_shift_begins_where_the_last_one_ended(till: Counter, clock: SetClock) -> None:
    who = till.member()
    till.adjust(who, 30)
    first = finish(till)
    clock.at += timedelta(hours=8)
    till.adjust(who, 4)
    second = finish(till)
    assert [p.added for p in second.figures.points] == [4]
    assert first.closed_at is not None
    assert second.opened_at > first.closed_at
    page = till.ask(shifts.page)
    assert [shift.id for shift in page.rows] == [second.id, first.id]
    assert till.ask(shifts.page, after=page.first).rows == page.rows[1:]
    assert till.ask(shifts.page, after=page.last, backwards=True).rows == page.rows[:1]
    assert till.ask(shifts.count) == 2


def test_the_same_request_closes_once(till: Counter) -> None:
    till.adjust(till.member(), 30)
    request = new_request()
    first = finish(till, 10, request)
    again = finish(till, 10, request)
    assert (again.id, again.anchor) == (first.id, first.anchor)
    assert till.ask(shifts.count) == 1


def test_exceptions_are_named(till: Counter) -> None:
    who = till.member(10)
    bought = till.buy(who, 100_000, "R1")
    till.adjust(who, -1000)
    till.do(purchases.refund, purchase_id=bought.purchase_id)
    figures = finish(till).figures
    assert figures.owing_members == 1
    assert figures.owing_points > 0
    assert figures.refunds == 1
    assert figures.refund_amount == 100_000


def test_closing_twice_leaves_no_empty_shift(till: Counter) -> None:
    till.adjust(till.member(), 30)
    finish(till)
    with pytest.raises(Refused, match="Nothing has happened"):
        finish(till)
