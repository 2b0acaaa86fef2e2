"""The panel of one order: where it stands, its lines, where it goes, money, and what happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_date, format_instant, format_money, format_points, ngettext
from desktop_admin.models.members import TIER_TONES, order_state
from desktop_admin.models.redemptions import DELIVERIES, Calendar, breakable, short, track_of
from desktop_admin.services import catalog, redemptions
from desktop_admin.services.names import named
from desktop_admin.services.redemptions import Detail, EventDetail
from desktop_admin.services.work import Work
from desktop_admin.views import theme
from desktop_admin.views.redemptions.parts import LineView, Rule, Track
from desktop_admin.views.screen import ActionButton
from desktop_admin.views.widgets.badge import Badge
from desktop_admin.views.widgets.drawer import Drawer
from desktop_admin.views.widgets.facts import Facts
from desktop_admin.views.widgets.image_view import read_image
from desktop_admin.views.widgets.time_line import Moment, TimeLine

if TYPE_CHECKING:
    from desktop_admin.views.screen import Screen

WIDTH, NAME_ROOM = 388, 200  # px


class OrderPanel(Drawer):
    """``loaded(order)`` when it is shown, ``member_wanted(id)`` when its member's name is pressed."""

    loaded = Signal(object)
    member_wanted = Signal(object)

    def __init__(self, screen: Screen, calendar: Calendar) -> None:
        super().__init__(screen, width=WIDTH)
        self._screen, self._calendar = screen, calendar
        self.order_id = 0
        self.order: Detail | None = None
        self._pictures: dict[int, QImage] = {}
        self.badges = [Badge() for _n in range(3)]
        self.track = Track()
        self.person, self.tier = QPushButton(autoDefault=False), Badge()
        theme.mark(self.person, kind="link")
        self.person.clicked.connect(self._to_member)
        self.who = QLabel(wordWrap=True)
        theme.mark(self.who, text="caption")
        self.buttons = QHBoxLayout()
        self.lines: list[LineView] = []
        self.facts, self.money, self.events = Facts(), Facts(), TimeLine()
        self.rules = [Rule() for _n in range(4)]
        self._lay_out()

    def _lay_out(self) -> None:
        badges = QHBoxLayout()
        badges.setSpacing(6)
        for badge in self.badges:
            badges.addWidget(badge)
        badges.addStretch()
        person = QHBoxLayout()
        person.setSpacing(theme.SPACE)
        person.addWidget(self.person)
        person.addWidget(self.tier)
        person.addStretch()
        self.line_box = QVBoxLayout()
        self.line_box.setSpacing(10)
        self.buttons.setSpacing(2)
        column = self.content
        column.setSpacing(10)
        column.addLayout(badges)
        column.addWidget(self.track)
        column.addLayout(self.buttons)
        whom = QVBoxLayout()
        whom.setSpacing(0)
        whom.addLayout(person)
        whom.addWidget(self.who)
        for rule, part in zip(self.rules, (whom, self.line_box), strict=False):
            column.addWidget(rule)
            column.addLayout(part)
        column.addWidget(self.facts)
        column.addWidget(self.rules[2])
        column.addWidget(self.money)
        column.addWidget(self.rules[3])
        column.addWidget(self.events)
        column.addStretch()

    def put_acts(self, next_act: QAction, acts: Sequence[QAction]) -> None:
        """Show the next step as a button, the others as small ones beside it."""
        self.next_button = ActionButton(next_act, "primary")
        self.buttons.addWidget(self.next_button, 1)
        for act in acts:
            button = QToolButton()
            button.setDefaultAction(act)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.buttons.addWidget(button)

    # --- asking -----------------------------------------------------------------------------------

    def show_order(self, order_id: int) -> None:
        """Ask for an order."""
        if order_id != self.order_id:
            self.order = None
        self.order_id = order_id
        self._screen.ask("detail", partial(redemptions.detail, redemption_id=order_id), self._came)

    def forget(self) -> None:
        """Show no order."""
        self.order_id, self.order = 0, None
        self.shut()

    def _came(self, order: Detail) -> None:
        if order.id != self.order_id:
            return  # meanwhile it was put away
        self.order = order
        self.open(order.number)
        self.say()
        self.loaded.emit(order)
        missing = tuple({line.item_id for line in order.lines} - set(self._pictures))
        if missing:
            self._screen.ask("pictures", partial(_pictures, item_ids=missing), self._pictures_came, quiet=True)

    def _pictures_came(self, pictures: dict[int, QImage]) -> None:
        if len(self._pictures) > 300:
            self._pictures.clear()
        self._pictures |= pictures
        self._show_pictures()

    # --- texts ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set every text."""
        for rule, text in zip(self.rules, (_("Member"), _("Items"), _("Points and cash"), _("History")), strict=True):
            rule.say(text)
        self.close_button.setAccessibleName(_("Close"))
        if self.order is not None:
            self.say()

    def say(self) -> None:
        """Show the order in the language in use."""
        order = self.order
        if order is None:
            return
        self._say_state(order)
        self.track.say(track_of(order), order.state)
        self.person.setText(self.person.fontMetrics().elidedText(
            " ".join(order.member.split()), Qt.TextElideMode.ElideRight, theme.current().px(NAME_ROOM)
        ))  # fmt: skip
        self.person.setAccessibleName(_("Member {name}").format(name=order.member))
        self.tier.say(named(order.tier_names), TIER_TONES.get(order.tier, "tier_normal"))
        self.who.setText(" · ".join(part for part in (order.card_number, order.member_phone) if part))
        self._say_lines(order)
        self.facts.say(self._where(order))
        self.money.say(_money(order))
        names = {line.n: line.name for line in order.lines}
        self.events.say([_moment(event, names) for event in reversed(order.events)])

    def _say_state(self, order: Detail) -> None:
        text, tone = order_state(order.state)
        self.badges[0].say(_(text), tone)
        words, tone = self._calendar.promise(order)
        self.badges[1].say(words if tone else "", tone or "muted")
        self.badges[2].say(_(DELIVERIES[order.delivery][0]), "muted")

    def _say_lines(self, order: Detail) -> None:
        while len(self.lines) < len(order.lines):
            view = LineView()
            self.line_box.addWidget(view)
            self.lines.append(view)
        for number, view in enumerate(self.lines):
            view.setVisible(number < len(order.lines))
            if number < len(order.lines):
                view.say(order.lines[number], order)
        self._show_pictures()

    def _show_pictures(self) -> None:
        if self.order is not None:
            for view, line in zip(self.lines, self.order.lines, strict=False):
                view.show_picture(self._pictures.get(line.item_id))

    def _where(self, order: Detail) -> list[tuple[str, ...]]:
        facts: list[tuple[str, ...]] = [
            (_("Placed"), format_instant(order.placed_at)),
            (_("Promised for"), format_date(order.promised_on), self._calendar.promise(order)[1]),
            (_("Branch"), order.branch),
        ]
        if order.delivery == "ship":
            person = " · ".join(part for part in (order.recipient, order.phone) if part)
            facts += [(_("Ship to"), breakable(person)), (_("Address"), breakable(order.address))]
        if order.carrier or order.tracking:
            parcel = " ".join(part for part in (order.carrier, order.tracking) if part)
            facts.append((_("Parcel"), breakable(parcel), "strong"))
        if order.slips:
            printed = ngettext("{count} printed", "{count} printed", order.slips).format(count=order.slips)
            facts.append((_("Packing slips"), printed))
        if order.remark:
            facts.append((_("Remark"), breakable(order.remark), "warn"))
        return facts

    def _to_member(self) -> None:
        if self.order is not None:
            self.member_wanted.emit(self.order.member_id)


