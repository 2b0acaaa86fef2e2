"""Lines of a list: an icon, a title, a detail in grey, keys at the right."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from desktop_admin.views import theme

DETAIL = Qt.ItemDataRole.UserRole + 11
KEYS = Qt.ItemDataRole.UserRole + 12
ICON = Qt.ItemDataRole.UserRole + 13
HEIGHT = 36  # px


def line(title: str, detail: str = "", keys: str = "", icon: str = "") -> QListWidgetItem:
    """Make a line; all texts are translated."""
    item = QListWidgetItem(title)
    item.setData(DETAIL, detail)
    item.setData(KEYS, keys)
    item.setData(ICON, icon)
    spoken = ", ".join(part for part in (title, detail, keys) if part)
    item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
    return item


class LineDelegate(QStyledItemDelegate):
    """Paints a line."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Answer one line's height."""
        return QSize(100, theme.current().px(HEIGHT))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint ground, icon, title, detail, keys."""
        look = theme.current()
        colours = look.colours
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        box = option.rect.adjusted(2, 1, -2, -1)
        if chosen or over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours["accent_soft" if chosen else "hover"]))
            painter.drawRoundedRect(box, 6, 6)
        inside = box.adjusted(look.px(10), 0, -look.px(10), 0)
        icon = str(index.data(ICON) or "")
        side = look.px(16)
        if icon:
            tone = colours["accent_strong" if chosen else "muted"]
            place = QRect(inside.left(), inside.center().y() - side // 2, side, side)
            painter.drawPixmap(place, theme.pixmap(icon, tone, side, 2))
            inside.setLeft(inside.left() + side + look.px(10))
        middle = Qt.AlignmentFlag.AlignVCenter
        keys = str(index.data(KEYS) or "")
        if keys:
            painter.setPen(QColor(colours["muted"]))
            painter.drawText(inside, Qt.AlignmentFlag.AlignRight | middle, keys)
            inside.setRight(inside.right() - painter.fontMetrics().horizontalAdvance(keys) - 12)
        title = str(index.data() or "")
        painter.setPen(QColor(colours["accent_strong" if chosen else "text"]))
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | middle, title)
        inside.setLeft(inside.left() + painter.fontMetrics().horizontalAdvance(title) + look.px(12))
        painter.setPen(QColor(colours["muted"]))
        detail = painter.fontMetrics().elidedText(
            str(index.data(DETAIL) or ""), Qt.TextElideMode.ElideRight, max(0, inside.width())
        )
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | middle, detail)
        painter.restore()
