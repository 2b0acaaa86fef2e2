"""The readers of cells: exact, or an error; nothing is repaired by guessing."""

# ruff: noqa: DTZ001 - a spreadsheet's dates have no zone
from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_admin.services.spreadsheets import days, neutral, values
from desktop_admin.services.spreadsheets.cells import Cell, CellError
from desktop_admin.services.spreadsheets.days import DateOrder
from desktop_admin.services.spreadsheets.values import Rounding

DMY = partial(values.moment, order=DateOrder.DMY)
MDY = partial(values.moment, order=DateOrder.MDY)

READ: list[tuple[Callable[[Cell], object], Cell, object]] = [
    (values.whole, "１，０００", 1000),
    (values.whole, "－５", -5),
    (values.whole, "12.0", 12),
    (values.whole, Decimal("12"), 12),
    (values.points, "1,234,567", 1234567),
    (values.points, "'-5", -5),
    (values.quantity, "-12", -12),
    (values.money, "1,234.5", 123450),
    (values.money, "１２．５", 1250),
    (values.money, "¥-3.5", -350),
    (values.money, "-￥3.50", -350),
    (values.money, "(1.50)", -150),
    (values.money, "3元", 300),
    (values.money, Decimal("2.55"), 255),
    (values.money, 7, 700),
    (values.money, ".5", 50),
    (partial(values.money, places=3), "2.555", 2555),
    (partial(values.money, rounding=Rounding.HALF_UP), "2.555", 256),
    (partial(values.money, rounding=Rounding.HALF_EVEN), "2.565", 256),
    (partial(values.money, rounding=Rounding.DOWN), "-2.559", -255),
    (values.day, "2024-02-29", date(2024, 2, 29)),
    (values.day, "２０２６－０３－１５", date(2026, 3, 15)),
    (values.day, "2026年3月15日", date(2026, 3, 15)),
    (values.day, "2026/3/5", date(2026, 3, 5)),
    (values.day, "20260315", date(2026, 3, 15)),
    (values.day, 20260315, date(2026, 3, 15)),
    (values.day, 45658, date(2025, 1, 1)),
    (values.day, "45658", date(2025, 1, 1)),
    (values.moment, "2010-12-01 08:26:00", datetime(2010, 12, 1, 8, 26)),
    (values.moment, "2026-03-15T08:26:01.123", datetime(2026, 3, 15, 8, 26, 1)),
    (values.moment, "2026年3月15日 下午2:30", datetime(2026, 3, 15, 14, 30)),
    (values.moment, "2026/3/15 12:05 AM", datetime(2026, 3, 15, 0, 5)),
    (values.moment, Decimal("40513.3513888889"), datetime(2010, 12, 1, 8, 26)),
    (values.moment, datetime(2026, 3, 15), datetime(2026, 3, 15)),
    (DMY, "1/12/2010 8:26", datetime(2010, 12, 1, 8, 26)),
    (MDY, "12/1/2010 8:26", datetime(2010, 12, 1, 8, 26)),
    (values.phone, 13812345678, "13812345678"),
    (values.phone, "13812345678.0", "13812345678"),
    (values.phone, "１３８１２３４５６７８", "13812345678"),
    (values.phone, "1.3812345678E+10", "13812345678"),
    (values.phone, "'+86 138-1234-5678", "13812345678"),
    (values.code, 85123, "85123"),
    (values.code, "'=1+1", "=1+1"),
    (values.code, "17850.0", "17850.0"),
    (partial(values.code, number=True), "17850.0", "17850"),
    (values.text, "  a \n b ", "a b"),
    (values.text, "'@home", "@home"),
    (values.text, 12, "12"),
    (values.flag, "是", True),
    (values.flag, "×", False),
    (partial(values.choice, words={"女": "female"}), " 女 ", "female"),
]


@pytest.mark.parametrize(("read", "cell", "expected"), READ)
def test_read(read: Callable[[Cell], object], cell: Cell, expected: object) -> None:
    assert read(cell) == expected
    assert read(cell) == expected  # also from what is remembered


