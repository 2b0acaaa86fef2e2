"""What every editor of a form's field is: a widget with a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

Choices = Sequence[tuple[Any, str]]


class Editor(QObject):
    """A widget with a value; `value` raises ValueError with a message when it cannot be read."""

    changed = Signal()
    widget: QWidget

    def value(self) -> Any:
        """Answer the value."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value; None is blank."""
        raise NotImplementedError

    def set_choices(self, choices: Choices) -> None:
        """Give a choice its choices, texts translated."""

    def set_placeholder(self, text: str) -> None:
        """Show a hint in the blank field."""
        if text and isinstance(self.widget, QLineEdit | QPlainTextEdit):
            self.widget.setPlaceholderText(text)

    def retranslate(self, choices: Choices, title: str) -> None:
        """Set the texts again."""
