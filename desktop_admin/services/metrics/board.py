"""What the dashboard shows of a period, in one snapshot; frozen figures that can be kept for a day without a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from desktop_admin.i18n import N_
from desktop_admin.services.charts.periods import Period, Step, periods
from desktop_admin.services.command import query
from desktop_admin.services.errors import Refused
from desktop_admin.services.metrics import figures, movement, spans
from desktop_admin.services.metrics.movement import Movement
from desktop_admin.services.metrics.spans import Span
from desktop_admin.services.permissions import Permission
from desktop_admin.services.rules import dates
from desktop_admin.services.work import Work

LONGEST = 366 * 60


@dataclass(frozen=True, slots=True)
class Key:
    """One key figure: now, the period before, a year before; None where there is none to tell."""

    code: str
    value: int | None
    before: int | None = None
    year_before: int | None = None
    over_time: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """One of several: a tier, an item, a class of ages. ``names`` is JSON by language for tiers."""

    key: str
    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """Stock of an item at a branch against its safety level."""

    key: str  # item id : branch id
    name: str
    branch: str
    available: int
    safety: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything the dashboard shows; no personal data. ``periods`` are ISO days of first and last."""

    shop: str
    uuid: str
    as_of: datetime
    first: date
    last: date
    before_first: date
    before_last: date
    step: Step
    ends: tuple[date, ...]
    keys: tuple[Key, ...]
    issued: tuple[int, ...]
    redeemed: tuple[int, ...]
    expired: tuple[int, ...]
    outstanding: tuple[int, ...]
    active: tuple[int, ...]
    tiers: tuple[Share, ...]
    items: tuple[Share, ...]
    ages: tuple[int, ...]
    shelves: tuple[Shelf, ...]
    peaks: tuple[tuple[int, ...], ...]

    def periods(self) -> tuple[Period, ...]:
        """The periods on the axis of time."""
        firsts = (self.first, *(end + timedelta(days=1) for end in self.ends[:-1]))
        return tuple(Period(first, end, self.step) for first, end in zip(firsts, self.ends, strict=True))

    def key(self, code: str) -> Key:
        """One key figure."""
        return next(one for one in self.keys if one.code == code)


@query(Permission.SEE_DASHBOARD)
def dashboard(work: Work, *, first: date | None = None, last: date | None = None) -> Dashboard:
    """The figures of a period; no first day = since the first entry, no last day = today.

    Refuses a period that ends before it begins.
    """
    span = chosen(work, first, last)
    past, year = spans.before(span), spans.year_before(span)
    step = spans.step_for(span)
    axis = periods(span.first, span.last, step)
    held, owed = movement.net_now(work)
    net = held - owed
    moves = movement.over(work, axis, net)
    others = [figures.moved(work, past, net), figures.moved(work, year, net)]
    active = figures.active(work, [span, past, year, *(Span(one.first, one.last) for one in axis)])
    return Dashboard(
        shop=work.shop.name, uuid=work.shop.uuid, as_of=work.seen_at, first=span.first, last=span.last,
        before_first=past.first, before_last=past.last, step=step, ends=tuple(one.last for one in axis),
        keys=_keys(work, span, past, year, axis, moves, others, active, held, owed),
        issued=tuple(one.issued for one in moves), redeemed=tuple(one.redeemed for one in moves),
        expired=tuple(one.expired for one in moves), outstanding=tuple(one.closing for one in moves),
        active=active[3:], tiers=tuple(Share(row.code, row.name, row.members) for row in figures.tier_mix(work)),
        items=tuple(Share(str(row.item_id), row.name, row.pieces) for row in figures.top_items(work, span)),
        ages=figures.open_by_age(work),
        shelves=tuple(
            Shelf(f"{row.item_id}:{row.branch_id}", row.name, row.branch, row.available, row.safety)
            for row in figures.low_stock(work)
        ),
        peaks=figures.peaks(work, span),
    )  # fmt: skip


def chosen(work: Work, first: date | None, last: date | None) -> Span:
    """The period asked for; what lies after today is left out."""
    if first is not None and last is not None and first > last:
        raise Refused(N_("The period ends before it begins."), field="period")
    last = min(last or work.today, work.today)
    first = min(first or figures.first_day(work), last)
    if first.year < dates.FIRST_YEAR:  # the periods it is compared to would lie before all calendars
        raise Refused(
            N_("“{text}” is outside the years {first} to {last}."),
            field="period", text=first.isoformat(), first=dates.FIRST_YEAR, last=dates.LAST_YEAR,
        )  # fmt: skip
    if (last - first).days > LONGEST:
        raise Refused(N_("A period has at most {years} years."), field="period", years=60)
    return Span(first, last)


def _keys(
    work: Work, span: Span, past: Span, year: Span, axis: tuple[Period, ...], moves: tuple[Movement, ...],
    others: list[Movement], active: tuple[int, ...], held: int, owed: int,
) -> tuple[Key, ...]:  # fmt: skip
    three = _three(span, past, year)
    whole = movement.total(moves)
    ends = (moves[-1].closing if moves else held - owed, others[0].closing, others[1].closing)
    trio = (whole, *others)
    made = [_key(code, [getattr(one, code) for one in trio], [getattr(one, code) for one in moves]) for code in
            ("issued", "redeemed", "expired", "reversed", "adjusted")]  # fmt: skip
    made.append(_key("outstanding", ends, [one.closing for one in moves]))
    rates = [figures.rate(one.redeemed, one.issued) for one in trio]
    over_time = tuple(figures.rate(one.redeemed, one.issued) or 0 for one in moves)
    made.append(Key("redemption_rate", rates[0], rates[1], rates[2], over_time))
    made.append(_key("active_members", active[:3], active[3:]))
    made.append(_key("new_members", three(figures.new_members, work), figures.new_members(work, axis)))
    made.append(_key("redemptions", three(figures.orders, work), figures.orders(work, axis)))
    sales, purchases = figures.trade(work, axis)
    was = [figures.trade(work, (Period(one.first, one.last),)) for one in (past, year)]
    made.append(_key("sales", [sum(sales), was[0][0][0], was[1][0][0]], sales))
    made.append(_key("purchases", [sum(purchases), was[0][1][0], was[1][1][0]], purchases))
    made += [
        Key("pending", figures.pending(work)), Key("owed", owed), Key("liability", figures.liability(work, held)),
        Key("members", sum(row.members for row in figures.tier_mix(work))),
        Key("open_redemptions", sum(figures.open_by_age(work))), Key("low_stock", figures.low_stock_count(work)),
    ]  # fmt: skip
    return tuple(made)


def _key(code: str, three: tuple[int, ...] | list[int], over_time: tuple[int, ...] | list[int]) -> Key:
    return Key(code, three[0], three[1], three[2], tuple(over_time))


def _three(*wanted: Span) -> Callable[[Callable[[Work, tuple[Period, ...]], tuple[int, ...]], Work], tuple[int, ...]]:
    def ask(figure: Callable[[Work, tuple[Period, ...]], tuple[int, ...]], work: Work) -> tuple[int, ...]:
        return tuple(figure(work, (Period(one.first, one.last),))[0] for one in wanted)

    return ask
