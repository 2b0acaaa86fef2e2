"""Operators: who works here, in which role; taken on, changed, switched off, helped back in."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop_admin.i18n import N_, _, format_instant
from desktop_admin.models.administration import OPERATORS, operator_state
from desktop_admin.models.records import RecordTable
from desktop_admin.services import branches, operators
from desktop_admin.services.command import new_request
from desktop_admin.services.operators import OperatorRow, Secret
from desktop_admin.services.permissions import Permission, Role, role_title
from desktop_admin.services.topics import Topic
from desktop_admin.tasks import Progress
from desktop_admin.views import theme
from desktop_admin.views.administration.operator_forms import OperatorForms
from desktop_admin.views.administration.page import Page
from desktop_admin.views.administration.secret import SecretDialog
from desktop_admin.views.notices import ask
from desktop_admin.views.screen import ActionButton
from desktop_admin.views.widgets.badge import Badge
from desktop_admin.views.widgets.drawer import Drawer
from desktop_admin.views.widgets.facts import Facts
from desktop_admin.views.widgets.record_table import RecordTableView


class OperatorsPage(Page):
    """The list, and beside it what is to be known of one and done about it."""

    id = "operators"
    title = N_("Operators")
    permission = Permission.EDIT_OPERATORS
    topics = frozenset({Topic.OPERATORS})

    def build(self) -> None:
        """Make the list and the drawer."""
        self.forms = OperatorForms(self, self._created)
        self._row: OperatorRow | None = None
        self.shown_id = 0
        self.new_act = self.act("new", N_("New operator"), self.forms.add, keys="F4", icon="user-plus")
        self.edit_act = self.act("edit", N_("Edit operator"), self.edit, keys="F2", icon="pencil")
        self.reset_act = self.act("reset", N_("New one-time password"), self.reset, icon="key-round")
        self.unlock_act = self.act("unlock", N_("Unlock"), self.unlock, icon="lock-open")
        self.switch_act = self.act("switch", N_("Switch the account off or on"), self.switch, icon="user-x")
        self.content.addLayout(self.bar((self.new_act, "primary")))
        self.table = RecordTableView(RecordTable(OPERATORS))
        self.host.use_table(self.table, "operators")
        self.table.picked.connect(self.show_row)
        self.table.opened.connect(self._open)
        self.drawer, self.badge, self.facts = Drawer(self, width=320), Badge(), Facts()
        buttons = QVBoxLayout()
        buttons.setSpacing(theme.SPACE)
        for action in (self.edit_act, self.reset_act, self.unlock_act, self.switch_act):
            buttons.addWidget(ActionButton(action, "plain", self.drawer))
        self.drawer.content.addWidget(self.badge)
        self.drawer.content.addWidget(self.facts)
        self.drawer.content.addLayout(buttons)
        self.drawer.content.addStretch()
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.table, 1)
        row.addWidget(self.drawer)
        self.content.addLayout(row, 1)

    def retranslate(self) -> None:
        """Set every text."""
        self.table.setAccessibleName(_("Operators"))
        self._say()

    def activate(self, active: bool) -> None:
        """Actions on one operator need one."""
        super().activate(active)
        self._allow(active)

    def reload(self) -> None:
        """Ask for the operators and the open branches."""
        self.host.ask("branches", branches.names, self.forms.offer, quiet=True)
        self.host.ask("operators", operators.listing, self._came)

    def _came(self, rows: tuple[OperatorRow, ...]) -> None:
        records = self.table.records
        assert isinstance(records, RecordTable)
        records.set_records(rows)
        found = next((row for row in rows if row.id == self.shown_id), None)
        if found is not None:
            self.table.select_where(lambda row: row.id == found.id)
        self.show_row(found)

    # --- one operator -----------------------------------------------------------------------------

    def show_row(self, row: OperatorRow | None) -> None:
        """Show one operator beside the list."""
        self._row = row
        self.shown_id = row.id if row is not None else 0
        self._allow(self.isVisible())
        if row is None:
            self.drawer.shut()
            return
        self.drawer.open(row.name)
        self._say()

    def _allow(self, active: bool) -> None:
        row = self._row
        may = active and row is not None and self.desk.can(self.permission)
        own = row is not None and self.desk.actor is not None and row.id == self.desk.actor.operator_id
        self.edit_act.setEnabled(may)
        self.reset_act.setEnabled(may and not own)
        self.unlock_act.setEnabled(may and row is not None and row.failures > 0)
        self.switch_act.setEnabled(may and not own)

    def _say(self) -> None:
        row = self._row
        if row is None:
            return
        state, tone = operator_state(row)
        self.badge.say(_(state), tone)
        seen = format_instant(row.last_sign_in) if row.last_sign_in else _("never")
        facts: list[tuple[str, ...]] = [
            (_("Sign-in name"), row.login),
            (_("Role"), _(role_title(Role(row.role)))),
            (_("Branch"), row.branch),
            (_("Last sign-in"), seen),
            (_("PIN"), _("set") if row.has_pin else _("none")),
            (_("Own account"), f"{row.member} · {row.card}" if row.card else _("none")),
        ]
        if row.failures:
            facts.append((_("Wrong passwords"), str(row.failures), "warn"))
        self.facts.say(facts)

    # --- acts -------------------------------------------------------------------------------------

    def _open(self, _row: object) -> None:
        self.edit()

    def _created(self, operator_id: int) -> None:
        self.shown_id = operator_id

    def edit(self) -> None:
        """Change the operator shown."""
        if self._row is not None:
            self.forms.edit(self._row, self._row.version)

    def reset(self) -> None:
        """Give the operator shown a new one-time password, after a question."""
        row = self._row
        if row is None:
            return
        ask(
            self.window(), _("New one-time password for {name}?").format(name=row.name),
            _("The present password and PIN stop working at once."), _("Make a new password"),
            partial(self._reset, row),
        )  # fmt: skip

    def _reset(self, row: OperatorRow) -> None:
        request = new_request()

        def job(progress: Progress) -> Secret:
            secret = operators.new_secret()
            progress.write(
                partial(operators.reset_password, request=request, operator_id=row.id, secret_hash=secret.hash,
                        verifier=secret.verifier)
            )
            return secret

        def done(secret: Secret) -> None:
            SecretDialog(self.window(), row.name, secret.plain).open()

        self.desk.tasks.run(self, job, done, self.desk.notices.report)

    def unlock(self) -> None:
        """Let the operator shown try again at once."""
        if self._row is not None:
            act = partial(operators.unlock, request=new_request(), operator_id=self._row.id)
            self.host.send(act, lambda _saved: self.desk.notices.tell(_("Unlocked.")))

    def switch(self) -> None:
        """Switch the account shown off or on."""
        row = self._row
        if row is None:
            return
        act = partial(
            operators.set_active, request=new_request(), operator_id=row.id, version=row.version, active=not row.active
        )
        send = partial(self.host.send, act, lambda _saved: self.desk.notices.tell(_("Saved.")))
        if not row.active:
            send()
            return
        ask(
            self.window(), _("Switch off the account of {name}?").format(name=row.name),
            _("It holds from their next act on. Everything they did stays as it is."), _("Switch off"), send,
            danger=True,
        )  # fmt: skip
