"""What was found on the way to a shop, one line per check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from desktop_admin.i18n import N_, _
from desktop_admin.views import theme
from desktop_admin.views.widgets.banner import ICONS

if TYPE_CHECKING:
    from desktop_admin.services.connection.examining import Report

# a verdict is said in words too, for who sees no colours and for who hears the list
_SAID = {"good": N_("Good"), "warn": N_("Warning"), "bad": N_("Wrong")}


class Findings(QScrollArea):
    """The lines of a report; read aloud as one text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.report: Report | None = None
        self.lines: list[str] = []
        self.hide()

    def tell(self, report: Report) -> None:
        """Show what was found."""
        self.report = report
        self.lines = []
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 4, 8, 4)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        look = theme.current()
        for row, line in enumerate(report.lines):
            tone, text = line.verdict.value, line.text()
            icon, check, found = QLabel(), QLabel(_(line.check)), QLabel(text, wordWrap=True)
            icon.setPixmap(theme.pixmap(ICONS[tone], look.colours[tone], look.px(18), 2))
            icon.setAccessibleName(_(_SAID[tone]))
            icon.setToolTip(_(_SAID[tone]))
            found.setTextFormat(Qt.TextFormat.PlainText)
            found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            theme.mark(check, text="label")
            top = Qt.AlignmentFlag.AlignTop
            for column, widget in enumerate((icon, check, found)):
                grid.addWidget(widget, row, column, top)
            self.lines.append(f"{_(_SAID[tone])} · {_(line.check)}: {text}")
        grid.setRowStretch(len(report.lines), 1)
        self.setWidget(inside)
        self.setAccessibleName(_("What was found"))
        self.setAccessibleDescription("\n".join(self.lines))
        self.show()

    def again(self) -> None:
        """Say the same in the present language."""
        if self.report is not None:
            self.tell(self.report)
