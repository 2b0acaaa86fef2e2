"""Items and categories: add, edit, hide; and their pictures."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.audit import changed_meanwhile
from desktop_admin.services.catalog import pictures
from desktop_admin.services.catalog.pictures import Picture
from desktop_admin.services.command import command
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.members.keys import sort_name
from desktop_admin.services.members.pinyin import speak
from desktop_admin.services.permissions import Permission
from desktop_admin.services.rules.amounts import MOST_MINOR
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

KINDS = ("goods", "voucher", "service")  # "draw" chances come with the draws
LONGEST_CODE, LONGEST_NAME, LONGEST_TEXT = 32, 80, 2000

# one edit of the catalog at a time, so that a code cannot be given out twice
_TURN = Sql(
    "SELECT id FROM shop WHERE id = 1",
    postgresql="SELECT id FROM shop WHERE id = 1 FOR NO KEY UPDATE",
)
_FACTS = (
    "code", "barcode", "name", "sort_name", "kind", "category_id", "category_key", "description",
    "shelf", "cost", "market_price", "visible",
)  # fmt: skip
_ADD = Sql(
    f"INSERT INTO item ({', '.join(_FACTS)}, created_at) "
    f"VALUES ({', '.join(':' + name for name in _FACTS)}, :now) RETURNING id"
)
_EDIT = Sql(
    f"UPDATE item SET {', '.join(f'{name} = :{name}' for name in _FACTS)}, version = version + 1 "
    "WHERE id = :id AND version = :version"
)
_ITEM = Sql(
    "SELECT id, code, barcode, name, kind, coalesce(category_id, 0) AS category_id, description, "
    "shelf, cost, market_price, visible, version FROM item WHERE id = :id"
)
_SAME_CODE = Sql("SELECT name FROM item WHERE code = :code AND id <> :id")
_SAME_BARCODE = Sql("SELECT name FROM item WHERE barcode = :barcode AND id <> :id")
_USED = Sql(
    "SELECT (SELECT count(*) FROM stock WHERE item_id = :id) "
    "+ (SELECT count(*) FROM redemption_line WHERE item_id = :id)"
)
_SHOW = Sql(
    "UPDATE item SET visible = :visible, version = version + 1 "
    "WHERE id = :id AND version = :version"
)
_CATEGORY = Sql("SELECT id, name, position, version FROM category WHERE id = :id")
_SAME_CATEGORY = Sql("SELECT id FROM category WHERE name = :name AND id <> :id")
_ADD_CATEGORY = Sql(
    "INSERT INTO category (name, position) VALUES (:name, :position) RETURNING id"
)
_EDIT_CATEGORY = Sql(
    "UPDATE category SET name = :name, position = :position, version = version + 1 "
    "WHERE id = :id AND version = :version"
)
_RESORT = Sql("UPDATE item SET category_key = :key WHERE category_id = :id")
_IN_CATEGORY = Sql("SELECT count(*) FROM item WHERE category_id = :id")
_DROP_CATEGORY = Sql("DELETE FROM category WHERE id = :id")
_PICTURE = Sql(
    "INSERT INTO item_picture (item_id, image, thumbnail, sha256) "
    "VALUES (:id, :image, :thumbnail, :sha256) ON CONFLICT (item_id) DO UPDATE "
    "SET image = excluded.image, thumbnail = excluded.thumbnail, sha256 = excluded.sha256"
)
_HAS_PICTURE = Sql("SELECT sha256 FROM item_picture WHERE item_id = :id")
_NO_PICTURE = Sql("DELETE FROM item_picture WHERE item_id = :id")


@dataclass(frozen=True, slots=True)
class ItemSaved:
    """The item that was written and its version now."""

    item_id: int
    version: int


@dataclass(frozen=True, slots=True)
class CategorySaved:
    """The category that was written and its version now; 0 where it was removed."""

    category_id: int
    version: int


@dataclass(frozen=True, slots=True)
class PictureSaved:
    """The item whose picture was set or taken away, and the picture's digest."""

    item_id: int
    sha256: str


@command(Permission.EDIT_CATALOG, Topic.CATALOG)
def add_item(
    work: Work,
    *,
    request: str,
    code: str,
    name: str,
    kind: str = "goods",
    barcode: str = "",
    category_id: int = 0,
    description: str = "",
    shelf: str = "",
    cost: int = 0,
    market_price: int = 0,
    visible: bool = True,
) -> ItemSaved:
    """Add an item. `cost` and `market_price` in minor units; category 0 = none.

    Refuses a missing or taken code, a taken barcode, a missing name, each at its field.
    """
    said = _Said(
        code, barcode, name, kind, category_id, description, shelf, cost, market_price, visible
    )
    facts = _checked(work, 0, said)
    item_id = work.value(_ADD, now=work.now_text, **facts)
    work.audit("create", "item", item_id, None, _shown(facts))
    return ItemSaved(item_id, 1)


