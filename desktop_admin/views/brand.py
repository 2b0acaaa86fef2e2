"""The mark of the program."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from desktop_admin.views import theme


def paint_mark(painter: QPainter, box: QRectF, ground: str, sign: str) -> None:
    """Paint coins on a rounded ground."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box, box.width() * 0.25, box.width() * 0.25)
    inside = box.adjusted(*(v * box.width() for v in (0.2, 0.2, -0.2, -0.2)))
    picture = theme.pixmap("coins", sign, round(inside.width()), 2)
    painter.drawPixmap(inside, picture, QRectF(picture.rect()))


def window_icon() -> QIcon:
    """Answer the icon of the program's windows."""
    icon = QIcon()
    for side in (32, 64, 128):
        picture = QPixmap(side, side)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        paint_mark(painter, QRectF(0, 0, side, side), "#2458c5", "#ffffff")
        painter.end()
        icon.addPixmap(picture)
    return icon


class Mark(QWidget):
    """The mark as a widget."""

    def __init__(self, parent: QWidget | None = None, *, side: int = 28) -> None:
        super().__init__(parent)
        self._side = side
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """Answer a square."""
        side = theme.current().px(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        colours = theme.current().colours
        painter = QPainter(self)
        paint_mark(painter, QRectF(self.rect()), colours["accent"], colours["on_accent"])
        painter.end()
