"""Where a member stands: card at the left, acts at the right; made in small steps while nobody is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_admin.views import theme
from desktop_admin.views.counter.serving import Serving

if TYPE_CHECKING:
    from desktop_admin.views.counter.member_card import CardView

PAUSE = 120  # ms between the steps


class MemberPlace(QWidget):
    """``ahead`` makes it bit by bit, ``whole`` at once; what is made once stays."""

    def __init__(self, serving: Serving, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._serving = serving
        self.view: CardView | None = None
        self._steps: Iterator[Callable[[], object]] = iter(
            (self._make_view, self._make_side, self._join, self._polish_view, self._polish_side)
        )
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
        for step in self._steps:
            if step in (self._polish_view, self._polish_side):
                break
            step()
        assert self.view is not None
        return self.view

    def retranslate(self) -> None:
        """Set every text."""
        if self.view is not None:
            self.view.retranslate()
        if self._serving.side is not None:
            self._serving.side.retranslate()

    def _step(self) -> None:
        step = next(self._steps, None)
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

    def _polish_view(self) -> None:
        assert self.view is not None
        self.view.make_lines()
        _polish(self.view)

    def _polish_side(self) -> None:
        _polish(self._serving.made())


def _polish(widget: QWidget) -> None:
    """Style it before it is shown."""
    for child in (widget, *widget.findChildren(QWidget)):
        child.ensurePolished()
