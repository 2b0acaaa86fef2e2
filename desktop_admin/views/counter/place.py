"""Where a member stands: card at the left, acts at the right; made in small steps while nobody is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_admin.views import theme
from desktop_admin.views.counter.serving import Serving

if TYPE_CHECKING:
    from desktop_admin.views.counter.member_card import CardView

PAUSE = 120  # ms between the steps
BATCH = 20  # widgets styled in one step: 5 ms


class MemberPlace(QWidget):
    """``ahead`` makes it bit by bit, ``whole`` at once; what is made once stays."""

    def __init__(self, serving: Serving, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._serving = serving
        self.view: CardView | None = None
        self._needed: Iterator[Callable[[], object]] = iter((self._make_view, self._make_side, self._join))
        self._looks: Iterator[Callable[[], object]] = self._polishing()
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._step)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        self._row = row

    def ahead(self) -> None:
        """Begin, or go on."""
        self._timer.start()

    def whole(self) -> CardView:
        """Make what is still missing."""
        self._timer.stop()
        for step in self._needed:
            step()
        assert self.view is not None
        return self.view

    def retranslate(self) -> None:
        """Set every text."""
        if self.view is not None:
            self.view.retranslate()
        self._serving.retranslate()

    def _step(self) -> None:
        step = next(self._needed, None) or next(self._looks, None)
        if step is not None:
            step()
            self._timer.start()

    def _make_view(self) -> None:
        from desktop_admin.views.counter.member_card import CardView  # when somebody comes

        self.view = CardView()
        self.view.order_pressed.connect(self._serving.press_order)
        self.view.retranslate()

    def _make_side(self) -> None:
        self._serving.made().setMinimumWidth(theme.current().px(330))

    def _join(self) -> None:
        assert self.view is not None
        self._row.addWidget(self.view, 11)
        self._row.addWidget(self._serving.made(), 10)

    def _polishing(self) -> Iterator[Callable[[], object]]:
        assert self.view is not None
        yield from self.view.lines_ahead()
        for part in (self.view, self._serving.made()):
            widgets = [part, *part.findChildren(QWidget)]
            for first in range(0, len(widgets), BATCH):
                yield partial(_polish, widgets[first : first + BATCH])


def _polish(widgets: Sequence[QWidget]) -> None:
    """Style them before they are shown; those that went meanwhile need it no more."""
    for widget in widgets:
        if shiboken6.isValid(widget):
            widget.ensurePolished()
