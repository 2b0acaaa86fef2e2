"""Every figure against a count made by hand from all rows; the movement ties to the point after any history."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_admin.services import codec, metrics
from desktop_admin.services.charts.periods import Period, Step, periods
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.metrics import drilling, figures, movement, spans
from desktop_admin.services.metrics.spans import Span
from desktop_admin.services.work import Actor
from tests.services.counter import Counter
from tests.services.shops import trade

ENTRIES = (
    "SELECT e.business_date, e.kind, e.reverses_id, e.points, e.member_id, m.tier_id FROM entry e "
    "JOIN member m ON m.id = e.member_id"
)


@pytest.fixture
def till(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role, "system")


@pytest.fixture
def shop(till: Counter, clock: SetClock) -> Counter:
    trade(till, clock, days=75, people=18)
    return till


def by_hand(rows: list[Any], first: date, last: date) -> dict[str, int]:
    """The columns of the statement, counted from all entries by another way than the product's."""
    answer = dict.fromkeys(
        ("opening", "issued", "redeemed", "expired", "reversed", "adjusted", "transferred", "closing"), 0
    )
    for day, kind, reverses, points, *_rest in rows:
        if day < first.isoformat():
            answer["opening"] += points
        if day <= last.isoformat():
            answer["closing"] += points
        if not first.isoformat() <= day <= last.isoformat():
            continue
        if kind in ("earn", "bonus", "opening"):
            if reverses is None:
                answer["issued"] += points
            else:
                answer["reversed"] -= points
        elif kind in ("redeem", "draw"):
            answer["redeemed"] -= points
        elif kind == "expire":
            answer["expired"] -= points
        elif kind == "clawback":
            answer["reversed"] -= points
        elif kind in ("adjust", "writeoff"):
            answer["adjusted"] += points
        else:
            answer["transferred"] += points
    return answer


def said(moved: metrics.Movement) -> dict[str, int]:
    names = ("opening", "issued", "redeemed", "expired", "reversed", "adjusted", "transferred", "closing")
    return {name: getattr(moved, name) for name in names}


def test_the_movement_ties_to_the_ledger_in_every_step(shop: Counter) -> None:
    rows = shop.rows(ENTRIES)
    today = shop.database.read(lambda work: work.today)
    for step in Step:
        axis = periods(date(2026, 2, 25), today, step)
        found = shop.database.read(lambda work, axis=axis: movement.over(work, axis))
        assert [said(one) for one in found] == [by_hand(rows, one.first, one.last) for one in axis]
        assert all(a.closing == b.opening for a, b in itertools.pairwise(found))
    balances = shop.rows("SELECT CAST(sum(balance - owed) AS bigint) FROM member")
    assert found[-1].closing == balances[0][0]
    assert any(row[1] == "expire" for row in rows)
    assert any(row[1] == "clawback" for row in rows)
    assert any(row[1] == "redeem" and row[2] for row in rows)


def test_the_movement_by_tier_ties_too(shop: Counter) -> None:
    rows = shop.rows(ENTRIES)
    first, last = date(2026, 3, 20), date(2026, 4, 20)
    found = shop.database.read(lambda work: movement.by_tier(work, first, last))
    for tier, moved in found.items():
        assert said(moved) == by_hand([row for row in rows if row[5] == tier], first, last)


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(ahead=st.integers(0, 74), length=st.integers(0, 74))
def test_any_period_of_a_random_history(shop: Counter, ahead: int, length: int) -> None:
    first = date(2026, 3, 2) + timedelta(days=ahead)
    last = first + timedelta(days=length)
    rows = shop.rows(ENTRIES)
    (found,) = shop.database.read(lambda work: movement.over(work, (Period(first, last),)))
    assert said(found) == by_hand(rows, first, last)


def test_the_dashboard_agrees_with_naive_counts(shop: Counter) -> None:
    first, last = date(2026, 4, 1), date(2026, 4, 30)
    board = shop.ask(metrics.dashboard, first=first, last=last)
    days = (first.isoformat(), last.isoformat())
    rows = [row for row in shop.rows(ENTRIES) if days[0] <= row[0] <= days[1]]
    bought = shop.rows("SELECT business_date, member_id, amount, kind, voided_by, bought_at FROM purchase")
    sold = [row for row in bought if days[0] <= row[0] <= days[1] and not row[4]]
    active = {row[1] for row in sold if row[3] == "sale" and row[1]}
    active |= {row[4] for row in rows if row[1] in ("earn", "bonus", "redeem", "draw") and row[2] is None}
    assert board.key("active_members").value == len(active)
    assert board.key("sales").value == sum(row[2] for row in sold)
    assert board.key("purchases").value == sum(row[3] == "sale" for row in sold)
    assert sum(sum(line) for line in board.peaks) == board.key("purchases").value
    orders = shop.rows("SELECT placed_on, state FROM redemption")
    assert board.key("redemptions").value == sum(days[0] <= row[0] <= days[1] for row in orders)
    waiting = sum(row[1] in figures.OPEN_STATES for row in orders)
    assert sum(board.ages) == board.key("open_redemptions").value == waiting
    assert sum(board.issued) == board.key("issued").value
    assert board.key("outstanding").value == board.outstanding[-1]
    assert board.key("redemption_rate").value == figures.rate(sum(board.redeemed), sum(board.issued))
    members = shop.rows("SELECT enrolled_on FROM member")
    assert board.key("new_members").value == sum(days[0] <= row[0] <= days[1] for row in members)
    assert sum(tier.value for tier in board.tiers) == len(members) == board.key("members").value
    pieces = shop.rows(
        "SELECT l.quantity - l.undone, r.placed_on FROM redemption_line l JOIN redemption r ON r.id = l.redemption_id"
    )
    assert sum(item.value for item in board.items) == sum(row[0] for row in pieces if days[0] <= row[1] <= days[1])
    march = shop.ask(metrics.dashboard, first=date(2026, 3, 1), last=date(2026, 3, 31))
    assert board.key("issued").before == march.key("issued").value
    assert board.step is Step.DAY


