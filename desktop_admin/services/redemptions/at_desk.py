"""What the fulfilment desk asks beyond the queues: today, the usual next step, what to fetch, what would come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import branches, policies
from desktop_admin.services.command import query
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.redemptions.details import detail
from desktop_admin.services.redemptions.fulfilling import FULFIL, RowResult, advance, serve
from desktop_admin.services.redemptions.orders import ENDED, fulfilment_of, kept
from desktop_admin.services.redemptions.records import Back, Detail, Stepped
from desktop_admin.services.rules.redemptions import STATE_TITLES, State, forward, has_left
from desktop_admin.services.rules.words import Words
from desktop_admin.services.work import Work

MOST_PICKED = 500  # orders on one pick list
BY_HAND = (State.SHIPPED, State.COLLECTED)  # steps that ask for something: a carrier, a proof

_PICK = (
    "SELECT i.shelf, i.code, i.barcode, i.name, l.quantity - l.undone AS pieces, r.number "
    "FROM redemption_line l JOIN redemption r ON r.id = l.redemption_id JOIN item i ON i.id = l.item_id "
    "WHERE r.id IN ({ids}) AND i.kind = 'goods' AND l.quantity > l.undone "
    "AND l.state IN ('placed', 'picking') ORDER BY i.shelf, i.code, r.id"
)


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """The business date, the instant, the shop, how long a pick-up is kept, and the open branches (id, name)."""

    today: date
    now: datetime
    shop: str
    pickup_days: int
    branches: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Fetch:
    """An item to fetch for some orders. Sorted by shelf."""

    shelf: str
    code: str
    barcode: str
    name: str
    pieces: int
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What undoing would give back: points, cash (minor units), pieces back on the shelf, pieces written off."""

    points: int
    cash: int
    restocked: int
    written_off: int


@query(Permission.SEE_REDEMPTIONS)
def desk(work: Work) -> DeskFacts:
    """What the desk needs to know of the day and the shop."""
    names = tuple((row.id, row.name) for row in branches.names(work))
    return DeskFacts(work.today, work.now, work.shop.name, policies.get(work, "pickup_days"), names)


@query(Permission.SEE_REDEMPTIONS)
def to_fetch(work: Work, *, redemption_ids: tuple[int, ...]) -> tuple[Fetch, ...]:
    """The goods of these orders that are not packed yet, item by item, by shelf. At most 500 orders."""
    wanted = redemption_ids[:MOST_PICKED]
    if not wanted:
        return ()
    together: dict[tuple[str, str], list[Any]] = {}
    for row in work.all(_pick(len(wanted)), **list_params("id", wanted)):
        together.setdefault((row.shelf, row.code), []).append(row)
    return tuple(
        Fetch(
            shelf, code, rows[0].barcode, rows[0].name, sum(row.pieces for row in rows),
            tuple(dict.fromkeys(row.number for row in rows)),
        )
        for (shelf, code), rows in together.items()
    )  # fmt: skip


@cache
def _pick(count: int) -> Sql:
    return Sql(_PICK.format(ids=in_list("id", count)))


def next_step(order: Detail) -> State | None:
    """The usual next state of an order's least advanced line; None where nothing is left to do."""
    for line in order.lines:
        state = State(line.state)
        if state not in ENDED and line.state == order.state:
            return forward(fulfilment_of(line.kind, order.delivery), state)
    return None


Run = Callable[[Callable[[Work], Any]], Any]


def step_all(
    read: Run,
    write: Run,
    *,
    request: str,
    seen: Mapping[int, int],
    told: Callable[[int], None] | None = None,
) -> tuple[RowResult, ...]:
    """Take each order its usual next step, in a transaction of its own; a result per order.

    ``seen``: order → the version somebody looked at. Refused where it changed since: nothing takes two steps because
    two people pressed, or one pressed again whose answer was lost. Refused too where the step asks for a carrier or a
    proof, and where nothing is left to do. `told(n)` hears how many are through and may raise to stop.
    """
    results = []
    for n, (redemption_id, version) in enumerate(seen.items(), 1):
        try:
            order = read(partial(detail, redemption_id=redemption_id))
            if order.version != version:
                raise Refused(
                    N_("{number} was changed meanwhile: {state}."), number=order.number,
                    state=Words(STATE_TITLES[State(order.state)]),
                )  # fmt: skip
            results.append(RowResult(redemption_id, write(_step(order, f"{request}/{redemption_id}")), None))
        except Refused as refused:
            results.append(RowResult(redemption_id, None, refused))
        if told is not None:
            told(n)
    return tuple(results)


def _step(order: Detail, request: str) -> Callable[[Work], Stepped]:
    end = next_step(order)
    state = end.value if end is not None else ""
    said: dict[str, Any] = {"request": f"{request}/{state}", "redemption_id": order.id, "to_state": state}
    if end is None or end in BY_HAND or end in FULFIL:
        return partial(advance, **said)  # which refuses what is done another way
    return partial(serve, **said)


def foresee(order: Detail, parts: Sequence[Back]) -> Foreseen:
    """What undoing these pieces would give back; lines and pieces that are not there are left out."""
    lines = {line.id: line for line in order.lines}
    points = cash = restocked = written_off = 0
    for part in parts:
        line = lines.get(part.line_id)
        if line is None:
            continue
        after = line.undone + min(max(part.quantity, 0), line.pieces)
        points += kept(line.points, line.quantity, line.undone) - kept(line.points, line.quantity, after)
        cash += kept(line.cash, line.quantity, line.undone) - kept(line.cash, line.quantity, after)
        if line.kind == "goods":
            fit = part.restock or not has_left(State(line.state))
            restocked += after - line.undone if fit else 0
            written_off += 0 if fit else after - line.undone
    return Foreseen(points, cash, restocked, written_off)


def line_left(state: str) -> bool:
    """Say whether a line in this state has left the house: it is taken back, no longer cancelled."""
    return has_left(State(state))


def line_ended(state: str) -> bool:
    """Say whether a line in this state is cancelled or returned."""
    return State(state) in ENDED
