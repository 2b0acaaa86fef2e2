"""What the text of a workbook's cell means: numbers exact, dates by their epoch, doubts named."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Context, Decimal, DecimalException
from enum import IntEnum
from functools import lru_cache

from desktop_admin.i18n import N_
from desktop_admin.services.spreadsheets.cells import Cell, CellFault

SAFE_DIGITS = 15  # a spreadsheet keeps no more of a number
# A spreadsheet's dates have no zone, and neither have these.
_START_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_START_1900 = datetime(1899, 12, 30)  # noqa: DTZ001
_START_EARLY = datetime(1899, 12, 31)  # noqa: DTZ001 - before the leap day that never was
_SHOWN = Context(prec=SAFE_DIGITS)
_LARGEST = 10**SAFE_DIGITS
_LAST_SERIAL = 2_958_466  # 10000-01-01

NO_VALUE = CellFault(
    N_("The formula was saved without its value; open the file in Excel and save it once.")
)
LOST_DIGITS = N_(
    "This number has more than 15 digits; Excel does not keep the last ones. Enter it as text."
)
ERROR_VALUE = N_("The cell shows the error {value}.")
LONG_CELL = N_("The cell holds more than {most:,} characters.")
NOT_A_NUMBER = N_("The cell is marked as a number but holds “{value}”.")
NO_SUCH_DATE = N_("There is no date for the serial number {value}.")


class Style(IntEnum):
    """How a number format shows a number; PADDED + n means n digits with leading zeros."""

    PLAIN = 0
    DATE = 1
    PADDED = 2


@lru_cache(maxsize=16_384)
def number(text: str) -> Cell:
    """Read a number exactly: whole ones as int, others to the 15 digits a spreadsheet shows.

    2.5499999999999998 is the way Excel stores 2.55.  A whole number of 16 digits or more has
    probably lost its last ones and is a fault.
    """
    try:
        exact = _SHOWN.create_decimal(text)
    except (DecimalException, ValueError):
        return CellFault(NOT_A_NUMBER, (("value", text[:40]),), text[:40])
    if not exact.is_finite():
        return CellFault(NOT_A_NUMBER, (("value", text[:40]),), text[:40])
    if abs(exact) >= _LARGEST:
        return CellFault(LOST_DIGITS, (), text[:40])
    if exact == exact.to_integral_value():
        return int(exact)
    return exact.normalize()


@lru_cache(maxsize=16_384)
def moment(text: str, epoch_1904: bool) -> Cell:
    """Read the serial number of a date, to the second; below one day it is a time of day.

    45658 is 2025-01-01, or 2029-01-02 when the workbook counts from 1904.  29 February 1900,
    which Excel counts and the calendar does not, is a fault.
    """
    value = number(text)
    if not isinstance(value, int | Decimal):
        return value
    seconds = round(Decimal(value) * 86_400)
    days, rest = divmod(seconds, 86_400)
    bad = days < 0 or days >= _LAST_SERIAL or (days == 60 and not epoch_1904)
    if bad:
        return CellFault(NO_SUCH_DATE, (("value", text[:40]),), text[:40])
    if days == 0 and not epoch_1904:
        return f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"
    if epoch_1904:
        start = _START_1904
    else:
        start = _START_EARLY if days < 60 else _START_1900
    try:
        return start + timedelta(days=days, seconds=rest)
    except OverflowError:
        return CellFault(NO_SUCH_DATE, (("value", text[:40]),), text[:40])


def styled_number(text: str, style: int, epoch_1904: bool) -> Cell:
    """Read a number by its format: plain, a date, or digits with leading zeros."""
    if style == Style.DATE:
        return moment(text, epoch_1904)
    value = number(text)
    if style > Style.PADDED and type(value) is int and value >= 0:
        return str(value).zfill(style - Style.PADDED)
    return value


def checked(text: str, most: int) -> str | CellFault:
    """Answer a text, or a fault when it is longer than a cell can be."""
    if len(text) <= most:
        return text
    return CellFault(LONG_CELL, (("most", most),), text[:100])


def error_value(text: str) -> CellFault:
    """Name the error a cell shows, such as #N/A."""
    return CellFault(ERROR_VALUE, (("value", text[:40]),), text[:40])