WRONG: list[tuple[Callable[[Cell], object], Cell, str]] = [
    (values.whole, "12.5", "not a whole number"),
    (values.whole, "1,23", "not a number"),
    (values.whole, "1_000", "not a number"),
    (values.whole, "٣", "not a number"),
    (values.whole, "²", "not a number"),
    (values.whole, "12²", "not a number"),
    (values.whole, "--5", "not a number"),
    (values.whole, "5-", "not a number"),
    (values.whole, "1 000", "not a number"),
    (values.whole, "9" * 100, "not a number"),
    (values.whole, "nan", "not a number"),
    (values.whole, "0x10", "not a number"),
    (values.whole, True, "yes or no"),
    (values.whole, datetime(2026, 3, 15), "is a date"),
    (values.points, 10**12 + 1, "outside"),
    (values.money, "2.555", "more than 2 decimal places"),
    (values.money, "1e5", "digits are lost"),
    (values.money, "(-1)", "not a number"),
    (values.money, "99999999999999999", "outside"),
    (values.day, "2018-02-29", "no such day"),
    (values.day, "29/2/2018", "not clear which is the day"),
    (partial(values.day, order=DateOrder.DMY), "29/2/2018", "no such day"),
    (values.day, "2026-13-01", "no such day"),
    (values.day, "26-3-15", "not a date"),
    (values.day, "2026-03/15", "not a date"),
    (values.day, "12:30", "not a date"),
    (values.day, "2026-03-15 25:00", "no such day"),
    (values.day, "2026-03-15T08:00:00Z", "time zone"),
    (values.day, "0026-03-15", "outside the years"),
    (values.day, 19999, "not a date"),
    (values.day, 80001, "not a date"),
    (values.day, True, "not a date"),
    (values.phone, "1.38123E+10", "digits are lost"),
    (values.phone, "1.38E+10", "digits are lost"),
    (values.phone, Decimal("13812345678.5"), "not a phone"),
    (values.phone, "1381234567", "not a phone"),
    (values.phone, "1381234567⑧", "not a phone"),
    (values.code, "6.22202E+18", "digits are lost"),
    (values.code, "x" * 65, "65 characters"),
    (values.text, "x" * 501, "501 characters"),
    (values.flag, "maybe", "none of"),
    (partial(values.choice, words={"女": "female"}), "x", "none of"),
]


@pytest.mark.parametrize(("read", "cell", "words"), WRONG)
def test_errors(read: Callable[[Cell], object], cell: Cell, words: str) -> None:
    with pytest.raises(CellError, match=words) as error:
        read(cell)
    assert error.value.text()


def test_the_order_of_day_and_month_is_told_from_a_sample() -> None:
    assert days.order_of(["1/2/2026", "13/2/2026"]) is DateOrder.DMY
    assert days.order_of(["1/2/2026", "1/13/2026"]) is DateOrder.MDY
    assert days.order_of(["1/2/2026", "13/2/2026", "1/13/2026"]) is None
    assert days.order_of(["1/2/2026"]) is None
    assert days.order_of(["2026-03-15"]) is DateOrder.YMD


@given(st.integers(-(10**14), 10**14))
def test_money_written_is_money_read(units: int) -> None:
    amount = Decimal(units).scaleb(-2)
    assert values.money(f"{amount:f}") == values.money(f"{amount:,.2f}") == units


@given(st.text(max_size=12) | st.text("'=+-@＝＋－＠\t\r\n\0 a1", max_size=6))
def test_what_is_made_harmless_comes_back_as_it_was(text: str) -> None:
    harmless = neutral.neutral(text)
    assert neutral.original(harmless) == text
    assert not harmless.lstrip("\u200b\ufeff \u3000\xa0").startswith(tuple("=+-@＝＋－＠\t\r\n"))


@given(st.text())
def test_no_text_breaks_a_reader(text: str) -> None:
    sentences = []
    for read in (values.money, values.moment, values.phone, values.code, values.text, values.flag):
        try:
            read(text)
        except CellError as error:
            sentences.append(error.text())
    assert all(sentences)
