"""Forms as data: fields bound to values, errors at the field, one request id per opening."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from desktop_admin.i18n import N_, _
from desktop_admin.services.errors import Refused
from desktop_admin.tasks import message_of
from desktop_admin.views.attempt import Attempt
from desktop_admin.views.form_frame import Field, FormFrame
from desktop_admin.views.widgets.editor import Editor
from desktop_admin.views.widgets.edits import error_text

if TYPE_CHECKING:
    from desktop_admin.services.work import Work
    from desktop_admin.views.desk import Desk

__all__ = ["Field", "Form"]

T = TypeVar("T")


class Form(FormFrame):
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
        self.attempt = Attempt()
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

    @property
    def request(self) -> str:
        """The id of what would be written now."""
        return self.attempt.id

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
        self.attempt.renew()
        self._opened_with = {}
        self.clear_errors()
        self._show_visible()

    def changes(self) -> dict[str, tuple[Any, Any]]:
        """Answer what was changed since `fill`: name → (before, now)."""
        now = self.values()
        return {
            name: (before, now[name])
            for name, before in self._opened_with.items()
            if _blank(before) != _blank(now[name])
        }

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
        self.banner.hide()
        self.attempt.over()
        self.desk.drafts.pop(self._draft, None)
        self.done.emit(result)

    def _failed(self, error: Exception) -> None:
        self.attempt.over(error)
        if self.attempt.open_end(error):  # the answer is still to come; until then nothing is typed
            self.set_error("", message_of(error))
            self.submit_button.setText(_("Checking…"))
            return
        self._set_writing(False)
        name = error.field if isinstance(error, Refused) else ""
        self.set_error(name, message_of(error))
        if name in self.editors:
            widget = self.editors[name].widget
            widget.setFocus()
            if isinstance(widget, QLineEdit) and widget.echoMode() is not QLineEdit.EchoMode.Normal:
                widget.selectAll()  # what nobody can read is typed anew, not mended

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


def _as_dict(record: object) -> dict[str, Any]:
    if is_dataclass(record):
        return {field.name: getattr(record, field.name) for field in fields(record)}
    return dict(vars(record))


def _blank(value: Any) -> Any:
    return None if value == "" else value
