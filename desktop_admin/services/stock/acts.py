"""The acts on stock: receive, issue, write off, transfer, count, and the safety level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from desktop_admin.i18n import N_
from desktop_admin.services.command import command
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.rules.stock import MOST_PIECES
from desktop_admin.services.stock.moving import Key, Move, Shelf, apply, lock, move
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

MOST_LINES = 500  # items in one delivery, transfer or count sheet
_CHUNK = 100


@dataclass(frozen=True, slots=True)
class Pieces:
    """So many pieces of an item, at what each cost (minor units, 0 = not known)."""

    item_id: int
    quantity: int
    unit_cost: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """What a stock-take found on the shelf."""

    item_id: int
    counted: int


@dataclass(frozen=True, slots=True)
class After:
    """An item at a branch after an act: by how much it changed and what is there now."""

    branch_id: int
    item_id: int
    change: int
    on_hand: int
    reserved: int


@dataclass(frozen=True, slots=True)
class Moved:
    """The receipt of an act on stock."""

    operation_id: int
    lines: tuple[After, ...]


@dataclass(frozen=True, slots=True)
class SafetySet:
    """The receipt of a changed safety level."""

    branch_id: int
    item_id: int
    safety: int


# -- commands --------------------------------------------------------------------------------------


@command(Permission.RECEIVE_STOCK, Topic.STOCK)
def receive(
    work: Work, *, request: str, lines: tuple[Pieces, ...], branch_id: int = 0, note: str = ""
) -> Moved:
    """Goods came in: one delivery of any number of items. `branch_id` 0 is the actor's own.

    Refuses no lines, quantities below one, and items that are no goods.
    """
    branch = _branch(work, branch_id)
    lines = _checked(work, lines)
    moves = [
        Move("receive", branch, p.item_id, p.quantity, unit_cost=p.unit_cost, reason=note.strip())
        for p in lines
    ]
    return _done(work, moves)


@command(Permission.ISSUE_STOCK, Topic.STOCK)
def issue(
    work: Work, *, request: str, lines: tuple[Pieces, ...], reason: str, branch_id: int = 0
) -> Moved:
    """Goods went out for the shop's own use. Refuses more than is available, and no reason."""
    return _take(work, "issue", lines, reason, branch_id)


@command(Permission.ISSUE_STOCK, Topic.STOCK)
def write_off(
    work: Work, *, request: str, lines: tuple[Pieces, ...], reason: str, branch_id: int = 0
) -> Moved:
    """Goods are broken, lost or out of date. Refuses more than is available, and no reason."""
    return _take(work, "write_off", lines, reason, branch_id)


@command(Permission.TRANSFER_STOCK, Topic.STOCK)
def transfer(
    work: Work,
    *,
    request: str,
    lines: tuple[Pieces, ...],
    to_branch: int,
    from_branch: int = 0,
    note: str = "",
) -> Moved:
    """Move goods to another branch: one operation, two movements an item.

    Refuses the same branch twice and more than is available.
    """
    start, end = _branch(work, from_branch), _branch(work, to_branch, field="to_branch")
    if start == end:
        raise Refused(N_("Choose another branch to send to."), field="to_branch")
    moves = []
    for p in _checked(work, lines):
        for branch, sign in ((start, -1), (end, 1)):
            moves.append(
                Move("transfer", branch, p.item_id, sign * p.quantity, reason=note.strip())
            )
    return _done(work, moves)


@command(Permission.COUNT_STOCK, Topic.STOCK)
def count(
    work: Work, *, request: str, lines: tuple[Counted, ...], reason: str, branch_id: int = 0
) -> Moved:
    """A stock-take: what was counted per item becomes what is on hand; one operation per sheet.

    The difference to what was on hand is one movement an item, none where there is none. Refuses a
    count below zero or below what is promised, an item counted twice, and no reason.
    """
    branch = _branch(work, branch_id)
    _reasoned(reason)
    _many(lines)
    if len({line.item_id for line in lines}) != len(lines):
        raise Refused(N_("An item stands on this sheet twice."), field="lines")
    for line in lines:
        if not 0 <= line.counted <= MOST_PIECES:
            raise Refused(
                N_("A count is 0 to {most} pieces."), field="quantity", most=MOST_PIECES
            )
    _goods(work, [line.item_id for line in lines])
    shelves = lock(work, [(branch, line.item_id) for line in lines])
    moves = [
        Move("count", branch, line.item_id, difference, reason=reason.strip())
        for line in lines
        if (difference := line.counted - shelves[branch, line.item_id].on_hand)
    ]
    apply(work, shelves, moves)
    return _receipt(work, shelves, moves)


