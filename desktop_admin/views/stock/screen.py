"""Stock: what lies where, what runs low, every movement, and the sheets that move it."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _, format_number, ngettext
from desktop_admin.models.pages import PagedTable, View
from desktop_admin.models.records import RecordTable
from desktop_admin.models.stock import ACTS, LEVEL_SOURCE, LEVELS, LOW, MOVED, MOVEMENT_SOURCE, Act
from desktop_admin.services import branches, stock
from desktop_admin.services.branches import BranchName
from desktop_admin.services.permissions import Permission
from desktop_admin.services.stock import MovementRow, StockRow
from desktop_admin.services.topics import Topic
from desktop_admin.views import theme
from desktop_admin.views.dialogs import FormDialog
from desktop_admin.views.form import Field, Form
from desktop_admin.views.screen import ActionButton, Screen
from desktop_admin.views.stock.sheet import Sheet
from desktop_admin.views.widgets.record_table import RecordTableView
from desktop_admin.views.widgets.segments import Segments

P = Permission
PAUSE = 150  # ms after the last key of a search
VIEWS = ("levels", "low", "movements")
_LEAVE = {
    "receive": P.RECEIVE_STOCK, "issue": P.ISSUE_STOCK, "write_off": P.ISSUE_STOCK, "transfer": P.TRANSFER_STOCK,
    "count": P.COUNT_STOCK,
}  # fmt: skip
_KEYS = {"receive": "F4", "issue": "F5", "write_off": "F6", "transfer": "F7", "count": "F8"}


class StockScreen(Screen):
    """Per branch: levels, low stock, movements; receive, issue, write off, send, count."""

    title = N_("Stock")
    topics = frozenset({Topic.STOCK, Topic.CATALOG, Topic.OPERATORS})

    # --- building ---------------------------------------------------------------------------------

    def build(self) -> None:
        """Make the lists and the sheet."""
        self._branches: tuple[BranchName, ...] = ()
        self._item_id = 0
        self._make_bar()
        self._make_lists()
        self.sheet = Sheet(self)
        self.sheet.closed.connect(self.show_lists)
        self.sheet.booked.connect(self.show_lists)
        self.lists_page = QWidget()
        column = QVBoxLayout(self.lists_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self.bar)
        column.addWidget(self.lists, 1)
        column.addWidget(self.nothing, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.count)
        foot.addStretch()
        column.addLayout(foot)
        self.foot = foot
        self.places = QStackedWidget()
        self.places.addWidget(self.lists_page)
        self.places.addWidget(self.sheet)
        self.content.addWidget(self.places)
        self._make_actions()
        self.setFocusProxy(self.search)

    def _make_bar(self) -> None:
        self.branch, self.only, self.kind = QComboBox(), QComboBox(), QComboBox()
        self.views = Segments(VIEWS)
        self.search = QLineEdit(clearButtonEnabled=True)
        icon = QAction(self)
        theme.set_icon(icon, "search", size=16)
        self.search.addAction(icon, QLineEdit.ActionPosition.LeadingPosition)
        self.search.setMinimumWidth(theme.current().px(140))
        self.search.installEventFilter(self)
        self.bar = QHBoxLayout()
        self.bar.setSpacing(12)
        self.bar.addWidget(self.branch)
        self.bar.addWidget(self.views)
        self.bar.addWidget(self.search, 1)
        for box in (self.only, self.kind):
            self.bar.addWidget(box)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._narrow)
        self.search.textChanged.connect(self._typed)
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
        self.lists = QStackedWidget()
        for name, table in self.tables.items():
            self.use_table(table, name)
            self.lists.addWidget(table)
        self.count = QLabel()
        theme.mark(self.count, text="muted")
        self.nothing = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)
        theme.mark(self.nothing, text="muted")
        self.nothing.hide()
        for paged in (self.levels, self.moved):
            paged.counted.connect(self._counted)
            paged.failed.connect(self.show_failed)
            paged.first_page.connect(self._follow)
        self.tables["levels"].opened.connect(self._open_row)
        self.tables["low"].opened.connect(self._open_row)
        self.tables["movements"].opened.connect(self._open_movement)

    def _make_actions(self) -> None:
        self.acts: dict[str, QAction] = {}
        for act in ACTS:
            self.acts[act.id] = self.add_act(
                f"stock.{act.id}", act.title, partial(self.begin, act), keys=_KEYS[act.id], icon=act.icon,
                permission=_LEAVE[act.id],
            )  # fmt: skip
        self.header_button(self.acts["receive"], "primary")
        for name in ("transfer", "count", "issue", "write_off"):
            self.foot.addWidget(ActionButton(self.acts[name]))
        self.safety_act = self.add_act("stock.safety", N_("Safety level…"), self.set_safety, keys="F9", icon="bell",
                                       permission=P.EDIT_CATALOG)  # fmt: skip
        self.moves_act = self.add_act("stock.moves", N_("Movements of this item"), self._moves_of, icon="history",
                                      permission=P.SEE_STOCK)  # fmt: skip
        self.item_act = self.add_act("stock.item", N_("Open in the catalog"), self._to_item, icon="gift",
                                     permission=P.SEE_CATALOG)  # fmt: skip
        both = [self.safety_act, self.moves_act, self.item_act]
        for name in ("levels", "low"):
            self.tables[name].add_acts([*(self.acts[act.id] for act in ACTS), None, *both])
        self.tables["movements"].add_acts([self.item_act])

    # --- texts ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set every text."""
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
        _fill(
            self.kind,
            [
                ("physical", _("In and out")), ("", _("All movements")), ("receive", _("Received")),
                ("issue", _("Out")), ("transfer", _("Between branches")), ("count", _("Counts")),
                ("write_off", _("Written off")), ("return", _("Returned")),
            ],
        )  # fmt: skip
        self._name_branches()
        self._name_low()
        self._follow()
        self.sheet.retranslate()

    def _name_branches(self) -> None:
        own = self.desk.actor.branch_id if self.desk.actor is not None else 0
        _fill(self.branch, [(b.id, b.name) for b in self._branches] or [(own, "…")], own)
        self.branch.setVisible(len(self._branches) > 1)
        self.acts["transfer"].setEnabled(len(self._branches) > 1 and self.desk.can(P.TRANSFER_STOCK))

    def _name_low(self) -> None:
        rows = len(self.low.records)
        self.views.set_text("low", _("Low stock"), rows or None)

    # --- asking -----------------------------------------------------------------------------------

    def reload(self) -> None:
        """Ask for what is looked at, and for what runs low."""
        self.ask("branches", branches.names, self._branches_came)
        self.ask("low", partial(stock.low, branch_id=self._branch_id()), self._low_came)
        self._apply(keep_place=True)

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

    def _typed(self, _text: str) -> None:
        self._pause.start()

    def _other_branch(self, _index: int) -> None:
        self.ask("low", partial(stock.low, branch_id=self._branch_id()), self._low_came)
        self._narrow()

    def _look_at(self, _name: str = "") -> None:
        self._item_id = 0
        self._narrow()

    def _narrow(self, _what: object = None) -> None:
        self._pause.stop()
        self._apply()

    def _apply(self, *, keep_place: bool = False) -> None:
        name = self.views.current()
        self.lists.setCurrentWidget(self.tables[name])
        text, branch = self.search.text().strip(), str(self._branch_id() or "")
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
        self._follow()

    def _counted(self, _rows: int = 0, _exact: bool = True) -> None:
        self._follow()

    def _follow(self) -> None:
        name = self.views.current()
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
        said = {
            "levels": _("No goods here. Add items in the catalog, then press F4 to receive them."),
            "low": _("Nothing runs low. Set safety levels with F9 to be told in time."),
            "movements": _("No movements yet. Press F4 to receive goods."),
        }
        fits = _("Nothing fits. Esc in the search shows everything again.")
        self.nothing.setText(fits if self.search.text().strip() and name != "movements" else said[name])
        table = self.tables[name]
        if rows and not table.currentIndex().isValid():
            table.setCurrentIndex(records.index(0, 0))

    # --- acts -------------------------------------------------------------------------------------

    def arrive(self, **where: Any) -> None:
        """Show the movements of an item, what runs low, or begin a sheet."""
        self.show_lists()
        if "item_id" in where:
            self._show_moves(int(where["item_id"]))
        elif where.get("view") in VIEWS:
            self.views.choose(str(where["view"]))
            self._look_at()
        elif where.get("act") in self.acts:
            self.acts[str(where["act"])].trigger()

    def scan(self, code: str) -> bool:
        """On a sheet one more piece, in a list the item."""
        if self.places.currentWidget() is self.sheet:
            self.sheet.scan(code)
        else:
            self.views.choose("levels")
            self.search.setText(code)
            self._look_at()
        return True

    def begin(self, act: Act) -> None:
        """Begin a sheet with what is selected."""
        branch = next((b for b in self._branches if b.id == self._branch_id()), None)
        if branch is None or self.places.currentWidget() is self.sheet:
            return
        name = self.views.current()
        chosen = self.tables[name].selected() if name != "movements" else []
        rows = [row for row in chosen if row.branch_id == branch.id] if len(chosen) > 1 else []
        self.sheet.begin(act, branch, self._branches, rows)
        self.places.setCurrentWidget(self.sheet)
        if not rows:
            self.sheet.search.setFocus()

    def show_lists(self) -> None:
        """Go back to the lists."""
        self.places.setCurrentWidget(self.lists_page)
        self.tables[self.views.current()].setFocus()

    def set_safety(self) -> None:
        """Ask for the safety level of the current item."""
        row = self._current()
        if row is None:
            return

        def operation(values: dict[str, Any], request: str) -> Any:
            return partial(
                stock.set_safety, request=request, item_id=row.item_id, branch_id=row.branch_id,
                safety=values["safety"] or 0,
            )  # fmt: skip

        field = Field("safety", N_("Tell me when fewer than this are available"), "count", hint=N_("0: never"))
        form = Form(self.desk, [field], operation)
        form.fill({"safety": row.safety})
        self.dialog = FormDialog(self.window(), N_("Safety level"), form)
        self.dialog.open()

    def _current(self) -> StockRow | None:
        name = self.views.current()
        row = self.tables[name].current() if name != "movements" else None
        return row if isinstance(row, StockRow) else None

    def _open_row(self, row: StockRow) -> None:
        self._show_moves(row.item_id)

    def _moves_of(self) -> None:
        row = self._current()
        if row is not None:
            self._show_moves(row.item_id)

    def _show_moves(self, item_id: int) -> None:
        self.views.choose("movements")
        self._item_id = item_id
        self._narrow()

    def _open_movement(self, row: MovementRow) -> None:
        if row.redemption_id:
            self.desk.open("redemptions", redemption_id=row.redemption_id)
        else:
            self.desk.open("catalog", item_id=row.item_id)

    def _to_item(self) -> None:
        row = self.tables[self.views.current()].current()
        if row is not None:
            self.desk.open("catalog", item_id=row.item_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search: ↓ and Enter go to the list, Esc clears."""
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()
            if enter and self._pause.isActive():
                self._narrow()
                return True
            if enter or event.key() == Qt.Key.Key_Down:
                self.tables[self.views.current()].setFocus()
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)


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
