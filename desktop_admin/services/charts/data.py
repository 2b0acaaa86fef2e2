"""Charts as plain frozen data: what is drawn, what its table says, and its headline in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import reduce

from desktop_admin.i18n import _, format_instant, format_money, format_number
from desktop_admin.services.charts.numbers import format_rate
from desktop_admin.services.charts.periods import Fold, Period
from desktop_admin.services.charts.style import Tone


class Unit(StrEnum):
    """What the whole numbers count. MONEY is in minor units, RATE in hundredths of a percent."""

    POINTS = "points"
    COUNT = "count"
    MONEY = "money"
    RATE = "rate"


def say(value: int | None, unit: Unit) -> str:
    """Write a figure in full, in the language in use; a gap is a dash."""
    if value is None:
        return "–"
    if unit is Unit.MONEY:
        return format_money(value)
    return format_rate(value) if unit is Unit.RATE else format_number(value)


@dataclass(frozen=True)
class Mark:
    """One thing on a chart that a person can point at, in logical pixels from the top left.

    `key` names the category (of a period: its ISO dates), `series` the series; `first` and `last`
    are the days behind it where the axis is time.
    """

    key: str
    series: str
    label: str
    value: str
    left: float
    top: float
    width: float
    height: float
    first: date | None = None
    last: date | None = None

    def contains(self, x: float, y: float) -> bool:
        """Whether a point in logical pixels lies on the mark."""
        inside = self.left <= x <= self.left + self.width
        return inside and self.top <= y <= self.top + self.height


@dataclass(frozen=True)
class Row:
    """A line of the table: its name, its figures as whole numbers, and the days behind it."""

    key: str
    label: str
    values: tuple[int | None, ...]
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Table:
    """The numbers of a chart: headings (the first is of the names), units of the figures, rows."""

    headings: tuple[str, ...]
    units: tuple[Unit, ...]
    rows: tuple[Row, ...]
    keys: tuple[str, ...] = ()

    def texts(self) -> tuple[tuple[str, ...], ...]:
        """The rows as people read them."""
        return tuple(
            (row.label, *(say(v, u) for v, u in zip(row.values, self.units, strict=True))) for row in self.rows
        )


@dataclass(frozen=True)
class Series:
    """Figures in the order of the periods; None is a gap."""

    key: str
    name: str
    values: tuple[int | None, ...]
    tone: Tone = Tone.FIRST


@dataclass(frozen=True)
class Bar:
    """One bar; `note` stands behind its figure, `target` is a level it should reach."""

    key: str
    label: str
    value: int
    note: str = ""
    target: int | None = None
    tone: Tone = Tone.FIRST


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What all charts have; texts are translated already. `empty` is said when there is nothing."""

    title: str
    subtitle: str = ""
    as_of: datetime | None = None
    empty: str = ""

    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return True

    def table(self) -> Table:
        """The same numbers as rows."""
        return Table((), (), ())

    def headline(self) -> str:
        """One sentence that says what the picture shows."""
        return f"{self.title}: {self.facts() or self.nothing()}"

    def facts(self) -> str:
        """The figures of the headline; "" when there are none."""
        return ""

    def nothing(self) -> str:
        """What is said when there is nothing to draw."""
        return self.empty or _("There is nothing to show for this period yet.")

    def as_of_words(self) -> str:
        """ "As of" with the instant of the figures, or ""."""
        return _("As of {when}").format(when=format_instant(self.as_of)) if self.as_of else ""


def _pair(name: str, value: str) -> str:
    return _("{name} {value}").format(name=name, value=value)


def _joined(parts: Sequence[str]) -> str:
    """The parts as one list in words; the sign between them belongs to the language."""
    text = _("{first}; {rest}")
    return reduce(lambda first, rest: text.format(first=first, rest=rest), parts) if parts else ""


