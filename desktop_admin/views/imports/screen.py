"""Imports: what was imported, to be resumed or undone; and the guide that imports the next file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _, format_number, format_points
from desktop_admin.models.imports import HISTORY, HISTORY_SOURCE, NEWEST
from desktop_admin.models.pages import PagedTable
from desktop_admin.services.imports import BatchRow, Undone
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.tasks import Cancelled, Job, Step
from desktop_admin.views.imports import jobs
from desktop_admin.views.imports.files import FilesScreen
from desktop_admin.views.imports.guide import Guide
from desktop_admin.views.screen import ActionButton
from desktop_admin.views.widgets.record_table import RecordTableView


class ImportsScreen(FilesScreen):
    """History with Resume and Undo; a file dropped anywhere opens the guide."""

    title = N_("Imports")
    subtitle = N_("Purchases and members from CSV and Excel files")
    topics = frozenset({Topic.PURCHASES, Topic.MEMBERS})

    def build(self) -> None:
        """Make the history and the guide."""
        self.setAcceptDrops(True)
        self._undoing: Job | None = None
        self.paged: PagedTable[BatchRow] = PagedTable(HISTORY, self.desk.tasks, HISTORY_SOURCE, NEWEST)
        self.table = RecordTableView(self.paged)
        self.use_table(self.table, "history")
        self.table.picked.connect(self._picked)
        self.paged.failed.connect(self.show_failed)
        self.paged.first_page.connect(self._first_page)
        self._guide: Guide | None = None
        self.history = QWidget()
        column = QVBoxLayout(self.history)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.row_bar = QHBoxLayout()
        self.row_bar.setSpacing(8)
        column.addLayout(self.row_bar)
        column.addWidget(self.table)
        self.places = QStackedWidget(self.body)
        self.places.addWidget(self.history)
        self.content.addWidget(self.places)
        self._make_actions()

    @property
    def guide(self) -> Guide:
        """The guide, made when it is first wanted: most visits look at the history only."""
        if self._guide is None:
            self._guide = guide = Guide(self.desk)
            guide.closed.connect(self.show_history)
            guide.choose_wanted.connect(self.choose)
            guide.template_wanted.connect(self.save_template)
            guide.rejects_wanted.connect(self.write_rejects)
            self.places.addWidget(guide)
            guide.retranslate()
        return self._guide

    def _make_actions(self) -> None:
        add = partial(self.add_act, permission=Permission.IMPORT)
        self.new_act = add("imports.new", N_("Import a file"), self.begin, keys="Ctrl+N", icon="upload")
        self.resume_act = add("imports.resume", N_("Resume"), self.resume, icon="play")
        self.undo_act = self.add_act(
            "imports.undo", N_("Undo the import"), self.undo, icon="undo-2", permission=Permission.UNDO_IMPORT
        )
        self.rejects_act = add(
            "imports.rejects", N_("Save the rows left out…"), self.save_rejects, icon="file-spreadsheet"
        )
        add("imports.template_purchases", N_("Template for purchases"), partial(self.save_template, "purchases"))
        add("imports.template_members", N_("Template for members"), partial(self.save_template, "members"))
        for action in (self.resume_act, self.undo_act, self.rejects_act):
            self.row_bar.addWidget(ActionButton(action, "plain", self.history))
        self.row_bar.addStretch()
        self.new_button = self.header_button(self.new_act, "primary")
        self.places.currentChanged.connect(self._place_changed)
        self.table.add_acts([self.resume_act, self.undo_act, self.rejects_act])
        self._picked(None)

    def retranslate(self) -> None:
        """Set every text."""
        self.table.setAccessibleName(_("Imports"))
        if self._guide is not None:
            self._guide.retranslate()

    def reload(self) -> None:
        """Ask for the list; on an empty shop the guide is shown at once."""
        from desktop_admin.services import imports

        self.ask("count", imports.count, self._counted)
        self.paged.reload(keep_place=True)

    def _counted(self, count: int) -> None:
        if not count and (self._guide is None or (self._guide.job is None and self._guide.step == 0)):
            self.begin()

    def arrive(self, **where: Any) -> None:
        """`desk.open("imports", path=…)` opens a file."""
        if where.get("path"):
            self.open_file(Path(where["path"]))

    def begin(self) -> None:
        """Show the guide from its first step."""
        if self.guide.job is None:
            self.guide.begin()
        self.places.setCurrentWidget(self.guide)
        self.guide.file.choose.setFocus()

    def open_file(self, path: Path) -> None:
        """Look into a file."""
        if self.guide.job is None:
            self.places.setCurrentWidget(self.guide)
            self.guide.open_file(path)

    def save_rejects(self) -> None:
        """Write the rows an import left out."""
        row: BatchRow | None = self.table.current()
        if row is not None:
            self.write_rejects(row.id, None)

    # --- the list ---------------------------------------------------------------------------------

    def show_history(self) -> None:
        """Go back to the list."""
        self.guide.begin()
        self.places.setCurrentWidget(self.history)
        self.table.setFocus()
        self.paged.reload(keep_place=True)

    def _first_page(self) -> None:
        """What undoing takes back is seen to be chosen."""
        if self.paged.rowCount() and not self.table.selectionModel().hasSelection():
            self.table.selectRow(max(0, self.table.currentIndex().row()))

    def _place_changed(self) -> None:
        self.new_button.setVisible(self.places.currentWidget() is self.history)

    def _picked(self, row: BatchRow | None) -> None:
        idle = self._undoing is None
        state = row.state if row is not None else ""
        self.resume_act.setEnabled(idle and state == "running" and self.desk.can(Permission.IMPORT))
        self.undo_act.setEnabled(
            idle and state in ("running", "done", "undoing") and self.desk.can(Permission.UNDO_IMPORT)
        )
        self.rejects_act.setEnabled(bool(row and row.rows_bad))

    def resume(self) -> None:
        """Go on with an unfinished import; where its file is gone, ask where it is."""
        row: BatchRow | None = self.table.current()
        if row is None or self.guide.job is not None:
            return
        path: Path | None = None
        if not Path(row.path).exists():
            name, _kind = QFileDialog.getOpenFileName(self, _("Where is {name} now?").format(name=row.file))
            if not name:
                return
            path = Path(name)
        self.places.setCurrentWidget(self.guide)
        self.guide.resume(row.id, path)

    def undo(self) -> None:
        """Take a whole import back, after asking."""
        row: BatchRow | None = self.table.current()
        if row is None or self._undoing is not None:
            return
        text = _(
            "Undo the import of {file}? Its purchases are voided and their points taken back; what was spent is owed."
        )
        box = QMessageBox(QMessageBox.Icon.Question, _("Undo the import"), text.format(file=row.file), parent=self)
        yes = box.addButton(_("Undo it"), QMessageBox.ButtonRole.AcceptRole)
        no = box.addButton(_("Leave it"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(no)
        box.exec()
        if box.clickedButton() is yes:
            self.undo_now(row.id)

    def undo_now(self, batch_id: int) -> None:
        """Take it back."""
        self._undoing = self.desk.tasks.run(
            self, partial(jobs.undo, batch_id), self._undone, self._not_undone, self._stepped
        )
        self._picked(self.table.current())
        self._stepped(Step(0, 0))

    def _stepped(self, step: Step) -> None:
        count = f"{format_number(step.done)} / {format_number(step.total)}"
        text = f"{step.text}  {count}" if step.total else _("Taking back…")
        self.banner.say(text, tone="info", action=_("Stop"), act=self._undoing.cancel if self._undoing else None)

    def _undone(self, done: Undone) -> None:
        self._ended()
        text = _("Undone: {purchases} purchases, {points} points taken back.")
        self.desk.notices.tell(text.format(purchases=format_number(done.purchases), points=format_points(done.points)))

    def _not_undone(self, error: Exception) -> None:
        self._ended()
        if not isinstance(error, Cancelled):
            self.desk.notices.report(error)

    def _ended(self) -> None:
        self._undoing = None
        self.banner.hide()
        self.paged.reload(keep_place=True)
        self._picked(self.table.current())
