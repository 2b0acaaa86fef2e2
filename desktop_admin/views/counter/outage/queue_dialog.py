"""Everything noted down on this till: what became of it, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _
from desktop_admin.models.outage import QUEUED
from desktop_admin.models.records import RecordTable
from desktop_admin.services.outage import Queued, QueueState
from desktop_admin.tasks import message_of
from desktop_admin.views import theme
from desktop_admin.views.counter.outage.note_form import FIELDS
from desktop_admin.views.dialogs import FormDialog
from desktop_admin.views.form import Field, Form
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.record_table import RecordTableView

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk


class ChangeForm(Form):
    """A refused purchase put right; it is sent again under its own request."""

    def __init__(self, desk: Desk, row: Queued) -> None:
        self.row = row
        super().__init__(desk, FIELDS, lambda _values, _request: _nothing, submit=N_("Send again"))
        self.fill({"amount": row.amount, "receipt_number": row.receipt_number})

    def submit(self) -> None:
        """Send it again."""
        if not self.writing and self.check():
            self._set_writing(True)
            self.desk.till.queue.again(self, self.row, self.values(), self._done, self._failed)


class DiscardForm(Form):
    """A purchase that will not be booked, and why."""

    def __init__(self, desk: Desk, row: Queued) -> None:
        self.row = row
        fields = (Field("reason", N_("Reason"), required=True, limit=200),)
        super().__init__(desk, fields, lambda _values, _request: _nothing, submit=N_("Discard"))
        theme.mark(self.submit_button, kind="danger")

    def submit(self) -> None:
        """Discard it, with a trace."""
        if not self.writing and self.check():
            self._set_writing(True)
            self.desk.till.queue.discard(self, self.row, str(self.values()["reason"]), self._done, self._failed)


class QueueDialog(QDialog):
    """The list, and the acts on the row that is marked."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk, self._till = desk, desk.till
        self.heading, self.said = QLabel(), QLabel(wordWrap=True)
        theme.mark(self.heading, text="heading")
        theme.mark(self.said, text="muted")
        self.trouble = Banner(self)
        self.trouble.hide()
        self.table = RecordTableView(RecordTable(QUEUED))
        self.why = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        theme.mark(self.why, text="strong")
        self.again = self._button(self._send_again)
        self.change = self._button(self._change)
        self.ask = self._button(self._ask)
        self.discard = self._button(self._discard)
        self.leave = self._button(self.reject)
        self.buttons = QHBoxLayout()
        for button in (self.discard, self.ask, self.change, self.again):
            self.buttons.addWidget(button)
        self.buttons.addStretch()
        self.buttons.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        for widget in (self.heading, self.said, self.trouble):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addWidget(self.why)
        column.addLayout(self.buttons)
        self.table.picked.connect(self._allow)
        self._till.changed.connect(self.reload)
        self.resize(theme.current().px(1040), theme.current().px(520))
        self._retranslate()
        self._allow()
        self.reload()
        self.table.setFocus()

    def _button(self, press: Any) -> QPushButton:
        button = QPushButton(self, autoDefault=False)
        button.clicked.connect(lambda _checked=False: press())
        return button

    def _retranslate(self) -> None:
        self.setWindowTitle(_("Noted down on this till"))
        self.heading.setText(_("Noted down on this till"))
        self.said.setText(
            _("Purchases wait here for the server and are booked once, under the name of whoever noted them down. "
              "What is settled stays a week.")
        )  # fmt: skip
        self.table.setAccessibleName(_("Noted down on this till"))
        for button, text in (
            (self.again, _("Send again")), (self.change, _("Change…")), (self.ask, _("Ask for approval")),
            (self.discard, _("Discard…")), (self.leave, _("Close")),
        ):  # fmt: skip
            button.setText(text)

    def changeEvent(self, event: QEvent) -> None:
        """Set every text again when the language changed."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter sends again, Delete discards."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            if self.again.isEnabled():
                self._send_again()
        elif event.key() == Qt.Key.Key_Delete and self.discard.isEnabled():
            self._discard()
        else:
            super().keyPressEvent(event)

    def reload(self) -> None:
        """Read the queue again."""
        self._till.queue.rows(self, self._came, self._failed)

    def _came(self, rows: tuple[Queued, ...]) -> None:
        records, chosen = self.table.records, self._row()
        assert isinstance(records, RecordTable)
        records.set_records(rows[::-1])
        wanted = chosen.request if chosen is not None else rows[-1].request if rows else ""
        self.table.select_where(lambda row: bool(row.request == wanted))
        self._allow()

    def _row(self) -> Queued | None:
        row = self.table.current()
        return row if isinstance(row, Queued) else None

    def _allow(self, _row: object = None) -> None:
        row, online = self._row(), not self._till.away
        refused = row is not None and row.state is QueueState.REFUSED
        self.again.setEnabled(refused and online)
        self.change.setEnabled(refused and online)
        self.ask.setEnabled(refused and online and bool(row and row.facts.get("approval")))
        self.discard.setEnabled(row is not None and row.open and online)
        self.why.setText(row.words() if row is not None else "")
        why = "" if online else _("This waits for the server.")
        for button in (self.again, self.change, self.ask, self.discard):
            button.setToolTip(why)

    def _send_again(self) -> None:
        row = self._row()
        if row is not None:
            said = {"receipt_number": row.receipt_number, "amount": row.amount}
            self._till.queue.again(self, row, said, self._done, self._failed)

    def _ask(self) -> None:
        row = self._row()
        if row is not None:
            self._till.queue.ask_approval(self, row, self._done, self._failed)

    def _change(self) -> None:
        row = self._row()
        if row is not None:
            FormDialog(self, N_("Put a purchase right"), ChangeForm(self._desk, row)).open()

    def _discard(self) -> None:
        row = self._row()
        if row is not None:
            FormDialog(self, N_("Discard a purchase"), DiscardForm(self._desk, row)).open()

    def _done(self, _answer: object) -> None:
        self.trouble.hide()
        self.reload()

    def _failed(self, error: Exception) -> None:
        self.trouble.say(message_of(error), tone="bad")


def _nothing(_work: Any) -> None:
    """Forms here are sent by the till."""


__all__ = ["ChangeForm", "DiscardForm", "QueueDialog"]
