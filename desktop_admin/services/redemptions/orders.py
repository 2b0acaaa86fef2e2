"""An order under lock: its lines, how they change state, and what that does to stock and trail.

Locks in this order everywhere: member, order, stock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop_admin.i18n import N_
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.rules.redemptions import (
    Fulfilment,
    State,
    StockEffect,
    act_for,
    order_state,
    stock_effect,
)
from desktop_admin.services.rules.words import RuleError
from desktop_admin.services.sealing import seal
from desktop_admin.services.stock.moving import Move, move
from desktop_admin.services.work import Work

ENDED = frozenset({State.CANCELLED, State.RETURNED})
LONGEST_NOTE = 300

_ORDER = (
    "SELECT id, number, member_id, branch_id, delivery, state, pickup_code FROM redemption "
    "WHERE id = :id"
)
_LOCK = Sql(_ORDER, postgresql=_ORDER + " FOR NO KEY UPDATE")
_LINES = Sql(
    "SELECT l.id, l.n, l.item_id, i.name, i.kind, l.quantity, l.undone, l.points, l.cash, l.state, "
    "l.entry_id FROM redemption_line l JOIN item i ON i.id = l.item_id "
    "WHERE l.redemption_id = :id ORDER BY l.n"
)
_STEP = Sql(
    "UPDATE redemption_line SET state = :end, undone = :undone "
    "WHERE id = :id AND state = :start AND undone = :was_undone"
)
_SETTLE = Sql(
    "UPDATE redemption SET state = :end, state_since = :now, version = version + 1 "
    "WHERE id = :id AND state = :start"
)
_TOUCH = Sql("UPDATE redemption SET version = version + 1 WHERE id = :id")
_EVENT = Sql(
    "INSERT INTO redemption_event (operation_id, redemption_id, line_id, from_state, to_state, "
    "quantity, note, business_date, recorded_at) VALUES (:operation_id, :redemption_id, :line_id, "
    ":start, :end, :quantity, :note, :business_date, :recorded_at)"
)
_PAY = Sql(
    "INSERT INTO payment (operation_id, redemption_id, amount, branch_id, business_date, "
    "recorded_at) VALUES (:operation_id, :redemption_id, :amount, :branch_id, :business_date, "
    ":recorded_at)"
)


@dataclass(slots=True, eq=False)
class Line:
    """A line under lock. `points` and `cash` are the whole line's, as placed."""

    id: int
    n: int
    item_id: int
    name: str
    kind: str
    quantity: int
    undone: int
    points: int
    cash: int
    state: State
    entry_id: int | None
    fulfilment: Fulfilment

    @property
    def pieces(self) -> int:
        return self.quantity - self.undone


@dataclass(slots=True, eq=False)
class Order:
    """An order under lock."""

    id: int
    number: str
    member_id: int
    branch_id: int
    delivery: str
    state: State
    pickup_code: str
    lines: list[Line]

    @property
    def living(self) -> list[Line]:
        """Lines neither cancelled nor returned."""
        return [line for line in self.lines if line.state not in ENDED]


@dataclass(frozen=True, slots=True)
class Change:
    """One line on its way: to which state, and how many pieces are undone on the way."""

    line: Line
    end: State
    undo: int = 0
    restock: bool = True


def fulfilment_of(kind: str, delivery: str) -> Fulfilment:
    """How a line of this kind of item reaches the member."""
    if kind == "goods":
        return Fulfilment.SHIPPING if delivery == "ship" else Fulfilment.PICKUP
    return Fulfilment.VOUCHER if kind == "voucher" else Fulfilment.SERVICE


def lock(work: Work, redemption_id: int) -> Order:
    """Lock an order and read its lines. Refused where there is none."""
    row = work.first(_LOCK, id=redemption_id)
    if row is None:
        raise Refused(N_("This redemption does not exist."), field="redemption")
    lines = [
        Line(
            *[*line[:9], State(line.state), line.entry_id, fulfilment_of(line.kind, row.delivery)]
        )
        for line in work.all(_LINES, id=redemption_id)
    ]
    return Order(*[*row[:5], State(row.state), row.pickup_code, lines])


