"""The one table widget: sort, columns, copy, totals, and "export exactly what is shown"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop_admin.i18n import _, format_number, ngettext
from desktop_admin.models.pages import PagedTable
from desktop_admin.models.records import Column, Kind, RecordModel, RecordTable, show
from desktop_admin.views import theme
from desktop_admin.views.widgets.table_looks import TableLooks

MOST_COPIED = 20_000  # rows
ROW = 36  # px
BY_KEY = (
    Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """What a table shows, for export: the visible columns in order, and how the rows were found."""

    title: str
    columns: tuple[Column[Any], ...]
    records: tuple[Any, ...] | None  # None: a paged table, ask the service with sort and filters
    sort: str = ""
    descending: bool = False
    filters: tuple[tuple[str, str], ...] = ()
    place: str = ""  # which table: "members/table"
    pages: Callable[[Any], Callable[[Any], Any]] | None = None  # a paged table: the rows after a key


class RecordTableView(TableLooks):
    """A view on a `RecordTable` or a `PagedTable`.

    `opened(record)` on Enter or double click, `picked(record)` when the current row changes.
    """

    opened = Signal(object)
    picked = Signal(object)
    totals = Signal(str)  # what the selection adds up to
    export_wanted = Signal(object)  # Shown
    may_export = False  # `Screen.use_table` lets it, where the operator has leave
    filtered = Signal(dict)

    def __init__(self, model: RecordModel[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = ""
        self.records = model
        model.setParent(self)
        self.setModel(model)
        self._acts: list[QAction | None] = []
        self._columns_known = False
        self._totals_timer = QTimer(self, singleShot=True, interval=60)
        self._totals_timer.timeout.connect(self._tell_totals)
        self._look()
        self.selectionModel().currentRowChanged.connect(self._current_changed)
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        self.activated.connect(self._activated)
        theme.current().changed.connect(self._sizes)

    def current(self) -> Any:
        """Answer the record of the current row, None where there is none."""
        return self.records.record(self.currentIndex().row())

    def selected(self) -> list[Any]:
        """Answer the selected records in the order shown; rows that are not loaded are left out."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        found = (self.records.record(row) for row in rows)
        return [record for record in found if record is not None]

    def select_where(self, found: Callable[[Any], bool]) -> bool:
        """Make the first loaded row whose record fits the current one."""
        for row in range(min(self.records.rowCount(), 5000)):
            record = self.records.record(row)
            if record is not None and found(record):
                self.selectRow(row)
                return True
        return False

    def add_acts(self, actions: Sequence[QAction | None]) -> None:
        """Offer these in the context menu of a row; None is a line between."""
        self._acts.extend(actions)

    def copy(self) -> int:
        """Copy the selected rows as TSV with a header; answers how many."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        columns = self.shown_columns()
        lines = ["\t".join(_(column.title) for column in columns)]
        for row in rows[:MOST_COPIED]:
            record = self.records.record(row)
            if record is not None:
                lines.append("\t".join(_flat(column.text(record)) for column in columns))
        if len(lines) > 1:
            QGuiApplication.clipboard().setText("\n".join(lines))
        return len(lines) - 1

    def shown(self, title: str = "") -> Shown:
        """Answer what is shown, for export."""
        columns = tuple(self.shown_columns())
        if isinstance(self.records, PagedTable):
            view = self.records.view
            pages = self.records.pages()
            return Shown(title, columns, None, view.sort, view.descending, view.filters, self.place, pages)
        assert isinstance(self.records, RecordTable)
        return Shown(title, columns, tuple(self.records.shown), place=self.place)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who comes by key sees which row is the current one."""
        super().focusInEvent(event)
        row = self.currentIndex().row()
        if event.reason() in BY_KEY and row >= 0 and not self.selectionModel().hasSelection():
            self.selectRow(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy with Ctrl+C, open with Enter; a held Enter opens once."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._activated(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Show every text again when the language changed."""
        if event.type() == QEvent.Type.LanguageChange:
            self.records.retranslate()
            self.widen()
        super().changeEvent(event)

    def _activated(self, index: QModelIndex) -> None:
        record = self.records.record(index.row()) if index.isValid() else None
        if record is not None:
            self.opened.emit(record)

    def _current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        self.picked.emit(self.records.record(index.row()) if index.isValid() else None)

    def _selection_changed(self, _added: QItemSelection, _gone: QItemSelection) -> None:
        self._totals_timer.start()

    def _tell_totals(self) -> None:
        records = self.selected() if len(self.selectionModel().selectedRows()) > 1 else []
        if not records:
            self.totals.emit("")
            return
        parts = [
            ngettext("{count} row selected", "{count} rows selected", len(records)).format(
                count=format_number(len(records))
            )
        ]
        for column in self.shown_columns():
            if column.kind in (Kind.POINTS, Kind.SIGNED, Kind.MONEY, Kind.COUNT):
                total = sum(value for r in records if (value := column.get(r)) is not None)
                parts.append(f"{_(column.title)} {show(total, column.kind)}")
        self.totals.emit("   ".join(parts))

    def _row_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for act in self._acts:
            if act is None:
                menu.addSeparator()
            else:
                menu.addAction(act)
        if self._acts:
            menu.addSeparator()
        menu.addAction(_("Copy rows")).triggered.connect(self.copy)
        if self.may_export:
            menu.addAction(_("Export what is shown…")).triggered.connect(self._want_export)
        menu.popup(self.viewport().mapToGlobal(at))

    def _want_export(self) -> None:
        self.export_wanted.emit(self.shown(self.accessibleName()))


def _flat(text: str) -> str:
    return text.replace("\t", " ").replace("\n", " ")
