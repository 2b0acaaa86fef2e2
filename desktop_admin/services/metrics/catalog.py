"""The metric catalog: every figure defined once, for the dashboard, reports, workbooks and the command line alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from desktop_admin.i18n import N_
from desktop_admin.services.charts.data import Unit


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure: name and definition are marked for translation; ``formula`` says how it is computed.

    ``level``: a state at an instant; else what happened in a period. ``better``: 1 more is, -1 less is, 0 neither.
    """

    code: str
    name: str
    unit: Unit
    definition: str
    formula: str
    dimensions: tuple[str, ...]
    level: bool = False
    better: int = 0


_TIME = ("day", "week", "month", "quarter", "year")
_MOVES = (*_TIME, "tier", "member")

_DECLARED = (
    Metric("issued", N_("Points issued"), Unit.POINTS,
           N_("Points given for purchases, as bonus and as opening balances, before anything was taken back."),
           "sum(entry.points) of earn, bonus, opening that reverse nothing", _MOVES, better=1),
    Metric("redeemed", N_("Points redeemed"), Unit.POINTS,
           N_("Points spent on redemptions and draws, less what cancellations and returns gave back."),
           "-sum(entry.points) of redeem, draw, reversals included", _MOVES, better=1),
    Metric("expired", N_("Points expired"), Unit.POINTS,
           N_("Points taken from members because their last day had passed."),
           "-sum(entry.points) of expire", _MOVES, better=-1),
    Metric("reversed", N_("Points reversed"), Unit.POINTS,
           N_("Points taken back because a purchase was refunded or an entry was undone."),
           "-sum(entry.points) of clawback and of reversals of earn, bonus, opening", _MOVES, better=-1),
    Metric("adjusted", N_("Points adjusted"), Unit.POINTS,
           N_("Points given or taken by hand or written off; below nought when more was taken than given."),
           "sum(entry.points) of adjust, writeoff, reversals included", _MOVES),
    Metric("transferred", N_("Points transferred"), Unit.POINTS,
           N_("Points moved between members by transfer or merge; over the whole shop this is nought."),
           "sum(entry.points) of transfer, merge", _MOVES),
    Metric("outstanding", N_("Points outstanding"), Unit.POINTS,
           N_("Points in members' accounts, pending ones included, less what members owe."),
           "sum(member.balance - member.owed)", (*_TIME, "tier", "member"), level=True),
    Metric("pending", N_("Points pending"), Unit.POINTS,
           N_("Points in members' accounts that may not be spent yet."),
           "sum(lot.remaining) where spendable_from > today", ("now",), level=True),
    Metric("owed", N_("Points owed"), Unit.POINTS,
           N_("Points taken back from members who had already spent them."),
           "sum(member.owed)", ("now", "tier", "member"), level=True, better=-1),
    Metric("liability", N_("Points liability"), Unit.MONEY,
           N_("What the points in members' accounts cost the shop, at the worth of a point in the settings."),
           "sum(member.balance) x points_worth / 100", ("now", "tier"), level=True, better=-1),
    Metric("redemption_rate", N_("Redemption rate"), Unit.RATE,
           N_("Points redeemed for each 100 points issued in the same period."),
           "redeemed / issued", _TIME, better=1),
    Metric("active_members", N_("Active members"), Unit.COUNT,
           N_("Members who bought, earned or redeemed in the period."),
           "count(distinct member) over sales and earn, bonus, redeem, draw entries", _TIME, better=1),
    Metric("new_members", N_("New members"), Unit.COUNT,
           N_("Members enrolled in the period."),
           "count(member) by enrolled_on", _TIME, better=1),
    Metric("members", N_("Members"), Unit.COUNT,
           N_("Members whose account is not closed."),
           "count(member) where not closed", ("now", "tier"), level=True, better=1),
    Metric("sales", N_("Sales"), Unit.MONEY,
           N_("What purchases brought in, less refunds; voided ones left out."),
           "sum(purchase.amount)", _TIME, better=1),
    Metric("purchases", N_("Purchases"), Unit.COUNT,
           N_("How many sales were recorded or imported; voided ones left out."),
           "count(purchase) of kind sale", (*_TIME, "weekday", "hour"), better=1),
    Metric("redemptions", N_("Redemptions"), Unit.COUNT,
           N_("How many redemptions were placed."),
           "count(redemption) by placed_on", (*_TIME, "item"), better=1),
    Metric("pieces", N_("Pieces redeemed"), Unit.COUNT,
           N_("Pieces of items redeemed, less those cancelled or returned."),
           "sum(redemption_line.quantity - undone)", (*_TIME, "item"), better=1),
    Metric("open_redemptions", N_("Open redemptions"), Unit.COUNT,
           N_("Redemptions that still wait for somebody in the house."),
           "count(redemption) placed, picking, packed, ready, booked", ("now", "age"), level=True, better=-1),
    Metric("low_stock", N_("Items low in stock"), Unit.COUNT,
           N_("Items at a branch whose available stock is below the safety level."),
           "count(stock) where on_hand - reserved < safety", ("now", "item"), level=True, better=-1),
)  # fmt: skip
METRICS: Mapping[str, Metric] = MappingProxyType({metric.code: metric for metric in _DECLARED})
