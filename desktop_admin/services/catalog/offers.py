"""Offers: the prices of an item, in points, or in points and cash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.audit import changed_meanwhile
from desktop_admin.services.command import command
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.rules.amounts import MOST_MINOR, MOST_POINTS
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

MOST_OFFERS = 50
FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)  # no beginning, no end

_LOCK = Sql(
    "SELECT id FROM item WHERE id = :id",
    postgresql="SELECT id FROM item WHERE id = :id FOR NO KEY UPDATE",
)
_OFFERS = Sql(
    "SELECT id, points, cash, min_rank, starts_on, ends_on, per_member, active, version FROM offer "
    "WHERE item_id = :item_id ORDER BY id"
)
_RANKS = Sql("SELECT rank FROM tier")
_ADD = Sql(
    "INSERT INTO offer (item_id, points, cash, min_rank, starts_on, ends_on, per_member, active) "
    "VALUES (:item_id, :points, :cash, :min_rank, :starts_on, :ends_on, :per_member, :active)"
)
_EDIT = Sql(
    "UPDATE offer SET points = :points, cash = :cash, min_rank = :min_rank, "
    "starts_on = :starts_on, ends_on = :ends_on, per_member = :per_member, active = :active, "
    "version = version + 1 WHERE id = :id AND version = :version"
)
_FEWEST = Sql(
    "UPDATE item SET from_points = coalesce((SELECT min(points) FROM offer WHERE item_id = :id "
    "AND active = 1), 0) WHERE id = :id"
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One price of an item. `cash` in minor units; `per_member` 0 = no limit.

    `id` 0 is a new one. `min_rank` is the lowest tier's that may take it.
    """

    points: int
    cash: int = 0
    min_rank: int = 0
    starts_on: date = FIRST
    ends_on: date = LAST
    per_member: int = 0
    active: bool = True
    id: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class OffersSaved:
    """The item and its offers as they stand now."""

    item_id: int
    offers: tuple[Offer, ...]


@command(Permission.EDIT_CATALOG, Topic.CATALOG)
def save_offers(
    work: Work, *, request: str, item_id: int, offers: tuple[Offer, ...]
) -> OffersSaved:
    """Write an item's offers as they stand in the table: new ones are added, others changed.

    Nothing is removed: an offer that is no more is made inactive, and what was redeemed keeps its
    price. Refuses a price of nothing, a window that ends before it starts, an unknown tier; asks
    where somebody changed an offer meanwhile. `facts["row"]` of a refusal is the row, from 0.
    """
    if work.first(_LOCK, id=item_id) is None:
        raise Refused(N_("This item does not exist any more."), field="item_id")
    known = {offer.id: offer for offer in stored(work, item_id)}
    if len(known) + sum(1 for o in offers if not o.id) > MOST_OFFERS:
        raise Refused(N_("An item has at most {most} offers."), field="offers", most=MOST_OFFERS)
    ranks = {row.rank for row in work.all(_RANKS)}
    for row, offer in enumerate(offers):
        _check(offer, ranks, row)
        if offer.id:
            _change(work, offer, known, row)
        else:
            work.run(_ADD, item_id=item_id, **_columns(offer))
    work.run(_FEWEST, id=item_id)
    now = stored(work, item_id)
    if list(now) != list(known.values()):
        work.audit("offers", "item", item_id, [_said(o) for o in known.values()],
                   [_said(o) for o in now])  # fmt: skip
    return OffersSaved(item_id, now)


def asked(item_id: int) -> tuple[Sql, dict[str, Any]]:
    """What ``stored`` asks, for ``work.ahead``."""
    return _OFFERS, {"item_id": item_id}


def stored(work: Work, item_id: int) -> tuple[Offer, ...]:
    """An item's offers, oldest first. For services."""
    return tuple(
        Offer(
            row.points, row.cash, row.min_rank, date.fromisoformat(row.starts_on),
            date.fromisoformat(row.ends_on), row.per_member, bool(row.active), row.id, row.version,
        )
        for row in work.all(_OFFERS, item_id=item_id)
    )  # fmt: skip


def _change(work: Work, offer: Offer, known: Mapping[int, Offer], row: int) -> None:
    was = known.get(offer.id)
    if was is None:
        raise Refused(N_("This offer does not exist any more."), field="offers", row=row)
    if replace(offer, version=was.version) == was:
        return
    if not work.run(_EDIT, id=offer.id, version=offer.version, **_columns(offer)):
        raise changed_meanwhile(work, "offer", offer.id, now=_said(was), version=was.version)
    work.audit("edit", "offer", offer.id, _said(was), _said(offer))


def _check(offer: Offer, ranks: set[int], row: int) -> None:
    if not 0 <= offer.points <= MOST_POINTS:
        raise Refused(N_("Points cannot be below zero."), field="points", row=row)
    if not 0 <= offer.cash <= MOST_MINOR:
        raise Refused(N_("An amount cannot be below zero."), field="cash", row=row)
    if offer.points == 0 and offer.cash == 0:
        raise Refused(N_("An offer costs points, or cash, or both."), field="points", row=row)
    if offer.ends_on < offer.starts_on:
        raise Refused(N_("The last day is before the first."), field="ends_on", row=row)
    if not 0 <= offer.per_member <= 10**6:
        raise Refused(N_("A whole number from {least} to {most}."), field="per_member",
                      least=0, most=10**6, row=row)  # fmt: skip
    if offer.min_rank not in ranks:
        raise Refused(N_("There is no such tier."), field="min_rank", row=row)


def _columns(offer: Offer) -> dict[str, Any]:
    return _said(offer) | {"active": int(offer.active)}


def _said(offer: Offer) -> dict[str, Any]:
    said = asdict(offer)
    del said["id"], said["version"]
    return said | {
        "starts_on": offer.starts_on.isoformat(), "ends_on": offer.ends_on.isoformat()
    }  # fmt: skip
