"""Restoring: what would vanish is listed, the password is asked again, and somebody else confirms it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_instant, format_number, format_points
from desktop_admin.models.administration import VANISHING
from desktop_admin.models.records import RecordTable
from desktop_admin.services import backup, operators
from desktop_admin.services.backup import Restored, RestorePlan
from desktop_admin.services.errors import Refused
from desktop_admin.services.topics import Topic
from desktop_admin.tasks import Cancelled, Progress, message_of
from desktop_admin.views import theme
from desktop_admin.views.administration.page import RunBar
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.facts import Facts
from desktop_admin.views.widgets.record_table import RecordTableView

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk


class RestoreDialog(QDialog):
    """Examines the file, shows what a restore would do, restores; afterwards everybody signs in again."""

    def __init__(self, parent: QWidget, desk: Desk, path: str, other: str = "") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.desk, self.path = desk, path
        self.plan: RestorePlan | None = None
        self.setWindowTitle(_("Restore a backup"))
        self.heading, self.banner = QLabel(_("Restore a backup")), Banner(self)
        self.facts, self.bar = Facts(), RunBar(self)
        theme.mark(self.heading, text="heading")
        self.banner.hide()
        self.facts.hide()
        self.table = RecordTableView(RecordTable(VANISHING))
        self.table.setAccessibleName(_("What would vanish"))
        self.table.hide()
        self.password, self.error = QLineEdit(echoMode=QLineEdit.EchoMode.Password), QLabel(wordWrap=True)
        theme.mark(self.error, text="error")
        self.password.setAccessibleName(_("Your password"))
        self.password.setPlaceholderText(_("Your password"))
        self.password.textChanged.connect(self._typed)
        self.password.returnPressed.connect(self.restore)
        self.no, self.yes = QPushButton(_("Cancel"), autoDefault=False), QPushButton(_("Restore"), autoDefault=False)
        theme.mark(self.yes, kind="danger")
        self.no.clicked.connect(self.close)
        self.yes.clicked.connect(self.restore)
        self.four_eyes = QLabel(_("A second administrator or manager must confirm this."), wordWrap=True)
        self.witness, self.witness_password = QLineEdit(), QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        for edit, said in ((self.witness, _("Their login")), (self.witness_password, _("Their password"))):
            edit.setAccessibleName(said)
            edit.setPlaceholderText(said)
            edit.textChanged.connect(self._typed)
            edit.returnPressed.connect(self.restore)
        self._lay_out()
        self._allow(False)
        job = desk.tasks.run(self, partial(_plan, path=path, other=other), self._planned, self._failed, self.bar.step)
        self.bar.begin(job)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE)
        buttons.addWidget(self.password, 1)
        buttons.addWidget(self.no)
        buttons.addWidget(self.yes)
        second = QHBoxLayout()
        second.setSpacing(theme.SPACE)
        for widget in (self.four_eyes, self.witness, self.witness_password):
            second.addWidget(widget, 1)
            widget.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        for above in (self.heading, self.banner, self.facts, self.bar):
            column.addWidget(above)
        column.addWidget(self.table, 1)
        column.addWidget(self.error)
        column.addLayout(second)
        column.addLayout(buttons)
        self.setMinimumWidth(theme.current().px(640))

    # --- examining --------------------------------------------------------------------------------

    def _planned(self, plan: RestorePlan) -> None:
        self.bar.end()
        self.plan, self.path = plan, plan.backup.path
        examined = plan.backup
        facts = [(_("File"), examined.path), (_("Shop"), examined.shop_name), (_("Digest"), examined.sha256)]
        if examined.newest_at is not None:
            facts.insert(2, (_("Newest operation in it"), format_instant(examined.newest_at)))
        self.facts.say(facts)
        self.facts.show()
        if not examined.good:
            detail = f" ({examined.detail})" if examined.detail else ""
            self.banner.say(_(examined.problem) + detail, tone="bad")
            return
        self._tell(plan)
        for widget in (self.four_eyes, self.witness, self.witness_password):
            widget.setVisible(plan.witness)
        self._allow(True)
        self.password.setFocus()

    def _tell(self, plan: RestorePlan) -> None:
        if not plan.known:
            text, tone = _("What would vanish cannot be told: the shop does not go on from this backup."), "warn"
        elif not plan.operations:
            text, tone = _("Nothing was written after this backup."), "info"
        else:
            text = _("{operations} operations with {entries} entries ({points} points) would vanish.").format(
                operations=format_number(plan.operations),
                entries=format_number(plan.entries),
                points=format_points(plan.points, signed=True),
            )
            tone = "warn"
        kept = _("The shop as it is now is backed up first. Everybody must sign in again.")
        self.banner.say(f"{text} {kept}", tone=tone)
        records = self.table.records
        assert isinstance(records, RecordTable)
        records.set_records(plan.vanishing)
        self.table.setVisible(bool(plan.vanishing))
        self.table.setMinimumHeight(theme.current().px(200) if plan.vanishing else 0)

    def _allow(self, may: bool) -> None:
        for edit in (self.password, self.witness, self.witness_password):
            edit.setEnabled(may)
        self.yes.setEnabled(may and self._complete())

    def _complete(self) -> bool:
        asked = [self.password]
        if self.plan is not None and self.plan.witness:
            asked += [self.witness, self.witness_password]
        return all(edit.text() for edit in asked)

    def _typed(self, _text: str) -> None:
        self.error.clear()
        self.yes.setEnabled(self._complete() and self.password.isEnabled())

    # --- restoring --------------------------------------------------------------------------------

    def restore(self) -> None:
        """Restore, once the passwords were right."""
        if self.plan is None or self.bar.running or not self._complete():
            return
        self._allow(False)
        second = (self.witness.text(), self.witness_password.text()) if self.plan.witness else None
        job = partial(_restore, path=self.path, password=self.password.text(), second=second)
        self.bar.begin(self.desk.tasks.run(self, job, self._restored, self._failed, self.bar.step))

    def _restored(self, restored: Restored) -> None:
        self.bar.end()
        self.desk.notices.tell(_("Restored. What was here before is kept in {file}.").format(file=restored.kept))
        self.accept()
        self.desk.sign_in(None)

    def _failed(self, error: Exception) -> None:
        self.bar.end()
        wrong = self.witness_password if isinstance(error, Refused) and error.field == "witness" else self.password
        wrong.clear()
        self._allow(self.plan is not None and self.plan.backup.good)
        if isinstance(error, Refused):
            self.error.setText(message_of(error))
            wrong.setFocus()
        elif not isinstance(error, Cancelled):
            self.banner.say(message_of(error), tone="bad")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what is being examined; never in the middle of a restore."""
        self.bar.cancel()
        super().closeEvent(event)


def there(path: str, other: str) -> str:
    """The file, or its copy elsewhere where the file is gone. Looks at the disk."""
    return other if other and not Path(path).exists() else path


def _plan(progress: Progress, *, path: str, other: str) -> RestorePlan:
    return backup.plan(there(path, other), progress.database, actor=progress.actor, progress=progress)


def _restore(progress: Progress, *, path: str, password: str, second: tuple[str, str] | None) -> Restored:
    actor, witness = progress.actor, None
    assert actor is not None
    operators.prove(progress.database, actor=actor, password=password)
    if second is not None:
        login, secret = second
        witness = operators.confirm(progress.database, actor=actor, login=login, password=secret)
    restored = backup.restore(path, progress.database, actor=actor, witness=witness, progress=progress)
    progress.touched(frozenset(Topic))
    return restored
