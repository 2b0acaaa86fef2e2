from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_admin.services.rules.amounts import MOST_POINTS, parse_money, parse_points
from desktop_admin.services.rules.words import RuleError


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("1,000", 1000),
        ("1 000 000", 1_000_000),
        ("1\u00a0000", 1000),
        ("１０００", 1000),
        ("１，０００", 1000),
        ("12*30", 360),
        ("１２×３０", 360),
        ("2 * 3 * 4", 24),
        ("+50", 50),
        ("-20", -20),
        ("− 20", -20),
        ("－２０", -20),
        ("  7 ", 7),
        ("0", 0),
        ("007", 7),
        ("1,000,000,000,000", MOST_POINTS),
        ("-1000000000000", -MOST_POINTS),
    ],
)
def test_points_as_people_type_them(text, points):
    assert parse_points(text) == points


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "abc", "1.5", "1,00", "10,00", "1,0000", ",100", "100,", "1 00", "1,000 000",
        "--1", "+-1", "1+1", "12**3", "*3", "3*", "2*-3", "1e3", "0x10", "1_000", "٣", "四",
        "1000000000001", "1000000*1000001", "9" * 65, "5%", "1\x00",
    ],
)  # fmt: skip
def test_what_is_no_number_of_points_is_refused(text):
    with pytest.raises(RuleError) as refused:
        parse_points(text)
    assert str(refused.value)


@given(st.integers(-MOST_POINTS, MOST_POINTS))
def test_points_survive_every_way_of_writing_them(points):
    wide = str(points).translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789-"})
    assert parse_points(str(points)) == parse_points(f"{points:,}") == parse_points(wide) == points


@given(st.text(max_size=80))
def test_any_text_is_a_number_or_refused(text):
    for parse in (parse_points, parse_money):
        with suppress(RuleError):
            assert isinstance(parse(text), int)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1,234.5", 123_450),
        ("￥12", 1200),
        ("¥12.30", 1230),
        ("12元", 1200),
        ("12*3.50", 4200),
        ("3*0.335*2", 201),
        ("0.10", 10),
        (".5", 50),
        ("12.", 1200),
        ("12.340", 1234),
        ("-3.20", -320),
        ("-¥3.20", -320),
        ("¥-3.20", -320),
        ("１２．５", 1250),
        ("0.1*3", 30),
    ],
)
def test_money_is_exact(text, minor):
    assert parse_money(text) == minor


@pytest.mark.parametrize(
    "text",
    ["", "12,5", "1.234", "0.1*0.1*0.1", "1.2.3", "¥", "¥¥1", "1元2", "inf", "nan", "1/3", "."],
)
def test_money_that_is_unclear_is_refused(text):
    with pytest.raises(RuleError):
        parse_money(text)


def test_money_of_other_currencies_has_other_minor_digits():
    assert parse_money("1,234", minor_digits=0) == 1234
    assert parse_money("1.234", minor_digits=3) == 1234
    with pytest.raises(RuleError):
        parse_money("1.5", minor_digits=0)


def test_a_fraction_of_a_point_is_refused_in_its_own_words():
    with pytest.raises(RuleError, match="whole numbers"):
        parse_points("1.5")
    with pytest.raises(RuleError, match="not a number"):
        parse_points("15元")


def test_endless_text_is_not_read():
    assert parse_points("0" * 64) == 0
    with pytest.raises(RuleError, match="too long"):
        parse_points("0" * 65)
