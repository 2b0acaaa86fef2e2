"""The member at the counter: who, how many points, what waits, what was last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_date, format_money, format_points
from desktop_admin.models.counter import entry_icon, entry_words, order_words, price, tier_tone, tier_word
from desktop_admin.models.members import order_state
from desktop_admin.services.members import EntryLine, MemberCard, OpenOrder
from desktop_admin.services.names import named
from desktop_admin.views import theme
from desktop_admin.views.counter.parts import Avatar, Bar, Chip, Line, who_line
from desktop_admin.views.widgets.badge import Badge
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.card import Card
from desktop_admin.views.widgets.one_line import OneLine

MOST_ORDERS = 4
SHOWN = 5  # entries


class Who(Card):
    """Name, tier, balance, standing, remark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.avatar = Avatar()
        self.name = OneLine("title")
        self.tier, self.state, self.birthday = Badge(), Badge(), Badge()
        self.line = OneLine("caption")
        self.title, self.figure = QLabel(), QLabel()
        theme.mark(self.title, text="label")
        theme.mark(self.figure, text="balance")
        self.in_all = OneLine("caption")
        self.pending, self.expiring, self.owed = Chip(), Chip(), Chip()
        self.bar = Bar()
        self.standing = OneLine("caption")
        self.banner = Banner(self)
        self.banner.hide()
        self.remark = QFrame()
        theme.mark(self.remark, kind="notice", tone="warn")
        self.remark_text = QLabel(wordWrap=True)
        self.remark_text.setTextFormat(Qt.TextFormat.PlainText)
        self._lay_out()

    def _lay_out(self) -> None:
        top = who_line(self.avatar, self.name, (self.tier, self.state, self.birthday), self.line)
        figures = QVBoxLayout()
        figures.setSpacing(0)
        figures.addWidget(self.title)
        figures.addWidget(self.figure)
        figures.addWidget(self.in_all)
        chips = QVBoxLayout()
        chips.setSpacing(4)
        for chip in (self.pending, self.expiring, self.owed):
            chips.addWidget(chip)
        chips.addStretch()
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addLayout(figures, 1)
        middle.addLayout(chips)
        note = QHBoxLayout(self.remark)
        note.setContentsMargins(12, 6, 12, 6)
        note.setSpacing(10)
        self.remark_icon = QLabel()
        note.addWidget(self.remark_icon, 0, Qt.AlignmentFlag.AlignTop)
        note.addWidget(self.remark_text, 1)
        theme.current().changed.connect(self._draw)
        self._draw()
        self.content.setSpacing(10)
        for row in (top, middle):
            self.content.addLayout(row)
        way = QVBoxLayout()
        way.setSpacing(5)
        way.addWidget(self.bar)
        way.addWidget(self.standing)
        self.content.addLayout(way)
        self.content.addWidget(self.banner)
        self.content.addWidget(self.remark)

    def _draw(self) -> None:
        look = theme.current()
        self.remark_icon.setPixmap(theme.pixmap("sticky-note", look.colours["warn"], look.px(17), 2))

    def say(self, card: MemberCard) -> None:
        """Show a member."""
        tone = tier_tone(card.tier)
        self.avatar.say(card.name, tone)
        self.name.say(card.name)
        self.tier.say(_tier_name(card), tone)
        self._say_state(card)
        self.birthday.say(_birthday(card), "good")
        facts = [card.phone, card.card_number, card.branch]
        self.line.say("  ·  ".join(fact for fact in facts if fact))
        self._say_figures(card)
        self._say_standing(card)
        self.remark_text.setText(card.remark[:400])
        self.remark.setAccessibleName(card.remark)
        self.remark.setVisible(bool(card.remark.strip()))

    def _say_state(self, card: MemberCard) -> None:
        self.state.say("")
        self.banner.hide()
        if card.closed_on:
            self.state.say(_("Closed"), "bad")
            self.banner.say(_("Closed on {day}").format(day=format_date(card.closed_on)), tone="bad")
        elif card.own:
            self.state.say(_("Your own account"), "warn")
            self.banner.say(_("This is your own member account: somebody else has to serve it."), tone="warn")
        elif card.earn_frozen or card.spend_frozen:
            self.state.say(_("Frozen"), "info")
            parts = []
            if card.earn_frozen:
                parts.append(_("Earning is stopped: {reason}").format(reason=card.earn_frozen[:120]))
            if card.spend_frozen:
                parts.append(_("Spending is stopped: {reason}").format(reason=card.spend_frozen[:120]))
            self.banner.say("\n".join(parts), tone="info")

    def _say_figures(self, card: MemberCard) -> None:
        self.title.setText(_("Can be used"))
        self.figure.setText(format_points(card.available))
        self.figure.setAccessibleName(f"{_('Can be used')}: {format_points(card.available)}")
        self.in_all.say(_("of {balance} in all").format(balance=format_points(card.balance)))
        self.in_all.setVisible(card.balance != card.available)
        self.pending.say(_("Pending"), format_points(card.pending), tip=_("not usable yet"))
        self.pending.setVisible(bool(card.pending))
        if card.expiring and card.expires_first:
            word = _("Expires from {day}").format(day=format_date(card.expires_first))
            self.expiring.say(word, format_points(card.expiring), "warn")
        self.expiring.setVisible(bool(card.expiring))
        self.owed.say(_("Owed"), format_points(card.owed), "bad", _("settled by the next credits"))
        self.owed.setVisible(bool(card.owed))

    def _say_standing(self, card: MemberCard) -> None:
        text, tone = standing_words(card)
        self.standing.say(text)
        theme.mark(self.standing, text=tone)
        if card.falls is not None:
            self.bar.say(card.spend, card.spend + card.falls.unless, "warn")
        elif card.needs is not None:
            self.bar.say(card.spend, card.spend + card.needs.more, tier_tone(card.needs.code))
        else:
            self.bar.say(1, 1, tier_tone(card.tier))


