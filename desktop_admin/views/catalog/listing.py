"""The catalog's items as cards or as a list, and what narrows them."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox, QLabel, QStackedWidget, QWidget

from desktop_admin.i18n import _, format_number, ngettext
from desktop_admin.models.catalog import ITEM_SOURCE, ITEMS
from desktop_admin.models.pages import PagedTable, View
from desktop_admin.services.catalog import Category, ItemRow
from desktop_admin.services.permissions import Permission
from desktop_admin.views import theme
from desktop_admin.views.catalog.grid import ItemGrid, Thumbnails
from desktop_admin.views.screen import Screen
from desktop_admin.views.widgets.empty_state import EmptyState
from desktop_admin.views.widgets.list_search import ListSearch
from desktop_admin.views.widgets.record_table import RecordTableView
from desktop_admin.views.widgets.segments import Segments
from desktop_admin.views.widgets.two_rows import TwoRows

P = Permission
ONLY = ("all", "visible", "hidden", "no_offer", "out")
NEW_CATEGORY, EDIT_CATEGORY = -1, -2


class CatalogLists(Screen):
    """The part of the screen that searches, narrows and shows items."""

    list_page: QWidget  # where bar, list and count stand
    _categories: tuple[Category, ...] = ()

    def _open_row(self, row: ItemRow) -> None:
        """Open an item."""
        raise NotImplementedError

    def _category_chosen(self, _index: int) -> None:
        """Narrow to a category, or change one."""
        raise NotImplementedError

    def new_item(self, code: str = "") -> None:
        """Add an item."""
        raise NotImplementedError

    def _make_bar(self) -> None:
        self.search = ListSearch()
        self.search.narrowed.connect(self._narrow)
        self.search.left.connect(self._to_list)
        self.search.entered.connect(self._open_only)
        self.category, self.only = QComboBox(), QComboBox()
        self.shape = Segments(["cards", "list"])
        self.bar = TwoRows(grows=0)
        self.bar.first.addWidget(self.search, 1)
        for widget in (self.category, self.only, self.shape):
            self.bar.second.addWidget(widget)
        self.category.activated.connect(self._category_chosen)
        self.only.currentIndexChanged.connect(self._narrow)
        self.shape.chosen.connect(self._shape)

    def _make_lists(self) -> None:
        self.paged: PagedTable[ItemRow] = PagedTable(ITEMS, self.desk.tasks, ITEM_SOURCE, View(sort="name"))
        self.table = RecordTableView(self.paged)
        self.use_table(self.table, "list")
        self.grid = ItemGrid(self.paged, Thumbnails(self))
        self.shapes = QStackedWidget(self.list_page)
        self.shapes.addWidget(self.grid)
        self.shapes.addWidget(self.table)
        self.count = QLabel()
        theme.mark(self.count, text="muted")
        self.nothing = EmptyState()
        self.nothing.hide()
        self.table.opened.connect(self._open_row)
        self.grid.opened.connect(self._open_row)
        self.paged.counted.connect(self._counted)
        self.paged.failed.connect(self.show_failed)
        self.paged.first_page.connect(self._first_page)

    def _name_bar(self) -> None:
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
            self.nothing.say(
                _("Nothing fits"), _("No item fits what you search for."), icon="search",
                action=_("Show everything"), act=self._everything,
            )  # fmt: skip
            return
        may = self.desk.can(P.EDIT_CATALOG)
        self.nothing.say(
            _("The catalog is empty"), _("Add the first item, then give it an offer."), icon="gift",
            action=_("New item") if may else "", act=self.new_item,
        )  # fmt: skip

    def _everything(self) -> None:
        self.search.clear()
        for box in (self.category, self.only):
            box.setCurrentIndex(0)
        self._narrow()
        self.search.setFocus()

    def _narrow(self, _what: object = None) -> None:
        only = self.only.currentData() or "all"
        category = max(0, self.category.currentData() or 0)
        self.paged.set_filters(
            {
                "text": self.search.said(),
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

    def _shape(self, shape: str) -> None:
        shape = "list" if shape == "list" else "cards"
        self.shape.choose(shape)
        self.shapes.setCurrentWidget(self.table if shape == "list" else self.grid)
        self.remember("shape", shape)

    def _items(self) -> QWidget:
        return self.table if self.shape.current() == "list" else self.grid

    def _open_only(self) -> None:
        """Enter goes on where one item is left."""
        row = self.paged.record(0) if self.paged.rowCount() == 1 else None
        if row is not None:
            self._open_row(row)

    def _to_list(self) -> None:
        self._items().setFocus()
