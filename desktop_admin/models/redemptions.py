"""Redemptions: the queues, the columns of their list, the words for promises and steps, where rows come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from desktop_admin.i18n import N_, _, format_age, format_date, format_money, format_points, local, ngettext
from desktop_admin.models.members import TIER_TONES, order_state
from desktop_admin.models.pages import Page, PageRequest, Source, View
from desktop_admin.models.records import Column, Kind
from desktop_admin.services import redemptions
from desktop_admin.services.names import named
from desktop_admin.services.redemptions import DeskFacts, Detail, QueueCount, QueueRow, RowResult

if TYPE_CHECKING:
    from desktop_admin.services.work import Work

NAME_LENGTH = 40  # letters of a name in a sentence
LONGEST_WORD = 20


@dataclass(frozen=True)
class Queue:
    """One queue of the desk: its state (and ``late``), what it is called, what one does there."""

    id: str
    title: str
    icon: str
    state: str = ""
    late: bool = False
    counted: bool = False
    hint: str = ""  # what an empty one says


WORK: tuple[Queue, ...] = (
    Queue("overdue", N_("Overdue"), "triangle-alert", late=True, counted=True,
          hint=N_("Every promise is kept.")),
    Queue("placed", N_("New orders"), "inbox", "placed", counted=True,
          hint=N_("New redemptions come here as soon as they are placed.")),
    Queue("picking", N_("Picking"), "list-checks", "picking", counted=True,
          hint=N_("Nobody is fetching anything.")),
    Queue("packed", N_("Packed"), "package", "packed", counted=True,
          hint=N_("Nothing waits for a carrier.")),
    Queue("ready", N_("To collect"), "store", "ready", counted=True,
          hint=N_("Nothing waits at the counter.")),
    Queue("shipped", N_("On the way"), "truck", "shipped", counted=True,
          hint=N_("No parcel is on its way.")),
    Queue("booked", N_("Booked"), "calendar-days", "booked", counted=True,
          hint=N_("No service is booked.")),
)  # fmt: skip
DONE: tuple[Queue, ...] = (
    Queue("delivered", N_("Delivered"), "circle-check", "delivered"),
    Queue("collected", N_("Collected"), "package-check", "collected"),
    Queue("issued", N_("Vouchers issued"), "ticket", "issued"),
    Queue("used", N_("Services used"), "sparkles", "used"),
    Queue("cancelled", N_("Cancelled"), "circle-x", "cancelled"),
    Queue("returned", N_("Returned"), "rotate-ccw", "returned"),
    Queue("all", N_("All redemptions"), "layers"),
)
QUEUES: Mapping[str, Queue] = MappingProxyType({queue.id: queue for queue in (*WORK, *DONE)})

DELIVERIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"ship": (N_("Shipping"), "truck"), "pickup": (N_("Pick-up"), "store"), "none": (N_("No goods"), "ticket")}
)
# what is done to reach a state: the words of the one key
STEPS: Mapping[str, str] = MappingProxyType(
    {
        "picking": N_("Start picking"), "packed": N_("Mark as packed"), "shipped": N_("Ship…"),
        "delivered": N_("Mark as delivered"), "ready": N_("Ready for pick-up"), "collected": N_("Hand over…"),
        "issued": N_("Issue the voucher"), "booked": N_("Book"), "used": N_("Mark as used"),
    }
)  # fmt: skip
NEXT: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("placed", "ship"): "picking", ("placed", "pickup"): "ready", ("picking", "ship"): "packed",
        ("packed", "ship"): "shipped", ("shipped", "ship"): "delivered", ("ready", "pickup"): "collected",
        ("booked", "none"): "used",
    }
)  # fmt: skip
TRACKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ship": ("placed", "picking", "packed", "shipped", "delivered"),
        "pickup": ("placed", "ready", "collected"),
        "voucher": ("placed", "issued"),
        "service": ("placed", "booked", "used"),
    }
)
WAITING = frozenset({"placed", "picking", "packed", "ready", "shipped", "booked"})


class Calendar:
    """The business date and what the shop keeps to; filled when the desk's facts came."""

    facts: DeskFacts | None = None

    def age(self, row: QueueRow | Detail) -> timedelta | None:
        """How long an order has been in its state."""
        return self.facts.now - row.state_since if self.facts is not None else None

    def promise(self, row: QueueRow | Detail) -> tuple[str, str]:
        """The promise in words, translated, and its tone."""
        if self.facts is None or row.state not in WAITING:
            return format_date(row.promised_on), ""
        if row.state == "ready":
            return self._kept(row)
        return promise_words(row.promised_on, self.facts.today)

    def _kept(self, row: QueueRow | Detail) -> tuple[str, str]:
        assert self.facts is not None
        days = (self.facts.today - local(row.state_since).date()).days
        if self.facts.now - row.state_since > timedelta(days=self.facts.pickup_days):
            return ngettext("{count} day waiting", "{count} days waiting", days).format(count=days), "bad"
        left = self.facts.pickup_days - days
        if left <= 3:
            return ngettext("kept {count} more day", "kept {count} more days", left).format(count=left), "warn"
        return _("until {day}").format(
            day=short_day(local(row.state_since).date() + timedelta(days=self.facts.pickup_days), self.facts.today)
        ), "muted"