@command(Permission.EDIT_CATALOG, Topic.STOCK)
def set_safety(
    work: Work, *, request: str, item_id: int, safety: int, branch_id: int = 0
) -> SafetySet:
    """Set the level below which an item counts as low at a branch; 0 = not watched."""
    branch = _branch(work, branch_id)
    if not 0 <= safety <= MOST_PIECES:
        raise Refused(N_("A safety level is 0 to {most} pieces."), field="safety", most=MOST_PIECES)
    _goods(work, [item_id])
    shelf = lock(work, [(branch, item_id)])[branch, item_id]
    work.run(_SAFETY, safety=safety, branch_id=branch, item_id=item_id)
    work.audit(
        "safety", "item", item_id,
        {"branch": branch, "safety": shelf.safety}, {"branch": branch, "safety": safety},
    )  # fmt: skip
    return SafetySet(branch, item_id, safety)


# -- inside ----------------------------------------------------------------------------------------

_SAFETY = Sql(
    "UPDATE stock SET safety = :safety, version = version + 1 "
    "WHERE branch_id = :branch_id AND item_id = :item_id"
)
_BRANCH = Sql("SELECT active FROM branch WHERE id = :id")


@cache
def _kinds_sql(count: int) -> Sql:
    return Sql(f"SELECT id, kind, name FROM item WHERE id IN ({in_list('id', count)})")


def _branch(work: Work, branch_id: int, *, field: str = "branch_id") -> int:
    branch = branch_id or work.actor.branch_id
    if not work.value(_BRANCH, id=branch):
        raise Refused(N_("This branch is closed or does not exist."), field=field)
    return branch


def _many(lines: Sequence[object]) -> None:
    if not lines:
        raise Refused(N_("Nothing is on the list yet: scan or choose an item."), field="lines")
    if len(lines) > MOST_LINES:
        raise Refused(N_("At most {most} items at once."), field="lines", most=MOST_LINES)


def _checked(work: Work, lines: Sequence[Pieces]) -> tuple[Pieces, ...]:
    _many(lines)
    for p in lines:
        if not 1 <= p.quantity <= MOST_PIECES:
            raise Refused(N_("The number of pieces must be above zero."), field="quantity")
        if not 0 <= p.unit_cost <= 10**12:
            raise Refused(N_("A cost cannot be below zero."), field="unit_cost")
    _goods(work, [p.item_id for p in lines])
    return tuple(lines)


def _goods(work: Work, item_ids: Sequence[int]) -> None:
    known = {}
    wanted = sorted(set(item_ids))
    for at in range(0, len(wanted), _CHUNK):
        part = wanted[at : at + _CHUNK]
        for row in work.all(_kinds_sql(len(part)), **list_params("id", part)):
            known[row.id] = row
    for item_id in wanted:
        if item_id not in known:
            raise Refused(N_("This item does not exist any more."), field="item_id")
        if known[item_id].kind != "goods":
            raise Refused(
                N_("“{item}” is not kept in stock."), field="item_id", item=known[item_id].name
            )


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise Refused(N_("A reason is needed."), field="reason")
    if len(reason) > 200:
        raise Refused(N_("This is longer than {most} characters."), field="reason", most=200)


def _take(
    work: Work, kind: str, lines: Sequence[Pieces], reason: str, branch_id: int
) -> Moved:
    branch = _branch(work, branch_id)
    _reasoned(reason)
    return _done(work, [
        Move(kind, branch, p.item_id, -p.quantity, reason=reason.strip())
        for p in _checked(work, lines)
    ])  # fmt: skip


def _done(work: Work, moves: Sequence[Move]) -> Moved:
    return _receipt(work, move(work, moves), moves)


def _receipt(work: Work, shelves: dict[Key, Shelf], moves: Sequence[Move]) -> Moved:
    assert work.operation is not None
    change: dict[Key, int] = dict.fromkeys(shelves, 0)
    for m in moves:
        change[m.branch_id, m.item_id] += m.quantity
    work.audit("stock", "operation", work.operation.id, None, {"movements": len(moves)})
    return Moved(
        work.operation.id,
        tuple(
            After(shelf.branch_id, shelf.item_id, change[key], shelf.on_hand, shelf.reserved)
            for key, shelf in shelves.items()
        ),
    )
