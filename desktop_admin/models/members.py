"""Members: the columns of their lists, where the rows come from, and the words for what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from desktop_admin.i18n import N_
from desktop_admin.models.pages import Page, PageRequest, Source, View
from desktop_admin.models.records import Column, Kind
from desktop_admin.services import members
from desktop_admin.services.members import LotLine, LotUse, MemberRow, OrderRow, PurchaseRow
from desktop_admin.services.names import named
from desktop_admin.services.rules.titles import entry_title

if TYPE_CHECKING:
    from desktop_admin.services.work import Work

TIER_TONES: Mapping[str, str] = MappingProxyType(
    {"regular": "tier_normal", "silver": "tier_silver", "gold": "tier_gold", "diamond": "tier_diamond"}
)
STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"open": ("", ""), "frozen": (N_("Frozen"), "info"), "closed": (N_("Closed"), "muted")}
)
ENTRY_ICONS: Mapping[str, str] = MappingProxyType(
    {
        "earn": "receipt-text", "bonus": "sparkles", "adjust": "sliders-horizontal", "redeem": "gift",
        "draw": "dices", "transfer": "arrow-left-right", "merge": "git-merge", "expire": "hourglass",
        "clawback": "rotate-ccw", "writeoff": "minus", "opening": "flag",
    }
)  # fmt: skip
ORDER_STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "placed": (N_("Placed"), "info"),
        "approved": (N_("Approved"), "info"),
        "picking": (N_("Picking"), "info"),
        "packed": (N_("Packed"), "info"),
        "shipped": (N_("Shipped"), "good"),
        "delivered": (N_("Delivered"), "good"),
        "ready": (N_("Waiting for pick-up"), "warn"),
        "collected": (N_("Collected"), "good"),
        "issued": (N_("Issued"), "good"),
        "booked": (N_("Booked"), "info"),
        "used": (N_("Used"), "good"),
        "missed": (N_("Missed"), "bad"),
        "cancelled": (N_("Cancelled"), "muted"),
        "returned": (N_("Returned"), "muted"),
    }
)


def order_state(state: str) -> tuple[str, str]:
    """The word for a state of a redemption, marked for translation, and its tone."""
    return ORDER_STATES.get(state, (state, "muted"))


MEMBERS: tuple[Column[MemberRow], ...] = (
    Column("name", N_("Name"), lambda r: r.name, sort="name", stretch=True),
    Column("card", N_("Card"), lambda r: r.card_number, Kind.CODE, 13, sort="card"),
    Column("phone", N_("Phone"), lambda r: r.phone, Kind.CODE, 12),
    Column(
        "tier", N_("Tier"), lambda r: named(r.tier_names), Kind.TIER, 9, sort="tier",
        tone=lambda r: TIER_TONES.get(r.tier, "tier_normal"),
    ),
    Column("balance", N_("Balance"), lambda r: r.balance, Kind.POINTS, 10, sort="balance"),
    Column(
        "owed", N_("Owed"), lambda r: r.owed or None, Kind.POINTS, 9, tone=lambda r: "bad" if r.owed else ""
    ),
    Column("enrolled", N_("Member since"), lambda r: r.enrolled_on, Kind.DATE, 13, sort="enrolled", hidden=True),
    Column("branch", N_("Branch"), lambda r: r.branch, width=12, hidden=True),
    Column(
        "state", N_("State"), lambda r: STATES[r.state][0], Kind.STATE, 9, tone=lambda r: STATES[r.state][1]
    ),
)  # fmt: skip

LOTS: tuple[Column[LotLine], ...] = (
    Column("from", N_("Where from"), lambda r: lot_origin(r), translated=True, stretch=True),
    Column("number", N_("Number"), lambda r: r.entry.purchase or r.entry.order, Kind.CODE, 18),
    Column("earned", N_("Earned on"), lambda r: r.earned_on, Kind.DATE, 11),
    Column("points", N_("Points"), lambda r: r.points, Kind.POINTS, 9),
    Column("used", N_("Used"), lambda r: r.used or None, Kind.POINTS, 9),
    Column("left", N_("Left"), lambda r: r.left, Kind.POINTS, 9),
    Column("spendable", N_("Usable from"), lambda r: r.spendable_from, Kind.DATE, 11),
    Column("expires", N_("Last day"), lambda r: r.expires_on or N_("never"), Kind.DATE, 11, translated=True),
)


def lot_origin(lot: LotLine) -> str:
    """What a lot's points come from, marked for translation."""
    if lot.from_lot and lot.entry.kind not in ("transfer", "merge"):
        return N_("Given back after expiry")
    return entry_title(lot.entry.kind, lot.entry.reverses_id)


