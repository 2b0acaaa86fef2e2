"""Two groups of controls side by side; one above the other where they do not fit."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QWidget

SPACE = 12


class TwoRows(QWidget):
    """Put controls into `first` and `second`; the one that `grows` takes the room that is left over."""

    def __init__(self, *, grows: int = 1) -> None:
        super().__init__()
        self.first, self.second = QHBoxLayout(), QHBoxLayout()
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._both.setContentsMargins(0, 0, 0, 0)
        for n, side in enumerate((self.first, self.second)):
            self._both.addLayout(side, int(n == grows))
        for layout in (self._both, self.first, self.second):
            layout.setSpacing(SPACE)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break where there is no room."""
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        """Look again when a text or a control changed."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def _arrange(self) -> None:
        needed = self.first.sizeHint().width() + SPACE + self.second.sizeHint().width()
        ways = QBoxLayout.Direction
        way = ways.LeftToRight if needed <= self.width() else ways.TopToBottom
        if self._both.direction() != way:
            self._both.setDirection(way)
            self.updateGeometry()
