"""A choice that shows every option with its number: one key picks it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop_admin.views import theme
from desktop_admin.views.widgets.editor import Choices, Editor

ROW = 32  # px
GAP = 5  # px
FEW = 5  # so many stand beneath each other where they are long


class NumberPick(QWidget):
    """Options in one or two columns; 1 to 9 pick, arrows move, a click picks."""

    changed = Signal()
    picked = Signal()  # by a person, also when it is the same again

    def __init__(self, parent: QWidget | None = None, *, columns: int = 2) -> None:
        super().__init__(parent)
        self._columns = columns
        self._choices: list[tuple[Any, str]] = []
        self._row = -1
        self._over = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.updateGeometry)

    def set_choices(self, choices: Sequence[tuple[Any, str]]) -> None:
        """Offer these (texts translated); what was picked stays picked where it is still offered."""
        if list(choices) == self._choices:
            return
        before = self.value()
        self._choices = list(choices)
        self._row = next((n for n, (value, _t) in enumerate(self._choices) if value == before), -1)
        self._speak()
        self.updateGeometry()
        self.update()
        if before != self.value():
            self.changed.emit()

    def value(self) -> Any:
        """Answer what is picked, None when nothing is."""
        return self._choices[self._row][0] if 0 <= self._row < len(self._choices) else None

    def set_value(self, value: Any) -> None:
        """Pick a value; one that is not offered picks none."""
        row = next((n for n, (one, _t) in enumerate(self._choices) if one == value), -1)
        if row != self._row:
            self._row = row
            self._speak()
            self.update()
            self.changed.emit()

    def sizeHint(self) -> QSize:
        """Answer room for every option."""
        rows = -(-len(self._choices) // self._shown_columns())
        look = theme.current()
        return QSize(look.px(220), max(1, rows) * look.px(ROW) + max(0, rows - 1) * look.px(GAP) + 4)

    def minimumSizeHint(self) -> QSize:
        """Answer the same height."""
        return QSize(theme.current().px(120), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick by number, move by arrows; Enter and Esc are the form's."""
        step = {
            Qt.Key.Key_Down: self._shown_columns(), Qt.Key.Key_Up: -self._shown_columns(),
            Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1,
        }.get(Qt.Key(event.key()))  # fmt: skip
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.text() in "123456789" and event.text():
            self._pick(int(event.text()) - 1)
        elif step is not None and self._choices:
            self._pick(min(len(self._choices) - 1, max(0, self._row + step if self._row >= 0 else 0)))
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick what was clicked."""
        row = self._at(event.position().toPoint())
        if row >= 0:
            self._pick(row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up what is under the pointer."""
        row = self._at(event.position().toPoint())
        if row != self._over:
            self._over = row
            self.update()
            if row >= 0:
                QToolTip.showText(event.globalPosition().toPoint(), self._choices[row][1], self)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._over = -1
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the focus left."""
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow one has one column."""
        super().resizeEvent(event)
        if self.sizeHint().height() != self.height():
            self.updateGeometry()

    def _shown_columns(self) -> int:
        look = theme.current()
        if self.width() and self.width() < look.px(260):
            return 1
        few = len(self._choices) <= FEW
        if few and self._columns > 1 and self.width():
            room = self.width() // self._columns - look.px(52)
            if max((self.fontMetrics().horizontalAdvance(text) for _v, text in self._choices), default=0) > room:
                return 1
        return self._columns

    def _pick(self, row: int) -> None:
        if 0 <= row < len(self._choices):
            changed = row != self._row
            self._row = row
            self._speak()
            self.update()
            if changed:
                self.changed.emit()
            self.picked.emit()

    def _speak(self) -> None:
        chosen = self._choices[self._row][1] if 0 <= self._row < len(self._choices) else ""
        options = "; ".join(f"{n} {text}" for n, (_v, text) in enumerate(self._choices, 1))
        self.setAccessibleDescription(f"{chosen} ({options})" if chosen else options)

    def _box(self, row: int) -> QRect:
        look = theme.current()
        columns, gap, tall = self._shown_columns(), look.px(GAP), look.px(ROW)
        wide = (self.width() - 4 - (columns - 1) * gap) // columns
        line, column = divmod(row, columns)
        return QRect(2 + column * (wide + gap), 2 + line * (tall + gap), wide, tall)

    def _at(self, point: QPoint) -> int:
        return next((n for n in range(len(self._choices)) if self._box(n).contains(point)), -1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint every option with its number."""
        look = theme.current()
        colours = look.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self.font()
        strong.setWeight(strong.Weight.DemiBold)
        invalid = bool(self.property("invalid"))
        for row, (_value, text) in enumerate(self._choices):
            box = QRectF(self._box(row)).adjusted(0.5, 0.5, -0.5, -0.5)
            chosen = row == self._row
            edge = "accent" if chosen or (self.hasFocus() and self._row < 0 and row == 0) else "line_strong"
            edge = "bad" if invalid and not chosen else edge
            painter.setPen(QPen(QColor(colours[edge]), 2 if chosen and self.hasFocus() else 1))
            ground = "accent_soft" if chosen else "hover" if row == self._over else "field"
            painter.setBrush(QColor(colours[ground if self.isEnabled() else "window"]))
            painter.drawRoundedRect(box, 6, 6)
            left = box.left() + look.px(8)
            if row < 9:
                cap = QRectF(left, box.center().y() - look.px(9), look.px(18), look.px(18))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colours["accent" if chosen else "sunken"]))
                painter.drawRoundedRect(cap, 4, 4)
                painter.setPen(QColor(colours["on_accent" if chosen else "muted"]))
                painter.setFont(strong)
                painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, str(row + 1))
                left = cap.right() + look.px(8)
            painter.setFont(strong if chosen else self.font())
            painter.setPen(QColor(colours["accent_strong" if chosen else "text"]))
            room = QRectF(left, box.top(), box.right() - look.px(8) - left, box.height())
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.end()


class PickEditor(Editor):
    """One of several, all in sight, picked by number: a field of kind ``pick``."""

    def __init__(self, choices: Choices, parent: QWidget) -> None:
        super().__init__(parent)
        self.widget: NumberPick = NumberPick(parent)
        self.widget.set_choices(choices)
        self.widget.changed.connect(self.changed)

    def value(self) -> Any:
        """Answer the picked value, None when nothing is."""
        return self.widget.value()

    def set_value(self, value: Any) -> None:
        """Pick a value."""
        self.widget.set_value(value)

    def set_choices(self, choices: Choices) -> None:
        """Offer these."""
        self.widget.set_choices(choices)

    def retranslate(self, choices: Choices, title: str) -> None:
        """Set the titles again; choices set later are set again by who set them."""
        from desktop_admin.i18n import _

        if choices:
            self.widget.set_choices([(value, _(text)) for value, text in choices])
