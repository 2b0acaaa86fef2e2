"""The catalog as cards: a picture, a name, a price, what is there."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QImage, QKeyEvent, QPainter, QPainterPath, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_admin.i18n import _
from desktop_admin.models.catalog import price_words, stock_words
from desktop_admin.models.records import RECORD_ROLE, RecordModel
from desktop_admin.services import catalog
from desktop_admin.services.catalog import ItemRow
from desktop_admin.views import theme
from desktop_admin.views.widgets.image_view import read_image

if TYPE_CHECKING:
    from desktop_admin.views.screen import Screen

MOST_KEPT = 1000  # thumbnails
WIDTH, HEIGHT = 168, 212  # px of a card


class Thumbnails(QObject):
    """Small pictures of items, asked for in bunches and kept by their digest."""

    came = Signal()

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._screen = screen
        self._kept: OrderedDict[str, QPixmap] = OrderedDict()
        self._wanted: dict[int, str] = {}
        self._asked: dict[int, str] = {}
        self._timer = QTimer(self, singleShot=True, interval=15)
        self._timer.timeout.connect(self._ask)

    def of(self, row: ItemRow) -> QPixmap | None:
        """The picture of an item, None where there is none or it is on its way."""
        if not row.picture:
            return None
        if row.picture in self._kept:
            self._kept.move_to_end(row.picture)
            return self._kept[row.picture]
        if self._asked.get(row.id) != row.picture:
            self._wanted[row.id] = row.picture
            if not self._asked:
                self._timer.start()
        return None

    def _ask(self) -> None:
        self._asked, self._wanted = self._wanted, {}
        query = partial(catalog.thumbnails, item_ids=tuple(self._asked))
        self._screen.ask("thumbnails", query, self._came, quiet=True)

    def _came(self, found: dict[int, bytes]) -> None:
        asked, self._asked = self._asked, {}
        for item_id, digest in asked.items():
            image = read_image(found[item_id]) if item_id in found else QImage()
            self._kept[digest] = QPixmap.fromImage(image) if not image.isNull() else QPixmap()
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        self.came.emit()
        if self._wanted:
            self._timer.start()


class CardDelegate(QStyledItemDelegate):
    """Paints an item as a card."""

    def __init__(self, pictures: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self.width = 0  # of a card, so that cards fill a row; 0: as wide as they are at least

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Answer one card with the gap around it."""
        look = theme.current()
        return QSize(self.width or look.px(WIDTH), look.px(HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint frame, picture, name, price, stock."""
        row = index.data(RECORD_ROLE)
        if not isinstance(row, ItemRow):
            return
        look = theme.current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        card = QRectF(option.rect).adjusted(6, 6, -6, -6)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        edge = look.colours["accent" if chosen else "line_strong" if over else "line"]
        frame = QPainterPath()
        frame.addRoundedRect(card, 10, 10)
        painter.fillPath(frame, QColor(look.colours["accent_soft" if chosen else "surface"]))
        self._picture(painter, card, row)
        pen = painter.pen()
        pen.setColor(QColor(edge))
        pen.setWidthF(2.0 if chosen else 1.0)
        painter.setPen(pen)
        painter.drawPath(frame)
        self._words(painter, card, row)
        painter.restore()

    def _picture(self, painter: QPainter, card: QRectF, row: ItemRow) -> None:
        look = theme.current()
        inside = card.adjusted(8, 8, -8, 0)
        inside.setHeight(look.px(108))
        clip = QPainterPath()
        clip.addRoundedRect(inside, 6, 6)
        painter.fillPath(clip, QColor(look.colours["sunken"]))
        picture = self._pictures.of(row)
        if picture is None or picture.isNull():
            side = look.px(28)
            icon = {"voucher": "ticket", "service": "sparkles"}.get(row.kind, "gift")
            drawn = theme.pixmap(icon, look.colours["faint"], side, 2)
            box = QRectF(0, 0, side, side)
            box.moveCenter(inside.center())
            painter.drawPixmap(box, drawn, QRectF(drawn.rect()))
            return
        painter.save()
        painter.setClipPath(clip)
        if not row.visible:
            painter.setOpacity(0.45)
        filling = Qt.AspectRatioMode.KeepAspectRatioByExpanding
        size = picture.size().scaled(inside.size().toSize(), filling)
        box = QRectF(0, 0, size.width(), size.height())
        box.moveCenter(inside.center())
        painter.drawPixmap(box, picture, QRectF(picture.rect()))
        painter.restore()

    def _words(self, painter: QPainter, card: QRectF, row: ItemRow) -> None:
        look = theme.current()
        left = card.adjusted(10, look.px(122), -10, -8).toRect()
        line = painter.fontMetrics().height() + 2
        strong = QFont(painter.font())
        strong.setWeight(QFont.Weight.DemiBold)
        painter.setFont(strong)
        _line(painter, left, 0, row.name, look.colours["text" if row.visible else "muted"])
        strong.setWeight(QFont.Weight.Normal)
        painter.setFont(strong)
        _line(painter, left, line, price_words(row), look.colours["accent_strong" if row.offers else "muted"])
        words, tone = (_("Hidden"), "muted") if not row.visible else stock_words(row)
        _line(painter, left, 2 * line, words, look.colours[tone])


def _line(painter: QPainter, box: QRect, down: int, text: str, colour: str) -> None:
    painter.setPen(QColor(colour))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box.left(), box.top() + down + painter.fontMetrics().ascent(), shown)


class ItemGrid(QListView):
    """Cards of a table's records; `opened(record)` with Enter or a double click."""

    opened = Signal(object)

    def __init__(self, model: RecordModel[Any], pictures: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.cards = CardDelegate(pictures, self)
        self.setItemDelegate(self.cards)
        self.setModel(model)
        self.records = model
        pictures.came.connect(self.viewport().update)
        self.activated.connect(self._activated)
        theme.current().changed.connect(self._sizes)

    def current(self) -> Any:
        """Answer the record of the current card."""
        return self.records.record(self.currentIndex().row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter; a held Enter opens once."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._activated(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _activated(self, index: QModelIndex) -> None:
        record = self.records.record(index.row()) if index.isValid() else None
        if record is not None:
            self.opened.emit(record)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the cards fill the row; room for the scroll bar is always kept."""
        self._sizes()
        super().resizeEvent(event)

    def _sizes(self) -> None:
        look = theme.current()
        room = self.width() - self.verticalScrollBar().sizeHint().width() - 2 * self.frameWidth() - look.px(4)
        self.cards.width = room // max(1, room // look.px(WIDTH)) - 1
        self.scheduleDelayedItemsLayout()
