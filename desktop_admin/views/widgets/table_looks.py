"""How the table widget stands: sizes, columns, their menu."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView

from desktop_admin.i18n import _
from desktop_admin.models.delegates import CellDelegate
from desktop_admin.models.records import Column, Kind, RecordModel, RecordTable, show
from desktop_admin.views import theme
from desktop_admin.views.widgets.figure_room import FigureRoom

MOST_COPIED = 20_000  # rows
ROW = 36  # px
LEAST = 130  # px of a stretched column
_SAMPLES: dict[Kind, Any] = {  # as long as they come
    Kind.DATE: date(2026, 12, 28), Kind.INSTANT: datetime(2026, 12, 28, 8, 48, tzinfo=UTC),
}  # fmt: skip


class TableLooks(QTableView):
    """Columns and their arrangement; `RecordTableView` adds rows, copy, totals, menus."""

    arranged = Signal(object)  # columns changed: what to remember

    records: RecordModel[Any]
    _columns_known: bool

    def _row_menu(self, at: QPoint) -> None:
        raise NotImplementedError

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
        self._figures = FigureRoom(self, self.records, self.share_out)

    def _sizes(self) -> None:
        look = theme.current()
        self.verticalHeader().setDefaultSectionSize(look.px(ROW))
        self.verticalHeader().setMinimumSectionSize(look.px(24))
        header = self.horizontalHeader()
        for number, (column, wide) in enumerate(zip(self.records.columns, self._widths(), strict=True)):
            if not self._columns_known:
                self.setColumnHidden(number, column.hidden)
            self.setColumnWidth(number, wide)
            if column.stretch:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        self._columns_known = True

    def widen(self) -> None:
        """Give headings and times the room that another language needs; a width a person chose only grows."""
        for number, wide in enumerate(self._widths()):
            if not self.isColumnHidden(number) and self.columnWidth(number) < wide:
                self.setColumnWidth(number, wide)

    def _widths(self) -> list[int]:
        bold = self.horizontalHeader().font()
        bold.setPixelSize(theme.current().px(12))
        bold.setBold(True)
        heads, cells = QFontMetrics(bold), self.fontMetrics()
        return [self._width(column, heads, cells) for column in self.records.columns]

    def _width(self, column: Column[Any], heads: QFontMetrics, cells: QFontMetrics) -> int:
        """As wide as its characters, and never so narrow that its heading or its times are cut off."""
        look = theme.current()
        wide = column.width * (look.px(theme.BASE) * 6 // 10) + look.px(24)
        sample = _SAMPLES.get(column.kind)
        inside = cells.horizontalAdvance(show(sample, column.kind)) if sample is not None else 0
        return max(wide, heads.horizontalAdvance(_(column.title)) + look.px(30), inside + look.px(36))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the stretched column what is left, and never less than one can read."""
        super().resizeEvent(event)
        self.share_out()
        self._figures.look_soon()

    def share_out(self) -> None:
        """Share the width anew."""
        header, least = self.horizontalHeader(), theme.current().px(LEAST)
        for number, column in enumerate(self.records.columns):
            if not column.stretch or self.isColumnHidden(number):
                continue
            left = self.viewport().width() - header.length() + header.sectionSize(number)
            modes = QHeaderView.ResizeMode  # Qt leaves a stretched column wide where the others leave nothing
            mode = modes.Stretch if left >= least else modes.Interactive
            if header.sectionResizeMode(number) != mode:
                header.setSectionResizeMode(number, mode)
            if mode == modes.Interactive and header.sectionSize(number) != least:
                header.resizeSection(number, least)

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
