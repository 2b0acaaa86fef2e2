"""Fulfilling: pick, pack, ship, deliver; or ready and collected; or issued, booked, used, missed.

Each change of state is guarded by the state it came from, and refused from every wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from desktop_admin.i18n import N_
from desktop_admin.services.command import command
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.limits import refuse_own
from desktop_admin.services.permissions import Permission
from desktop_admin.services.redemptions import orders
from desktop_admin.services.redemptions.records import SlipPrinted, Stepped
from desktop_admin.services.rules import members as member_rules
from desktop_admin.services.rules.redemptions import State, may_become, read_pickup_code
from desktop_admin.services.rules.words import RuleError
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

T = TypeVar("T")

FULFIL = (State.PICKING, State.PACKED, State.READY, State.DELIVERED)
SERVE = (State.ISSUED, State.BOOKED, State.USED, State.MISSED)

_SHIP = Sql("UPDATE redemption SET carrier = :carrier, tracking = :tracking WHERE id = :id")
_CARD = Sql("SELECT member_id FROM card WHERE card_number = :card AND state = 'active'")
_SLIP = Sql("UPDATE redemption SET slips = slips + 1 WHERE id = :id")
_SLIPS = Sql("SELECT slips FROM redemption WHERE id = :id")


@command(Permission.FULFIL_REDEMPTIONS, Topic.REDEMPTIONS, Topic.STOCK)
def advance(work: Work, *, request: str, redemption_id: int, to_state: str) -> Stepped:
    """Move an order's goods to picking, packed, ready or delivered.

    Shipping has `ship`, handing over `collect`. Refused (field "state") from every state that does
    not lead there. For many orders at once: `advance_all`.
    """
    return _step(work, redemption_id, _state(to_state, FULFIL))


@command(Permission.FULFIL_REDEMPTIONS, Topic.REDEMPTIONS, Topic.STOCK)
def ship(
    work: Work, *, request: str, redemption_id: int, carrier: str, tracking: str = ""
) -> Stepped:
    """A packed order leaves the house with a carrier; its goods leave the stock.

    The tracking number may be missing (an own messenger); it can be set later. Refuses no
    carrier, and one's own order.
    """
    order = orders.lock(work, redemption_id)
    refuse_own(work, order.member_id)
    _set_tracking(work, order.id, carrier, tracking)
    return _move(work, order, State.SHIPPED, f"{carrier.strip()} {tracking.strip()}")


@command(Permission.FULFIL_REDEMPTIONS, Topic.REDEMPTIONS)
def set_tracking(
    work: Work, *, request: str, redemption_id: int, carrier: str, tracking: str
) -> Stepped:
    """Write down or correct carrier and tracking number of a shipped order."""
    order = orders.lock(work, redemption_id)
    if State.SHIPPED not in {line.state for line in order.lines}:
        raise Refused(N_("Only a shipped redemption has a tracking number."), field="tracking")
    _set_tracking(work, order.id, carrier, tracking)
    work.audit("tracking", "redemption", order.id, None, {"carrier": carrier, "tracking": tracking})
    return Stepped(order.id, order.number, order.state.value)


@command(Permission.COLLECT_REDEMPTIONS, Topic.REDEMPTIONS, Topic.STOCK)
def collect(
    work: Work, *, request: str, redemption_id: int, code: str = "", card: str = ""
) -> Stepped:
    """Hand over goods that are ready, for the pick-up code or the member's card.

    Refuses a wrong code (field "code"), another member's or a lost card (field "card"), and one's
    own order.
    """
    order = orders.lock(work, redemption_id)
    refuse_own(work, order.member_id)
    _proven(work, order, code, card)
    return _move(work, order, State.COLLECTED)


@command(Permission.COLLECT_REDEMPTIONS, Topic.REDEMPTIONS)
def serve(work: Work, *, request: str, redemption_id: int, to_state: str) -> Stepped:
    """Move vouchers to issued, services to booked, used or missed."""
    order = orders.lock(work, redemption_id)
    refuse_own(work, order.member_id)
    return _move(work, order, _state(to_state, SERVE))


@command(Permission.FULFIL_REDEMPTIONS, Topic.REDEMPTIONS)
def slip_printed(work: Work, *, request: str, redemption_id: int) -> SlipPrinted:
    """Count a packing slip that was printed or saved; from the second on it is a copy.

    The order's state does not depend on print. Asked before printing, so that a crash after it can
    only make a copy too many, never two originals.
    """
    before = work.value(_SLIPS, id=redemption_id)
    if before is None:
        raise Refused(N_("This redemption does not exist."), field="redemption")
    work.run(_SLIP, id=redemption_id)
    work.audit("slip", "redemption", redemption_id, {"slips": before}, {"slips": before + 1})
    return SlipPrinted(redemption_id, int(before))


# -- many at once ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one order of many: its receipt, or why not."""

    redemption_id: int
    stepped: Stepped | None
    refused: Refused | None

    @property
    def done(self) -> bool:
        """Whether it moved."""
        return self.refused is None


