"""Small pieces the counter is made of: the member's sign, tiles for acts, lines, a bar."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_admin.views import theme
from desktop_admin.views.widgets.badge import Badge
from desktop_admin.views.widgets.one_line import OneLine

MIDDLE = Qt.AlignmentFlag.AlignVCenter


def fonted(base: QFont, size: int, *, bold: bool = False) -> QFont:
    """Answer a font at a size in pixels at 100 %."""
    font = QFont(base)
    font.setPixelSize(theme.current().px(size))
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def draw_avatar(painter: QPainter, box: QRectF, name: str, tone: str) -> None:
    """Paint the first letter of a name on a round ground."""
    colours = theme.current().colours
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours[f"{tone}_soft"]))
    painter.drawEllipse(box)
    painter.setPen(QColor(colours[tone]))
    font = QFont(painter.font())
    font.setPixelSize(max(8, round(box.height() * 0.44)))
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    letter = next((sign for sign in name if sign.isalnum()), "·")
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter.upper())
    painter.restore()


def draw_key(painter: QPainter, right: float, middle: float, text: str, *, strong: bool = False) -> float:
    """Paint a key's cap that ends at ``right``; answers where it begins."""
    if not text:
        return right
    look = theme.current()
    painter.save()
    painter.setFont(fonted(painter.font(), 11, bold=True))
    wide = painter.fontMetrics().horizontalAdvance(text) + look.px(12)
    tall = painter.fontMetrics().height() + look.px(4)
    box = QRectF(right - wide, middle - tall / 2, wide, tall)
    painter.setPen(QPen(QColor(look.colours["accent" if strong else "line_strong"]), 1))
    painter.setBrush(QColor(look.colours["accent_soft" if strong else "window"]))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor(look.colours["accent_strong" if strong else "muted"]))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return box.left()


class Avatar(QWidget):
    """The first letter of a name, in the colour of the tier."""

    def __init__(self, side: int = 52, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side, self._name, self._tone = side, "", "tier_normal"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def say(self, name: str, tone: str) -> None:
        """Show a name."""
        self._name, self._tone = name, tone
        self.update()

    def sizeHint(self) -> QSize:
        """Answer a square."""
        side = theme.current().px(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        draw_avatar(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), self._name, self._tone)
        painter.end()


def who_line(avatar: Avatar, name: OneLine, badges: Iterable[Badge], line: OneLine) -> QHBoxLayout:
    """Lay out who a member is: the sign, and beside it the name over badges and a line."""
    beneath = QHBoxLayout()
    beneath.setSpacing(6)
    for badge in badges:
        beneath.addWidget(badge)
    beneath.addWidget(line, 1)
    names = QVBoxLayout()
    names.setSpacing(4)
    names.addWidget(name)
    names.addLayout(beneath)
    whole = QHBoxLayout()
    whole.setSpacing(14)
    whole.addWidget(avatar, 0, MIDDLE)
    whole.addLayout(names, 1)
    return whole


class Bar(QWidget):
    """How far the way to the next tier is gone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part, self._whole, self._tone = 0, 1, "accent"
        self.setFixedHeight(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, part: int, whole: int, tone: str = "accent") -> None:
        """Show part of whole."""
        self._part, self._whole, self._tone = max(0, part), max(1, whole), tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        colours = theme.current().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        box = QRectF(self.rect())
        painter.setBrush(QColor(colours["sunken"]))
        painter.drawRoundedRect(box, 3, 3)
        wide = box.width() * min(self._part, self._whole) / self._whole
        if wide > 0:
            painter.setBrush(QColor(colours[self._tone]))
            painter.drawRoundedRect(QRectF(0, 0, max(6.0, wide), box.height()), 3, 3)
        painter.end()


class Tile(QPushButton):
    """A large button for an action: icon, title, key."""

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = action
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.lit = False  # what is most likely wanted
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def light(self, lit: bool) -> None:
        """Say that this is what is most likely wanted."""
        if lit != self.lit:
            self.lit = lit
            self.update()

    def _follow(self) -> None:
        self.setText(self._action.text())
        self.setAccessibleName(self._action.text())
        self.setToolTip(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())
        self.update()

    def sizeHint(self) -> QSize:
        """Answer room for two lines."""
        return QSize(theme.current().px(150), theme.current().px(58))

    def minimumSizeHint(self) -> QSize:
        """Answer the least room."""
        return QSize(theme.current().px(120), theme.current().px(52))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, icon, title, key."""
        look = theme.current()
        colours, able = look.colours, self.isEnabled()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        over = able and (self.underMouse() or self.hasFocus())
        edge = "accent" if over or (self.lit and able) else "line"
        painter.setPen(QPen(QColor(colours[edge]), 1))
        ground = "pressed" if self.isDown() else "accent_soft" if self.lit and able else "hover" if over else "surface"
        painter.setBrush(QColor(colours[ground if able else "window"]))
        painter.drawRoundedRect(box, 8, 8)
        side = look.px(34)
        round_ = QRectF(box.left() + look.px(11), box.center().y() - side / 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours["accent_soft" if able and not self.lit else "surface" if able else "sunken"]))
        painter.drawRoundedRect(round_, 9, 9)
        small = look.px(18)
        icon = theme.pixmap(
            str(self._action.property("icon_name") or "zap"), colours["accent_strong" if able else "faint"], small, 2
        )
        painter.drawPixmap(
            QRectF(round_.center().x() - small / 2, round_.center().y() - small / 2, small, small), icon,
            QRectF(icon.rect()),
        )  # fmt: skip
        keys = self._action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        right = draw_key(painter, box.right() - look.px(10), box.center().y(), keys, strong=self.lit and able)
        painter.setFont(fonted(self.font(), 13, bold=True))
        painter.setPen(QColor(colours["text" if able else "faint"]))
        room = QRectF(round_.right() + look.px(10), box.top(), 0, box.height())
        room.setRight(right - look.px(6))
        painter.drawText(room, int(MIDDLE | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap), self.text())
        painter.end()


