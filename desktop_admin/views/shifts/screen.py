"""Shifts: the one under way at this workstation, and those that were closed."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _, format_instant
from desktop_admin.models.administration import SHIFT_SOURCE, SHIFTS
from desktop_admin.models.pages import PagedTable
from desktop_admin.services import shifts
from desktop_admin.services.permissions import Permission
from desktop_admin.services.shifts import Shift
from desktop_admin.services.topics import Topic
from desktop_admin.tasks import Progress
from desktop_admin.views import theme
from desktop_admin.views.form import Field
from desktop_admin.views.job_form import JobForm
from desktop_admin.views.printing import Document, file_name, print_document, save_pdf
from desktop_admin.views.screen import ActionButton, Screen
from desktop_admin.views.shifts.report import FiguresView, document
from desktop_admin.views.widgets.card import Card
from desktop_admin.views.widgets.drawer import Drawer
from desktop_admin.views.widgets.empty_state import EmptyState
from desktop_admin.views.widgets.record_table import RecordTableView
from desktop_admin.views.widgets.segments import Segments


class ShiftsScreen(Screen):
    """Count the till, close, print; look at earlier ones."""

    title = N_("Shifts")
    topics = frozenset({Topic.SHIFTS, Topic.POINTS, Topic.REDEMPTIONS, Topic.PURCHASES, Topic.APPROVALS})

    def build(self) -> None:
        """Make the present shift, the list and the drawer."""
        self._shift: Shift | None = None
        self._report: Shift | None = None
        self._shop = ""
        self.choice = Segments(["now", "closed"])
        self.choice.chosen.connect(self._choose)
        self.header.addWidget(self.choice)
        see = Permission.SEE_SHIFTS
        self.print_act = self.add_act(
            "shifts.print", N_("Print the report"), self.print, keys="Ctrl+P", icon="printer", permission=see
        )
        self.pdf_act = self.add_act(
            "shifts.pdf", N_("Save the report as PDF"), self.save, icon="file-text", permission=see
        )
        self._build_now()
        self._build_closed()
        self.now_place.show()
        self._allow()

    def _build_now(self) -> None:
        self.figures, self.nothing = FiguresView(), EmptyState()
        self.till = Card()
        fields = [Field("cash_counted", N_("Cash counted"), "money", placeholder=N_("blank: nobody counted"))]
        self.form = JobForm(self.desk, fields, _closing, submit=N_("Close the shift"))
        self.form.cancel_button.hide()
        self.setFocusProxy(self.form.editors["cash_counted"].widget)
        self.form.done.connect(self._closed)
        self.till_help = QLabel(wordWrap=True)
        theme.mark(self.till_help, text="muted")
        self.till.content.addWidget(self.till_help)
        self.till.content.addWidget(self.form)
        self.now_place = QScrollArea(self.body, widgetResizable=True)
        self.now_place.setFrameShape(QFrame.Shape.NoFrame)
        self.now_place.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget(self.now_place.viewport())
        theme.mark(inside, kind="scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self.nothing, 1)
        for widget in (self.figures, self.till):
            column.addWidget(widget)
        column.addStretch()
        self.now_place.setWidget(inside)
        self.content.addWidget(self.now_place, 1)
        self.figures.hide()
        self.till.hide()

    def _build_closed(self) -> None:
        self.closed_place, self.none = QWidget(self.body), EmptyState()
        self.none.hide()
        row = QHBoxLayout(self.closed_place)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.paged: PagedTable[Shift] = PagedTable(SHIFTS, self.desk.tasks, SHIFT_SOURCE)
        self.table = RecordTableView(self.paged)
        self.use_table(self.table, "shifts")
        self.table.picked.connect(self._picked)
        self.paged.failed.connect(self.show_failed)
        self.drawer, self.old = Drawer(self, width=440), FiguresView(columns=2)
        buttons = QHBoxLayout()
        for action in (self.print_act, self.pdf_act):
            buttons.addWidget(ActionButton(action, "plain", self.drawer))
        buttons.addStretch()
        self.drawer.content.addWidget(self.old)
        self.drawer.content.addLayout(buttons)
        self.drawer.content.addStretch()
        for widget in (self.table, self.none):
            row.addWidget(widget, 1)
        row.addWidget(self.drawer)
        self.paged.counted.connect(self._counted)
        self.content.addWidget(self.closed_place, 1)
        self.closed_place.hide()

    def retranslate(self) -> None:
        """Set every text."""
        self.choice.set_text("now", _("This workstation"))
        self.choice.set_text("closed", _("Closed shifts"))
        self.choice.setAccessibleName(_("Which shifts"))
        self.table.setAccessibleName(_("Closed shifts"))
        self.till.set_heading(_("Close the shift"))
        self.till_help.setText(
            _("Count what redemptions brought into the till, without the float. The report carries an anchor.")
        )
        self.none.say(_("No closed shifts yet"), _("The first one is closed under “This workstation”."), icon="wallet")
        self.nothing.say(
            _("Nothing to close"), _("Nothing has happened at this workstation since the last closing."),
            icon="wallet",
        )  # fmt: skip
        self._say()

    def reload(self) -> None:
        """Ask for the shift under way and for the list."""
        if self.desk.can(Permission.CLOSE_SHIFT):
            self.ask("now", shifts.current, self._came)
        self.ask("shop", _shop_name, self._named, quiet=True)
        self.paged.reload(keep_place=True)

    def _named(self, name: str) -> None:
        self._shop = name

    def _came(self, shift: Shift | None) -> None:
        self._shift = shift
        self._say()

    def _say(self) -> None:
        there = self._shift is not None
        self.nothing.setVisible(not there)
        self.figures.setVisible(there)
        self.till.setVisible(there)
        if self._shift is not None:
            self.figures.say(self._shift)
        if self._report is not None:
            self.old.say(self._report)

    def _counted(self, rows: int, exact: bool) -> None:
        self.none.setVisible(exact and not rows)
        self.table.setVisible(not self.none.isVisibleTo(self.closed_place))

    def _choose(self, id_: str) -> None:
        self.now_place.setVisible(id_ == "now")
        self.closed_place.setVisible(id_ == "closed")
        self._allow()

    # --- closing ------------------------------------------------------------------------------------

    def _closed(self, shift: Shift) -> None:
        self.form.clear()
        self._show_report(shift)
        self.choice.choose("closed")
        self._choose("closed")
        kept = _("Its anchor is also in {files}.").format(files=", ".join(shift.anchor_files))
        text = _("Shift closed. Print the report and keep it.")
        self.desk.notices.tell(f"{text} {kept}" if shift.anchor_files else text, action=_("Print"), act=self.print)

    def _picked(self, row: Shift | None) -> None:
        if row is None:
            self.drawer.shut()
            self._report = None
            self._allow()
        else:
            self.ask("report", partial(shifts.report, shift_id=row.id), self._show_report, quiet=True)

    def _show_report(self, shift: Shift) -> None:
        self._report = shift
        when = format_instant(shift.closed_at) if shift.closed_at else ""
        self.drawer.open(_("Shift of {when}").format(when=when))
        self.old.say(shift)
        self._allow()

    # --- paper --------------------------------------------------------------------------------------

    def _allow(self) -> None:
        may = self._report is not None and self.choice.current() == "closed"
        self.print_act.setEnabled(may)
        self.pdf_act.setEnabled(may)

    def print(self) -> None:
        """Print the report shown; where no printer answers it is kept as a PDF."""
        shift, actor = self._report, self.desk.actor
        if shift is None or actor is None:
            return
        job = partial(_printed, document(shift, self._shop, actor), Path(self.desk.settings.path).parent / "reports")

        def done(_paper: Any) -> None:
            self.desk.notices.tell(_("Done."))

        self.desk.tasks.run(self, lambda _progress: job(), done, self.desk.notices.report)

    def save(self) -> None:
        """Save the report shown as PDF."""
        shift, actor = self._report, self.desk.actor
        if shift is None or actor is None:
            return
        paper = document(shift, self._shop, actor)
        dialog = QFileDialog(self.window(), _("Save the report as PDF"), file_name(paper), _("PDF (*.pdf)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def save(path: str) -> None:
            def done(_printed: Any) -> None:
                self.desk.notices.tell(_("Saved as {file}.").format(file=path))

            job = partial(save_pdf, paper, Path(path))
            self.desk.tasks.run(self, lambda _progress: job(), done, self.desk.notices.report)

        dialog.fileSelected.connect(save)
        dialog.open()


def _printed(paper: Document, keep: Path) -> Any:
    """Printers and folders take their time, so this runs in a thread; the error says where the PDF is."""
    keep.mkdir(parents=True, exist_ok=True)
    return print_document(paper, "", keep)


def _closing(values: dict[str, Any], request: str) -> Any:
    def job(progress: Progress) -> Shift:
        assert progress.actor is not None
        closed = shifts.finish(
            progress.database, actor=progress.actor, request=request, cash_counted=values["cash_counted"]
        )
        progress.touched({Topic.SHIFTS})
        return closed

    return job


def _shop_name(work: Any) -> str:
    return str(work.shop.name)
