"""Placing a redemption: points debited, cash taken, stock reserved, in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import members, policies
from desktop_admin.services.codec import Secret
from desktop_admin.services.command import command
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.ledger import Account, EntryFacts, Posting
from desktop_admin.services.limits import refuse_own
from desktop_admin.services.permissions import Permission
from desktop_admin.services.redemptions import orders
from desktop_admin.services.redemptions.records import Placed, Wanted
from desktop_admin.services.rules.order_numbers import order_number
from desktop_admin.services.rules.redemptions import CODES, Fulfilment, State, pickup_code
from desktop_admin.services.stock.moving import Move, move
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

MOST_LINES = 50
MOST_PIECES = 1000  # of one line
KINDS = ("goods", "voucher", "service")

_MEMBER = Sql(
    "SELECT m.name, m.phone, m.address, t.rank, t.priority FROM member m "
    "JOIN tier t ON t.id = m.tier_id WHERE m.id = :id"
)
_BRANCH = Sql("SELECT active FROM branch WHERE id = :id")
_TAKEN = Sql("SELECT 1 FROM redemption WHERE pickup_code = :code")
_TAKEN_OF_OFFER = Sql(
    "SELECT coalesce(sum(l.quantity - l.undone), 0) FROM redemption r "
    "JOIN redemption_line l ON l.redemption_id = r.id WHERE r.member_id = :member_id "
    "AND l.offer_id = :offer_id AND r.placed_on >= :since AND r.placed_on <= :until"
)
_ORDER = Sql(
    "INSERT INTO redemption (id, number, member_id, branch_id, delivery, state, priority, "
    "placed_at, placed_on, promised_on, queue_key, state_since, pickup_code, recipient, phone, "
    "address, remark, points, cash, operation_id) VALUES (:id, :number, :member_id, :branch_id, "
    ":delivery, 'placed', :priority, :now, :today, :promised_on, :queue_key, :now, :pickup_code, "
    ":recipient, :phone, :address, :remark, :points, :cash, :operation_id)"
)
_LINE = Sql(
    "INSERT INTO redemption_line (id, redemption_id, n, item_id, offer_id, quantity, points, cash, "
    "state, entry_id) VALUES (:id, :redemption_id, :n, :item_id, :offer_id, :quantity, :points, "
    ":cash, 'placed', :entry_id)"
)


@cache
def _offers(count: int) -> Sql:
    return Sql(
        "SELECT o.id, o.item_id, o.points, o.cash, o.min_rank, o.starts_on, o.ends_on, "
        "o.per_member, o.active, i.name, i.kind, i.visible FROM offer o "
        f"JOIN item i ON i.id = o.item_id WHERE o.id IN ({in_list('o', count)})"
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A wish with its price, read inside the transaction."""

    offer: Any
    quantity: int

    @property
    def points(self) -> int:
        return int(self.offer.points) * self.quantity

    @property
    def cash(self) -> int:
        return int(self.offer.cash) * self.quantity


@dataclass(frozen=True, slots=True)
class _Wish:
    """How and where to, as asked; completed from the member where left empty."""

    delivery: str
    branch_id: int
    recipient: str
    phone: str
    address: str
    remark: str


@command(
    Permission.PLACE_REDEMPTIONS, Topic.REDEMPTIONS, Topic.POINTS, Topic.MEMBERS, Topic.STOCK
)
def place(
    work: Work,
    *,
    request: str,
    member_id: int,
    lines: tuple[Wanted, ...],
    delivery: str = "pickup",
    branch_id: int = 0,
    recipient: str = "",
    phone: str = "",
    address: str = "",
    remark: str = "",
    consent: Secret = Secret(""),  # noqa: B008 - a constant
    hand_over: bool = False,
) -> Placed:
    """Redeem for a member: points debited (a debit a line), cash taken, stock reserved, all or none.

    Prices are the offers' own, read here. `delivery` is "ship" or "pickup", or "none" where nothing
    is goods; `branch_id` (0: the actor's) is whose stock it takes. Recipient, phone and address are
    the member's where left empty. `consent` is the member's PIN or one-time code, where the shop asks
    for it. `hand_over` gives goods out at once: ready and collected in the same transaction.

    Refuses (field): offers that are off, not yet, no longer, for higher tiers or taken up ("lines");
    too few points ("points"); frozen, closed or one's own account ("member"); sold out ("quantity");
    no address ("address"); no consent ("pin" or "code", as the shop asks).
    """
    wanted = _merged(lines)
    posting = Posting(work)
    account, member = _member(work, posting, member_id)
    priced = _priced(work, wanted, member_id, member.rank)
    wish = _wish(
        work, priced, member, _Wish(delivery, branch_id, recipient, phone, address, remark)
    )
    if hand_over and wish.delivery == "ship":
        raise Refused(N_("What is shipped cannot be handed over here."), field="delivery")
    points = sum(line.points for line in priced)
    members.check_consent(work, member_id=member_id, points=points, consent=str(consent))
    line_ids = work.new_ids("redemption_line", len(priced))
    entries = _debit(posting, account, priced, line_ids)
    placed = _write(work, member_id, member.priority, wish, priced, line_ids, entries)
    if hand_over:
        _hand_over(work, placed.redemption_id)
    state = "collected" if hand_over and wish.delivery == "pickup" else placed.state
    return Placed(
        placed.redemption_id, placed.number, state, points, placed.cash, placed.pickup_code,
        placed.promised_on, posting.available(account),
    )  # fmt: skip