@dataclass(frozen=True, kw_only=True)
class FlowChart(Chart):
    """What came in (above the line), what went out (below it) and the level that results.

    All figures are positive; the level is what remains at the end of each period.
    """

    periods: tuple[Period, ...]
    gains: tuple[Series, ...]
    losses: tuple[Series, ...]
    level: Series | None = None
    unit: Unit = Unit.POINTS

    def is_empty(self) -> bool:
        parts = (*self.gains, *self.losses, *((self.level,) if self.level else ()))
        return not self.periods or not any(any(part.values) for part in parts)

    def table(self) -> Table:
        parts = (*self.gains, *self.losses, *((self.level,) if self.level else ()))
        return _over_time(self.periods, parts, self.unit)

    def facts(self) -> str:
        parts = [
            _pair(part.name, say(sum(v or 0 for v in part.values), self.unit)) for part in (*self.gains, *self.losses)
        ]
        if self.level and self.level.values:
            parts.append(_pair(self.level.name, say(self.level.values[-1], self.unit)))
        return "" if self.is_empty() else _joined(parts)


@dataclass(frozen=True, kw_only=True)
class TrendChart(Chart):
    """One to four lines over time from a base of nought; `fold` says how periods are joined."""

    periods: tuple[Period, ...]
    series: tuple[Series, ...]
    unit: Unit = Unit.COUNT
    fold: Fold = Fold.LAST

    def is_empty(self) -> bool:
        return not any(any(v is not None for v in part.values) for part in self.series)

    def table(self) -> Table:
        return _over_time(self.periods, self.series, self.unit)

    def facts(self) -> str:
        said: list[str] = []
        for part in self.series:
            known = [(v, p) for v, p in zip(part.values, self.periods, strict=True) if v is not None]
            if known:
                value, period = known[-1]
                said.append(
                    _("{name} {value} in {period}").format(
                        name=part.name, value=say(value, self.unit), period=period.words()
                    )
                )
        return _joined(said)


def _over_time(periods: tuple[Period, ...], parts: tuple[Series, ...], unit: Unit) -> Table:
    rows = tuple(
        Row(p.key, p.words(), tuple(part.values[i] for part in parts), p.first, p.last) for i, p in enumerate(periods)
    )
    names = (_("Period"), *(part.name for part in parts))
    return Table(names, (unit,) * len(parts), rows, tuple(part.key for part in parts))


@dataclass(frozen=True, kw_only=True)
class BarChart(Chart):
    """Named things side by side: lying bars, or standing ones for classes with an order."""

    bars: tuple[Bar, ...]
    unit: Unit = Unit.COUNT
    series: str = ""
    heading: str = ""
    target_name: str = ""
    standing: bool = False

    def is_empty(self) -> bool:
        return not any(bar.value or bar.target for bar in self.bars)

    def table(self) -> Table:
        aimed = bool(self.target_name)
        rows = tuple(Row(bar.key, bar.label, (bar.value, bar.target) if aimed else (bar.value,)) for bar in self.bars)
        names = (self.heading or _("Name"), self.series or _("Value"))
        headings = (*names, self.target_name) if aimed else names
        return Table(headings, (self.unit,) * (2 if aimed else 1), rows, (self.series,))

    def facts(self) -> str:
        if self.is_empty():
            return ""
        return _joined([_pair(bar.label[:60], say(bar.value, self.unit)) for bar in self.bars[:5]])


@dataclass(frozen=True, kw_only=True)
class HeatChart(Chart):
    """A grid of figures, rows × columns; the key of a cell is "row key|column key"."""

    rows: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]
    cells: tuple[tuple[int, ...], ...]
    unit: Unit = Unit.COUNT
    heading: str = ""

    def is_empty(self) -> bool:
        return not any(any(line) for line in self.cells)

    def table(self) -> Table:
        headings = (self.heading or _("Name"), *(label for _key, label in self.columns))
        rows = tuple(Row(key, label, line) for (key, label), line in zip(self.rows, self.cells, strict=True))
        keys = tuple(key for key, _label in self.columns)
        return Table(headings, (self.unit,) * len(self.columns), rows, keys)

    def peak(self) -> tuple[int, int]:
        """Row and column of the highest figure (the first of equals)."""
        best = max(max(line) for line in self.cells)
        return next((r, line.index(best)) for r, line in enumerate(self.cells) if best in line)

    def facts(self) -> str:
        if self.is_empty():
            return ""
        row, column = self.peak()
        return _("the peak is {row} {column} with {value}").format(
            row=self.rows[row][1],
            column=self.columns[column][1],
            value=say(self.cells[row][column], self.unit),
        )
