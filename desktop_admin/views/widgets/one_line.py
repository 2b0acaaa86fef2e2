"""A line of text that is cut where the room ends."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop_admin.views import theme


class OneLine(QLabel):
    """A line of plain text, cut where the room ends; the whole is its tip."""

    def __init__(self, look: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.mark(self, text=look)

    def say(self, text: str) -> None:
        """Show a text."""
        self._whole = " ".join(text.split())
        self.setAccessibleName(self._whole)
        self._cut()

    def whole(self) -> str:
        """Answer the text as it was said."""
        return self._whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut it anew."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip("" if shown == self._whole else escape(self._whole))
