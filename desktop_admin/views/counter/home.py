"""The counter while nobody stands there: what the box takes, the last members, what waits here."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_date, format_number, ngettext
from desktop_admin.models.counter import price, tier_tone, tier_word
from desktop_admin.services.counter import Recent
from desktop_admin.services.redemptions import QueueRow
from desktop_admin.views import theme
from desktop_admin.views.counter.member_card import Lines
from desktop_admin.views.counter.parts import KeyCap

MOST = 6


class Hint(QFrame):
    """What the one box takes, by example."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.mark(self, kind="card")
        self.heading, self.words = QLabel(), QLabel(wordWrap=True)
        theme.mark(self.heading, text="heading")
        theme.mark(self.words, text="muted")
        self.icon = QLabel()
        self.caps = [KeyCap() for _n in range(4)]
        row = QHBoxLayout()
        row.setSpacing(14)
        for cap in self.caps:
            row.addWidget(cap)
        row.addStretch()
        words = QVBoxLayout()
        words.setSpacing(5)
        words.addWidget(self.heading)
        words.addWidget(self.words)
        words.addLayout(row)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 14)
        layout.setSpacing(16)
        layout.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        theme.current().changed.connect(self._draw)

    def retranslate(self) -> None:
        """Set every text."""
        self.heading.setText(_("Scan a card, or just type"))
        self.words.setText(
            _("Phone, its last four digits, card, name, part of a name, initials (zs finds 张三), an order's number.")
        )
        for cap, (keys, words) in zip(
            self.caps,
            (("Enter", _("goes on")), ("Ctrl+N", _("new member")), ("Alt+1", _("last member")), ("F1", _("all keys"))),
            strict=True,
        ):
            cap.say(keys, words)
        self._draw()

    def _draw(self) -> None:
        look = theme.current()
        self.icon.setPixmap(theme.pixmap("scan-barcode", look.colours["accent_strong"], look.px(34), 2))


class Last(Lines):
    """The members of the last tasks, each one key away."""

    def say(self, rows: tuple[Recent, ...]) -> None:
        """Show them, the newest first."""
        self.set_heading(_("Last members"))
        self.nothing.setText(_("Whoever you serve stands here afterwards."))
        for number, row in enumerate(rows[:MOST]):
            line = self.line(number)
            line.value = row.id
            line.pressable()
            keys = f"Alt+{number + 1}" if number < 3 else ""
            badge = (tier_word(row.tier), tier_tone(row.tier))
            line.say("user", row.name, "", keys, badge=badge, figure_tone="caption")
        self.end(min(len(rows), MOST))


class Waiting(Lines):
    """What can be collected here."""

    def say(self, rows: tuple[QueueRow, ...], today: date) -> None:
        """Show them in the order of the queue."""
        self.set_heading(_("Waiting to be collected here"))
        self.nothing.setText(_("Nothing waits to be collected."))
        for number, row in enumerate(rows[:MOST]):
            item = row.first_item if row.lines == 1 else f"{row.first_item} +{row.lines - 1}"
            days = (today - row.state_since.date()).days
            late = days > 7
            age = ngettext("{count} day", "{count} days", days).format(count=format_number(days)) if days > 0 else ""
            line = self.line(number)
            line.value = row
            line.pressable()
            line.say(
                "package-check", row.member, f"{item} · {row.number}", price(row.points, row.cash),
                age or format_date(row.promised_on), tone="warn" if late else "good", figure_tone="caption",
            )  # fmt: skip
        self.end(min(len(rows), MOST))


class Home(QScrollArea):
    """``member_wanted(id)`` and ``order_wanted(row)`` when a line is clicked."""

    member_wanted = Signal(object)
    order_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hint, self.last, self.waiting = Hint(), Last(), Waiting()
        self._recent: tuple[Recent, ...] = ()
        self._rows: tuple[QueueRow, ...] = ()
        self._today = date.min
        self.last.pressed.connect(self.member_wanted)
        self.waiting.pressed.connect(self.order_wanted)
        inside = QWidget()
        theme.mark(inside, kind="scrolled")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 4, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(16)
        grid.addWidget(self.hint, 0, 0, 1, 2)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.last, 1, 0, top)
        grid.addWidget(self.waiting, 1, 1, top)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(2, 1)
        self.setWidget(inside)

    def say_recent(self, rows: tuple[Recent, ...]) -> None:
        """Show the last members."""
        self._recent = rows
        self.last.say(rows)

    def say_waiting(self, rows: tuple[QueueRow, ...], today: date) -> None:
        """Show what waits here."""
        self._rows, self._today = rows, today
        self.waiting.say(rows, today)

    def retranslate(self) -> None:
        """Set every text."""
        self.setAccessibleName(_("Start of the counter"))
        self.hint.retranslate()
        self.last.say(self._recent)
        self.waiting.say(self._rows, self._today)
