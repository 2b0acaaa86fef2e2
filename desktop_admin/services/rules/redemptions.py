"""Redemptions: states and what leads from one to the next, ages, pick-up codes, points as money."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from desktop_admin.services.rules.words import N_, RuleError, Words


class Fulfilment(StrEnum):
    """How a line reaches the member."""

    SHIPPING = "shipping"
    PICKUP = "pickup"
    VOUCHER = "voucher"
    SERVICE = "service"


class State(StrEnum):
    """The state of a line, and of the order its lines make."""

    PLACED = "placed"
    APPROVED = "approved"
    PICKING = "picking"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    READY = "ready"
    COLLECTED = "collected"
    ISSUED = "issued"
    BOOKED = "booked"
    USED = "used"
    MISSED = "missed"
    CANCELLED = "cancelled"
    RETURNED = "returned"


FULFILMENT_TITLES: Mapping[Fulfilment, str] = MappingProxyType(
    {
        Fulfilment.SHIPPING: N_("shipping"),
        Fulfilment.PICKUP: N_("pick-up"),
        Fulfilment.VOUCHER: N_("voucher"),
        Fulfilment.SERVICE: N_("service"),
    }
)
STATE_TITLES: Mapping[State, str] = MappingProxyType(
    {
        State.PLACED: N_("placed"),
        State.APPROVED: N_("approved"),
        State.PICKING: N_("picking"),
        State.PACKED: N_("packed"),
        State.SHIPPED: N_("shipped"),
        State.DELIVERED: N_("delivered"),
        State.READY: N_("ready for pick-up"),
        State.COLLECTED: N_("collected"),
        State.ISSUED: N_("issued"),
        State.BOOKED: N_("booked"),
        State.USED: N_("used"),
        State.MISSED: N_("missed"),
        State.CANCELLED: N_("cancelled"),
        State.RETURNED: N_("returned"),
    }
)


class Act(StrEnum):
    """What a person does to move a line; its value is the permission it needs."""

    APPROVE = "decide_approvals"
    FULFIL = "fulfil_redemptions"
    COLLECT = "collect_redemptions"
    CANCEL = "cancel_redemptions"
    RETURN = "return_redemptions"


class StockEffect(StrEnum):
    """What a change of state does to the goods of the line."""

    NONE = "none"
    RELEASE = "release"  # the reservation ends, the goods stay
    HAND_OVER = "hand_over"  # reserved goods leave the house
    TAKE_BACK = "take_back"  # goods return: restock or write off after inspection


_WAYS: Mapping[Fulfilment, tuple[tuple[State, State, Act], ...]] = MappingProxyType(
    {
        Fulfilment.SHIPPING: (
            (State.PLACED, State.PICKING, Act.FULFIL),
            (State.APPROVED, State.PICKING, Act.FULFIL),
            (State.PICKING, State.PACKED, Act.FULFIL),
            (State.PACKED, State.SHIPPED, Act.FULFIL),
            (State.SHIPPED, State.DELIVERED, Act.FULFIL),
        ),
        Fulfilment.PICKUP: (
            (State.PLACED, State.READY, Act.FULFIL),
            (State.APPROVED, State.READY, Act.FULFIL),
            (State.READY, State.COLLECTED, Act.COLLECT),
        ),
        Fulfilment.VOUCHER: (
            (State.PLACED, State.ISSUED, Act.COLLECT),
            (State.APPROVED, State.ISSUED, Act.COLLECT),
        ),
        Fulfilment.SERVICE: (
            (State.PLACED, State.BOOKED, Act.COLLECT),
            (State.APPROVED, State.BOOKED, Act.COLLECT),
            (State.BOOKED, State.USED, Act.COLLECT),
            (State.BOOKED, State.MISSED, Act.COLLECT),
        ),
    }
)
# Where the line is once it has left the house; before that it is cancelled, after that returned.
_LEFT = frozenset({State.SHIPPED, State.DELIVERED, State.COLLECTED, State.ISSUED, State.USED, State.MISSED})
_ENDED = frozenset({State.CANCELLED, State.RETURNED})
DONE = frozenset({State.DELIVERED, State.COLLECTED, State.ISSUED, State.USED, State.MISSED})
OPEN = frozenset(State) - DONE - _ENDED


def _table() -> dict[tuple[Fulfilment, State, State], Act]:
    table: dict[tuple[Fulfilment, State, State], Act] = {}
    for fulfilment, ways in _WAYS.items():
        table[fulfilment, State.PLACED, State.APPROVED] = Act.APPROVE
        for start, end, act in ways:
            table[fulfilment, start, end] = act
        reached = {state for way in ways for state in way[:2]} | {State.APPROVED}
        for state in reached:
            if state in _LEFT:
                table[fulfilment, state, State.RETURNED] = Act.RETURN
            else:
                table[fulfilment, state, State.CANCELLED] = Act.CANCEL
    return table


TRANSITIONS: Mapping[tuple[Fulfilment, State, State], Act] = MappingProxyType(_table())


def may_become(fulfilment: Fulfilment, start: State, end: State) -> bool:
    """Say whether one state leads to the other."""
    return (fulfilment, start, end) in TRANSITIONS


def act_for(fulfilment: Fulfilment, start: State, end: State) -> Act:
    """Return the act a change of state is; refuses one that leads nowhere."""
    act = TRANSITIONS.get((fulfilment, start, end))
    if act is None:
        raise RuleError(
            N_("A redemption that is “{start}” cannot become “{end}”."),
            start=Words(STATE_TITLES[start]),
            end=Words(STATE_TITLES[end]),
        )
    return act


def next_states(fulfilment: Fulfilment, start: State) -> tuple[State, ...]:
    """Return every state that can follow, the usual one first."""
    return tuple(end for kind, state, end in TRANSITIONS if kind is fulfilment and state is start)


def forward(fulfilment: Fulfilment, start: State) -> State | None:
    """Return the usual next step (what one key in the queue does); None at the end."""
    for way_start, end, _act in _WAYS[fulfilment]:
        if way_start is start:
            return end
    return None


def has_left(state: State) -> bool:
    """Say whether the line has left the house: no longer cancelled, but returned."""
    return state in _LEFT


def stock_effect(fulfilment: Fulfilment, start: State, end: State) -> StockEffect:
    """Return what the change does to the goods; vouchers and services have none."""
    if fulfilment not in (Fulfilment.SHIPPING, Fulfilment.PICKUP):
        return StockEffect.NONE
    if end is State.CANCELLED:
        return StockEffect.RELEASE
    if end is State.RETURNED:
        return StockEffect.TAKE_BACK
    if end in _LEFT and start not in _LEFT:
        return StockEffect.HAND_OVER
    return StockEffect.NONE


_PROGRESS = (
    State.PLACED,
    State.APPROVED,
    State.BOOKED,
    State.PICKING,
    State.PACKED,
    State.READY,
    State.SHIPPED,
    State.DELIVERED,
    State.COLLECTED,
    State.ISSUED,
    State.USED,
    State.MISSED,
)


@dataclass(frozen=True)
class OrderState:
    """An order's state: that of its least advanced living line, and whether lines differ."""

    state: State
    mixed: bool


