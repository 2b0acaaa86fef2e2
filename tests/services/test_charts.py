"""Charts: data in, picture out; every letter can be drawn, and what is drawn can be pointed at."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_admin import i18n
from desktop_admin.services import charts
from desktop_admin.services.charts import (
    Bar,
    BarChart,
    FlowChart,
    Fold,
    Period,
    Picture,
    Series,
    Step,
    Tone,
    TrendChart,
    Unit,
    dashboard,
    periods,
)
from desktop_admin.services.charts.numbers import nice_step, short, ticks
from desktop_admin.services.charts.periods import folded, groups

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "x" * 10_000,
    "$10 & $20 $\\frac{1}{2}$",
    "雨伞 ☂ 😀🎁",
    "مرحبا שלום",
    "\u202eevil\u202c \x00\x07 \ud800",
    "直角骨 龘",
    "",
    "   \n\n  ",
)
AS_OF = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)


def style(dark=False, **changes):
    """A style with the bundled Chinese face."""
    from pylopdf_fonts_zh_cn import sans_path

    make = charts.dark if dark else charts.light
    given = {"families": ("Noto Sans SC", "DejaVu Sans"), "font_files": (Path(sans_path()),)}
    return make(**{**given, **changes})


@pytest.fixture(autouse=True)
def english():
    before = i18n.current_language()
    i18n.use_language("en")
    yield
    i18n.use_language(before)


def months(count=12):
    """The months from January 2025."""
    return periods(date(2025, 1, 1), date(2025 + (count - 1) // 12, 12, 31), Step.MONTH)[:count]


def all_charts(count=12):
    """One of each chart of the dashboard."""
    over = months(count)
    up = [1_000 + 137 * (n % 7) for n in range(count)]
    out = [400 + 91 * (n % 5) for n in range(count)]
    named = dashboard.Named
    return [
        dashboard.movement(over, up, out, [n % 90 for n in range(count)], up, as_of=AS_OF),
        dashboard.tier_mix([named("1", "普通", 90), named("2", "金卡", 10)], as_of=AS_OF),
        dashboard.top_items([named(str(n), f"礼品 {n}", 50 - n) for n in range(20)]),
        dashboard.redemption_rate(over, up, out, as_of=AS_OF),
        dashboard.active_members(over, out, as_of=AS_OF),
        dashboard.aged_orders([named(str(n), f"{n} days", n) for n in range(4)], as_of=AS_OF),
        dashboard.low_stock(
            [dashboard.Shelf("1", "Mug", 3, 10), dashboard.Shelf("2", "Bag", 9, 5)]
        ),
        dashboard.peaks([[h * d for h in range(14)] for d in range(7)], first_hour=8, as_of=AS_OF),
    ]


def empty_charts():
    """The same with nothing in them."""
    return [
        dashboard.movement((), (), (), (), ()),
        dashboard.movement(months(2), (0, 0), (0, 0), (0, 0), (0, 0)),
        dashboard.tier_mix(()),
        dashboard.top_items(()),
        dashboard.redemption_rate(months(2), (0, 0), (5, 5)),
        dashboard.active_members((), ()),
        dashboard.aged_orders(()),
        dashboard.low_stock(()),
        dashboard.peaks([[0] * 24 for _day in range(7)]),
        dashboard.peaks([]),
    ]


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
@pytest.mark.parametrize("dark", [False, True])
def test_every_chart_draws_without_a_missing_letter(language, dark):
    i18n.use_language(language)
    for chart in [*all_charts(), *empty_charts()]:
        drawing = charts.draw(chart, style(dark), 480, 320, 1.5)
        assert (drawing.width, drawing.height) == (720, 480)
        assert len(drawing.rgba) == 720 * 480 * 4
        assert len(set(drawing.rgba[:: 4 * 97])) > 1  # not one flat colour
        assert bool(drawing.marks) != chart.is_empty()


def test_only_the_fonts_that_matplotlib_brings_are_enough_to_draw():
    drawing = charts.draw(all_charts()[1], charts.light(families=("No Such Face",)), 400, 300)
    assert drawing.marks


@pytest.mark.parametrize("size", [(1, 1), (160, 100), (220, 150), (2000, 900), (300, 2000)])
@pytest.mark.parametrize("scale", [0.9, 1.6])
def test_any_size_draws(size, scale):
    for chart in all_charts(24):
        charts.draw(chart, style(scale=scale), *size)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(text):
    bars = BarChart(title=text, subtitle=text, bars=(Bar("k", text, 3, text), Bar("l", "ok", 1)))
    drawing = charts.draw(bars, style(), 400, 300)
    assert [mark.key for mark in drawing.marks] == ["k", "l"]
    assert len(drawing.marks[0].label) <= 120


def test_marks_lie_on_the_sheet_and_name_their_days():
    for chart in all_charts():
        drawing = charts.draw(chart, style(), 520, 340)
        for mark in drawing.marks:
            assert mark.left >= -1
            assert mark.left + mark.width <= 521
            assert mark.top >= -1
            assert mark.top + mark.height <= 341
    flow = charts.draw(all_charts()[0], style(), 520, 340)
    first = next(mark for mark in flow.marks if mark.series == "issued")
    assert (first.first, first.last) == (date(2025, 1, 1), date(2025, 1, 31))
    assert first.value == "1,000"


def test_bars_are_as_long_as_their_figures():
    from matplotlib.patches import PathPatch

    from desktop_admin.services.charts.drawing import _sheet
    from desktop_admin.services.charts.sheet import LOCK

    chart = dashboard.aged_orders([dashboard.Named(k, k, v) for k, v in (("a", 10), ("b", 5))])
    with LOCK:
        sheet = _sheet(chart, style(), 500, 300, 1.0)
        tall = [
            patch.get_path().get_extents().height
            for patch in sheet.figure.artists
            if isinstance(patch, PathPatch)
        ]
    assert max(tall) == pytest.approx(2 * sorted(tall)[-2], rel=0.01)


def test_colour_is_never_the_only_sign():
    from desktop_admin.services.charts.style import HATCHES, MARKERS

    used = [Tone.FIRST, Tone.SECOND, Tone.THIRD, Tone.FOURTH, Tone.QUIET]
    assert len({HATCHES[tone] for tone in used}) == len(used)
    assert len({MARKERS[tone] for tone in used}) == len(used)


def luminance(colour):
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("look", [charts.light(), charts.dark()])
def test_marks_stand_out_from_the_ground(look):
    def contrast(one, other):
        high, low = sorted((luminance(one), luminance(other)), reverse=True)
        return (high + 0.05) / (low + 0.05)

    assert all(contrast(look.colour(tone), look.ground) >= 3 for tone in Tone)
    assert contrast(look.text, look.ground) >= 7
    assert contrast(look.muted, look.ground) >= 4.5


def test_the_table_has_the_same_numbers():
    table = all_charts()[0].table()
    assert table.headings == ("Period", "Issued", "Redeemed", "Expired", "Outstanding")
    assert table.rows[0].values == (1_000, 400, 0, 1_000)
    assert table.texts()[0] == ("Jan 2025", "1,000", "400", "0", "1,000")
    stock = dashboard.low_stock([dashboard.Shelf("1", "Mug", 3, 10)]).table()
    assert stock.texts() == (("Mug", "3", "10"),)


def test_the_headline_says_what_the_picture_shows():
    flow = all_charts()[0].headline()
    assert flow.startswith("Movement of points: Issued ")
    assert "Outstanding" in flow
    assert empty_charts()[2].headline() == "Members by tier: No members yet."
    assert "×" not in all_charts()[7].headline()


def test_a_rate_is_whole_numbers_and_a_gap_where_nothing_was_issued():
    chart = dashboard.redemption_rate(months(3), (300, 0, 3), (100, 50, 2))
    assert chart.series[0].values == (3333, None, 6667)
    assert [row[1] for row in chart.table().texts()] == ["33.3%", "–", "66.7%"]


def test_three_thousand_days_become_few_columns_and_lose_no_point():
    over = periods(date(2018, 1, 1), date(2026, 3, 19), Step.DAY)
    assert len(over) == 3_000
    values = tuple(range(3_000))
    chart = FlowChart(
        title="t", periods=over, gains=(Series("i", "Issued", values),), losses=(),
        level=Series("o", "Out", values),
    )  # fmt: skip
    drawing = charts.draw(chart, style(), 520, 340)
    columns = [mark for mark in drawing.marks if mark.series == "i"]
    assert len(columns) <= 60
    assert sum(int(mark.value.replace(",", "")) for mark in columns) == sum(values)
    levels = [mark for mark in drawing.marks if mark.series == "o"]
    assert levels[-1].value == "2,999"
    trend = TrendChart(title="t", periods=over, series=(Series("i", "I", values),))
    assert len(charts.draw(trend, style(), 520, 340).marks) <= 140


@given(st.integers(1, 400), st.integers(4, 40), st.sampled_from(list(Step)))
def test_joined_periods_cover_every_day_once(count, most, step):
    over = periods(date(2020, 2, 29), date(2020, 2, 29).replace(year=2029, day=28), step)[:count]
    joined = groups(over, most)
    assert [place for _period, places in joined for place in places] == list(range(len(over)))
    assert joined[0][0].first == over[0].first
    assert joined[-1][0].last == over[-1].last
    sums = [folded([1] * len(over), places, Fold.SUM) or 0 for _period, places in joined]
    assert sum(sums) == len(over)


@given(st.integers(-(10**13), 10**13), st.integers(0, 10**13), st.integers(1, 8))
def test_ticks_are_whole_evenly_spaced_and_hold_nought(low, span, about):
    marks = ticks(low, low + span, about)
    assert 0 in marks
    assert len({b - a for a, b in pairwise(marks)}) <= 1
    assert marks[0] <= low or low > 0
    assert marks[-1] >= low + span
    assert len(marks) <= about + 3
    assert nice_step(max(1, span), about) * about >= span


@pytest.mark.parametrize(
    ("language", "value", "words"),
    [
        ("en", 999, "999"),
        ("en", 1_250, "1.25K"),
        ("en", -12_000, "\u221212K"),
        ("zh_CN", 9_999, "9,999"),
        ("zh_CN", 125_000, "12.5万"),
        ("zh_TW", 300_000_000, "3億"),
        ("zh_CN", 10_000, "1万"),
    ],
)
def test_short_numbers(language, value, words):
    i18n.use_language(language)
    assert short(value) == words


def test_names_of_periods():
    day = date(2026, 5, 4)
    names = {step: Period(day, day, step).words() for step in Step}
    assert names[Step.MONTH] == "May 2026"
    assert names[Step.QUARTER] == "Q2 2026"
    i18n.use_language("zh_TW")
    assert Period(day, day, Step.QUARTER).words() == "2026年第2季"


@pytest.mark.parametrize("kind", list(Picture))
def test_exports(kind):
    head = {Picture.PNG: b"\x89PNG", Picture.SVG: b"<?xml", Picture.PDF: b"%PDF"}[kind]
    for chart in all_charts()[:4]:
        data = charts.export(chart, style(), kind)
        assert data.startswith(head)
        assert data == charts.export(chart, style(), kind)


def test_a_pdf_carries_the_chinese_face():
    data = charts.export(all_charts()[1], style(), Picture.PDF)
    assert b"NotoSansSC" in data
    assert b"CJKjp" not in data


def test_threads_draw_at_the_same_time():
    with ThreadPoolExecutor(4) as pool:
        drawings = list(pool.map(lambda chart: charts.draw(chart, style(), 400, 260), all_charts()))
    assert all(drawing.marks for drawing in drawings)


def test_nothing_heavy_is_imported_before_the_first_drawing():
    code = (
        "import sys, desktop_admin.services.charts.dashboard, desktop_admin.services.barcodes;"
        "bad = {'matplotlib', 'numpy', 'segno', 'barcode', 'PySide6'} & set(sys.modules);"
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_money_is_drawn_in_whole_yuan():
    chart = BarChart(
        title="Cash", unit=Unit.MONEY, standing=True,
        bars=(Bar("a", "a", 123_456), Bar("b", "b", 1)),
    )  # fmt: skip
    marks = charts.draw(chart, style(), 400, 300).marks
    assert [mark.value for mark in marks] == ["¥1,234.56", "¥0.01"]