Write = Callable[[Callable[[Work], Stepped]], Stepped]


def advance_all(
    write: Write,
    *,
    request: str,
    redemption_ids: Iterable[int],
    to_state: str,
    parcels: Mapping[int, tuple[str, str]] | None = None,
    told: Callable[[int], None] | None = None,
) -> tuple[RowResult, ...]:
    """Move many orders to the next state, each in a transaction of its own; a result per order.

    One transaction per order, decided so: an order that is refused holds up no other, no lock is
    held longer than one order takes, and what was done before Cancel or a crash stays done. The
    request id of each order is made of `request` and its id, so the whole may be asked again and
    goes on where it stopped.

    `write` runs a command and commits (`Progress.write` of a job; `lambda o: database.write(o,
    actor=a).result`). `parcels`, for "shipped": (carrier, tracking) by order. `told(n)` hears how
    many are through and may raise to stop.
    """
    results = []
    for n, redemption_id in enumerate(redemption_ids, 1):
        one = _one(f"{request}/{redemption_id}", redemption_id, to_state, parcels or {})
        try:
            results.append(RowResult(redemption_id, write(one), None))
        except Refused as refused:
            results.append(RowResult(redemption_id, None, refused))
        if told is not None:
            told(n)
    return tuple(results)


def _one(
    request: str, redemption_id: int, to_state: str, parcels: Mapping[int, tuple[str, str]]
) -> Callable[[Work], Stepped]:
    if to_state == State.SHIPPED:
        carrier, tracking = parcels.get(redemption_id, ("", ""))
        return lambda work: ship(
            work, request=request, redemption_id=redemption_id, carrier=carrier, tracking=tracking
        )
    return lambda work: advance(
        work, request=request, redemption_id=redemption_id, to_state=to_state
    )


# -- inside ----------------------------------------------------------------------------------------


def _state(text: str, allowed: tuple[State, ...]) -> State:
    try:
        state = State(text)
    except ValueError:
        state = State.PLACED
    if state not in allowed:
        raise Refused(N_("This step is done another way."), field="state")
    return state


def _step(work: Work, redemption_id: int, end: State) -> Stepped:
    return _move(work, orders.lock(work, redemption_id), end)


def _move(work: Work, order: orders.Order, end: State, note: str = "") -> Stepped:
    """Move every line that can go there; refused where none can."""
    lines = [line for line in order.living if may_become(line.fulfilment, line.state, end)]
    if not lines:
        least = next((x for x in order.lines if x.state is order.state), order.lines[0])
        orders.judge(least, end)
        raise AssertionError("a line that may move was not found")
    orders.change(work, order, [orders.Change(line, end) for line in lines], note)
    return Stepped(order.id, order.number, order.state.value)


def _set_tracking(work: Work, redemption_id: int, carrier: str, tracking: str) -> None:
    if not carrier.strip():
        raise Refused(N_("Who carries it? Choose a carrier."), field="carrier")
    for name, text in (("carrier", carrier), ("tracking", tracking)):
        if len(text.strip()) > 64:
            raise Refused(N_("This is longer than {most} characters."), field=name, most=64)
    work.run(_SHIP, id=redemption_id, carrier=carrier.strip(), tracking=tracking.strip())


def _proven(work: Work, order: orders.Order, code: str, card: str) -> None:
    if code.strip():
        try:
            read = read_pickup_code(code)
        except RuleError as error:
            raise Refused.of(error, field="code") from error
        if read != order.pickup_code:
            raise Refused(N_("This is the pick-up code of another redemption."), field="code")
        return
    if not card.strip():
        raise Refused(N_("Ask for the pick-up code or the member's card."), field="code")
    try:
        number = member_rules.normalise_card(card)
    except RuleError as error:
        raise Refused.of(error, field="card") from error
    if work.value(_CARD, card=number) != order.member_id:
        raise Refused(N_("This card is not the one of the member who redeemed."), field="card")
