"""Tells of a bug: what happened, that the data is safe, the number to quote, the report to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop_admin.i18n import _
from desktop_admin.views import theme


class CrashWindow(QDialog):
    """The report is shown whole, so that people see what they pass on."""

    def __init__(self, parent: QWidget | None, reference: str, report: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Something went wrong"))
        heading = QLabel(_("Something went wrong in the program"))
        theme.mark(heading, text="heading")
        text = QLabel(
            _(
                "What was saved is safe; what was being saved was taken back whole. "
                "Reference {reference}. The report below names no member and no password."
            ).format(reference=reference),
            wordWrap=True,
        )
        self.report = QPlainTextEdit(report, readOnly=True)
        self.report.setAccessibleName(_("Report"))
        self.report.setTabChangesFocus(True)
        copy, close = QPushButton(_("Copy the report")), QPushButton(_("Close"))
        copy.clicked.connect(self.copy)
        close.clicked.connect(self.accept)
        close.setDefault(True)
        foot = QHBoxLayout()
        foot.addWidget(copy)
        foot.addStretch()
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        for widget in (heading, text, self.report):
            layout.addWidget(widget)
        layout.addLayout(foot)
        look = theme.current()
        self.resize(look.px(620), look.px(420))

    def copy(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self.report.toPlainText())
