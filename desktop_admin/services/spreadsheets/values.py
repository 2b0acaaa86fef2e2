"""Strict readers of cells, one per kind of column: exact, or an error that says what to do.

Every reader takes a cell as read and raises `CellError`; blank cells are the mapping's business.
Nothing is repaired by guessing: digits that a spreadsheet has lost stay lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import (
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    Inexact,
    InvalidOperation,
)
from enum import StrEnum
from functools import lru_cache

from desktop_admin.i18n import N_
from desktop_admin.services.rules.amounts import MOST_MINOR, MOST_POINTS, plain
from desktop_admin.services.rules.members import normalise_phone
from desktop_admin.services.rules.words import RuleError
from desktop_admin.services.spreadsheets.cells import Cell, CellError, CellFault, shown
from desktop_admin.services.spreadsheets.days import (
    ODD_DIGITS,
    DateOrder,
    moment_from_text,
    serial_day,
)
from desktop_admin.services.spreadsheets.neutral import original


class Rounding(StrEnum):
    """What happens to decimal places beyond those a column keeps."""

    EXACT = "exact"  # an error
    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"  # toward zero


_ROUNDING = {
    Rounding.EXACT: ROUND_DOWN,
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.DOWN: ROUND_DOWN,
}
_MOST_DIGITS = 40
_LONGEST_NUMBER = 64
_CACHED = 64  # longer texts are not remembered, so that the caches stay small
_WHOLE = "(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"
_NUMBER = re.compile(rf"([+-]?)({_WHOLE}(?:\.[0-9]*)?|\.[0-9]+)")
_CURRENCY = re.compile(r"^([+-]?) ?[¥$€£] ?|(?: ?(?:元|CNY|RMB|GBP|USD|EUR))$")
_BRACKETED = re.compile(r"\((.+)\)")
_SCIENTIFIC = re.compile(r"[+-]?([0-9])(?:\.([0-9]*))?[eE]\+?([0-9]{1,3})")
_INTEGRAL = re.compile(r"([0-9]+)\.0+")
_CONTROLS = re.compile("[\x00-\x1f\x7f]")

_NO_NUMBER = N_("“{text}” is not a number.")
_NO_WHOLE = N_("“{text}” is not a whole number.")
_PLACES = N_("“{text}” has more than {places} decimal places.")
_SHORTENED = N_("“{text}” is a number a spreadsheet has shortened; the digits are lost.")
_IS_DATE = N_("“{text}” is a date, but a number belongs here.")
_IS_FLAG = N_("“{text}” is yes or no, but a number belongs here.")
_RANGE = N_("{text} is outside {low:,} to {high:,}.")
_NO_DATE = N_("“{text}” is not a date.")
_LONG = N_("The text has {length:,} characters; at most {most:,} fit.")
_CONTROL = N_("The cell holds characters that cannot be shown.")
_NO_PHONE = N_("“{text}” is not a phone number.")
_NO_CHOICE = N_("“{text}” is none of: {choices}.")


def text(cell: Cell, *, most: int = 500) -> str:
    """Read text on one line: white space squeezed, control characters dropped.

    One ' before what could be a formula is taken away, as our own exports put it there.
    """
    read = _shown(cell)
    folded = (
        _squeezed(read)
        if len(read) <= _CACHED
        else " ".join(_printable(original(read.strip())).split())
    )
    if len(folded) > most:
        raise CellError(_LONG, length=len(folded), most=most)
    return folded


def code(cell: Cell, *, most: int = 64, number: bool = False) -> str:
    """Read an identifier, kept as text: full-width forms folded, 17850 as a number is "17850".

    With `number` also "17850.0" is.  Refuses 6.22E+18, whose last digits are lost.
    """
    read = cell if isinstance(cell, str) else _shown(cell)
    if len(read) <= _CACHED:
        return _code(read, most, number)
    return _code.__wrapped__(read, most, number)


@lru_cache(maxsize=16_384)
def _code(read: str, most: int, number: bool) -> str:
    read = plain(original(read.strip()))
    if _SCIENTIFIC.fullmatch(read) and "+" in read:
        raise CellError(_SHORTENED, text=_brief(read))
    if _CONTROLS.search(read):
        raise CellError(_CONTROL)
    if number and (match := _INTEGRAL.fullmatch(read)):
        read = match.group(1)
    if len(read) > most:
        raise CellError(_LONG, length=len(read), most=most)
    return read


def whole(cell: Cell, *, low: int = -(10**15), high: int = 10**15) -> int:
    """Read a whole number: １，０００, 1,000, 12.0; refuses fractions and wrong grouping."""
    number = scaled(cell, 0)
    if not low <= number <= high:
        raise CellError(_RANGE, text=_brief(shown(cell)), low=low, high=high)
    return number


def points(cell: Cell) -> int:
    """Read points: whole, at most 10^12 either way."""
    return whole(cell, low=-MOST_POINTS, high=MOST_POINTS)


def quantity(cell: Cell) -> int:
    """Read a number of pieces, negative when taken back, at most 10^9 either way."""
    return whole(cell, low=-(10**9), high=10**9)


def money(cell: Cell, *, places: int = 2, rounding: Rounding = Rounding.EXACT) -> int:
    """Read an amount and return minor units (or thousandths, with three places).

    Takes currency signs and (1.50) for minus 1.50.  Finer amounts are rounded as named, or
    refused; so is more than 10^14 units.
    """
    units = scaled(cell, places, rounding, currency=True)
    if abs(units) > MOST_MINOR:
        raise CellError(_RANGE, text=_brief(shown(cell)), low=-MOST_MINOR, high=MOST_MINOR)
    return units


def scaled(
    cell: Cell, places: int, rounding: Rounding = Rounding.EXACT, *, currency: bool = False
) -> int:
    """Read a number times 10^places as a whole number, exactly or rounded as named."""
    if isinstance(cell, str):
        return _scaled_text(cell[: _LONGEST_NUMBER + 1], places, rounding, currency)
    if isinstance(cell, bool):
        raise CellError(_IS_FLAG, text=shown(cell))
    if isinstance(cell, int):
        return int(cell * 10**places)
    if isinstance(cell, Decimal):
        return _units(cell, places, rounding, shown(cell))
    if isinstance(cell, datetime):
        raise CellError(_IS_DATE, text=shown(cell))
    _shown(cell)
    raise CellError(_NO_NUMBER, text="")


@lru_cache(maxsize=16_384)
def _scaled_text(read: str, places: int, rounding: Rounding, currency: bool) -> int:
    if len(read) > _LONGEST_NUMBER:
        raise CellError(_NO_NUMBER, text=_brief(read))
    folded = "" if ODD_DIGITS.search(read) else plain(original(read.strip()))
    bracketed = _BRACKETED.fullmatch(folded)
    if bracketed:
        folded = bracketed.group(1)
    if currency:
        folded = _CURRENCY.sub(r"\1", folded).strip()
    match = _NUMBER.fullmatch(folded)
    if match is None or (bracketed and match.group(1)):
        shortened = _SCIENTIFIC.fullmatch(folded)
        raise CellError(_SHORTENED if shortened else _NO_NUMBER, text=_brief(read))
    number = Decimal(match.group(2).replace(",", ""))
    if bracketed or match.group(1) == "-":
        number = -number
    return _units(number, places, rounding, read.strip())


def _units(number: Decimal, places: int, rounding: Rounding, read: str) -> int:
    context = Context(prec=_MOST_DIGITS, rounding=_ROUNDING[rounding], traps=[InvalidOperation])
    try:
        units = number.scaleb(places, context).quantize(Decimal(1), context=context)
    except InvalidOperation as error:
        raise CellError(_NO_NUMBER, text=_brief(read)) from error
    if rounding is Rounding.EXACT and context.flags[Inexact]:
        if places:
            raise CellError(_PLACES, text=_brief(read), places=places)
        raise CellError(_NO_WHOLE, text=_brief(read))
    return int(units)


def moment(cell: Cell, *, order: DateOrder = DateOrder.YMD) -> datetime:
    """Read a date and, where there is one, a time of day, to the second and without a zone.

    2026-03-15 08:26, 2026/3/15, 20260315, 2026年3月15日 下午2:30, Excel's 46096; 15/3/2026 only
    when the order is named.  Refuses days that do not exist, zones and two-digit years.
    """
    if isinstance(cell, str):
        return moment_from_text(cell[: _LONGEST_NUMBER + 1], order)
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        return serial_day(shown(cell))
    raise CellError(_NO_DATE, text=_brief(_shown(cell)))


def day(cell: Cell, *, order: DateOrder = DateOrder.YMD) -> date:
    """Read a date; a time of day beside it is dropped."""
    return moment(cell, order=order).date()


def phone(cell: Cell) -> str:
    """Read a phone as it is stored.

    Takes 13812345678 and 13812345678.0 as numbers and 1.3812345678E+10, which is exact; refuses
    1.38123E+10, which is not.
    """
    read = _shown(cell).strip()
    if ODD_DIGITS.search(read):
        raise CellError(_NO_PHONE, text=_brief(read))
    read = plain(original(read))
    match = _SCIENTIFIC.fullmatch(read)
    if match is not None:
        digits = match.group(1) + (match.group(2) or "")
        if len(digits) != int(match.group(3)) + 1:
            raise CellError(_SHORTENED, text=read)
        read = digits
    try:
        return normalise_phone(read)
    except RuleError as error:
        raise CellError.of(error) from None


def choice(cell: Cell, *, words: Mapping[str, str]) -> str:
    """Read one of a few words, in any script and case, and return what it stands for."""
    read = plain(_shown(cell)).casefold()
    if read in words:
        return words[read]
    raise CellError(_NO_CHOICE, text=_brief(read), choices=", ".join(words))


_YES_NO = {
    **dict.fromkeys(("1", "y", "yes", "true", "t", "是", "有", "√", "✓"), "1"),
    **dict.fromkeys(("0", "n", "no", "false", "f", "否", "无", "無", "×", "*"), ""),
}


def flag(cell: Cell) -> bool:
    """Read yes or no."""
    if isinstance(cell, bool):
        return cell
    read = plain(_shown(cell)).casefold()
    if read not in _YES_NO:
        raise CellError(_NO_CHOICE, text=_brief(read), choices="yes, no, 是, 否")
    return bool(_YES_NO[read])


def _shown(cell: Cell) -> str:
    if type(cell) is str:
        return cell
    if isinstance(cell, CellFault):
        raise CellError.of_fault(cell)
    return shown(cell)


@lru_cache(maxsize=16_384)
def _squeezed(read: str) -> str:
    return " ".join(_printable(original(read.strip())).split())


def _printable(read: str) -> str:
    return _CONTROLS.sub(" ", read)


def _brief(read: str) -> str:
    read = read.strip()
    return read if len(read) <= 40 else f"{read[:39]}…"
