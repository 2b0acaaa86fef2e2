"""The picture above a report's table."""

from __future__ import annotations

from datetime import date, timedelta

from desktop_admin.i18n import _
from desktop_admin.models.reports import heading, texts
from desktop_admin.services.charts import Bar, BarChart, Chart, Period, Step, Unit, dashboard
from desktop_admin.services.exports import report_period
from desktop_admin.services.reports import Report
from desktop_admin.services.rules.dates import add_months
from desktop_admin.services.spreadsheets.tables import Shape

_UNITS = {Shape.POINTS: Unit.POINTS, Shape.WHOLE: Unit.COUNT, Shape.MONEY: Unit.MONEY}
MOST = 12


def picture_of(report: Report) -> Chart | None:
    """A chart of a report, in the language in use; None where a picture says nothing."""
    if report.chart is None or not report.rows:
        return None
    if report.code == "movement":
        return _movement(report)
    _kind, category, values = report.chart
    column = report.columns[values[0]]
    shown = report.rows[:MOST]
    bars = tuple(Bar(f"{n}", texts(report, row)[category], max(0, row[values[0]] or 0)) for n, row in enumerate(shown))
    return BarChart(
        title=heading(column), subtitle=report_period(report), as_of=report.as_of, bars=bars,
        unit=_UNITS.get(column.shape, Unit.COUNT), heading=heading(report.columns[category]), series=heading(column),
        standing=report.columns[category].id == "month", empty=_("There is nothing to show for this period yet."),
    )  # fmt: skip


def _movement(report: Report) -> Chart:
    at = {column.id: place for place, column in enumerate(report.columns)}
    axis = [Period(row[0], min(_month_end(row[0]), report.last), Step.MONTH) for row in report.rows]
    figures = [[row[at[name]] for row in report.rows] for name in ("issued", "redeemed", "expired", "closing")]
    return dashboard.movement(axis, *figures, as_of=report.as_of)


def _month_end(day: date) -> date:
    return add_months(day.replace(day=1), 1) - timedelta(days=1)
