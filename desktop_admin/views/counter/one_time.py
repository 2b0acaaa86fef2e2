"""A one-time code for the member, made where it is asked for; the shop sends it by its own means."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from desktop_admin.i18n import _, format_time
from desktop_admin.services import members
from desktop_admin.services.members import CodeMade
from desktop_admin.views import theme
from desktop_admin.views.attempt import Attempt

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk

KEYS = "Ctrl+M"


class OneTimeCode(QWidget):
    """A button that makes the code, and the code until when it holds."""

    def __init__(self, desk: Desk, member_id: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._member = desk, member_id
        self._attempt = Attempt()
        self.button = QPushButton(autoDefault=False)
        theme.mark(self.button, kind="link")
        theme.set_icon(self.button, "key-round", "accent", 16)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self.make)
        QShortcut(QKeySequence(KEYS), self).activated.connect(self.make)
        self.shown = QLabel()
        theme.mark(self.shown, text="strong")
        self.shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        row.addWidget(self.shown, 1)
        self._retranslate()

    def make(self) -> None:
        """Make a code; earlier ones end."""
        if not self.button.isEnabled():
            return
        self.button.setEnabled(False)
        operation = partial(members.make_code, request=self._attempt.id, member_id=self._member)
        self._attempt.send(self._desk.tasks, self, operation, self._made, self._failed)

    def _made(self, made: CodeMade) -> None:
        self.button.setEnabled(True)
        query = partial(members.read_code, member_id=self._member, sealed=made.sealed)
        until = format_time(made.expires_at)
        self._desk.tasks.read(self, "code", query, partial(self._show, until), self._failed)

    def _show(self, until: str, code: str) -> None:
        self.shown.setText(_("{code}, until {time}").format(code=f"{code[:3]} {code[3:]}", time=until))

    def _failed(self, error: Exception) -> None:
        self.button.setEnabled(not self._attempt.busy)
        self._desk.notices.report(error)

    def changeEvent(self, event: QEvent) -> None:
        """Set every text again when the language changed."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.button.setText(f"{_('Make a code for the member')}   {KEYS}")
