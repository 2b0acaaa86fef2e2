"""The counter: one box, the member who stands there, one key for each act."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget

from desktop_admin.i18n import N_, _
from desktop_admin.services import counter, members, redemptions
from desktop_admin.services.counter import Recognised
from desktop_admin.services.members import Found, MemberCard
from desktop_admin.services.permissions import Permission
from desktop_admin.services.redemptions import QueueRow
from desktop_admin.services.topics import Topic
from desktop_admin.views.counter.home import MOST, Home
from desktop_admin.views.counter.last import LastMembers
from desktop_admin.views.counter.outage_mode import OutageMode
from desktop_admin.views.counter.place import MemberPlace
from desktop_admin.views.counter.search import CounterBox, Finder, FoundPage, ended_words
from desktop_admin.views.counter.serving import Serving
from desktop_admin.views.screen import Screen
from desktop_admin.views.widgets.banner import Banner


class CounterScreen(Screen):
    """Find, serve, next."""

    title = N_("Counter")
    topics = frozenset({Topic.MEMBERS, Topic.POINTS, Topic.PURCHASES, Topic.REDEMPTIONS, Topic.TIERS, Topic.SETTINGS})

    def build(self) -> None:
        """Make the box and the start; the member's side when somebody comes."""
        self.heading.hide()
        self.member_id = 0
        self.facts: counter.Facts | None = None
        self.box, self.found, self.home = CounterBox(), FoundPage(), Home()
        self.results = self.found.results
        self.finder = Finder(self, self.box, lambda text: partial(counter.recognise, text=text), self._show, self._go)
        self.notice = Banner(self)
        self.notice.hide()
        self.serving = Serving(self)
        self.place = MemberPlace(self.serving)
        self.last = LastMembers(self, self.home, self._lay_out(), self.open_member)
        self.box.textEdited.connect(self._typed)
        self.box.moved.connect(self.results.move_by)
        self.box.entered.connect(self._entered)
        self.box.left.connect(self.back)
        self.results.chosen.connect(self._choose)
        enrol = partial(self.desk.open, "members", enrol=True)
        self.found.enrol_wanted.connect(enrol)
        self.home.member_wanted.connect(self.open_member)
        self.home.order_wanted.connect(self._choose)
        self.serving.ended.connect(self.box.setFocus)
        self.serving.served.connect(self.last.served)
        self.enrol = self.add_act(
            "counter.enrol", N_("Enrol a member"), enrol, keys="Ctrl+N", icon="user-plus",
            permission=Permission.ENROL_MEMBERS,
        )  # fmt: skip
        self.outage = OutageMode(self, self.serving, self.enrol)
        self.setFocusProxy(self.box)

    def _lay_out(self) -> QHBoxLayout:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.box, 1)
        self.pages = QStackedWidget()
        for page in (self.home, self.found, self.place):
            self.pages.addWidget(page)
        self.content.setSpacing(12)
        self.content.addLayout(top)
        self.content.addWidget(self.notice)
        self.content.addWidget(self.pages, 1)
        return top

    def retranslate(self) -> None:
        """Set every text."""
        self.heading.hide()
        self.box.setPlaceholderText(_("Scan or type: phone, last four, card, name, initials"))
        self.box.setAccessibleName(_("Find a member or an order"))
        self.found.retranslate()
        self.home.retranslate()
        self.last.retranslate()
        self.place.retranslate()
        self.outage.retranslate()

    def reload(self) -> None:
        """Ask for the shop's facts, the last members, and who stands there or what waits."""
        self.ask("facts", counter.facts, self._facts_came)
        self.last.ask()
        if self.member_id:
            self._ask_card()
        elif self.facts is not None:
            self._ask_waiting()

    # --- going places, finding ------------------------------------------------------------------

    def arrive(self, **where: Any) -> None:
        """A member (``member_id``) comes from another screen."""
        if "member_id" in where:
            self.open_member(int(where["member_id"]))

    def scan(self, code: str) -> bool:
        """A scan is for the form in hand, else it finds whoever it belongs to."""
        if self.outage.scan(code) or self.serving.take_code(code):
            return True
        self.box.setText(code)
        self.box.setFocus()
        self.finder.forget()
        self.finder.enter()
        return True

    def show_failed(self, error: Exception) -> None:
        """While the server is away the counter works from its copy."""
        if not self.outage.takes(error):
            super().show_failed(error)

    def open_member(self, member_id: int, **proof: Any) -> None:
        """Somebody stands there."""
        if self.serving.act is not None and self.serving.act.writing:
            return
        self.member_id = member_id
        self.box.clear()
        self.finder.forget()
        self.notice.hide()
        self.place.whole()
        self.serving.expect(**proof)
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
        """What no field took is typed into the box."""
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

    def _typed(self, text: str) -> None:
        self.notice.hide()
        self.finder.edited(text)
        if not text.strip():
            self.finder.forget()
            self.pages.setCurrentWidget(self.place if self.member_id else self.home)

    def _entered(self) -> None:
        if self.finder.enter() and self.pages.currentWidget() is self.found:
            self._choose(self.results.current())

    def _go(self, answer: Recognised) -> bool:
        """Go on where there is no doubt."""
        if len(answer.orders) == 1 and (answer.by == "code" or not answer.members):
            self._choose(answer.orders[0])
        elif len(answer.members) == 1 and not answer.orders:
            self._choose(answer.members[0])
        else:
            return False
        return True

    def _show(self, answer: Recognised) -> None:
        self.found.say(answer, may_enrol=self.enrol.isEnabled())
        self.pages.setCurrentWidget(self.found)

    def _choose(self, row: object) -> None:
        answer = self.finder.answer
        if isinstance(row, Found):
            self.open_member(row.id, proof_card=answer.text if answer is not None and answer.by == "card" else "")
            if answer is not None and ended_words(answer):
                self.notice.say(ended_words(answer), tone="warn")
        elif isinstance(row, QueueRow):
            code = answer.text if answer is not None and answer.by == "code" else ""
            act = "counter.hand_over" if row.state == "ready" else ""
            self.open_member(row.member_id, proof_code=code, order_id=row.id, act=act)

    # --- answers ----------------------------------------------------------------------------------

    def _ask_card(self) -> None:
        self.ask("card", partial(members.card, member_id=self.member_id), self._card_came)

    def _ask_waiting(self) -> None:
        if self.desk.actor is not None and self.desk.can(Permission.SEE_REDEMPTIONS):
            here = self.desk.actor.branch_id
            query = partial(redemptions.page, state="ready", branch_id=here, sort="queue", limit=MOST)
            self.ask("waiting", query, self._waiting_came, quiet=True)

    def _facts_came(self, facts: counter.Facts) -> None:
        if self.facts is None and not self.member_id:
            self._ask_waiting()
        self.facts = facts
        if self.serving.card is not None:
            self.serving.show(self.serving.card, facts)

    def _card_came(self, card: MemberCard) -> None:
        if card.id != self.member_id:
            return
        if self.facts is None:  # one reader was faster than the other
            self.ask("facts", counter.facts, self._facts_came)
            self._ask_card()
            return
        self.place.whole().say(card, self.facts.today)
        self.serving.show(card, self.facts)
        if not self.box.text():
            self.pages.setCurrentWidget(self.place)

    def _waiting_came(self, page: Any) -> None:
        if self.facts is not None:
            self.home.say_waiting(page.rows, self.facts.today)
        self.place.ahead()
