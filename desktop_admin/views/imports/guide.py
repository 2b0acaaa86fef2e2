"""The guide: file, columns, first rows, totals, import. Every step can be gone back from until something is stored."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _, format_number
from desktop_admin.models.imports import figures_said, preview_columns, problem_columns
from desktop_admin.models.records import RecordTable
from desktop_admin.services.imports import DryRun, Imported, Looked, Plan, PreviewRow
from desktop_admin.tasks import Cancelled, Job, Step, message_of
from desktop_admin.views import theme
from desktop_admin.views.desk import Desk
from desktop_admin.views.imports import jobs
from desktop_admin.views.imports.columns_page import ColumnsPage
from desktop_admin.views.imports.file_page import FilePage
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.card import Card
from desktop_admin.views.widgets.facts import Facts
from desktop_admin.views.widgets.record_table import RecordTableView

STEPS = (N_("File"), N_("Columns"), N_("First rows"), N_("Totals"), N_("Import"))
FILE, COLUMNS, ROWS, TOTALS, DONE = range(5)


class FiguresPage(QWidget):
    """Figures beside what is wrong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card, self.facts, self.note = Card(), Facts(), Banner(self)
        self.card.content.addWidget(self.facts)
        self.card.content.addStretch()
        self.table_place = QVBoxLayout()
        self.table: RecordTableView | None = None
        row = QHBoxLayout()
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.card, 2)
        row.addLayout(self.table_place, 3)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.note)
        outer.addLayout(row, 1)
        self.note.hide()

    def show_rows(self, kind: str, problems: Any) -> None:
        """Show what is wrong, where something is."""
        _clear(self.table_place)
        self.table = None
        if problems:
            self.table = RecordTableView(RecordTable(problem_columns(kind), problems))
            self.table.setAccessibleName(_("What is wrong"))
            self.table_place.addWidget(self.table)


