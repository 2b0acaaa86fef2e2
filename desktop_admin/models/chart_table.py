"""The numbers of a chart as a table of two columns or more."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from desktop_admin.services.charts import Mark, Table

Index = QModelIndex | QPersistentModelIndex


class ChartTable(QAbstractTableModel):
    """Shows a `Table`: names at the left, figures aligned at the right."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._table = Table((), (), ())
        self._texts: tuple[tuple[str, ...], ...] = ()

    def show(self, table: Table) -> None:
        """Replace the numbers."""
        self.beginResetModel()
        self._table = table
        self._texts = table.texts()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many names there are."""
        return 0 if parent.isValid() else len(self._texts)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The name and its figures."""
        return 0 if parent.isValid() else len(self._table.headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text of a cell and on which side it stands."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if index.column() else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The headings, each on the side of its column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._table.headings[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def mark_at(self, index: Index) -> Mark:
        """What a cell stands for, as if it had been chosen on the picture."""
        row = self._table.rows[index.row()]
        column = max(0, index.column() - 1)
        series = self._table.keys[column] if column < len(self._table.keys) else ""
        texts = self._texts[index.row()]
        return Mark(
            row.key,
            series,
            texts[0],
            texts[max(1, index.column())],
            0,
            0,
            0,
            0,
            row.first,
            row.last,
        )
