"""Draws named things side by side: lying bars, standing classes, and a grid of heat."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_admin.i18n import _, format_number, ngettext
from desktop_admin.services.charts.data import Bar, BarChart, HeatChart, Mark, say
from desktop_admin.services.charts.frame import (
    LABEL,
    TICK,
    Box,
    Scale,
    about,
    grid,
    gutter,
    head,
    keys,
    scale_over,
    value_ticks,
)
from desktop_admin.services.charts.sheet import Sheet
from desktop_admin.services.charts.style import Tone

_ROW = 25.0


def lying(sheet: Sheet, chart: BarChart) -> None:
    """One bar a line: name at the left, figure and note at its end, the target as a tick."""
    box = head(sheet, chart)
    if chart.target_name:
        box = _target_key(sheet, box, chart)
    most = max(1, int(box.height / sheet.px(_ROW * 0.82)))
    bars = list(chart.bars)
    left_out = len(bars) - most + 1 if len(bars) > most else 0
    if left_out:
        bars = bars[: max(1, most - 1)]
    high = min(sheet.px(54), box.height / (len(bars) + (1 if left_out else 0)))
    names = min(
        max(sheet.wide(sheet.fit(b.label, LABEL, box.width * 0.4), LABEL) for b in bars),
        box.width * 0.4,
    )
    tails = max(sheet.wide(_tail(chart, bar), LABEL) for bar in bars) + sheet.px(12)
    tails = min(tails, box.width * 0.45)
    left = box.left + names + sheet.px(10)
    right = max(left + sheet.px(24), box.right - tails)
    largest = max(max(bar.value, bar.target or 0) for bar in bars)
    scale = Scale(0, max(1, largest), left, right)
    for place, bar in enumerate(bars):
        _lying_bar(sheet, chart, bar, scale, Box(box.left, box.top + place * high, box.right, high))
    if left_out:
        words = ngettext("and {count} more", "and {count} more", left_out)
        y = box.top + (len(bars) + 0.5) * high
        said = words.format(count=format_number(left_out))
        sheet.text(left, y, said, TICK, colour=sheet.style.muted, down="center")


def _tail(chart: BarChart, bar: Bar) -> str:
    words = say(bar.value, chart.unit)
    return f"{words}  {bar.note}" if bar.note else words


def _target_key(sheet: Sheet, box: Box, chart: BarChart) -> Box:
    below = keys(sheet, box, [(Tone.BAD, chart.series or _("Value"), False)])
    x = box.left + sheet.px(34) + sheet.wide(chart.series or _("Value"), LABEL)
    y = box.top + sheet.px(8)
    sheet.line((x, x), (y - sheet.px(6), y + sheet.px(6)), sheet.style.text, width=2)
    sheet.text(x + sheet.px(7), y, chart.target_name, LABEL, down="center")
    return below


def _lying_bar(sheet: Sheet, chart: BarChart, bar: Bar, scale: Scale, line: Box) -> None:
    """`line` is the left, the top, the right and the height of its line."""
    middle = line.top + line.bottom / 2
    thick = min(sheet.px(26), line.bottom * 0.62)
    start, end = scale.at(0), scale.at(max(0, bar.value))
    name = sheet.fit(bar.label, LABEL, start - sheet.px(9) - line.left)
    sheet.text(start - sheet.px(10), middle, name, LABEL, across="right", down="center")
    radius = sheet.px(3)
    sheet.box(
        start, middle - thick / 2, max(1.5, end - start), thick, bar.tone,
        corners=(0, radius, radius, 0),
    )  # fmt: skip
    after = end
    if bar.target is not None:
        x = scale.at(bar.target)
        half = thick / 2 + sheet.px(3)
        sheet.line((x, x), (middle - half, middle + half), sheet.style.text, width=2, above=4)
        after = max(after, x)
    words = say(bar.value, chart.unit)
    sheet.text(after + sheet.px(7), middle, words, LABEL, down="center", strong=True)
    if bar.note:
        at = after + sheet.px(7) + sheet.wide(words, LABEL) + sheet.px(8)
        note = sheet.fit(bar.note, LABEL, line.right + sheet.px(8) - at)
        sheet.text(at, middle, note, LABEL, colour=sheet.style.muted, down="center")
    sheet.marks.append(
        Mark(bar.key, chart.series, bar.label[:120], _tail(chart, bar),
             line.left, line.top, line.right - line.left, line.bottom)
    )  # fmt: skip


def standing(sheet: Sheet, chart: BarChart) -> None:
    """Classes with an order from left to right, each with its figure on top."""
    box = head(sheet, chart)
    largest = max(bar.value for bar in chart.bars)
    foot = box.bottom - sheet.px(20)
    top = box.top + sheet.px(16)
    steps = value_ticks(chart.unit, 0, largest, about(sheet, foot - top))
    plot = Box(box.left + gutter(sheet, steps, chart.unit), top, box.right, foot)
    scale = scale_over(steps, 0, largest, plot.bottom, plot.top)
    grid(sheet, plot, scale, steps, chart.unit)
    space = plot.width / len(chart.bars)
    wide = min(space * 0.6, sheet.px(64))
    for place, bar in enumerate(chart.bars):
        centre = plot.left + space * (place + 0.5)
        y = scale.at(bar.value)
        radius = sheet.px(3)
        sheet.box(centre - wide / 2, y, wide, plot.bottom - y, bar.tone, corners=(radius, radius, 0, 0))
        words = say(bar.value, chart.unit)
        sheet.text(centre, y - sheet.px(5), words, LABEL, across="center", strong=True)
        name = sheet.fit(bar.label, TICK, space - sheet.px(4))
        below = plot.bottom + sheet.px(16)
        sheet.text(centre, below, name, TICK, colour=sheet.style.muted, across="center")
        sheet.marks.append(
            Mark(bar.key, chart.series, bar.label[:120], words,
                 centre - space / 2, plot.top - sheet.px(16), space, plot.height + sheet.px(36))
        )  # fmt: skip


def heat(sheet: Sheet, chart: HeatChart) -> None:
    """Squares that grow and deepen with their figure: size says what the colour says."""
    box = head(sheet, chart)
    names = max(sheet.wide(label, TICK) for _key, label in chart.rows) + sheet.px(10)
    legend = sheet.px(22) if box.height > sheet.px(120) else 0.0
    plot = Box(box.left + names, box.top, box.right, box.bottom - sheet.px(18) - legend)
    wide, high = plot.width / len(chart.columns), plot.height / len(chart.rows)
    largest = max(max(line) for line in chart.cells)
    peak = chart.peak()
    for r, (row_key, row_label) in enumerate(chart.rows):
        y = plot.top + high * (r + 0.5)
        sheet.text(plot.left - sheet.px(10), y, row_label, TICK,
                   colour=sheet.style.muted, across="right", down="center")  # fmt: skip
        for c, (column_key, column_label) in enumerate(chart.columns):
            value = chart.cells[r][c]
            x = plot.left + wide * (c + 0.5)
            _cell(sheet, x, y, wide, high, value, largest)
            if (r, c) == peak:
                _ring(sheet, x, y, wide, high)
            sheet.marks.append(
                Mark(f"{row_key}|{column_key}", "", f"{row_label} {column_label}",
                     say(value, chart.unit), x - wide / 2, y - high / 2, wide, high)
            )  # fmt: skip
    _heat_columns(sheet, plot, chart, wide)
    if legend:
        _heat_key(sheet, chart, plot, largest)


def _cell(sheet: Sheet, x: float, y: float, wide: float, high: float, value: int, largest: int) -> None:
    share = value / max(1, largest)
    w, h = wide * (0.34 + 0.56 * share), high * (0.34 + 0.56 * share)
    tone = sheet.style.colour(Tone.FIRST) if value else sheet.style.grid
    alpha = 0.28 + 0.72 * share if value else 0.75
    corner = min(w, h) * 0.22
    sheet.box(x - w / 2, y - h / 2, w, h, tone, corners=(corner,) * 4, alpha=alpha)


def _ring(sheet: Sheet, x: float, y: float, wide: float, high: float) -> None:
    w, h = wide * 0.49, high * 0.49
    xs = (x - w, x + w, x + w, x - w, x - w)
    sheet.line(xs, (y - h, y - h, y + h, y + h, y - h), sheet.style.text, width=1.4, above=5)


def _heat_columns(sheet: Sheet, plot: Box, chart: HeatChart, wide: float) -> None:
    widest = max(sheet.wide(label, TICK) for _key, label in chart.columns) + sheet.px(8)
    least = max(1, -(-int(widest) // max(1, int(wide))))
    stride = next((n for n in (1, 2, 3, 4, 6, 12) if n >= least), least)
    y = plot.bottom + sheet.px(13)
    for c in range(0, len(chart.columns), stride):
        x = plot.left + wide * (c + 0.5)
        label = chart.columns[c][1]
        sheet.text(x, y, label, TICK, colour=sheet.style.muted, across="center")


def _heat_key(sheet: Sheet, chart: HeatChart, plot: Box, largest: int) -> None:
    y = plot.bottom + sheet.px(30)
    x = plot.left + sheet.px(4)
    for value in _shades(largest):
        _cell(sheet, x + sheet.px(4), y, sheet.px(15), sheet.px(15), value, largest)
        words = say(value, chart.unit)
        sheet.text(x + sheet.px(16), y, words, 10.5, colour=sheet.style.muted, down="center")
        x += sheet.px(16) + sheet.wide(words, 10.5) + sheet.px(16)
    words = _("peak {value}").format(value=say(largest, chart.unit))
    if x + sheet.wide(words, 10.5) + sheet.px(22) < plot.right:
        _ring(sheet, x + sheet.px(6), y, sheet.px(13), sheet.px(13))
        sheet.text(x + sheet.px(18), y, words, 10.5, colour=sheet.style.muted, down="center")


def _shades(largest: int) -> Sequence[int]:
    return sorted({0, (largest + 2) // 4, largest // 2, largest})
