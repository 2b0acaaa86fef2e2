"""A period: a few usual ones, or two days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from desktop_admin.i18n import N_, _
from desktop_admin.views import theme
from desktop_admin.views.widgets.edits import DateEdit

PERIODS = (
    ("today", N_("Today")),
    ("yesterday", N_("Yesterday")),
    ("week", N_("Last 7 days")),
    ("month", N_("This month")),
    ("last_month", N_("Last month")),
    ("quarter", N_("Last 90 days")),
    ("year", N_("This year")),
    ("twelve", N_("Last 12 months")),
    ("all", N_("All time")),
    ("own", N_("From … to …")),
)


def period(name: str, today: date) -> tuple[date | None, date | None]:
    """Answer the first and the last day of a usual period, both included."""
    first = today.replace(day=1)
    last_month_ends = first - timedelta(days=1)
    answers: dict[str, tuple[date | None, date | None]] = {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1), today - timedelta(days=1)),
        "week": (today - timedelta(days=6), today),
        "month": (first, today),
        "last_month": (last_month_ends.replace(day=1), last_month_ends),
        "quarter": (today - timedelta(days=89), today),
        "year": (today.replace(month=1, day=1), today),
        "twelve": (_a_year_before(today) + timedelta(days=1), today),
    }
    return answers.get(name, (None, None))


def _a_year_before(day: date) -> date:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


class DateRange(QWidget):
    """`changed(first, last)`: dates or None, both included."""

    changed = Signal(object, object)

    def __init__(self, parent: QWidget | None = None, *, chosen: str = "month") -> None:
        super().__init__(parent)
        self.today: Callable[[], date] = date.today
        self.choice = QComboBox()
        self.first, self.last = DateEdit(), DateEdit()
        self._dash = QLabel("–")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        for widget in (self.choice, self.first, self._dash, self.last):
            row.addWidget(widget)
        for edit in (self.first, self.last):
            edit.setFixedWidth(theme.current().px(116))
            edit.editingFinished.connect(self._typed)
        for name, _title in PERIODS:
            self.choice.addItem("", name)
        self._retranslate()
        self.choose(chosen)
        self.choice.currentIndexChanged.connect(self._chosen)

    def value(self) -> tuple[date | None, date | None]:
        """Answer the first and the last day; None is open."""
        if self.choice.currentData() != "own":
            return period(self.choice.currentData(), self.today())
        try:
            return self.first.value(), self.last.value()
        except ValueError:
            return None, None

    def choose(self, name: str) -> None:
        """Choose one of the usual periods."""
        self.choice.setCurrentIndex(max(0, self.choice.findData(name)))
        self._show_edits()

    def changeEvent(self, event: QEvent) -> None:
        """Set every text again when the language changed."""
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        for number, (_name, title) in enumerate(PERIODS):
            self.choice.setItemText(number, _(title))
        self.choice.setAccessibleName(_("Period"))
        self.first.setAccessibleName(_("From"))
        self.last.setAccessibleName(_("To"))

    def _show_edits(self) -> None:
        own = self.choice.currentData() == "own"
        for widget in (self.first, self._dash, self.last):
            widget.setVisible(own)

    def _chosen(self, _index: int) -> None:
        before = self.value() if self.choice.currentData() != "own" else (None, None)
        self._show_edits()
        if self.choice.currentData() == "own":
            self.first.setFocus()
        self.changed.emit(*before)

    def _typed(self) -> None:
        self.changed.emit(*self.value())
