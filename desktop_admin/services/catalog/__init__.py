"""The catalog: categories, items, pictures and offers.

Commands: `add_item`, `edit_item`, `show_item`, `set_picture`, `remove_picture`, `save_offers`,
`add_category`, `edit_category`, `remove_category`. Queries: `page`, `page_count`, `item`, `by_code`,
`affordable`, `thumbnails`, `picture`, `categories`. Pure: `pictures.read`, `pictures.prepare`.
"""

from desktop_admin.services.catalog import pictures
from desktop_admin.services.catalog.items import (
    KINDS,
    CategorySaved,
    ItemSaved,
    PictureSaved,
    add_category,
    add_item,
    edit_category,
    edit_item,
    remove_category,
    remove_picture,
    set_picture,
    show_item,
)
from desktop_admin.services.catalog.lists import (
    Affordable,
    Category,
    ItemDetail,
    ItemRow,
    OfferDetail,
    TierName,
    affordable,
    by_code,
    categories,
    item,
    page,
    page_count,
    picture,
    thumbnails,
    tiers,
)
from desktop_admin.services.catalog.offers import Offer, OffersSaved, save_offers
from desktop_admin.services.catalog.pictures import Picture

__all__ = [
    "KINDS",
    "Affordable",
    "Category",
    "CategorySaved",
    "ItemDetail",
    "ItemRow",
    "ItemSaved",
    "Offer",
    "OfferDetail",
    "OffersSaved",
    "Picture",
    "PictureSaved",
    "TierName",
    "add_category",
    "add_item",
    "affordable",
    "by_code",
    "categories",
    "edit_category",
    "edit_item",
    "item",
    "page",
    "page_count",
    "picture",
    "pictures",
    "remove_category",
    "remove_picture",
    "save_offers",
    "set_picture",
    "show_item",
    "thumbnails",
    "tiers",
]
