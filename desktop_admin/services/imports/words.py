"""What an import is and what it made, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from desktop_admin.i18n import N_, _, format_money, format_number, format_points
from desktop_admin.services.imports.records import Figures

KIND_TITLES: Mapping[str, str] = MappingProxyType({"purchases": N_("Purchases"), "members": N_("Members")})
STATE_TITLES: Mapping[str, str] = MappingProxyType(
    {"running": N_("Unfinished"), "done": N_("Imported"), "undoing": N_("Being undone"), "undone": N_("Undone")}
)

def figures_said(kind: str, figures: Figures) -> list[tuple[str, ...]]:
    """The figures of an import as titles and values; what is nought is left out."""
    out: list[tuple[Any, ...]] = [(_("Rows read"), format_number(figures.rows))]
    if figures.bad_rows:
        out.append((_("Rows left out"), format_number(figures.bad_rows), "bad"))
    if kind == "members":
        out += [
            (_("Members made"), format_number(figures.members)),
            (_("Opening balances"), format_points(figures.opening)),
        ]
    else:
        out += _of_purchases(figures)
    if figures.already:
        out.append((_("There already, left as they are"), format_number(figures.already)))
    if figures.differing:
        out.append((_("… of these with another amount"), format_number(figures.differing), "warn"))
    if figures.elsewhere:
        out.append((_("There already from elsewhere, not taken again"), format_number(figures.elsewhere), "warn"))
    return out


def _of_purchases(figures: Figures) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [
        (_("Receipts"), format_number(figures.purchases)),
        (_("Lines"), format_number(figures.lines)),
        (_("Amount"), format_money(figures.amount)),
        (_("Points earned"), format_points(figures.earned, signed=True)),
        (_("Points taken back"), format_points(figures.taken_back)),
    ]
    more = (
        (_("Members made"), figures.members),
        (_("Refunds"), figures.refunds),
        (_("… that name no purchase"), figures.cancellations),
        (_("Sales without a member"), figures.without_member),
        (_("Orders nobody paid, left out"), figures.unpaid),
    )
    rows += [(title, format_number(count)) for title, count in more if count]
    if figures.without_member:
        rows.append((_("Amount without a member"), format_money(figures.without_member_amount)))
    return rows
