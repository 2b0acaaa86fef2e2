"""The head of a member's page: who it is, what they have, what to know."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_date, format_money, format_points
from desktop_admin.models.members import TIER_TONES
from desktop_admin.services.members import MemberCard
from desktop_admin.views import theme
from desktop_admin.views.members import words
from desktop_admin.views.widgets.badge import Badge
from desktop_admin.views.widgets.card import KeyFigure
from desktop_admin.views.widgets.one_line import OneLine


class Head(QWidget):
    """Shows a member card; ``back`` when the way back is pressed."""

    back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card: MemberCard | None = None
        self.back_button = QToolButton()
        theme.set_icon(self.back_button, "arrow-left")
        self.back_button.clicked.connect(self.back)
        self.name = OneLine("title")
        self.tier, self.state, self.birthday = Badge(), Badge(), Badge()
        self.line, self.standing, self.remark = OneLine("muted"), OneLine("caption"), OneLine("")
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(theme.SPACE)
        self.figures = [KeyFigure() for _n in range(4)]
        self._lay_out()

    def _lay_out(self) -> None:
        badges = QHBoxLayout()
        badges.setSpacing(theme.SPACE)
        for badge in (self.tier, self.state, self.birthday):
            badges.addWidget(badge)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE)
        top.addWidget(self.back_button)
        top.addWidget(self.name, 1)
        top.addLayout(badges)
        top.addLayout(self.buttons)
        figures = QGridLayout()
        figures.setHorizontalSpacing(12)
        for number, figure in enumerate(self.figures):
            figures.addWidget(figure, 0, number)
            figures.setColumnStretch(number, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(top)
        under = QVBoxLayout()
        under.setSpacing(2)
        under.setContentsMargins(theme.current().px(40), 0, 0, 0)
        for label in (self.line, self.standing, self.remark):
            under.addWidget(label)
        layout.addLayout(under)
        layout.addLayout(figures)

    def retranslate(self) -> None:
        """Set every text."""
        self.back_button.setAccessibleName(_("Back to the list"))
        self.back_button.setToolTip(_("Back to the list"))
        if self.card is not None:
            self.say(self.card)

    def say(self, card: MemberCard) -> None:
        """Show a member."""
        self.card = card
        self.name.say(card.name)
        self.tier.say(words.tier_name(card), TIER_TONES.get(card.tier, "tier_normal"))
        self._say_state(card)
        text, tone = words.birthday_line(card)
        self.birthday.say(text if tone == "good" else "", tone)
        facts = [
            card.card_number, card.phone, card.branch,
            _("member since {day}").format(day=format_date(card.enrolled_on)),
            text if tone == "caption" else "",
        ]  # fmt: skip
        self.line.say(" · ".join(fact for fact in facts if fact))
        text, tone = words.standing_line(card)
        spent = _("{spent} spent in 12 months").format(spent=format_money(card.spend))
        self.standing.say(f"{spent} · {text}")
        theme.mark(self.standing, text=tone)
        self.remark.say(card.remark)
        self.remark.setVisible(bool(card.remark))
        self._say_figures(card)

    def _say_state(self, card: MemberCard) -> None:
        if card.closed_on:
            self.state.say(_("Closed on {day}").format(day=format_date(card.closed_on)), "bad")
        elif card.earn_frozen and card.spend_frozen:
            self.state.say(_("Earning and spending stopped"), "info")
        elif card.earn_frozen or card.spend_frozen:
            self.state.say(_("Earning stopped") if card.earn_frozen else _("Spending stopped"), "info")
        else:
            self.state.say("")
        self.state.setToolTip("")
        self.state.setAccessibleDescription(card.earn_frozen or card.spend_frozen)

    def _say_figures(self, card: MemberCard) -> None:
        available, pending, expiring, owed = self.figures
        balance = _("of {balance} in all").format(balance=format_points(card.balance))
        available.say(_("Can be used"), format_points(card.available), balance)
        pending.say(_("Pending"), format_points(card.pending), _("not usable yet"))
        if card.expiring and card.expires_first:
            under = _("the first on {day}").format(day=format_date(card.expires_first))
            expiring.say(_("Expiring soon"), format_points(card.expiring), under, tone="warn")
        else:
            under = _("none within {days} days").format(days=card.expiring_days)
            expiring.say(_("Expiring soon"), format_points(0), under)
        if card.owed:
            owed.say(_("Owed"), format_points(card.owed), _("settled by the next credits"), tone="bad")
        else:
            owed.say(_("Owed"), format_points(0), _("nothing"))