class Chip(QFrame):
    """A small figure with its word: pending, expiring soon, owed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.mark(self, kind="notice")
        self._word, self._figure = QLabel(), QLabel()
        theme.mark(self._word, text="caption")
        theme.mark(self._figure, text="strong")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 5, 10, 5)
        row.setSpacing(8)
        row.addWidget(self._word)
        row.addStretch()
        row.addWidget(self._figure)

    def say(self, word: str, figure: str, tone: str = "", tip: str = "") -> None:
        """Show a figure; its tone colours ground and figure, the word says it too."""
        theme.mark(self, tone=tone)
        theme.mark(self._figure, text=tone if tone in ("good", "bad", "warn") else "strong")
        self._word.setText(word)
        self._figure.setText(figure)
        self.setToolTip(escape(tip))
        self.setAccessibleName(f"{word}: {figure}")


class Line(QFrame):
    """A line of a list: icon, title with a badge, detail beneath, a figure at the right; may be pressed."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel()
        self.title, self.detail = OneLine("strong"), OneLine("caption")
        self.badge = Badge()
        self.figure, self.under = QLabel(), QLabel()
        theme.mark(self.figure, text="strong")
        theme.mark(self.under, text="caption")
        right = Qt.AlignmentFlag.AlignRight
        self.figure.setAlignment(right)
        self.under.setAlignment(right)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.title, 1)
        top.addWidget(self.badge)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(top)
        words.addWidget(self.detail)
        figures = QVBoxLayout()
        figures.setSpacing(0)
        figures.addWidget(self.figure)
        figures.addWidget(self.under)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(12)
        row.addWidget(self._icon, 0, MIDDLE)
        row.addLayout(words, 1)
        row.addLayout(figures)
        self._name, self._tone = "", "muted"
        self.value: object = None
        theme.current().changed.connect(self._draw)

    def say(
        self, icon: str, title: str, detail: str, figure: str = "", under: str = "", *, tone: str = "muted",
        badge: tuple[str, str] = ("", "muted"), figure_tone: str = "strong", lit: bool = False,
    ) -> None:  # fmt: skip
        """Show what it says (translated, formatted texts)."""
        self._name, self._tone = icon, tone
        theme.mark(self, kind="notice" if lit else "", tone="good" if lit else "")
        self.title.say(title)
        self.detail.say(detail)
        self.detail.setVisible(bool(detail))
        self.badge.say(*badge)
        self.figure.setText(figure)
        theme.mark(self.figure, text=figure_tone)
        self.under.setText(under)
        self.under.setVisible(bool(under))
        self.setAccessibleName(", ".join(part for part in (title, badge[0], detail, figure, under) if part))
        self._draw()

    def pressable(self) -> None:
        """A click on it means something."""
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Press."""
        super().mouseReleaseEvent(event)
        if self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def _draw(self) -> None:
        look = theme.current()
        self._icon.setPixmap(theme.pixmap(self._name or "circle-dot", look.colours[self._tone], look.px(16), 2))


class KeyCap(QWidget):
    """A key as it is printed on the keyboard, with what it does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys, self._words = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def say(self, keys: str, words: str = "") -> None:
        """Show a key."""
        self._keys, self._words = keys, words
        self.setAccessibleName(f"{keys} {words}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Answer room for both."""
        look = theme.current()
        from PySide6.QtGui import QFontMetrics

        key = QFontMetrics(fonted(self.font(), 11, bold=True)).horizontalAdvance(self._keys) + look.px(14)
        words = QFontMetrics(fonted(self.font(), 12)).horizontalAdvance(self._words)
        return QSize(key + (words + look.px(6) if words else 0), look.px(22))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(fonted(self.font(), 11, bold=True))
        end = painter.fontMetrics().horizontalAdvance(self._keys) + look.px(13)
        draw_key(painter, end, self.height() / 2, self._keys)
        painter.setFont(fonted(self.font(), 12))
        painter.setPen(QColor(look.colours["muted"]))
        room = QRectF(end + look.px(6), 0, self.width() - end, self.height())
        painter.drawText(room, MIDDLE | Qt.AlignmentFlag.AlignLeft, self._words)
        painter.end()


__all__ = ["Avatar", "Bar", "Chip", "KeyCap", "Line", "Tile", "draw_avatar", "draw_key", "fonted"]