USES: tuple[Column[LotUse], ...] = (
    Column(
        "what", N_("Used by"), lambda r: entry_title(r.entry.kind, r.entry.reverses_id), translated=True, stretch=True
    ),
    Column("item", N_("Item"), lambda r: r.entry.item, width=16),
    Column("number", N_("Number"), lambda r: r.entry.order or r.entry.purchase, Kind.CODE, 18),
    Column("day", N_("On"), lambda r: r.entry.day, Kind.DATE, 11),
    Column("points", N_("Points"), lambda r: -r.points, Kind.SIGNED, 10),
)

PURCHASES: tuple[Column[PurchaseRow], ...] = (
    Column("number", N_("Receipt"), lambda r: r.number, Kind.CODE, stretch=True),
    Column("day", N_("Day"), lambda r: r.day, Kind.DATE, 11),
    Column(
        "kind", N_("Kind"), lambda r: _purchase_kind(r), Kind.STATE, 10,
        tone=lambda r: "muted" if r.voided else "info" if r.kind == "sale" else "warn",
    ),
    Column("amount", N_("Amount"), lambda r: r.amount, Kind.MONEY, 12),
    Column("earned", N_("Points"), lambda r: r.earned, Kind.SIGNED, 10),
    Column("branch", N_("Branch"), lambda r: r.branch, width=12),
    Column("refunds", N_("Refund of"), lambda r: r.refunds, Kind.CODE, 14),
)  # fmt: skip


def _purchase_kind(row: PurchaseRow) -> str:
    if row.voided:
        return N_("Undone")
    return N_("Sale") if row.kind == "sale" else N_("Refund")


ORDERS: tuple[Column[OrderRow], ...] = (
    Column("number", N_("Redemption"), lambda r: r.number, Kind.CODE, 16),
    Column("item", N_("Items"), lambda r: r.item if r.lines == 1 else f"{r.item} +{r.lines - 1}", stretch=True),
    Column(
        "state", N_("State"), lambda r: order_state(r.state)[0], Kind.STATE, 12, tone=lambda r: order_state(r.state)[1]
    ),
    Column("points", N_("Points"), lambda r: r.points, Kind.POINTS, 10),
    Column("cash", N_("Cash"), lambda r: r.cash or None, Kind.MONEY, 10),
    Column("placed", N_("Placed"), lambda r: r.placed_at, Kind.INSTANT, 15),
    Column("promised", N_("Promised"), lambda r: r.promised_on, Kind.DATE, 11),
)


def _filters(view: View) -> dict[str, Any]:
    kept: dict[str, Any] = view.where()
    for name in ("tier", "branch_id"):
        if name in kept:
            kept[name] = int(kept[name])
    return kept


def _page(request: PageRequest) -> Callable[[Work], Page]:
    view = request.view
    return partial(
        members.page, sort=view.sort or "name", descending=view.descending, after=request.after, skip=request.skip,
        backwards=request.backwards, limit=request.limit, **_filters(view),
    )  # type: ignore[return-value]  # fmt: skip


def _count(view: View) -> Callable[[Work], int]:
    return partial(members.count, **_filters(view))


def _anchors(view: View) -> Callable[[Work], Sequence[Any]]:
    return partial(members.anchors, sort=view.sort or "name", descending=view.descending, **_filters(view))


MEMBER_SOURCE = Source(page=_page, count=_count, anchors=_anchors)


def _of_member(page: Callable[..., Any], count: Callable[..., int], member_id: int) -> Source:
    def rows(request: PageRequest) -> Callable[[Work], Page]:
        return partial(
            page, member_id=member_id, after=request.after, skip=request.skip, backwards=request.backwards,
            limit=request.limit,
        )  # fmt: skip

    return Source(page=rows, count=lambda _view: partial(count, member_id=member_id))


def purchases_of(member_id: int) -> Source:
    """A member's purchases, the newest first."""
    return _of_member(members.purchases, members.purchase_count, member_id)


def orders_of(member_id: int) -> Source:
    """A member's redemptions, the newest first."""
    return _of_member(members.orders, members.order_count, member_id)
