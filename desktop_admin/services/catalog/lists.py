"""The catalog as it is looked at: the list, one item whole, pictures, and who can afford it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import policies, stock
from desktop_admin.services.catalog.offers import Offer, asked, stored
from desktop_admin.services.command import query
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.keyset import Key, Keyset, Page
from desktop_admin.services.permissions import Permission, may
from desktop_admin.services.stock.lists import StockRow, like
from desktop_admin.services.work import Work


@dataclass(frozen=True, slots=True)
class Category:
    """A category with how many items it holds."""

    id: int
    name: str
    position: int
    version: int
    items: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item in the list. `from_points`: the fewest points of its active offers, 0 = none.

    `cost` and `market_price` in minor units; stock is that of every branch together.
    """

    id: int
    code: str
    barcode: str
    name: str
    kind: str
    category: str
    from_points: int
    offers: int  # active ones
    cost: int
    market_price: int
    visible: bool
    on_hand: int
    reserved: int
    picture: str  # its digest, "" = none
    version: int

    @property
    def available(self) -> int:
        """What may still be promised, at all branches."""
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class OfferDetail:
    """An offer and what it means to the shop, money in minor units.

    `cost_per_100`: what the shop pays for retiring 100 points with it (None for cash alone).
    `margin`: cash and the worth of the points (the shop's setting) less the cost.
    """

    offer: Offer
    tier: str  # code of the lowest tier, "" = everyone
    open_now: bool  # active and within its window
    cost_per_100: int | None
    margin: int


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """An item whole. Money in minor units."""

    id: int
    code: str
    barcode: str
    name: str
    kind: str
    category_id: int
    category: str
    description: str
    shelf: str
    cost: int
    market_price: int
    visible: bool
    version: int
    picture: str
    offers: tuple[OfferDetail, ...]
    stock: tuple[StockRow, ...]  # a row a branch; none for what is not kept in stock
    redeemed: int  # pieces, ever, without what was undone


@dataclass(frozen=True, slots=True)
class TierName:
    """A tier an offer can be for; `names` is JSON, language -> name."""

    rank: int
    code: str
    names: str


@dataclass(frozen=True, slots=True)
class Affordable:
    """How many members could take an offer today."""

    offer_id: int
    members: int


_COLUMNS = (
    "i.id, i.code, i.barcode, i.name, i.kind, coalesce(c.name, '') AS category, i.from_points, "
    "(SELECT count(*) FROM offer o WHERE o.item_id = i.id AND o.active = 1) AS offers, i.cost, "
    "i.market_price, i.visible, CAST(coalesce((SELECT sum(s.on_hand) FROM stock s "
    "WHERE s.item_id = i.id), 0) AS bigint) AS on_hand, CAST(coalesce((SELECT sum(s.reserved) "
    "FROM stock s WHERE s.item_id = i.id), 0) AS bigint) AS reserved, "
    "coalesce(p.sha256, '') AS picture, i.version"
)
ITEMS = Keyset(
    _COLUMNS,
    "FROM item i LEFT JOIN category c ON c.id = i.category_id "
    "LEFT JOIN item_picture p ON p.item_id = i.id WHERE (:text = '' OR lower(i.name) LIKE :like "
    "OR lower(i.code) LIKE :like OR i.barcode LIKE :like) "
    "AND (:category_id = 0 OR i.category_id = :category_id) AND (:kind = '' OR i.kind = :kind) "
    "AND (:only = '' OR (:only = 'visible' AND i.visible = 1) "
    "OR (:only = 'hidden' AND i.visible = 0) OR (:only = 'no_offer' AND NOT EXISTS "
    "(SELECT 1 FROM offer o WHERE o.item_id = i.id AND o.active = 1)) "
    "OR (:only = 'out' AND i.kind = 'goods' AND NOT EXISTS (SELECT 1 FROM stock s "
    "WHERE s.item_id = i.id AND s.on_hand > s.reserved)))",
    {"name": "i.sort_name", "code": "i.code", "category": "i.category_key",
     "points": "i.from_points"},
    "i.id",
)  # fmt: skip
_CATEGORIES = Sql(
    "SELECT c.id, c.name, c.position, c.version, "
    "(SELECT count(*) FROM item i WHERE i.category_id = c.id) AS items "
    "FROM category c ORDER BY c.position, c.name"
)
_ITEM = Sql(
    "SELECT i.id, i.code, i.barcode, i.name, i.kind, coalesce(i.category_id, 0) AS category_id, "
    "coalesce(c.name, '') AS category, i.description, i.shelf, i.cost, i.market_price, i.visible, "
    "i.version, coalesce(p.sha256, '') AS picture, CAST(coalesce((SELECT sum(l.quantity - l.undone) "
    "FROM redemption_line l WHERE l.item_id = i.id), 0) AS bigint) AS redeemed FROM item i "
    "LEFT JOIN category c ON c.id = i.category_id LEFT JOIN item_picture p ON p.item_id = i.id "
    "WHERE i.id = :id"
)
_BY_CODE = Sql(
    "SELECT id FROM item WHERE barcode = :code OR code = :code "
    "ORDER BY CASE WHEN barcode = :code THEN 0 ELSE 1 END LIMIT 1"
)
_TIERS = Sql("SELECT rank, code, name AS names FROM tier ORDER BY rank")
_IMAGE = Sql("SELECT image FROM item_picture WHERE item_id = :id")
# what each member can spend today, once, against every offer of the item
_AFFORD = Sql(
    "SELECT o.id AS offer_id, count(a.member_id) AS members FROM offer o LEFT JOIN "
    "(SELECT m.id AS member_id, t.rank, (SELECT coalesce(sum(l.remaining), 0) FROM lot l "
    "WHERE l.member_id = m.id AND l.remaining > 0 AND l.spendable_from <= :today "
    "AND l.expires_on >= :today) AS available FROM member m JOIN tier t ON t.id = m.tier_id "
    "WHERE m.balance >= (SELECT min(points) FROM offer WHERE item_id = :item_id) "
    "AND m.closed_at = '' AND m.spend_frozen = '') a "
    "ON a.available >= o.points AND a.rank >= o.min_rank "
    "WHERE o.item_id = :item_id GROUP BY o.id ORDER BY o.id"
)


