"""The one box of the counter and the lines it finds: members and orders, as one types."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAction, QColor, QKeyEvent, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop_admin.i18n import _, format_date, format_points
from desktop_admin.models.counter import found_badges, found_line, order_line, short, tier_tone
from desktop_admin.services.counter import Recognised
from desktop_admin.services.members import Found
from desktop_admin.services.redemptions import QueueRow
from desktop_admin.views import theme
from desktop_admin.views.counter.parts import draw_avatar, fonted
from desktop_admin.views.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from desktop_admin.views.screen import Screen

PAUSE = 80  # ms after the last key
HEIGHT = 54  # px
RECORD = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


class CounterBox(QLineEdit):
    """Takes what is typed or scanned; ↑ ↓ and Enter go to the list beneath, Esc empties it."""

    moved = Signal(object)  # +1, -1
    entered = Signal()
    left = Signal()  # Esc in an empty box

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.mark(self, kind="big")
        self.setMaxLength(100)
        self.setClearButtonEnabled(True)
        icon = QAction(self)
        theme.set_icon(icon, "scan-line", "accent", 20)
        self.addAction(icon, QLineEdit.ActionPosition.LeadingPosition)

    def event(self, event: QEvent) -> bool:
        """Ctrl+Z in an empty box is the desk's: the last act, not the last letters."""
        undo = QKeySequence.StandardKey.Undo
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and not self.text()
            and isinstance(event, QKeyEvent)
            and event.matches(undo)
        ):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, go on, empty; a key held down does nothing twice."""
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.entered.emit()
        elif key == Qt.Key.Key_Escape:
            if not event.isAutoRepeat():
                if self.text():
                    self.clear()
                    self.textEdited.emit("")
                else:
                    self.left.emit()
        else:
            super().keyPressEvent(event)


class Hits(QAbstractListModel):
    """What was found: members, then orders."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[Found | QueueRow] = []

    def show(self, rows: list[Found | QueueRow]) -> None:
        """Show these."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Answer how many there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Answer a line: its text for assistive clients, the record for the painter."""
        if not index.isValid():
            return None
        record = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            name = record.name if isinstance(record, Found) else record.number
            return f"{name}, {found_line(record) if isinstance(record, Found) else order_line(record)}"
        return record if role == RECORD else None


