"""Branches: the places with a counter."""

from __future__ import annotations

from functools import partial
from typing import Any

from desktop_admin.i18n import N_, _
from desktop_admin.models.administration import BRANCHES
from desktop_admin.models.records import RecordTable
from desktop_admin.services import branches
from desktop_admin.services.branches import Branch
from desktop_admin.services.command import new_request
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.views.administration.page import Page
from desktop_admin.views.dialogs import FormDialog
from desktop_admin.views.form import Field, Form
from desktop_admin.views.notices import ask
from desktop_admin.views.widgets.record_table import RecordTableView

_FIELDS = (
    Field("code", N_("Code"), required=True, limit=12, placeholder=N_("like 02; printed on receipts")),
    Field("name", N_("Name"), required=True, limit=60),
    Field("address", N_("Address"), limit=200),
    Field("phone", N_("Phone"), limit=40),
)


class BranchesPage(Page):
    """The list of branches."""

    id = "branches"
    title = N_("Branches")
    permission = Permission.EDIT_BRANCHES
    topics = frozenset({Topic.OPERATORS, Topic.STOCK})

    def build(self) -> None:
        """Make the list."""
        self.new_act = self.act("new", N_("New branch"), self.add, keys="F4", icon="plus")
        self.edit_act = self.act("edit", N_("Edit branch"), self.edit, keys="F2", icon="pencil")
        self.switch_act = self.act("switch", N_("Close or open the branch"), self.switch, icon="store")
        acts = ((self.switch_act, "plain"), (self.edit_act, "plain"), (self.new_act, "primary"))
        self.content.addLayout(self.bar(*acts))
        self.table = RecordTableView(RecordTable(BRANCHES))
        self.host.use_table(self.table, "branches")
        self.table.picked.connect(self._picked)
        self.table.opened.connect(self._opened)
        self.content.addWidget(self.table, 1)

    def retranslate(self) -> None:
        """Set every text."""
        self.table.setAccessibleName(_("Branches"))

    def activate(self, active: bool) -> None:
        """Actions on one branch need one."""
        super().activate(active)
        self._picked(self.table.current() if active else None)

    def reload(self) -> None:
        """Ask for the branches."""
        self.host.ask("branches-all", branches.listing, self._came)

    def _came(self, rows: tuple[Branch, ...]) -> None:
        records = self.table.records
        assert isinstance(records, RecordTable)
        chosen = self.table.current()
        records.set_records(rows)
        if isinstance(chosen, Branch):
            self.table.select_where(lambda row: bool(row.id == chosen.id))
        self._picked(self.table.current())

    def _picked(self, row: Branch | None) -> None:
        for action in (self.edit_act, self.switch_act):
            action.setEnabled(row is not None and self.desk.can(self.permission))

    def _opened(self, _row: object) -> None:
        self.edit()

    def add(self) -> None:
        """Open a branch."""
        self._form(N_("New branch"), None)

    def edit(self) -> None:
        """Change the branch chosen."""
        row = self.table.current()
        if isinstance(row, Branch):
            self._form(N_("Edit branch"), row)

    def _form(self, title: str, row: Branch | None) -> None:
        def operation(values: dict[str, Any], request: str) -> Any:
            said = {name: value or "" for name, value in values.items()}
            if row is None:
                return partial(branches.create, request=request, **said)
            return partial(branches.edit, request=request, branch_id=row.id, version=row.version, **said)

        form = Form(self.desk, _FIELDS, operation)
        if row is not None:
            form.fill(row)
        form.done.connect(lambda _saved: self.desk.notices.tell(_("Saved.")))
        FormDialog(self.window(), title, form).open()

    def switch(self) -> None:
        """Close the branch chosen, or open it again."""
        row = self.table.current()
        if not isinstance(row, Branch):
            return
        act = partial(
            branches.set_active, request=new_request(), branch_id=row.id, version=row.version, active=not row.active
        )
        send = partial(self.host.send, act, lambda _saved: self.desk.notices.tell(_("Saved.")))
        if row.active:
            text = _("It is no longer offered anywhere. What happened there stays as it is.")
            ask(self.window(), _("Close {name}?").format(name=row.name), text, _("Close the branch"), send, danger=True)
        else:
            send()
