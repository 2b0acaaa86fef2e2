"""The search field above a list: it narrows while typing; ↓ and Enter go to the list, Esc clears."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_admin.views import theme

PAUSE = 150  # ms after the last key


class ListSearch(QLineEdit):
    """`narrowed` after a pause in typing or at once with Enter; `left` when the list shall have the keys.

    `entered` comes after `left` where it was Enter, and not ↓.
    """

    narrowed = Signal()
    left = Signal()
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setClearButtonEnabled(True)
        icon = QAction(self)
        theme.set_icon(icon, "search", size=16)
        self.addAction(icon, QLineEdit.ActionPosition.LeadingPosition)
        self.setMinimumWidth(theme.current().px(140))
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.narrowed)
        self.textChanged.connect(self._typed)

    def said(self) -> str:
        """Answer the text without blanks around it."""
        return self.text().strip()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Narrow at once, go to the list, clear."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.isAutoRepeat():
            return
        if enter and self._pause.isActive():
            self._pause.stop()
            self.narrowed.emit()
        elif enter or event.key() == Qt.Key.Key_Down:
            self.left.emit()
            if enter:
                self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def _typed(self, _text: str) -> None:
        self._pause.start()
