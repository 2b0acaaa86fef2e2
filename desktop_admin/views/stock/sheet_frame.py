"""How a sheet of stock looks: its fields, its table, its texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QHeaderView, QLabel, QLineEdit, QPushButton, QToolButton, QWidget
from PySide6.QtWidgets import QVBoxLayout as Column

from desktop_admin.i18n import _, format_number, ngettext
from desktop_admin.models.stock import ACTS, SheetTable
from desktop_admin.services.branches import BranchName
from desktop_admin.views import theme
from desktop_admin.views.attempt import Attempt
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.edits import CountEdit, MoneyEdit
from desktop_admin.views.widgets.empty_state import EmptyState
from desktop_admin.views.widgets.search_box import SearchBox
from desktop_admin.views.widgets.typed_table import At, TypedDelegate, TypedTable

if TYPE_CHECKING:
    pass



class SheetDelegate(TypedDelegate):
    """Pieces and costs are typed."""

    def edit_for(self, index: At, parent: QWidget) -> QWidget | None:
        """A count, or an amount of money."""
        return CountEdit(parent) if index.column() == 3 else MoneyEdit(parent)

    def setEditorData(self, editor: QWidget, index: At) -> None:
        """Show the value, ready to be typed over."""
        if isinstance(editor, CountEdit | MoneyEdit):
            editor.set_value(index.data(Qt.ItemDataRole.EditRole))
            editor.selectAll()


class SheetFrame(QWidget):
    """The widgets of a sheet and their texts."""

    def __init__(self) -> None:
        super().__init__()
        self.act, self._branch = ACTS[0], BranchName(0, "", "")
        self._attempt = Attempt()
        self.model = SheetTable(self)
        self.search = SearchBox(self._find)
        self._make_widgets()
        self._lay_out()

    def _find(self, text: str, found: Any) -> None:
        """Search items."""
        raise NotImplementedError

    def _make_widgets(self) -> None:
        self.back_button = QToolButton()
        theme.set_icon(self.back_button, "arrow-left")
        self.heading, self.where = QLabel(), QLabel()
        theme.mark(self.heading, text="title")
        theme.mark(self.where, text="muted")
        self.banner = Banner(self)
        self.banner.hide()
        self.table = TypedTable()
        self.table.setModel(self.model)
        self.table.setItemDelegate(SheetDelegate(self.table))
        self.hint = EmptyState()
        self.target, self.reason = QComboBox(), QLineEdit()
        self.reason.setMaxLength(200)
        self.target_label, self.reason_label, self.total = QLabel(), QLabel(), QLabel()
        self.target_label.setBuddy(self.target)
        self.reason_label.setBuddy(self.reason)
        for label in (self.target_label, self.reason_label):
            theme.mark(label, text="label")
        theme.mark(self.total, text="strong")
        self.drop_button, self.cancel_button = QPushButton(autoDefault=False), QPushButton(autoDefault=False)
        self.book_button = QPushButton(autoDefault=False)
        theme.set_icon(self.drop_button, "trash-2")
        theme.mark(self.book_button, kind="primary")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        for widget in (self.back_button, self.heading, self.where):
            head.addWidget(widget)
        head.addStretch()
        said = QHBoxLayout()
        said.setSpacing(12)
        for label, field in ((self.target_label, self.target), (self.reason_label, self.reason)):
            said.addWidget(label)
            said.addWidget(field, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.drop_button)
        foot.addWidget(self.total)
        foot.addStretch()
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.book_button)
        column = Column(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.banner)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        column.addWidget(self.hint, 1)
        column.addLayout(said)
        column.addLayout(foot)

    def retranslate(self) -> None:
        """Set every text."""
        self.heading.setText(_(self.act.title))
        self.where.setText(self._branch.name)
        for button in (self.back_button, self.cancel_button):
            button.setAccessibleName(_("Cancel"))
        self.back_button.setToolTip(_("Back to the list"))
        self.cancel_button.setText(_("Cancel"))
        self.drop_button.setText(_("Take off the sheet"))
        self.search.setPlaceholderText(_("Scan a barcode, or type a name or code"))
        self.search.setAccessibleName(_("Item"))
        self.table.setAccessibleName(_(self.act.title))
        self.hint.say(
            _("Scan the first item"), _("Each scan adds one piece."), icon="scan-barcode"
        )
        self.target_label.setText(_("To branch"))
        self.reason_label.setText(_("Reason") if self.act.reason else _("Note"))
        self.target.setAccessibleName(_("To branch"))
        self.reason.setAccessibleName(self.reason_label.text())
        self.target_label.setVisible(self.act.target)
        self.target.setVisible(self.act.target)
        self.model.retranslate()
        self._follow()

    def _follow(self) -> None:
        lines, pieces = self.model.rowCount(), self.model.pieces()
        self.table.setVisible(lines > 0)
        self.hint.setVisible(lines == 0)
        free = not self._attempt.busy
        for widget in (self.search, self.table, self.target, self.reason):
            widget.setEnabled(free)
        self.drop_button.setEnabled(lines > 0 and free)
        self.book_button.setEnabled(lines > 0 and free)
        items = ngettext("{count} item", "{count} items", lines).format(count=format_number(lines))
        text = ngettext("{count} piece", "{count} pieces", pieces).format(count=format_number(pieces))
        self.total.setText(f"{items}   {text}" if lines else "")
        self.book_button.setText(_(self.act.title))
        header = self.table.horizontalHeader()
        for n in range(self.model.columnCount()):
            stretch = QHeaderView.ResizeMode.Stretch if n == 0 else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(n, stretch)
            if n:
                self.table.setColumnWidth(n, theme.current().px(112))
