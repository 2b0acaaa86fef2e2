"""Backups: how old the newest is, making one, rehearsing and restoring."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from desktop_admin.i18n import N_, _, format_age, format_instant, format_number
from desktop_admin.models.administration import BACKUPS
from desktop_admin.models.records import RecordTable
from desktop_admin.services import backup
from desktop_admin.services.backup import BackupRow, BackupState, Examined, Made
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.tasks import Cancelled, Progress
from desktop_admin.views.administration.page import Page, RunBar
from desktop_admin.views.administration.restoring import RestoreDialog, there
from desktop_admin.views.dialogs import FormDialog
from desktop_admin.views.form import Field, Form
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.record_table import RecordTableView


class BackupsPage(Page):
    """State, list, and what can be done."""

    id = "backups"
    title = N_("Backups")
    permission = Permission.BACKUP
    topics = frozenset({Topic.BACKUPS, Topic.SETTINGS})

    def build(self) -> None:
        """Make the state and the list."""
        self._state: BackupState | None = None
        self.make_act = self.act("make", N_("Back up now"), self.make, keys="F4", icon="hard-drive")
        self.drill_act = self.act("drill", N_("Rehearse restoring"), self.drill, icon="clipboard-check")
        self.restore_act = self.act(
            "restore", N_("Restore…"), self.restore, icon="history", permission=Permission.RESTORE
        )
        self.file_act = self.act(
            "file", N_("Restore from a file…"), self.choose, icon="folder-open", permission=Permission.RESTORE
        )
        self.mark_act = self.act("mark", N_("Mark a backup of the server"), self.mark, icon="database")
        self.state_banner, self.run_bar = Banner(self), RunBar(self)
        self.state_banner.hide()
        self.content.addWidget(self.state_banner)
        self.server_bar, self.file_bar = QWidget(), QWidget()
        self.server_bar.setLayout(self.bar((self.mark_act, "primary")))
        restores = ((self.file_act, "ghost"), (self.restore_act, "plain"), (self.drill_act, "plain"))
        self.file_bar.setLayout(self.bar(*restores, (self.make_act, "primary")))
        for widget in (self.server_bar, self.file_bar):
            layout = widget.layout()
            assert layout is not None
            layout.setContentsMargins(0, 0, 0, 0)
            self.content.addWidget(widget)
        self.server_bar.hide()
        self.content.addWidget(self.run_bar)
        self.table = RecordTableView(RecordTable(BACKUPS))
        self.host.use_table(self.table, "backups")
        self.table.picked.connect(self._picked)
        row = QHBoxLayout()
        row.addWidget(self.table, 1)
        self.content.addLayout(row, 1)

    def retranslate(self) -> None:
        """Set every text."""
        self.table.setAccessibleName(_("Backups"))
        self.run_bar.retranslate()
        self._say()

    def activate(self, active: bool) -> None:
        """Some actions need a backup chosen, none while one runs."""
        super().activate(active)
        self._allow(active)

    def reload(self) -> None:
        """Ask for state and list."""
        self.host.ask("backup-state", backup.state, self._state_came)
        self.host.ask("backups", backup.listing, self._came)

    def _state_came(self, state: BackupState) -> None:
        self._state = state
        self.server_bar.setVisible(state.on_server)
        self.file_bar.setVisible(not state.on_server)
        self._allow(self.isVisible())
        self._say()

    def _came(self, rows: tuple[BackupRow, ...]) -> None:
        records = self.table.records
        assert isinstance(records, RecordTable)
        chosen = self.table.current()
        records.set_records(rows)
        if isinstance(chosen, BackupRow):
            self.table.select_where(lambda row: bool(row.id == chosen.id))
        self._allow(self.isVisible())

    def _say(self) -> None:
        state = self._state
        if state is None:
            return
        if state.newest_at is None:
            text, tone = _("There is no good backup yet."), "warn"
        else:
            age = format_age(datetime.now(UTC) - state.newest_at)
            when = format_instant(state.newest_at)
            text, tone = _("The newest good backup is of {when} ({age}).").format(when=when, age=age), "good"
        if state.on_server:
            text += " " + _("The server's administrator backs it up; how to tell this program is in the help.")
        elif not state.copied and not state.problem:
            text += " " + _("No copy lies on another machine: name a place for it in the settings.")
        if state.problem:
            text += " " + _(state.problem)
        if state.warn:
            tone = "bad" if state.newest_at else "warn"
        elif state.problem or not (state.copied or state.on_server):
            tone = "warn"
        self.state_banner.say(text, tone=tone)

    def _picked(self, _row: BackupRow | None) -> None:
        self._allow(self.isVisible())

    def _allow(self, active: bool) -> None:
        row = self.table.current()
        there = isinstance(row, BackupRow) and row.kind != "external"
        on_server = self._state is not None and self._state.on_server
        free = active and not self.run_bar.running
        self.make_act.setEnabled(free and not on_server and self.desk.can(Permission.BACKUP))
        self.mark_act.setEnabled(free and on_server and self.desk.can(Permission.BACKUP))
        self.drill_act.setEnabled(free and there and self.desk.can(Permission.BACKUP))
        self.restore_act.setEnabled(free and there and self.desk.can(Permission.RESTORE))
        self.file_act.setEnabled(free and not on_server and self.desk.can(Permission.RESTORE))

    # --- acts -------------------------------------------------------------------------------------

    def _run(self, job: Callable[[Progress], Any], done: Callable[[Any], None]) -> None:
        def over(answer: Any) -> None:
            self.run_bar.end()
            self._allow(self.isVisible())
            done(answer)

        def failed(error: Exception) -> None:
            self.run_bar.end()
            self._allow(self.isVisible())
            if not isinstance(error, Cancelled):
                self.desk.notices.report(error)

        self.run_bar.begin(self.desk.tasks.run(self, job, over, failed, self.run_bar.step))
        self._allow(self.isVisible())

    def make(self) -> None:
        """Back up now."""
        if not self.run_bar.running:
            self._run(_make, self._made)

    def _made(self, made: Made) -> None:
        size = format_number(-(-made.bytes // 1024))
        if made.problem:
            self.desk.notices.tell(_(made.problem), tone="warn")
        else:
            self.desk.notices.tell(_("Backed up and verified, {size} KB.").format(size=size))

    def drill(self) -> None:
        """Rehearse restoring the backup chosen: nothing is changed."""
        row = self.table.current()
        if isinstance(row, BackupRow) and not self.run_bar.running:
            self._run(partial(_drill, row=row), self._drilled)

    def _drilled(self, examined: Examined) -> None:
        if examined.good and examined.totals is not None:
            text = _("Restored in a temporary place and found whole: {members} members, {entries} entries.").format(
                members=format_number(examined.totals.members), entries=format_number(examined.totals.entries)
            )
            self.desk.notices.tell(text)
        else:
            self.desk.notices.tell(f"{_(examined.problem)} {examined.detail}", tone="bad")

    def restore(self) -> None:
        """Restore the backup chosen, after it was examined and a password given."""
        row = self.table.current()
        if isinstance(row, BackupRow):
            self._restore(row.file, row.copied_to)

    def choose(self) -> None:
        """Restore a backup from a file."""
        dialog = QFileDialog(self.window(), _("Choose a backup"), "", _("Backups (*.pointsdesk)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._restore)
        dialog.open()

    def _restore(self, path: str, other: str = "") -> None:
        RestoreDialog(self.window(), self.desk, path, other).open()

    def mark(self) -> None:
        """Say that the server was backed up."""

        def operation(values: dict[str, Any], request: str) -> Any:
            return partial(backup.mark_external, request=request, note=values["note"] or "")

        form = Form(self.desk, [Field("note", N_("Where the backup is"), required=True)], operation)
        FormDialog(self.window(), N_("Mark a backup of the server"), form).open()


def _make(progress: Progress) -> Made:
    assert progress.actor is not None
    made = backup.make(progress.database, actor=progress.actor, progress=progress)
    progress.touched({Topic.BACKUPS})
    return made


def _drill(progress: Progress, *, row: BackupRow) -> Examined:
    assert progress.actor is not None
    examined = backup.drill(there(row.file, row.copied_to), progress=progress)
    backup.record_drill(progress.database, actor=progress.actor, examined=examined)
    progress.touched({Topic.BACKUPS})
    return examined