def _member(work: Work, posting: Posting, member_id: int) -> tuple[Account, Any]:
    """Lock the member; refuse one's own account, a closed and a frozen one."""
    (account,) = posting.lock(member_id)
    refuse_own(work, member_id)
    if account.closed:
        raise Refused(N_("This member is closed."), field="member")
    if account.spend_frozen:
        raise Refused(
            N_("Spending is frozen for this member: {reason}"),
            field="member", reason=account.spend_frozen,
        )  # fmt: skip
    return account, work.first(_MEMBER, id=member_id)


# -- the wish --------------------------------------------------------------------------------------


def _merged(lines: Sequence[Wanted]) -> dict[int, int]:
    """Pieces per offer, in the order of asking."""
    wanted: dict[int, int] = {}
    for line in lines:
        if line.quantity < 1:
            raise Refused(N_("The number of pieces must be above zero."), field="quantity")
        wanted[line.offer_id] = wanted.get(line.offer_id, 0) + line.quantity
    if not wanted:
        raise Refused(N_("Choose what to redeem."), field="lines")
    if len(wanted) > MOST_LINES:
        raise Refused(N_("At most {most} items at once."), field="lines", most=MOST_LINES)
    if max(wanted.values()) > MOST_PIECES:
        raise Refused(
            N_("At most {most} pieces of an item at once."), field="quantity", most=MOST_PIECES
        )
    return wanted


def _priced(work: Work, wanted: dict[int, int], member_id: int, rank: int) -> list[_Line]:
    rows = work.all(_offers(len(wanted)), **list_params("o", list(wanted)))
    found = {row.id: row for row in rows}
    priced = []
    for offer_id, quantity in wanted.items():
        offer = found.get(offer_id)
        if offer is None:
            raise Refused(N_("This offer does not exist any more."), field="lines")
        _open_to(work, offer, quantity, member_id, rank)
        priced.append(_Line(offer, quantity))
    return priced


def _open_to(work: Work, offer: Any, quantity: int, member_id: int, rank: int) -> None:
    """Refuse an offer that this member cannot take today."""
    item = offer.name
    if not offer.active or not offer.visible or offer.kind not in KINDS:
        raise Refused(N_("“{item}” is not on offer."), field="lines", item=item)
    if work.today_text < offer.starts_on:
        raise Refused(N_("“{item}” can be redeemed from {day} on."), field="lines", item=item,
                      day=offer.starts_on)  # fmt: skip
    if work.today_text > offer.ends_on:
        raise Refused(N_("“{item}” could be redeemed until {day}."), field="lines", item=item,
                      day=offer.ends_on)  # fmt: skip
    if rank < offer.min_rank:
        raise Refused(N_("“{item}” is for higher tiers."), field="lines", item=item)
    if offer.per_member:
        had = work.value(
            _TAKEN_OF_OFFER, member_id=member_id, offer_id=offer.id,
            since=offer.starts_on, until=offer.ends_on,
        )  # fmt: skip
        if had + quantity > offer.per_member:
            raise Refused(
                N_("A member may redeem {limit} of “{item}”; this one already has {had}."),
                field="lines", item=item, limit=offer.per_member, had=int(had),
            )  # fmt: skip


