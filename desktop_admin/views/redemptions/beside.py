"""What stands beside the list: the order that is looked at, or the form in hand."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QItemSelection
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from desktop_admin.services.redemptions import Detail, QueueRow
from desktop_admin.views import theme
from desktop_admin.views.redemptions.hands import Hand
from desktop_admin.views.redemptions.listing import DeskLists
from desktop_admin.views.redemptions.panel import OrderPanel, SidePlace
from desktop_admin.views.screen import ActionButton

WIDE = 1040  # px: from here on queues, list and order stand side by side


class DeskBeside(DeskLists):
    """The part of the screen that opens an order and holds forms."""

    row: QHBoxLayout
    next_button: ActionButton
    _panel: OrderPanel | None = None
    _side: SidePlace | None = None
    _panel_wanted = True
    _from_list = True  # the order beside is the current one of the list

    def _to_member(self, member_id: int) -> None:
        self.desk.open("counter", member_id=member_id)

    def _selected(self, _added: QItemSelection | None = None, _gone: QItemSelection | None = None) -> None:
        self.acts.choose(self.table.selected())
        self._counted(self.paged.rowCount(), self.paged.exact)

    def _picked(self, row: QueueRow | None) -> None:
        if row is None:
            return
        self._from_list = True
        if self._panel is not None and self._panel.isVisible():
            self._panel.show_order(row.id)
        elif self._wide() and self._panel_wanted:
            self.open_order(row.id)

    def _follow(self) -> None:
        """Where the order beside came from the list and left it, the next one takes its place."""
        row, panel = self.table.current(), self._panel
        if row is None or panel is None or panel.isHidden() or not self._from_list:
            return
        if panel.order_id != row.id:
            panel.show_order(row.id)

    def _open_row(self, row: QueueRow) -> None:
        self._panel_wanted = self._from_list = True
        self.open_order(row.id)

    def open_order(self, order_id: int) -> None:
        """Show an order beside the list."""
        if self._side is not None and self._side.hand is not None:
            return
        self._make_side().panel.show_order(order_id)

    def _make_side(self) -> SidePlace:
        if self._side is None:
            panel = self._panel = OrderPanel(self, self.calendar)
            panel.put_acts(
                self.acts.next, (self.acts.slips, self.acts.labels, self.acts.member, self.acts.cancel, self.acts.back)
            )
            panel.loaded.connect(self._loaded)
            panel.closed.connect(self._panel_closed)
            panel.member_wanted.connect(self._to_member)
            self._side = SidePlace(panel)
            panel.retranslate()
            self.row.addWidget(self._side)
        return self._side

    def _loaded(self, order: Detail) -> None:
        self.acts.opened(order)
        side = self._make_side()
        if side.hand is not None:
            side.panel.hide()
        side.follow()
        self._arrange()

    def _panel_closed(self) -> None:
        if self._side is None or self._side.hand is not None:
            return
        self._panel_wanted = False
        self.acts.opened(None)
        self._side.follow()
        self._arrange()
        self.table.setFocus()

    def _close_panel(self) -> None:
        if self._panel is not None and self._side is not None and self._side.hand is None:
            self._panel.blockSignals(True)
            self._panel.forget()
            self._panel.blockSignals(False)
            self.acts.opened(None)
            self._side.follow()
            self._arrange()

    def _panel_or_not(self) -> None:
        if self._panel is not None and not self._panel.isHidden():
            self._panel.shut()
        elif self.table.current() is not None:
            self._open_row(self.table.current())

    def _wide(self) -> bool:
        return self.width() >= theme.current().px(WIDE)

    def _arrange(self) -> None:
        """In a narrow window the order stands where the queues are."""
        beside = self._side is not None and not self._side.isHidden()
        self.queues.setVisible(self._wide() or not beside)
        self.next_button.setVisible(not beside or len(self.acts.rows) > 1)
        self.delivery.setVisible(self._wide() or not beside)
        self.branch.setVisible(self.branch.count() > 2 and (self._wide() or not beside))
        self._allow_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room."""
        super().resizeEvent(event)
        self._arrange()

    def _moved(self) -> None:
        """The orders that were chosen went on; the key must not move as many others on that take their places."""
        rows = self.table.selectionModel().selectedRows()
        if len(rows) > 1:
            self.table.selectRow(min(index.row() for index in rows))
        self.reload_now()

    # --- forms ------------------------------------------------------------------------------------

    def _take(self, hand: Any) -> None:
        side = self._make_side()
        before = side.hand
        if before is not None:
            before.blockSignals(True)
        side.take(hand)
        self._arrange()
        if hand is None:
            self.table.setFocus()
            if self.table.current() is not None and self._panel is not None and self._panel.order_id:
                self._panel.show_order(self._panel.order_id)

    def _skip(self) -> None:
        hand = self._side.hand if self._side is not None else None
        if isinstance(hand, Hand):
            hand.skip()
