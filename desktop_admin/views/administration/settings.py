"""The shop's settings, generated from what is declared of them; the limits per role as a small table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QVBoxLayout

from desktop_admin.i18n import N_, _
from desktop_admin.services import policies
from desktop_admin.services.permissions import Permission
from desktop_admin.services.policies import POLICIES, Policy
from desktop_admin.services.topics import Topic
from desktop_admin.views import theme
from desktop_admin.views.administration.limits import LimitsCard
from desktop_admin.views.administration.outage_state import OutageState
from desktop_admin.views.administration.page import Page
from desktop_admin.views.form import Field, Form
from desktop_admin.views.widgets.card import Card
from desktop_admin.views.widgets.scroll_area import ScrollArea

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk

_FOLDERS = ("backup_folder", "backup_copy")


def _field(policy: Policy) -> Field:
    if isinstance(policy.default, bool):
        kind = "check"
    elif policy.choices:
        kind = "choice"
    else:
        kind = "count" if isinstance(policy.default, int) else "text"
    return Field(policy.name, policy.title, kind, hint=policy.help, choices=policy.choices, limit=260)


class GroupForm(Form):
    """The settings of one group; titles carry their unit, help stands beneath."""

    def __init__(self, desk: Desk, group: str) -> None:
        self.group = group
        self.policies = [p for p in POLICIES.values() if p.group == group and p.name != "limits"]
        self._helps: dict[str, QLabel] = {}
        super().__init__(desk, [_field(p) for p in self.policies], self._change, columns=2)
        self.cancel_button.hide()
        self.edited.connect(self._follow)

    def _change(self, values: dict[str, Any], request: str) -> Any:
        changed = {name: values[name] for name in self.changes()}
        for name, value in changed.items():
            if value is None and isinstance(POLICIES[name].default, str):
                changed[name] = ""
        return partial(policies.change, request=request, values=changed)

    def show_values(self, values: dict[str, Any]) -> None:
        """Show the settings as stored, unless somebody is changing them here."""
        if not self.changes() or not self._opened_with:
            self.fill({policy.name: values[policy.name] for policy in self.policies})
        self._follow()

    def _follow(self) -> None:
        self.submit_button.setEnabled(bool(self.changes()) and not self.writing)

    def _set_writing(self, writing: bool) -> None:
        super()._set_writing(writing)
        self._follow()

    def _build(self) -> None:
        super()._build()
        for policy in self.policies:
            if policy.help:
                label = QLabel(wordWrap=True)
                theme.mark(label, text="caption")
                box = self._cells[policy.name].layout()
                assert isinstance(box, QVBoxLayout)
                box.insertWidget(2, label)
                self._helps[policy.name] = label
        for name in _FOLDERS:
            editor = self.editors.get(name)
            if editor is not None and isinstance(editor.widget, QLineEdit):
                browse = QAction(editor.widget)
                theme.set_icon(browse, "folder-open", size=16)
                browse.triggered.connect(partial(self._browse, name))
                editor.widget.addAction(browse, QLineEdit.ActionPosition.TrailingPosition)
                browse.setObjectName("browse")

    def _retranslate(self) -> None:
        super()._retranslate()
        for policy in self.policies:
            if policy.unit:
                titled = _("{setting} ({unit})").format(setting=_(policy.title), unit=_(policy.unit))
                self._labels[policy.name].setText(titled)
                self.editors[policy.name].widget.setAccessibleName(titled)
        for name, label in self._helps.items():
            label.setText(_(POLICIES[name].help))
        for name in _FOLDERS:
            if name in self.editors:
                browse = self.editors[name].widget.findChild(QAction, "browse")
                if browse is not None:
                    browse.setText(_("Choose a folder"))
                    browse.setToolTip(_("Choose a folder"))

    def _browse(self, name: str) -> None:
        dialog = QFileDialog(self.window(), _("Choose a folder"), str(self.values()[name] or ""))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.editors[name].set_value)
        dialog.open()


class SettingsPage(Page):
    """Every group as a card that is saved by itself."""

    id = "settings"
    title = N_("Settings")
    permission = Permission.EDIT_SETTINGS
    topics = frozenset({Topic.SETTINGS})

    def build(self) -> None:
        """Make a card per group."""
        groups = list(dict.fromkeys(p.group for p in POLICIES.values() if p.name != "limits"))
        area = ScrollArea(self)
        column = QVBoxLayout(area.inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(2 * theme.SPACE)
        self.cards: list[tuple[str, Card]] = []
        self.forms: list[GroupForm] = []
        for group in groups:
            card, form = Card(), GroupForm(self.desk, group)
            form.done.connect(self._saved)
            if group == POLICIES["outage_copy_days"].group:
                card.content.addWidget(OutageState(self.desk))
            card.content.addWidget(form)
            column.addWidget(card)
            self.cards.append((group, card))
            self.forms.append(form)
        self.limits = LimitsCard(self.desk)
        self.limits.saved.connect(self._saved)
        column.addWidget(self.limits)
        column.addStretch()
        self.content.addWidget(area)

    def retranslate(self) -> None:
        """Set every text."""
        for group, card in self.cards:
            card.set_heading(_(group))
        self.limits.retranslate()

    def reload(self) -> None:
        """Ask for every setting."""
        self.host.ask("settings", policies.settings, self._came)

    def _came(self, values: dict[str, Any]) -> None:
        for form in self.forms:
            form.show_values(values)
        self.limits.show_limits(values["limits"])

    def _saved(self, _changed: object) -> None:
        for form in self.forms:
            if form is self.sender():
                form.fill(form.values())
                form._follow()
        self.desk.notices.tell(_("Settings saved."))