def promise_words(promised: date, today: date) -> tuple[str, str]:
    """How far a promise is, translated, and its tone."""
    days = (promised - today).days
    if days < 0:
        return ngettext("{count} day late", "{count} days late", -days).format(count=-days), "bad"
    if days == 0:
        return _("today"), "warn"
    if days == 1:
        return _("tomorrow"), "info"
    return ngettext("in {count} day", "in {count} days", days).format(count=days), "muted"


def short_day(day: date, today: date) -> str:
    """A day without its year where that is the present one."""
    return day.strftime("%m-%d") if day.year == today.year else day.isoformat()


def order_columns(calendar: Calendar) -> tuple[Column[QueueRow], ...]:
    """The columns of the list."""
    return (
        Column(
            "promise", N_("Promise"), lambda r: calendar.promise(r)[0], Kind.STATE, 12,
            tone=lambda r: calendar.promise(r)[1] or "muted", tip=lambda r: format_date(r.promised_on),
        ),
        Column("number", N_("Redemption"), lambda r: r.number, Kind.CODE, 14),
        Column("items", N_("Items"), items_text, stretch=True, tip=items_text),
        Column("member", N_("Member"), lambda r: r.member, width=8, tip=lambda r: r.member),
        Column(
            "tier", N_("Tier"), lambda r: named(r.tier_names), Kind.TIER, 8,
            tone=lambda r: TIER_TONES.get(r.tier, "tier_normal"),
        ),
        Column(
            "state", N_("State"), lambda r: order_state(r.state)[0], Kind.STATE, 12,
            tone=lambda r: order_state(r.state)[1], tip=_state_tip,
        ),
        Column("delivery", N_("Delivery"), lambda r: DELIVERIES[r.delivery][0], width=9, translated=True),
        Column("age", N_("In this state"), calendar.age, Kind.AGE, 11),
        Column("pieces", N_("Pieces"), lambda r: r.pieces, Kind.COUNT, 7, hidden=True),
        Column("points", N_("Points"), lambda r: r.points, Kind.POINTS, 9, hidden=True),
        Column("cash", N_("Cash"), lambda r: r.cash or None, Kind.MONEY, 9, hidden=True),
        Column("placed", N_("Placed"), lambda r: r.placed_at, Kind.INSTANT, 16, hidden=True),
        Column("promised", N_("Promised for"), lambda r: r.promised_on, Kind.DATE, 11, hidden=True),
        Column("branch", N_("Branch"), lambda r: r.branch, width=12, hidden=True),
        Column("carrier", N_("Carrier"), lambda r: r.carrier, width=10, hidden=True),
        Column("tracking", N_("Tracking number"), lambda r: r.tracking, Kind.CODE, 16, hidden=True),
        Column("slips", N_("Slips printed"), lambda r: r.slips or None, Kind.COUNT, 8, hidden=True),
    )  # fmt: skip


ITEMS_ROOM, LETTER = 150, 8  # px at 100 %
LEAST_FIRST = ("age", "delivery", "tier", "number", "state", "member")  # the order columns are left out in


def left_out(columns: Sequence[Column[Any]], room: int, *, same_state: bool, counted: bool) -> dict[str, bool]:
    """Which columns a list of this width (px at 100 %) has no room for, so that the items can be read."""
    wide = {column.id: column.width * LETTER + 24 for column in columns}
    gone = dict.fromkeys(LEAST_FIRST, False) | {"state": same_state, "age": not counted}
    room -= ITEMS_ROOM + wide["promise"]
    for name in LEAST_FIRST:
        if sum(wide[one] for one, out in gone.items() if not out) > room:
            gone[name] = True
    return gone


def items_text(row: QueueRow) -> str:
    """The first item, how many pieces, and how many lines more."""
    name = " ".join(row.first_item.split())
    if row.lines > 1:
        more = ngettext("+{count} more", "+{count} more", row.lines - 1).format(count=row.lines - 1)
        return f"{name} {more}"
    return f"{name} × {row.pieces}" if row.pieces > 1 else name


def _state_tip(row: QueueRow) -> str:
    return _("Its lines are in different states.") if row.mixed else ""


def usual_step(row: QueueRow | Detail) -> str:
    """The state the one key most likely leads to; "" where only the order itself can tell."""
    return NEXT.get((row.state, row.delivery), "")


def track_of(order: Detail) -> tuple[str, ...]:
    """The states an order goes through, from the first to the last."""
    if order.delivery in TRACKS:
        return TRACKS[order.delivery]
    kinds = {line.kind for line in order.lines}
    return TRACKS["service" if "service" in kinds else "voucher"]


def short(name: str) -> str:
    """A name as it stands in a sentence."""
    plain = " ".join(name.split())
    return plain if len(plain) <= NAME_LENGTH else plain[: NAME_LENGTH - 1] + "…"


