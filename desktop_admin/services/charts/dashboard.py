"""The dashboard's charts in the shop's words, made from plain figures.

Each function answers a chart in the language in use; call it again when the language changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop_admin.i18n import N_, _, format_number, format_share, ngettext
from desktop_admin.services.charts.data import (
    Bar,
    BarChart,
    FlowChart,
    HeatChart,
    Series,
    TrendChart,
    Unit,
)
from desktop_admin.services.charts.periods import Fold, Period, Step
from desktop_admin.services.charts.style import Tone

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_BY = {
    Step.DAY: N_("By day"),
    Step.WEEK: N_("By week"),
    Step.MONTH: N_("By month"),
    Step.QUARTER: N_("By quarter"),
    Step.YEAR: N_("By year"),
}


@dataclass(frozen=True)
class Named:
    """A figure with the key of what it counts and its name in words."""

    key: str
    name: str
    value: int


@dataclass(frozen=True)
class Shelf:
    """An item at a branch: what is available and the safety level it should not fall below."""

    key: str
    name: str
    available: int
    safety: int


def _by(periods: Sequence[Period]) -> str:
    return _(_BY[periods[0].step]) if periods else ""


def movement(
    periods: Sequence[Period],
    issued: Sequence[int],
    redeemed: Sequence[int],
    expired: Sequence[int],
    outstanding: Sequence[int],
    *,
    as_of: datetime | None = None,
) -> FlowChart:
    """Points issued above the line, redeemed and expired below it, outstanding at each end.

    All figures are positive points, one for each period.
    """
    return FlowChart(
        title=_("Movement of points"),
        subtitle=_by(periods),
        as_of=as_of,
        empty=_("No points moved in this period."),
        periods=tuple(periods),
        gains=(Series("issued", _("Issued"), tuple(issued), Tone.FIRST),),
        losses=(
            Series("redeemed", _("Redeemed"), tuple(redeemed), Tone.SECOND),
            Series("expired", _("Expired"), tuple(expired), Tone.QUIET),
        ),
        level=Series("outstanding", _("Outstanding"), tuple(outstanding), Tone.THIRD),
    )


def tier_mix(tiers: Sequence[Named], *, as_of: datetime | None = None) -> BarChart:
    """Members in each tier with their share, lowest tier first."""
    members = sum(tier.value for tier in tiers)
    bars = tuple(Bar(t.key, t.name, t.value, format_share(t.value, members)) for t in tiers)
    return BarChart(
        title=_("Members by tier"),
        subtitle=ngettext("{count} member", "{count} members", members).format(count=format_number(members)),
        as_of=as_of,
        empty=_("No members yet."),
        bars=bars,
        heading=_("Tier"),
        series=_("Members"),
    )


def top_items(items: Sequence[Named], *, as_of: datetime | None = None) -> BarChart:
    """Items redeemed most, in pieces, most first."""
    ordered = sorted(items, key=lambda item: (-item.value, item.name))
    return BarChart(
        title=_("Most redeemed items"),
        subtitle=_("Pieces handed over or on their way"),
        as_of=as_of,
        empty=_("Nothing was redeemed in this period."),
        bars=tuple(Bar(item.key, item.name, item.value) for item in ordered),
        heading=_("Item"),
        series=_("Pieces"),
    )


def redemption_rate(
    periods: Sequence[Period],
    issued: Sequence[int],
    redeemed: Sequence[int],
    *,
    as_of: datetime | None = None,
) -> TrendChart:
    """Points redeemed per hundred issued in each period; a period that issued none is a gap."""
    rates = tuple(
        (out * 20_000 + got) // (2 * got) if got > 0 else None for got, out in zip(issued, redeemed, strict=True)
    )
    return TrendChart(
        title=_("Redemption rate"),
        subtitle=_("Points redeemed for each 100 issued"),
        as_of=as_of,
        empty=_("No points were issued in this period."),
        periods=tuple(periods),
        series=(Series("rate", _("Redemption rate"), rates, Tone.THIRD),),
        unit=Unit.RATE,
    )


def active_members(periods: Sequence[Period], members: Sequence[int], *, as_of: datetime | None = None) -> TrendChart:
    """Members who bought, earned or redeemed in each period."""
    return TrendChart(
        title=_("Active members"),
        subtitle=_("Members who bought, earned or redeemed"),
        as_of=as_of,
        empty=_("No member was active in this period."),
        periods=tuple(periods),
        series=(Series("active", _("Active members"), tuple(members), Tone.FIRST),),
        fold=Fold.HIGHEST,
    )


def aged_orders(classes: Sequence[Named], *, as_of: datetime | None = None) -> BarChart:
    """Open redemptions by age, youngest class first; the two oldest classes stand out."""
    last = len(classes) - 1
    tones = {last: Tone.BAD, last - 1: Tone.WATCH} if last > 1 else {}
    bars = tuple(Bar(c.key, c.name, c.value, tone=tones.get(place, Tone.GOOD)) for place, c in enumerate(classes))
    waiting = sum(c.value for c in classes)
    return BarChart(
        title=_("Open redemptions by age"),
        subtitle=_("{count} waiting").format(count=format_number(waiting)),
        as_of=as_of,
        empty=_("No redemption is waiting."),
        bars=bars,
        heading=_("Age"),
        series=_("Redemptions"),
        standing=True,
    )


def low_stock(shelves: Sequence[Shelf], *, as_of: datetime | None = None) -> BarChart:
    """Available stock against its safety level, the most endangered first."""
    ordered = sorted(shelves, key=lambda s: (s.available - s.safety, s.name))
    bars = tuple(_shelf(shelf) for shelf in ordered)
    return BarChart(
        title=_("Stock in danger"),
        subtitle=_("Available against the safety level"),
        as_of=as_of,
        empty=_("Every item is above its safety level."),
        bars=bars,
        heading=_("Item"),
        series=_("Available"),
        target_name=_("Safety level"),
    )


def _shelf(shelf: Shelf) -> Bar:
    short = shelf.safety - shelf.available
    note = _("{count} short").format(count=format_number(short)) if short > 0 else ""
    tone = Tone.BAD if short > 0 else Tone.GOOD
    return Bar(shelf.key, shelf.name, shelf.available, note, shelf.safety, tone)


def peaks(
    cells: Sequence[Sequence[int]],
    *,
    first_hour: int = 0,
    as_of: datetime | None = None,
) -> HeatChart:
    """Purchases by weekday (Monday first) and hour; `cells` holds a row of hours for each day."""
    hours = range(first_hour, first_hour + (len(cells[0]) if cells else 0))
    return HeatChart(
        title=_("When members come"),
        subtitle=_("Purchases by weekday and hour"),
        as_of=as_of,
        empty=_("No purchases in this period."),
        rows=tuple((str(day), _(name)) for day, name in enumerate(WEEKDAYS[: len(cells)])),
        columns=tuple((str(hour), f"{hour}:00") for hour in hours),
        cells=tuple(tuple(line) for line in cells),
        heading=_("Weekday"),
    )
