"""Numbers of orders: printed, scanned, typed; a check digit tells a mistyped one."""

import re
import unicodedata
from datetime import date

from desktop_admin.services.rules.words import N_, RuleError

# Damm's table: every wrong digit and every swap of two neighbours shows.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_FORM = re.compile(r"R[0-9]{12,24}")


def order_number(placed_on: date, sequence: int) -> str:
    """Return R, the day (yymmdd), a running number of at least five digits, a check digit."""
    if sequence <= 0:
        raise ValueError("orders are numbered from 1")
    digits = f"{placed_on:%y%m%d}{sequence:05d}"
    return f"R{digits}{_check(digits)}"


def looks_like_order(text: str) -> bool:
    """Say whether a typed or scanned text has the form of an order's number."""
    return _FORM.fullmatch(_folded(text)) is not None


def read_order_number(text: str) -> str:
    """Return a typed or scanned number in its one form; refuses a mistyped one."""
    number = _folded(text)
    if not _FORM.fullmatch(number) or _check(number[1:]):
        raise RuleError(N_("“{text}” is not the number of a redemption."), text=text.strip())
    return number


def _folded(text: str) -> str:
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def _check(digits: str) -> int:
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return state
