"""Calendar periods on an axis of time, and folding many of them into fewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from desktop_admin.i18n import current_language, format_date, format_month


class Step(StrEnum):
    """How long one period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Fold(StrEnum):
    """What the figure of a longer period is: the sum of its parts, the last, or the highest."""

    SUM = "sum"
    LAST = "last"
    HIGHEST = "highest"


STEPS: Final = tuple(Step)


@dataclass(frozen=True)
class Period:
    """A run of whole days, both ends included, named by its step."""

    first: date
    last: date
    step: Step = Step.DAY

    @property
    def key(self) -> str:
        """The ISO dates of both ends: "2026-05-01..2026-05-31"."""
        return f"{self.first.isoformat()}..{self.last.isoformat()}"

    def words(self) -> str:
        """The whole name, in the language in use."""
        if self.step is Step.DAY:
            return format_date(self.first)
        if self.step is Step.MONTH:
            return format_month(self.first)
        if self.step is Step.QUARTER:
            quarter = (self.first.month + 2) // 3
            text = "Q{quarter} {year}" if current_language() == "en" else "{year}年第{quarter}季度"
            if current_language() == "zh_TW":
                text = "{year}年第{quarter}季"
            return text.format(quarter=quarter, year=self.first.year)
        if self.step is Step.YEAR:
            return str(self.first.year) + ("" if current_language() == "en" else "年")
        return f"{format_date(self.first)} – {format_date(self.last)}"

    def tick(self) -> str:
        """The short name under an axis; the year stands in the line below it."""
        english = current_language() == "en"
        if self.step is Step.YEAR:
            return str(self.first.year)
        if self.step is Step.QUARTER:
            return f"Q{(self.first.month + 2) // 3}"
        if self.step is Step.MONTH:
            return format_month(self.first).split()[0] if english else f"{self.first.month}月"
        if english:
            return " ".join(format_date(self.first).split()[:2])
        return f"{self.first.month}月{self.first.day}日"


def start_of(day: date, step: Step) -> date:
    """The first day of the period that contains the day; weeks begin on Monday."""
    if step is Step.WEEK:
        return day - timedelta(days=day.weekday())
    if step is Step.MONTH:
        return day.replace(day=1)
    if step is Step.QUARTER:
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if step is Step.YEAR:
        return day.replace(month=1, day=1)
    return day


def end_of(day: date, step: Step) -> date:
    """The last day of the period that contains the day."""
    long = {Step.DAY: 0, Step.WEEK: 7, Step.MONTH: 31, Step.QUARTER: 92, Step.YEAR: 366}[step]
    if not long:
        return day
    first = start_of(day, step)
    return start_of(first + timedelta(days=long), step) - timedelta(days=1)


def periods(first: date, last: date, step: Step) -> tuple[Period, ...]:
    """All periods from the one with `first` to the one with `last`, clipped to both days."""
    found: list[Period] = []
    day = first
    while day <= last:
        end = min(end_of(day, step), last)
        found.append(Period(day, end, step))
        day = end + timedelta(days=1)
    return tuple(found)


def groups(given: Sequence[Period], most: int) -> tuple[tuple[Period, tuple[int, ...]], ...]:
    """Join periods into at most `most` (or into years): each with the places of its parts.

    The step grows from the given one through week, month, quarter and year until they fit.
    """
    if not given:
        return ()
    own = given[0].step
    for step in STEPS[STEPS.index(own) :]:
        joined: dict[date, list[int]] = {}
        for place, period in enumerate(given):
            joined.setdefault(start_of(period.first, step) if step is not own else period.first, [])
            joined[start_of(period.first, step) if step is not own else period.first].append(place)
        if len(joined) <= most or step is Step.YEAR:
            break
    return tuple(
        (Period(given[places[0]].first, given[places[-1]].last, step), tuple(places)) for places in joined.values()
    )


def folded(values: Sequence[int | None], places: Sequence[int], how: Fold) -> int | None:
    """One figure for several places; a gap (None) counts only when all are gaps."""
    known = [value for value in (values[place] for place in places) if value is not None]
    if not known:
        return None
    if how is Fold.SUM:
        return sum(known)
    return known[-1] if how is Fold.LAST else max(known)
