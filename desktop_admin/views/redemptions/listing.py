"""The list of the desk: its queues, search and filters, what stands where nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QObject
from PySide6.QtWidgets import QComboBox, QLabel

from desktop_admin.i18n import _, format_number, ngettext
from desktop_admin.models.pages import PagedTable, View
from desktop_admin.models.redemptions import (
    DELIVERIES,
    ORDER_SOURCE,
    QUEUES,
    Calendar,
    left_out,
    order_columns,
    tallies,
)
from desktop_admin.services import redemptions
from desktop_admin.services.permissions import Permission
from desktop_admin.services.redemptions import DeskFacts, QueueCount, QueueRow
from desktop_admin.views import theme
from desktop_admin.views.redemptions.acts import OrderActs
from desktop_admin.views.redemptions.queues import QueueList
from desktop_admin.views.screen import Screen
from desktop_admin.views.widgets.empty_state import EmptyState
from desktop_admin.views.widgets.list_search import ListSearch
from desktop_admin.views.widgets.record_table import RecordTableView


class DeskLists(Screen):
    """The part of the screen that looks through queues and searches."""

    facts: DeskFacts | None = None
    acts: OrderActs
    calendar: Calendar
    count: QLabel
    _counts: tuple[QueueCount, ...] = ()
    _usual: Mapping[str, bool] = MappingProxyType({})  # columns left out for want of room

    def place(self) -> None: ...
    def _open_row(self, row: QueueRow) -> None: ...
    def _picked(self, row: QueueRow | None) -> None: ...
    def _selected(self, _added: QItemSelection | None = None, _gone: QItemSelection | None = None) -> None: ...
    def _follow(self) -> None: ...
    def _close_panel(self) -> None: ...

    def _make_bar(self) -> None:
        self.search = ListSearch()
        self.search.narrowed.connect(self._searched)
        self.delivery, self.branch = QComboBox(), QComboBox()
        self.branch.hide()
        for box in (self.delivery, self.branch):
            box.activated.connect(self._filtered)
        self.queues = QueueList()
        self.queues.chosen.connect(self._queue_chosen)

    def _make_list(self) -> None:
        view = View(sort="queue", filters=(("queue", "placed"),))
        self.paged: PagedTable[QueueRow] = PagedTable(
            order_columns(self.calendar), self.desk.tasks, ORDER_SOURCE, view
        )
        self.table = RecordTableView(self.paged)
        self.use_table(self.table, "list")
        self.search.left.connect(self.table.setFocus)
        self.table.arranged.connect(self._arranged)
        self.table.installEventFilter(self)
        self.table.opened.connect(self._open_row)
        self.table.picked.connect(self._picked)
        self.table.selectionModel().selectionChanged.connect(self._selected)
        self.paged.counted.connect(self._counted)
        self.paged.failed.connect(self.show_failed)
        self.paged.first_page.connect(self._first_page)
        self.nothing = EmptyState()
        self.nothing.hide()

    def _name_boxes(self) -> None:
        deliveries: list[tuple[Any, str]] = [("", _("All deliveries"))]
        deliveries += [(way, _(title)) for way, (title, _icon) in DELIVERIES.items()]
        branches: list[tuple[Any, str]] = [(0, _("All branches"))]
        branches += list(self.facts.branches) if self.facts is not None else []
        kept = self.recall("branch") or 0
        for box, choices in ((self.delivery, deliveries), (self.branch, branches)):
            chosen = box.currentData() if box.count() > 1 else kept if box is self.branch else ""
            box.clear()
            for value, text in choices:
                box.addItem(text, value)
            box.setCurrentIndex(max(0, box.findData(chosen)))
        self.branch.setVisible(len(branches) > 2)

    def _say_queues(self) -> None:
        self.queues.say(tallies(self._counts, self.facts))

    def _name_nothing(self) -> None:
        filters = dict(self.paged.view.filters)
        queue = QUEUES.get(filters.get("queue", ""), QUEUES["all"])
        if filters.get("text"):
            self.nothing.say(
                _("Nothing found"), _("No redemption has this number, code or member."), icon="search",
                action=_("Back to the queue"), act=self._clear_search,
            )  # fmt: skip
        elif filters.get("delivery") or filters.get("branch_id") or filters.get("member_id"):
            self.nothing.say(
                _("Nothing fits"), _("No redemption of this queue fits the filters."), icon="filter",
                action=_("Show everything"), act=self._everything,
            )  # fmt: skip
        elif queue.id in ("placed", "all") and self.desk.can(Permission.PLACE_REDEMPTIONS):
            self.nothing.say(
                _("Nothing here"), _(queue.hint), icon=queue.icon, action=_("Place a redemption"), act=self.place
            )
        else:
            self.nothing.say(_("Nothing here"), _(queue.hint), icon=queue.icon)

    def _counted(self, rows: int, exact: bool) -> None:
        chosen = len(self.acts.rows)
        if chosen > 1:
            text = ngettext("{count} selected", "{count} selected", chosen).format(count=format_number(chosen))
        else:
            text = ngettext("{count} redemption", "{count} redemptions", rows).format(count=format_number(rows))
            text = text if exact else f"≈ {text}"
        self.count.setText(text)

    def _ask_counts(self) -> None:
        branch = int(self.branch.currentData() or 0)
        self.ask("counts", partial(redemptions.counts, branch_id=branch), self._counts_came)

    def _counts_came(self, counts: tuple[QueueCount, ...]) -> None:
        self._counts = counts
        self._say_queues()

    # --- narrowing --------------------------------------------------------------------------------

    def _queue_chosen(self, queue: str) -> None:
        self.remember("queue", queue)
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self._narrow()

    def _filtered(self, _index: int = 0) -> None:
        self.remember("branch", int(self.branch.currentData() or 0))
        self._ask_counts()
        self._narrow()

    def _searched(self) -> None:
        if self.search.said():
            self.queues.choose("")
            self._narrow()
        else:
            self._clear_search()

    def _clear_search(self) -> None:
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.queues.choose(self._kept_queue())
        self._narrow()

    def _everything(self) -> None:
        self.delivery.setCurrentIndex(0)
        self.branch.setCurrentIndex(0)
        self._filtered()

    def _narrow(self, member_id: int = 0) -> None:
        queue = self.queues.current()
        self.paged.set_filters(
            {
                "text": self.search.said(), "queue": queue, "delivery": str(self.delivery.currentData() or ""),
                "branch_id": str(self.branch.currentData() or ""), "member_id": str(member_id or ""),
            }
        )  # fmt: skip

    def _first_page(self) -> None:
        empty = self.paged.rowCount() == 0
        self._name_nothing()
        self.nothing.setVisible(empty)
        self.table.setVisible(not empty)
        self._allow_columns()
        if empty:
            self.acts.choose([])
            self._close_panel()
        elif not self.table.selectionModel().hasSelection():
            self.table.selectRow(max(0, self.table.currentIndex().row()))
        else:
            self._selected()
            self._follow()

    def _allow_columns(self) -> None:
        """In a queue every state is the same one; a narrow list leaves out what matters least."""
        filters = dict(self.paged.view.filters)
        queue = QUEUES.get(filters.get("queue", ""), QUEUES["all"])
        px = theme.current().px
        self._usual = left_out(
            self.paged.columns, self.table.viewport().width() * 100 // px(100),
            same_state=bool(queue.state) and not filters.get("text"), counted=queue.counted,
        )  # fmt: skip
        hidden = self._usual | (self.recall("columns") or {})
        for number, column in enumerate(self.paged.columns):
            if column.id in self._usual and self.table.isColumnHidden(number) != hidden[column.id]:
                self.table.setColumnHidden(number, hidden[column.id])

    def _arranged(self, _what: object) -> None:
        """What somebody showed or hid against the usual stays so."""
        wish = dict(self.recall("columns") or {})
        for number, column in enumerate(self.paged.columns):
            now = self.table.isColumnHidden(number)
            if column.id in self._usual and now != wish.get(column.id, self._usual[column.id]):
                wish[column.id] = now
        self.remember("columns", wish)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A narrow list shows what matters."""
        if watched is self.table and event.type() == QEvent.Type.Resize:
            self._allow_columns()
        return super().eventFilter(watched, event)

    def _kept_queue(self) -> str:
        kept = str(self.recall("queue") or "placed")
        return kept if kept in QUEUES else "placed"

    def _move_queue(self, step: int) -> None:
        self.queues.move_by(step)
        self.table.setFocus()

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()
