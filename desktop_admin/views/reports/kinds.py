"""The list of the reports there are."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from desktop_admin.i18n import _
from desktop_admin.services.reports import REPORTS
from desktop_admin.views import theme


class Kinds(QListWidget):
    """One row per report, all of one height."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for code in REPORTS:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, code)
            self.addItem(item)
        self._space()
        theme.current().changed.connect(self._space)

    @property
    def code(self) -> str:
        """Which report is chosen."""
        item = self.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else "movement"

    def choose(self, code: str) -> None:
        """Choose a report by its code."""
        codes = list(REPORTS)
        self.setCurrentRow(codes.index(code) if code in codes else 0)

    def retranslate(self) -> None:
        """Name every report."""
        self.setAccessibleName(_("Reports"))
        for number, kind in enumerate(REPORTS.values()):
            self.item(number).setText(_(kind.title))
            self.item(number).setToolTip(_(kind.says))

    def _space(self) -> None:
        """Rows measured before they are styled would be cramped, and the first one taller."""
        look = theme.current()
        self.setFixedWidth(look.px(204))
        for number in range(self.count()):
            self.item(number).setSizeHint(QSize(look.px(120), look.px(34)))
