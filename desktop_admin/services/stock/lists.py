"""What is where: stock of a branch, what runs low, every movement, one item across branches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desktop_admin.services.command import query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.keyset import Key, Keyset, Page
from desktop_admin.services.permissions import Permission
from desktop_admin.services.work import Work


@dataclass(frozen=True, slots=True)
class StockRow:
    """An item at a branch. `cost` in minor units; nothing was ever there when `moves` is 0."""

    item_id: int
    code: str
    barcode: str
    name: str
    category: str
    shelf: str
    branch_id: int
    branch: str
    on_hand: int
    reserved: int
    safety: int
    cost: int
    moves: int

    @property
    def available(self) -> int:
        """What may still be promised."""
        return self.on_hand - self.reserved

    @property
    def missing(self) -> int:
        """How many pieces it is below its safety level."""
        return max(0, self.safety - self.available)


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One movement, with who made it and what it belongs to. `unit_cost` in minor units."""

    id: int
    recorded_at: datetime
    business_date: date
    branch: str
    item_id: int
    code: str
    name: str
    kind: str
    quantity: int
    reserving: int
    on_hand_after: int
    reserved_after: int
    unit_cost: int
    reason: str
    operator: str
    redemption_id: int
    redemption: str  # its number


_STOCK = (
    "i.id AS item_id, i.code, i.barcode, i.name, coalesce(c.name, '') AS category, i.shelf, "
    "b.id AS branch_id, b.name AS branch, coalesce(s.on_hand, 0) AS on_hand, "
    "coalesce(s.reserved, 0) AS reserved, coalesce(s.safety, 0) AS safety, i.cost, "
    "coalesce(s.last_seq, 0) AS moves"
)
_FILTER = (
    "i.kind = 'goods' AND (:text = '' OR lower(i.name) LIKE :like OR lower(i.code) LIKE :like "
    "OR i.barcode LIKE :like) "
    "AND (:category_id = 0 OR i.category_id = :category_id) "
    "AND (:only = '' OR (:only = 'stocked' AND s.last_seq > 0) "
    "OR (:only = 'out' AND coalesce(s.on_hand - s.reserved, 0) <= 0) "
    "OR (:only = 'low' AND s.on_hand - s.reserved < s.safety))"
)
LEVELS = Keyset(
    _STOCK,
    "FROM item i JOIN branch b ON b.id = :branch_id LEFT JOIN stock s ON s.branch_id = b.id "
    f"AND s.item_id = i.id LEFT JOIN category c ON c.id = i.category_id WHERE {_FILTER}",
    {"name": "i.sort_name", "code": "i.code", "category": "i.category_key"},
    "i.id",
)
_LOW = Sql(
    f"SELECT {_STOCK} FROM stock s JOIN item i ON i.id = s.item_id JOIN branch b "
    "ON b.id = s.branch_id LEFT JOIN category c ON c.id = i.category_id "
    "WHERE s.on_hand - s.reserved < s.safety AND (:branch_id = 0 OR s.branch_id = :branch_id) "
    "AND b.active = 1 ORDER BY s.on_hand - s.reserved - s.safety, i.sort_name, b.id LIMIT 1000"
)
_OF_ITEM = Sql(
    f"SELECT {_STOCK} FROM branch b JOIN item i ON i.id = :item_id LEFT JOIN stock s "
    "ON s.branch_id = b.id AND s.item_id = i.id LEFT JOIN category c ON c.id = i.category_id "
    "WHERE b.active = 1 OR s.on_hand > 0 ORDER BY b.id"
)
_BY_CODE = Sql(
    f"SELECT {_STOCK} FROM item i JOIN branch b ON b.id = :branch_id LEFT JOIN stock s "
    "ON s.branch_id = b.id AND s.item_id = i.id LEFT JOIN category c ON c.id = i.category_id "
    "WHERE (i.barcode = :code OR i.code = :code) AND i.kind = 'goods' "
    "ORDER BY CASE WHEN i.barcode = :code THEN 0 ELSE 1 END LIMIT 1"
)
_MOVEMENT = (
    "m.id, m.recorded_at, m.business_date, b.name AS branch, m.item_id, i.code, i.name, m.kind, "
    "m.quantity, m.reserving, m.on_hand_after, m.reserved_after, m.unit_cost, m.reason, "
    "p.name AS operator, coalesce(r.id, 0) AS redemption_id, coalesce(r.number, '') AS redemption"
)
_MOVED = (
    "FROM movement m JOIN item i ON i.id = m.item_id JOIN branch b ON b.id = m.branch_id "
    "JOIN operation o ON o.id = m.operation_id JOIN operator p ON p.id = o.operator_id "
    "LEFT JOIN redemption_line l ON l.id = m.redemption_line_id "
    "LEFT JOIN redemption r ON r.id = l.redemption_id WHERE {item}"
    "(:branch_id = 0 OR m.branch_id = :branch_id) AND (:kind = '' OR m.kind = :kind "
    "OR (:kind = 'physical' AND m.quantity <> 0)) "
    "AND m.business_date >= :since AND m.business_date <= :until"
)
MOVEMENTS = Keyset(_MOVEMENT, _MOVED.format(item=""), {"newest": "m.business_date"}, "m.id")
MOVEMENTS_OF_ITEM = Keyset(
    _MOVEMENT, _MOVED.format(item="m.item_id = :item_id AND "), {"newest": "m.id"}, "m.id"
)


