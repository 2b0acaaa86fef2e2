"""What can be done with the member that is open."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from desktop_admin.i18n import N_, _
from desktop_admin.services import members
from desktop_admin.services.command import new_request
from desktop_admin.services.members import MemberCard
from desktop_admin.services.permissions import Permission
from desktop_admin.views import theme
from desktop_admin.views.desk import Desk
from desktop_admin.views.dialogs import FormDialog
from desktop_admin.views.members import forms
from desktop_admin.views.notices import ask
from desktop_admin.views.screen import ActionButton, Screen
from desktop_admin.views.tiers.manual import tier_dialog

P = Permission
Dialog = Callable[[QWidget, Desk, MemberCard], FormDialog]


def _tier_dialog(window: QWidget, desk: Desk, card: MemberCard) -> FormDialog:
    return tier_dialog(window, desk, card.id, card.tier)


class MemberActs:
    """The actions on one member: they follow the member's state and the operator's leave."""

    def __init__(self, screen: Screen, edit: Callable[[], object], to_counter: Callable[[], object]) -> None:
        self._screen = screen
        self._card: MemberCard | None = None
        self.dialog: FormDialog | None = None
        add = screen.add_act
        self.edit = add(
            "members.edit", N_("Edit the profile"), edit, keys="F2", icon="pencil", permission=P.EDIT_MEMBERS
        )
        self.counter = add(
            "members.counter", N_("At the counter"), to_counter, keys="F7", icon="scan-line", permission=P.SEE_MEMBERS
        )
        self.freeze = self._form(
            "freeze",
            N_("Stop or allow earning and spending…"),
            forms.freeze_dialog,
            "snowflake",
            P.FREEZE_MEMBERS,
            "F8",
        )
        self.card = self._form("card", N_("Replace the card…"), forms.card_dialog, "id-card", P.REPLACE_CARDS, "F9")
        self.tier = self._form("tier", N_("Set the tier by hand…"), _tier_dialog, "medal", P.SET_MEMBER_TIER)
        self.pin = self._form("pin", N_("Set a PIN…"), forms.pin_dialog, "key-round", P.EDIT_MEMBERS)
        self.clear_pin = add("members.clear_pin", N_("Take the PIN away"), self._clear_pin, permission=P.EDIT_MEMBERS)
        self.close = self._form("close", N_("Close the member…"), forms.close_dialog, "user-x", P.CLOSE_MEMBERS)
        self.reopen = add(
            "members.reopen", N_("Open the member again"), self._reopen, icon="user-check", permission=P.CLOSE_MEMBERS
        )
        self.erase = self._form("erase", N_("Erase personal data…"), forms.erase_dialog, "trash-2", P.CLOSE_MEMBERS)
        self.more = QToolButton()
        self._make_menu()
        self.allow(None)

    def put_into(self, row: QHBoxLayout) -> None:
        """Show the usual ones as buttons, the others behind one."""
        row.addWidget(ActionButton(self.edit))
        row.addWidget(ActionButton(self.counter))
        row.addWidget(self.more)

    def retranslate(self) -> None:
        """Set every text."""
        self.more.setAccessibleName(_("More"))
        self.more.setToolTip(_("More"))

    def allow(self, card: MemberCard | None) -> None:
        """Allow what fits this member; None: no member is open."""
        self._card = card
        fits = {
            self.edit: bool(card and not card.closed_on),
            self.counter: card is not None,
            self.freeze: bool(card and not card.closed_on and not card.own),
            self.card: bool(card and not card.closed_on),
            self.tier: bool(card and not card.closed_on and not card.own),
            self.pin: bool(card and not card.closed_on and not card.own),
            self.clear_pin: bool(card and not card.closed_on and not card.own and card.has_pin),
            self.close: bool(card and not card.closed_on and not card.own),
            self.reopen: bool(card and card.closed_on and not card.own),
            self.erase: bool(card and not card.own),
        }
        for act, fit in fits.items():
            act.setEnabled(fit and self._screen.desk.can(act.property("permission")))

    def show(self, dialog: FormDialog) -> None:
        """Open a dialog; one at a time."""
        self.dialog = dialog
        dialog.open()

    def _make_menu(self) -> None:
        theme.set_icon(self.more, "ellipsis")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.more)
        acts = (self.freeze, self.card, self.tier, self.pin, self.clear_pin, None, self.close, self.reopen, self.erase)
        for act in acts:
            if act is None:
                menu.addSeparator()
            else:
                menu.addAction(act)
        self.more.setMenu(menu)

    def _form(self, name: str, title: str, make: Dialog, icon: str, leave: Permission, keys: str = "") -> QAction:
        return self._screen.add_act(
            f"members.{name}", title, partial(self._open, make), keys=keys, icon=icon, permission=leave
        )

    def _open(self, make: Dialog) -> None:
        if self._card is not None:
            dialog = make(self._screen.window(), self._screen.desk, self._card)
            dialog.form.done.connect(self._done)
            self.show(dialog)

    def _done(self, _receipt: object) -> None:
        self._screen.desk.notices.tell(_("Done."))

    def _clear_pin(self) -> None:
        self._ask(_("Take the PIN away?"), _("Take it away"), members.clear_pin)

    def _reopen(self) -> None:
        self._ask(_("Open this member again?"), _("Open again"), members.reopen)

    def _ask(self, title: str, yes: str, command: Any) -> None:
        if self._card is not None:
            operation = partial(command, request=new_request(), member_id=self._card.id)
            ask(self._screen, title, self._card.name, yes, partial(self._screen.send, operation, self._done))
