"""One member's page: head, and tabs that ask when they are looked at."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_date
from desktop_admin.services import members
from desktop_admin.services.members import MemberCard, MemberProfile
from desktop_admin.views import theme
from desktop_admin.views.members.forms import ProfileForm
from desktop_admin.views.members.head import Head
from desktop_admin.views.members.tabs import HistoryTab, PagesTab, PointsTab
from desktop_admin.views.widgets.facts import Facts

if TYPE_CHECKING:
    from desktop_admin.views.screen import Screen


class ProfileTab(QScrollArea):
    """The profile as a form, and what was agreed to."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(widgetResizable=True)
        self._screen, self._member = screen, 0
        self._force = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.facts = Facts(columns=2)
        self.form = ProfileForm(screen.desk)
        self.form.reread.connect(self._read_again)
        self.form.done.connect(self._saved)
        inside = QWidget()
        theme.mark(inside, kind="scrolled")
        inside.setMaximumWidth(theme.current().px(760))
        column = QVBoxLayout(inside)
        column.setContentsMargins(4, 12, 12, 12)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self.facts)
        column.addWidget(self.form)
        column.addStretch()
        self.setWidget(inside)

    def show_member(self, member_id: int) -> None:
        """Ask for the profile."""
        self._member = member_id
        query = partial(members.profile, member_id=member_id)
        self._screen.ask("profile", query, self._came)

    def retranslate(self) -> None:
        """Set every text."""
        self.setAccessibleName(_("Profile"))
        if self.form.profile is not None:
            self._say_facts(self.form.profile)

    def _came(self, profile: MemberProfile) -> None:
        self.form.show_profile(profile, force=self._force)
        self._force = False
        self._say_facts(profile)

    def _say_facts(self, profile: MemberProfile) -> None:
        never = _("not given")
        self.facts.say(
            [
                (_("Card number"), profile.card_number),
                (_("Member since"), format_date(profile.enrolled_on)),
                (_("Agreed to the terms"), format_date(profile.terms_on) if profile.terms_on else never),
                (_("Agreed to messages"), format_date(profile.messages_on) if profile.messages_on else never),
                (_("PIN"), _("set") if profile.has_pin else _("none")),
            ]
        )

    def _read_again(self) -> None:
        self._force = True
        self.show_member(self._member)

    def _saved(self, _receipt: object) -> None:
        self._screen.desk.notices.tell(_("The profile was saved."))
        self._read_again()


class MemberPanel(QWidget):
    """``loaded(card)`` when the head is shown; tabs reload when they are seen."""

    loaded = Signal(object)
    back = Signal()
    order_opened = Signal(object)

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self.member_id = 0
        self.head = Head()
        self.head.back.connect(self.back)
        self.history, self.points = HistoryTab(screen), PointsTab(screen)
        self.purchases, self.orders = PagesTab(screen, "purchases"), PagesTab(screen, "orders")
        self.profile = ProfileTab(screen)
        self.orders.opened.connect(self.order_opened)
        self.tabs = QTabWidget(documentMode=True)
        self._pages = (self.history, self.points, self.purchases, self.orders, self.profile)
        self._fresh: set[QWidget] = set()
        for page in self._pages:
            self.tabs.addTab(page, "")
        self.tabs.currentChanged.connect(self._seen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.head)
        layout.addWidget(self.tabs, 1)

    def show_member(self, member_id: int) -> None:
        """Show a member; the tab that is looked at comes along, the others when they are."""
        if member_id != self.member_id:
            self.tabs.setCurrentIndex(0)
        self.member_id = member_id
        self._fresh.clear()
        self._screen.ask("card", partial(members.card, member_id=member_id), self._came)
        self._seen(self.tabs.currentIndex())

    def retranslate(self) -> None:
        """Set every text."""
        titles = (_("History"), _("Points"), _("Purchases"), _("Redemptions"), _("Profile"))
        for number, title in enumerate(titles):
            self.tabs.setTabText(number, title)
        self.tabs.setAccessibleName(_("About this member"))
        self.tabs.tabBar().setAccessibleName(_("About this member"))
        for page in self._pages:
            page.retranslate()
        self.head.retranslate()

    def _came(self, card: MemberCard) -> None:
        if card.id == self.member_id:
            self.head.say(card)
            self.loaded.emit(card)

    def _seen(self, number: int) -> None:
        page = self._pages[number]
        if self.member_id and page not in self._fresh:
            self._fresh.add(page)
            page.show_member(self.member_id)
