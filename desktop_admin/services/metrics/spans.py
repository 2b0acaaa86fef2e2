"""Periods: what a period is compared to, and steps fine enough to be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from desktop_admin.services.charts.periods import Step
from desktop_admin.services.rules.dates import add_months


@dataclass(frozen=True, slots=True)
class Span:
    """A run of whole days, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def before(span: Span) -> Span:
    """The period just before: the same days of the month, quarter or year before, else as many days."""
    first, last = span.first, span.last
    if first.day == 1:
        for months, starts in ((12, (1,)), (3, (1, 4, 7, 10)), (1, tuple(range(1, 13)))):
            end = add_months(first, months) - timedelta(days=1)
            began = {12: None, 3: add_months(first, 1), 1: None}[months]
            fits = first.month in starts and last <= end and (began is None or last >= began)
            if fits and (months != 12 or last >= add_months(first, 3)):
                return _shifted(span, -months)
    return Span(first - timedelta(days=span.days), first - timedelta(days=1))


def year_before(span: Span) -> Span:
    """The same days a year earlier."""
    return _shifted(span, -12)


def step_for(span: Span) -> Step:
    """How fine a picture of this period is: at most some forty marks."""
    if span.days <= 45:
        return Step.DAY
    if span.days <= 190:
        return Step.WEEK
    return Step.MONTH if span.days <= 4 * 366 else Step.QUARTER


@cache
def values(count: int) -> str:
    """``WITH span(n, first, last) AS (VALUES …)`` for so many periods; parameters first_0, last_0, …"""
    rows = ", ".join(f"({n}, CAST(:first_{n} AS text), CAST(:last_{n} AS text))" for n in range(count))
    return f"WITH span(n, first, last) AS (VALUES {rows}) "


def params(spans: Sequence[Span]) -> dict[str, str]:
    """The parameters that ``values`` names."""
    said = {f"first_{n}": span.first.isoformat() for n, span in enumerate(spans)}
    return said | {f"last_{n}": span.last.isoformat() for n, span in enumerate(spans)}


def _shifted(span: Span, months: int) -> Span:
    first, last = add_months(span.first, months), add_months(span.last, months)
    if span.last == _month_end(span.last):
        last = _month_end(last)
    return Span(first, max(first, last))


def _month_end(day: date) -> date:
    return add_months(day.replace(day=1), 1) - timedelta(days=1)
