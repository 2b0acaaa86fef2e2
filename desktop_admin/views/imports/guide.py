"""The guide: file, columns, first rows, totals, import. Every step can be gone back from until something is stored."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _
from desktop_admin.models.imports import preview_columns
from desktop_admin.models.records import RecordTable
from desktop_admin.services.imports import DryRun, Imported, Looked, Plan, PreviewRow
from desktop_admin.tasks import Cancelled, message_of
from desktop_admin.views.desk import Desk
from desktop_admin.views.imports import jobs
from desktop_admin.views.imports.columns_page import ColumnsPage
from desktop_admin.views.imports.file_page import FilePage
from desktop_admin.views.imports.guide_frame import FiguresPage, GuideFrame, clear
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.record_table import RecordTableView

STEPS = (N_("File"), N_("Columns"), N_("First rows"), N_("Totals"), N_("Import"))
FILE, COLUMNS, ROWS, TOTALS, DONE = range(5)


class Guide(GuideFrame):
    """`closed` when done or given up; `imported(batch_id)` when something was stored."""

    choose_wanted = Signal()
    template_wanted = Signal(str)
    rejects_wanted = Signal(object, object)  # batch (0 none), plan

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._looked: Looked | None = None
        self._plan: Plan | None = None
        self._dry: DryRun | None = None
        self._done: Imported | None = None
        self.file, self.columns = FilePage(), ColumnsPage()
        self.rows, self.totals, self.result = QWidget(), FiguresPage(), FiguresPage()
        self._rows_place = QVBoxLayout(self.rows)
        self._rows_place.setContentsMargins(0, 0, 0, 0)
        for page in (self.file, self.columns, self.rows, self.totals, self.result):
            self.pages.addWidget(page)
        self._connect()

    def _connect(self) -> None:
        self.file.choose_wanted.connect(self.choose_wanted)
        self.file.template_wanted.connect(self.template_wanted)
        self.columns.again.connect(self._look_again)
        self.columns.changed.connect(self.allow)
        self.cancel.clicked.connect(self.stop)
        self.back.clicked.connect(self._go_back)
        self.next.clicked.connect(self._go_on)
        self.rejects.clicked.connect(self._want_rejects)

    def retranslate(self) -> None:
        """Set every text."""
        self.file.retranslate()
        self.columns.retranslate()
        self.back.setText(_("Back"))
        self.rejects.setText(_("Save the rows left out…"))
        self.bar.setAccessibleName(_("How far it is"))
        self._show_step()
        if self._dry is not None:
            self._show_totals(self._dry)
        if self._done is not None:
            self._show_done(self._done)

    # --- steps ------------------------------------------------------------------------------------

    def _go_to(self, step: int) -> None:
        self.pages.setCurrentIndex(step)
        self.error.hide()
        self._show_step()
        (self.file.choose if step == FILE else self.next).setFocus()

    def _show_step(self) -> None:
        parts = [f"{'●' if n == self.step else '○'} {n + 1} {_(name)}" for n, name in enumerate(STEPS)]
        self.steps.setText("     ".join(parts))
        said = {
            COLUMNS: _("Look at the first rows"),
            ROWS: _("Try the whole file"),
            TOTALS: _("Import now"),
            DONE: _("Close"),
        }
        self.next.setText(said.get(self.step, _("Next")))
        self.allow()

    def allow(self) -> None:
        """Show what can be done now."""
        busy = self.job is not None
        step = self.step
        self.cancel.setText(_("Stop") if busy else _("Close"))
        self.cancel.setVisible(step != DONE or busy)
        self.back.setVisible(FILE < step < DONE)
        self.back.setEnabled(not busy)
        ready = step != FILE and not busy
        if step == COLUMNS and self._looked is not None:
            missing = self.columns.missing()
            ready = ready and not missing
            self.next.setToolTip(_("Still without a column: {fields}.").format(fields=missing) if missing else "")
        if step == TOTALS:
            ready = ready and self._dry is not None and self._dry.possible
        self.next.setVisible(step != FILE)
        self.next.setEnabled(ready)
        bad = self._done.problem_rows if step == DONE and self._done else self._dry.problem_rows if self._dry else 0
        self.rejects.setVisible(bool(bad) and step in (TOTALS, DONE) and not busy)
        self.pages.setEnabled(not busy)

    def _go_back(self) -> None:
        self._go_to(self.step - 1)

    def _go_on(self) -> None:
        if self.step == COLUMNS:
            self.show_rows()
        elif self.step == ROWS:
            self.try_whole()
        elif self.step == TOTALS:
            self.import_now()
        else:
            self.closed.emit()

    def begin(self) -> None:
        """Begin anew."""
        self._looked = self._plan = self._dry = self._done = None
        self._go_to(FILE)

    # --- jobs -------------------------------------------------------------------------------------

    def failed(self, error: Exception) -> None:
        """Say what went wrong; a stop is no failure."""
        if isinstance(error, Cancelled):
            stored = self.step == TOTALS and self._dry is not None
            text = (
                _("Stopped. What was stored by then is listed as unfinished: resume or undo it.")
                if stored
                else _("Stopped.")
            )
            self.error.say(text, tone="warn")
        else:
            self.error.say(message_of(error), tone="bad")
        (self.next if self.next.isEnabled() else self.back if self.step else self.file.choose).setFocus()

    def open_file(self, path: Path, kind: str = "") -> None:
        """Look into a file and go to its columns."""
        self.begin()
        self._start(partial(jobs.look, path, kind, None, None), self._seen)

    def _look_again(self, encoding: str, sheet: str, kind: str) -> None:
        assert self._looked is not None
        path = Path(self._looked.facts.path)
        self._start(partial(jobs.look, path, kind, encoding or None, sheet or None), self._seen)

    def _seen(self, looked: Looked) -> None:
        self._looked = looked
        self.columns.show_file(looked)
        self._go_to(COLUMNS)

    def _planned(self) -> tuple[Looked, Plan]:
        assert self._looked is not None
        self._plan = self._looked.plan(self.columns.options(), self.columns.columns())
        return self._looked, self._plan

    def show_rows(self) -> None:
        """Judge the first rows and show them."""
        looked, plan = self._planned()
        self._start(partial(jobs.preview, looked, plan), self._show_rows)

    def _show_rows(self, rows: tuple[PreviewRow, ...]) -> None:
        assert self._plan is not None
        clear(self._rows_place)
        table = RecordTableView(
            RecordTable(preview_columns(self._plan.kind, self._plan.header, self._plan.columns), rows)
        )
        table.setAccessibleName(_("First rows"))
        note = Banner()
        bad = sum(row.verdict == "error" for row in rows)
        if bad:
            note.say(_("Of the first {rows} rows {bad} are wrong.").format(rows=len(rows), bad=bad), tone="warn")
            self._rows_place.addWidget(note)
        self._rows_place.addWidget(table)
        table.select_where(lambda row: row.verdict == "error")
        self._go_to(ROWS)

    def try_whole(self) -> None:
        """Judge every row and count, without storing anything."""
        assert self._plan is not None
        self._start(partial(jobs.dry_run, self._plan), self._tried)

    def _tried(self, dry: DryRun) -> None:
        self._dry = dry
        self._show_totals(dry)
        self._go_to(TOTALS)

    def _show_totals(self, dry: DryRun) -> None:
        assert self._plan is not None
        self.totals.show_trial(self._plan.kind, dry)

    def import_now(self) -> None:
        """Store it."""
        assert self._plan is not None
        again = bool(self._looked and self._looked.seen)
        self._start(partial(jobs.run, self._plan, again), self._imported)

    def resume(self, batch_id: int, path: Path | None = None) -> None:
        """Go on with an unfinished import."""
        self.begin()
        self._start(partial(jobs.resume, batch_id, path), self._imported)

    def _imported(self, done: Imported) -> None:
        self._done = done
        self._show_done(done)
        self._go_to(DONE)

    def _show_done(self, done: Imported) -> None:
        kind = self._plan.kind if self._plan else "members" if done.figures.opening else "purchases"
        self.result.show_done(kind, done)

    def _want_rejects(self) -> None:
        self.rejects_wanted.emit(self._done.batch_id if self._done else 0, None if self._done else self._plan)
