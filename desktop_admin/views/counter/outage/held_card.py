"""A member as the copy has it."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from desktop_admin.i18n import _, format_instant, format_points
from desktop_admin.models.counter import tier_tone
from desktop_admin.services.names import named
from desktop_admin.services.outage import FoundHeld, Held
from desktop_admin.views import theme
from desktop_admin.views.counter.parts import Avatar, who_line
from desktop_admin.views.widgets.badge import Badge
from desktop_admin.views.widgets.card import Card
from desktop_admin.views.widgets.one_line import OneLine


class HeldCard(Card):
    """A member as the copy has it: name, card, tier, balance, and as of when."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.avatar, self.name, self.tier, self.line = Avatar(), OneLine("title"), Badge(), OneLine("caption")
        self.title, self.figure, self.as_of = QLabel(), QLabel(), QLabel(wordWrap=True)
        theme.mark(self.title, text="label")
        theme.mark(self.figure, text="balance")
        theme.mark(self.as_of, text="caption")
        self.content.setSpacing(10)
        self.content.addLayout(who_line(self.avatar, self.name, (self.tier,), self.line))
        for label in (self.title, self.figure, self.as_of):
            self.content.addWidget(label)

    def say(self, held: Held, found: FoundHeld) -> None:
        """Show a member."""
        tone = tier_tone(held.tier)
        self.avatar.say(held.name, tone)
        self.name.say(held.name)
        self.tier.say(named(held.tier_names) or held.tier, tone)
        self.line.say(held.card_number)
        self.title.setText(_("Balance as of {time}").format(time=format_instant(found.as_of)))
        self.figure.setText(format_points(held.balance))
        self.figure.setAccessibleName(f"{self.title.text()}: {self.figure.text()}")
        self.as_of.setText(
            _("It may have changed since. Redeeming and everything else that spends waits for the server.")
        )
