"""The numbers of a chart as a table, on a card of their own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from desktop_admin.models.chart_table import ChartTable
from desktop_admin.services.charts import Chart
from desktop_admin.views import theme


class ChartNumbers(QFrame):
    """The same as the picture, for who reads figures or cannot see it."""

    def __init__(self, numbers: ChartTable, parent: QWidget) -> None:
        super().__init__(parent)
        theme.mark(self, kind="card")
        self.caption, self.table, self.footer = QLabel(self), QTableView(self), QLabel(self)
        self.table.setModel(numbers)
        self.table.verticalHeader().hide()
        self.table.setAlternatingRowColors(True)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for label, words in ((self.caption, "heading"), (self.footer, "muted")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            theme.mark(label, text=words)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 10, 16, 10)
        rows.addWidget(self.caption)
        rows.addSpacing(6)
        rows.addWidget(self.table, 1)
        rows.addWidget(self.footer)

    def say(self, chart: Chart) -> None:
        """Name the chart."""
        self.caption.setText(chart.title)
        self.footer.setText(chart.as_of_words())
        self.table.setAccessibleName(chart.title)
        self.table.setAccessibleDescription(chart.headline())