class Guide(QWidget):
    """`closed` when done or given up; `imported(batch_id)` when something was stored."""

    closed = Signal()
    choose_wanted = Signal()
    template_wanted = Signal(str)
    rejects_wanted = Signal(int, object)  # batch, plan

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._looked: Looked | None = None
        self._plan: Plan | None = None
        self._dry: DryRun | None = None
        self._done: Imported | None = None
        self.job: Job | None = None
        self.steps = QLabel()
        self.steps.setTextFormat(Qt.TextFormat.PlainText)
        theme.mark(self.steps, text="muted")
        self.file, self.columns = FilePage(), ColumnsPage()
        self.rows, self.totals, self.result = QWidget(), FiguresPage(), FiguresPage()
        self._rows_place = QVBoxLayout(self.rows)
        self._rows_place.setContentsMargins(0, 0, 0, 0)
        self.pages = QStackedWidget()
        for page in (self.file, self.columns, self.rows, self.totals, self.result):
            self.pages.addWidget(page)
        self.error = Banner(self)
        self.error.hide()
        self._make_foot()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(12)
        for widget in (self.steps, self.error, self.pages):
            outer.addWidget(widget)
        outer.setStretchFactor(self.pages, 1)
        outer.addLayout(self.foot)
        self._connect()

    def _make_foot(self) -> None:
        self.bar, self.bar_text = QProgressBar(), QLabel()
        self.bar.setTextVisible(False)
        self.cancel, self.back, self.next = (QPushButton(autoDefault=False) for _n in range(3))
        self.rejects = QPushButton(autoDefault=False)
        theme.mark(self.next, kind="primary")
        self.foot = QHBoxLayout()
        self.foot.setSpacing(theme.SPACE)
        for widget in (self.rejects, self.bar_text, self.bar):
            self.foot.addWidget(widget)
        self.foot.addStretch()
        for button in (self.cancel, self.back, self.next):
            self.foot.addWidget(button)
        self.bar.hide()
        self.bar_text.hide()

    def _connect(self) -> None:
        self.file.choose_wanted.connect(self.choose_wanted)
        self.file.template_wanted.connect(self.template_wanted)
        self.columns.again.connect(self._look_again)
        self.columns.changed.connect(self._allow)
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

    @property
    def step(self) -> int:
        """Answer which step is shown."""
        return self.pages.currentIndex()

    def _go_to(self, step: int) -> None:
        self.pages.setCurrentIndex(step)
        self.error.hide()
        self._show_step()
        (self.file.choose if step == FILE else self.next).setFocus()

    def _show_step(self) -> None:
        parts = [f"{'●' if n == self.step else '○'} {n + 1} {_(name)}" for n, name in enumerate(STEPS)]
        self.steps.setText("     ".join(parts))
        said = {COLUMNS: _("Look at the first rows"), ROWS: _("Try the whole file"), TOTALS: _("Import now"), DONE: _("Close")}
        self.next.setText(said.get(self.step, _("Next")))
        self._allow()

    def _allow(self) -> None:
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

    def stop(self) -> None:
        """Stop what runs; with nothing running, leave."""
        if self.job is not None:
            self.job.cancel()
        else:
            self.closed.emit()

    def begin(self) -> None:
        """Begin anew."""
        self._looked = self._plan = self._dry = self._done = None
        self._go_to(FILE)

    # --- jobs -------------------------------------------------------------------------------------

    def _start(self, job: Callable[..., Any], done: Callable[[Any], None]) -> None:
        if self.job is not None:
            return
        self.error.hide()
        self.bar.setRange(0, 0)
        self.bar.show()
        self.bar_text.setText("")
        self.bar_text.show()
        self.job = self.desk.tasks.run(self, job, partial(self._came, done), self._failed, self._stepped)
        self._allow()
        self.cancel.setFocus()

    def _stepped(self, step: Step) -> None:
        self.bar.setRange(0, 1000 if step.total else 0)
        if step.total:
            self.bar.setValue(min(1000, step.done * 1000 // step.total))
        self.bar_text.setText(f"{step.text}  {format_number(step.done)} / {format_number(step.total)}" if step.text else "")

    def _over(self) -> None:
        self.job = None
        self.bar.hide()
        self.bar_text.hide()
        self._allow()

    def _came(self, done: Callable[[Any], None], answer: Any) -> None:
        self._over()
        done(answer)

    def _failed(self, error: Exception) -> None:
        self._over()
        if isinstance(error, Cancelled):
            stored = self.step == TOTALS and self._dry is not None
            text = _("Stopped. What was stored by then is listed as unfinished: resume or undo it.") if stored else _("Stopped.")
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
        _clear(self._rows_place)
        table = RecordTableView(RecordTable(preview_columns(self._plan.kind, self._plan.header, self._plan.columns), rows))
        table.setAccessibleName(_("First rows"))
        note = Banner()
        bad = sum(row.verdict == "error" for row in rows)
        if bad:
            note.say(_("Of the first {rows} rows {bad} are wrong.").format(rows=len(rows), bad=bad), tone="warn")
            self._rows_place.addWidget(note)
        self._rows_place.addWidget(table)
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
        self.totals.card.set_heading(_("What this file would make"))
        self.totals.facts.say(figures_said(self._plan.kind, dry.figures))
        self.totals.show_rows(self._plan.kind, dry.problems)
        count = format_number(dry.problem_rows)
        if not dry.possible:
            text = _("Rows that are wrong: {count}. Nothing is imported while all rows must be good.").format(count=count)
            self.totals.note.say(text, tone="bad")
        elif dry.problem_rows:
            self.totals.note.say(_("Rows that are left out: {count}.").format(count=count), tone="warn")
        else:
            self.totals.note.say(_("Every row is good. Nothing is stored yet."), tone="good")

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
        self.result.card.set_heading(_("What was stored"))
        self.result.facts.say(figures_said(kind, done.figures))
        if done.repeats:
            self.result.note.say(_("This file was imported before: nothing was changed."), tone="info")
        else:
            self.result.note.say(_("Imported. The whole import can be undone from the list."), tone="good")

    def _want_rejects(self) -> None:
        self.rejects_wanted.emit(self._done.batch_id if self._done else 0, None if self._done else self._plan)


def _clear(place: QVBoxLayout) -> None:
    while place.count():
        item = place.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