def breakable(text: str) -> str:
    """A text whose very long words may be broken, so that no panel grows wider for them."""
    words = text.split(" ")
    return " ".join(
        word if len(word) <= LONGEST_WORD else "\u200b".join(word[n : n + 8] for n in range(0, len(word), 8))
        for word in words
    )  # fmt: skip


def price_text(points: int, cash: int) -> str:
    """A price in points and cash, translated."""
    parts = [_("{points} points").format(points=format_points(points))] if points or not cash else []
    return " + ".join([*parts, format_money(cash)] if cash else parts)


# --- where rows come from -----------------------------------------------------------------------------


def _found(work: Work, *, text: str) -> Page:
    """What a search found, as one page."""
    return Page(redemptions.search(work, text=text))


def _found_count(work: Work, *, text: str) -> int:
    return len(redemptions.search(work, text=text))


def _where(view: View) -> dict[str, Any]:
    filters = view.where()
    queue = QUEUES.get(filters.get("queue", ""), QUEUES["all"])
    if filters.get("member_id"):
        return {"member_id": int(filters["member_id"])}
    return {
        "state": queue.state, "late": queue.late, "branch_id": int(filters.get("branch_id", 0) or 0),
        "delivery": filters.get("delivery", ""),
    }  # fmt: skip


def _page(request: PageRequest) -> Callable[[Work], Any]:
    filters = request.view.where()
    if filters.get("text"):
        return partial(_found, text=filters["text"])
    said = _where(request.view)
    waits = said.get("state") in WAITING or said.get("late")
    return partial(
        redemptions.page, sort="queue" if waits else "placed", descending=not waits, after=request.after,
        skip=request.skip, backwards=request.backwards, limit=request.limit, **said,
    )  # fmt: skip


def _count(view: View) -> Callable[[Work], int]:
    filters = view.where()
    if filters.get("text"):
        return partial(_found_count, text=filters["text"])
    return partial(redemptions.page_count, **_where(view))


ORDER_SOURCE = Source(page=_page, count=_count)


@dataclass(frozen=True)
class Tally:
    """What a queue says of itself: how many, how many late, how old the oldest is."""

    orders: int = 0
    late: int = 0
    oldest: str = ""


def tallies(counts: Sequence[QueueCount], facts: DeskFacts | None) -> dict[str, Tally]:
    """Every queue's tally, by its id."""
    out: dict[str, Tally] = {}
    for queue in WORK:
        fit = [c for c in counts if (c.late if queue.late else c.state == queue.state)]
        orders = sum(c.late if queue.late else c.orders for c in fit)
        oldest = min((c.oldest for c in fit), default=None)
        age = format_age(facts.now - oldest) if facts is not None and oldest is not None and not queue.late else ""
        out[queue.id] = Tally(orders, sum(c.late for c in fit), age)
    return out


# --- what became of many ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """What became of one order of many."""

    row: QueueRow
    state: str
    why_not: str  # translated

    @classmethod
    def of(cls, row: QueueRow, result: RowResult) -> Result:
        """Join an order with its result."""
        state = result.stepped.state if result.stepped is not None else row.state
        return cls(row, state, result.refused.text() if result.refused is not None else "")


RESULTS: tuple[Column[Result], ...] = (
    Column(
        "done", N_("Result"), lambda r: N_("not done") if r.why_not else N_("done"), Kind.STATE, 9,
        tone=lambda r: "bad" if r.why_not else "good",
    ),
    Column("number", N_("Redemption"), lambda r: r.row.number, Kind.CODE, 15),
    Column("member", N_("Member"), lambda r: r.row.member, width=9),
    Column(
        "state", N_("State now"), lambda r: order_state(r.state)[0], Kind.STATE, 12,
        tone=lambda r: order_state(r.state)[1],
    ),
    Column("why", N_("Why not"), lambda r: r.why_not, stretch=True, tip=lambda r: r.why_not),
)  # fmt: skip

# --- what is chosen in the forms ------------------------------------------------------------------------

# what is written onto the label stays as it is; the title is what an operator reads
CARRIERS: tuple[tuple[str, str], ...] = (
    ("顺丰速运", N_("SF Express")), ("中通快递", N_("ZTO Express")), ("圆通速递", N_("YTO Express")),
    ("韵达快递", N_("Yunda Express")), ("申通快递", N_("STO Express")), ("极兔速递", N_("J&T Express")),
    ("京东物流", N_("JD Logistics")), ("邮政EMS", N_("China Post EMS")), ("自送", N_("Own messenger")),
)  # fmt: skip
OWN_MESSENGER = "自送"
REASONS: tuple[tuple[str, str], ...] = (
    ("changed", N_("The member changed their mind")),
    ("wrong", N_("Wrong item or number")),
    ("missing", N_("Cannot be delivered")),
    ("uncollected", N_("Not collected in time")),
    ("faulty", N_("Faulty")),
)
