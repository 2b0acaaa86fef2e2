"""A rounded word: a state or a tier."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_admin.views import theme


class Badge(QWidget):
    """Its text says all, its colour only helps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = "", "muted"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.updateGeometry)

    def say(self, text: str, tone: str = "muted") -> None:
        """Show a translated word; tone is good, bad, warn, info, muted or tier_…"""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Answer the word."""
        return self._text

    def sizeHint(self) -> QSize:
        """Answer the size of the word and its ends."""
        metrics = self.fontMetrics()
        height = metrics.height() + 6
        return QSize(metrics.horizontalAdvance(self._text) + height, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the word on its ground."""
        colours = theme.current().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.get(f"{self._tone}_soft", colours["sunken"])))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(QColor(colours.get(self._tone, colours["muted"])))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()
