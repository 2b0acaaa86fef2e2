"""A sheet: what came in, went out, moves or was counted; scanned or typed line by line, booked as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from desktop_admin.i18n import _, format_number, ngettext
from desktop_admin.models.stock import Act, SheetLine
from desktop_admin.services import stock
from desktop_admin.services.branches import BranchName
from desktop_admin.services.errors import Refused
from desktop_admin.services.stock import Counted, Pieces, StockRow
from desktop_admin.tasks import message_of
from desktop_admin.views.notices import ask
from desktop_admin.views.stock.sheet_frame import SheetFrame
from desktop_admin.views.widgets.search_box import Hit

if TYPE_CHECKING:
    from desktop_admin.services.keyset import Page
    from desktop_admin.views.screen import Screen

_COMMANDS: dict[str, Callable[..., Any]] = {
    "receive": stock.receive, "issue": stock.issue, "write_off": stock.write_off, "transfer": stock.transfer,
    "count": stock.count,
}  # fmt: skip


class Sheet(SheetFrame):
    """`closed` when it was given up, `booked` when it was written."""

    closed = Signal()
    booked = Signal()

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self.back_button.clicked.connect(self.cancel)
        self.cancel_button.clicked.connect(self.cancel)
        self.book_button.clicked.connect(self.book)
        self.drop_button.clicked.connect(self.drop)
        self.search.chosen.connect(self.add)
        self.search.submitted.connect(self.scan)
        self.model.changed.connect(self._follow)

    # --- beginning and ending ---------------------------------------------------------------------

    def begin(self, act: Act, branch: BranchName, branches: Sequence[BranchName], rows: Sequence[StockRow]) -> None:
        """Start a sheet; `rows` are what was selected in the list. One that is being written comes first."""
        if self._attempt.busy:
            return
        self.act, self._branch = act, branch
        self._attempt.renew()
        self.banner.hide()
        self.reason.clear()
        self.target.clear()
        for other in branches:
            if other.id != branch.id:
                self.target.addItem(other.name, other.id)
        self.model.begin(act, [self._line(row) for row in rows])
        self.retranslate()
        if rows:
            self.table.setCurrentIndex(self.model.index(0, 3))
            self.table.setFocus()
        else:
            self.search.setFocus()

    def _line(self, row: StockRow) -> SheetLine:
        pieces = row.on_hand if self.act.adds == 0 else 1
        return SheetLine(row, pieces, row.cost if self.act.costs else 0)

    def cancel(self) -> None:
        """Give the sheet up; what was scanned is not thrown away without a question."""
        if self._attempt.busy:
            return
        if not self.model.lines:
            self.closed.emit()
            return
        question = ask(
            self, _("Give the sheet up?"), _("Nothing of it was booked: {what}.").format(what=self.total.text()),
            _("Give it up"), self.closed.emit, danger=True,
        )  # fmt: skip
        question.no.setText(_("Go on with it"))

    def book(self) -> None:
        """Write the sheet, once."""
        if self._attempt.busy:
            return
        self._attempt.send(self._screen.desk.tasks, self._screen, self._operation(), self._booked, self._failed)
        self._follow()

    def _operation(self) -> Any:
        said: dict[str, Any] = {"request": self._attempt.id}
        lines = self.model.lines
        if self.act.id == "count":
            said["lines"] = tuple(Counted(line.row.item_id, line.pieces) for line in lines)
        else:
            said["lines"] = tuple(Pieces(line.row.item_id, line.pieces, line.unit_cost) for line in lines)
        if self.act.target:
            said |= {"from_branch": self._branch.id, "to_branch": self.target.currentData() or 0}
        else:
            said["branch_id"] = self._branch.id
        if self.act.reason:
            said["reason"] = self.reason.text()
        elif self.reason.text():
            said["note"] = self.reason.text()
        return partial(_COMMANDS[self.act.id], **said)

    def _booked(self, _receipt: object) -> None:
        pieces = self.model.pieces()
        text = ngettext("{act}: {count} piece booked.", "{act}: {count} pieces booked.", pieces)
        self._screen.desk.notices.tell(text.format(act=_(self.act.title), count=format_number(pieces)))
        self.model.begin(self.act)
        self.booked.emit()

    def _failed(self, error: Exception) -> None:
        self._follow()
        self.banner.say(message_of(error), tone="bad")
        field = error.field if isinstance(error, Refused) else ""
        {"reason": self.reason, "to_branch": self.target, "lines": self.search}.get(field, self.table).setFocus()

    # --- lines ------------------------------------------------------------------------------------

    def scan(self, code: str) -> None:
        """One more piece of what was scanned."""
        if self._attempt.busy:
            return
        query = partial(stock.by_code, code=code, branch_id=self._branch.id)
        self._screen.ask("sheet", query, partial(self._scanned, code), quiet=True)

    def _scanned(self, code: str, row: StockRow | None) -> None:
        if row is None:
            self.banner.say(_("No item has the code {code}.").format(code=code), tone="warn")
            return
        self.banner.hide()
        n = self.model.scan(row)
        self.table.setCurrentIndex(self.model.index(n, 3))

    def add(self, row: StockRow) -> None:
        """Put an item that was searched onto the sheet and type its pieces."""
        self.banner.hide()
        known = [n for n, line in enumerate(self.model.lines) if line.row.item_id == row.item_id]
        n = known[0] if known else self.model.scan(row)
        self.table.setCurrentIndex(self.model.index(n, 3))
        self.table.setFocus()
        self.table.edit(self.model.index(n, 3))

    def drop(self) -> None:
        """Take the current line off."""
        self.model.drop(self.table.currentIndex().row())

    def _find(self, text: str, found: Any) -> None:
        def came(page: Page[StockRow]) -> None:
            found([
                Hit(row.name, f"{row.code}   {_('On hand')} {format_number(row.on_hand)}", row, "package")
                for row in page.rows
            ])  # fmt: skip

        query = partial(stock.page, text=text, branch_id=self._branch.id, limit=12)
        self._screen.ask("sheet-find", query, came, quiet=True)

    # --- looks ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc gives up, Ctrl+Enter books, Delete takes a line off."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        elif enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.book_button.isEnabled():
            self.book()
        elif event.key() == Qt.Key.Key_Delete and self.table.hasFocus():
            self.drop()
        else:
            super().keyPressEvent(event)