def order_state(lines: Iterable[State]) -> OrderState:
    """Derive the order's state from its lines.

    Cancelled and returned lines count only when nothing else is left; then returned wins.
    """
    states = set(lines)
    if not states:
        raise ValueError("an order has at least one line")
    living = states - _ENDED
    if living:
        return OrderState(min(living, key=_PROGRESS.index), len(states) > 1)
    state = State.RETURNED if State.RETURNED in states else State.CANCELLED
    return OrderState(state, len(states) > 1)


class Age(StrEnum):
    """How long an open order has waited."""

    FRESH = "fresh"
    DUE = "due"
    LATE = "late"


AGE_TITLES: Mapping[Age, str] = MappingProxyType({Age.FRESH: N_("fresh"), Age.DUE: N_("due"), Age.LATE: N_("late")})


def age_of(since: date, today: date, due_after: int = 1, late_after: int = 3) -> Age:
    """Return the age by days since the order came: due from `due_after`, late from `late_after`."""
    days = (today - since).days
    if days >= late_after:
        return Age.LATE
    return Age.DUE if days >= due_after else Age.FRESH


@dataclass(frozen=True)
class MoneyPart:
    """A price split into points and cash in minor units."""

    points: int
    cash_minor: int


def money_part(price_minor: int, step_points: int, step_minor: int, available: int) -> MoneyPart:
    """Pay a price with points as far as needed: whole steps only, the rest in cash.

    A step is so many points worth so much money. Never more than the member has: 100.00 at
    15.00 a point takes 6 points and 10.00 in cash, not 7 points (DOMAIN 12).
    """
    if price_minor < 0 or step_points <= 0 or step_minor <= 0:
        raise RuleError(N_("A price and the worth of points must be above zero."))
    steps = min(price_minor // step_minor, max(0, available) // step_points)
    return MoneyPart(steps * step_points, price_minor - steps * step_minor)


CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O, 1 I L: 31 signs, a prime
CODE_LENGTH = 6
CODES = len(CODE_ALPHABET) ** CODE_LENGTH


def pickup_code(number: int) -> str:
    """Return the pick-up code of a random number below CODES: six signs and a check sign.

    The check sign is a weighted sum modulo 31, so that one wrong sign or two swapped ones show.
    """
    if not 0 <= number < CODES:
        raise ValueError(f"a pick-up code is made from 0 to {CODES - 1}")
    body = ""
    for _place in range(CODE_LENGTH):
        number, digit = divmod(number, len(CODE_ALPHABET))
        body = CODE_ALPHABET[digit] + body
    return body + CODE_ALPHABET[-_weighted(body) % len(CODE_ALPHABET)]


def read_pickup_code(text: str) -> str:
    """Return a typed or scanned pick-up code in its one form; refuses a mistyped one."""
    folded = unicodedata.normalize("NFKC", text).upper()
    code = "".join(sign for sign in folded if not sign.isspace() and sign != "-")
    known = len(code) == CODE_LENGTH + 1 and all(sign in CODE_ALPHABET for sign in code)
    if not known or (_weighted(code[:-1]) + CODE_ALPHABET.index(code[-1])) % len(CODE_ALPHABET):
        raise RuleError(N_("“{text}” is not a pick-up code."), text=text.strip())
    return code


def _weighted(body: str) -> int:
    return sum(weight * CODE_ALPHABET.index(sign) for weight, sign in enumerate(body, start=2))