@command(Permission.EDIT_CATALOG, Topic.CATALOG)
def edit_item(
    work: Work,
    *,
    request: str,
    item_id: int,
    version: int,
    code: str,
    name: str,
    kind: str = "goods",
    barcode: str = "",
    category_id: int = 0,
    description: str = "",
    shelf: str = "",
    cost: int = 0,
    market_price: int = 0,
    visible: bool = True,
) -> ItemSaved:
    """Change an item. As `add_item`; asks where somebody changed it meanwhile.

    The kind stays once the item was stocked or redeemed.
    """
    was = _item(work, item_id)
    said = _Said(
        code, barcode, name, kind, category_id, description, shelf, cost, market_price, visible
    )
    facts = _checked(work, item_id, said)
    if kind != was["kind"] and work.value(_USED, id=item_id):
        raise Refused(
            N_("The kind of an item stays once it was in stock or redeemed."), field="kind"
        )
    now_version = was.pop("version")
    if not work.run(_EDIT, id=item_id, version=version, **facts):
        raise changed_meanwhile(work, "item", item_id, now=was, version=now_version)
    work.audit("edit", "item", item_id, was, _shown(facts))
    return ItemSaved(item_id, version + 1)


@command(Permission.EDIT_CATALOG, Topic.CATALOG)
def show_item(
    work: Work, *, request: str, item_id: int, version: int, visible: bool
) -> ItemSaved:
    """Put an item on the shelf of the catalog, or take it off; what is ordered is not touched."""
    was = _item(work, item_id)
    if not work.run(_SHOW, id=item_id, version=version, visible=int(visible)):
        raise changed_meanwhile(
            work, "item", item_id, now={"visible": was["visible"]}, version=was["version"]
        )
    work.audit("show" if visible else "hide", "item", item_id,
               {"visible": was["visible"]}, {"visible": visible})  # fmt: skip
    return ItemSaved(item_id, version + 1)


@command(Permission.EDIT_CATALOG, Topic.CATALOG)
def set_picture(work: Work, *, request: str, item_id: int, picture: Picture) -> PictureSaved:
    """Set an item's picture, made ready by `pictures.read` or `pictures.prepare`."""
    pictures.check(picture)
    _item(work, item_id)
    before = work.value(_HAS_PICTURE, id=item_id)
    work.run(_PICTURE, id=item_id, image=picture.image, thumbnail=picture.thumbnail,
             sha256=picture.sha256)  # fmt: skip
    work.audit("picture", "item", item_id, {"picture": before or ""}, {"picture": picture.sha256})
    return PictureSaved(item_id, picture.sha256)


@command(Permission.EDIT_CATALOG, Topic.CATALOG)
def remove_picture(work: Work, *, request: str, item_id: int) -> PictureSaved:
    """Take an item's picture away."""
    before = work.value(_HAS_PICTURE, id=item_id)
    if before is not None:
        work.run(_NO_PICTURE, id=item_id)
        work.audit("picture", "item", item_id, {"picture": before}, {"picture": ""})
    return PictureSaved(item_id, "")


@command(Permission.EDIT_CATALOG, Topic.CATALOG)
def add_category(work: Work, *, request: str, name: str, position: int = 0) -> CategorySaved:
    """Add a category. Refuses a missing or taken name."""
    name = _category_name(work, 0, name, position)
    category_id = work.value(_ADD_CATEGORY, name=name, position=position)
    work.audit("create", "category", category_id, None, {"name": name, "position": position})
    return CategorySaved(category_id, 1)


@command(Permission.EDIT_CATALOG, Topic.CATALOG)
def edit_category(
    work: Work, *, request: str, category_id: int, version: int, name: str, position: int = 0
) -> CategorySaved:
    """Rename a category or move it. Asks where somebody changed it meanwhile."""
    row = work.first(_CATEGORY, id=category_id)
    if row is None:
        raise Refused(N_("This category does not exist any more."), field="category_id")
    name = _category_name(work, category_id, name, position)
    was = {"name": row.name, "position": row.position}
    if not work.run(_EDIT_CATEGORY, id=category_id, version=version, name=name, position=position):
        raise changed_meanwhile(work, "category", category_id, now=was, version=row.version)
    work.run(_RESORT, id=category_id, key=_category_key(name, position))
    work.audit("edit", "category", category_id, was, {"name": name, "position": position})
    return CategorySaved(category_id, version + 1)


