"""Dates as people and programs write them in cells; strict, and never guessing day from month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from desktop_admin.i18n import N_
from desktop_admin.services.rules.amounts import plain
from desktop_admin.services.rules.dates import FIRST_YEAR, LAST_YEAR
from desktop_admin.services.spreadsheets.cells import CellError
from desktop_admin.services.spreadsheets.neutral import original
from desktop_admin.services.spreadsheets.xlsx_cells import moment as serial_moment


class DateOrder(StrEnum):
    """In which order day and month stand when the year comes last."""

    YMD = "ymd"  # the year comes first, anything else is refused
    DMY = "dmy"
    MDY = "mdy"


# NFKC would make 122 of 12² and 1 of ①: such digits are no number to a shop.
ODD_DIGITS = re.compile(
    "[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209f\u2150-\u218f\u2460-\u24ff\u2776-\u2793]"
)

_NO_DATE = N_("“{text}” is not a date.")
_NO_SUCH_DAY = N_("There is no such day as “{text}”.")
_UNCLEAR = N_("It is not clear which is the day in “{text}”; choose the order of day and month.")
_YEARS = N_("“{text}” is outside the years {first} to {last}.")
_ZONE = N_("“{text}” names a time zone; give the shop's own time without one.")

_TIME = (
    r"(?:[T ]? ?(?P<half>上午|下午|AM|PM)? ?(?P<h>[0-9]{1,2})[:时](?P<i>[0-9]{2})"
    r"(?:[:分](?P<s>[0-9]{2})(?:\.[0-9]+)?)?[分秒]?(?: ?(?P<half2>AM|PM))?)?"
)
_FIRST = re.compile(
    r"(?P<y>[0-9]{4})(?P<sep>[-/.])(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2})" + _TIME,
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"(?P<y>[0-9]{4}) ?年 ?(?P<m>[0-9]{1,2}) ?月 ?(?P<d>[0-9]{1,2}) ?[日号]?" + _TIME,
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"
    r"(?: ?(?P<h>[0-9]{2})(?P<i>[0-9]{2})(?P<s>[0-9]{2}))?"
)
_LAST = re.compile(
    r"(?P<a>[0-9]{1,2})(?P<sep>[-/.])(?P<b>[0-9]{1,2})(?P=sep)(?P<y>[0-9]{4})" + _TIME,
    re.IGNORECASE,
)
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_ZONED = re.compile(r".*[0-9](?:Z| ?[+-][0-9]{2}:?[0-9]{2})$")
_LOWEST_SERIAL, _HIGHEST_SERIAL = 20_000, 80_000  # 1954 to 2119


@lru_cache(maxsize=16_384)
def moment_from_text(read: str, order: DateOrder) -> datetime:
    """Read a date with or without a time from text; see `values.moment`."""
    folded = plain(original(read.strip()))
    if len(folded) > 40 or ODD_DIGITS.search(read):
        raise CellError(_NO_DATE, text=read.strip()[:40])
    match = _FIRST.fullmatch(folded) or _CHINESE.fullmatch(folded) or _COMPACT.fullmatch(folded)
    if match is not None:
        return _made(match, match["m"], match["d"], folded)
    match = _LAST.fullmatch(folded)
    if match is not None:
        if order is DateOrder.YMD:
            raise CellError(_UNCLEAR, text=folded)
        first, second = match["a"], match["b"]
        month, day = (first, second) if order is DateOrder.MDY else (second, first)
        return _made(match, month, day, folded)
    if _SERIAL.fullmatch(folded):
        return serial_day(folded)
    raise CellError(_ZONE if _ZONED.fullmatch(folded) else _NO_DATE, text=folded)


def serial_day(read: str) -> datetime:
    """Read a bare number as Excel's serial day (1954 to 2119), or as 20260315."""
    if _COMPACT.fullmatch(read):
        return moment_from_text(read, DateOrder.YMD)
    if _SERIAL.fullmatch(read) and _LOWEST_SERIAL <= int(read[:5]) <= _HIGHEST_SERIAL:
        found = serial_moment(read, False)
        if isinstance(found, datetime):
            return found
    raise CellError(_NO_DATE, text=read[:40])


def order_of(samples: Iterable[str]) -> DateOrder | None:
    """Tell the order from days above 12 in a sample; None when no value settles it."""
    found: DateOrder | None = DateOrder.YMD
    settled: set[DateOrder] = set()
    for sample in samples:
        match = _LAST.fullmatch(plain(sample))
        if match is None:
            continue
        found = None
        if int(match["a"]) > 12:
            settled.add(DateOrder.DMY)
        elif int(match["b"]) > 12:
            settled.add(DateOrder.MDY)
    return settled.pop() if len(settled) == 1 else found


def _made(match: re.Match[str], month: str, day: str, folded: str) -> datetime:
    year = int(match["y"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellError(_YEARS, text=folded, first=FIRST_YEAR, last=LAST_YEAR)
    parts = match.groupdict()
    hour = int(parts["h"] or 0)
    half = (parts.get("half") or parts.get("half2") or "").upper()
    if half:
        if not 1 <= hour <= 12:
            raise CellError(_NO_DATE, text=folded)
        hour = hour % 12 + (12 if half in ("PM", "下午") else 0)
    try:
        return datetime(  # noqa: DTZ001 - the till's local time, as the column has it
            year, int(month), int(day), hour, int(parts["i"] or 0), int(parts["s"] or 0)
        )
    except ValueError:
        raise CellError(_NO_SUCH_DAY, text=folded) from None