def _money(order: Detail) -> list[tuple[str, ...]]:
    facts: list[tuple[str, ...]] = [(_("Points"), format_points(order.points))]
    if order.points_back:
        given = _("{points} points").format(points=format_points(order.points_back))
        facts.append((_("Given back"), given, "good"))
    for payment in order.payments:
        title = _("Cash taken") if payment.amount > 0 else _("Cash given back")
        who = f"{format_instant(payment.at)} · {payment.operator}"
        facts.append((title, f"{format_money(abs(payment.amount))}  {who}"))
    if not order.payments and order.cash:
        facts.append((_("Cash"), format_money(order.cash)))
    return facts


_ICONS = {
    "placed": "gift", "picking": "list-checks", "packed": "package", "shipped": "truck", "delivered": "circle-check",
    "ready": "store", "collected": "package-check", "issued": "ticket", "booked": "calendar-days", "used": "sparkles",
    "missed": "clock", "cancelled": "circle-x", "returned": "rotate-ccw",
}  # fmt: skip


def _moment(event: EventDetail, names: dict[int, str]) -> Moment:
    text, tone = order_state(event.to_state)
    title = _(text)
    if event.line_n:
        title = f"{title} · {short(names.get(event.line_n, ''))} × {event.quantity}"
    note = _("(erased)") if event.note is None else event.note
    detail = " · ".join(part for part in (note, event.operator, event.branch) if part)
    title, detail = breakable(title), breakable(detail)
    return Moment(format_instant(event.at), title, detail, tone=tone, icon=_ICONS.get(event.to_state, "circle-dot"))


def _pictures(work: Work, *, item_ids: tuple[int, ...]) -> dict[int, QImage]:
    """Thumbnails, decoded off the UI thread."""
    return {key: read_image(data) for key, data in catalog.thumbnails(work, item_ids=item_ids).items()}


class Held(Drawer):
    """A form that stands where the order was. ``written(receipt)`` each time, ``finished`` when it is put away."""

    finished = Signal(object)
    written = Signal(object)

    def begin(self) -> None:
        """Put the focus where one types first."""
        raise NotImplementedError

    def take_code(self, code: str) -> None:
        """A code that was scanned."""

    def retranslate(self) -> None:
        """Set every text."""
        raise NotImplementedError


class SidePlace(QWidget):
    """The right of the desk: the order's panel, or the form in hand instead of it."""

    def __init__(self, panel: OrderPanel) -> None:
        super().__init__()
        self.panel = panel
        self.hand: Held | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(panel)
        self.hide()

    def take(self, hand: Held | None) -> None:
        """Hold a form instead of the panel; None: the panel again."""
        if self.hand is not None:
            self._row.removeWidget(self.hand)
            self.hand.hide()
            self.hand.deleteLater()
        self.hand = hand
        if hand is not None:
            self.panel.hide()
            self._row.addWidget(hand)
            hand.show()  # it changed its parent: where this place was hidden, Qt would leave it so
        else:
            self.panel.setVisible(self.panel.order is not None)
        self.follow()

    def follow(self) -> None:
        """Stand there only with something to show."""
        self.setVisible(self.hand is not None or not self.panel.isHidden())
