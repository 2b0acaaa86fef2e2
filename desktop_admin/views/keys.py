"""F1: the help of this screen, its keys, and how to change them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_admin.i18n import _
from desktop_admin.views import theme
from desktop_admin.views.actions import Actions
from desktop_admin.views.help import HelpPage, page_of


class KeysDialog(QDialog):
    """Groups of actions, each with a field that takes its new keys; before them the screen's page of help."""

    def __init__(
        self, parent: QWidget, actions: Actions, groups: Sequence[tuple[str, Sequence[QAction]]], screen: str = ""
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Keys"))
        self._actions = actions
        inside = QWidget()
        theme.mark(inside, kind="scrolled")
        grid = QGridLayout(inside)
        grid.setColumnStretch(0, 1)
        grid.setHorizontalSpacing(24)
        for title, group in groups:
            if not group:
                continue
            heading = QLabel(title)
            theme.mark(heading, text="heading")
            grid.addWidget(heading, grid.rowCount(), 0, 1, 3)
            for action in group:
                self._row(grid, action)
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea(widgetResizable=True)
        area.setWidget(inside)
        self.clash = QLabel()
        theme.mark(self.clash, text="error")
        close = QPushButton(_("Close"), autoDefault=False)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self.clash, 1)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.addWidget(self._with_help(area, page_of(screen)))
        layout.addLayout(foot)
        look = theme.current()
        self.resize(look.px(640), look.px(560))

    def _with_help(self, keys: QScrollArea, text: str) -> QWidget:
        if not text:
            return keys
        self.setWindowTitle(_("Help"))
        page, tabs = HelpPage(text), QTabWidget(documentMode=True)
        tabs.addTab(page, _("Help"))
        tabs.addTab(keys, _("Keys"))
        tabs.setAccessibleName(_("Help"))
        tabs.tabBar().setAccessibleName(_("Help"))
        page.setFocus()
        return tabs

    def _row(self, grid: QGridLayout, action: QAction) -> None:
        row = grid.rowCount()
        label = QLabel(action.text())
        field = QKeySequenceEdit(action.shortcut())
        field.setMaximumSequenceLength(1)
        field.setAccessibleName(action.text())
        field.setFixedWidth(theme.current().px(150))
        field.setProperty("action", action.objectName())
        field.editingFinished.connect(self._changed)
        reset = QPushButton(_("Reset"), autoDefault=False)
        theme.mark(reset, kind="link")
        reset.setAccessibleName(_("Reset the keys of {action}").format(action=action.text()))
        reset.setProperty("action", action.objectName())
        reset.clicked.connect(self._reset)
        for column, widget in enumerate((label, field, reset)):
            grid.addWidget(widget, row, column)

    def _changed(self) -> None:
        field = self.sender()
        if not isinstance(field, QKeySequenceEdit):
            return
        id_, keys = str(field.property("action")), field.keySequence().toString()
        clashes = self._actions.clashes(id_, keys) if keys else []
        if clashes:
            self.clash.setText(_("{keys} already means: {action}").format(
                keys=keys, action=clashes[0].text()))  # fmt: skip
            theme.mark(field, invalid=True)
            return
        self.clash.setText("")
        self._actions.rebind(id_, keys)

    def _reset(self) -> None:
        id_ = str(self.sender().property("action"))
        self._actions.rebind(id_, "")
        for field in self.findChildren(QKeySequenceEdit):
            if field.property("action") == id_:
                action = next(a for a in self._actions.all() if a.objectName() == id_)
                field.setKeySequence(QKeySequence(action.shortcut()))

    def changeEvent(self, event: QEvent) -> None:
        """Close when the language changes: everything here was said in the old one."""
        if event.type() == QEvent.Type.LanguageChange:
            self.accept()
        super().changeEvent(event)
