"""How a form stands: its fields on a grid, their errors, its two buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_admin.i18n import _
from desktop_admin.views import theme
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.editor import Editor
from desktop_admin.views.widgets.editors import editor_for

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk

T = TypeVar("T")


@dataclass(frozen=True)
class Field:
    """One field: `kind` is text, points, count, money, date, choice, pick, check, note, secret or
    scan.

    `choices` are (value, title) pairs, titles marked with N_ when `translate` is set.  `column`
    and `span` place it on a grid of `Form.columns`.
    """

    name: str
    title: str
    kind: str = "text"
    required: bool = False
    hint: str = ""
    placeholder: str = ""
    choices: Sequence[tuple[Any, str]] = ()
    translate: bool = True
    span: int = 1
    limit: int = 200
    visible: Callable[[Mapping[str, Any]], bool] | None = None


class FormFrame(QWidget):
    """Fields, their labels and errors; `Form` adds values and writing."""

    desk: Desk
    fields: tuple[Field, ...]
    editors: dict[str, Editor]
    _labels: dict[str, QLabel]
    _errors: dict[str, QLabel]
    _cells: dict[str, QWidget]
    _columns: int
    _submit_text: str
    _cancel_text: str

    def submit(self) -> None:
        """Write what was typed."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Close without writing."""
        raise NotImplementedError

    def _edited(self) -> None:
        raise NotImplementedError

    def values(self) -> dict[str, Any]:
        """Answer the values that can be read; what cannot be read is None."""
        answer: dict[str, Any] = {}
        for name, editor in self.editors.items():
            try:
                answer[name] = editor.value()
            except ValueError:
                answer[name] = None
        return answer

    def set_choices(self, name: str, choices: Sequence[tuple[Any, str]]) -> None:
        """Give a choice field its choices (texts already translated)."""
        self.editors[name].set_choices(choices)

    def set_error(self, name: str, text: str) -> None:
        """Show an error at a field; at one the form does not have, above the fields."""
        if name in self.editors:
            self._errors[name].setText(text)
            self._errors[name].setVisible(bool(text))
            widget = self.editors[name].widget
            theme.mark(widget, invalid=bool(text))
            widget.setAccessibleDescription(text)
        else:
            self.banner.say(text, tone="bad")

    def clear_errors(self) -> None:
        """Take every error away."""
        self.banner.hide()
        for name in self.editors:
            self.set_error(name, "")

    def _build(self) -> None:
        self.banner = Banner(self)
        self.banner.hide()
        self.preview = QLabel(self)  # "before → after", written by the screen
        self.preview.setTextFormat(Qt.TextFormat.PlainText)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(2 * theme.SPACE)
        self.grid.setVerticalSpacing(12)
        row = column = 0
        for field in self.fields:
            if column + field.span > self._columns:
                row, column = row + 1, 0
            self.grid.addWidget(self._cell(field), row, column, 1, field.span)
            column += field.span
        for n in range(self._columns):
            self.grid.setColumnStretch(n, 1)
        self.submit_button = QPushButton(self, autoDefault=False)
        theme.mark(self.submit_button, kind="primary")
        self.submit_button.clicked.connect(self.submit)
        self.cancel_button = QPushButton(self, autoDefault=False)
        self.cancel_button.clicked.connect(self.cancel)
        self.buttons = QHBoxLayout()
        self.buttons.addWidget(self.preview, 1)
        self.buttons.addWidget(self.cancel_button)
        self.buttons.addWidget(self.submit_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.SPACE)
        layout.addWidget(self.banner)
        layout.addLayout(self.grid)
        layout.addLayout(self.buttons)
        self._show_visible()

    def _cell(self, field: Field) -> QWidget:
        cell = QWidget(self)
        box = QVBoxLayout(cell)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        label, error = QLabel(cell), QLabel(cell, wordWrap=True)
        theme.mark(label, text="label")
        theme.mark(error, text="error")
        error.hide()
        editor = editor_for(field.kind, field.choices, field.limit, cell)
        editor.changed.connect(self._edited)
        label.setBuddy(editor.widget)
        if field.kind == "check":
            label.setText(" ")  # keeps the box on one line with the field beside it
        for widget in (label, editor.widget, error):
            box.addWidget(widget)
        box.addStretch()
        self.editors[field.name] = editor
        self._labels[field.name], self._errors[field.name] = label, error
        self._cells[field.name] = cell
        return cell

    def _retranslate(self) -> None:
        for field in self.fields:
            title, editor = _(field.title), self.editors[field.name]
            if field.kind != "check":
                self._labels[field.name].setText(f"{title} *" if field.required else title)
            editor.retranslate(field.choices if field.translate else (), title)
            editor.widget.setAccessibleName(title)
            editor.widget.setToolTip(_(field.hint))
            editor.set_placeholder(_(field.placeholder))
        self.submit_button.setText(_(self._submit_text))
        self.cancel_button.setText(_(self._cancel_text))

    def changeEvent(self, event: QEvent) -> None:
        """Set every text again when the language changed."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _show_visible(self) -> None:
        values = self.values()
        for field in self.fields:
            if field.visible is not None:
                self._cells[field.name].setVisible(field.visible(values))
