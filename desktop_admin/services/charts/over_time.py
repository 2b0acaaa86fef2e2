"""Draws flows (what came and went, and what remains) and trends over calendar periods."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_admin.services.charts.data import FlowChart, Mark, Series, TrendChart, Unit, say
from desktop_admin.services.charts.frame import (
    LABEL,
    Box,
    Scale,
    about,
    grid,
    gutter,
    head,
    keys,
    scale_over,
    time_ticks,
    total,
    value_ticks,
)
from desktop_admin.services.charts.periods import Fold, Period, folded, groups
from desktop_admin.services.charts.sheet import Sheet
from desktop_admin.services.charts.style import MARKERS, Tone

_NARROWEST_COLUMN = 11
_NARROWEST_POINT = 4


def flow(sheet: Sheet, chart: FlowChart) -> None:
    """Gains above the line, losses below it; the level in a panel of its own on the same axis."""
    box = head(sheet, chart)
    named = [(s.tone, total(s, chart.unit), False) for s in (*chart.gains, *chart.losses)]
    box = keys(sheet, box, named)
    joined = groups(chart.periods, max(4, int(box.width / sheet.px(_NARROWEST_COLUMN))))
    shown = [period for period, _places in joined]

    def fold(series: Series, how: Fold) -> tuple[int, ...]:
        return tuple(folded(series.values, places, how) or 0 for _period, places in joined)

    gains = [(s, fold(s, Fold.SUM)) for s in chart.gains]
    losses = [(s, fold(s, Fold.SUM)) for s in chart.losses]
    high = max((sum(v[i] for _s, v in gains) for i in range(len(shown))), default=0)
    low = -max((sum(v[i] for _s, v in losses) for i in range(len(shown))), default=0)
    foot = box.bottom - sheet.px(34)
    split = box.top
    roomy = box.height > sheet.px(170)
    if chart.level and roomy:
        split += (foot - box.top) * 0.4
    top = split + (sheet.px(20) if split > box.top else 0)
    steps = value_ticks(chart.unit, low, high, about(sheet, foot - top))
    level = fold(chart.level, Fold.LAST) if chart.level else ()
    floor = _level_floor(level)
    upper = value_ticks(chart.unit, floor, max(level, default=0), 2) if level else ()
    left = box.left + max(gutter(sheet, steps, chart.unit), gutter(sheet, upper, chart.unit))
    plot = Box(left, top, box.right, foot)
    space = plot.width / max(1, len(shown))
    centres = [plot.left + space * (i + 0.5) for i in range(len(shown))]
    scale = scale_over(steps, low, high, plot.bottom, plot.top)
    grid(sheet, plot, scale, steps, chart.unit, signed=False)
    for sign, stacks in ((1, gains), (-1, losses)):
        _stack(sheet, chart.unit, shown, centres, space, scale, sign, stacks)
    if chart.level and split > box.top:
        area = Box(left, box.top + sheet.px(18), box.right, split)
        _level(sheet, area, chart.level, chart.unit, level, shown, centres)
    time_ticks(sheet, plot, shown, centres)


def _level_floor(level: Sequence[int]) -> int:
    return min((*level, 0), default=0)


def _stack(
    sheet: Sheet,
    unit: Unit,
    shown: Sequence[Period],
    centres: Sequence[float],
    space: float,
    scale: Scale,
    sign: int,
    stacks: Sequence[tuple[Series, tuple[int, ...]]],
) -> None:
    wide = min(space * 0.68, sheet.px(34))
    for i, (period, centre) in enumerate(zip(shown, centres, strict=True)):
        used = 0
        outermost = max((n for n, (_s, v) in enumerate(stacks) if v[i]), default=-1)
        for n, (series, values) in enumerate(stacks):
            value = values[i]
            if not value:
                continue
            inner, outer = scale.at(sign * used), scale.at(sign * (used + value))
            used += value
            top, high = min(inner, outer), abs(outer - inner)
            gap = 0.8 if n != outermost and high > 3 else 0.0
            radius = sheet.px(2.5) if n == outermost else 0.0
            corners = (radius, radius, 0, 0) if sign > 0 else (0, 0, radius, radius)
            at = top + (gap if sign > 0 else 0.0)
            sheet.box(centre - wide / 2, at, wide, max(1, high - gap), series.tone, corners=corners)
            sheet.marks.append(_mark(period, series, value, unit, centre - space / 2, top, space, max(5, high)))


def _mark(
    period: Period, series: Series, value: int | None, unit: Unit,
    left: float, top: float, width: float, height: float,
) -> Mark:  # fmt: skip
    label = f"{period.words()} · {series.name}"
    words = say(value, unit)
    return Mark(period.key, series.key, label, words, left, top, width, height, period.first, period.last)


def _level(
    sheet: Sheet,
    box: Box,
    series: Series,
    unit: Unit,
    level: Sequence[int],
    shown: Sequence[Period],
    centres: Sequence[float],
) -> None:
    steps = value_ticks(unit, _level_floor(level), max(level), 2)
    scale = scale_over(steps, min(level), max(level), box.bottom, box.top + sheet.px(4))
    grid(sheet, box, scale, steps, unit)
    _curve(sheet, series.tone, centres, [scale.at(v) for v in level], scale.at(0))
    name = f"{series.name} {say(level[-1], unit)}"
    sheet.key(box.left, box.top - sheet.px(9), series.tone, name, line=True)
    space = box.width / len(shown)
    for period, centre, value in zip(shown, centres, level, strict=True):
        sheet.marks.append(_mark(period, series, value, unit, centre - space / 2, box.top, space, box.height))


def _curve(sheet: Sheet, tone: Tone, xs: Sequence[float], ys: Sequence[float], base: float | None) -> None:
    colour = sheet.style.colour(tone)
    if base is not None and len(xs) > 1:
        sheet.area(xs, ys, base, colour)
    sheet.line(xs, ys, colour, width=2.2)
    spaced = len(xs) < 2 or (xs[-1] - xs[0]) / (len(xs) - 1) >= sheet.px(13)
    dots = range(len(xs)) if spaced else (len(xs) - 1,)
    sheet.line(
        [xs[i] for i in dots], [ys[i] for i in dots], colour,
        width=0, marker=MARKERS[tone], marker_size=sheet.px(7), above=4,
    )  # fmt: skip


def trend(sheet: Sheet, chart: TrendChart) -> None:
    """Lines from a base of nought, each named at its end with its last figure."""
    box = head(sheet, chart)
    most = max(4, int(box.width / sheet.px(_NARROWEST_POINT)))
    joined = groups(chart.periods, most)
    shown = [period for period, _places in joined]
    lines = [(s, [folded(s.values, places, chart.fold) for _period, places in joined]) for s in chart.series]
    if len(lines) > 1:
        box = keys(sheet, box, [(s.tone, s.name, True) for s, _values in lines])
    known = [v for _s, values in lines for v in values if v is not None]
    plot_bottom = box.bottom - sheet.px(34)
    steps = value_ticks(chart.unit, min(0, *known), max(known), about(sheet, plot_bottom - box.top))
    ends = [say(v, chart.unit) for v in (_last(values)[1] for _s, values in lines)]
    right = box.right - max(sheet.wide(word, LABEL) for word in ends) - sheet.px(10)
    plot = Box(box.left + gutter(sheet, steps, chart.unit), box.top, right, plot_bottom)
    space = plot.width / len(shown)
    centres = [plot.left + space * (i + 0.5) for i in range(len(shown))]
    scale = scale_over(steps, min(known), max(known), plot.bottom, plot.top)
    grid(sheet, plot, scale, steps, chart.unit)
    tags: list[tuple[float, str, Tone]] = []
    for series, values in lines:
        for run in _runs(values):
            ys = [scale.at(values[i] or 0) for i in run]
            base = scale.at(0) if len(lines) == 1 else None
            _curve(sheet, series.tone, [centres[i] for i in run], ys, base)
        _place, value = _last(values)
        tags.append((scale.at(value), say(value, chart.unit), series.tone))
    _tags(sheet, plot, tags)
    _trend_marks(sheet, chart, plot, shown, centres, lines, scale)
    time_ticks(sheet, plot, shown, centres)


def _last(values: Sequence[int | None]) -> tuple[int, int]:
    return next(((i, v) for i, v in reversed(list(enumerate(values))) if v is not None), (0, 0))


def _runs(values: Sequence[int | None]) -> list[list[int]]:
    """The stretches without a gap."""
    runs: list[list[int]] = [[]]
    for place, value in enumerate(values):
        if value is not None:
            runs[-1].append(place)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _tags(sheet: Sheet, plot: Box, tags: list[tuple[float, str, Tone]]) -> None:
    """Figures at the ends of the lines, pushed apart where they would lie on each other."""
    below = float("-inf")
    for y, words, tone in sorted(tags):
        y = max(y, below + sheet.px(15))
        below = y
        colour = sheet.style.colour(tone) if len(tags) > 1 else sheet.style.text
        at = plot.right + sheet.px(6)
        sheet.text(at, y, words, LABEL, colour=colour, down="center", strong=True)


def _trend_marks(
    sheet: Sheet,
    chart: TrendChart,
    plot: Box,
    shown: Sequence[Period],
    centres: Sequence[float],
    lines: Sequence[tuple[Series, list[int | None]]],
    scale: Scale,
) -> None:
    space = plot.width / len(shown)
    alone = len(lines) == 1
    for i, (period, centre) in enumerate(zip(shown, centres, strict=True)):
        for series, values in lines:
            value = values[i]
            if value is None:
                continue
            top = plot.top if alone else scale.at(value) - 9
            high = plot.height if alone else 18.0
            sheet.marks.append(_mark(period, series, value, chart.unit, centre - space / 2, top, space, high))
