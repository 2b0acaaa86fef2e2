"""Columns of figures grow with what stands in them: half a figure reads as a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QTableView

from desktop_admin.models.records import RecordModel
from desktop_admin.views import theme

_WAIT = 40  # ms: rows come in pages, and a wheel turns in steps


class FigureRoom(QObject):
    """Looks at the rows in sight after they changed; a column only ever grows."""

    def __init__(self, table: QTableView, records: RecordModel[Any], share_out: Callable[[], None]) -> None:
        super().__init__(table)
        self._table, self._records, self._share_out = table, records, share_out
        self._soon = QTimer(self, singleShot=True, interval=_WAIT)
        self._soon.timeout.connect(self.fit)
        model = table.model()
        for changed in (model.dataChanged, model.modelReset, model.layoutChanged, model.rowsInserted):
            changed.connect(self.look_soon)
        table.verticalScrollBar().valueChanged.connect(self.look_soon)

    def look_soon(self, *_what: object) -> None:
        """Look when what is under way has come."""
        self._soon.start()

    def fit(self) -> None:
        """Give every column of figures the room that its longest figure in sight needs."""
        table, records = self._table, self._records
        if not table.isVisible():
            return
        last = table.rowAt(table.viewport().height() - 1)
        rows = range(max(0, table.rowAt(0)), (last if last >= 0 else records.rowCount() - 1) + 1)
        shown = [record for record in map(records.record, rows) if record is not None]
        before = table.horizontalHeader().length()
        letters, air = table.fontMetrics(), theme.current().px(27)
        for number, column in enumerate(records.columns):
            if column.kind.numeric and not table.isColumnHidden(number):
                longest = max((column.text(record) for record in shown), key=len, default="")
                wide = letters.horizontalAdvance(longest) + air
                if longest and table.columnWidth(number) < wide:
                    table.setColumnWidth(number, wide)
        if table.horizontalHeader().length() != before:
            self._share_out()
