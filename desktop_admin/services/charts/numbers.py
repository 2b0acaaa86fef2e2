"""Whole numbers on an axis: steps that people count in, and short names for big ones."""

from __future__ import annotations

from desktop_admin.i18n import MINUS, current_language, format_number

_SHORT_EN = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K"))
_SHORT_CN = ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"))
_SHORT_TW = ((10**12, "兆"), (10**8, "億"), (10**4, "萬"))


def nice_step(largest: int, about: int) -> int:
    """The smallest 1, 2, 2.5 or 5 × 10ⁿ (a whole number) that needs at most `about` steps."""
    size = 1
    while True:
        for tenth in (10, 20, 25, 50):
            if tenth * size % 10 == 0 and tenth * size // 10 * max(1, about) >= largest:
                return tenth * size // 10
        size *= 10


def ticks(low: int, high: int, about: int) -> tuple[int, ...]:
    """Evenly spaced whole numbers that hold nought, `low` and `high`."""
    low, high = min(0, low), max(0, high)
    step = nice_step(max(1, high - low), about)
    first, last = low // step * step, -(-high // step) * step
    return tuple(range(first, max(last, step if low == 0 else 0) + 1, step))


def inside(marks: tuple[int, ...], low: int, high: int) -> tuple[int, ...]:
    """The ticks that the figures reach, nought always among them."""
    return tuple(mark for mark in marks if low <= mark <= high or mark == 0)


def short(value: int) -> str:
    """A figure for an axis: 12,000 is 12K in English and 1.2万 in Chinese."""
    names = {"zh_CN": _SHORT_CN, "zh_TW": _SHORT_TW}.get(current_language(), _SHORT_EN)
    for size, name in names:
        if abs(value) >= size:
            parts = (abs(value) * 100 + size // 2) // size
            digits = f".{parts % 100:02d}".rstrip("0.") if parts < 10_000 else ""
            return f"{MINUS if value < 0 else ''}{parts // 100:,}{digits}{name}"
    return format_number(value)


def format_rate(rate: int) -> str:
    """A rate in hundredths of a percent, to one place, rounded half up: 1234 is 12.3%."""
    tenths = (abs(rate) + 5) // 10
    return f"{MINUS if rate < 0 and tenths else ''}{tenths // 10:,}.{tenths % 10}%"
