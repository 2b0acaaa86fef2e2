"""What happened, newest first, on one line down the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_admin.views import theme


@dataclass(frozen=True)
class Moment:
    """One thing that happened; texts translated and formatted."""

    when: str
    title: str
    detail: str = ""
    amount: str = ""
    tone: str = "muted"
    icon: str = "circle-dot"
    value: Any = None


class TimeLine(QWidget):
    """Shows moments; `pressed(value)` is left to links inside the details."""

    pressed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch()
        self._rows: list[_Row] = []

    def say(self, moments: Sequence[Moment]) -> None:
        """Show these."""
        while len(self._rows) < len(moments):
            row = _Row(self)
            self._column.insertWidget(len(self._rows), row)
            self._rows.append(row)
        for number, row in enumerate(self._rows):
            row.setVisible(number < len(moments))
            if number < len(moments):
                row.say(moments[number], last=number == len(moments) - 1)


class _Row(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._moment, self._last = Moment("", ""), False
        self._title, self._detail = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self._when, self._amount = QLabel(), QLabel()
        theme.mark(self._title, text="strong")
        theme.mark(self._detail, text="caption")
        theme.mark(self._when, text="caption")
        right = Qt.AlignmentFlag.AlignRight
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._title)
        texts.addWidget(self._detail)
        ends = QVBoxLayout()
        ends.setSpacing(0)
        ends.addWidget(self._amount, 0, right)
        ends.addWidget(self._when, 0, right)
        ends.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.current().px(34), 4, 0, 12)
        row.addLayout(texts, 1)
        row.addLayout(ends)

    def say(self, moment: Moment, *, last: bool) -> None:
        self._moment, self._last = moment, last
        self._title.setText(moment.title)
        self._detail.setText(moment.detail)
        self._detail.setVisible(bool(moment.detail))
        self._when.setText(moment.when)
        self._amount.setText(moment.amount)
        theme.mark(self._amount, text=moment.tone)
        self.setAccessibleName(" ".join(t for t in (moment.when, moment.title, moment.amount, moment.detail) if t))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        size = QSize(look.px(22), look.px(22))
        dot = QRect(0, 4, size.width(), size.height())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._last:
            painter.setPen(QPen(QColor(look.colours["line_strong"]), 1))
            x = dot.center().x() + 0.5
            painter.drawLine(QPointF(x, dot.bottom() + 3), QPointF(x, self.height() + 3))
        painter.setPen(Qt.PenStyle.NoPen)
        ground = look.colours.get(f"{self._moment.tone}_soft", look.colours["sunken"])
        painter.setBrush(QColor(ground))
        painter.drawEllipse(dot)
        inside = look.px(13)
        picture = theme.pixmap(self._moment.icon, look.colours.get(self._moment.tone, look.colours["muted"]), inside, 2)
        gap = (dot.width() - inside) // 2
        painter.drawPixmap(QRect(dot.left() + gap, dot.top() + gap, inside, inside), picture)
        painter.end()
