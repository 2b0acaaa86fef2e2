"""A table that is typed into: cells take what the fields of a form take."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import (
    QAbstractItemModel,
    QCoreApplication,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
)
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

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Ctrl+Enter keeps what was typed, and is then for whoever holds the table."""
        if isinstance(editor, QWidget) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            table = self.parent()
            if _all_done(event) and isinstance(table, QWidget):
                self.commitData.emit(editor)
                self.closeEditor.emit(editor)
                table.setFocus()
                QCoreApplication.sendEvent(table, event.clone())
                return True
        return super().eventFilter(editor, event)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: At) -> None:
        """Fill the cell."""
        editor.setGeometry(option.rect)


class TypedTable(QTableView):
    """A table to type into: any key begins; Tab goes from cell to cell that is typed into, and out at either end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(
            triggers.AnyKeyPressed | triggers.EditKeyPressed | triggers.DoubleClicked | triggers.SelectedClicked
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
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
        """Enter begins to edit; with Ctrl it is for whoever holds the table."""
        if _all_done(event):
            event.ignore()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.state() != self.State.EditingState:
            if self.model().flags(self.currentIndex()) & Qt.ItemFlag.ItemIsEditable:
                self.edit(self.currentIndex())
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go to the next cell that is typed into; from the last one out of the table."""
        beside = self._beside(forward)
        if not beside.isValid():
            return super().focusNextPrevChild(forward)
        self.setCurrentIndex(beside)
        return True

    def moveCursor(self, action: QAbstractItemView.CursorAction, mods: Qt.KeyboardModifier) -> QModelIndex:
        """Tab in a cell goes where Tab in the table goes."""
        actions = QAbstractItemView.CursorAction
        if action not in (actions.MoveNext, actions.MovePrevious):
            return super().moveCursor(action, mods)
        forward = action == actions.MoveNext
        beside = self._beside(forward)
        if not beside.isValid():  # once the cell is closed
            QTimer.singleShot(0, self, partial(self.focusNextPrevChild, forward))
        return beside

    def _beside(self, forward: bool) -> QModelIndex:
        rows, columns = self.model().rowCount(), self.model().columnCount()
        here, step = self.currentIndex(), 1 if forward else -1
        cell = here.row() * columns + here.column() + step if here.isValid() else 0 if forward else rows * columns - 1
        wanted = Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable
        while 0 <= cell < rows * columns:
            index = self.model().index(*divmod(cell, columns))
            if index.flags() & wanted and not self.isColumnHidden(index.column()):
                return index
            cell += step
        return QModelIndex()


def _all_done(event: QKeyEvent) -> bool:
    """Whether it is Ctrl+Enter."""
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