def test_a_dashboard_is_kept_and_read_again(shop: Counter) -> None:
    board = shop.ask(metrics.dashboard)
    assert codec.load(metrics.Dashboard, codec.dump(board)) == board
    names = {row[0] for row in shop.rows("SELECT name FROM member")}
    assert not any(name in codec.dump(board) for name in names)


def test_an_empty_shop_has_figures_too(till: Counter) -> None:
    board = till.ask(metrics.dashboard, first=date(2026, 1, 1))
    assert board.key("issued").value == 0
    assert board.key("redemption_rate").value is None
    with pytest.raises(Refused):
        till.ask(metrics.dashboard, first=date(2026, 3, 1), last=date(2026, 2, 1))


@pytest.mark.parametrize("figure", ["issued", "redeemed", "expired", "reversed", "adjusted"])
def test_the_rows_behind_a_mark_add_up_to_it(shop: Counter, figure: str) -> None:
    first, last = date(2026, 4, 1), date(2026, 4, 30)
    board = shop.ask(metrics.dashboard, first=first, last=last)
    found = shop.ask(metrics.behind, figure=figure, first=first, last=last)
    assert abs(sum(row.points or 0 for row in found.rows)) == abs(board.key(figure).value or 0)
    assert not found.more


def test_the_rows_behind_counts_are_as_many(shop: Counter) -> None:
    board = shop.ask(metrics.dashboard)
    for code in ("active_members", "new_members", "redemptions", "open_redemptions", "low_stock"):
        found = shop.ask(metrics.behind, figure=code, first=board.first, last=board.last)
        assert len(found.rows) == min(board.key(code).value or 0, drilling.MOST), code
    for tier in board.tiers:
        assert len(shop.ask(metrics.behind, figure="members", key=tier.key).rows) == tier.value
    for number, (key, _least, _most) in enumerate(figures.AGES):
        assert len(shop.ask(metrics.behind, figure="open_redemptions", key=key).rows) == board.ages[number]
    item = board.items[0]
    assert shop.ask(metrics.behind, figure="pieces", key=item.key).rows
    with pytest.raises(Refused):
        shop.ask(metrics.behind, figure="liability")


@pytest.mark.parametrize(
    ("first", "last", "before", "year"),
    [
        ("2026-03-01", "2026-03-15", ("2026-02-01", "2026-02-15"), ("2025-03-01", "2025-03-15")),
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28"), ("2025-03-01", "2025-03-31")),
        ("2026-01-01", "2026-12-31", ("2025-01-01", "2025-12-31"), ("2025-01-01", "2025-12-31")),
        ("2026-04-01", "2026-06-10", ("2026-01-01", "2026-03-10"), ("2025-04-01", "2025-06-10")),
        ("2026-04-03", "2026-04-09", ("2026-03-27", "2026-04-02"), ("2025-04-03", "2025-04-09")),
        ("2024-02-01", "2024-02-29", ("2024-01-01", "2024-01-31"), ("2023-02-01", "2023-02-28")),
    ],
)
def test_what_a_period_is_compared_to(first: str, last: str, before: tuple[str, str], year: tuple[str, str]) -> None:
    span = Span(date.fromisoformat(first), date.fromisoformat(last))
    past, earlier = spans.before(span), spans.year_before(span)
    assert (past.first.isoformat(), past.last.isoformat()) == before
    assert (earlier.first.isoformat(), earlier.last.isoformat()) == year


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_figures_over_time_are_served_by_indexes(till: Counter) -> None:
    for sql in (movement._BY_DAY, movement._SINCE, figures._NEW, figures._TRADE, figures._ORDERS, figures._PEAKS,
                figures._active(2), figures._OPEN):  # fmt: skip
        plan = " | ".join(
            str(row) for row in till.rows(Sql(f"EXPLAIN QUERY PLAN {sql.sqlite}"), **dict.fromkeys(sql.names, ""))
        )
        for table in (" e ", " p ", "entry", "purchase", "member", "redemption"):
            assert f"SCAN {table.strip()}'" not in plan, (sql, plan)


def test_every_metric_says_what_it_is() -> None:
    for metric in metrics.METRICS.values():
        assert metric.definition.endswith(".")
        assert metric.formula
        assert metric.dimensions


def test_a_period_before_all_calendars_is_refused(till: Counter) -> None:
    for first in (date.min, date(1, 6, 1), date(1899, 12, 31)):
        with pytest.raises(Refused, match="outside the years"):
            till.ask(metrics.dashboard, first=first, last=first)
