from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_admin.services.rules import dates
from desktop_admin.services.rules.words import RuleError

TODAY = date(2026, 3, 20)
DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("t", TODAY),
        ("T", TODAY),
        ("今天", TODAY),
        ("+3", date(2026, 3, 23)),
        ("-1", date(2026, 3, 19)),
        ("+0", TODAY),
        ("＋３", date(2026, 3, 23)),
        ("−20", date(2026, 2, 28)),
        ("0315", date(2026, 3, 15)),
        ("20260315", date(2026, 3, 15)),
        ("２０２６０３１５", date(2026, 3, 15)),
        ("2026-03-15", date(2026, 3, 15)),
        ("2026/3/5", date(2026, 3, 5)),
        ("2026.3.5", date(2026, 3, 5)),
        ("3/15", date(2026, 3, 15)),
        ("3-15", date(2026, 3, 15)),
        ("３／１５", date(2026, 3, 15)),
        ("3月15日", date(2026, 3, 15)),
        ("2025年12月1号", date(2025, 12, 1)),
        ("20240229", date(2024, 2, 29)),
        ("19000101", date(1900, 1, 1)),
        ("21991231", date(2199, 12, 31)),
    ],
)
def test_days_as_people_type_them(text, day):
    assert dates.parse_day(text, TODAY) == day


@pytest.mark.parametrize(
    "text",
    ["", "x", "0229", "2018-02-29", "13/1", "0/1", "1/32", "2026-3/15", "315", "1e4", "+99999",
     "-99999", "18991231", "22000101", "2026-03-15T00:00", "99999999", "+", "三月"],
)  # fmt: skip
def test_what_is_no_day_is_refused(text):
    with pytest.raises(RuleError) as refused:
        dates.parse_day(text, TODAY)
    assert str(refused.value)


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_refused(text):
    with suppress(RuleError):
        assert isinstance(dates.parse_day(text, TODAY), date)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-05-31", 1, "2026-06-30"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-07-15", 0, "2026-07-15"),
    ],
)
def test_months_end_where_they_end(day, months, expected):
    assert dates.add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


@given(DAYS, st.integers(0, 60))
def test_adding_months_lands_in_that_month_and_never_later_in_it(day, months):
    moved = dates.add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day


@given(DAYS, st.sampled_from([1, 3, 6, 12]))
def test_a_period_ends_on_the_last_day_that_shares_it(day, months):
    end = dates.end_of_period(day, months)
    assert end >= day
    assert (end.month - 1) // months == (day.month - 1) // months
    assert end.year == day.year
    after = end + timedelta(days=1)
    assert after.day == 1
    assert (after.month - 1) % months == 0


def test_birthdays_on_29_february_fall_on_the_28th_elsewhere():
    born = date(1992, 2, 29)
    assert dates.birthday_in(2026, born) == date(2026, 2, 28)
    assert dates.birthday_in(2028, born) == date(2028, 2, 29)
    assert dates.birthday_in(2100, born) == date(2100, 2, 28)
    assert dates.next_birthday(born, date(2026, 2, 28)) == date(2026, 2, 28)
    assert dates.next_birthday(born, date(2027, 3, 1)) == date(2028, 2, 29)


@given(DAYS)
def test_each_year_has_exactly_one_birthday(born):
    assert [dates.birthday_in(year, born).year for year in range(2150, 2160)] == [*range(2150, 2160)]


@pytest.mark.parametrize(
    ("today", "first"),
    [("2026-03-20", "2025-03-21"), ("2028-02-29", "2027-03-01"), ("2029-02-28", "2028-02-29")],
)
def test_a_rolling_year_ends_today_and_is_a_year_long(today, first):
    window = dates.rolling_window(date.fromisoformat(today), 12)
    assert (window.first, window.last) == (date.fromisoformat(first), date.fromisoformat(today))
    assert date.fromisoformat(today) in window
    assert window.first - timedelta(days=1) not in window


def test_months_between_include_both_ends():
    found = list(dates.months_between(date(2025, 11, 30), date(2026, 2, 1)))
    assert [day.isoformat() for day in found] == [
        "2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        (datetime(2026, 3, 19, 15, 59, 59, tzinfo=UTC), "Asia/Shanghai", date(2026, 3, 19)),
        (datetime(2026, 3, 19, 16, 0, tzinfo=UTC), "Asia/Shanghai", date(2026, 3, 20)),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 29)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), "Europe/Berlin", date(2026, 10, 26)),
        (datetime(2026, 7, 1, 3, 59, tzinfo=UTC), "America/New_York", date(2026, 6, 30)),
    ],
)
def test_the_shop_has_its_own_day(instant, zone, day):
    assert dates.business_date(instant, zone) == day


def test_an_instant_without_a_zone_is_a_bug():
    with pytest.raises(ValueError, match="time zone"):
        dates.business_date(datetime(2026, 1, 1), "Asia/Shanghai")  # noqa: DTZ001


def test_periods_that_do_not_fill_a_year_are_a_bug():
    with pytest.raises(ValueError, match="periods"):
        dates.end_of_period(TODAY, 5)
