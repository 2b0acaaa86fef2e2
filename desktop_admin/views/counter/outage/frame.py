"""How the counter stands while the server is away."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop_admin.views.counter.outage.held_card import HeldCard
from desktop_admin.views.counter.outage.queue_card import QueueCard
from desktop_admin.views.counter.search import CounterBox, Results
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.card import Card
from desktop_admin.views.widgets.empty_state import EmptyState
from desktop_admin.views.widgets.scroll_area import ScrollArea


class OutageFrame(QWidget):
    """A banner, the box, who was found or stands there, and the queue beside."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.banner, self.notice = Banner(self), Banner(self)
        self.notice.hide()
        self.box, self.results, self.empty = CounterBox(), Results(), EmptyState(self)
        self.card, self.hand, self.queue = HeldCard(), Card(), QueueCard()
        for card in (self.hand, self.queue):
            card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._lay_out()

    def _lay_out(self) -> None:
        self.member = QWidget()
        both = QVBoxLayout(self.member)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(12)
        both.addWidget(self.card)
        both.addWidget(self.hand)
        both.addStretch()
        self.pages = QStackedWidget()
        self.standing = _scrolled(self.member)
        for page in (self.empty, self.results, self.standing):
            self.pages.addWidget(page)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.addWidget(self.pages, 0, 0)
        grid.addWidget(_scrolled(self.queue, top=True), 0, 1)
        grid.setColumnStretch(0, 11)
        grid.setColumnStretch(1, 10)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.banner)
        column.addWidget(self.box)
        column.addWidget(self.notice)
        column.addLayout(grid, 1)


def _scrolled(widget: QWidget, *, top: bool = False) -> QScrollArea:
    """What may be higher than a small window."""
    area = ScrollArea()
    column = QVBoxLayout(area.inside)
    column.setContentsMargins(0, 0, 4, 0)
    column.addWidget(widget)
    if top:
        column.addStretch()
    return area
