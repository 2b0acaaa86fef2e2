"""What a member's page shows beneath its head: history, points, purchases, redemptions."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_date, format_points
from desktop_admin.models.members import LOTS, ORDERS, PURCHASES, USES, orders_of, purchases_of
from desktop_admin.models.pages import PagedTable
from desktop_admin.models.records import RecordTable
from desktop_admin.services import members
from desktop_admin.services.members import Event, Explained, History, LotLine, Lots, LotUse
from desktop_admin.views import theme
from desktop_admin.views.members import words
from desktop_admin.views.widgets.edits import DateEdit
from desktop_admin.views.widgets.empty_state import EmptyState
from desktop_admin.views.widgets.one_line import OneLine
from desktop_admin.views.widgets.record_table import RecordTableView
from desktop_admin.views.widgets.time_line import TimeLine

if TYPE_CHECKING:
    from desktop_admin.views.screen import Screen

STEP, MOST = 50, 200  # events


class HistoryTab(QWidget):
    """Everything on one line, older ones on request."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen, self._member = screen, 0
        self._events: list[Event] = []
        self._older: Any = None
        self.line = TimeLine()
        self.more = QPushButton(autoDefault=False)
        self.more.clicked.connect(self._ask_older)
        self.empty = QLabel()
        theme.mark(self.empty, text="muted")
        inside = QWidget()
        theme.mark(inside, kind="scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(4, 12, 12, 12)
        column.addWidget(self.empty)
        column.addWidget(self.line)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch()
        self.area = QScrollArea(widgetResizable=True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.area)

    def show_member(self, member_id: int) -> None:
        """Ask for the newest events."""
        again = member_id == self._member
        limit = max(STEP, min(len(self._events), MOST)) if again else STEP  # a reload keeps what was unfolded
        self._member = member_id
        self._screen.ask("history", partial(members.history, member_id=member_id, limit=limit), self._came)

    def retranslate(self) -> None:
        """Write every line again."""
        self.more.setText(_("Show older"))
        self.empty.setText(_("Nothing has happened yet."))
        self.area.setAccessibleName(_("History"))
        self._show()

    def _came(self, answer: History) -> None:
        self._events, self._older = list(answer.events), answer.older
        self._show()

    def _ask_older(self) -> None:
        query = partial(members.history, member_id=self._member, before=self._older, limit=STEP)
        self._screen.ask("history", query, self._older_came)

    def _older_came(self, answer: History) -> None:
        self._events += answer.events
        self._older = answer.older
        self._show()

    def _show(self) -> None:
        self.line.say([words.moment(event) for event in self._events])
        self.empty.setVisible(not self._events)
        self.more.setVisible(self._older is not None)


class PointsTab(QWidget):
    """Where do these points come from, when do they go? On any day."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen, self._member = screen, 0
        self._lots: Lots | None = None
        self._asked: date | None = None
        self.day = DateEdit()
        self.day.setFixedWidth(theme.current().px(130))
        self.day.editingFinished.connect(self._day_typed)
        self.label = QLabel()
        theme.mark(self.label, text="label")
        self.label.setBuddy(self.day)
        self.used = QCheckBox()
        self.used.toggled.connect(self._ask)
        self.sum = QLabel()
        theme.mark(self.sum, text="strong")
        bar = QHBoxLayout()
        bar.setSpacing(12)
        for widget in (self.label, self.day, self.used):
            bar.addWidget(widget)
        bar.addStretch()
        bar.addWidget(self.sum)
        self.lots = RecordTableView(RecordTable(LOTS, ()))
        self.lots.picked.connect(self._picked)
        self.why = OneLine("caption")
        self.why.hide()
        self.uses_title = QLabel()
        theme.mark(self.uses_title, text="label")
        self.uses = RecordTableView(RecordTable(USES, ()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(bar)
        layout.addWidget(self.lots, 3)
        layout.addWidget(self.why)
        layout.addWidget(self.uses_title)
        layout.addWidget(self.uses, 2)

    def show_member(self, member_id: int) -> None:
        """Ask for the lots on the day."""
        if member_id != self._member:
            self.day.set_value(None)
        self._member = member_id
        self._ask()

    def retranslate(self) -> None:
        """Set every text."""
        self.label.setText(_("As of"))
        self.day.setPlaceholderText(_("today"))
        self.day.setAccessibleName(_("As of"))
        self.used.setText(_("Used-up ones too"))
        self.lots.setAccessibleName(_("Where the points come from"))
        self.uses.setAccessibleName(_("What used them"))
        self._show_sum()
        self._name_uses()

    def _day_typed(self) -> None:
        """Ask for another day; whoever only comes by with Tab keeps the line they chose."""
        try:
            again = self.day.value() != self._asked
        except ValueError:
            return
        if again:
            self._ask()

    def _ask(self) -> None:
        try:
            day = self.day.value()
        except ValueError:
            return
        self._asked = day
        query = partial(members.lots, member_id=self._member, on=day, used_too=self.used.isChecked())
        if self._member:
            self._screen.ask("lots", query, self._came)

    def _came(self, answer: Lots) -> None:
        chosen, self._lots = self.lots.current(), answer
        self.lots.records.set_records(answer.lots)  # type: ignore[attr-defined]
        self._uses_came(())
        if chosen is None or not self.lots.select_where(lambda lot: bool(lot.id == chosen.id)):
            self._picked(None)
        self._show_sum()

    def _show_sum(self) -> None:
        if self._lots is None:
            return
        seen = self._lots
        parts = [
            _("{balance} points on {day}").format(balance=format_points(seen.balance), day=format_date(seen.on)),
            _("{points} usable").format(points=format_points(seen.available)),
        ]
        if seen.pending:
            parts.append(_("{points} pending").format(points=format_points(seen.pending)))
        if seen.owed:
            parts.append(_("{points} owed").format(points=format_points(seen.owed)))
        if len(seen.lots) < seen.count and self.used.isChecked():
            parts.append(_("the first {count} shown").format(count=len(seen.lots)))
        self.sum.setText(" · ".join(parts))

    def _picked(self, lot: LotLine | None) -> None:
        self._name_uses()
        self.why.hide()
        if lot is None or self._lots is None:
            self._uses_came(())
            return
        self._screen.ask("why", partial(members.explain, entry_id=lot.entry.id), self._why_came)
        query = partial(members.lot_uses, member_id=self._member, lot_id=lot.id, on=self._lots.on)
        self._screen.ask("uses", query, self._uses_came)

    def _why_came(self, told: Explained) -> None:
        parts = [
            _("{rule} → {points}").format(rule=line.text, points=format_points(line.points)) for line in told.lines
        ]
        self.why.say(_("How they were earned: {parts}").format(parts=" + ".join(parts)))
        self.why.setVisible(bool(parts))

    def _uses_came(self, uses: tuple[LotUse, ...]) -> None:
        self.uses.records.set_records(uses)  # type: ignore[attr-defined]

    def _name_uses(self) -> None:
        lot = self.lots.current()
        self.uses_title.setText(
            _("What used the {points} points of {day}").format(
                points=format_points(lot.points), day=format_date(lot.earned_on)
            )
            if lot is not None
            else _("Choose a line above to see what used its points")
        )


class PagesTab(QWidget):
    """A long list of one member: purchases or redemptions."""

    opened = Signal(object)

    def __init__(self, screen: Screen, what: str) -> None:
        super().__init__()
        self._screen, self._what = screen, what
        self._columns: Any = PURCHASES if what == "purchases" else ORDERS
        self._source: Any = purchases_of if what == "purchases" else orders_of
        self._member = 0
        self.empty = EmptyState(self)
        self.empty.hide()
        self.table = RecordTableView(PagedTable(self._columns, screen.desk.tasks, self._source(0)))
        self.table.setSortingEnabled(False)
        self.table.opened.connect(self.opened)
        self.paged.counted.connect(self._counted)
        screen.use_table(self.table, what)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(self.empty)
        layout.addWidget(self.table)

    @property
    def paged(self) -> PagedTable[Any]:
        """The rows."""
        records = self.table.records
        assert isinstance(records, PagedTable)
        return records

    def show_member(self, member_id: int) -> None:
        """Ask for the newest ones."""
        again = member_id == self._member
        self._member = member_id
        self.paged.set_source(self._source(member_id), keep_place=again)

    def retranslate(self) -> None:
        """Set every text."""
        purchases = self._what == "purchases"
        self.table.setAccessibleName(_("Purchases") if purchases else _("Redemptions"))
        if purchases:
            self.empty.say(_("No purchases yet"), icon="receipt-text")
        else:
            self.empty.say(_("No redemptions yet"), icon="gift")

    def _counted(self, rows: int, exact: bool) -> None:
        self.empty.setVisible(exact and rows == 0)
        self.table.setVisible(not (exact and rows == 0))
