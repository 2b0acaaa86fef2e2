"""Files that come in by dropping or choosing, and workbooks that go out."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog

from desktop_admin.i18n import _
from desktop_admin.services.imports import Plan
from desktop_admin.services.permissions import Permission
from desktop_admin.views.imports import jobs
from desktop_admin.views.imports.file_page import dropped_file
from desktop_admin.views.screen import Screen


class FilesScreen(Screen):
    """A screen on which a file is dropped or chosen; a subclass opens it."""

    def open_file(self, path: Path) -> None:
        """Look into a file."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one local file."""
        if dropped_file(event) is not None and self.desk.can(Permission.IMPORT):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open it."""
        path = dropped_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.open_file(path)

    def choose(self) -> None:
        """Ask for a file."""
        folder = self.recall("folder") or ""
        pattern = _("Tables (*.csv *.txt *.tsv *.xlsx)")
        name, _kind = QFileDialog.getOpenFileName(self, _("Choose a file"), str(folder), pattern)
        if name:
            self.remember("folder", str(Path(name).parent))
            self.open_file(Path(name))

    def save_template(self, kind: str) -> None:
        """Write the workbook to fill in."""
        name = _("Template for purchases") if kind == "purchases" else _("Template for members")
        path = self._where_to(f"{name}.xlsx")
        if path is not None:
            self.desk.tasks.run(self, partial(jobs.template, path, kind), self._written, self.desk.notices.report)

    def write_rejects(self, batch_id: int, plan: Plan | None) -> None:
        """Write the rows left out, of a batch or of a file only looked at."""
        path = self._where_to(_("Rows not imported") + ".xlsx")
        if path is not None:
            self.desk.tasks.run(
                self, partial(jobs.rejects, path, batch_id, plan), self._written, self.desk.notices.report
            )

    def _where_to(self, name: str) -> Path | None:
        folder = Path(str(self.recall("folder") or Path.home()))
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save as"), str(folder / name), "Excel (*.xlsx)")
        return Path(chosen) if chosen else None

    def _written(self, path: Path) -> None:
        self.desk.notices.tell(_("Saved as {name}.").format(name=path.name))
