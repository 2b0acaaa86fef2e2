"""The catalog: items as cards or as a list, and the page of the one that was opened."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _, format_number, ngettext
from desktop_admin.models.catalog import ITEM_SOURCE, ITEMS
from desktop_admin.models.pages import PagedTable, View
from desktop_admin.services import catalog
from desktop_admin.services.catalog import Category, ItemDetail, ItemRow, ItemSaved
from desktop_admin.services.command import new_request
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.views import theme
from desktop_admin.views.catalog import forms
from desktop_admin.views.catalog.grid import ItemGrid, Thumbnails
from desktop_admin.views.catalog.panel import ItemPanel
from desktop_admin.views.screen import ActionButton, Screen
from desktop_admin.views.widgets.record_table import RecordTableView
from desktop_admin.views.widgets.segments import Segments

P = Permission
PAUSE = 150  # ms after the last key of a search
ONLY = ("all", "visible", "hidden", "no_offer", "out")
NEW_CATEGORY, EDIT_CATEGORY = -1, -2


class CatalogScreen(Screen):
    """Look through, open, change, add."""

    title = N_("Catalog")
    topics = frozenset({Topic.CATALOG, Topic.STOCK, Topic.TIERS})

    # --- building ---------------------------------------------------------------------------------

    def build(self) -> None:
        """Make the list in its two forms, and the page."""
        self._categories: tuple[Category, ...] = ()
        self._make_bar()
        self._make_lists()
        self.panel = ItemPanel(self)
        self.panel.back.connect(self.show_list)
        self.panel.loaded.connect(self._loaded)
        self.list_page = QWidget()
        column = QVBoxLayout(self.list_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self.bar)
        column.addWidget(self.shapes, 1)
        column.addWidget(self.nothing, 1)
        column.addWidget(self.count)
        self.places = QStackedWidget()
        self.places.addWidget(self.list_page)
        self.places.addWidget(self.panel)
        self.content.addWidget(self.places)
        self._make_actions()
        self._shape(str(self.recall("shape") or "cards"))
        self.setFocusProxy(self.search)

    def _make_bar(self) -> None:
        self.search = QLineEdit(clearButtonEnabled=True)
        icon = QAction(self)
        theme.set_icon(icon, "search", size=16)
        self.search.addAction(icon, QLineEdit.ActionPosition.LeadingPosition)
        self.search.setMinimumWidth(theme.current().px(140))
        self.search.installEventFilter(self)
        self.category, self.only = QComboBox(), QComboBox()
        self.shape = Segments(["cards", "list"])
        self.bar = QHBoxLayout()
        self.bar.setSpacing(12)
        self.bar.addWidget(self.search, 1)
        for widget in (self.category, self.only, self.shape):
            self.bar.addWidget(widget)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._narrow)
        self.search.textChanged.connect(self._typed)
        self.category.activated.connect(self._category_chosen)
        self.only.currentIndexChanged.connect(self._narrow)
        self.shape.chosen.connect(self._shape)

    def _make_lists(self) -> None:
        self.paged: PagedTable[ItemRow] = PagedTable(ITEMS, self.desk.tasks, ITEM_SOURCE, View(sort="name"))
        self.table = RecordTableView(self.paged)
        self.use_table(self.table, "list")
        self.grid = ItemGrid(self.paged, Thumbnails(self))
        self.shapes = QStackedWidget()
        self.shapes.addWidget(self.grid)
        self.shapes.addWidget(self.table)
        self.count = QLabel()
        theme.mark(self.count, text="muted")
        self.nothing = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)
        theme.mark(self.nothing, text="muted")
        self.nothing.hide()
        self.table.opened.connect(self._open_row)
        self.grid.opened.connect(self._open_row)
        self.paged.counted.connect(self._counted)
        self.paged.failed.connect(self.show_failed)
        self.paged.first_page.connect(self._first_page)

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
        for act in (self.show_act, self.stock_act):
            self.panel.buttons.addWidget(ActionButton(act))
        self._allow()

    # --- texts ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set every text."""
        self.search.setPlaceholderText(_("Name, code or barcode"))
        self.search.setAccessibleName(_("Search the catalog"))
        self.table.setAccessibleName(_("Catalog"))
        self.grid.setAccessibleName(_("Catalog"))
        self.category.setAccessibleName(_("Category"))
        self.only.setAccessibleName(_("Show only"))
        self.shape.setAccessibleName(_("Cards or list"))
        self.shape.set_text("cards", _("Cards"))
        self.shape.set_text("list", _("List"))
        texts = (_("Everything"), _("Visible"), _("Hidden"), _("Without an offer"), _("Sold out"))
        self._fill(self.only, list(zip(ONLY, texts, strict=True)))
        self._name_categories()
        self._name_nothing()
        self._counted(self.paged.rowCount(), self.paged.exact)
        self.panel.retranslate()

    def _fill(self, box: QComboBox, choices: list[tuple[Any, str]]) -> None:
        chosen = box.currentData()
        box.blockSignals(True)
        box.clear()
        for value, text in choices:
            box.addItem(text, value)
        box.setCurrentIndex(max(0, box.findData(chosen)))
        box.blockSignals(False)

    def _name_categories(self) -> None:
        choices: list[tuple[Any, str]] = [(0, _("All categories"))]
        choices += [(c.id, f"{c.name}  {format_number(c.items)}") for c in self._categories]
        chosen = self.category.currentData()
        if self.desk.can(P.EDIT_CATALOG):
            choices.append((NEW_CATEGORY, _("New category…")))
            if chosen and chosen > 0:
                choices.append((EDIT_CATEGORY, _("Rename the category…")))
        self._fill(self.category, choices)

    def _name_nothing(self) -> None:
        if self.paged.view.filters:
            self.nothing.setText(_("Nothing fits. Esc in the search shows everything again."))
        else:
            self.nothing.setText(_("The catalog is empty. Press F4 to add the first item."))

    # --- asking -----------------------------------------------------------------------------------

    def reload(self) -> None:
        """Ask for the list, and for the item that is open."""
        self.ask("categories", catalog.categories, self._categories_came)
        self.paged.reload(keep_place=True)
        if self.places.currentWidget() is self.panel:
            self.panel.show_item(self.panel.item_id)

    def _categories_came(self, categories: tuple[Category, ...]) -> None:
        self._categories = categories
        self._name_categories()
        self.panel.set_categories(categories)

    def _typed(self, _text: str) -> None:
        self._pause.start()

    def _category_chosen(self, _index: int) -> None:
        chosen = self.category.currentData()
        if chosen in (NEW_CATEGORY, EDIT_CATEGORY):
            before = dict(self.paged.view.filters).get("category_id", "")
            self.category.setCurrentIndex(max(0, self.category.findData(int(before or 0))))
            self._edit_category(chosen == EDIT_CATEGORY)
        else:
            self._narrow()

    def _narrow(self, _what: object = None) -> None:
        self._pause.stop()
        only = self.only.currentData() or "all"
        category = max(0, self.category.currentData() or 0)
        self.paged.set_filters(
            {
                "text": self.search.text().strip(),
                "category_id": str(category or ""),
                "only": "" if only == "all" else only,
            }
        )
        self._name_categories()

    def _counted(self, rows: int, exact: bool) -> None:
        text = ngettext("{count} item", "{count} items", rows).format(count=format_number(rows))
        self.count.setText(text if exact else f"≈ {text}")

    def _first_page(self) -> None:
        empty = self.paged.rowCount() == 0
        self._name_nothing()
        self.nothing.setVisible(empty)
        self.shapes.setVisible(not empty)
        for view in (self.table, self.grid):
            if not empty and not view.currentIndex().isValid():
                view.setCurrentIndex(self.paged.index(0, 0))

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

    def _shape(self, shape: str) -> None:
        shape = "list" if shape == "list" else "cards"
        self.shape.choose(shape)
        self.shapes.setCurrentWidget(self.table if shape == "list" else self.grid)
        self.remember("shape", shape)

    def _items(self) -> QWidget:
        return self.table if self.shape.current() == "list" else self.grid

    def _allow(self) -> None:
        """Acts on an item need one that is open."""
        opened = self.places.currentWidget() is self.panel and self.panel.item is not None
        for act in (self.show_act, self.offer_act, self.stock_act):
            act.setEnabled(opened and self.desk.can(act.property("permission")))
        hidden = self.panel.item is not None and not self.panel.item.visible
        theme.set_icon(self.show_act, "eye" if hidden else "eye-off")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search: ↓ and Enter go to the items, Esc clears."""
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()
            if enter and self._pause.isActive():
                self._narrow()
                return True
            if enter or event.key() == Qt.Key.Key_Down:
                self._items().setFocus()
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    # --- acts -------------------------------------------------------------------------------------

    def new_item(self, code: str = "") -> None:
        """Open the form for a new item."""
        self.dialog = forms.item_dialog(self.window(), self.desk, self._categories, code)
        self.dialog.form.done.connect(self._added)
        self.dialog.open()

    def _added(self, receipt: ItemSaved) -> None:
        self.desk.notices.tell(_("The item was added. Now give it an offer."))
        self.open_item(receipt.item_id)

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

    def _add_offer(self) -> None:
        self.panel.offers.add()

    def _to_stock(self) -> None:
        self.desk.open("stock", item_id=self.panel.item_id)
