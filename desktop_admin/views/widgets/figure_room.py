"""Columns of figures grow with what stands in them: half a figure reads as a wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from desktop_admin.views import theme

if TYPE_CHECKING:
    from desktop_admin.views.widgets.table_looks import TableLooks

_WAIT = 40  # ms: rows come in pages, and a wheel turns in steps


class FigureRoom(QObject):
    """Looks at the rows in sight after they changed; a column only ever grows."""

    def __init__(self, table: TableLooks) -> None:
        super().__init__(table)
        self._table = table
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
        table, records = self._table, self._table.records
        if not table.isVisible():
            return
        last = table.rowAt(table.viewport().height() - 1)
        rows = range(max(0, table.rowAt(0)), (last if last >= 0 else records.rowCount() - 1) + 1)
        shown = [record for record in map(records.record, rows) if record is not None]
        before = table.horizontalHeader().length()
        letters, air = table.fontMetrics(), theme.current().px(38)
        for number, column in enumerate(records.columns):
            if column.kind.numeric and not table.isColumnHidden(number):
                longest = max((column.text(record) for record in shown), key=len, default="")
                wide = letters.horizontalAdvance(longest) + air
                if longest and table.columnWidth(number) < wide:
                    table.setColumnWidth(number, wide)
        if table.horizontalHeader().length() != before:
            table.share_out()
