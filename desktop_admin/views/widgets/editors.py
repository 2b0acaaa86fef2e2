"""What a form field is edited with: every kind answers the same few questions."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from desktop_admin.i18n import _
from desktop_admin.views import theme
from desktop_admin.views.widgets.editor import Choices, Editor
from desktop_admin.views.widgets.edits import CountEdit, DateEdit, MoneyEdit, PointsEdit, ScanEdit


class LineEditor(Editor):
    """One line of text."""

    def __init__(self, widget: QLineEdit, parent: QWidget) -> None:
        super().__init__(parent)
        self.widget: QLineEdit = widget
        widget.textChanged.connect(self._tell)

    def value(self) -> Any:
        """Answer the text without blanks around it, or the typed value."""
        own = getattr(self.widget, "value", None)
        return own() if own is not None else self.widget.text().strip()

    def set_value(self, value: Any) -> None:
        """Show a text or a typed value."""
        own = getattr(self.widget, "set_value", None)
        if own is not None:
            own(value)
        else:
            self.widget.setText("" if value is None else str(value))

    def _tell(self, _text: str) -> None:
        self.changed.emit()


class SecretEditor(LineEditor):
    """A password: kept as typed, blanks included."""

    def value(self) -> str:
        """Answer what was typed."""
        return self.widget.text()


class NoteEditor(Editor):
    """Some lines of text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.widget: QPlainTextEdit = QPlainTextEdit(parent)
        self.widget.setTabChangesFocus(True)
        self.widget.setFixedHeight(theme.current().px(76))
        self.widget.textChanged.connect(self.changed)
        self.widget.installEventFilter(self)

    def value(self) -> str:
        """Answer the text without blanks around it."""
        return self.widget.toPlainText().strip()

    def set_value(self, value: Any) -> None:
        """Show a text."""
        self.widget.setPlainText("" if value is None else str(value))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave Ctrl+Enter to the form."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                event.ignore()
                return True
        return super().eventFilter(watched, event)


class ChoiceEditor(Editor):
    """One of several."""

    def __init__(self, choices: Choices, parent: QWidget) -> None:
        super().__init__(parent)
        self.widget: QComboBox = QComboBox(parent)
        self.set_choices([(value, _(title)) for value, title in choices])
        self.widget.currentIndexChanged.connect(self._tell)

    def value(self) -> Any:
        """Answer the chosen value, None when nothing is."""
        return self.widget.currentData()

    def set_value(self, value: Any) -> None:
        """Choose a value; one that is not offered chooses none."""
        for index in range(self.widget.count()):
            if self.widget.itemData(index) == value:
                self.widget.setCurrentIndex(index)
                return
        self.widget.setCurrentIndex(0 if value is None and self.widget.count() else -1)

    def set_choices(self, choices: Choices) -> None:
        """Offer these; what was chosen stays chosen."""
        chosen = self.widget.currentData()
        self.widget.blockSignals(True)
        self.widget.clear()
        for value, title in choices:
            self.widget.addItem(title, value)
        index = next((n for n, (value, _t) in enumerate(choices) if value == chosen), 0)
        self.widget.setCurrentIndex(index if choices else -1)
        self.widget.blockSignals(False)

    def retranslate(self, choices: Choices, title: str) -> None:
        """Set the titles again."""
        for index, (_value, text) in enumerate(choices):
            if index < self.widget.count():
                self.widget.setItemText(index, _(text))

    def _tell(self, _index: int) -> None:
        self.changed.emit()


class CheckEditor(Editor):
    """Yes or no; its text is the field's title."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.widget: QCheckBox = QCheckBox(parent)
        self.widget.toggled.connect(self._tell)

    def value(self) -> bool:
        """Answer whether it is checked."""
        return self.widget.isChecked()

    def set_value(self, value: Any) -> None:
        """Check or not."""
        self.widget.setChecked(bool(value))

    def retranslate(self, choices: Choices, title: str) -> None:
        """Set the title again."""
        self.widget.setText(title)

    def _tell(self, _checked: bool) -> None:
        self.changed.emit()


def editor_for(kind: str, choices: Choices, limit: int, parent: QWidget) -> Editor:
    """Make the editor of a kind of field."""
    if kind == "choice":
        return ChoiceEditor(choices, parent)
    if kind == "check":
        return CheckEditor(parent)
    if kind == "note":
        return NoteEditor(parent)
    if kind == "pick":
        from desktop_admin.views.widgets.number_pick import PickEditor  # it is an Editor itself

        return PickEditor([(value, _(title)) for value, title in choices], parent)
    lines: dict[str, type[QLineEdit]] = {
        "text": QLineEdit, "points": PointsEdit, "count": CountEdit, "money": MoneyEdit,
        "date": DateEdit, "scan": ScanEdit, "secret": QLineEdit,
    }  # fmt: skip
    line = lines[kind](parent)
    line.setMaxLength(limit)
    if kind == "secret":
        line.setEchoMode(QLineEdit.EchoMode.Password)
        return SecretEditor(line, parent)
    return LineEditor(line, parent)
