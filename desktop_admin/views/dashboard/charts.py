"""The dashboard's charts: the first ones at once, the others one per turn of the event loop."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_admin.services.metrics import Dashboard
from desktop_admin.views.dashboard.pictures import PICTURES, Picture
from desktop_admin.views.dashboard.tiles import Tiles
from desktop_admin.views.widgets.chart_view import ChartView

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk

AT_ONCE = 2  # charts that are seen without scrolling


class Charts(QWidget):
    """Eight charts made together would hold up the window; those below the first sight come after the figures."""

    chosen = Signal(object, object)  # Picture, Mark
    exported = Signal(object, str)  # ChartView, the path

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._board: Dashboard | None = None
        self.views: dict[str, ChartView] = {}
        self._later = list(PICTURES[AT_ONCE:])
        for picture in PICTURES[:AT_ONCE]:
            self._make(picture)
        self._step = QTimer(self, interval=0)
        self._step.timeout.connect(self._make_next)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(12)
        self._add(PICTURES[:AT_ONCE], tall=284)

    def show_board(self, board: Dashboard) -> None:
        """Show other figures; what was not yet made is made now."""
        self._board = board
        self._draw(PICTURES)
        if self._later:
            self._step.start()

    def _make(self, picture: Picture) -> None:
        view = self.views[picture.id] = ChartView(self._desk.tasks)
        view.canvas.setAccessibleName(picture.id)  # until it has figures, and with them a title
        view.chosen.connect(partial(self.chosen.emit, picture))
        view.exported.connect(partial(self.exported.emit, view))
        view.failed.connect(self._desk.notices.report)

    def _make_next(self) -> None:
        if self._later:
            self._make(self._later.pop(0))
            return
        self._step.stop()
        self._add(PICTURES[AT_ONCE:], tall=300)
        self._draw(PICTURES[AT_ONCE:])

    def _add(self, pictures: Sequence[Picture], *, tall: int) -> None:
        self._rows.addWidget(Tiles([(self.views[p.id], p.wide) for p in pictures], least=310, most=3, tall=tall))

    def _draw(self, pictures: Sequence[Picture]) -> None:
        for picture in pictures:
            if self._board is not None and picture.id in self.views:
                self.views[picture.id].set_chart(partial(picture.make, self._board))