def _wish(work: Work, priced: Sequence[_Line], member: Any, wish: _Wish) -> _Wish:
    """How and where to, checked and completed."""
    goods = any(line.offer.kind == "goods" for line in priced)
    if wish.delivery not in ("ship", "pickup", "none") or (goods and wish.delivery == "none"):
        raise Refused(N_("Choose shipping or pick-up."), field="delivery")
    branch = wish.branch_id or work.actor.branch_id
    if not work.value(_BRANCH, id=branch):
        raise Refused(N_("This branch is closed or does not exist."), field="branch_id")
    for name, text, most in (
        ("recipient", wish.recipient, 64), ("phone", wish.phone, 32),
        ("address", wish.address, 300), ("remark", wish.remark, 300),
    ):  # fmt: skip
        if len(text) > most:
            raise Refused(N_("This is longer than {most} characters."), field=name, most=most)
    remark = wish.remark.strip()
    if not goods or wish.delivery != "ship":
        return _Wish(wish.delivery if goods else "none", branch, "", "", "", remark)
    address = wish.address.strip() or member.address
    if not address:
        raise Refused(N_("Shipping needs an address."), field="address")
    return _Wish(
        "ship", branch, wish.recipient.strip() or member.name, wish.phone.strip() or member.phone,
        address, remark,
    )  # fmt: skip


# -- writing ---------------------------------------------------------------------------------------


def _debit(
    posting: Posting, account: Account, priced: Sequence[_Line], line_ids: Sequence[int]
) -> list[int | None]:
    """One debit a line; the whole is judged first, so that the refusal names the whole need."""
    total, available = sum(line.points for line in priced), posting.available(account)
    if total > available:
        raise Refused(
            N_("Only {available} points can be used; {needed} are needed."),
            field="points", available=available, needed=total,
        )  # fmt: skip
    debits = []
    for line, line_id in zip(priced, line_ids, strict=True):
        facts = EntryFacts("redeem", source_kind="redemption_line", source_id=line_id)
        debits.append(posting.debit(account, line.points, facts)[0] if line.points else None)
    posting.flush()
    return [debit.id if debit else None for debit in debits]


def _write(
    work: Work,
    member_id: int,
    priority: int,
    wish: _Wish,
    priced: Sequence[_Line],
    line_ids: Sequence[int],
    entries: Sequence[int | None],
) -> Placed:
    assert work.operation is not None
    order_id = work.new_ids("redemption")[0]
    number = order_number(work.today, order_id)
    promised = work.today + timedelta(days=policies.get(work, "promise_days"))
    secret = _pickup_code(work) if wish.delivery == "pickup" else ""
    points, cash = sum(line.points for line in priced), sum(line.cash for line in priced)
    work.run(
        _ORDER, id=order_id, number=number, member_id=member_id, branch_id=wish.branch_id,
        delivery=wish.delivery, priority=priority, now=work.now_text, today=work.today_text,
        promised_on=promised.isoformat(), queue_key=queue_key(priority, promised),
        pickup_code=secret, recipient=wish.recipient, phone=wish.phone, address=wish.address,
        remark=wish.remark, points=points, cash=cash, operation_id=work.operation.id,
    )  # fmt: skip
    rows = [
        {"id": line_id, "redemption_id": order_id, "n": n, "item_id": line.offer.item_id,
         "offer_id": line.offer.id, "quantity": line.quantity, "points": line.points,
         "cash": line.cash, "entry_id": entry}
        for n, (line, line_id, entry) in enumerate(zip(priced, line_ids, entries, strict=True), 1)
    ]  # fmt: skip
    work.run_many(_LINE, rows)
    orders.event(work, order_id, "", State.PLACED.value)
    orders.pay(work, order_id, cash)
    reserve = [
        Move("reserve", wish.branch_id, line.offer.item_id, 0, line.quantity, line_id)
        for line, line_id in zip(priced, line_ids, strict=True)
        if line.offer.kind == "goods"
    ]
    if reserve:
        move(work, reserve)
    work.audit("place", "redemption", order_id, None, {"points": points, "cash": cash})
    return Placed(order_id, number, State.PLACED.value, points, cash, secret, promised, 0)


def queue_key(priority: int, promised_on: date) -> str:
    """The place in a queue: higher tier first, then the oldest promise."""
    return f"{9 - priority}{promised_on.isoformat()}"


def _pickup_code(work: Work) -> str:
    while True:
        code = pickup_code(secrets.randbelow(CODES))
        if not work.value(_TAKEN, code=code):
            return code


def _hand_over(work: Work, redemption_id: int) -> None:
    """Goods go over the counter now: ready, and collected."""
    for end in (State.READY, State.COLLECTED):
        order = orders.lock(work, redemption_id)
        goods = [line for line in order.lines if line.fulfilment is Fulfilment.PICKUP]
        if goods:
            orders.change(work, order, [orders.Change(line, end) for line in goods])