class HitDelegate(QStyledItemDelegate):
    """Paints a member or an order that was found."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Answer two lines of room."""
        return QSize(200, theme.current().px(HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint sign, name, badges, detail, balance."""
        record = index.data(RECORD)
        look = theme.current()
        colours = look.colours
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        box = QRectF(option.rect).adjusted(2, 1, -2, -1)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours["selected" if chosen else "hover"]))
            painter.drawRoundedRect(box, 8, 8)
        side = look.px(36)
        sign = QRectF(box.left() + look.px(10), box.center().y() - side / 2, side, side)
        left, right = sign.right() + look.px(12), box.right() - look.px(14)
        if isinstance(record, Found):
            draw_avatar(painter, sign, record.name, tier_tone(record.tier))
            title, detail, badges = record.name, found_line(record), found_badges(record)
            figure = format_points(record.balance)
        else:
            _draw_icon(painter, sign, "package")
            title, detail, badges = f"{record.first_item}", order_line(record), []
            figure = ""
        painter.setFont(fonted(option.font, 17, bold=True))
        wide = painter.fontMetrics().horizontalAdvance(figure)
        painter.setPen(QColor(colours["text"]))
        painter.drawText(box.adjusted(0, 0, -look.px(14), 0), _RIGHT, figure)
        right -= wide + look.px(16)
        _draw_words(painter, QRectF(left, box.top(), right - left, box.height()), title, detail, badges, option)
        painter.restore()


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def _draw_icon(painter: QPainter, box: QRectF, name: str) -> None:
    look = theme.current()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.colours["accent_soft"]))
    painter.drawEllipse(box)
    small = look.px(18)
    picture = theme.pixmap(name, look.colours["accent_strong"], small, 2)
    place = QRectF(box.center().x() - small / 2, box.center().y() - small / 2, small, small)
    painter.drawPixmap(place, picture, QRectF(picture.rect()))


def _draw_words(
    painter: QPainter, room: QRectF, title: str, detail: str, badges: list[tuple[str, str]],
    option: QStyleOptionViewItem,
) -> None:  # fmt: skip
    look = theme.current()
    colours = look.colours
    top = QRectF(room.left(), room.top() + look.px(6), room.width(), look.px(22))
    low = QRectF(room.left(), room.top() + look.px(28), room.width(), look.px(20))
    painter.setFont(fonted(option.font, 12))
    spared = sum(painter.fontMetrics().horizontalAdvance(text) + look.px(22) for text, _tone in badges)
    painter.setFont(fonted(option.font, 14, bold=True))
    painter.setPen(QColor(colours["text"]))
    name = painter.fontMetrics().elidedText(
        " ".join(title.split()), Qt.TextElideMode.ElideRight, max(40, int(top.width()) - spared)
    )
    painter.drawText(top, _LEFT, name)
    left = top.left() + painter.fontMetrics().horizontalAdvance(name) + look.px(8)
    painter.setFont(fonted(option.font, 12))
    for text, tone in badges:
        wide = painter.fontMetrics().horizontalAdvance(text) + look.px(14)
        pill = QRectF(left, top.center().y() - look.px(9), wide, look.px(18))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.get(f"{tone}_soft", colours["sunken"])))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setPen(QPen(QColor(colours[tone])))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        left = pill.right() + look.px(6)
    painter.setPen(QColor(colours["muted"]))
    shown = painter.fontMetrics().elidedText(detail, Qt.TextElideMode.ElideRight, int(low.width()))
    painter.drawText(low, _LEFT, shown)


class Results(QListView):
    """The lines found; never takes the focus from the box."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hits = Hits(self)
        self.setModel(self.hits)
        self.setItemDelegate(HitDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._clicked)

    def show_rows(self, rows: list[Found | QueueRow]) -> None:
        """Show these, the first one marked."""
        self.hits.show(rows)
        if rows:
            self.setCurrentIndex(self.hits.index(0))

    def move_by(self, step: int) -> None:
        """Mark the next line or the one before."""
        count = self.hits.rowCount()
        if count:
            self.setCurrentIndex(self.hits.index((self.currentIndex().row() + step) % count))

    def current(self) -> Found | QueueRow | None:
        """Answer the marked line."""
        row = self.currentIndex().row()
        return self.hits.rows[row] if 0 <= row < len(self.hits.rows) else None

    def _clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(self.hits.rows[index.row()])


class FoundPage(QWidget):
    """The lines found, or what to try instead."""

    enrol_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.results, self.nothing = Results(), EmptyState(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.nothing, 1)
        column.addWidget(self.results, 1)

    def say(self, answer: Recognised, *, may_enrol: bool) -> None:
        """Show an answer."""
        rows: list[Found | QueueRow] = [*answer.members, *answer.orders]
        self.results.show_rows(rows)
        self.results.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        self.nothing.say(
            _("Nothing found for “{text}”").format(text=short(answer.text)),
            _("Try the last four digits of the phone, or part of the name."), icon="text-search",
            action=_("Enrol a member") if may_enrol else "", act=self.enrol_wanted.emit,
        )  # fmt: skip

    def retranslate(self) -> None:
        """Set every text."""
        self.results.setAccessibleName(_("Found"))


Query = Callable[[str], Callable[[Any], Recognised]]


class Finder:
    """Asks while one types; Enter before the answer waits for it and goes on with a single hit only."""

    def __init__(
        self, screen: Screen, box: CounterBox, query: Query, show: Callable[[Recognised], None],
        go: Callable[[Recognised], bool],
    ) -> None:  # fmt: skip
        self._screen, self._box, self._query, self._show, self._go = screen, box, query, show, go
        self._asked = ""
        self._enter = False
        self.answer: Recognised | None = None
        self._timer = QTimer(box, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self.ask)

    def edited(self, text: str) -> None:
        """Something was typed."""
        self._enter = False
        self.answer = None
        self._timer.start() if text.strip() else self._timer.stop()

    def ask(self) -> None:
        """Ask for what the box says."""
        self._timer.stop()
        text = self._box.text().strip()
        if text and text != self._asked:
            self._asked = text
            self._screen.desk.tasks.read(self._screen, "recognise", self._query(text), self._came, self._failed)

    def enter(self) -> bool:
        """Say whether to take the marked line; where no answer is there yet, go on as soon as it is."""
        text = self._box.text().strip()
        if not text:
            return False
        if self.answer is not None and self.answer.text == text:
            return True
        self._enter = True
        self.ask()
        return False

    def forget(self) -> None:
        """Nothing is asked any more."""
        self._timer.stop()
        self._asked, self._enter, self.answer = "", False, None
        self._screen.desk.tasks.forget(self._screen, "recognise")

    def _came(self, answer: Recognised) -> None:
        self._asked = ""
        if answer.text != self._box.text().strip():
            return
        self.answer = answer
        enter, self._enter = self._enter, False
        if not (enter and self._go(answer)):
            self._show(answer)

    def _failed(self, error: Exception) -> None:
        self._asked, self._enter = "", False
        self._screen.desk.notices.report(error)


def ended_words(answer: Recognised) -> str:
    """What to say of a card no longer in force."""
    if not answer.card_state or answer.card_ended is None:
        return ""
    day = format_date(answer.card_ended)
    if answer.card_state == "lost":
        return _("This card was reported lost on {day}.").format(day=day)
    return _("This card was replaced on {day}.").format(day=day)
