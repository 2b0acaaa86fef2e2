"""Tiles that stand in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop_admin.views import theme


class Tiles(QWidget):
    """Widgets in a grid; `least` is the width of a column in px at 100 %, `wide` how many columns a tile likes."""

    def __init__(self, tiles: Sequence[tuple[QWidget, int]], *, least: int, most: int, tall: int = 0) -> None:
        super().__init__()
        self._tiles, self._least, self._most, self._tall = tuple(tiles), least, most, tall
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(12)
        self._arrange(1)
        theme.current().changed.connect(self._fit)

    def minimumSizeHint(self) -> QSize:
        """As narrow as one column."""
        return QSize(theme.current().px(160), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take another number of columns where the width asks for it."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        columns = max(1, min(self._most, (self.width() + 12) // (theme.current().px(self._least) + 12)))
        if all(wide == 1 for _widget, wide in self._tiles):  # rows as even as can be: 3 + 3, not 4 + 2
            rows = -(-len(self._tiles) // columns)
            columns = -(-len(self._tiles) // rows)
        if columns != self._columns:
            self._arrange(columns)
        for widget, _wide in self._tiles:
            if self._tall:
                widget.setFixedHeight(theme.current().px(self._tall))

    def _arrange(self, columns: int) -> None:
        for widget, _wide in self._tiles:
            self._grid.removeWidget(widget)
        row = column = 0
        for widget, likes in self._tiles:
            wide = min(likes, columns)
            if column + wide > columns:
                row, column = row + 1, 0
            self._grid.addWidget(widget, row, column, 1, wide)
            column += wide
        for n in range(max(columns, self._columns)):
            self._grid.setColumnStretch(n, 1 if n < columns else 0)
        self._columns = columns
