"""Draws a chart to an image in memory, or exports it as PNG, SVG or PDF."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING

from desktop_admin.services.charts.data import (
    BarChart,
    Chart,
    FlowChart,
    HeatChart,
    Mark,
    TrendChart,
)
from desktop_admin.services.charts.style import ChartStyle

if TYPE_CHECKING:
    from desktop_admin.services.charts.sheet import Sheet

SMALLEST = (160, 100)
LARGEST = 6000


class Picture(StrEnum):
    """Kinds of file a chart can be exported as."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


@dataclass(frozen=True)
class Drawing:
    """A drawn chart: RGBA bytes (not premultiplied) row by row, and what can be pointed at.

    `width` and `height` are device pixels, = logical pixels × ratio; marks are in logical pixels
    in the order of the keyboard.
    """

    width: int
    height: int
    ratio: float
    rgba: bytes
    marks: tuple[Mark, ...]
    headline: str


def _sheet(chart: Chart, style: ChartStyle, width: int, height: int, ratio: float, spare: float = 0.0) -> Sheet:
    """A sheet with the chart on it. Call it with the lock."""
    from desktop_admin.services.charts import over_time, side_by_side
    from desktop_admin.services.charts.frame import nothing
    from desktop_admin.services.charts.sheet import Sheet

    wide = min(max(SMALLEST[0], width), LARGEST)
    sheet = Sheet(style, wide, min(max(SMALLEST[1], height), LARGEST), ratio)
    sheet.spare = spare
    if chart.is_empty():
        nothing(sheet, chart)
    elif isinstance(chart, FlowChart):
        over_time.flow(sheet, chart)
    elif isinstance(chart, TrendChart):
        over_time.trend(sheet, chart)
    elif isinstance(chart, HeatChart):
        side_by_side.heat(sheet, chart)
    elif isinstance(chart, BarChart):
        (side_by_side.standing if chart.standing else side_by_side.lying)(sheet, chart)
    return sheet


def draw(
    chart: Chart,
    style: ChartStyle,
    width: int,
    height: int,
    ratio: float = 1.0,
    *,
    spare: float = 0.0,
) -> Drawing:
    """Draw a chart `width` × `height` logical pixels at a pixel ratio. For a worker thread.

    `spare` pixels at the right of the title stay free (for buttons). The first call imports
    matplotlib. Sizes are kept within 160 × 100 and 6,000 × 6,000.
    """
    from desktop_admin.services.charts.sheet import LOCK

    with LOCK:
        sheet = _sheet(chart, style, width, height, ratio, spare)
        sheet.canvas.draw()  # type: ignore[no-untyped-call]
        view = sheet.canvas.buffer_rgba()  # type: ignore[no-untyped-call]
        rgba = bytes(view)
        tall, wide = view.shape[:2]
        marks = tuple(sheet.marks)
    return Drawing(wide, tall, ratio, rgba, marks, chart.headline())


def export(chart: Chart, style: ChartStyle, kind: Picture, width: int = 960, height: int = 540) -> bytes:
    """The chart as the bytes of a file: PNG at twice the size, SVG or PDF with curves and fonts."""
    from desktop_admin.services.charts.sheet import LOCK

    with LOCK:
        from matplotlib import rc_context

        ratio = 2.0 if kind is Picture.PNG else 1.0
        with rc_context({"svg.fonttype": "path", "svg.hashsalt": "chart", "pdf.fonttype": 42}):
            sheet = _sheet(chart, style, width, height, ratio)
            out = BytesIO()
            told: dict[str, object] = {"Title": chart.title}
            if kind is Picture.SVG:
                told["Date"] = None
            elif kind is Picture.PDF:
                told["CreationDate"] = None
            sheet.figure.savefig(
                out, format=str(kind), dpi=sheet.figure.dpi, metadata=told,
                facecolor=sheet.figure.get_facecolor() if style.ground else "none",
            )  # fmt: skip
    return out.getvalue()
