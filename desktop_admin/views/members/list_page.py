"""The list of members: search, filters, rows, how many."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_number, ngettext
from desktop_admin.models.members import MEMBER_SOURCE, MEMBERS
from desktop_admin.models.pages import PagedTable, View
from desktop_admin.services.members import ListFilters, MemberRow
from desktop_admin.services.names import named
from desktop_admin.views import theme
from desktop_admin.views.screen import Screen
from desktop_admin.views.widgets.empty_state import EmptyState
from desktop_admin.views.widgets.record_table import RecordTableView
from desktop_admin.views.widgets.segments import Segments
from desktop_admin.views.widgets.two_rows import TwoRows

PAUSE = 150  # ms after the last key of a search
STATES = ("open", "owes", "frozen", "closed")


class MemberList(QWidget):
    """``opened(member_id)`` on Enter or double click."""

    opened = Signal(object)
    enrol_wanted = Signal()

    def __init__(self, screen: Screen, parent: QWidget) -> None:
        super().__init__(parent)
        self._filters: ListFilters | None = None
        self.search = QLineEdit(clearButtonEnabled=True)
        icon = QAction(self)
        theme.set_icon(icon, "search", size=16)
        self.search.addAction(icon, QLineEdit.ActionPosition.LeadingPosition)
        self.search.setMinimumWidth(theme.current().px(150))
        self.search.installEventFilter(self)
        self.states = Segments(STATES)
        self.tier, self.branch = QComboBox(), QComboBox()
        for choice in (self.tier, self.branch):
            choice.setMaximumWidth(theme.current().px(150))  # a long name must not squeeze the rest
        self.count, self.nobody = QLabel(), EmptyState(self)
        theme.mark(self.count, text="muted")
        self.nobody.hide()
        model = PagedTable(MEMBERS, screen.desk.tasks, MEMBER_SOURCE, View(sort="name"))
        self.table = RecordTableView(model)
        screen.use_table(self.table, "list")
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._lay_out()
        self._connect(screen)

    def _lay_out(self) -> None:
        bar = TwoRows(grows=0)
        bar.first.addWidget(self.search, 1)
        bar.first.addWidget(self.states)
        for widget in (self.tier, self.branch):
            bar.second.addWidget(widget)
        bar.second.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(bar)
        column.addWidget(self.table, 1)
        column.addWidget(self.nobody, 1)
        column.addWidget(self.count)

    def _connect(self, screen: Screen) -> None:
        self._pause.timeout.connect(self.narrow)
        self.search.textChanged.connect(self._typed)
        self.states.chosen.connect(self.narrow)
        self.tier.currentIndexChanged.connect(self.narrow)
        self.branch.currentIndexChanged.connect(self.narrow)
        self.table.opened.connect(self._open)
        self.paged.counted.connect(self._counted)
        self.paged.failed.connect(screen.show_failed)
        self.paged.first_page.connect(self._first_page)

    @property
    def paged(self) -> PagedTable[MemberRow]:
        """The rows of the list."""
        records = self.table.records
        assert isinstance(records, PagedTable)
        return records

    def retranslate(self) -> None:
        """Set every text."""
        self.search.setPlaceholderText(_("Name, pinyin, phone, last four, card"))
        self.search.setAccessibleName(_("Search members"))
        self.table.setAccessibleName(_("Members"))
        for state, text in zip(STATES, (_("Open"), _("Owing"), _("Frozen"), _("Closed")), strict=True):
            self.states.set_text(state, text)
        self.states.setAccessibleName(_("State"))
        self.tier.setAccessibleName(_("Tier"))
        self.branch.setAccessibleName(_("Branch"))
        self._name_filters()
        self._name_nobody()
        self._counted(self.paged.rowCount(), self.paged.exact)

    def set_filters(self, filters: ListFilters) -> None:
        """Offer these tiers and branches."""
        self._filters = filters
        self._name_filters()

    def choose_state(self, state: str) -> None:
        """Narrow to open, owing, frozen or closed members."""
        self.states.choose(state)
        self.narrow()

    def narrow(self, _what: object = None) -> None:
        """Look at what search and filters say."""
        self._pause.stop()
        state = self.states.current()
        self.paged.set_filters(
            {
                "text": self.search.text().strip(),
                "state": "" if state == "open" else state,
                "tier": str(self.tier.currentData() or ""),
                "branch_id": str(self.branch.currentData() or ""),
            }
        )

    def _name_filters(self) -> None:
        seen = self._filters or ListFilters((), ())
        tiers = [(key, named(names)) for key, names in seen.tiers]
        boxes = ((self.tier, _("All tiers"), tiers), (self.branch, _("All branches"), seen.branches))
        for box, first, rows in boxes:
            chosen = box.currentData()
            box.blockSignals(True)
            box.clear()
            box.addItem(first, 0)
            for key, name in rows:
                box.addItem(name, key)
            box.setCurrentIndex(max(0, box.findData(chosen)))
            box.blockSignals(False)
        self.branch.setVisible(len(seen.branches) > 1)

    def _name_nobody(self) -> None:
        if self.paged.view.filters:
            self.nobody.say(
                _("Nobody fits"), _("No member fits this search and these filters."), icon="search",
                action=_("Show everyone"), act=self.show_everyone,
            )  # fmt: skip
        else:
            self.nobody.say(
                _("No members yet"), _("Enrol the first one, or import a workbook."), icon="users-round",
                action=_("Enrol a member"), act=self.enrol_wanted.emit,
            )  # fmt: skip

    def show_everyone(self) -> None:
        """Take search and filters away."""
        self.search.clear()
        for box in (self.tier, self.branch):
            box.setCurrentIndex(0)
        self.choose_state("open")
        self.search.setFocus()

    def _typed(self, _text: str) -> None:
        self._pause.start()

    def _counted(self, rows: int, exact: bool) -> None:
        text = ngettext("{count} member", "{count} members", rows).format(count=format_number(rows))
        self.count.setText(text if exact else f"≈ {text}")

    def _first_page(self) -> None:
        empty = self.paged.rowCount() == 0
        self._name_nobody()
        self.nobody.setVisible(empty)
        self.table.setVisible(not empty)
        if not empty and not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.paged.index(0, 0))

    def _open(self, row: MemberRow) -> None:
        self.opened.emit(row.id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search: ↓ and Enter go on to the list, Esc clears."""
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Down:
                self.table.setFocus()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
                self._enter()
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    def _enter(self) -> None:
        if self._pause.isActive():
            self.narrow()
        elif self.paged.rowCount() == 1 and self.table.current() is not None:
            self._open(self.table.current())
        else:
            self.table.setFocus()
