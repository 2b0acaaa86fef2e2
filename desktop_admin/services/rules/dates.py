"""Days: typed dates, months that end where they end, birthdays and windows."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from desktop_admin.services.rules.amounts import plain
from desktop_admin.services.rules.words import N_, RuleError

FIRST_YEAR = 1900
LAST_YEAR = 2199

_TODAY = frozenset({"t", "today", "今天", "今日"})
_RELATIVE = re.compile(r"([+-]) ?([0-9]{1,5})")
_COMPACT = re.compile(r"([0-9]{4})?([0-9]{2})([0-9]{2})")
_SEPARATED = re.compile(r"(?:([0-9]{4})([-/.]))?([0-9]{1,2})(?(2)\2|[-/.])([0-9]{1,2})")
_CHINESE = re.compile(r"(?:([0-9]{4}) ?年 ?)?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号]?")


@dataclass(frozen=True)
class Window:
    """A period of whole days, first and last included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


def parse_day(text: str, today: date) -> date:
    """Read a day as people type it: t, +3, -1, 0315, 20260315, 2026-03-15, 3/15, 3月15日.

    A day without a year is of this year; refuses days that do not exist and years outside
    1900 to 2199.
    """
    typed = plain(text).casefold()
    if not typed:
        raise RuleError(N_("A date is needed here."))
    if typed in _TODAY:
        return today
    if (moved := _RELATIVE.fullmatch(typed)) is not None:
        days = int(moved.group(1) + moved.group(2))
        return _in_range(_shifted(today, days), text)
    if (match := _COMPACT.fullmatch(typed)) is not None:
        year, month, day = match.groups()
    elif (match := _SEPARATED.fullmatch(typed)) is not None:
        year, _separator, month, day = match.groups()
    elif (match := _CHINESE.fullmatch(typed)) is not None:
        year, month, day = match.groups()
    else:
        raise RuleError(N_("“{text}” is not a date."), text=text.strip())
    try:
        found = date(int(year or today.year), int(month), int(day))
    except ValueError:
        raise RuleError(N_("There is no such day as “{text}”."), text=text.strip()) from None
    return _in_range(found, text)


def _shifted(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def _in_range(day: date | None, text: str) -> date:
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise RuleError(
            N_("“{text}” is outside the years {first} to {last}."),
            text=text.strip(),
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
    return day


def add_months(day: date, months: int) -> date:
    """Move by whole months; a day the month does not have becomes its last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def end_of_period(day: date, months: int) -> date:
    """Return the last day of the calendar period of 1, 3, 6 or 12 months that holds the day."""
    if 12 % months:
        raise ValueError(f"a year is not made of periods of {months} months")
    month = (day.month + months - 1) // months * months
    return date(day.year, month, calendar.monthrange(day.year, month)[1])


def months_between(first: date, last: date) -> Iterator[date]:
    """Give the first day of every month from that of the first day to that of the last."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = add_months(month, 1)


def rolling_window(today: date, months: int) -> Window:
    """Return the window of that many months that ends today."""
    return Window(add_months(today, -months) + timedelta(days=1), today)


def calendar_year(today: date) -> Window:
    """Return the calendar year that holds the day."""
    return Window(date(today.year, 1, 1), date(today.year, 12, 31))


def birthday_in(year: int, born: date) -> date:
    """Return the birthday in a year; 29 February falls on the 28th where there is none."""
    if born.month == 2 and born.day == 29 and not calendar.isleap(year):
        return date(year, 2, 28)
    return born.replace(year=year)


def next_birthday(born: date, today: date) -> date:
    """Return today's or the next birthday."""
    this_year = birthday_in(today.year, born)
    return this_year if this_year >= today else birthday_in(today.year + 1, born)


def business_date(now: datetime, zone: str) -> date:
    """Return the shop's date at an instant; refuses an instant without its zone."""
    if now.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return now.astimezone(ZoneInfo(zone)).date()
