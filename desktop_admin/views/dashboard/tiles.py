"""Tiles that stand in as many columns as there is room for, in rows without a hole."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop_admin.views import theme


class Tiles(QWidget):
    """Widgets in a grid; `least` is the width of a column in px at 100 %, `wide` how many columns a tile likes.

    Tiles of one width share their rows as evenly as can be (7 in two rows are 4 + 3), and every row is
    filled. A tile that needs more than `least` for its words makes all columns wider.
    """

    def __init__(
        self, tiles: Sequence[tuple[QWidget, int]], *, least: int, most: int, tall: int = 0, space: int = 12
    ) -> None:
        super().__init__()
        self._tiles, self._least, self._most, self._tall = tuple(tiles), least, most, tall
        self._even = all(wide == 1 for _widget, wide in self._tiles)
        self._columns = self._cells = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(space)
        self._arrange(1)
        theme.current().changed.connect(self._fit)

    def minimumSizeHint(self) -> QSize:
        """As narrow as one column."""
        return QSize(theme.current().px(160), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take another number of columns where the width asks for it."""
        super().resizeEvent(event)
        self._fit()

    def fit(self) -> None:
        """Take another number of columns where other words ask for it."""
        self._fit()

    def _fit(self) -> None:
        least, space = theme.current().px(self._least), self._grid.horizontalSpacing()
        if self._even:
            least = max(least, *(widget.minimumSizeHint().width() for widget, _wide in self._tiles))
        columns = max(1, min(self._most, (self.width() + space) // (least + space)))
        if self._even:
            columns = max(_rows(len(self._tiles), columns))
        if columns != self._columns:
            self._arrange(columns)
        for widget, _wide in self._tiles:
            if self._tall:
                widget.setFixedHeight(theme.current().px(self._tall))

    def _arrange(self, columns: int) -> None:
        for widget, _wide in self._tiles:
            self._grid.removeWidget(widget)
        cells = self._arrange_even(columns) if self._even else self._arrange_wide(columns)
        for n in range(max(cells, self._cells)):
            self._grid.setColumnStretch(n, 1 if n < cells else 0)
        self._columns, self._cells = columns, cells

    def _arrange_even(self, columns: int) -> int:
        counts = _rows(len(self._tiles), columns)
        cells = lcm(*counts)
        tiles = iter(self._tiles)
        for row, count in enumerate(counts):
            span = cells // count
            for place in range(count):
                self._grid.addWidget(next(tiles)[0], row, place * span, 1, span)
        return cells

    def _arrange_wide(self, columns: int) -> int:
        row = column = 0
        for widget, likes in self._tiles:
            wide = min(likes, columns)
            if column + wide > columns:
                row, column = row + 1, 0
            self._grid.addWidget(widget, row, column, 1, wide)
            column += wide
        return columns


def _rows(tiles: int, columns: int) -> list[int]:
    """How many tiles each row holds: 7 in at most 5 columns are 4 + 3."""
    rows = -(-tiles // columns)
    each, more = divmod(tiles, rows)
    return [each + (row < more) for row in range(rows)]
