"""The queues at the left of the desk: how many wait in each, how old the oldest is."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_admin.i18n import N_, _, format_number
from desktop_admin.models.redemptions import DONE, QUEUES, WORK, Queue, Tally
from desktop_admin.views import theme

ID = Qt.ItemDataRole.UserRole + 1
TALLY = Qt.ItemDataRole.UserRole + 2
ROW, TALL, GROUP = 32, 42, 30  # px
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_GROUPS = ((N_("To do"), WORK), (N_("Done"), DONE))


class QueueList(QListWidget):
    """``chosen(id)`` when another queue is looked at."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tallies: dict[str, Tally] = {}
        theme.mark(self, kind="inset")
        self.setItemDelegate(QueueDelegate(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for title, queues in _GROUPS:
            head = QListWidgetItem(self)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            head.setData(TALLY, title)
            for queue in queues:
                QListWidgetItem(self).setData(ID, queue.id)
        self._size()
        self.currentItemChanged.connect(self._changed)
        theme.current().changed.connect(self._size)

    def current(self) -> str:
        """Answer the queue that is looked at."""
        item = self.currentItem()
        return str(item.data(ID) or "") if item is not None else ""

    def choose(self, queue: str) -> None:
        """Look at a queue without telling; "" at none."""
        self.blockSignals(True)
        self.setCurrentRow(-1)
        for row in range(self.count()):
            if queue and self.item(row).data(ID) == queue:
                self.setCurrentRow(row)
        self.blockSignals(False)

    def move_by(self, step: int) -> None:
        """Go to the next queue or the one before."""
        ids = list(QUEUES)
        at = ids.index(self.current()) if self.current() in ids else 0
        wanted = ids[(at + step) % len(ids)]
        self.choose(wanted)
        self.chosen.emit(wanted)

    def say(self, tallies: Mapping[str, Tally]) -> None:
        """Show how many wait."""
        self._tallies = dict(tallies)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self.setAccessibleName(_("Queues"))
        for row in range(self.count()):
            item = self.item(row)
            queue = QUEUES.get(str(item.data(ID) or ""))
            if queue is None:
                item.setText(_(str(item.data(TALLY))))
                continue
            tally = self._tallies.get(queue.id)
            item.setData(TALLY, tally)
            item.setText(_(queue.title))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _spoken(queue, tally))
            item.setToolTip(_spoken(queue, tally))

    def _size(self) -> None:
        self.setFixedWidth(theme.current().px(190))

    def _changed(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is not None and item.data(ID):
            self.chosen.emit(str(item.data(ID)))


def _spoken(queue: Queue, tally: Tally | None) -> str:
    parts = [_(queue.title)]
    if tally is not None:
        parts.append(format_number(tally.orders))
        if tally.late and not queue.late:
            parts.append(_("{count} late").format(count=format_number(tally.late)))
        if tally.oldest and tally.orders:
            parts.append(_("oldest {age}").format(age=tally.oldest))
    return ", ".join(parts)


class QueueDelegate(QStyledItemDelegate):
    """Paints a queue: icon, title, the age of the oldest, how many."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Answer the height of a line, of one with an age, of a heading."""
        tally = index.data(TALLY)
        px = theme.current().px
        if not index.data(ID):
            return QSize(120, px(GROUP))
        return QSize(120, px(TALL if isinstance(tally, Tally) and tally.orders and tally.oldest else ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint it."""
        look = theme.current()
        colours = look.colours
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect).adjusted(2, 1, -2, -1)
        queue = QUEUES.get(str(index.data(ID) or ""))
        if queue is None:
            painter.setPen(QColor(colours["faint_text"]))
            painter.setFont(_font(option.font, 11, bold=True))
            painter.drawText(box.adjusted(look.px(8), look.px(6), 0, 0), _LEFT, str(index.data()))
            painter.restore()
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            has_keys = chosen and option.state & QStyle.StateFlag.State_HasFocus  # the list beside it looks alike
            painter.setPen(QColor(colours["accent"]) if has_keys else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours["accent_soft" if chosen else "hover"]))
            painter.drawRoundedRect(box, 7, 7)
        self._line(painter, option, index, queue, box.adjusted(look.px(8), 0, -look.px(8), 0), chosen)
        painter.restore()

    def _line(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex,
        queue: Queue, box: QRectF, chosen: bool,
    ) -> None:  # fmt: skip
        look = theme.current()
        colours = look.colours
        tally = index.data(TALLY)
        tally = tally if isinstance(tally, Tally) else Tally()
        waits = bool(tally.orders)
        alarm = queue.late and waits
        side = look.px(16)
        tone = "accent_strong" if chosen else "bad" if alarm else "muted"
        icon = theme.pixmap(queue.icon, colours[tone], side, 2)
        painter.drawPixmap(QRectF(box.left(), box.center().y() - side / 2, side, side), icon, QRectF(icon.rect()))
        left, right = box.left() + side + look.px(9), box.right()
        if queue.counted:
            right = self._count(painter, option, box, tally, alarm) - look.px(6)
        title = QRectF(left, box.top(), right - left, box.height())
        if waits and tally.oldest:
            title = QRectF(left, box.top() + look.px(3), right - left, look.px(18))
            under = QRectF(left, title.bottom(), right - left, look.px(16))
            painter.setFont(_font(option.font, 11))
            painter.setPen(QColor(colours["bad" if tally.late else "muted"]))
            words = _("oldest {age}").format(age=tally.oldest)
            if tally.late:
                words = _("{count} late").format(count=format_number(tally.late)) + f" · {tally.oldest}"
            _draw(painter, under, words)
        painter.setFont(_font(option.font, 13, bold=chosen or alarm))
        painter.setPen(QColor(colours["accent_strong" if chosen else "bad" if alarm else "text"]))
        _draw(painter, title, str(index.data()))

    def _count(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRectF, tally: Tally, alarm: bool
    ) -> float:
        """Paint how many; answers where that begins."""
        look = theme.current()
        colours = look.colours
        painter.setFont(_font(option.font, 12, bold=bool(tally.orders)))
        text = format_number(tally.orders)
        wide = max(painter.fontMetrics().horizontalAdvance(text) + look.px(14), look.px(26))
        tall = look.px(20)
        pill = QRectF(box.right() - wide, box.center().y() - tall / 2, wide, tall)
        if tally.orders:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours["bad_soft" if alarm else "sunken"]))
            painter.drawRoundedRect(pill, tall / 2, tall / 2)
        painter.setPen(QColor(colours["bad" if alarm else "text" if tally.orders else "faint_text"]))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        return pill.left()


def _draw(painter: QPainter, box: QRectF, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, _LEFT, shown)


def _font(base: QFont, size: int, *, bold: bool = False) -> QFont:
    font = QFont(base)
    font.setPixelSize(theme.current().px(size))
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font
