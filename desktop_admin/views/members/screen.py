"""Members: the list, and the page of the one that was opened."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from desktop_admin.i18n import N_, _
from desktop_admin.services import members
from desktop_admin.services.members import Enrolled, Found, MemberCard, OrderRow
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.views.members.acts import MemberActs
from desktop_admin.views.members.forms import enrol_dialog
from desktop_admin.views.members.list_page import STATES, MemberList
from desktop_admin.views.members.panel import MemberPanel
from desktop_admin.views.screen import Screen


class MembersScreen(Screen):
    """Find, enrol, open, change."""

    title = N_("Members")
    topics = frozenset({Topic.MEMBERS, Topic.POINTS, Topic.TIERS, Topic.PURCHASES, Topic.REDEMPTIONS})

    def build(self) -> None:
        """Make the list and the page."""
        self.places = QStackedWidget(self.body)
        self.list = MemberList(self, self.places)
        self.list.opened.connect(self.open_member)
        self.list.enrol_wanted.connect(self.enrol)
        self._panel: MemberPanel | None = None
        self.places.addWidget(self.list)
        self.content.addWidget(self.places)
        self.enrol_act = self.add_act(
            "members.enrol", N_("Enrol a member"), self.enrol, keys="F4", icon="user-plus",
            permission=Permission.ENROL_MEMBERS,
        )  # fmt: skip
        self.header_button(self.enrol_act, "primary")
        self.acts = MemberActs(self, self._edit, self._to_counter)
        self.edit_act = self.acts.edit
        self.setFocusProxy(self.list.search)

    @property
    def panel(self) -> MemberPanel:
        """The page of one member, made when the first one is opened."""
        if self._panel is None:
            panel = self._panel = MemberPanel(self)
            panel.back.connect(self.show_list)
            panel.loaded.connect(self._card_came)
            panel.order_opened.connect(self._open_order)
            self.acts.put_into(panel.head.buttons)
            panel.retranslate()
            self.places.addWidget(panel)
        return self._panel

    @property
    def _on_panel(self) -> bool:
        return self._panel is not None and self.places.currentWidget() is self._panel

    def retranslate(self) -> None:
        """Set every text."""
        self.list.retranslate()
        if self._panel is not None:
            self._panel.retranslate()
        self.acts.retranslate()

    def reload(self) -> None:
        """Ask for the list, and for the member that is open."""
        self.ask("filters", members.list_filters, self.list.set_filters)
        self.list.paged.reload(keep_place=True)
        if self._on_panel:
            self.panel.show_member(self.panel.member_id)

    # --- going places -----------------------------------------------------------------------------

    def arrive(self, **where: Any) -> None:
        """Open a member (``member_id``), the list in a ``state``, or the form for a new one (``enrol``)."""
        if "member_id" in where:
            self.open_member(int(where["member_id"]))
        elif where.get("state") in STATES:
            self.show_list()
            self.list.choose_state(str(where["state"]))
        elif where.get("enrol"):
            self.enrol()

    def scan(self, code: str) -> bool:
        """A card opens its member."""
        self.ask("scan", partial(members.find, text=code, limit=2), self._scanned, quiet=True)
        return True

    def open_member(self, member_id: int) -> None:
        """Show one member's page."""
        self.acts.allow(None)
        self.places.setCurrentWidget(self.panel)
        self.setFocusProxy(self.panel.tabs.tabBar())
        self.panel.show_member(member_id)
        self.panel.tabs.tabBar().setFocus()

    def show_list(self) -> None:
        """Go back to where the list was left."""
        self.acts.allow(None)
        self.places.setCurrentWidget(self.list)
        self.setFocusProxy(self.list.search)
        self.list.table.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the list."""
        if event.key() == Qt.Key.Key_Escape and self._on_panel:
            self.show_list()
        else:
            super().keyPressEvent(event)

    # --- acts -------------------------------------------------------------------------------------

    def enrol(self) -> None:
        """Open the form for a new member."""
        if not self.enrol_act.isEnabled():
            return
        dialog = enrol_dialog(self.window(), self.desk)
        dialog.form.done.connect(self._enrolled)
        self.acts.show(dialog)

    def _enrolled(self, receipt: Enrolled) -> None:
        self.desk.notices.tell(_("Enrolled with card {card}.").format(card=receipt.card_number))
        self.open_member(receipt.member_id)

    def _scanned(self, found: tuple[Found, ...]) -> None:
        if len(found) == 1:
            self.open_member(found[0].id)
        else:
            self.desk.notices.tell(_("No member has this card."), tone="warn")

    def _open_order(self, row: OrderRow) -> None:
        self.desk.open("redemptions", redemption_id=row.id)

    def _card_came(self, card: MemberCard) -> None:
        if self._on_panel:
            self.acts.allow(card)

    def _edit(self) -> None:
        self.panel.tabs.setCurrentWidget(self.panel.profile)
        self.panel.profile.form.editors["name"].widget.setFocus()

    def _to_counter(self) -> None:
        self.desk.open("counter", member_id=self.panel.member_id)
