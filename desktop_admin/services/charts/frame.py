"""What every chart has around it: title, subtitle, keys, "as of", axes; and the empty picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_admin.services.charts.data import Chart, Series, Unit, say
from desktop_admin.services.charts.numbers import format_rate, inside, short, ticks
from desktop_admin.services.charts.periods import Period, Step
from desktop_admin.services.charts.sheet import Sheet
from desktop_admin.services.charts.style import Tone

TITLE = 15.0
SUBTITLE = 12.0
LABEL = 11.5
TICK = 11.0


@dataclass(frozen=True)
class Box:
    """A rectangle in logical pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


@dataclass(frozen=True)
class Scale:
    """Places whole numbers on a line of pixels."""

    low: int
    high: int
    at_low: float
    at_high: float

    def at(self, value: int) -> float:
        """Where a value lies."""
        share = (value - self.low) / max(1, self.high - self.low)
        return self.at_low + (self.at_high - self.at_low) * share


def head(sheet: Sheet, chart: Chart) -> Box:
    """Write title, subtitle and "as of"; answers what is left for the picture."""
    edge = min(sheet.px(18), sheet.width * 0.05)
    room = sheet.width - 2 * edge
    y = edge * 0.8 + sheet.px(TITLE) * 0.85
    title = sheet.fit(chart.title, TITLE, room - sheet.spare)
    sheet.text(edge, y, title, TITLE, strong=True)
    if chart.subtitle and sheet.height > sheet.px(130):
        y += sheet.px(SUBTITLE) * 1.55
        line = sheet.fit(chart.subtitle, SUBTITLE, room)
        sheet.text(edge, y, line, SUBTITLE, colour=sheet.style.muted)
    bottom = sheet.height - edge * 0.8
    words = chart.as_of_words()
    if words and sheet.height > sheet.px(160):
        line = sheet.fit(words, 10.5, room)
        sheet.text(edge, bottom, line, 10.5, colour=sheet.style.muted, down="baseline")
        bottom -= sheet.px(10.5) * 1.7
    return Box(edge, y + sheet.px(17), sheet.width - edge, bottom)


def keys(sheet: Sheet, box: Box, named: Sequence[tuple[Tone, str, bool]]) -> Box:
    """Write the legend as one or more lines (tone, name, as a line); answers the room below."""
    x, y, high = box.left, box.top + sheet.px(8), sheet.px(18)
    for tone, name, as_line in named:
        shown = sheet.fit(name, LABEL, box.width - sheet.px(16))
        ends = x + sheet.px(15) + sheet.wide(shown, LABEL)
        if ends > box.right and x > box.left:
            x, y = box.left, y + high
        x = sheet.key(x, y, tone, shown, line=as_line)
    return Box(box.left, y + sheet.px(20), box.right, box.bottom)


def tick_words(value: int, unit: Unit) -> str:
    """A figure beside an axis, short."""
    if unit is Unit.RATE:
        whole = format_rate(value)
        return f"{value // 100}%" if value % 100 == 0 else whole
    return short(value // 100) if unit is Unit.MONEY else short(value)


def about(sheet: Sheet, height: float) -> int:
    """How many grid lines a height can carry."""
    return max(1, min(6, int(height / sheet.px(38))))


def value_ticks(unit: Unit, low: int, high: int, steps: int) -> tuple[int, ...]:
    """Ticks that the figures reach: whole yuan for money, whole percent for big rates."""
    size = 100 if unit is Unit.MONEY or (unit is Unit.RATE and high > 300) else 1
    marks: tuple[int, ...] = ()
    for finer in range(steps, steps + 6):
        marks = ticks(low // size, -(-high // size), finer)
        reached = inside(tuple(mark * size for mark in marks), low, high)
        if len(reached) > 1:
            return reached
    return tuple(mark * size for mark in marks)


def scale_over(marks: Sequence[int], low: int, high: int, bottom: float, top: float) -> Scale:
    """A scale that holds all ticks and all figures, and nothing more."""
    return Scale(min(*marks, low), max(*marks, high), bottom, top)


def gutter(sheet: Sheet, marks: Sequence[int], unit: Unit) -> float:
    """Room that the figures of an axis need at its left."""
    return max((sheet.wide(tick_words(t, unit), TICK) for t in marks), default=0) + sheet.px(8)


def grid(sheet: Sheet, box: Box, scale: Scale, marks: Sequence[int], unit: Unit, *, signed: bool = True) -> None:
    """Draw grid lines with their figures at the left; nought is the base."""
    for tick in marks:
        y = scale.at(tick)
        sheet.rule(box.left, box.right, y, strong=tick == 0)
        sheet.text(
            box.left - sheet.px(8), y, tick_words(tick if signed else abs(tick), unit), TICK,
            colour=sheet.style.muted, across="right", down="center",
        )  # fmt: skip


def time_ticks(sheet: Sheet, box: Box, shown: Sequence[Period], centres: Sequence[float]) -> None:
    """Name the periods under an axis, as many as there is room for, with the year below."""
    widest = max(sheet.wide(period.tick(), TICK) for period in shown) + sheet.px(10)
    least = max(1, -(-int(widest) // max(1, int(box.width / len(shown)))))
    stride, start = _stride(shown, least)
    y = box.bottom + sheet.px(15)
    year = 0
    for place in range(start, len(shown), stride):
        period = shown[place]
        sheet.text(centres[place], y, period.tick(), TICK, colour=sheet.style.muted, across="center")
        if period.first.year != year and period.step is not Step.YEAR:
            year = period.first.year
            sheet.text(
                centres[place], y + sheet.px(14), str(year), TICK,
                colour=sheet.style.muted, across="center",
            )  # fmt: skip


def _stride(shown: Sequence[Period], least: int) -> tuple[int, int]:
    """Every how many-th period is named, and the first: months by halves of a year and the like."""
    step = shown[0].step
    if step not in (Step.MONTH, Step.QUARTER):
        return least, 0
    wanted = (1, 2, 3, 6, 12, 24, 60) if step is Step.MONTH else (1, 2, 4, 8, 20)
    stride = next((n for n in wanted if n >= least), least)
    months = 1 if step is Step.MONTH else 3
    fits = (i for i, p in enumerate(shown) if (p.first.month - 1) // months % min(stride, 12) == 0)
    return stride, next(fits, 0) if stride > 2 else 0


def total(series: Series, unit: Unit) -> str:
    """The name of a series and its sum, for a key."""
    return f"{series.name} {say(sum(v or 0 for v in series.values), unit)}"


def nothing(sheet: Sheet, chart: Chart) -> None:
    """A friendly picture where there are no figures."""
    box = head(sheet, chart)
    middle = (box.left + box.right) / 2
    centre = (box.top + box.bottom) / 2
    if box.height > sheet.px(90):
        for place, tall in enumerate((14, 26, 20, 34)):
            left = middle - sheet.px(34) + place * sheet.px(18)
            tall_px = sheet.px(tall)
            top = centre - sheet.px(6) - tall_px
            sheet.box(left, top, sheet.px(12), tall_px, sheet.style.grid, corners=(2, 2, 0, 0))
        centre += sheet.px(16)
    line = sheet.fit(chart.nothing(), 12.5, box.width)
    sheet.text(middle, centre, line, 12.5, colour=sheet.style.muted, across="center", down="center")
