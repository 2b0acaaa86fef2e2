"""Columns of the rows behind a figure."""

from __future__ import annotations

from desktop_admin.i18n import N_
from desktop_admin.models.members import TIER_TONES, order_state
from desktop_admin.models.records import Column, Kind
from desktop_admin.services.metrics import Row
from desktop_admin.services.rules.tiers import TIER_TITLES, TierCode
from desktop_admin.services.rules.titles import entry_title

_PURCHASE_KINDS = {"sale": N_("Sale"), "refund": N_("Refund")}

_NAME = Column[Row]("name", N_("Member"), lambda r: r.name, stretch=True, width=12)
_DAY = Column[Row]("day", N_("Day"), lambda r: r.day, Kind.DATE, width=11)
_POINTS = Column[Row]("points", N_("Points"), lambda r: r.points, Kind.SIGNED, width=9)
_MONEY = Column[Row]("money", N_("Amount"), lambda r: r.money, Kind.MONEY, width=10)


def tier_title(code: str) -> str:
    """A tier's title, marked for translation."""
    return TIER_TITLES[TierCode(code)] if code in TIER_TITLES else code


BEHIND: dict[str, tuple[Column[Row], ...]] = {
    "entries": (
        _DAY, _NAME,
        Column[Row]("kind", N_("Kind"), lambda r: entry_title(r.state, int(r.undoing)), translated=True, width=10),
        _POINTS,
    ),
    "members": (
        _NAME,
        Column[Row]("tier", N_("Tier"), lambda r: tier_title(r.state), Kind.TIER, translated=True, width=8,
                    tone=lambda r: TIER_TONES.get(r.state, "muted")),
        _DAY, Column[Row]("balance", N_("Points"), lambda r: r.points, Kind.POINTS, width=9),
    ),
    "purchases": (
        _DAY, _NAME,
        Column[Row]("kind", N_("Kind"), lambda r: _PURCHASE_KINDS.get(r.state, r.state), translated=True, width=8),
        _MONEY, _POINTS,
    ),
    "redemptions": (
        Column[Row]("number", N_("Number"), lambda r: r.number, Kind.CODE, width=13), _NAME, _DAY,
        Column[Row]("state", N_("State"), lambda r: order_state(r.state)[0], Kind.STATE, width=10,
                    tone=lambda r: order_state(r.state)[1]),
        Column[Row]("points", N_("Points"), lambda r: r.points, Kind.POINTS, width=8),
    ),
    "stock": (
        Column[Row]("name", N_("Item"), lambda r: r.name, stretch=True, width=16),
        Column[Row]("branch", N_("Branch"), lambda r: r.number, width=10),
        Column[Row]("available", N_("Available"), lambda r: r.points, Kind.COUNT, width=8),
    ),
}  # fmt: skip
