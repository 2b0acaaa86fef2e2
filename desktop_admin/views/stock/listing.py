"""What lies where, what runs low, every movement: the lists of stock and what narrows them."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from desktop_admin.i18n import N_, _, format_number, ngettext
from desktop_admin.models.pages import PagedTable, View
from desktop_admin.models.records import RecordTable
from desktop_admin.models.stock import LEVEL_SOURCE, LEVELS, LOW, MOVED, MOVEMENT_SOURCE
from desktop_admin.services import stock
from desktop_admin.services.branches import BranchName
from desktop_admin.services.permissions import Permission
from desktop_admin.services.stock import MovementRow, StockRow
from desktop_admin.views import theme
from desktop_admin.views.screen import Screen
from desktop_admin.views.widgets.empty_state import EmptyState
from desktop_admin.views.widgets.list_search import ListSearch
from desktop_admin.views.widgets.record_table import RecordTableView
from desktop_admin.views.widgets.segments import Segments
from desktop_admin.views.widgets.two_rows import TwoRows

P = Permission
VIEWS = ("levels", "low", "movements")
KINDS = (
    ("physical", N_("In and out")), ("", N_("All movements")), ("receive", N_("Received")), ("issue", N_("Out")),
    ("transfer", N_("Between branches")), ("count", N_("Counts")), ("write_off", N_("Written off")),
    ("return", N_("Returned")),
)  # fmt: skip


class StockLists(Screen):
    """The part of the screen that looks: levels, low stock, movements, of one branch."""

    acts: dict[str, QAction]
    lists_page: QWidget  # where bar, lists and foot stand
    _branches: tuple[BranchName, ...] = ()
    _item_id = 0  # the movements of this item only; 0: of all

    def _open_row(self, row: StockRow) -> None:
        """Go on from a row of levels or low stock."""
        raise NotImplementedError

    def _open_movement(self, row: MovementRow) -> None:
        """Go on from a movement."""
        raise NotImplementedError

    def _make_bar(self) -> None:
        self.branch, self.only, self.kind = QComboBox(), QComboBox(), QComboBox()
        for choice in (self.branch, self.only, self.kind):
            choice.setMaximumWidth(theme.current().px(150))  # a long name must not squeeze the rest
        self.views = Segments(VIEWS)
        self.search = ListSearch()
        self.search.narrowed.connect(self._narrow)
        self.search.left.connect(self._to_list)
        self.bar = TwoRows()
        self.bar.first.addWidget(self.branch)
        self.bar.first.addWidget(self.views)
        self.bar.first.addStretch()
        self.bar.second.addWidget(self.search, 1)
        self.item_chip = QPushButton(autoDefault=False)
        theme.set_icon(self.item_chip, "x", size=14)
        self.item_chip.clicked.connect(self._look_at)
        self.item_chip.hide()
        self.kind.hide()
        self.bar.second.addWidget(self.item_chip)
        for box in (self.only, self.kind):
            self.bar.second.addWidget(box)
        for widget in (self.branch, self.only, self.kind, self.views):
            widget.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.views.chosen.connect(self._look_at)
        self.branch.activated.connect(self._other_branch)
        for box in (self.only, self.kind):
            box.currentIndexChanged.connect(self._narrow)

    def _make_lists(self) -> None:
        tasks = self.desk.tasks
        self.levels: PagedTable[StockRow] = PagedTable(LEVELS, tasks, LEVEL_SOURCE, View(sort="name"))
        newest = View(sort="newest", descending=True)
        self.moved: PagedTable[MovementRow] = PagedTable(MOVED, tasks, MOVEMENT_SOURCE, newest)
        self.low: RecordTable[StockRow] = RecordTable(LOW)
        self.tables = {
            "levels": RecordTableView(self.levels), "low": RecordTableView(self.low),
            "movements": RecordTableView(self.moved),
        }  # fmt: skip
        self.lists = QStackedWidget(self.lists_page)
        for name, table in self.tables.items():
            self.use_table(table, name)
            self.lists.addWidget(table)
        self.count = QLabel()
        theme.mark(self.count, text="muted")
        self.nothing = EmptyState()
        self.nothing.hide()
        for paged in (self.levels, self.moved):
            paged.counted.connect(self._counted)
            paged.failed.connect(self.show_failed)
            paged.first_page.connect(self._follow)
        self.tables["levels"].opened.connect(self._open_row)
        self.tables["low"].opened.connect(self._open_row)
        self.tables["movements"].opened.connect(self._open_movement)

    def _name_bar(self) -> None:
        self.search.setPlaceholderText(_("Name, code or barcode"))
        self.search.setAccessibleName(_("Search stock"))
        self.branch.setAccessibleName(_("Branch"))
        self.only.setAccessibleName(_("Show only"))
        self.kind.setAccessibleName(_("Kind of movement"))
        self.views.setAccessibleName(_("What is shown"))
        for name, text in zip(VIEWS, (_("Stock"), _("Low stock"), _("Movements")), strict=True):
            self.tables[name].setAccessibleName(text)
            self.views.set_text(name, text)
        _fill(self.only, [("", _("All goods")), ("stocked", _("Ever stocked")), ("out", _("Sold out"))])
        _fill(self.kind, [(kind, _(text)) for kind, text in KINDS])

    def _name_branches(self) -> None:
        own = self.desk.actor.branch_id if self.desk.actor is not None else 0
        _fill(self.branch, [(b.id, b.name) for b in self._branches] or [(own, "…")], own)
        self.branch.setVisible(len(self._branches) > 1)
        self.acts["transfer"].setEnabled(len(self._branches) > 1 and self.desk.can(P.TRANSFER_STOCK))

    def _name_low(self) -> None:
        rows = len(self.low.records)
        self.views.set_text("low", _("Low stock"), rows or None)

    def _branches_came(self, names: tuple[BranchName, ...]) -> None:
        self._branches = names
        self._name_branches()

    def _low_came(self, rows: tuple[StockRow, ...]) -> None:
        self.low.set_records(rows)
        self._name_low()
        self._follow()

    def _branch_id(self) -> int:
        chosen = self.branch.currentData()
        own = self.desk.actor.branch_id if self.desk.actor is not None else 0
        return int(chosen or own)

    def _other_branch(self, _index: int) -> None:
        self.ask("low", partial(stock.low, branch_id=self._branch_id()), self._low_came)
        self._narrow()

    def _look_at(self, _name: object = None) -> None:
        self._item_id = 0
        self._narrow()

    def _narrow(self, _what: object = None) -> None:
        self._apply()

    def _apply(self, *, keep_place: bool = False) -> None:
        name = self.views.current()
        self.lists.setCurrentWidget(self.tables[name])
        text, branch = self.search.said(), str(self._branch_id() or "")
        if name == "levels":
            filters = {"text": text, "branch_id": branch, "only": str(self.only.currentData() or "")}
            _look(self.levels, filters, keep_place)
        elif name == "movements":
            kind = str(self.kind.currentData() or "")
            item = str(self._item_id or "")
            _look(self.moved, {"branch_id": branch, "kind": kind, "item_id": item}, keep_place)
        else:
            self.low.set_filters({"name": text})
        self.search.setVisible(name != "movements")
        self.only.setVisible(name == "levels")
        self.kind.setVisible(name == "movements")
        self.item_chip.setVisible(name == "movements" and self._item_id > 0)
        self._follow()

    def _counted(self, _rows: int = 0, _exact: bool = True) -> None:
        self._follow()

    def _say_item(self) -> None:
        row = self.tables["movements"].records.record(0)
        name = row.name if row is not None and self._item_id else ""
        text = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, theme.current().px(200))
        self.item_chip.setText(text or _("This item"))
        self.item_chip.setAccessibleName(_("Show the movements of every item"))
        self.item_chip.setToolTip(self.item_chip.accessibleName())

    def _follow(self) -> None:
        name = self.views.current()
        self._say_item()
        records = self.tables[name].records
        rows = records.rowCount()
        exact = records.exact if isinstance(records, PagedTable) else True
        if name == "movements":
            text = ngettext("{count} movement", "{count} movements", rows)
        else:
            text = ngettext("{count} item", "{count} items", rows)
        shown = text.format(count=format_number(rows))
        self.count.setText(shown if exact else f"≈ {shown}")
        self.nothing.setVisible(rows == 0)
        self.lists.setVisible(rows > 0)
        if rows == 0:
            self._say_nothing(name)
        table = self.tables[name]
        if rows and not table.currentIndex().isValid():
            table.setCurrentIndex(records.index(0, 0))

    def _say_nothing(self, name: str) -> None:
        if name != "movements" and (self.search.said() or self.only.currentData()):
            self.nothing.say(
                _("Nothing fits"), _("No item fits what you search for."), icon="search",
                action=_("Show everything"), act=self._everything,
            )  # fmt: skip
            return
        act = self.acts.get("receive")
        receive = (_("Receive goods"), act.trigger) if act is not None and act.isEnabled() else ("", None)
        said = {
            "levels": (_("No goods yet"), _("Add items in the catalog, then receive them here."), "warehouse"),
            "low": (_("Nothing runs low"), _("Set safety levels with F9 to be told in time."), "circle-check"),
            "movements": (_("No movements"), _("What comes in and goes out is listed here."), "history"),
        }
        title, text, icon = said[name]
        shown = receive if name != "low" else ("", None)
        self.nothing.say(title, text, icon=icon, action=shown[0], act=shown[1])

    def _everything(self) -> None:
        self.search.clear()
        self.only.setCurrentIndex(0)
        self._narrow()
        self.search.setFocus()

    def _to_list(self) -> None:
        self.tables[self.views.current()].setFocus()


def _fill(box: QComboBox, choices: list[tuple[Any, str]], first: Any = None) -> None:
    chosen = box.currentData() if box.count() else first
    box.blockSignals(True)
    box.clear()
    for value, text in choices:
        box.addItem(text, value)
    index = box.findData(chosen)
    box.setCurrentIndex(index if index >= 0 else max(0, box.findData(first)))
    box.blockSignals(False)


def _look(paged: PagedTable[Any], filters: dict[str, str], keep_place: bool) -> None:
    kept = tuple(sorted((k, v) for k, v in filters.items() if v))
    if keep_place and kept == paged.view.filters:
        paged.reload(keep_place=True)
    else:
        paged.set_filters(filters)
