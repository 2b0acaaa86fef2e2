from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_admin.services.permissions import Permission
from desktop_admin.services.rules import redemptions as r
from desktop_admin.services.rules.redemptions import Act, Fulfilment, State, StockEffect
from desktop_admin.services.rules.words import RuleError

S = State
WAYS = {
    Fulfilment.SHIPPING: "placed picking packed shipped delivered",
    Fulfilment.PICKUP: "placed ready collected",
    Fulfilment.VOUCHER: "placed issued",
    Fulfilment.SERVICE: "placed booked used",
}


@pytest.mark.parametrize("fulfilment", list(Fulfilment))
def test_the_usual_way_of_each_kind(fulfilment):
    way = [State(name) for name in WAYS[fulfilment].split()]
    state: State | None = State.PLACED
    walked = []
    while state is not None:
        walked.append(state)
        state = r.forward(fulfilment, state)
    assert walked == way
    for start, end in pairwise(way):
        assert r.may_become(fulfilment, start, end)
        assert r.next_states(fulfilment, start)


# Every pair that is allowed, written out; everything else is refused.
ALLOWED = {
    Fulfilment.SHIPPING: """placed>approved placed>picking approved>picking picking>packed
        packed>shipped shipped>delivered placed>cancelled approved>cancelled picking>cancelled
        packed>cancelled shipped>returned delivered>returned""",
    Fulfilment.PICKUP: """placed>approved placed>ready approved>ready ready>collected
        placed>cancelled approved>cancelled ready>cancelled collected>returned""",
    Fulfilment.VOUCHER: """placed>approved placed>issued approved>issued placed>cancelled
        approved>cancelled issued>returned""",
    Fulfilment.SERVICE: """placed>approved placed>booked approved>booked booked>used booked>missed
        placed>cancelled approved>cancelled booked>cancelled used>returned missed>returned""",
}


@pytest.mark.parametrize("fulfilment", list(Fulfilment))
def test_every_transition_from_every_state(fulfilment):
    allowed = {tuple(pair.split(">")) for pair in ALLOWED[fulfilment].split()}
    for start, end in product(State, State):
        assert r.may_become(fulfilment, start, end) == ((start.value, end.value) in allowed)
        if (start.value, end.value) not in allowed:
            with pytest.raises(RuleError, match="cannot become"):
                r.act_for(fulfilment, start, end)


def test_every_act_names_a_permission():
    assert {Permission(act.value) for act in Act}
    assert set(r.TRANSITIONS.values()) == set(Act)


def test_cancelled_until_it_left_the_house_and_returned_after():
    for (fulfilment, start, end), act in r.TRANSITIONS.items():
        if act is Act.CANCEL:
            assert not r.has_left(start)
        if act is Act.RETURN:
            assert r.has_left(start)
        if end is not S.CANCELLED and start not in (S.CANCELLED, S.RETURNED):
            both = {S.CANCELLED, S.RETURNED} & set(r.next_states(fulfilment, start))
            assert len(both) == 1


def test_goods_leave_exactly_once_on_every_way():
    for fulfilment in (Fulfilment.SHIPPING, Fulfilment.PICKUP):
        state, effects = S.PLACED, []
        while (after := r.forward(fulfilment, state)) is not None:
            effects.append(r.stock_effect(fulfilment, state, after))
            state = after
        assert effects.count(StockEffect.HAND_OVER) == 1
        assert set(effects) <= {StockEffect.NONE, StockEffect.HAND_OVER}
        assert r.stock_effect(fulfilment, S.PLACED, S.CANCELLED) is StockEffect.RELEASE
        assert r.stock_effect(fulfilment, state, S.RETURNED) is StockEffect.TAKE_BACK
    assert r.stock_effect(Fulfilment.VOUCHER, S.PLACED, S.ISSUED) is StockEffect.NONE


