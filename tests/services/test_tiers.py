"""Tiers: editing with its effect, evaluation in batches, tiers set by hand; against a model that counts by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_admin.services import purchases, tiers
from desktop_admin.services.command import new_request
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import ChangedMeanwhile, Refused
from desktop_admin.services.work import Actor
from tests.services.counter import Counter

THRESHOLDS = {"regular": 0, "silver": 200_000, "gold": 800_000, "diamond": 2_000_000}
CODES = list(THRESHOLDS)
TIER = "SELECT t.code, m.tier_falls_on, m.tier_manual FROM member m JOIN tier t ON t.id = m.tier_id WHERE m.id = :m"
MOVES = (
    "SELECT f.code, t.code, c.reason FROM tier_change c JOIN tier f ON f.id = c.from_tier JOIN tier t ON t.id = "
    "c.to_tier "
    "WHERE c.member_id = :m AND c.reason <> 'enrolled' ORDER BY c.id"
)


@pytest.fixture
def till(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role, "system")


def night(till: Counter, request: str = "") -> tiers.Evaluated:
    def write(work: Callable[..., Any]) -> Any:
        return till.database.write(work, actor=till.actor).result

    return tiers.evaluate(write, request or new_request(), lambda _done, _total: None)


def tier(till: Counter, member: int) -> tuple[str, str, str]:
    (found,) = till.rows(TIER, m=member)
    return found  # type: ignore[no-any-return]


def buy(till: Counter, member: int, amount: int) -> purchases.PurchaseReceipt:
    return till.buy(member, amount, f"R{new_request()[:12]}")


class Model:
    """One member's tier, day by day, counted anew each time."""

    def __init__(self) -> None:
        self.code = "regular"
        self.falls_on: date | None = None
        self.bought: list[tuple[date, int]] = []

    def figure(self, today: date) -> int:
        first = _a_year_before(today)
        return sum(amount for day, amount in self.bought if first < day <= today)

    def look(self, today: date, *, at_night: bool) -> None:
        deserved = max(
            (code for code in CODES if self.figure(today) >= THRESHOLDS[code]), key=CODES.index, default="regular"
        )
        if CODES.index(deserved) > CODES.index(self.code):
            self.code, self.falls_on = deserved, None
        elif deserved == self.code:
            self.falls_on = None
        else:
            falls_on = self.falls_on or today + timedelta(days=30)
            if falls_on > today:
                self.falls_on = falls_on
            elif at_night:
                self.code, self.falls_on = deserved, None


