"""Export exactly what a table shows: its columns, its order, its filters; as workbook or CSV, with a trace."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QProgressDialog, QWidget

from desktop_admin.i18n import _, format_number, local
from desktop_admin.models.records import Column, Kind
from desktop_admin.services import exports
from desktop_admin.services.command import new_request
from desktop_admin.services.permissions import Permission
from desktop_admin.services.spreadsheets import tables
from desktop_admin.services.spreadsheets.tables import Shape
from desktop_admin.tasks import Cancelled, Progress, Step

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk
    from desktop_admin.views.widgets.record_table import Shown

_SHAPES = {
    Kind.CODE: Shape.CODE, Kind.POINTS: Shape.POINTS, Kind.SIGNED: Shape.POINTS, Kind.MONEY: Shape.MONEY,
    Kind.COUNT: Shape.WHOLE, Kind.DATE: Shape.DATE, Kind.INSTANT: Shape.MOMENT,
}  # fmt: skip
_SUMMED = {Kind.POINTS, Kind.SIGNED, Kind.MONEY, Kind.COUNT}
_PERSONAL = frozenset({"name", "member", "card", "phone", "email", "address", "birthday", "recipient"})


def export(desk: Desk, window: QWidget, shown: Shown) -> None:
    """Ask for a file and write the table there."""
    if not desk.can(Permission.EXPORT):
        desk.notices.tell(_("Your role does not allow this."), tone="warn")
        return
    title = shown.title or _("Table")
    plain = "".join(ch for ch in title if ch.isalnum() or ch in " -_") or "table"
    given, kind = QFileDialog.getSaveFileName(window, _("Export"), f"{plain}.xlsx", "XLSX (*.xlsx);;CSV (*.csv)")
    if given:
        path = Path(given)
        ending = ".csv" if path.suffix.lower() == ".csv" or (not path.suffix and "csv" in kind) else ".xlsx"
        Export(desk, window, shown, title).start(path.with_suffix(ending))


class Export(QObject):
    """One export under way, with its progress and Cancel."""

    def __init__(self, desk: Desk, window: QWidget, shown: Shown, title: str) -> None:
        super().__init__(window)
        self._desk, self._shown, self._title = desk, shown, title
        self.bar = QProgressDialog(_("Exporting…"), _("Cancel"), 0, 0, window)
        self.bar.setWindowModality(Qt.WindowModality.NonModal)
        self.bar.setMinimumDuration(1000)
        self.bar.setAutoReset(False)

    def start(self, path: Path) -> None:
        """Write the file off the UI thread."""
        columns, records, pages = self._shown.columns, self._shown.records, self._shown.pages
        job = partial(_write, path, self._title, columns, records, pages, self._shown.filters, new_request())
        handle = self._desk.tasks.run(self, job, self._done, self._failed, self._stepped)
        self.bar.canceled.connect(handle.cancel)

    def _stepped(self, step: Step) -> None:
        if not self.bar.wasCanceled():
            self.bar.setLabelText(_("{count} rows").format(count=format_number(step.done)))
            self.bar.setValue(0)

    def _done(self, name: str) -> None:
        self._end()
        self._desk.notices.tell(_("Exported to {file}.").format(file=name))

    def _failed(self, error: Exception) -> None:
        self._end()
        if isinstance(error, Cancelled):
            self._desk.notices.tell(_("Cancelled."), tone="info")
        else:
            self._desk.notices.report(error)

    def _end(self) -> None:
        self.bar.close()
        self.bar.deleteLater()
        self.deleteLater()


def _write(
    path: Path, title: str, columns: tuple[Column[Any], ...], records: tuple[Any, ...] | None, pages: Any,
    filters: tuple[tuple[str, str], ...], request: str, progress: Progress,
) -> str:  # fmt: skip
    kept = [column for column in columns if column.title]
    heads = [
        tables.Column(_(column.title), _SHAPES.get(column.kind, Shape.TEXT), total=column.kind in _SUMMED)
        for column in kept
    ]
    found = iter(records) if records is not None else _paged(pages, progress)
    rows = (tuple(_cell(column, record) for column in kept) for record in found)
    exports.table(
        progress.write, request, path, title, [tables.Sheet(title, heads, rows)], filters=filters,
        rows=len(records) if records is not None else 0, personal=bool(_PERSONAL & {column.id for column in kept}),
        progress=progress,
    )  # fmt: skip
    return path.name


def _paged(pages: Any, progress: Progress) -> Iterator[Any]:
    after, first = None, True
    while first or after is not None:
        first = False
        page = progress.read(pages(after))
        yield from page.rows
        after = page.last if page.rows else None


def _cell(column: Column[Any], record: Any) -> Any:
    value = column.get(record)
    if column.kind is Kind.INSTANT and value is not None:
        return local(value).replace(tzinfo=None)
    if column.kind in _SHAPES and not isinstance(value, str):
        return value
    return column.text(record)
