"""The inbox of requests: what one may not do alone, a second operator allows or not, by keyboard."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout

from desktop_admin.i18n import N_, _, format_points
from desktop_admin.models.approvals import APPROVAL_SOURCE, APPROVALS
from desktop_admin.models.pages import PagedTable, View
from desktop_admin.services import approvals
from desktop_admin.services.approvals import ApprovalRow, Decided, Withdrawn
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.views.approvals.panel import RequestPanel
from desktop_admin.views.attempt import Attempt
from desktop_admin.views.screen import Screen
from desktop_admin.views.widgets.drawer import Drawer
from desktop_admin.views.widgets.empty_state import EmptyState
from desktop_admin.views.widgets.record_table import RecordTableView
from desktop_admin.views.widgets.segments import Segments

_BOXES = {"open": N_("Waiting"), "mine": N_("Asked by me"), "all": N_("All")}
_EMPTY = {
    "open": N_("No request waits. What is above an operator's limits appears here."),
    "mine": N_("You have not asked for anything yet."),
    "all": N_("Nobody has asked for anything yet."),
}


class ApprovalsScreen(Screen):
    """The oldest request first; what it would do, why it was asked, and the two answers beside it."""

    title = N_("Approvals")
    subtitle = N_("What is above an operator's limits, somebody else decides")
    topics = frozenset({Topic.APPROVALS})

    def build(self) -> None:
        """Make the boxes, the list and the drawer."""
        self._row: ApprovalRow | None = None
        self._attempt = Attempt()
        self.boxes = Segments(list(_BOXES))
        self.boxes.chosen.connect(self.show_box)
        self.header.addWidget(self.boxes)
        self.paged: PagedTable[ApprovalRow] = PagedTable(
            APPROVALS, self.desk.tasks, APPROVAL_SOURCE, View(sort="asked", filters=(("box", "open"),))
        )
        self.table = RecordTableView(self.paged)
        self.use_table(self.table, "inbox")
        self.none = EmptyState()
        self.none.hide()
        self._build_acts()
        self.drawer, self.panel = (
            Drawer(self, width=380),
            RequestPanel(self.approve_act, self.reject_act, self.withdraw_act),
        )
        self.drawer.content.addWidget(self.panel)
        self.drawer.content.addStretch()
        self.panel.answer.returnPressed.connect(self._entered)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.table, 1)
        row.addWidget(self.none, 1)
        row.addWidget(self.drawer)
        self.content.addLayout(row, 1)
        self.table.picked.connect(self._picked)
        self.table.opened.connect(self._opened)
        self.paged.counted.connect(self._counted)
        self.paged.failed.connect(self.show_failed)

    def _build_acts(self) -> None:
        decide = Permission.DECIDE_APPROVALS
        self.approve_act = self.add_act(
            "approvals.approve", N_("Approve"), self.approve, keys="Ctrl+Return", icon="check", permission=decide
        )
        self.reject_act = self.add_act(
            "approvals.reject", N_("Reject"), self.reject, keys="Ctrl+Backspace", icon="x", permission=decide
        )
        self.withdraw_act = self.add_act(  # one's own, so whoever may ask
            "approvals.withdraw", N_("Withdraw the request"), self.withdraw, icon="undo-2",
            permission=Permission.USE_PROGRAM,
        )  # fmt: skip
        self.member_act = self.add_act(
            "approvals.member", N_("Open the member"), self.open_member, icon="user", permission=Permission.SEE_MEMBERS
        )
        self.table.add_acts([self.approve_act, self.reject_act, None, self.withdraw_act, self.member_act])

    def retranslate(self) -> None:
        """Set every text."""
        for name, title in _BOXES.items():
            self.boxes.set_text(name, _(title))
        self.boxes.setAccessibleName(_("Which requests"))
        self.table.setAccessibleName(_("Approvals"))
        self._say_none(self.boxes.current())
        self.panel.retranslate()

    def _say_none(self, name: str) -> None:
        self.none.say(_(_EMPTY[name]), icon="clipboard-check")

    def reload(self) -> None:
        """Ask for the list again."""
        self.ask("waiting", approvals.waiting, self._waiting)
        self.paged.reload(keep_place=True)

    def arrive(self, **where: Any) -> None:
        """`box="mine"`: my own requests."""
        if where.get("box") in _BOXES:
            self.boxes.choose(str(where["box"]))
            self.show_box(str(where["box"]))

    # --- the list -----------------------------------------------------------------------------------

    def show_box(self, name: str) -> None:
        """Look at other requests: waiting ones oldest first, the others newest first."""
        self._say_none(name)
        self.drawer.shut()
        self._row = None
        self.paged.set_view(View(sort="asked", descending=name != "open", filters=(("box", name),)))
        self._allow()

    def _waiting(self, count: int) -> None:
        self.boxes.set_text("open", _(_BOXES["open"]), count or None)

    def _counted(self, rows: int, exact: bool) -> None:
        nothing = exact and not rows
        self.none.setVisible(nothing)
        self.table.setVisible(not nothing)
        if nothing:
            self.drawer.shut()
        elif exact and self._row is not None and not self.drawer.isHidden():
            asked = self._row.id
            self.table.select_where(lambda row: row.id == asked)

    def _picked(self, row: ApprovalRow | None) -> None:
        if row is not None and (self._row is None or row.id != self._row.id):
            self._attempt.renew()
        self._row = row
        self._allow()
        self.panel.say(row)
        if row is not None:
            self.drawer.open(self.panel.heading())

    def _opened(self, row: ApprovalRow) -> None:
        self._picked(row)
        if row.may_decide:
            self.panel.answer.setFocus()

    def _allow(self) -> None:
        row = self._row
        decides = row is not None and row.may_decide and not self._attempt.busy
        for action in (self.approve_act, self.reject_act):
            action.setEnabled(decides and self.desk.can(Permission.DECIDE_APPROVALS))
        own = row is not None and row.mine and row.state == "open" and not self._attempt.busy
        self.withdraw_act.setEnabled(own)
        self.member_act.setEnabled(row is not None and row.member_id is not None)

    # --- acts ---------------------------------------------------------------------------------------

    def approve(self) -> None:
        """Allow the act of the current row; it is done at once."""
        if self._row is not None and self._row.may_decide:
            answer = self.panel.said()
            self._decide(partial(approvals.approve, request=self._attempt.id, approval_id=self._row.id, answer=answer))

    def reject(self) -> None:
        """Say no; the answer says why."""
        if self._row is None or not self._row.may_decide:
            return
        self.drawer.show()
        answer = self.panel.said()
        if not answer:
            self._refused(Refused(N_("Say why, so that the one who asked knows."), field="answer"))
            return
        self._decide(partial(approvals.reject, request=self._attempt.id, approval_id=self._row.id, answer=answer))

    def withdraw(self) -> None:
        """Take back one's own request."""
        if self._row is not None and self._row.mine:
            self._decide(partial(approvals.withdraw, request=self._attempt.id, approval_id=self._row.id))

    def open_member(self) -> None:
        """Open the member of the current row."""
        if self._row is not None and self._row.member_id is not None:
            self.desk.open("members", member_id=self._row.member_id)

    def _entered(self) -> None:
        """Enter in the answer approves where nothing was said; what was said may be for either, so it waits."""
        if not self.panel.said():
            self.approve()
        else:
            self.panel.refusal.say(_("Ctrl+Enter approves, Ctrl+Backspace rejects."), tone="info")

    def _decide(self, operation: Any) -> None:
        if self._attempt.busy:
            return
        self._attempt.send(self.desk.tasks, self, operation, self._decided, self._refused)
        self._allow()

    def _decided(self, answer: Decided | Withdrawn) -> None:
        self.drawer.shut()
        self._row = None
        self._allow()
        if isinstance(answer, Withdrawn):
            self.desk.notices.tell(_("Withdrawn."))
        elif answer.state == "approved":
            said = _("Approved and done: {points}.").format(points=format_points(answer.points, signed=True))
            self.desk.notices.tell(said)
        else:
            self.desk.notices.tell(_("Rejected."), tone="info")
        self.table.setFocus()

    def _refused(self, error: Exception) -> None:
        self._allow()
        if isinstance(error, Refused):
            self.panel.refusal.say(error.text(), tone="bad")
            if error.field == "answer":
                self.panel.answer.setFocus()
        else:
            self.desk.notices.report(error)
