"""Acts that print, and long work that can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from desktop_admin.i18n import N_, _, format_number, ngettext
from desktop_admin.services.command import new_request
from desktop_admin.services.redemptions import QueueRow
from desktop_admin.tasks import Job, Progress, Step
from desktop_admin.views.redemptions import paper
from desktop_admin.views.redemptions.paper import Paper
from desktop_admin.views.screen import Screen


class PaperActs(QObject):
    """Slips, labels and pick lists of the chosen orders; one long work at a time."""

    moved = Signal()  # orders went on: what is shown is old
    working = Signal(str)  # what runs, "" when it is over

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._screen, self._desk = screen, screen.desk
        self.rows: list[QueueRow] = []
        self._job: Job | None = None

    def allow(self) -> None:
        """Allow what fits."""
        raise NotImplementedError

    # --- paper ------------------------------------------------------------------------------------

    def folder(self) -> Path:
        """Where PDFs are kept when there is no printer."""
        return Path(self._desk.settings.path).parent / "prints"

    def _slips(self) -> None:
        self._print_slips(self.folder(), to_printer=True)

    def _print_slips(self, folder: Path, *, to_printer: bool) -> None:
        job = partial(
            paper.print_slips, request=new_request(), redemption_ids=[row.id for row in self.rows], folder=folder,
            to_printer=to_printer,
        )  # fmt: skip
        self._run(job, self._printed, N_("Printing"))

    def _slips_as_pdf(self) -> None:
        dialog = QFileDialog(self._screen.window(), _("Packing slips as PDF: choose a folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._save_slips)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save_slips(self, folder: str) -> None:
        self._print_slips(Path(folder), to_printer=False)

    def _labels(self) -> None:
        self._print_labels([row.id for row in self.rows if row.delivery == "ship"])

    def _print_labels(self, ids: list[int]) -> None:
        job = partial(paper.print_labels, redemption_ids=ids, folder=self.folder(), to_printer=True)
        self._run(job, self._printed, N_("Printing"))

    def _pick_list(self) -> None:
        facts, actor = getattr(self._screen, "facts", None), self._desk.actor
        if facts is None or actor is None:
            return
        job = partial(
            paper.print_pick_list, redemption_ids=[row.id for row in self.rows], facts=facts,
            branch=actor.branch_name, folder=self.folder(), to_printer=True,
        )  # fmt: skip
        self._run(job, self._printed, N_("Printing"))

    def _printed(self, done: Paper) -> None:
        tell = self._desk.notices.tell
        if not done.count:
            tell(_("There is nothing to fetch for these redemptions."), tone="info")
        elif done.printer:
            text = ngettext("{count} page sent to {printer}.", "{count} pages sent to {printer}.", done.count)
            tell(text.format(count=format_number(done.count), printer=done.printer))
        else:
            text = ngettext("No printer: {count} file saved.", "No printer: {count} files saved.", done.count)
            url = QUrl.fromLocalFile(str(done.files[0] if done.count == 1 else done.files[0].parent))
            tell(
                text.format(count=format_number(done.count)), tone="info",
                action=_("Open"), act=partial(QDesktopServices.openUrl, url),
            )  # fmt: skip

    # --- long work --------------------------------------------------------------------------------

    def _run(self, job: Callable[[Progress], Any], done: Callable[[Any], None], what: str) -> None:
        def over(answer: Any) -> None:
            self._end()
            done(answer)

        def failed(error: Exception) -> None:
            self._end()
            self._desk.notices.report(error)
            self.moved.emit()

        self._job = self._desk.tasks.run(self, job, over, failed, partial(self._progressed, what))
        self.working.emit(_(what))
        self.allow()

    def stop(self) -> None:
        """Stop what runs; what was done stays done."""
        if self._job is not None:
            self._job.cancel()

    def _progressed(self, what: str, step: Step) -> None:
        self.working.emit(f"{_(what)} {format_number(step.done)} / {format_number(step.total)}")

    def _end(self) -> None:
        self._job = None
        self.working.emit("")
        self.allow()
