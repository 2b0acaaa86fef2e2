from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_admin.services.rules.order_numbers import looks_like_order, order_number, read_order_number
from desktop_admin.services.rules.words import RuleError

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(DAYS, st.integers(1, 10**9))
def test_a_number_is_read_back_however_it_was_typed(day, sequence):
    number = order_number(day, sequence)
    assert read_order_number(f" {number[:4].lower()}-{number[4:]} ") == number
    assert looks_like_order(number)


@given(DAYS, st.integers(1, 10**6), st.data())
def test_a_wrong_digit_and_two_swapped_ones_show(day, sequence, data):
    number = order_number(day, sequence)
    at = data.draw(st.integers(1, len(number) - 1))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != number[at]]))
    with pytest.raises(RuleError):
        read_order_number(number[:at] + wrong + number[at + 1 :])
    if at + 1 < len(number) and number[at] != number[at + 1]:
        with pytest.raises(RuleError):
            read_order_number(number[:at] + number[at + 1] + number[at] + number[at + 2 :])


@pytest.mark.parametrize("text", ["", "R", "260302000013", "R26030200001X", "69012345678"])
def test_what_is_no_number(text):
    assert not looks_like_order(text)
    with pytest.raises(RuleError):
        read_order_number(text)


def test_orders_are_numbered_from_one():
    with pytest.raises(ValueError, match="from 1"):
        order_number(date(2026, 1, 1), 0)
