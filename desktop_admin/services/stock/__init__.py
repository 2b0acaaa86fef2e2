"""Stock: append-only movements that stock follows, the acts that make them, and what is where.

Commands: `receive`, `issue`, `write_off`, `transfer`, `count`, `set_safety`. Queries: `page`, `low`,
`of_item`, `by_code`, `movements`. For services: `move`.
"""

from desktop_admin.services.stock.acts import (
    After,
    Counted,
    Moved,
    Pieces,
    SafetySet,
    count,
    issue,
    receive,
    set_safety,
    transfer,
    write_off,
)
from desktop_admin.services.stock.lists import (
    MovementRow,
    StockRow,
    by_code,
    low,
    movements,
    movements_count,
    of_item,
    page,
    page_count,
)
from desktop_admin.services.stock.moving import Move, Shelf, move

__all__ = [
    "After",
    "Counted",
    "Move",
    "Moved",
    "MovementRow",
    "Pieces",
    "SafetySet",
    "Shelf",
    "StockRow",
    "by_code",
    "count",
    "issue",
    "low",
    "move",
    "movements",
    "movements_count",
    "of_item",
    "page",
    "page_count",
    "receive",
    "set_safety",
    "transfer",
    "write_off",
]