def _tier_name(card: MemberCard) -> str:
    import json

    return named(json.dumps(card.tier_names)) or tier_word(card.tier)


def _birthday(card: MemberCard) -> str:
    if card.birthday_in is None:
        return ""
    if card.birthday_in == 0:
        return _("Birthday today")
    return _("Birthday on {day}").format(day=format_date(card.birthday)[5:] if card.birthday else "")


def standing_words(card: MemberCard) -> tuple[str, str]:
    """What is missing to the next tier or what threatens, and how it looks."""
    if card.falls is not None:
        text = _("Falls to {tier} on {day} unless {more} more is spent").format(
            tier=tier_word(card.falls.code), day=format_date(card.falls.on), more=format_money(card.falls.unless)
        )
        return text, "warn"
    if card.needs is None:
        return _("The highest tier") if card.top_tier else _("Enough for a higher tier"), "caption"
    words = {"tier": tier_word(card.needs.code), "more": format_money(card.needs.more)}
    if card.needs.by is None:
        return _("{more} more to {tier}").format(**words), "caption"
    return _("{more} more to {tier} by {day}").format(**words, day=format_date(card.needs.by)), "caption"


class Lines(Card):
    """A heading and lines that are kept from one member to the next."""

    pressed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content.setSpacing(2)
        self._lines: list[Line] = []
        self.nothing = QLabel()
        theme.mark(self.nothing, text="muted")
        self.content.addWidget(self.nothing)

    def line(self, number: int) -> Line:
        """Answer a line, made when it is first wanted."""
        while len(self._lines) <= number:
            line = Line()
            line.pressed.connect(self._press)
            self._lines.append(line)
            self.content.insertWidget(self.content.count() - 1, line)
        self._lines[number].show()
        return self._lines[number]

    def ahead(self, number: int) -> None:
        """Make a line before somebody comes; it stays hidden."""
        if number >= len(self._lines):
            self.line(number).hide()

    def end(self, count: int) -> None:
        """No more than so many are shown."""
        for line in self._lines[count:]:
            line.hide()
        self.nothing.setVisible(not count)

    def _press(self) -> None:
        line = self.sender()
        if isinstance(line, Line):
            self.pressed.emit(line.value)


class Orders(Lines):
    """What the member waits for; what is ready is lit."""

    def say(self, orders: tuple[OpenOrder, ...], today: date) -> None:
        """Show them, the ready ones first."""
        ordered = sorted(orders, key=lambda o: (o.state != "ready", o.promised_on))
        self.set_heading(_("Redemptions under way"))
        for number, order in enumerate(ordered[:MOST_ORDERS]):
            title, detail = order_words(order, today)
            word, tone = order_state(order.state)
            ready = order.state == "ready"
            line = self.line(number)
            line.value = order
            line.pressable()
            line.say(
                "package-open" if ready else "package", title, detail, price(order.points, order.cash),
                tone="good" if ready else "muted", badge=(_(word), "good" if ready else tone), lit=ready,
                figure_tone="caption",
            )  # fmt: skip
        self.end(min(len(orders), MOST_ORDERS))
        more = len(orders) - MOST_ORDERS
        self.nothing.setText(_("{count} more").format(count=more))
        self.nothing.setVisible(more > 0)
        self.setVisible(bool(orders))


class Entries(Lines):
    """The last entries."""

    def say(self, entries: tuple[EntryLine, ...]) -> None:
        """Show them, the newest first."""
        self.set_heading(_("Last entries"))
        self.nothing.setText(_("Nothing was booked for this member yet."))
        for number, entry in enumerate(entries):
            title, detail = entry_words(entry)
            line = self.line(number)
            line.value = entry
            line.say(
                entry_icon(entry), title, detail, format_points(entry.points, signed=True),
                format_points(entry.net_after), tone="good" if entry.points > 0 else "muted",
                figure_tone="good" if entry.points > 0 else "bad",
            )  # fmt: skip
        self.end(len(entries))


class CardView(QScrollArea):
    """The whole left side; ``order_pressed(order)`` when one is clicked."""

    order_pressed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self.card: MemberCard | None = None
        self.today = date.min
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.who, self.orders, self.entries = Who(), Orders(), Entries()
        self.orders.pressed.connect(self.order_pressed)
        inside = QWidget()
        theme.mark(inside, kind="scrolled")
        column = QGridLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setVerticalSpacing(12)
        for row, part in enumerate((self.who, self.orders, self.entries)):
            column.addWidget(part, row, 0)
        column.setRowStretch(3, 1)
        self.setWidget(inside)

    def say(self, card: MemberCard, today: date) -> None:
        """Show a member."""
        if self.card is None or self.card.id != card.id:
            self.verticalScrollBar().setValue(0)
        self.card, self.today = card, today
        self.retranslate()

    def lines_ahead(self) -> Iterator[Callable[[], object]]:
        """Answer steps that make the lines nearly every member has, one line each."""
        for lines, count in ((self.entries, SHOWN), (self.orders, 1)):
            for number in range(count):
                yield partial(lines.ahead, number)

    def retranslate(self) -> None:
        """Set every text."""
        self.setAccessibleName(_("Member"))
        if self.card is not None:
            self.who.say(self.card)
            self.orders.say(self.card.orders, self.today)
            self.entries.say(self.card.entries[:SHOWN])