def change(work: Work, order: Order, changes: Sequence[Change], note: str = "") -> None:
    """Move lines to other states, with their stock, and let the order's state follow.

    Every line's update is guarded by the state it came from; a way that does not exist is refused.
    """
    sealed = seal(work, order.member_id, checked_note(note))
    moves: list[Move] = []
    events: list[tuple[Line, State, State, int]] = []
    for c in changes:
        start = c.line.state
        end = judge(c.line, c.end)
        stays = c.undo > 0 and c.line.undone + c.undo < c.line.quantity
        moves += _moves(order, c, stock_effect(c.line.fulfilment, start, c.end))
        touched = work.run(
            _STEP, id=c.line.id, start=start.value, end=(start if stays else end).value,
            undone=c.line.undone + c.undo, was_undone=c.line.undone,
        )  # fmt: skip
        if touched != 1:
            raise AssertionError("the line changed under its lock")
        pieces = c.undo or c.line.pieces
        c.line.undone += c.undo
        c.line.state = start if stays else end
        events.append((c.line, start, end, pieces))
    if moves:
        move(work, moves)
    _settle(work, order, events, sealed)


def judge(line: Line, end: State) -> State:
    """The state itself, or Refused where no way leads there from the line's."""
    try:
        act_for(line.fulfilment, line.state, end)
    except RuleError as error:
        raise Refused.of(error, field="state") from error
    return end


def _moves(order: Order, c: Change, effect: StockEffect) -> list[Move]:
    line, branch = c.line, order.branch_id
    pieces = c.undo or line.pieces
    if effect is StockEffect.HAND_OVER:
        return [Move("issue", branch, line.item_id, -pieces, -pieces, line.id)]
    if effect is StockEffect.RELEASE:
        return [Move("release", branch, line.item_id, 0, -pieces, line.id)]
    if effect is StockEffect.TAKE_BACK:
        back = [Move("return", branch, line.item_id, pieces, 0, line.id)]
        gone = [] if c.restock else [Move("write_off", branch, line.item_id, -pieces, 0, line.id)]
        return back + gone
    return []


def _settle(
    work: Work, order: Order, events: Iterable[tuple[Line, State, State, int]], note: str
) -> None:
    """Let the order's state follow its lines, and write the trail.

    A line has a row of its own where it is undone or goes another way than the order.
    """
    start, end = order.state, order_state(line.state for line in order.lines).state
    for line, was, to, pieces in events:
        if to in ENDED or to is not end or start is end:
            event(work, order.id, was.value, to.value, line_id=line.id, quantity=pieces, note=note)
    if start is end:
        work.run(_TOUCH, id=order.id)
        return
    if work.run(_SETTLE, id=order.id, start=start.value, end=end.value, now=work.now_text) != 1:
        raise AssertionError("the order changed under its lock")
    event(work, order.id, start.value, end.value, note=note)
    order.state = end


def event(
    work: Work,
    redemption_id: int,
    start: str,
    end: str,
    *,
    line_id: int | None = None,
    quantity: int = 0,
    note: str = "",
) -> None:
    """One row of the order's trail; `note` is sealed already."""
    assert work.operation is not None
    work.run(
        _EVENT, operation_id=work.operation.id, redemption_id=redemption_id, line_id=line_id,
        start=start, end=end, quantity=quantity, note=note, business_date=work.today_text,
        recorded_at=work.now_text,
    )  # fmt: skip


def pay(work: Work, redemption_id: int, amount: int) -> None:
    """Cash in (> 0) or out (< 0) at the actor's till, minor units; nothing for nought."""
    assert work.operation is not None
    if amount:
        work.run(
            _PAY, operation_id=work.operation.id, redemption_id=redemption_id, amount=amount,
            branch_id=work.actor.branch_id, business_date=work.today_text,
            recorded_at=work.now_text,
        )  # fmt: skip


def checked_note(note: str) -> str:
    """A reason as typed, without blanks around it; refuses a very long one."""
    text = note.strip()
    if len(text) > LONGEST_NOTE:
        raise Refused(
            N_("This is longer than {most} characters."), field="reason", most=LONGEST_NOTE
        )
    return text


def kept(whole: int, quantity: int, undone: int) -> int:
    """What stays of a line's price once pieces are undone, always computed from the start.

    Rounded down, so that two halves give back exactly the whole (DOMAIN 12).
    """
    return whole * (quantity - undone) // quantity