@pytest.mark.parametrize(
    ("lines", "state", "mixed"),
    [
        ([S.PLACED], S.PLACED, False),
        ([S.PACKED, S.SHIPPED], S.PACKED, True),
        ([S.DELIVERED, S.ISSUED], S.DELIVERED, True),
        ([S.CANCELLED, S.SHIPPED], S.SHIPPED, True),
        ([S.RETURNED, S.PICKING], S.PICKING, True),
        ([S.CANCELLED, S.CANCELLED], S.CANCELLED, False),
        ([S.CANCELLED, S.RETURNED], S.RETURNED, True),
        ([S.READY, S.BOOKED], S.BOOKED, True),
    ],
)
def test_the_order_is_where_its_slowest_living_line_is(lines, state, mixed):
    assert r.order_state(lines) == r.OrderState(state, mixed)
    assert r.order_state(reversed(lines)) == r.OrderState(state, mixed)


def test_every_state_has_a_title_and_a_place():
    assert set(r.STATE_TITLES) == set(State)
    assert set(r.FULFILMENT_TITLES) == set(Fulfilment)
    for state in State:
        assert r.order_state([state]).state is state
    with pytest.raises(ValueError, match="line"):
        r.order_state([])
    assert r.OPEN.isdisjoint(r.DONE)


@pytest.mark.parametrize(
    ("days", "age"),
    [(0, "fresh"), (1, "due"), (2, "due"), (3, "late"), (99, "late"), (-1, "fresh")],
)
def test_ages(days, age):
    today = date(2026, 3, 1)
    assert r.age_of(today - timedelta(days=days), today) == age


@pytest.mark.parametrize(
    ("price", "step", "worth", "available", "points", "cash"),
    [
        (10_000, 1, 1_500, 100, 6, 1_000),  # 6 points and 10.00, not 7 points
        (10_000, 1, 1_500, 4, 4, 4_000),
        (10_000, 100, 100, 250, 200, 9_800),
        (10_000, 100, 100, 99, 0, 10_000),
        (10_000, 100, 100, -5, 0, 10_000),
        (0, 1, 1, 5, 0, 0),
        (50, 1, 100, 5, 0, 50),
    ],
)
def test_points_as_money_in_whole_steps(price, step, worth, available, points, cash):
    assert r.money_part(price, step, worth, available) == r.MoneyPart(points, cash)


@given(st.integers(0, 10**9), st.integers(1, 500), st.integers(1, 10**5), st.integers(-10, 10**9))
def test_points_pay_as_far_as_needed_and_never_more(price, step, worth, available):
    part = r.money_part(price, step, worth, available)
    assert part.points % step == 0
    assert part.points // step * worth + part.cash_minor == price
    assert 0 <= part.points <= max(0, available)
    assert part.cash_minor >= 0
    assert part.cash_minor < worth or part.points + step > available


def test_a_step_without_worth_is_refused():
    for wrong in ((-1, 1, 1), (1, 0, 1), (1, 1, 0)):
        with pytest.raises(RuleError):
            r.money_part(*wrong, 5)


@given(st.integers(0, r.CODES - 1))
def test_pickup_codes_read_back_as_typed(number):
    code = r.pickup_code(number)
    assert len(code) == 7
    assert set(code).isdisjoint("0O1IL")
    assert r.read_pickup_code(f" {code[:3].lower()}-{code[3:]} ") == code


@given(st.integers(0, r.CODES - 1), st.integers(0, 6), st.integers(1, 30))
def test_one_wrong_sign_or_two_swapped_show(number, place, by):
    code, signs = r.pickup_code(number), r.CODE_ALPHABET
    wrong = signs[(signs.index(code[place]) + by) % len(signs)]
    with pytest.raises(RuleError):
        r.read_pickup_code(code[:place] + wrong + code[place + 1 :])
    if place < 6 and code[place] != code[place + 1]:
        with pytest.raises(RuleError):
            r.read_pickup_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


def test_what_is_no_code_is_refused():
    for text in ("", "ABC", "0000000", "AAAAAAA1", "取货码"):
        with pytest.raises(RuleError):
            r.read_pickup_code(text)
    for number in (-1, r.CODES):
        with pytest.raises(ValueError, match="pick-up"):
            r.pickup_code(number)
