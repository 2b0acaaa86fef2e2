"""One-line fields that read what people type: points, money, dates."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_admin.i18n import _, format_number
from desktop_admin.services.rules.amounts import parse_money, parse_points
from desktop_admin.services.rules.words import RuleError
from desktop_admin.tasks import message_of
from desktop_admin.views import theme

V = TypeVar("V")


def error_text(error: ValueError) -> str:
    """Answer what to show for text that could not be read."""
    if isinstance(error, RuleError):
        return _(error.message).format(**error.facts)
    return message_of(error)


class TypedEdit(QLineEdit, Generic[V]):
    """A field whose text is read by `parse`; shows the value tidily when left."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.textEdited.connect(self._edited)

    def parse(self, text: str) -> V:
        """Read text or raise ValueError with a message."""
        raise NotImplementedError

    def show_value(self, value: V) -> str:
        """Write a value."""
        raise NotImplementedError

    def value(self) -> V | None:
        """Answer the value, None when blank; raises ValueError when it cannot be read."""
        text = self.text().strip()
        return self.parse(text) if text else None

    def set_value(self, value: V | None) -> None:
        """Show a value."""
        self.setText("" if value is None else self.show_value(value))
        self.changed.emit()

    def problem(self) -> str:
        """Answer why the text cannot be read, "" when it can."""
        try:
            self.value()
        except ValueError as error:
            return error_text(error)
        return ""

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Write the value tidily when the field is left."""
        super().focusOutEvent(event)
        try:
            value = self.value()
        except ValueError:
            return
        if value is not None and self.hasAcceptableInput():
            self.setText(self.show_value(value))

    def _edited(self, _text: str) -> None:
        self.changed.emit()


class PointsEdit(TypedEdit[int]):
    """Points: 64 bit, signed; takes 1,000 and １０００ and 12*30."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def parse(self, text: str) -> int:
        """Read points; refuses what is not a whole number of at most 10^12."""
        return parse_points(text)

    def show_value(self, value: int) -> str:
        """Write points with their thousands grouped."""
        return f"{value:,}"


class CountEdit(PointsEdit):
    """A whole number of things, nought or more."""

    def parse(self, text: str) -> int:
        """Read a count; refuses one below nought."""
        count = parse_points(text)
        if count < 0:
            raise ValueError(_("This cannot be less than nought."))
        return count


class MoneyEdit(TypedEdit[int]):
    """Money in minor units: 12.5 is 1250; takes 1,000.50 and full-width figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def parse(self, text: str) -> int:
        """Read money into minor units."""
        return parse_money(text)

    def show_value(self, value: int) -> str:
        """Write money without its sign of currency."""
        whole, part = divmod(abs(value), 100)
        return f"{'-' if value < 0 else ''}{whole:,}.{part:02d}"


class DateEdit(TypedEdit[date]):
    """A date: t is today, +3 and -1 count days, 0315 is 15 March, ↑ ↓ move by a day."""

    today: Callable[[], date] = staticmethod(date.today)

    def parse(self, text: str) -> date:
        """Read a date in any of these ways; refuses what is none."""
        return parse_date(text, type(self).today())

    def show_value(self, value: date) -> str:
        """Write a date as YYYY-MM-DD, which it also takes back in every language."""
        return value.isoformat()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by a day with ↑ ↓."""
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        try:
            value = self.value() or type(self).today()
        except ValueError:
            return
        self.set_value(value + timedelta(days=step))


def parse_date(text: str, today: date) -> date:
    """Read t, +3, -1, 15, 0315, 3-15, 20250315, 2025-3-15, 2025年3月15日; refuses others."""
    typed = text.translate(_NARROW).strip().casefold()
    if typed in ("t", "today", "今天", "今日"):
        return today
    if typed in ("y", "yesterday", "昨天"):
        return today - timedelta(days=1)
    try:
        if re.fullmatch(r"[+-]\d{1,4}", typed):
            return today + timedelta(days=int(typed))
        if re.fullmatch(r"\d{1,2}", typed):
            return today.replace(day=int(typed))
        if re.fullmatch(r"\d{4}", typed):
            return today.replace(month=int(typed[:2]), day=int(typed[2:]))
        if re.fullmatch(r"\d{8}", typed):
            return date(int(typed[:4]), int(typed[4:6]), int(typed[6:]))
        parts = [int(part) for part in re.findall(r"\d+", typed)]
        if re.fullmatch(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?", typed):
            return date(*parts)
        if re.fullmatch(r"\d{1,2}[-/.月]\d{1,2}日?", typed):
            return today.replace(month=parts[0], day=parts[1])
    except (ValueError, OverflowError):
        raise ValueError(_("There is no such day: {text}").format(text=text)) from None
    raise ValueError(_("Type a date like 2025-03-15, 0315, t or +3."))


_NARROW = {0xFF10 + n: 0x30 + n for n in range(10)} | {0xFF0B: "+", 0xFF0D: "-", 0xFF0F: "/"}


class ScanEdit(QLineEdit):
    """A field for codes: no input method in between, so that a scanner always types figures."""

    changed = Signal()
    scanned = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setInputMethodHints(Qt.InputMethodHint.ImhLatinOnly)
        self.textEdited.connect(self._edited)

    def value(self) -> str:
        """Answer the text without blanks around it."""
        return self.text().strip()

    def set_value(self, value: str | None) -> None:
        """Show a text."""
        self.setText(value or "")
        self.changed.emit()

    def _edited(self, _text: str) -> None:
        self.changed.emit()


class BeforeAfter(QObject):
    """Writes "1,230 → 1,280" into a label, red below nought."""

    def __init__(self, label: Any) -> None:
        super().__init__(label)
        self._label = label
        self._shown: tuple[int, int] | None = None

    def show(self, before: int | None, after: int | None = None) -> None:
        """Show a step; None hides it."""
        if before is None or after is None:
            self._label.setText("")
            return
        theme.mark(self._label, text="bad" if after < 0 else "strong")
        self._label.setText(f"{format_number(before)} → {format_number(after)}")
        self._label.setAccessibleName(
            _("Before {before}, after {after}").format(before=format_number(before), after=format_number(after))
        )


__all__ = [
    "BeforeAfter", "CountEdit", "DateEdit", "MoneyEdit", "PointsEdit", "ScanEdit", "TypedEdit",
    "error_text", "parse_date",
]  # fmt: skip