@cache
def _thumbnails(count: int) -> Sql:
    return Sql(f"SELECT item_id, thumbnail FROM item_picture WHERE item_id IN ({in_list('id', count)})")


@query(Permission.SEE_CATALOG)
def categories(work: Work) -> tuple[Category, ...]:
    """Every category in its order."""
    return tuple(Category(*tuple(row)) for row in work.all(_CATEGORIES))


def _filter(text: str, category_id: int | str, kind: str, only: str) -> dict[str, Any]:
    return {
        "text": text.strip(), "like": like(text), "category_id": int(category_id or 0),
        "kind": kind, "only": only,
    }  # fmt: skip


def _row(work: Work, row: Any) -> ItemRow:
    values = list(row[:15])
    values[10] = bool(row.visible)
    return ItemRow(*values)


@query(Permission.SEE_CATALOG)
def page(
    work: Work,
    *,
    text: str = "",
    category_id: int | str = 0,
    kind: str = "",
    only: str = "",
    sort: str = "name",
    descending: bool = False,
    after: Key | None = None,
    skip: int = 0,
    backwards: bool = False,
    limit: int = 100,
) -> Page[ItemRow]:
    """The items. Sorts: name, code, category, points.

    `text`: part of a name, code or barcode. `only`: "visible", "hidden", "no_offer", "out".
    """
    return ITEMS.page(
        work, lambda row: _row(work, row), sort=sort, descending=descending, after=after, skip=skip,
        backwards=backwards, limit=limit, **_filter(text, category_id, kind, only),
    )  # fmt: skip


@query(Permission.SEE_CATALOG)
def page_count(
    work: Work, *, text: str = "", category_id: int | str = 0, kind: str = "", only: str = ""
) -> int:
    """How many rows `page` has in all."""
    return ITEMS.count(work, **_filter(text, category_id, kind, only))


@query(Permission.SEE_CATALOG)
def by_code(work: Work, *, code: str) -> int:
    """The id of the item with this barcode or code, as a scanner reads it; 0 = none."""
    return int(work.value(_BY_CODE, code=code.strip()) or 0) if code.strip() else 0


@query(Permission.SEE_CATALOG)
def item(work: Work, *, item_id: int) -> ItemDetail:
    """One item with its offers and, where one may see it, its stock. Refuses one that is gone."""
    work.ahead((_ITEM, {"id": item_id}), policies.asked("points_worth"), (_TIERS, {}), asked(item_id))
    row = work.first(_ITEM, id=item_id)
    if row is None:
        raise Refused(N_("This item does not exist any more."), field="item_id")
    values = row._mapping
    shown = row.kind == "goods" and may(work.actor.role, Permission.SEE_STOCK)
    return ItemDetail(
        **{name: value for name, value in values.items() if name != "visible"},
        visible=bool(row.visible),
        offers=_offers(work, row.id, row.cost),
        stock=stock.of_item(work, item_id=item_id) if shown else (),
    )


def _offers(work: Work, item_id: int, cost: int) -> tuple[OfferDetail, ...]:
    worth = policies.get(work, "points_worth")
    codes = {row.rank: row.code for row in work.all(_TIERS)}
    least = min(codes, default=0)
    return tuple(
        OfferDetail(
            offer,
            "" if offer.min_rank <= least else codes.get(offer.min_rank, ""),
            offer.active and offer.starts_on <= work.today <= offer.ends_on,
            _half_up((cost - offer.cash) * 100, offer.points) if offer.points else None,
            offer.cash + _half_up(offer.points * worth, 100) - cost,
        )
        for offer in stored(work, item_id)
    )


def _half_up(whole: int, parts: int) -> int:
    return (2 * whole + parts) // (2 * parts)


@query(Permission.SEE_CATALOG)
def tiers(work: Work) -> tuple[TierName, ...]:
    """The tiers, lowest first."""
    return tuple(TierName(*tuple(row)) for row in work.all(_TIERS))


@query(Permission.SEE_CATALOG)
def affordable(work: Work, *, item_id: int) -> tuple[Affordable, ...]:
    """How many members could take each offer today: points that can be used, tier, not frozen.

    One statement over all members: ask it beside the item, not with it.
    """
    rows = work.all(_AFFORD, item_id=item_id, today=work.today_text)
    return tuple(Affordable(row.offer_id, row.members) for row in rows)


@query(Permission.SEE_CATALOG)
def thumbnails(work: Work, *, item_ids: tuple[int, ...]) -> dict[int, bytes]:
    """The thumbnails (PNG) of these items, where they have one; at most 500."""
    wanted = list(dict.fromkeys(item_ids))[:500]
    if not wanted:
        return {}
    rows = work.all(_thumbnails(len(wanted)), **list_params("id", wanted))
    return {row.item_id: bytes(row.thumbnail) for row in rows}


@query(Permission.SEE_CATALOG)
def picture(work: Work, *, item_id: int) -> bytes:
    """The picture of an item, PNG or JPEG; empty where it has none."""
    return bytes(work.value(_IMAGE, id=item_id) or b"")
