"""The counter: one box, the member who stands there, one key for each act."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _
from desktop_admin.models.counter import short
from desktop_admin.services import counter, members, redemptions
from desktop_admin.services.counter import Recent, Recognised
from desktop_admin.services.members import Found, MemberCard
from desktop_admin.services.permissions import Permission
from desktop_admin.services.redemptions import QueueRow
from desktop_admin.services.topics import Topic
from desktop_admin.views import theme
from desktop_admin.views.counter.home import MOST, Home
from desktop_admin.views.counter.search import CounterBox, Finder, Results, ended_words
from desktop_admin.views.counter.serving import Serving
from desktop_admin.views.screen import Screen
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from desktop_admin.views.counter.member_card import CardView

QUICK = 3  # members of the last tasks that have a key


class CounterScreen(Screen):
    """Find, serve, next."""

    title = N_("Counter")
    topics = frozenset(
        {Topic.MEMBERS, Topic.POINTS, Topic.PURCHASES, Topic.REDEMPTIONS, Topic.TIERS, Topic.SETTINGS}
    )

    def build(self) -> None:
        """Make the box and the start; the member's side when somebody comes."""
        self.heading.hide()
        self.member_id = 0
        self.facts: counter.Facts | None = None
        self.view: CardView | None = None
        self.box, self.results, self.home = CounterBox(), Results(), Home()
        self.finder = Finder(self, self.box, lambda text: partial(counter.recognise, text=text), self._show, self._go)
        self.notice = Banner(self)
        self.notice.hide()
        self.nothing = EmptyState(self)
        self.quick = [QPushButton(autoDefault=False) for _n in range(QUICK)]
        self._recent: tuple[Recent, ...] = ()
        self._lay_out()
        self.box.textEdited.connect(self._typed)
        self.box.moved.connect(self.results.move_by)
        self.box.entered.connect(self._entered)
        self.box.left.connect(self.back)
        self.results.chosen.connect(self._choose)
        self.home.member_wanted.connect(self.open_member)
        self.home.order_wanted.connect(self._choose)
        self.serving = Serving(self)
        self.serving.ended.connect(self.box.setFocus)
        self.serving.served.connect(self._served)
        self.enrol = self.add_act(
            "counter.enrol", N_("Enrol a member"), self._enrol, keys="Ctrl+N", icon="user-plus",
            permission=Permission.ENROL_MEMBERS,
        )  # fmt: skip
        for number, button in enumerate(self.quick):
            act = self.add_act(
                f"counter.last{number + 1}", _LAST[number], partial(self._open_last, number), keys=f"Alt+{number + 1}",
                icon="history",
            )  # fmt: skip
            button.clicked.connect(act.trigger)
        self.setFocusProxy(self.box)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.box, 1)
        for button in self.quick:
            theme.mark(button, kind="ghost")
            theme.set_icon(button, "history", size=16)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.hide()
            top.addWidget(button)
        found = QWidget()
        column = QVBoxLayout(found)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.nothing, 1)
        column.addWidget(self.results, 1)
        self.found = found
        self.pages = QStackedWidget()
        self.pages.addWidget(self.home)
        self.pages.addWidget(found)
        self.content.setSpacing(12)
        self.content.addLayout(top)
        self.content.addWidget(self.notice)
        self.content.addWidget(self.pages, 1)

    def _make_desk(self) -> CardView:
        from desktop_admin.views.counter.member_card import CardView  # when somebody comes

        view = CardView()
        view.order_pressed.connect(lambda order: self.serving.begin_order(order.id, order.state))
        side = self.serving.made()
        side.setMinimumWidth(theme.current().px(330))
        self.member_page = QWidget()
        row = QHBoxLayout(self.member_page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(view, 11)
        row.addWidget(side, 10)
        self.pages.addWidget(self.member_page)
        view.retranslate()
        return view

    def retranslate(self) -> None:
        """Set every text."""
        self.heading.hide()
        self.box.setPlaceholderText(_("Scan or type: phone, last four, card, name, initials"))
        self.box.setAccessibleName(_("Find a member or an order"))
        self.results.setAccessibleName(_("Found"))
        self.home.retranslate()
        self._say_recent(self._recent)
        if self.view is not None:
            self.view.retranslate()
        if self.serving.side is not None:
            self.serving.side.retranslate()

    def reload(self) -> None:
        """Ask for the shop's facts, the last members, and who stands there or what waits."""
        self.ask("facts", counter.facts, self._facts_came)
        self.ask("recent", partial(counter.recent, member_ids=self._recent_ids()), self._say_recent, quiet=True)
        if self.member_id:
            self._ask_card()
        elif self.facts is not None:
            self._ask_waiting()

    # --- going places -----------------------------------------------------------------------------

    def arrive(self, **where: Any) -> None:
        """A member (``member_id``) comes from another screen."""
        if "member_id" in where:
            self.open_member(int(where["member_id"]))

    def scan(self, code: str) -> bool:
        """A scan is for the form in hand, else it finds whoever it belongs to."""
        if self.serving.take_code(code):
            return True
        self.box.setText(code)
        self.box.setFocus()
        self.finder.forget()
        self.finder.enter()
        return True

    def open_member(self, member_id: int, **proof: Any) -> None:
        """Somebody stands there."""
        if self.serving.act is not None and self.serving.act.writing:
            return
        self.member_id = member_id
        self.box.clear()
        self.finder.forget()
        self.notice.hide()
        if self.view is None:
            self.view = self._make_desk()
        self.serving.expect(**proof)
        self.member_page.setEnabled(True)
        self.box.setFocus()
        self._ask_card()

    def back(self) -> None:
        """Nobody stands there any more; the box waits for the next."""
        self.member_id = 0
        self.box.clear()
        self.finder.forget()
        self.notice.hide()
        self.serving.leave()
        self.pages.setCurrentWidget(self.home)
        self.box.setFocus()
        self._ask_waiting()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no field took is typed into the box; Esc goes back."""
        text = event.text()
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if event.key() == Qt.Key.Key_Escape and not event.isAutoRepeat():
            self.back()
        elif plain and text and text.isprintable() and self.serving.act is None and not self.box.hasFocus():
            self.box.setFocus()
            self.box.insert(text)
            self._typed(self.box.text())
        else:
            super().keyPressEvent(event)

    def _enrol(self) -> None:
        self.desk.open("members", enrol=True)

    # --- finding ----------------------------------------------------------------------------------

    def _typed(self, text: str) -> None:
        self.notice.hide()
        self.finder.edited(text)
        if not text.strip():
            self.finder.forget()
            self.pages.setCurrentWidget(self.member_page if self.member_id and self.view else self.home)

    def _entered(self) -> None:
        if self.finder.enter() and self.pages.currentWidget() is self.found:
            current = self.results.current()
            if current is not None:
                self._choose(current)

    def _go(self, answer: Recognised) -> bool:
        """Go on where there is no doubt."""
        one_order = len(answer.orders) == 1 and (answer.by == "code" or not answer.members)
        if one_order:
            self._choose(answer.orders[0])
        elif len(answer.members) == 1 and not answer.orders:
            self._choose(answer.members[0])
        else:
            return False
        return True

    def _show(self, answer: Recognised) -> None:
        rows: list[Found | QueueRow] = [*answer.members, *answer.orders]
        self.results.show_rows(rows)
        self.results.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        may_enrol = self.enrol.isEnabled()
        self.nothing.say(
            _("Nothing found for “{text}”").format(text=short(answer.text)),
            _("Try the last four digits of the phone, or part of the name."), icon="text-search",
            action=_("Enrol a member") if may_enrol else "", act=self._enrol,
        )  # fmt: skip
        self.pages.setCurrentWidget(self.found)

    def _choose(self, row: object) -> None:
        answer = self.finder.answer
        if isinstance(row, Found):
            said = answer is not None and answer.by == "card"
            ended = ended_words(answer) if answer is not None else ""
            self.open_member(row.id, proof_card=answer.text if said and answer is not None else "")
            if ended:
                self.notice.say(ended, tone="warn")
        elif isinstance(row, QueueRow):
            code = answer.text if answer is not None and answer.by == "code" else ""
            act = "counter.hand_over" if row.state == "ready" else ""
            self.open_member(row.member_id, proof_code=code, order_id=row.id, act=act)

    # --- answers ----------------------------------------------------------------------------------

    def _ask_card(self) -> None:
        self.ask("card", partial(members.card, member_id=self.member_id), self._card_came)

    def _ask_waiting(self) -> None:
        if self.desk.actor is not None and self.desk.can(Permission.SEE_REDEMPTIONS):
            query = partial(
                redemptions.page, state="ready", branch_id=self.desk.actor.branch_id, sort="queue", limit=MOST
            )
            self.ask("waiting", query, self._waiting_came, quiet=True)

    def _facts_came(self, facts: counter.Facts) -> None:
        if self.facts is None and not self.member_id:
            self._ask_waiting()
        self.facts = facts
        if self.serving.card is not None:
            self.serving.show(self.serving.card, facts)

    def _card_came(self, card: MemberCard) -> None:
        if card.id != self.member_id or self.view is None:
            return
        if self.facts is None:
            self.ask("facts", counter.facts, self._facts_came)
            self.ask("card", partial(members.card, member_id=self.member_id), self._card_came)
            return
        self.view.say(card, self.facts.today)
        self.serving.show(card, self.facts)
        if not self.box.text():
            self.pages.setCurrentWidget(self.member_page)

    def _waiting_came(self, page: Any) -> None:
        if self.facts is not None:
            self.home.say_waiting(page.rows, self.facts.today)

    # --- the last members -------------------------------------------------------------------------

    def _recent_ids(self) -> tuple[int, ...]:
        kept = self.recall("recent")
        return tuple(one for one in kept if isinstance(one, int))[:MOST] if isinstance(kept, list) else ()

    def _served(self, member_id: int) -> None:
        ids = [member_id, *(one for one in self._recent_ids() if one != member_id)][:MOST]
        self.remember("recent", ids)
        self.ask("recent", partial(counter.recent, member_ids=tuple(ids)), self._say_recent, quiet=True)

    def _say_recent(self, rows: tuple[Recent, ...]) -> None:
        self._recent = rows
        self.home.say_recent(rows)
        for number, button in enumerate(self.quick):
            button.setVisible(number < len(rows))
            if number < len(rows):
                button.setText(short(rows[number].name, 6).replace("&", "&&"))
                button.setToolTip(f"Alt+{number + 1}")
                button.setAccessibleName(_("Last members") + f" {number + 1}: {rows[number].name}")

    def _open_last(self, number: int) -> None:
        if number < len(self._recent):
            self.open_member(self._recent[number].id)


_LAST = (N_("The last member"), N_("The last member but one"), N_("The last member but two"))