@command(Permission.EDIT_CATALOG, Topic.CATALOG)
def remove_category(work: Work, *, request: str, category_id: int) -> CategorySaved:
    """Remove an empty category. Refuses one with items."""
    work.all(_TURN)
    items = work.value(_IN_CATEGORY, id=category_id)
    if items:
        raise Refused(
            N_("Items in this category: {items}. Move them first."), field="category_id",
            items=items,
        )  # fmt: skip
    work.run(_DROP_CATEGORY, id=category_id)
    work.audit("remove", "category", category_id)
    return CategorySaved(category_id, 0)


# -- inside ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Said:
    code: str
    barcode: str
    name: str
    kind: str
    category_id: int
    description: str
    shelf: str
    cost: int
    market_price: int
    visible: bool


def _item(work: Work, item_id: int) -> dict[str, Any]:
    row = work.first(_ITEM, id=item_id)
    if row is None:
        raise Refused(N_("This item does not exist any more."), field="item_id")
    return {**row._mapping, "visible": bool(row.visible)} | {"id": row.id}


def _shown(facts: dict[str, Any]) -> dict[str, Any]:
    hidden = ("sort_name", "category_key")
    shown = {name: value for name, value in facts.items() if name not in hidden}
    return shown | {"visible": bool(facts["visible"]), "category_id": facts["category_id"] or 0}


def _checked(work: Work, item_id: int, said: _Said) -> dict[str, Any]:
    """The columns to write; refuses at the field what will not do."""
    work.all(_TURN)
    code = _one_line(said.code, "code", LONGEST_CODE)
    barcode = _one_line(said.barcode, "barcode", LONGEST_CODE)
    name = _one_line(said.name, "name", LONGEST_NAME)
    shelf = _one_line(said.shelf, "shelf", LONGEST_CODE)
    if not code:
        raise Refused(N_("An item needs a code of its own."), field="code")
    if not name:
        raise Refused(N_("A name is needed."), field="name")
    if said.kind not in KINDS:
        raise Refused(N_("Choose one of the values offered."), field="kind")
    _not_taken(work, item_id, code, barcode)
    for field, amount in (("cost", said.cost), ("market_price", said.market_price)):
        if not 0 <= amount <= MOST_MINOR:
            raise Refused(N_("An amount cannot be below zero."), field=field)
    if len(said.description) > LONGEST_TEXT:
        raise Refused(
            N_("This is longer than {most} characters."), field="description", most=LONGEST_TEXT
        )
    category = work.first(_CATEGORY, id=said.category_id) if said.category_id else None
    if said.category_id and category is None:
        raise Refused(N_("This category does not exist any more."), field="category_id")
    return {
        "code": code, "barcode": barcode, "name": name, "sort_name": sorted_as(name),
        "kind": said.kind, "category_id": category.id if category else None,
        "category_key": _category_key(category.name, category.position) if category else "~",
        "description": said.description.strip(), "shelf": shelf, "cost": said.cost,
        "market_price": said.market_price, "visible": int(said.visible),
    }  # fmt: skip


def _not_taken(work: Work, item_id: int, code: str, barcode: str) -> None:
    other = work.value(_SAME_CODE, code=code, id=item_id)
    if other is not None:
        raise Refused(N_("“{item}” already has this code."), field="code", item=other)
    other = work.value(_SAME_BARCODE, barcode=barcode, id=item_id) if barcode else None
    if other is not None:
        raise Refused(N_("“{item}” already has this barcode."), field="barcode", item=other)


def _one_line(text: str, field: str, most: int) -> str:
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if field in ("code", "barcode"):
        line = unicodedata.normalize("NFKC", line).replace(" ", "")
    if len(line) > most:
        raise Refused(N_("This is longer than {most} characters."), field=field, most=most)
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") for sign in line):
        raise Refused(N_("This holds characters that cannot be shown."), field=field)
    return line


def sorted_as(name: str) -> str:
    """The stored collation key of a name: Latin letters and pinyin from a to z."""
    return sort_name(name, speak([name])[0])


def _category_key(name: str, position: int) -> str:
    return f"{position:06d}|{sorted_as(name)}"


def _category_name(work: Work, category_id: int, name: str, position: int) -> str:
    work.all(_TURN)
    name = _one_line(name, "name", 40)
    if not name:
        raise Refused(N_("A name is needed."), field="name")
    if not 0 <= position < 10**6:
        raise Refused(N_("A whole number from {least} to {most}."), field="position",
                      least=0, most=10**6 - 1)  # fmt: skip
    if work.value(_SAME_CATEGORY, name=name, id=category_id) is not None:
        raise Refused(N_("There is already a category of this name."), field="name")
    return name
