"""Redemptions: the fulfilment desk. Queues, the list, the order beside it, one key to the next step."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from desktop_admin.i18n import N_, _
from desktop_admin.models.redemptions import (
    QUEUES,
    Calendar,
)
from desktop_admin.services import redemptions
from desktop_admin.services.permissions import Permission
from desktop_admin.services.redemptions import DeskFacts, QueueRow
from desktop_admin.services.topics import Topic
from desktop_admin.views import theme
from desktop_admin.views.redemptions.acts import OrderActs
from desktop_admin.views.redemptions.beside import DeskBeside
from desktop_admin.views.screen import ActionButton
from desktop_admin.views.widgets.two_rows import TwoRows


class RedemptionsScreen(DeskBeside):
    """Find, pick, pack, ship, hand over, undo."""

    title = N_("Redemptions")
    topics = frozenset({Topic.REDEMPTIONS, Topic.SETTINGS, Topic.TIERS})

    # --- building ---------------------------------------------------------------------------------

    def build(self) -> None:
        """Make queues and list; the order's panel when one is first opened."""
        self.calendar = Calendar()
        self._make_bar()
        self._make_list()
        self.acts = OrderActs(self)
        self.acts.taken.connect(self._take)
        self.acts.moved.connect(self._moved)
        self.acts.results.connect(self._report)
        self.acts.working.connect(self._working)
        self.table.add_acts(self.acts.menu)
        self._make_foot()
        self._lay_out()
        self._make_actions()
        self.queues.choose(self._kept_queue())
        self._narrow()
        self.setFocusProxy(self.table)

    def _make_foot(self) -> None:
        self.count, self.progress = QLabel(), QLabel()
        theme.mark(self.count, text="muted")
        theme.mark(self.progress, text="strong")
        self.stop_button = QPushButton(autoDefault=False)
        self.stop_button.clicked.connect(self.acts.stop)
        for widget in (self.progress, self.stop_button):
            widget.hide()
        self.next_button = ActionButton(self.acts.next, "primary")
        self.foot = TwoRows(grows=0)
        self.foot.first.addWidget(self.count, 1)
        self.foot.first.addWidget(self.progress)
        self.foot.first.addWidget(self.stop_button)
        self.foot.second.addStretch()
        for act in (self.acts.pick, self.acts.slips):
            self.foot.second.addWidget(ActionButton(act, "plain"))
        self.foot.second.addWidget(self.next_button)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(12)
        bar.addWidget(self.search, 1)
        bar.addWidget(self.delivery)
        bar.addWidget(self.branch)
        middle = QVBoxLayout()
        middle.setSpacing(12)
        middle.addLayout(bar)
        middle.addWidget(self.table, 1)
        middle.addWidget(self.nothing, 1)
        middle.addWidget(self.foot)
        self.row = QHBoxLayout()
        self.row.setSpacing(12)
        self.row.addWidget(self.queues)
        self.row.addLayout(middle, 1)
        self.content.addLayout(self.row)

    def _make_actions(self) -> None:
        add = self.add_act
        self.place_act = add("redemptions.place", N_("Place a redemption"), self.place, keys="F4", icon="gift",
                             permission=Permission.PLACE_REDEMPTIONS)  # fmt: skip
        self.header_button(self.place_act, "primary")
        see = Permission.SEE_REDEMPTIONS
        add("redemptions.find", N_("Find a redemption"), self._to_search, keys="F3", icon="search", permission=see)
        add("redemptions.next_queue", N_("Next queue"), partial(self._move_queue, 1), keys="Alt+Down",
            permission=see)  # fmt: skip
        add("redemptions.queue_before", N_("Queue before"), partial(self._move_queue, -1), keys="Alt+Up",
            permission=see)  # fmt: skip
        self.panel_act = add("redemptions.panel", N_("Show or hide the order"), self._panel_or_not, keys="F6",
                             icon="panel-right", permission=see)  # fmt: skip
        self.skip_act = add("redemptions.skip", N_("Skip this one"), self._skip, keys="Ctrl+Right", permission=see)

    # --- texts ------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set every text."""
        self.search.setPlaceholderText(_("Number, pick-up code, tracking, barcode, member"))
        self.search.setAccessibleName(_("Find a redemption"))
        self.table.setAccessibleName(_("Redemptions"))
        self.delivery.setAccessibleName(_("Delivery"))
        self.branch.setAccessibleName(_("Branch"))
        self.stop_button.setText(_("Stop"))
        self._name_boxes()
        self._say_queues()
        self._name_nothing()
        self._counted(self.paged.rowCount(), self.paged.exact)
        self.acts.name_next()
        if self._panel is not None:
            self._panel.retranslate()
        if self._side is not None and self._side.hand is not None:
            self._side.hand.retranslate()

    # --- asking -----------------------------------------------------------------------------------

    def reload(self) -> None:
        """Ask for the day, the counts, the list, and the order that is open."""
        self.ask("facts", redemptions.desk, self._facts_came)
        self._ask_counts()
        self.paged.reload(keep_place=True)
        if self._panel is not None and self._panel.order_id and not self._panel.isHidden():
            self._panel.show_order(self._panel.order_id)

    def _facts_came(self, facts: DeskFacts) -> None:
        new = self.facts is None
        self.facts = self.calendar.facts = facts
        self._name_boxes()
        self._say_queues()
        self.paged.retranslate()
        if self._panel is not None:
            self._panel.say()
        if new and self.branch.currentData():
            self._filtered()

    # --- placing --------------------------------------------------------------------------------------

    def place(self) -> None:
        """Find a member and place a redemption."""
        from desktop_admin.views.redemptions.place import PlaceDialog  # not before it is wanted

        if self.place_act.isEnabled():
            dialog = PlaceDialog(self.window(), self.desk)
            dialog.placed.connect(self._placed)
            dialog.open()
            self.dialog: QDialog = dialog

    def _placed(self, receipt: Any) -> None:
        self.desk.notices.tell(_("Redemption {number} was placed.").format(number=receipt.number))
        self.arrive(redemption_id=receipt.redemption_id)

    def _report(self, results: list[Any]) -> None:
        from desktop_admin.views.redemptions.report import ReportDialog

        self.dialog = ReportDialog(self.window(), results)
        self.dialog.open()

    def _working(self, text: str) -> None:
        self.progress.setText(text)
        self.progress.setVisible(bool(text))
        self.stop_button.setVisible(bool(text))

    # --- going places -----------------------------------------------------------------------------

    def arrive(self, **where: Any) -> None:
        """Open an order (``redemption_id``), a ``queue``, or what a member has (``member_id``)."""
        queue = str(where.get("queue") or where.get("state") or "")
        if "redemption_id" in where:
            self._panel_wanted, self._from_list = True, False
            self.open_order(int(where["redemption_id"]))
        elif where.get("member_id"):
            self.queues.choose("")
            self._narrow(int(where["member_id"]))
        elif where.get("text"):
            self.search.setText(str(where["text"]))
        elif queue in QUEUES:
            self.queues.choose(queue)
            self._queue_chosen(queue)
        elif where.get("place"):
            self.place()
        self.table.setFocus()

    def scan(self, code: str) -> bool:
        """Into the form in hand; else to the order it names."""
        hand = self._side.hand if self._side is not None else None
        if hand is not None:
            hand.take_code(code)
        else:
            self.ask("scan", partial(redemptions.search, text=code), partial(self._scanned, code), quiet=True)
        return True

    def _scanned(self, code: str, rows: tuple[QueueRow, ...]) -> None:
        if not rows:
            self.desk.notices.tell(_("Nothing has the code {code}.").format(code=code[:40]), tone="warn")
            return
        self.queues.choose("")
        self.search.setText(code)
        self._narrow()
        if len(rows) > 1:
            return
        (row,) = rows
        self.acts.choose([row])
        self._panel_wanted = True
        if row.state == "ready" and self.desk.can(Permission.COLLECT_REDEMPTIONS):
            same = "".join(code.split()).upper() == row.number.upper()
            self.acts.go_on("" if same else code)
        else:
            self.open_order(row.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts away what is open: the form, the order, the search."""
        if event.key() == Qt.Key.Key_Escape and self._side is not None and not self._side.isHidden():
            (self._side.hand or self._side.panel).shut()
        elif event.key() == Qt.Key.Key_Escape and self.search.said():
            self._clear_search()
        else:
            super().keyPressEvent(event)
