"""The catalog: items as cards or as a list, and the page of the one that was opened."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _
from desktop_admin.services import catalog
from desktop_admin.services.catalog import Category, ItemDetail, ItemRow, ItemSaved
from desktop_admin.services.command import new_request
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.views import theme
from desktop_admin.views.catalog import forms
from desktop_admin.views.catalog.listing import EDIT_CATEGORY, NEW_CATEGORY, ONLY, CatalogLists
from desktop_admin.views.catalog.panel import ItemPanel
from desktop_admin.views.screen import ActionButton

P = Permission


class CatalogScreen(CatalogLists):
    """Look through, open, change, add."""

    title = N_("Catalog")
    topics = frozenset({Topic.CATALOG, Topic.STOCK, Topic.TIERS})

    # --- building ---------------------------------------------------------------------------------

    def build(self) -> None:
        """Make the list in its two forms, and the page."""
        self.places = QStackedWidget(self.body)
        self.list_page = QWidget(self.places)
        self._make_bar()
        self._make_lists()
        self._panel: ItemPanel | None = None
        column = QVBoxLayout(self.list_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.bar)
        column.addWidget(self.shapes, 1)
        column.addWidget(self.nothing, 1)
        column.addWidget(self.count)
        self.places.addWidget(self.list_page)
        self.content.addWidget(self.places)
        self._make_actions()
        self._shape(str(self.recall("shape") or "cards"))
        self.setFocusProxy(self.search)

    def _make_actions(self) -> None:
        add = self.add_act
        self.new_act = add("catalog.new", N_("New item"), self.new_item, keys="F4", icon="plus",
                           permission=P.EDIT_CATALOG)  # fmt: skip
        self.header_button(self.new_act, "primary")
        self.show_act = add("catalog.show", N_("Show or hide"), self._show_or_hide, keys="F8", icon="eye",
                            permission=P.EDIT_CATALOG)  # fmt: skip
        self.offer_act = add("catalog.offer", N_("Add an offer"), self._add_offer, keys="F9", icon="tag",
                             permission=P.EDIT_CATALOG)  # fmt: skip
        self.stock_act = add("catalog.stock", N_("Movements of this item"), self._to_stock, keys="F7", icon="warehouse",
                             permission=P.SEE_STOCK)  # fmt: skip
        self.picture_act = add("catalog.picture", N_("Choose a picture…"), self._choose_picture, icon="image",
                               permission=P.EDIT_CATALOG)  # fmt: skip
        self.bare_act = add("catalog.no_picture", N_("Remove the picture"), self._remove_picture, icon="trash-2",
                            permission=P.EDIT_CATALOG)  # fmt: skip
        self._allow()

    @property
    def panel(self) -> ItemPanel:
        """The page of one item, made when the first one is opened."""
        if self._panel is None:
            panel = self._panel = ItemPanel(self)
            panel.back.connect(self.show_list)
            panel.loaded.connect(self._loaded)
            for act in (self.show_act, self.stock_act):
                panel.buttons.addWidget(ActionButton(act))
            panel.set_categories(self._categories)
            panel.retranslate()
            self.places.addWidget(panel)
        return self._panel

    @property
    def _opened(self) -> ItemDetail | None:
        on_page = self._panel is not None and self.places.currentWidget() is self._panel
        return self._panel.item if on_page and self._panel is not None else None

    # --- texts ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set every text."""
        self._name_bar()
        self._name_categories()
        self._name_nothing()
        self._counted(self.paged.rowCount(), self.paged.exact)
        if self._panel is not None:
            self._panel.retranslate()

    # --- asking -----------------------------------------------------------------------------------

    def reload(self) -> None:
        """Ask for the list, and for the item that is open."""
        self.ask("categories", catalog.categories, self._categories_came)
        self.paged.reload(keep_place=True)
        if self._panel is not None and self.places.currentWidget() is self._panel:
            self.panel.show_item(self.panel.item_id)

    def _categories_came(self, categories: tuple[Category, ...]) -> None:
        self._categories = categories
        self._name_categories()
        if self._panel is not None:
            self._panel.set_categories(categories)

    def _category_chosen(self, _index: int) -> None:
        chosen = self.category.currentData()
        if chosen in (NEW_CATEGORY, EDIT_CATEGORY):
            before = dict(self.paged.view.filters).get("category_id", "")
            self.category.setCurrentIndex(max(0, self.category.findData(int(before or 0))))
            self._edit_category(chosen == EDIT_CATEGORY)
        else:
            self._narrow()

    # --- list and page ----------------------------------------------------------------------------

    def arrive(self, **where: Any) -> None:
        """Open an item, or the list narrowed."""
        if "item_id" in where:
            self.open_item(int(where["item_id"]))
        elif where.get("only") in ONLY:
            self.show_list()
            self.only.setCurrentIndex(self.only.findData(where["only"]))

    def scan(self, code: str) -> bool:
        """A barcode opens its item, or offers to add one."""
        self.ask("scan", partial(catalog.by_code, code=code), partial(self._scanned, code), quiet=True)
        return True

    def _scanned(self, code: str, item_id: int) -> None:
        if item_id:
            self.open_item(item_id)
        elif self.desk.can(P.EDIT_CATALOG):
            self.desk.notices.tell(
                _("No item has the code {code}.").format(code=code), tone="warn",
                action=_("Add it"), act=partial(self.new_item, code),
            )  # fmt: skip
        else:
            self.desk.notices.tell(_("No item has the code {code}.").format(code=code), tone="warn")

    def open_item(self, item_id: int) -> None:
        """Show one item's page."""
        self.places.setCurrentWidget(self.panel)
        self.panel.show_item(item_id)
        self.panel.back_button.setFocus()
        self._allow()

    def show_list(self) -> None:
        """Go back to where the list was left."""
        self.places.setCurrentWidget(self.list_page)
        self._items().setFocus()
        self._allow()

    def _open_row(self, row: ItemRow) -> None:
        self.open_item(row.id)

    def _loaded(self, _item: ItemDetail) -> None:
        self._allow()

    def _allow(self) -> None:
        """Acts on an item need one that is open."""
        item = self._opened
        for act in (self.show_act, self.offer_act, self.stock_act, self.picture_act):
            act.setEnabled(item is not None and self.desk.can(act.property("permission")))
        self.bare_act.setEnabled(item is not None and bool(item.picture) and self.desk.can(P.EDIT_CATALOG))
        hidden = item is not None and not item.visible
        theme.set_icon(self.show_act, "eye" if hidden else "eye-off")

    # --- acts -------------------------------------------------------------------------------------

    def new_item(self, code: str = "") -> None:
        """Open the form for a new item."""
        self.dialog = forms.item_dialog(self.window(), self.desk, self._categories, code)
        self.dialog.form.done.connect(self._added)
        self.dialog.open()

    def _added(self, receipt: ItemSaved) -> None:
        self.desk.notices.tell(_("The item was added. Now give it an offer."))
        self.open_item(receipt.item_id)
        self.panel.offers.add_button.setFocus()

    def _edit_category(self, rename: bool) -> None:
        chosen = self.category.currentData()
        category = next((c for c in self._categories if rename and c.id == chosen), None)
        self.dialog = forms.category_dialog(self.window(), self.desk, category)
        self.dialog.open()

    def _show_or_hide(self) -> None:
        item = self.panel.item
        if item is not None:
            self.send(
                partial(
                    catalog.show_item, request=new_request(), item_id=item.id, version=item.version,
                    visible=not item.visible,
                ),
                self._shown,
            )  # fmt: skip

    def _shown(self, _receipt: ItemSaved) -> None:
        self.panel.show_item(self.panel.item_id)

    def _choose_picture(self) -> None:
        self.panel.picture.choose()

    def _remove_picture(self) -> None:
        self.panel.picture.remove()

    def _add_offer(self) -> None:
        self.panel.offers.add()

    def _to_stock(self) -> None:
        self.desk.open("stock", item_id=self.panel.item_id)
