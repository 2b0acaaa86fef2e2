"""A purchase noted down while the server is away: amount and receipt number, as at the counter."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout

from desktop_admin.i18n import N_, _, format_points
from desktop_admin.services import outage
from desktop_admin.services.errors import Refused
from desktop_admin.services.outage import Held
from desktop_admin.views import theme
from desktop_admin.views.form import Field, Form

if TYPE_CHECKING:
    from desktop_admin.services.work import Work
    from desktop_admin.views.desk import Desk

FIELDS = (
    Field("amount", N_("Amount"), "money", required=True, placeholder=N_("12.50 or 3*4.20")),
    Field("receipt_number", N_("Receipt number"), "scan", required=True, limit=40),
)


class NoteForm(Form):
    """The request id is made when it opens, and is the purchase's when the server is back."""

    def __init__(self, desk: Desk, held: Held) -> None:
        self.held = held
        super().__init__(
            desk, FIELDS, _on_no_server, submit=N_("Note down"), cancel=N_("Back"), draft=f"outage/{held.id}"
        )
        theme.mark(self.editors["amount"].widget, kind="big")
        self.preview.setWordWrap(True)
        theme.mark(self.preview, text="muted")
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        self.buttons.removeWidget(self.preview)
        box.insertWidget(2, self.preview)
        self.buttons.insertStretch(0, 1)
        box.addStretch(1)
        self.edited.connect(self._foresee)
        self._foresee()

    def begin(self) -> None:
        """Put the focus where one types first."""
        self.editors["amount"].widget.setFocus()

    def take_code(self, code: str) -> None:
        """A scan is the receipt's number."""
        self.editors["receipt_number"].set_value(code)

    def submit(self) -> None:
        """Note it down once; it is on the disk before anybody is told."""
        if self.writing or not self.check():
            return
        self._set_writing(True)
        self.desk.till.queue.note(self, self.request, self.held.id, self.values(), self._done, self._failed)

    def _foresee(self) -> None:
        amount = self.values()["amount"] or 0
        points = outage.estimate(self.held, amount) if amount > 0 else 0
        self.preview.setText(
            _("Likely {points}. What it really earns the server decides.").format(
                points=format_points(points, signed=True)
            )
            if points
            else _("Points are booked when the server is back.")
        )

    def _retranslate(self) -> None:
        super()._retranslate()
        if hasattr(self, "held"):
            self._foresee()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the next field that is blank, and notes down when there is none."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.isAutoRepeat():
                return
            values = self.values()
            for one in self.fields:
                widget = self.editors[one.name].widget
                if values[one.name] in (None, "") and not widget.hasFocus():
                    widget.setFocus()
                    return
        super().keyPressEvent(event)


def _on_no_server(_values: dict[str, Any], _request: str) -> Callable[[Work], Any]:
    raise Refused(N_("The server is away; this is noted down instead."))
