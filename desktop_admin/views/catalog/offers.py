"""An item's offers as a table that is typed into, and saved as a whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_admin.i18n import _
from desktop_admin.models.catalog import FIRST, LAST, OFFER_COLUMNS, OfferTable
from desktop_admin.services import catalog
from desktop_admin.services.catalog import ItemDetail
from desktop_admin.services.errors import ChangedMeanwhile, Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.tasks import message_of
from desktop_admin.views import theme
from desktop_admin.views.attempt import Attempt
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.edits import CountEdit, DateEdit, MoneyEdit, PointsEdit, TypedEdit
from desktop_admin.views.widgets.typed_table import At, TypedDelegate, TypedTable

if TYPE_CHECKING:
    from desktop_admin.views.screen import Screen

LEAST = {"starts_on": 68, "ends_on": 68, "cash": 68, "points": 68}  # px

_EDITS: dict[str, type[TypedEdit[Any]]] = {
    "points": PointsEdit, "cash": MoneyEdit, "starts_on": DateEdit, "ends_on": DateEdit, "per_member": CountEdit,
}  # fmt: skip


class OfferDelegate(TypedDelegate):
    """The fields of an offer's cells."""

    def edit_for(self, index: At, parent: QWidget) -> QWidget | None:
        """Points, money, dates, counts, and a choice of tiers."""
        name = OFFER_COLUMNS[index.column()][0]
        if name != "min_rank":
            return _EDITS[name](parent)
        box = QComboBox(parent)
        model = index.model()
        assert isinstance(model, OfferTable)
        for n, (rank, title) in enumerate(model.tiers.items()):
            box.addItem(_("everyone") if n == 0 else title, rank)
        return box

    def setEditorData(self, editor: QWidget, index: At) -> None:
        """Show the value."""
        model = index.model()
        assert isinstance(model, OfferTable)
        value = model.value(index.row(), OFFER_COLUMNS[index.column()][0])
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(0, editor.findData(value)))
        elif isinstance(editor, TypedEdit):
            editor.set_value(None if value in (FIRST, LAST) else value)
            editor.selectAll()


class OffersView(QWidget):
    """The table, "add" and "save"; `saved` after it was written, `reread` when the stored ones are wanted."""

    saved = Signal()
    reread = Signal()

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen, self._item_id = screen, 0
        self._attempt = Attempt()
        self.model = OfferTable(self)
        self.table = TypedTable()
        self.table.setModel(self.model)
        self.table.setItemDelegate(OfferDelegate(self.table))
        self.banner = Banner(self)
        self.banner.hide()
        self.none = QLabel(wordWrap=True)
        theme.mark(self.none, text="muted")
        self.add_button, self.drop_button = QPushButton(autoDefault=False), QPushButton(autoDefault=False)
        self.save_button, self.undo_button = QPushButton(autoDefault=False), QPushButton(autoDefault=False)
        theme.mark(self.save_button, kind="primary")
        theme.set_icon(self.add_button, "plus")
        theme.set_icon(self.drop_button, "trash-2")
        buttons = QHBoxLayout()
        for button in (self.add_button, self.drop_button):
            buttons.addWidget(button)
        buttons.addStretch()
        for button in (self.undo_button, self.save_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        for widget in (self.banner, self.none, self.table):
            column.addWidget(widget)
        column.addLayout(buttons)
        self.add_button.clicked.connect(self.add)
        self.drop_button.clicked.connect(self.drop)
        self.save_button.clicked.connect(self.save)
        self.undo_button.clicked.connect(self.reread)
        self.model.dirty_changed.connect(self._follow)
        self._fit()

    def show_item(self, item: ItemDetail, *, force: bool = False) -> None:
        """Show an item's offers, unless it is the same item and something was typed."""
        if item.id == self._item_id and self.model.dirty and not force:
            return
        if item.id != self._item_id:
            self.banner.hide()
        self._item_id = item.id
        self.model.show_offers(item.offers)
        self._fit()

    def retranslate(self) -> None:
        """Set every text."""
        self.table.setAccessibleName(_("Offers"))
        self.none.setText(_("Without an offer nobody can redeem this item."))
        self.add_button.setText(_("Add offer"))
        self.drop_button.setText(_("Take off"))
        self.save_button.setText(_("Save offers"))
        self.undo_button.setText(_("Undo changes"))
        self.model.retranslate()
        self._fit()

    def add(self) -> None:
        """Add a row and type its points."""
        row = self.model.add()
        self._fit()
        self.table.setCurrentIndex(self.model.index(row, 0))
        self.table.edit(self.model.index(row, 0))

    def drop(self) -> None:
        """Take the current offer off."""
        self.model.drop(self.table.currentIndex().row())
        self._fit()

    def save(self) -> None:
        """Write the table."""
        if self._attempt.busy or not self.model.dirty:
            return
        self.banner.hide()
        operation = partial(
            catalog.save_offers, request=self._attempt.id, item_id=self._item_id, offers=self.model.drafts()
        )
        self._attempt.send(self._screen.desk.tasks, self._screen, operation, self._saved, self._failed)
        self._follow()

    def _saved(self, _receipt: object) -> None:
        self._screen.desk.notices.tell(_("The offers were saved."))
        self.saved.emit()

    def _failed(self, error: Exception) -> None:
        self._follow()
        again = (_("Show what is stored"), self.reread.emit) if isinstance(error, ChangedMeanwhile) else ("", None)
        self.banner.say(message_of(error), tone="bad", action=again[0], act=again[1])
        if isinstance(error, Refused) and isinstance(error.facts.get("row"), int):
            columns = [name for name, _title, _kind in OFFER_COLUMNS]
            column = columns.index(error.field) if error.field in columns else 0
            self.table.setCurrentIndex(self.model.index(int(str(error.facts["row"])), column))
            self.table.setFocus()

    def _follow(self, _dirty: bool = False) -> None:
        allowed = self._screen.desk.can(Permission.EDIT_CATALOG)
        self.model.editable = allowed and not self._attempt.busy
        for button in (self.add_button, self.drop_button, self.save_button, self.undo_button):
            button.setVisible(allowed)
        self.drop_button.setEnabled(self.model.rowCount() > 0)
        self.save_button.setEnabled(self.model.dirty and not self._attempt.busy)
        self.undo_button.setEnabled(self.model.dirty and not self._attempt.busy)

    def _fit(self) -> None:
        """As high as its rows, so that the page scrolls and not the table."""
        look, rows = theme.current(), self.model.rowCount()
        self.none.setVisible(rows == 0)
        self.table.setVisible(rows > 0)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        metrics, pad = self.table.fontMetrics(), look.px(28)
        total = 0
        for n in range(len(OFFER_COLUMNS)):
            texts = [str(self.model.headerData(n, Qt.Orientation.Horizontal) or "")]
            texts += [str(self.model.data(self.model.index(row, n)) or "") for row in range(rows)]
            least = look.px(LEAST.get(OFFER_COLUMNS[n][0], 52))
            wide = max(least, *(metrics.horizontalAdvance(t) + pad for t in texts))
            self.table.setColumnWidth(n, wide)
            total += wide
        header.setStretchLastSection(True)
        bar = self.table.horizontalScrollBar().sizeHint().height() if total > self.table.viewport().width() else 0
        self.table.setFixedHeight(look.px(36) * rows + header.sizeHint().height() + look.px(6) + bar)
        self._follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the scroll bar where the columns do not fit."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter saves."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.save()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Set every text again when the language changed."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