def _a_year_before(day: date) -> date:
    """The last day that no longer counts."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 2, 28)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), st.sampled_from([50_000, 200_000, 350_000, 800_000, 2_500_000])),
        st.tuples(st.just("refund"), st.integers(0, 5)),
        st.tuples(st.just("days"), st.sampled_from([1, 29, 30, 31, 180, 334, 365, 366])),
        st.tuples(st.just("night"), st.just(0)),
    ),
    max_size=14,
)


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_a_member_stands_where_a_naive_count_puts_them(till: Counter, clock: SetClock, steps: list[Any]) -> None:
    member, model, made = till.member(), Model(), []

    def today() -> date:
        return (clock.at + timedelta(hours=8)).date()

    for what, how in steps:
        if what == "buy":
            made.append((today(), buy(till, member, how)))
            model.bought.append((today(), how))
            model.look(today(), at_night=False)
        elif what == "refund" and how < len(made):
            day, receipt = made.pop(how)
            till.do(purchases.refund, purchase_id=receipt.purchase_id)
            model.bought.append((day, -receipt.amount))
            model.look(today(), at_night=False)
        elif what == "days":
            clock.at += timedelta(days=how)
        elif what == "night":
            night(till)
            model.look(today(), at_night=True)
        code, falls_on, _manual = tier(till, member)
        assert (code, falls_on) == (model.code, model.falls_on.isoformat() if model.falls_on else "")


def test_up_at_once_down_after_the_grace(till: Counter, clock: SetClock) -> None:
    member = till.member()
    assert buy(till, member, 800_000).tier_after == "gold"
    clock.at += timedelta(days=365)  # 2 March next year: the purchase no longer counts
    assert night(till) == tiers.Evaluated(1, 0, 0, 1)
    assert tier(till, member) == ("gold", "2027-04-01", "")
    clock.at += timedelta(days=29)
    assert night(till).down == 0
    clock.at += timedelta(days=1)
    assert night(till).down == 1
    assert tier(till, member) == ("regular", "", "")
    assert till.rows(MOVES, m=member) == [("regular", "gold", "up"), ("gold", "regular", "down")]


def test_an_evaluation_again_finds_nothing_and_the_same_request_answers_alike(till: Counter, clock: SetClock) -> None:
    members = [till.member() for _each in range(5)]
    for member in members:
        buy(till, member, 300_000)
    clock.at += timedelta(days=400)
    request = new_request()
    first = night(till, request)
    assert first.waiting == 5
    assert night(till, request) == first
    assert night(till) == tiers.Evaluated(5, 0, 0, 0)


def test_a_stopped_evaluation_goes_on_where_it_stopped(till: Counter, clock: SetClock) -> None:
    members = [till.member() for _each in range(6)]
    for member in members:
        buy(till, member, 300_000)
    clock.at += timedelta(days=400)
    half = till.do(tiers.evaluate_batch, after=0, size=members[2])
    rest = till.do(tiers.evaluate_batch, after=half.upto, size=10**6)
    assert (half.waiting, rest.waiting) == (3, 3)


def test_a_floor_holds_and_is_risen_above_and_ends(till: Counter, clock: SetClock) -> None:
    member = till.member()
    manager = till.by("manager")
    done = manager.do(
        tiers.set_manual, member_id=member, tier="silver", until=date(2026, 12, 31), reason="partner's card"
    )
    assert (done.before, done.after) == ("regular", "silver")
    assert buy(till, member, 900_000).tier_after == "gold"
    (again,) = till.rows(
        "SELECT t.code FROM member m JOIN tier t ON t.id = m.tier_manual_tier WHERE m.id = :m", m=member
    )
    assert again == ("silver",)
    clock.at += timedelta(days=250)
    night(till)
    assert tier(till, member)[0] == "gold"
    clock.at += timedelta(days=60)  # past its end
    night(till)
    assert tier(till, member) == ("gold", "", "")


def test_a_fixed_tier_stays_whatever_is_bought_and_can_be_ended(till: Counter) -> None:
    member = till.member()
    manager = till.by("manager")
    manager.do(tiers.set_manual, member_id=member, tier="gold", mode="fixed", reason="goodwill")
    buy(till, member, 5_000_000)
    night(till)
    assert tier(till, member) == ("gold", "", "fixed")
    assert manager.do(tiers.end_manual, member_id=member).after == "diamond"
    assert tier(till, member) == ("diamond", "", "")
    assert [row[2] for row in till.rows(MOVES, m=member)] == ["manual", "manual-end"]
    with pytest.raises(Refused, match="set by hand"):
        manager.do(tiers.end_manual, member_id=member)


def test_another_tier_by_hand_takes_the_place_of_the_first(till: Counter) -> None:
    member, manager = till.member(), till.by("manager")
    manager.do(tiers.set_manual, member_id=member, tier="diamond", mode="fixed", reason="guest of honour")
    assert manager.do(tiers.set_manual, member_id=member, tier="silver", reason="partner").after == "silver"
    assert tier(till, member) == ("silver", "", "floor")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"tier": "platinum"}, "tier"), ({"mode": "ceiling"}, "mode"), ({"until": date(2026, 3, 1)}, "until"),
        ({"reason": " "}, "reason"), ({"member_id": 999}, "member"),
    ],
)  # fmt: skip
def test_what_setting_by_hand_refuses(till: Counter, said: dict[str, Any], field: str) -> None:
    member = till.member()
    with pytest.raises(Refused) as refused:
        till.by("manager").do(tiers.set_manual, **({"member_id": member, "tier": "gold", "reason": "x"} | said))
    assert refused.value.field == field


def edits(till: Counter, **thresholds: int) -> tuple[tiers.TierEdit, ...]:
    return tuple(
        tiers.TierEdit(
            r.tier.id, thresholds.get(r.tier.code, r.tier.threshold), r.tier.multiplier, r.tier.grace_days,
            r.tier.priority,
            r.tier.version,
        )
        for r in till.ask(tiers.tiers).rows
    )  # fmt: skip


def test_the_effect_of_new_thresholds_is_what_then_happens(till: Counter, clock: SetClock) -> None:
    spent = [0, 100_000, 250_000, 700_000, 900_000, 3_000_000]
    for amount in spent:
        member = till.member()
        if amount:
            buy(till, member, amount)
    wanted = edits(till, silver=100_000, gold=1_000_000)
    effect = till.ask(tiers.effect, edits=wanted)
    assert (effect.up, effect.down, effect.members) == (1, 1, 6)
    assert [row.then for row in effect.rows] == [1, 4, 0, 1]
    manager = till.by("manager")
    assert manager.do(tiers.save, edits=wanted).changed == 2
    night(till)
    clock.at += timedelta(days=30)
    night(till)
    assert [row.members for row in till.ask(tiers.tiers).rows] == [row.then for row in effect.rows]


@pytest.mark.parametrize(
    ("thresholds", "field"),
    [
        ({"regular": 1}, "threshold/regular"),
        ({"gold": 200_000}, "threshold/gold"),
        ({"diamond": 10**15}, "threshold/diamond"),
    ],
)
def test_thresholds_that_cannot_be(till: Counter, thresholds: dict[str, int], field: str) -> None:
    for act in (partial(till.ask, tiers.effect), partial(till.by("manager").do, tiers.save)):
        with pytest.raises(Refused) as refused:
            act(edits=edits(till, **thresholds))
        assert refused.value.field == field


def test_two_who_edit_are_told(till: Counter) -> None:
    first, second = edits(till, silver=150_000), edits(till, silver=180_000)
    till.by("manager").do(tiers.save, edits=first)
    with pytest.raises(ChangedMeanwhile):
        till.by("manager").do(tiers.save, edits=second)


def test_lists_of_members_and_history(till: Counter, clock: SetClock) -> None:
    member, other = till.member(), till.member()
    buy(till, member, 300_000)
    till.by("manager").do(tiers.set_manual, member_id=other, tier="gold", reason="hello")
    page = till.ask(tiers.history)
    assert [(row.member_id, row.reason, row.note) for row in page.rows] == [
        (other, "manual", "hello"),
        (member, "up", ""),
    ]
    assert till.ask(tiers.history_count) == 2
    assert [row.member_id for row in till.ask(tiers.members, only="by_hand").rows] == [other]
    clock.at += timedelta(days=400)
    night(till)
    assert [row.member_id for row in till.ask(tiers.members, only="falling").rows] == [member]
    silver = till.ask(tiers.tiers).rows[1].tier.id
    assert till.ask(tiers.members_count, tier_id=silver) == 1


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_lists_are_read_from_indexes(till: Counter) -> None:
    from desktop_admin.services.database.sql import Sql

    params = {"page_rows": 1, "page_skip": 0, "after_key": "", "after_id": 0, "tier_id": 1}
    for sql in tiers.statements():
        plan = till.rows(Sql(f"EXPLAIN QUERY PLAN {sql.sqlite}"), **{k: v for k, v in params.items() if k in sql.names})
        text = " ".join(str(row) for row in plan)
        assert "SCAN m'" not in text, (sql, plan)
        assert "USE TEMP B-TREE" not in text, (sql, plan)