def like(text: str) -> str:
    """The pattern of "contains"; what a person types is never a wildcard."""
    return "%" + text.strip().lower().replace("%", "").replace("_", "") + "%"


def _stock_row(row: Any) -> StockRow:
    return StockRow(*tuple(row)[:13])


def _movement_row(row: Any) -> MovementRow:
    return MovementRow(
        row.id, parse_instant(row.recorded_at), date.fromisoformat(row.business_date), *tuple(row)[3:17]
    )


def _level_filter(
    work: Work, branch_id: int | str, text: str, category_id: int | str, only: str
) -> dict[str, Any]:
    return {
        "branch_id": int(branch_id or 0) or work.actor.branch_id, "text": text.strip(),
        "like": like(text), "category_id": int(category_id or 0), "only": only,
    }  # fmt: skip


@query(Permission.SEE_STOCK)
def page(
    work: Work,
    *,
    branch_id: int | str = 0,
    text: str = "",
    category_id: int | str = 0,
    only: str = "",
    sort: str = "name",
    descending: bool = False,
    after: Key | None = None,
    skip: int = 0,
    backwards: bool = False,
    limit: int = 100,
) -> Page[StockRow]:
    """Goods with their stock at one branch (0: the actor's own). Sorts: name, code, category.

    `only`: "" all, "stocked" what was ever there, "low" below the safety level, "out" sold out.
    """
    where = _level_filter(work, branch_id, text, category_id, only)
    return LEVELS.page(
        work, _stock_row, sort=sort, descending=descending, after=after, skip=skip,
        backwards=backwards, limit=limit, **where,
    )  # fmt: skip


@query(Permission.SEE_STOCK)
def page_count(
    work: Work,
    *,
    branch_id: int | str = 0,
    text: str = "",
    category_id: int | str = 0,
    only: str = "",
) -> int:
    """How many rows `page` has in all."""
    return LEVELS.count(work, **_level_filter(work, branch_id, text, category_id, only))


@query(Permission.SEE_STOCK)
def low(work: Work, *, branch_id: int = 0) -> tuple[StockRow, ...]:
    """What is below its safety level, furthest below first; branch 0 = all branches."""
    return tuple(_stock_row(row) for row in work.all(_LOW, branch_id=branch_id))


@query(Permission.SEE_STOCK)
def of_item(work: Work, *, item_id: int) -> tuple[StockRow, ...]:
    """One item at every branch."""
    return tuple(_stock_row(row) for row in work.all(_OF_ITEM, item_id=item_id))


@query(Permission.SEE_STOCK)
def by_code(work: Work, *, code: str, branch_id: int = 0) -> StockRow | None:
    """What a scanner read: the goods with this barcode or code, with their stock at the branch."""
    branch = branch_id or work.actor.branch_id
    row = work.first(_BY_CODE, code=code.strip(), branch_id=branch)
    return None if row is None or not code.strip() else _stock_row(row)


def _movement_filter(
    branch_id: int | str, item_id: int | str, kind: str, since: str, until: str
) -> dict[str, Any]:
    where: dict[str, Any] = {
        "branch_id": int(branch_id or 0), "kind": kind,
        "since": since or "0001-01-01", "until": until or "9999-12-31",
    }  # fmt: skip
    return where | ({"item_id": int(item_id)} if int(item_id or 0) else {})


@query(Permission.SEE_STOCK)
def movements(
    work: Work,
    *,
    branch_id: int | str = 0,
    item_id: int | str = 0,
    kind: str = "",
    since: str = "",
    until: str = "",
    sort: str = "newest",
    descending: bool = True,
    after: Key | None = None,
    skip: int = 0,
    backwards: bool = False,
    limit: int = 100,
) -> Page[MovementRow]:
    """Every movement, newest first; of one branch, one item, one kind, within days (ISO text).

    `kind` "physical" leaves out what only reserves or releases.
    """
    where = _movement_filter(branch_id, item_id, kind, since, until)
    keyset = MOVEMENTS_OF_ITEM if "item_id" in where else MOVEMENTS
    return keyset.page(
        work, _movement_row, sort=sort, descending=descending, after=after, skip=skip,
        backwards=backwards, limit=limit, **where,
    )  # fmt: skip


@query(Permission.SEE_STOCK)
def movements_count(
    work: Work,
    *,
    branch_id: int | str = 0,
    item_id: int | str = 0,
    kind: str = "",
    since: str = "",
    until: str = "",
) -> int:
    """How many rows `movements` has in all."""
    where = _movement_filter(branch_id, item_id, kind, since, until)
    return (MOVEMENTS_OF_ITEM if "item_id" in where else MOVEMENTS).count(work, **where)
