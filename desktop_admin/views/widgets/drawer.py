"""A panel at the right of the content: details of what is chosen in a table."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_admin.i18n import _
from desktop_admin.views import theme
from desktop_admin.views.widgets.scroll_area import ScrollArea


class Drawer(QFrame):
    """Opens beside a table and closes with Esc; put widgets into `content`."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None, *, width: int = 360) -> None:
        super().__init__(parent)
        theme.mark(self, kind="card")
        self._wide = width
        self.heading = QLabel(wordWrap=True)
        theme.mark(self.heading, text="heading")
        self.close_button = QToolButton()
        theme.set_icon(self.close_button, "x", size=16)
        self.close_button.clicked.connect(self.shut)
        self.close_button.setAccessibleName(_("Close"))  # said anew whenever it opens
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        area = ScrollArea(self)
        self.content = QVBoxLayout(area.inside)
        self.content.setContentsMargins(0, 0, 4, 0)
        self.content.setSpacing(12)
        area.viewport().installEventFilter(self)
        self._inside = area.inside
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 12, 12)
        outer.setSpacing(12)
        outer.addLayout(head)
        outer.addWidget(area, 1)
        self._size()
        theme.current().changed.connect(self._size)
        self.hide()

    def open(self, heading: str) -> None:
        """Show it under a translated heading."""
        self.heading.setText(heading)
        self.setAccessibleName(heading)
        self.close_button.setAccessibleName(_("Close"))
        self.close_button.setToolTip(_("Close"))
        self.show()

    def shut(self) -> None:
        """Close it."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is inside stays beside the scroll bar, not under it, when that comes."""
        if event.type() == QEvent.Type.Resize and isinstance(event, QResizeEvent):
            self._inside.setMaximumWidth(event.size().width())
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.shut()
        else:
            super().keyPressEvent(event)

    def _size(self) -> None:
        self.setFixedWidth(theme.current().px(self._wide))
