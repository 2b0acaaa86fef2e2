"""Six charts of the dashboard drawn by ours, against the same figures drawn by matplotlib by hand at the same size.

By hand means what a script would do: bars or lines, a title, names at the axes, a legend where there are two series; no
marks to point at, no shortened names, no headline. The face is the one ours takes, or drawing Chinese would be compared
with drawing boxes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench.measure import Result, at_most, interleaved
from desktop_admin.services import charts
from desktop_admin.services.charts import BarChart, Chart, ChartStyle, FlowChart, Step, dashboard, periods

WIDTH, HEIGHT, DPI = 520, 340, 96
GOAL = 1.0
MONTHS = 24


def run() -> list[Result]:
    from pylopdf_fonts_zh_cn import sans_path

    style = charts.light(families=("Noto Sans SC", "DejaVu Sans"), font_files=(Path(sans_path()),))
    six = _six()
    names = "six charts of the dashboard drawn", "the same by hand in matplotlib"
    ours, floor = interleaved(_each(six, lambda chart: _ours(chart, style)), _each(six, lambda c: _by_hand(c, style)))
    return [at_most(*names, ours, floor, GOAL)]


def _each(six: list[Chart], draw: Callable[[Chart], bytes]) -> Callable[[], object]:
    return lambda: [draw(chart) for chart in six]


def _six() -> list[Chart]:
    as_of = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
    over = periods(date(2025, 1, 1), date(2026, 12, 31), Step.MONTH)[:MONTHS]
    up = [1_000 + 137 * (n % 7) for n in range(MONTHS)]
    out = [400 + 91 * (n % 5) for n in range(MONTHS)]
    named = dashboard.Named
    return [
        dashboard.movement(over, up, out, [n % 90 for n in range(MONTHS)], up, as_of=as_of),
        dashboard.tier_mix([named("1", "普通", 90), named("2", "金卡", 10)], as_of=as_of),
        dashboard.top_items([named(str(n), f"礼品 {n}", 50 - n) for n in range(20)]),
        dashboard.redemption_rate(over, up, out, as_of=as_of),
        dashboard.active_members(over, out, as_of=as_of),
        dashboard.aged_orders([named(str(n), f"{n} days", n) for n in range(4)], as_of=as_of),
    ]


def _ours(chart: Chart, style: ChartStyle) -> bytes:
    return charts.draw(chart, style, WIDTH, HEIGHT).rgba


def _by_hand(chart: Chart, style: ChartStyle) -> bytes:
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with rc_context({"font.family": list(style.families)}):
        figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI)
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        _fill(axes, chart)
        axes.set_title(chart.title)
        figure.subplots_adjust(bottom=0.2, left=0.2)
        canvas.draw()
        return bytes(canvas.buffer_rgba())


def _fill(axes: Any, chart: Chart) -> None:
    table = chart.table()
    names = [row.label for row in table.rows]
    columns = list(zip(*(row.values for row in table.rows), strict=True))
    if isinstance(chart, BarChart):
        bars = axes.barh(names, [value or 0 for value in columns[0]])
        axes.bar_label(bars)
        return
    places = range(len(names))
    for heading, values in zip(table.headings[1:], columns, strict=True):
        figures = [value or 0 for value in values]
        if isinstance(chart, FlowChart):
            axes.bar(places, figures, label=heading)
        else:
            axes.plot(places, figures, marker="o", label=heading)
    axes.set_xticks(places[::6], names[::6])
    axes.legend()
