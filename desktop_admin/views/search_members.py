"""Members in the one search box and in the palette."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_admin.i18n import _, format_date, format_points
from desktop_admin.services import members
from desktop_admin.services.members import Found
from desktop_admin.services.permissions import Permission
from desktop_admin.views.widgets.search_box import Hit

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk

MOST = 8


def find(desk: Desk, text: str, found: Callable[[Sequence[Hit]], None]) -> None:
    """Ask for members; ``found`` is called with hits that open the counter."""
    if not desk.can(Permission.SEE_MEMBERS):
        found(())
        return
    query = partial(members.find, text=text, limit=MOST)
    owner: QObject = desk
    desk.tasks.read(owner, "search members", query, lambda rows: found([hit(row) for row in rows]))


def hit(row: Found) -> Hit:
    """A member as a line of the search."""
    details = [row.phone, row.card_number, _("{points} points").format(points=format_points(row.balance))]
    if row.closed:
        details.append(_("closed"))
    if row.card_ended is not None:
        details.append(_("this card ended on {day}").format(day=format_date(row.card_ended)))
    return Hit(row.name, " · ".join(part for part in details if part), ("counter", {"member_id": row.id}), "user")
