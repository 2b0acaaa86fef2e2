"""What stands around the steps of the guide: where one is, how far the work is, Stop, Back and Next."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_number
from desktop_admin.models.imports import problem_columns
from desktop_admin.models.records import RecordTable
from desktop_admin.services.imports import DryRun, Imported, Problem
from desktop_admin.services.imports.words import figures_said
from desktop_admin.tasks import Job, Step
from desktop_admin.views import theme
from desktop_admin.views.desk import Desk
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.card import Card
from desktop_admin.views.widgets.facts import Facts
from desktop_admin.views.widgets.record_table import RecordTableView


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
        row.addLayout(self.table_place, 4)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.note)
        outer.addLayout(row, 1)
        self.note.hide()

    def show_rows(self, kind: str, problems: Any) -> None:
        """Show what is wrong, where something is."""
        clear(self.table_place)
        self.table = None
        if problems:
            self.table = RecordTableView(RecordTable(problem_columns(kind), problems))
            self.table.setAccessibleName(_("What is wrong"))
            self.table_place.addWidget(self.table)
            self.whole = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)  # a sentence is longer than a column
            self.table_place.addWidget(self.whole)
            self.table.picked.connect(self._say_whole)
            self.table.selectRow(0)

    def _say_whole(self, problem: Problem | None) -> None:
        if problem is not None:
            self.whole.setText(problem.text())

    def show_trial(self, kind: str, dry: DryRun) -> None:
        """Show what a file would make, and whether it may."""
        self.card.set_heading(_("What this file would make"))
        self.facts.say(figures_said(kind, dry.figures))
        self.show_rows(kind, dry.problems)
        count = format_number(dry.problem_rows)
        if not dry.possible:
            text = _("Rows that are wrong: {count}. Nothing is imported while all rows must be good.")
            self.note.say(text.format(count=count), tone="bad")
        elif dry.problem_rows:
            self.note.say(_("Rows that are left out: {count}.").format(count=count), tone="warn")
        else:
            self.note.say(_("Every row is good. Nothing is stored yet."), tone="good")

    def show_done(self, kind: str, done: Imported) -> None:
        """Show what was stored."""
        self.card.set_heading(_("What was stored"))
        self.facts.say(figures_said(kind, done.figures))
        if done.repeats:
            self.note.say(_("This file was imported before: nothing was changed."), tone="info")
        else:
            self.note.say(_("Imported. The whole import can be undone from the list."), tone="good")


class GuideFrame(QWidget):
    """Pages with a foot; one job at a time. A subclass says what is allowed and what a failure means."""

    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.job: Job | None = None
        self.steps = QLabel()
        self.steps.setTextFormat(Qt.TextFormat.PlainText)
        theme.mark(self.steps, text="muted")
        self.pages = QStackedWidget()
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

    @property
    def step(self) -> int:
        """Answer which step is shown."""
        return self.pages.currentIndex()

    def stop(self) -> None:
        """Stop what runs; with nothing running, leave."""
        if self.job is not None:
            self.job.cancel()
        else:
            self.closed.emit()

    def allow(self) -> None:
        """Show what can be done now."""

    def failed(self, error: Exception) -> None:
        """Say what went wrong."""

    def _start(self, job: Callable[..., Any], done: Callable[[Any], None]) -> None:
        if self.job is not None:
            return
        self.error.hide()
        self.bar.setRange(0, 0)
        self.bar.show()
        self.bar_text.setText("")
        self.bar_text.show()
        self.job = self.desk.tasks.run(self, job, partial(self._came, done), self._not_done, self._stepped)
        self.allow()
        self.cancel.setFocus()

    def _stepped(self, step: Step) -> None:
        self.bar.setRange(0, 1000 if step.total else 0)
        if step.total:
            self.bar.setValue(min(1000, step.done * 1000 // step.total))
        self.bar_text.setText(
            f"{step.text}  {format_number(step.done)} / {format_number(step.total)}" if step.text else ""
        )

    def _over(self) -> None:
        self.job = None
        self.bar.hide()
        self.bar_text.hide()
        self.allow()

    def _came(self, done: Callable[[Any], None], answer: Any) -> None:
        self._over()
        done(answer)

    def _not_done(self, error: Exception) -> None:
        self._over()
        self.failed(error)


def clear(place: QVBoxLayout) -> None:
    """Take away everything in a layout."""
    while place.count():
        item = place.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
