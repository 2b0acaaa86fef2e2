"""The picture of a chart: painted from an image, pointed at, walked through with the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from desktop_admin.services.charts import Drawing, Mark
from desktop_admin.views import theme

_DIRECTIONS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_CHOOSE = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}
_RADIUS = 8.0


class ChartCanvas(QWidget):
    """Paints a drawing on a card; says which mark was chosen by click or by Enter."""

    chosen = Signal(object)  # Mark
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(220, 150)
        self.marks: tuple[Mark, ...] = ()
        self.words = ""
        self._image = QImage()
        self._at = -1
        self._hovered = -1
        self._headline = ""

    def sizeHint(self) -> QSize:
        """A size at which every chart has all its parts."""
        return QSize(520, 340)

    def show_drawing(self, drawing: Drawing) -> None:
        """Show what was drawn; the mark in focus stays when it still exists."""
        key = self._identity(self._at)
        image = QImage(
            drawing.rgba, drawing.width, drawing.height, drawing.width * 4,
            QImage.Format.Format_RGBA8888,
        )  # fmt: skip
        self._image = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        self._image.setDevicePixelRatio(drawing.ratio)
        self.marks, self.words, self._hovered = drawing.marks, "", -1
        same = (i for i in range(len(self.marks)) if key and self._identity(i) == key)
        self._at = next(same, -1)
        self._headline = drawing.headline
        self._describe()
        self.update()

    def show_words(self, words: str) -> None:
        """Show a sentence instead of a picture."""
        self.words, self.marks, self._image = words, (), QImage()
        self._at = self._hovered = -1
        self._headline = words
        self._describe()
        self.update()

    def current(self) -> Mark | None:
        """The mark in focus, else the one under the pointer."""
        at = self._at if self._at >= 0 and self.hasFocus() else self._hovered
        return self.marks[at] if 0 <= at < len(self.marks) else None

    def mark_at(self, x: float, y: float) -> int:
        """The number of the topmost mark at a point in logical pixels, or -1."""
        found = (i for i in reversed(range(len(self.marks))) if self.marks[i].contains(x, y))
        return next(found, -1)

    def _identity(self, at: int) -> tuple[str, str] | None:
        if not 0 <= at < len(self.marks):
            return None
        return self.marks[at].key, self.marks[at].series

    def _describe(self) -> None:
        mark = self.marks[self._at] if 0 <= self._at < len(self.marks) else None
        words = f"{mark.label}: {mark.value}" if mark else self._headline
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
            event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(event)

    def _go(self, at: int) -> None:
        self._at = at
        self._describe()
        self.update()

    def _towards(self, across: int, down: int) -> int:
        """The nearest mark in a direction from the one in focus; the same one at the edge."""
        here = self.marks[self._at]
        x, y = here.left + here.width / 2, here.top + here.height / 2
        best, nearest = self._at, float("inf")
        for number, mark in enumerate(self.marks):
            dx, dy = mark.left + mark.width / 2 - x, mark.top + mark.height / 2 - y
            ahead, aside = (dx * across, abs(dy)) if across else (dy * down, abs(dx))
            if ahead > 0.5 and ahead + 3 * aside < nearest:
                best, nearest = number, ahead + 3 * aside
        return best

    # --- events -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk from mark to mark, Home and End jump, Enter chooses, Escape lets go."""
        key = Qt.Key(event.key())
        if not self.marks:
            super().keyPressEvent(event)
        elif key in _DIRECTIONS:
            self._go(0 if self._at < 0 else self._towards(*_DIRECTIONS[key]))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(0 if key == Qt.Key.Key_Home else len(self.marks) - 1)
        elif key in _CHOOSE and self._at >= 0:
            self.chosen.emit(self.marks[self._at])
        elif key == Qt.Key.Key_Escape and self._at >= 0:
            self._go(-1)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the figure under the pointer."""
        at = self.mark_at(event.position().x(), event.position().y())
        if at != self._hovered:
            self._hovered = at
            shape = Qt.CursorShape.PointingHandCursor if at >= 0 else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            if at >= 0:
                self._at = -1
            self.update()

    def leaveEvent(self, event: object) -> None:
        """Nothing is under the pointer any more."""
        self._hovered = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a mark chooses it."""
        at = self.mark_at(event.position().x(), event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and at >= 0:
            self.chosen.emit(self.marks[at])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture no longer fits."""
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card, the picture, and the mark that is pointed at."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(card, _RADIUS, _RADIUS)
        painter.fillPath(outline, theme.colour("surface"))
        painter.save()
        painter.setClipPath(outline)
        if not self._image.isNull():
            painter.drawImage(QPointF(0, 0), self._image)
        elif self.words:
            painter.setPen(theme.colour("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), flags, self.words)
        painter.restore()
        focused = self.hasFocus()
        pen = QPen(theme.colour("accent" if focused else "line"), 2.0 if focused else 1.0)
        painter.setPen(pen)
        painter.drawPath(outline)
        mark = self.current()
        if mark is not None:
            self._paint_mark(painter, mark)
        painter.end()

    def _paint_mark(self, painter: QPainter, mark: Mark) -> None:
        ring = QRectF(mark.left, mark.top, mark.width, mark.height).adjusted(-1, -1, 1, 1)
        veil = theme.colour("accent")
        veil.setAlpha(34)
        painter.setBrush(veil)
        painter.setPen(QPen(theme.colour("accent"), 1.5))
        painter.drawRoundedRect(ring, 3, 3)
        self._paint_bubble(painter, mark)

    def _paint_bubble(self, painter: QPainter, mark: Mark) -> None:
        strong = self.font()
        strong.setBold(True)
        plain, bold = QFontMetricsF(self.font()), QFontMetricsF(strong)
        most = max(60.0, self.width() - 40.0)
        label = plain.elidedText(mark.label, Qt.TextElideMode.ElideRight, most)
        value = bold.elidedText(mark.value, Qt.TextElideMode.ElideRight, most)
        wide = max(plain.horizontalAdvance(label), bold.horizontalAdvance(value)) + 20
        high = plain.height() + bold.height() + 12
        x = mark.left + mark.width / 2 - wide / 2
        y = mark.top - high - 6
        if y < 4:
            y = min(mark.top + mark.height + 6, self.height() - high - 4)
        x = min(max(4.0, x), self.width() - wide - 4)
        box = QRectF(x, max(4.0, y), wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("tip"))
        painter.drawRoundedRect(box, 5, 5)
        painter.setPen(theme.colour("tip_text"))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
        inner = box.adjusted(10, 6, -10, -6)
        painter.setFont(self.font())
        painter.drawText(inner, flags | Qt.AlignmentFlag.AlignTop, label)
        painter.setFont(strong)
        painter.drawText(inner, flags | Qt.AlignmentFlag.AlignBottom, value)
