"""Stock: what lies where, what runs low, every movement, and the sheets that move it."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import (
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_admin.i18n import N_
from desktop_admin.models.stock import ACTS, Act
from desktop_admin.services import branches, stock
from desktop_admin.services.branches import BranchName
from desktop_admin.services.permissions import Permission
from desktop_admin.services.stock import MovementRow, StockRow
from desktop_admin.services.topics import Topic
from desktop_admin.views.dialogs import FormDialog
from desktop_admin.views.form import Field, Form
from desktop_admin.views.screen import ActionButton
from desktop_admin.views.stock.listing import VIEWS, StockLists
from desktop_admin.views.stock.sheet import Sheet
from desktop_admin.views.widgets.two_rows import TwoRows

P = Permission
_LEAVE = {
    "receive": P.RECEIVE_STOCK, "issue": P.ISSUE_STOCK, "write_off": P.ISSUE_STOCK, "transfer": P.TRANSFER_STOCK,
    "count": P.COUNT_STOCK,
}  # fmt: skip
_KEYS = {"receive": "F4", "issue": "F3", "write_off": "F6", "transfer": "F7", "count": "F8"}


class StockScreen(StockLists):
    """Per branch: levels, low stock, movements; receive, issue, write off, send, count."""

    title = N_("Stock")
    topics = frozenset({Topic.STOCK, Topic.CATALOG, Topic.OPERATORS})

    _wanted: Act | None = None  # a sheet asked for before the branches were known

    # --- building ---------------------------------------------------------------------------------

    def build(self) -> None:
        """Make the lists and the sheet."""
        self.acts = {}
        self.places = QStackedWidget(self.body)
        self.lists_page = QWidget(self.places)
        self._make_bar()
        self._make_lists()
        self._sheet: Sheet | None = None
        column = QVBoxLayout(self.lists_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.bar)
        column.addWidget(self.lists, 1)
        column.addWidget(self.nothing, 1)
        self.foot = TwoRows(grows=0)
        self.foot.first.addWidget(self.count)
        for side in (self.foot.first, self.foot.second):
            side.addStretch()
        column.addWidget(self.foot)
        self.places.addWidget(self.lists_page)
        self.content.addWidget(self.places)
        self._make_actions()
        self.setFocusProxy(self.search)

    def _make_actions(self) -> None:
        for act in ACTS:
            self.acts[act.id] = self.add_act(
                f"stock.{act.id}", act.title, partial(self.begin, act), keys=_KEYS[act.id], icon=act.icon,
                permission=_LEAVE[act.id],
            )  # fmt: skip
        self.receive_button = self.header_button(self.acts["receive"], "primary")
        for side, names in ((self.foot.first, ("transfer", "count")), (self.foot.second, ("issue", "write_off"))):
            for name in names:
                side.addWidget(ActionButton(self.acts[name]))
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

    @property
    def sheet(self) -> Sheet:
        """The sheet goods are written on, made when the first one is begun."""
        if self._sheet is None:
            sheet = self._sheet = Sheet(self)
            sheet.closed.connect(self.show_lists)
            sheet.booked.connect(self.show_lists)
            sheet.retranslate()
            self.places.addWidget(sheet)
        return self._sheet

    @property
    def _on_sheet(self) -> bool:
        return self._sheet is not None and self.places.currentWidget() is self._sheet

    # --- texts ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set every text."""
        self._name_bar()
        self._name_branches()
        self._name_low()
        self._follow()
        if self._sheet is not None:
            self._sheet.retranslate()

    # --- asking -----------------------------------------------------------------------------------

    def reload(self) -> None:
        """Ask for what is looked at, and for what runs low."""
        self.ask("branches", branches.names, self._branches_came)
        self.ask("low", partial(stock.low, branch_id=self._branch_id()), self._low_came)
        self._apply(keep_place=True)

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
        if self._on_sheet:
            self.sheet.scan(code)
        else:
            self.views.choose("levels")
            self.search.setText(code)
            self._look_at()
        return True

    def begin(self, act: Act) -> None:
        """Begin a sheet with what is selected; a key that is faster than the branches is not lost."""
        self._wanted = None if self._branches else act
        branch = next((b for b in self._branches if b.id == self._branch_id()), None)
        if branch is None or self._on_sheet:
            return
        name = self.views.current()
        chosen = self.tables[name].selected() if name != "movements" else []
        rows = [row for row in chosen if row.branch_id == branch.id] if len(chosen) > 1 else []
        self.sheet.begin(act, branch, self._branches, rows)
        self.places.setCurrentWidget(self.sheet)
        self.receive_button.hide()
        if not rows:
            self.sheet.search.setFocus()

    def _branches_came(self, names: tuple[BranchName, ...]) -> None:
        super()._branches_came(names)
        if self._wanted is not None:
            self.begin(self._wanted)

    def show_lists(self) -> None:
        """Go back to the lists."""
        self.places.setCurrentWidget(self.lists_page)
        self.receive_button.show()
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
