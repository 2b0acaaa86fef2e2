"""Typed numbers to whole numbers: points, and money in minor units."""

import re
import unicodedata
from fractions import Fraction

from desktop_admin.services.rules.words import N_, RuleError

MOST_POINTS = 10**12
MOST_MINOR = 10**14
LONGEST_TEXT = 64

# Input methods and spreadsheets write the same signs in other ways; NFKC leaves these alone.
_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "*", "\u200b": None, "\ufeff": None})
_WHOLE = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)"
_POINTS = re.compile(rf"([+-]?) ?({_WHOLE}(?: ?\* ?{_WHOLE})*)")
_DECIMAL = rf"(?:{_WHOLE}(?:\.[0-9]*)?|\.[0-9]+)"
_MONEY = re.compile(rf"(?:[¥$€£] ?([+-]?)|([+-]?) ?[¥$€£]?) ?({_DECIMAL}(?: ?\* ?{_DECIMAL})*) ?元?")


def plain(text: str) -> str:
    """Fold full-width and look-alike signs to ASCII and squeeze white space."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_SIGNS).split())


def parse_points(text: str) -> int:
    """Read points as people type them: 1,000, １０００, 12*30, +50, -20.

    Whole points; refuses fractions, wrong grouping and more than 10^12 either way.
    """
    folded = _typed(text)
    match = _POINTS.fullmatch(folded)
    if match is None:
        if _MONEY.fullmatch(folded) and "." in folded:
            raise RuleError(N_("Points are whole numbers, without a decimal point."))
        raise RuleError(N_("“{text}” is not a number of points."), text=text.strip())
    points = 1
    for factor in match.group(2).split("*"):
        points *= int(factor.replace(",", "").replace(" ", ""))
    return _within(-points if match.group(1) == "-" else points, MOST_POINTS)


def parse_money(text: str, minor_digits: int = 2) -> int:
    """Read an amount such as 1,234.5, ￥12 or 12*3.50 and return minor units, exactly.

    Refuses an amount finer than the smallest coin, wrong grouping, and more than 10^14 units.
    """
    match = _MONEY.fullmatch(_typed(text))
    if match is None:
        raise RuleError(N_("“{text}” is not an amount of money."), text=text.strip())
    amount = Fraction(10**minor_digits)
    for factor in match.group(3).split("*"):
        amount *= Fraction(_digits(factor))
    if amount.denominator != 1:
        raise RuleError(
            N_("“{text}” has more than {digits} decimal places."),
            text=text.strip(),
            digits=minor_digits,
        )
    sign = match.group(1) or match.group(2)
    return _within(-int(amount) if sign == "-" else int(amount), MOST_MINOR)


def _typed(text: str) -> str:
    if not text.strip():
        raise RuleError(N_("A number is needed here."))
    if len(text) > LONGEST_TEXT:
        raise RuleError(N_("This is too long to be a number."))
    return plain(text)


def _digits(factor: str) -> str:
    number = factor.replace(",", "").replace(" ", "")
    return f"0{number}0" if number.endswith(".") else f"0{number}"


def _within(number: int, most: int) -> int:
    if abs(number) > most:
        raise RuleError(N_("The most that can be entered here is {most:,}."), most=most)
    return number
