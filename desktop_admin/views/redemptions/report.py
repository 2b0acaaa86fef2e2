"""What became of many orders, row by row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_number
from desktop_admin.models.records import RecordTable
from desktop_admin.models.redemptions import RESULTS, Result
from desktop_admin.views import theme
from desktop_admin.views.widgets.record_table import RecordTableView


class ReportDialog(QDialog):
    """Done and not done, each with its reason; the refused ones first."""

    def __init__(self, parent: QWidget, results: Sequence[Result]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("What became of them"))
        refused = [one for one in results if one.why_not]
        heading = QLabel(
            _("{done} done, {refused} not done").format(
                done=format_number(len(results) - len(refused)), refused=format_number(len(refused))
            )
        )
        theme.mark(heading, text="heading")
        ordered = [*refused, *(one for one in results if not one.why_not)]
        self.table = RecordTableView(RecordTable(RESULTS, ordered))
        self.table.setAccessibleName(_("What became of them"))
        close = QPushButton(_("Close"), autoDefault=False)
        theme.mark(close, kind="primary")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        column.addWidget(heading)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        px = theme.current().px
        self.resize(px(820), px(420))
        self.table.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Esc close."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accept()
        else:
            super().keyPressEvent(event)
