"""Forms as data: fields bound to values, errors at the field, one request id per opening."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _
from desktop_admin.services.errors import Refused
from desktop_admin.tasks import message_of
from desktop_admin.views import theme
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.editors import Editor, editor_for
from desktop_admin.views.widgets.edits import error_text

if TYPE_CHECKING:
    from desktop_admin.services.work import Work
    from desktop_admin.views.desk import Desk

T = TypeVar("T")


@dataclass(frozen=True)
class Field:
    """One field: `kind` is text, points, count, money, date, choice, check, note, secret or scan.

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


class Form(QWidget):
    """Fields, their errors, a preview line and the two buttons.

    `operation(values, request)` answers what `Tasks.write` shall run; `done(result)` is called
    after the commit, then the form takes a new request id.
    """

    done = Signal(object)
    cancelled = Signal()
    edited = Signal()

    def __init__(
        self,
        desk: Desk,
        form_fields: Sequence[Field],
        operation: Callable[[dict[str, Any], str], Callable[[Work], Any]],
        *,
        submit: str = N_("Save"),
        cancel: str = N_("Cancel"),
        columns: int = 1,
        draft: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk, self.fields = desk, tuple(form_fields)
        self._operation, self._submit_text, self._cancel_text = operation, submit, cancel
        self._columns, self._draft = columns, draft
        self.request = uuid4().hex
        self.writing = False
        self._opened_with: dict[str, Any] = {}
        self.editors: dict[str, Editor] = {}
        self._labels: dict[str, QLabel] = {}
        self._errors: dict[str, QLabel] = {}
        self._cells: dict[str, QWidget] = {}
        self._build()
        self._retranslate()
        if draft:
            who = desk.actor.operator_id if desk.actor is not None else 0
            self._draft = f"{who}/{draft}"  # what one began another does not see
        if self._draft in desk.drafts:
            self.fill(desk.drafts[self._draft])

    # --- values -----------------------------------------------------------------------------------

    def fill(self, values: object) -> None:
        """Show a record (frozen dataclass) or a dict; fields it does not name stay."""
        shown = values if isinstance(values, Mapping) else _as_dict(values)
        for name, editor in self.editors.items():
            if name in shown:
                editor.set_value(shown[name])
        self._opened_with = {name: shown.get(name) for name in self.editors}
        self.clear_errors()
        self._show_visible()

    def clear(self) -> None:
        """Blank every field and take a new request id."""
        for editor in self.editors.values():
            editor.set_value(None)
        self.request = uuid4().hex
        self._opened_with = {}
        self.clear_errors()
        self._show_visible()

    def values(self) -> dict[str, Any]:
        """Answer the values that can be read; what cannot be read is None."""
        answer: dict[str, Any] = {}
        for name, editor in self.editors.items():
            try:
                answer[name] = editor.value()
            except ValueError:
                answer[name] = None
        return answer

    def changes(self) -> dict[str, tuple[Any, Any]]:
        """Answer what was changed since `fill`: name → (before, now)."""
        now = self.values()
        return {
            name: (before, now[name])
            for name, before in self._opened_with.items()
            if _blank(before) != _blank(now[name])
        }

    def set_choices(self, name: str, choices: Sequence[tuple[Any, str]]) -> None:
        """Give a choice field its choices (texts already translated)."""
        self.editors[name].set_choices(choices)

    # --- errors -----------------------------------------------------------------------------------

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

    def check(self) -> bool:
        """Show what cannot be read and what is missing; say whether all is well."""
        self.clear_errors()
        wrong = []
        for field in self.fields:
            if not self._cells[field.name].isVisibleTo(self):
                continue
            try:
                value = self.editors[field.name].value()
            except ValueError as error:
                self.set_error(field.name, error_text(error))
                wrong.append(field.name)
                continue
            if field.required and _blank(value) is None:
                self.set_error(field.name, _("This is needed."))
                wrong.append(field.name)
        if wrong:
            self.editors[wrong[0]].widget.setFocus()
        return not wrong

    # --- submitting -------------------------------------------------------------------------------

    def submit(self) -> None:
        """Write once: a second press, a key held down or a press while writing does nothing."""
        if self.writing or not self.check():
            return
        try:
            operation = self._operation(self.values(), self.request)
        except Refused as error:
            self._failed(error)
            return
        self._set_writing(True)
        self.desk.tasks.write(self, operation, self._done, self._failed)

    def _done(self, result: object) -> None:
        self._set_writing(False)
        self.request = uuid4().hex
        self.desk.drafts.pop(self._draft, None)
        self.done.emit(result)

    def _failed(self, error: Exception) -> None:
        # The request id stays: what was refused may succeed, and what was written is not doubled.
        self._set_writing(False)
        name = error.field if isinstance(error, Refused) else ""
        self.set_error(name, message_of(error))
        if name in self.editors:
            self.editors[name].widget.setFocus()

    def _set_writing(self, writing: bool) -> None:
        self.writing = writing
        for editor in self.editors.values():
            editor.widget.setEnabled(not writing)
        self.submit_button.setEnabled(not writing)
        self.submit_button.setText(_("Saving…") if writing else _(self._submit_text))

    def cancel(self) -> None:
        """Close without writing; the draft is dropped."""
        if not self.writing:
            self.desk.drafts.pop(self._draft, None)
            self.cancelled.emit()

    # --- the frame --------------------------------------------------------------------------------

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter submits (held down: once), Ctrl+Enter also from a long text, Esc cancels."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.isAutoRepeat():
            self.submit()
        elif event.key() == Qt.Key.Key_Escape and not event.isAutoRepeat():
            self.cancel()
        elif not enter:
            super().keyPressEvent(event)

    def _edited(self) -> None:
        self._show_visible()
        for name, label in self._errors.items():
            if label.text() and self.editors[name] is self.sender():
                self.set_error(name, "")
        if self._draft:
            secret = {field.name for field in self.fields if field.kind == "secret"}
            kept = {name: v for name, v in self.values().items() if name not in secret}
            self.desk.drafts[self._draft] = kept
        self.edited.emit()

    def _show_visible(self) -> None:
        values = self.values()
        for field in self.fields:
            if field.visible is not None:
                self._cells[field.name].setVisible(field.visible(values))


def _as_dict(record: object) -> dict[str, Any]:
    if is_dataclass(record):
        return {field.name: getattr(record, field.name) for field in fields(record)}
    return dict(vars(record))


def _blank(value: Any) -> Any:
    return None if value == "" else value
