"""The list of offers at the counter: pictures, prices, how many are here and how many are wanted."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_admin.i18n import format_number
from desktop_admin.models.counter import offer_words, price
from desktop_admin.services.counter import OfferRow
from desktop_admin.views import theme
from desktop_admin.views.counter.parts import fonted

HEIGHT = 56  # px
OFFER = Qt.ItemDataRole.UserRole + 1
COUNT = Qt.ItemDataRole.UserRole + 2
PICTURE = Qt.ItemDataRole.UserRole + 3
Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Basket(QAbstractListModel):
    """The offers that fit what was typed, and how many of each are wanted."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.every: tuple[OfferRow, ...] = ()
        self.rows: list[OfferRow] = []
        self.wanted: dict[int, int] = {}
        self.pictures: dict[int, QImage] = {}

    def show(self, rows: tuple[OfferRow, ...], text: str) -> None:
        """Show the offers whose name or code holds the text."""
        self.every = rows
        typed = text.strip().casefold()
        self.beginResetModel()
        self.rows = [r for r in rows if typed in r.name.casefold() or typed in (r.barcode, r.code.casefold())]
        self.endResetModel()

    def add(self, row: OfferRow, step: int) -> None:
        """Want one more, or one less."""
        count = max(0, self.wanted.get(row.offer_id, 0) + step)
        if count:
            self.wanted[row.offer_id] = count
        else:
            self.wanted.pop(row.offer_id, None)
        self.dataChanged.emit(self.index(0), self.index(max(0, len(self.rows) - 1)))
        self.changed.emit()

    def sums(self) -> tuple[int, int, int]:
        """Answer pieces, points, and cash in minor units."""
        rows = {row.offer_id: row for row in self.every}
        pieces = sum(self.wanted.values())
        points = sum(rows[one].points * count for one, count in self.wanted.items() if one in rows)
        cash = sum(rows[one].cash * count for one, count in self.wanted.items() if one in rows)
        return pieces, points, cash

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Answer how many there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Answer a line."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{row.name}, {price(row.points, row.cash)}, {offer_words(row)[0]}"
        if role == COUNT:
            return self.wanted.get(row.offer_id, 0)
        if role == PICTURE:
            return self.pictures.get(row.item_id)
        return row if role == OFFER else None


class OfferDelegate(QStyledItemDelegate):
    """Paints an offer: picture, name, price, how many are here, how many are wanted."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Answer two lines of room."""
        return QSize(200, theme.current().px(HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint it."""
        row, count = index.data(OFFER), int(index.data(COUNT) or 0)
        look = theme.current()
        colours = look.colours
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        box = QRectF(option.rect).adjusted(1, 1, -1, -1)
        if chosen or count or option.state & QStyle.StateFlag.State_MouseOver:
            ground = "selected" if chosen else "accent_soft" if count else "hover"
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours[ground]))
            painter.drawRoundedRect(box, 8, 8)
        side = look.px(42)
        frame = QRectF(box.left() + look.px(7), box.center().y() - side / 2, side, side)
        _draw_picture(painter, frame, index.data(PICTURE))
        right = box.right() - look.px(12)
        if count:
            painter.setFont(fonted(option.font, 13, bold=True))
            text = f"× {format_number(count)}"
            wide = painter.fontMetrics().horizontalAdvance(text) + look.px(16)
            pill = QRectF(right - wide, box.center().y() - look.px(12), wide, look.px(24))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours["accent"]))
            painter.drawRoundedRect(pill, 12, 12)
            painter.setPen(QColor(colours["on_accent"]))
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
            right = pill.left() - look.px(10)
        words, tone = offer_words(row)
        left = frame.right() + look.px(12)
        top = QRectF(left, box.top() + look.px(7), right - left, look.px(20))
        low = QRectF(left, box.top() + look.px(28), right - left, look.px(20))
        painter.setFont(fonted(option.font, 13, bold=True))
        painter.setPen(QColor(colours["faint" if row.why_not else "text"]))
        fit = painter.fontMetrics().elidedText
        painter.drawText(top, _LEFT, fit(" ".join(row.name.split()), Qt.TextElideMode.ElideRight, int(top.width())))
        painter.setFont(fonted(option.font, 12))
        painter.setPen(QColor(colours[tone]))
        painter.drawText(low, _RIGHT, words)
        spared = painter.fontMetrics().horizontalAdvance(words) + look.px(10)
        painter.setFont(fonted(option.font, 12, bold=True))
        painter.setPen(QColor(colours["muted" if row.why_not else "accent_strong"]))
        fit = painter.fontMetrics().elidedText
        shown = fit(price(row.points, row.cash), Qt.TextElideMode.ElideRight, int(low.width()) - spared)
        painter.drawText(low, _LEFT, shown)
        painter.restore()


def _draw_picture(painter: QPainter, frame: QRectF, image: QImage | None) -> None:
    look = theme.current()
    path = QPainterPath()
    path.addRoundedRect(frame, 7, 7)
    painter.fillPath(path, QColor(look.colours["sunken"]))
    if image is None or image.isNull():
        small = look.px(18)
        icon = theme.pixmap("gift", look.colours["faint"], small, 2)
        place = QRectF(frame.center().x() - small / 2, frame.center().y() - small / 2, small, small)
        painter.drawPixmap(place, icon, QRectF(icon.rect()))
        return
    painter.save()
    painter.setClipPath(path)
    size = image.size().scaled(frame.size().toSize(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    place = QRectF(0, 0, size.width(), size.height())
    place.moveCenter(frame.center())
    painter.drawImage(place, image)
    painter.restore()
    painter.setPen(QPen(QColor(look.colours["line"]), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


class OfferBox(QLineEdit):
    """Letters filter, ↑ ↓ move, + and − count, Enter takes."""

    moved = Signal(object)
    counted = Signal(object)
    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave to the list what is the list's."""
        key, blank = event.key(), not self.text()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.entered.emit()
        elif key == Qt.Key.Key_Plus or (key == Qt.Key.Key_Minus and blank):
            self.counted.emit(1 if key == Qt.Key.Key_Plus else -1)
        else:
            super().keyPressEvent(event)
