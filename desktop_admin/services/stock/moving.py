"""Movements: stock rows locked in the order of (branch, item), and what is written to move them.

Lock members and orders first, stock last, so that no two acts wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.database.sql import Sql, list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.rules.stock import MOST_PIECES
from desktop_admin.services.work import Work

_CHUNK = 100

Key = tuple[int, int]  # branch, item


@dataclass(frozen=True, slots=True)
class Move:
    """One change of stock: pieces on hand and pieces reserved, each signed."""

    kind: str
    branch_id: int
    item_id: int
    quantity: int = 0
    reserving: int = 0
    line_id: int | None = None  # of a redemption
    unit_cost: int = 0  # minor units
    reason: str = ""


@dataclass(slots=True)
class Shelf:
    """An item's stock at a branch, locked for this transaction."""

    branch_id: int
    item_id: int
    last_seq: int
    on_hand: int
    reserved: int
    safety: int

    @property
    def available(self) -> int:
        """What may still be promised."""
        return self.on_hand - self.reserved


@cache
def _lock_sql(count: int) -> Sql:
    keys = ", ".join(f"(:b_{n}, :i_{n})" for n in range(count))
    text = (
        "SELECT branch_id, item_id, last_seq, on_hand, reserved, safety FROM stock "
        f"WHERE (branch_id, item_id) IN (VALUES {keys}) ORDER BY branch_id, item_id"
    )
    return Sql(text, postgresql=text + " FOR NO KEY UPDATE")


# no ON CONFLICT: on SQLite the guard speaks first. A lost race on PostgreSQL is tried again whole.
_ZERO = Sql(
    "INSERT INTO stock (branch_id, item_id) SELECT :branch_id, :item_id "
    "WHERE NOT EXISTS (SELECT 1 FROM stock WHERE branch_id = :branch_id AND item_id = :item_id)"
)
_MOVE = Sql(
    "INSERT INTO movement (operation_id, branch_id, item_id, seq, kind, quantity, reserving, "
    "on_hand_after, reserved_after, redemption_line_id, unit_cost, reason, business_date, "
    "recorded_at) VALUES (:operation_id, :branch_id, :item_id, :seq, :kind, :quantity, :reserving, "
    ":on_hand_after, :reserved_after, :line_id, :unit_cost, :reason, :business_date, :recorded_at)"
)
_NAME = Sql("SELECT name FROM item WHERE id = :id")


def lock(work: Work, keys: Sequence[Key]) -> dict[Key, Shelf]:
    """Lock stock rows in the order of (branch, item); a missing one is made, empty."""
    wanted = sorted(set(keys))
    shelves = _locked(work, wanted)
    missing = [key for key in wanted if key not in shelves]
    for branch_id, item_id in missing:
        work.run(_ZERO, branch_id=branch_id, item_id=item_id)
    return shelves | _locked(work, missing)


def _locked(work: Work, keys: Sequence[Key]) -> dict[Key, Shelf]:
    shelves: dict[Key, Shelf] = {}
    for at in range(0, len(keys), _CHUNK):
        part = keys[at : at + _CHUNK]
        params = list_params("b", [b for b, _i in part]) | list_params("i", [i for _b, i in part])
        for row in work.all(_lock_sql(len(part)), **params):
            shelves[row.branch_id, row.item_id] = Shelf(*tuple(row))
    return shelves


def move(work: Work, moves: Sequence[Move]) -> dict[Key, Shelf]:
    """Move stock; answers every shelf touched as it stands after.

    Refuses to give or promise what is not there, naming the item ("sold out" when nothing is).
    """
    shelves = lock(work, [(m.branch_id, m.item_id) for m in moves])
    apply(work, shelves, moves)
    return shelves


def apply(work: Work, shelves: dict[Key, Shelf], moves: Sequence[Move]) -> None:
    """Write movements of shelves that are locked already."""
    if work.operation is None:
        raise RuntimeError("stock moves inside a command only")
    rows: list[dict[str, Any]] = []
    for m in moves:
        shelf = shelves[m.branch_id, m.item_id]
        _judge(work, shelf, m)
        shelf.on_hand += m.quantity
        shelf.reserved += m.reserving
        shelf.last_seq += 1
        rows.append(
            {
                "operation_id": work.operation.id, "branch_id": m.branch_id, "item_id": m.item_id,
                "seq": shelf.last_seq, "kind": m.kind, "quantity": m.quantity,
                "reserving": m.reserving, "on_hand_after": shelf.on_hand,
                "reserved_after": shelf.reserved, "line_id": m.line_id, "unit_cost": m.unit_cost,
                "reason": m.reason, "business_date": work.today_text, "recorded_at": work.now_text,
            }
        )  # fmt: skip
    work.run_many(_MOVE, rows)


def _judge(work: Work, shelf: Shelf, m: Move) -> None:
    on_hand, reserved = shelf.on_hand + m.quantity, shelf.reserved + m.reserving
    if 0 <= reserved <= on_hand <= MOST_PIECES:
        return
    facts = {"item": work.value(_NAME, id=m.item_id), "reserved": shelf.reserved}
    if on_hand > MOST_PIECES:
        raise Refused(
            N_("“{item}”: at most {most} pieces can lie in one branch."),
            field="quantity", most=MOST_PIECES, **facts,
        )  # fmt: skip
    if m.kind == "count":
        raise Refused(
            N_("“{item}”: {reserved} pieces are promised to members, so fewer cannot be there. "
               "Cancel redemptions first."),
            field="quantity", **facts,
        )  # fmt: skip
    if shelf.available <= 0:
        raise Refused(N_("“{item}” is sold out."), field="quantity", available=0, **facts)
    raise Refused(
        N_("Only {available} of “{item}” are available."),
        field="quantity", available=shelf.available, **facts,
    )  # fmt: skip
