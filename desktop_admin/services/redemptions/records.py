"""What is asked of redemptions, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of a wish: an offer and how many pieces."""

    offer_id: int
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces of one line, to cancel."""

    line_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Back:
    """Pieces of one line that came back, and whether inspection found them fit to be sold."""

    line_id: int
    quantity: int
    restock: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """The receipt of a new redemption. `cash` in minor units, taken from the member."""

    redemption_id: int
    number: str
    state: str
    points: int
    cash: int
    pickup_code: str
    promised_on: date
    available_after: int


@dataclass(frozen=True, slots=True)
class Stepped:
    """The receipt of a change of state."""

    redemption_id: int
    number: str
    state: str


@dataclass(frozen=True, slots=True)
class Undone:
    """The receipt of a cancellation or a return: points given back, cash refunded (minor units)."""

    redemption_id: int
    number: str
    state: str
    points: int
    cash: int
    pieces: int
    available_after: int


@dataclass(frozen=True, slots=True)
class SlipPrinted:
    """How many packing slips were printed before this one; from 1 on it is marked as a copy."""

    redemption_id: int
    copy: int


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A redemption in a list. `first_item` names its first line; `cash` in minor units.

    `mixed`: its lines are in different states.
    """

    id: int
    number: str
    state: str
    delivery: str
    member_id: int
    member: str
    card_number: str
    tier: str  # code
    tier_names: str  # JSON: language -> name
    priority: int
    placed_at: datetime
    placed_on: date
    promised_on: date
    state_since: datetime
    branch_id: int
    branch: str
    points: int
    cash: int
    carrier: str
    tracking: str
    slips: int
    first_item: str
    lines: int
    pieces: int
    mixed: bool
    version: int = 0


@dataclass(frozen=True, slots=True)
class QueueCount:
    """One queue: how many wait, since when the oldest does, how many are past their promise."""

    state: str
    delivery: str
    orders: int
    oldest: datetime
    late: int


@dataclass(frozen=True, slots=True)
class LineDetail:
    """A line as it stands. `points` and `cash` (minor units) are the whole line's, as placed."""

    id: int
    n: int
    item_id: int
    code: str
    barcode: str
    name: str
    kind: str
    shelf: str
    quantity: int
    undone: int
    points: int
    cash: int
    state: str
    offer_id: int

    @property
    def pieces(self) -> int:
        """What is neither cancelled nor returned."""
        return self.quantity - self.undone


@dataclass(frozen=True, slots=True)
class EventDetail:
    """One step in an order's life; `line_n` 0 = the whole order. `note` is None once erased."""

    id: int
    at: datetime
    operator: str
    branch: str
    workstation: str
    line_n: int
    from_state: str
    to_state: str
    quantity: int
    note: str | None


@dataclass(frozen=True, slots=True)
class PaymentDetail:
    """Cash taken (> 0) or refunded (< 0), minor units."""

    at: datetime
    amount: int
    operator: str
    branch: str


@dataclass(frozen=True, slots=True)
class Detail:
    """A redemption with all that belongs to it. Money in minor units."""

    id: int
    number: str
    state: str
    mixed: bool
    delivery: str
    version: int
    member_id: int
    member: str
    member_phone: str
    card_number: str
    tier: str  # code
    tier_names: str  # JSON: language -> name
    branch_id: int
    branch: str
    priority: int
    placed_at: datetime
    placed_on: date
    promised_on: date
    state_since: datetime
    pickup_code: str
    recipient: str
    phone: str
    address: str
    carrier: str
    tracking: str
    remark: str
    points: int
    cash: int
    slips: int
    lines: tuple[LineDetail, ...]
    events: tuple[EventDetail, ...]
    payments: tuple[PaymentDetail, ...]
    next_states: tuple[str, ...]  # what it may become, the usual step first

    @property
    def points_kept(self) -> int:
        """Points of what is neither cancelled nor returned."""
        return sum(line.points * line.pieces // line.quantity for line in self.lines)

    @property
    def points_back(self) -> int:
        """Points that were given back."""
        return self.points - self.points_kept

    @property
    def cash_kept(self) -> int:
        """Cash taken less cash refunded."""
        return sum(payment.amount for payment in self.payments)


@dataclass(frozen=True, slots=True)
class SlipLine:
    """A line of a packing slip, in the order of the shelves."""

    shelf: str
    code: str
    barcode: str
    name: str
    pieces: int


@dataclass(frozen=True, slots=True)
class Slip:
    """What a packing slip says; its barcode holds `number`. `copy` 0 = the first print.

    The pick-up code is not on it: whoever holds the slip must not be able to collect.
    """

    redemption_id: int
    number: str
    shop: str
    branch: str
    branch_address: str
    branch_phone: str
    delivery: str
    placed_on: date
    promised_on: date
    recipient: str
    phone: str
    address: str
    carrier: str
    tracking: str
    remark: str
    member: str
    card_number: str
    copy: int
    lines: tuple[SlipLine, ...]
