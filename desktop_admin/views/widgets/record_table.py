"""The one table widget: sort, columns, copy, totals, and "export exactly what is shown"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from desktop_admin.i18n import _, format_number, ngettext
from desktop_admin.models.delegates import CellDelegate
from desktop_admin.models.pages import PagedTable
from desktop_admin.models.records import Column, Kind, RecordModel, RecordTable, show
from desktop_admin.views import theme

MOST_COPIED = 20_000  # rows
ROW = 36  # px


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


class RecordTableView(QTableView):
    """A view on a `RecordTable` or a `PagedTable`.

    `opened(record)` on Enter or double click, `picked(record)` when the current row changes.
    """

    opened = Signal(object)
    picked = Signal(object)
    totals = Signal(str)  # what the selection adds up to
    arranged = Signal(object)  # columns changed: what to remember
    export_wanted = Signal(object)  # Shown
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

    # --- rows -------------------------------------------------------------------------------------

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

    # --- columns ----------------------------------------------------------------------------------

    def shown_columns(self) -> list[Column[Any]]:
        """Answer the visible columns from left to right."""
        header = self.horizontalHeader()
        order = [header.logicalIndex(n) for n in range(header.count())]
        return [self.records.columns[n] for n in order if not self.isColumnHidden(n)]

    def arrangement(self) -> dict[str, Any]:
        """Answer order, widths, hidden columns and sort as plain values, to be remembered."""
        header = self.horizontalHeader()
        columns = self.records.columns
        order = [columns[header.logicalIndex(n)].id for n in range(header.count())]
        hidden = [c.id for n, c in enumerate(columns) if self.isColumnHidden(n)]
        widths = {c.id: self.columnWidth(n) for n, c in enumerate(columns) if not self.isColumnHidden(n)}
        sorted_by = header.sortIndicatorSection()
        known = 0 <= sorted_by < len(columns)
        return {
            "order": order,
            "hidden": hidden,
            "widths": widths,
            "sort": columns[sorted_by].id if known else "",
            "descending": header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder,
        }

    def arrange(self, kept: Any) -> None:
        """Put columns as `arrangement` said; columns it does not know stay where they are."""
        if not isinstance(kept, dict):
            return
        header = self.horizontalHeader()
        header.blockSignals(True)
        numbers = {column.id: n for n, column in enumerate(self.records.columns)}
        places = [numbers[name] for name in kept.get("order", ()) if name in numbers]
        for place, number in enumerate(places):
            header.moveSection(header.visualIndex(number), place)
        hidden = set(kept.get("hidden", ()))
        for name, number in numbers.items():
            if name in kept.get("order", ()):
                self.setColumnHidden(number, name in hidden)
        for name, width in kept.get("widths", {}).items():
            if name in numbers and 20 <= int(width) <= 2000:
                self.setColumnWidth(numbers[name], int(width))
        header.blockSignals(False)
        if kept.get("sort") in numbers:
            orders = Qt.SortOrder
            down = orders.DescendingOrder if kept.get("descending") else orders.AscendingOrder
            self.sortByColumn(numbers[kept["sort"]], down)

    # --- copy, export -----------------------------------------------------------------------------

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
            return Shown(title, columns, None, view.sort, view.descending, view.filters, self.place)
        assert isinstance(self.records, RecordTable)
        return Shown(title, columns, tuple(self.records.shown), place=self.place)

    # --- events -----------------------------------------------------------------------------------

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

    # --- looks ------------------------------------------------------------------------------------

    def _look(self) -> None:
        views, headers = QAbstractItemView, QHeaderView
        self.setSelectionBehavior(views.SelectionBehavior.SelectRows)
        self.setSelectionMode(views.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(views.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(views.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setItemDelegate(CellDelegate(self))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(headers.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setStretchLastSection(not any(c.stretch for c in self.records.columns))
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._column_menu)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(isinstance(self.records, RecordTable))
        self.setSortingEnabled(True)
        header.sectionMoved.connect(self._arranged)
        header.sectionResized.connect(self._arranged)
        header.sortIndicatorChanged.connect(self._arranged)
        self._arranged_timer = QTimer(self, singleShot=True, interval=400)
        self._arranged_timer.timeout.connect(self._tell_arranged)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._row_menu)
        self._sizes()

    def _sizes(self) -> None:
        look = theme.current()
        self.verticalHeader().setDefaultSectionSize(look.px(ROW))
        self.verticalHeader().setMinimumSectionSize(look.px(24))
        letter = look.px(theme.BASE) * 6 // 10
        header = self.horizontalHeader()
        for number, column in enumerate(self.records.columns):
            if not self._columns_known:
                self.setColumnHidden(number, column.hidden)
            self.setColumnWidth(number, column.width * letter + look.px(24))
            if column.stretch:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        self._columns_known = True

    def _arranged(self, *_what: object) -> None:
        self._arranged_timer.start()

    def _tell_arranged(self) -> None:
        self.arranged.emit(self.arrangement())

    def _column_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, column in enumerate(self.records.columns):
            action = menu.addAction(_(column.title))
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(number))
            action.setData(number)
            action.setEnabled(self.isColumnHidden(number) or len(self.shown_columns()) > 1)
        menu.triggered.connect(self._toggle_column)
        menu.popup(self.horizontalHeader().mapToGlobal(at))

    def _toggle_column(self, action: QAction) -> None:
        self.setColumnHidden(int(action.data()), not action.isChecked())
        self._arranged()

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
        menu.addAction(_("Export what is shown…")).triggered.connect(self._want_export)
        menu.popup(self.viewport().mapToGlobal(at))

    def _want_export(self) -> None:
        self.export_wanted.emit(self.shown())


def _flat(text: str) -> str:
    return text.replace("\t", " ").replace("\n", " ")
