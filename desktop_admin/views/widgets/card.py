"""Cards: a framed group, and a key figure with what it is compared to."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_admin.views import theme


class Card(QFrame):
    """A framed group with a heading; put widgets into `content`, buttons into `head`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.mark(self, kind="card")
        self.heading = QLabel()
        theme.mark(self.heading, text="heading")
        self.heading.hide()
        self.head = QHBoxLayout()
        self.head.addWidget(self.heading)
        self.head.addStretch()
        self.content = QVBoxLayout()
        self.content.setSpacing(theme.SPACE)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 14, 16, 14)
        outer.setSpacing(10)
        outer.addLayout(self.head)
        outer.addLayout(self.content, 1)

    def set_heading(self, text: str) -> None:
        """Name the group."""
        self.heading.setText(text)
        self.heading.setVisible(bool(text))
        self.setAccessibleName(text)


class KeyFigure(QFrame):
    """A title, a large figure, and a line beneath; may be pressed to see what is behind it."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None, *, tappable: bool = False) -> None:
        super().__init__(parent)
        theme.mark(self, kind="card", tappable=tappable)
        self._tappable = tappable
        if tappable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title, self.figure, self.under = QLabel(), QLabel(), QLabel()
        theme.mark(self.title, text="label")
        theme.mark(self.figure, text="figure")
        theme.mark(self.under, text="caption")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(2)
        for label in (self.title, self.figure, self.under):
            layout.addWidget(label)
        layout.addStretch()

    def say(self, title: str, figure: str, under: str = "", *, tone: str = "") -> None:
        """Show a figure; tone colours the line beneath (translated, formatted texts)."""
        self.title.setText(title)
        self.figure.setText(figure)
        self.under.setText(under)
        self.under.setVisible(bool(under))
        theme.mark(self.under, text=tone or "caption")
        self.setAccessibleName(f"{title}: {figure} {under}".strip())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Press."""
        super().mouseReleaseEvent(event)
        if self._tappable and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Enter or the space bar."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if self._tappable and event.key() in keys and not event.isAutoRepeat():
            self.pressed.emit()
        else:
            super().keyPressEvent(event)
