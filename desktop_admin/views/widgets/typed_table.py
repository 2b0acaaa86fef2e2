"""A table that is typed into: cells take what the fields of a form take."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QStyleOptionViewItem, QTableView, QWidget

from desktop_admin.models.delegates import CellDelegate
from desktop_admin.views import theme
from desktop_admin.views.widgets.edits import TypedEdit

At = QModelIndex | QPersistentModelIndex


class TypedDelegate(CellDelegate):
    """Cells that are typed into take what the fields of a form take; what cannot be read stays open."""

    def edit_for(self, index: At, parent: QWidget) -> QWidget | None:
        """Make the field for a cell."""
        raise NotImplementedError

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: At) -> QWidget:
        """Make the field for a cell."""
        edit = self.edit_for(index, parent)
        assert edit is not None
        edit.setAutoFillBackground(True)
        title = index.model().headerData(index.column(), Qt.Orientation.Horizontal)
        edit.setAccessibleName(str(title or ""))
        return edit

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: At) -> None:
        """Take the value, or leave the cell as it was where it cannot be read."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentData())
        elif isinstance(editor, TypedEdit) and not editor.problem():
            model.setData(index, editor.value())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: At) -> None:
        """Fill the cell."""
        editor.setGeometry(option.rect)


class TypedTable(QTableView):
    """A table to type into: any key begins, Tab and Enter go on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(
            triggers.AnyKeyPressed | triggers.EditKeyPressed | triggers.DoubleClicked | triggers.SelectedClicked
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self._sizes()
        theme.current().changed.connect(self._sizes)

    def _sizes(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.current().px(36))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter begins to edit."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.state() != self.State.EditingState:
            if self.model().flags(self.currentIndex()) & Qt.ItemFlag.ItemIsEditable:
                self.edit(self.currentIndex())
            return
        super().keyPressEvent(event)
