"""The mark of the program: coins on a rounded ground, drawn without QPainter's pens.

A pen pulls in 40 ms of Qt's enums, and the mark is part of the first paint.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from desktop_admin.views import theme

_COINS = (
    '<g transform="translate(8 8)" fill="none" stroke="{sign}" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"><ellipse cx="12" cy="5.5" rx="8" ry="3.2"/>'
    '<path d="M4 5.5v6.5c0 1.8 3.6 3.2 8 3.2s8-1.4 8-3.2V5.5"/>'
    '<path d="M4 12v6.5c0 1.8 3.6 3.2 8 3.2s8-1.4 8-3.2V12"/></g>'
)
_MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
    '<rect width="40" height="40" rx="10" fill="{ground}"/>' + _COINS + "</svg>"
)


def mark(ground: str, sign: str) -> QSvgRenderer:
    """Answer the mark in two colours."""
    return QSvgRenderer(QByteArray(_MARK.format(ground=ground, sign=sign).encode()))


def window_icon() -> QIcon:
    """Answer the icon of the program's windows."""
    icon = QIcon()
    for side in (32, 64, 128):
        picture = QPixmap(side, side)
        picture.fill(QColor(0, 0, 0, 0))
        painter = QPainter(picture)
        mark("#2458c5", "#ffffff").render(painter, QRectF(0, 0, side, side))
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
        mark(colours["accent"], colours["on_accent"]).render(painter, QRectF(self.rect()))
        painter.end()
