"""Charts: plain frozen data in, pictures out. matplotlib is imported when the first is drawn."""

from desktop_admin.services.charts.data import (
    Bar,
    BarChart,
    Chart,
    FlowChart,
    HeatChart,
    Mark,
    Row,
    Series,
    Table,
    TrendChart,
    Unit,
    say,
)
from desktop_admin.services.charts.drawing import Drawing, Picture, draw, export
from desktop_admin.services.charts.periods import Fold, Period, Step, periods
from desktop_admin.services.charts.style import ChartStyle, Tone, dark, light

__all__ = [
    "Bar", "BarChart", "Chart", "ChartStyle", "Drawing", "FlowChart", "Fold", "HeatChart", "Mark",
    "Period", "Picture", "Row", "Series", "Step", "Table", "Tone", "TrendChart", "Unit", "dark",
    "draw", "export", "light", "periods", "say",
]  # fmt: skip
