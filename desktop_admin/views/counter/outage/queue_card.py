"""What was noted down on this till, beside the counter."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

from desktop_admin.i18n import _, format_money
from desktop_admin.models.outage import ICONS, points_word, queued_detail, state_tone, state_word
from desktop_admin.services.outage import Queued
from desktop_admin.views import theme
from desktop_admin.views.counter.member_card import Lines

SHOWN = 8


class QueueCard(Lines):
    """The newest rows, each with its state in a word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.every = QPushButton(autoDefault=False)
        theme.mark(self.every, kind="link")
        self.head.addWidget(self.every)
        self._rows: tuple[Queued, ...] = ()

    def say(self, rows: tuple[Queued, ...]) -> None:
        """Show them, the newest first."""
        self._rows = rows
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self.set_heading(_("Noted down on this till"))
        self.every.setText(_("Show all (F12)"))
        self.nothing.setText(_("Nothing is noted down."))
        shown = self._rows[::-1][:SHOWN]
        for number, row in enumerate(shown):
            line = self.line(number)
            line.value = row.request
            tone = state_tone(row)
            line.say(
                ICONS[row.state], row.name, queued_detail(row), format_money(row.amount), points_word(row), tone=tone,
                badge=(_(state_word(row)), tone),
            )  # fmt: skip
        self.end(len(shown))
