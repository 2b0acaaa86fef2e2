"""Redemptions in the one search box and in the palette."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from desktop_admin.i18n import _, format_date
from desktop_admin.models.members import order_state
from desktop_admin.models.redemptions import items_text, short
from desktop_admin.services import redemptions
from desktop_admin.services.permissions import Permission
from desktop_admin.services.redemptions import QueueRow
from desktop_admin.views.widgets.search_box import Hit

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk

MOST = 6
LEAST = 5  # letters of a number, a code


def find(desk: Desk, text: str, found: Callable[[Sequence[Hit]], None]) -> None:
    """By number, pick-up code, tracking number or an item's barcode."""
    if len(text.strip()) < LEAST or not desk.can(Permission.SEE_REDEMPTIONS):
        found(())
        return
    query = partial(redemptions.find, text=text)
    desk.tasks.read(desk, "search redemptions", query, lambda rows: found([hit(row) for row in rows[:MOST]]))


def hit(row: QueueRow) -> Hit:
    """A redemption as a line of the search."""
    details = [_(order_state(row.state)[0]), short(row.member), items_text(row), format_date(row.placed_on)]
    return Hit(row.number, " · ".join(details), ("redemptions", {"redemption_id": row.id}), "package-check")
