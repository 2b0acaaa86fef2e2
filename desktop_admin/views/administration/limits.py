"""Limits per role as a small table: rows are roles, columns are limits."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton

from desktop_admin.i18n import N_, _
from desktop_admin.services import policies
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission, Role, role_title
from desktop_admin.services.policies import POLICIES
from desktop_admin.services.rules.limits import DEFAULT_LIMITS, Limits, check_limits
from desktop_admin.services.rules.words import RuleError
from desktop_admin.tasks import message_of
from desktop_admin.views import theme
from desktop_admin.views.attempt import Attempt
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.card import Card
from desktop_admin.views.widgets.edits import CountEdit, error_text

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk

_ROLES = (Role.COUNTER, Role.CLERK, Role.MANAGER, Role.ADMINISTRATOR)
_COLUMNS = (
    ("per_act", N_("Points per act")),
    ("per_day", N_("Points per day")),
    ("most_per_act", N_("Most with approval")),
    ("reversal_days", N_("Reverses up to, days")),
)


class LimitsCard(Card):
    """Saved as a whole; ``saved`` after it was."""

    saved = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.attempt = desk, Attempt()
        self.banner = Banner(self)
        self.banner.hide()
        self.help = QLabel(wordWrap=True)
        theme.mark(self.help, text="muted")
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(12)
        self.grid.setVerticalSpacing(theme.SPACE)
        self.heads = [QLabel() for _column in _COLUMNS]
        self.roles = [QLabel() for _role in _ROLES]
        for column, head in enumerate(self.heads, start=1):
            theme.mark(head, text="label")
            self.grid.addWidget(head, 0, column)
            self.grid.setColumnStretch(column, 1)
        self.edits: dict[tuple[str, str], CountEdit] = {}
        for line, role in enumerate(_ROLES, start=1):
            self.grid.addWidget(self.roles[line - 1], line, 0)
            for column, (name, _title) in enumerate(_COLUMNS, start=1):
                edit = CountEdit()
                self.grid.addWidget(edit, line, column)
                self.edits[role.value, name] = edit
        self.save = QPushButton(autoDefault=False)
        theme.mark(self.save, kind="primary")
        self.save.clicked.connect(self.submit)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.save)
        for widget in (self.banner, self.help):
            self.content.addWidget(widget)
        self.content.addLayout(self.grid)
        self.content.addLayout(row)

    def retranslate(self) -> None:
        """Set every text."""
        self.set_heading(_(POLICIES["limits"].title))
        self.help.setText(_(POLICIES["limits"].help))
        for label, (_name, title) in zip(self.heads, _COLUMNS, strict=True):
            label.setText(_(title))
        for label, role in zip(self.roles, _ROLES, strict=True):
            label.setText(_(role_title(role)))
        for (role_name, name), edit in self.edits.items():
            title = dict(_COLUMNS)[name]
            edit.setAccessibleName(f"{_(role_title(Role(role_name)))}: {_(title)}")
        self.save.setText(_("Save"))

    def show_limits(self, stored: dict[str, Any]) -> None:
        """Show the limits as stored, over those of the house."""
        for role in _ROLES:
            limits = asdict(DEFAULT_LIMITS[role.value]) | dict(stored.get(role.value, {}))
            for name, _title in _COLUMNS:
                self.edits[role.value, name].set_value(limits[name])

    def submit(self) -> None:
        """Check that no limit contradicts another, and save."""
        self.banner.hide()
        values: dict[str, dict[str, int]] = {}
        for role in _ROLES:
            try:
                said = {name: self.edits[role.value, name].value() or 0 for name, _title in _COLUMNS}
                check_limits(Limits(**said))
            except RuleError as error:
                self._tell(role, message_of(Refused.of(error)))
                return
            except ValueError as error:
                self._tell(role, error_text(error))
                return
            values[role.value] = said
        operation = partial(policies.change, request=self.attempt.id, values={"limits": values})
        self.attempt.send(self.desk.tasks, self, operation, self._done, self._failed)
        self._follow()

    def _follow(self) -> None:
        free = not self.attempt.busy
        self.save.setEnabled(free and self.desk.can(Permission.EDIT_SETTINGS))
        for edit in self.edits.values():
            edit.setEnabled(free)

    def _tell(self, role: Role, text: str) -> None:
        self.banner.say(f"{_(role_title(role))}: {text}", tone="bad")

    def _done(self, changed: object) -> None:
        self._follow()
        self.saved.emit(changed)

    def _failed(self, error: Exception) -> None:
        self._follow()
        self.banner.say(message_of(error), tone="bad")
