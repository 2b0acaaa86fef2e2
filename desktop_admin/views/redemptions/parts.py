"""Small pieces of an order's panel: the way it goes, a line with its picture, a person."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_number, ngettext
from desktop_admin.models.members import order_state
from desktop_admin.models.redemptions import price_text
from desktop_admin.services.redemptions import Detail, LineDetail
from desktop_admin.views import theme
from desktop_admin.views.widgets.badge import Badge
from desktop_admin.views.widgets.image_view import ImageView
from desktop_admin.views.widgets.one_line import OneLine


class Track(QWidget):
    """The states an order goes through, as dots on a line; the present one is named and filled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._states: tuple[str, ...] = ()
        self._at, self._ended = -1, False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.updateGeometry)

    def say(self, states: Sequence[str], state: str) -> None:
        """Show where on its way an order is."""
        self._states = tuple(states)
        self._ended = state in ("cancelled", "returned")
        self._at = self._states.index(state) if state in self._states else -1
        words = [_(order_state(one)[0]) for one in self._states]
        self.setAccessibleName(" → ".join(words))
        self.setAccessibleDescription(_(order_state(state)[0]))
        self.setVisible(not self._ended and self._at >= 0)
        self.update()

    def sizeHint(self) -> QSize:
        """Answer a line of dots and a line of words."""
        px = theme.current().px
        return QSize(px(240), px(44))

    def minimumSizeHint(self) -> QSize:
        """Answer the same height."""
        return QSize(theme.current().px(160), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        look = theme.current()
        colours = look.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        count = max(1, len(self._states))
        step, radius, y = self.width() / count, look.px(5), look.px(12)
        font = QFont(self.font())
        font.setPixelSize(look.px(11))
        for n, state in enumerate(self._states):
            x = step * (n + 0.5)
            if n:
                painter.setPen(QPen(QColor(colours["accent" if n <= self._at else "line_strong"]), 2))
                painter.drawLine(QPointF(x - step + radius + 4, y), QPointF(x - radius - 4, y))
            now = n == self._at
            painter.setPen(QPen(QColor(colours["accent" if n <= self._at else "line_strong"]), 2))
            painter.setBrush(QColor(colours["accent" if n <= self._at else "surface"]))
            painter.drawEllipse(QPointF(x, y), radius, radius)
            if now:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(colours["accent_ring"]), 2))
                painter.drawEllipse(QPointF(x, y), radius + 3, radius + 3)
            font.setWeight(QFont.Weight.DemiBold if now else QFont.Weight.Normal)
            painter.setFont(font)
            painter.setPen(QColor(colours["accent_strong" if now else "muted"]))
            word = painter.fontMetrics().elidedText(
                _(order_state(state)[0]), Qt.TextElideMode.ElideRight, int(step) - 2
            )
            room = QRectF(step * n, y + look.px(10), step, look.px(18))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, word)
        painter.end()


class LineView(QWidget):
    """One line of an order: picture, name, where it lies, how many, its price and its own state."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.picture = ImageView(self, side=44)
        self.picture.setFixedSize(self.picture.sizeHint())
        self.name, self.where = OneLine("strong"), OneLine("caption")
        self.count, self.price, self.state = QLabel(), QLabel(), Badge()
        theme.mark(self.count, text="strong")
        theme.mark(self.price, text="caption")
        right = Qt.AlignmentFlag.AlignRight
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.name)
        words.addWidget(self.where)
        words.addWidget(self.state, 0, Qt.AlignmentFlag.AlignLeft)
        words.addStretch()
        ends = QVBoxLayout()
        ends.setSpacing(1)
        ends.addWidget(self.count, 0, right)
        ends.addWidget(self.price, 0, right)
        ends.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addLayout(ends)

    def say(self, line: LineDetail, order: Detail) -> None:
        """Show a line."""
        self.name.say(line.name)
        shelf = _("Shelf {shelf}").format(shelf=line.shelf) if line.shelf else ""
        self.where.say(" · ".join(part for part in (shelf, line.code) if part))
        self.count.setText(f"× {format_number(line.quantity)}")
        self.price.setText(price_text(line.points, line.cash))
        text, tone = order_state(line.state)
        if line.undone and line.pieces:
            self.state.say(
                ngettext("{count} piece undone", "{count} pieces undone", line.undone).format(count=line.undone), "warn"
            )
        else:
            self.state.say(_(text) if line.state != order.state else "", tone)
        self.setAccessibleName(f"{line.name} × {line.quantity}, {self.where.whole()}, {_(text)}")

    def show_picture(self, image: QImage | None) -> None:
        """Show the item's picture; None: it has none."""
        self.picture.set_image(image if image is not None else QImage())


class Rule(QWidget):
    """A heading with a line beneath the parts of a panel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        theme.mark(self.label, text="label")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 0)
        row.addWidget(self.label)

    def say(self, text: str) -> None:
        """Name the part."""
        self.label.setText(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line above."""
        painter = QPainter(self)
        painter.setPen(QPen(QColor(theme.current().colours["line"]), 1))
        painter.drawLine(QPointF(0, 0.5), QPointF(self.width(), 0.5))
        painter.end()
