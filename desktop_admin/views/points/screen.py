"""The journal: every movement of points, what it adds up to, and each entry down to its lots."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel

from desktop_admin.i18n import N_, _, format_number, format_points
from desktop_admin.models.pages import PagedTable, View
from desktop_admin.models.points import JOURNAL, JOURNAL_SOURCE, filter_of, short_name
from desktop_admin.services import branches, operators, points, reasons
from desktop_admin.services.approvals import Asked
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.points import EntryDetail, EntryRow, Sums
from desktop_admin.services.purchases import PurchaseReceipt
from desktop_admin.services.reasons import Reason
from desktop_admin.services.topics import Topic
from desktop_admin.views import theme
from desktop_admin.views.points import undoing
from desktop_admin.views.points.entry_panel import EntryPanel
from desktop_admin.views.points.filters import JournalFilters
from desktop_admin.views.screen import ActionButton, Screen
from desktop_admin.views.widgets.drawer import Drawer
from desktop_admin.views.widgets.record_table import RecordTableView


class PointsScreen(Screen):
    """The newest entry first; the chosen one in full beside the list, and reversed from there."""

    title = N_("Points journal")
    topics = frozenset({Topic.POINTS, Topic.SETTINGS})

    def build(self) -> None:
        """Make filters, list, sums and the drawer."""
        self._reasons: tuple[Reason, ...] = ()
        self._sums: Sums | None = None
        self._nothing = False
        self.filters, self.sums, self.none = JournalFilters(self.body), QLabel(), QLabel(wordWrap=True)
        theme.mark(self.sums, text="muted")
        theme.mark(self.none, text="muted")
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.none.hide()
        self.filters.below.addWidget(self.sums)
        self.content.addWidget(self.filters)
        self.paged: PagedTable[EntryRow] = PagedTable(
            JOURNAL, self.desk.tasks, JOURNAL_SOURCE, View(sort="recorded", descending=True)
        )
        self.table = RecordTableView(self.paged)
        self.use_table(self.table, "journal")
        self.reverse_act = self.add_act(
            "points.reverse", N_("Reverse this entry…"), self.reverse, keys="Ctrl+R", icon="undo-2",
            permission=Permission.REVERSE,
        )  # fmt: skip
        see = partial(self.add_act, permission=Permission.SEE_MEMBERS)
        self.member_act = see("points.member", N_("Open the member"), self.open_member, icon="user")
        self.only_act = see("points.only", N_("Only this member's entries"), self.only_member, icon="filter")
        self.table.add_acts([self.reverse_act, None, self.member_act, self.only_act])
        self._build_drawer()
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.table, 1)
        row.addWidget(self.none, 1)
        row.addWidget(self.drawer)
        self.content.addLayout(row, 1)
        self.filters.changed.connect(self.narrow)
        self.table.picked.connect(self._picked)
        self.table.opened.connect(self._opened)
        self.paged.counted.connect(self._counted)
        self.paged.failed.connect(self.show_failed)

    def _build_drawer(self) -> None:
        self.drawer, self.panel = Drawer(self, width=360), EntryPanel()
        self.drawer.content.addWidget(self.panel)
        for action, kind in ((self.reverse_act, "primary"), (self.member_act, "plain")):
            self.drawer.content.addWidget(ActionButton(action, kind, self.drawer))
        self.drawer.content.addStretch()

    def retranslate(self) -> None:
        """Set every text."""
        self.table.setAccessibleName(_("Points journal"))
        self.filters.retranslate()
        self.none.setText(_("No entry fits these filters."))
        self.panel.say()
        if self.panel.detail is not None and not self.drawer.isHidden():
            self.drawer.open(self.panel.heading())
        self._say_sums()

    def reload(self) -> None:
        """Ask for the list, its sums, and what the filters offer."""
        self.ask("reasons", reasons.reasons, self._offer_reasons, quiet=True)
        self.ask("people", partial(operators.colleagues, workstation=""), self._offer_people, quiet=True)
        self.ask("branches", branches.names, self._offer_branches, quiet=True)
        self._ask_sums(quiet=False)
        self.paged.reload(keep_place=True)
        if self.panel.detail is not None and not self.drawer.isHidden():
            self._ask_entry(self.panel.detail.row.id)

    def arrive(self, **where: Any) -> None:
        """`member_id` (and `name`): only this member's; `entry_id`: this entry beside the list."""
        if where.get("member_id"):
            self.filters.show_member(int(where["member_id"]), str(where.get("name", "")))
        if where.get("entry_id"):
            self._ask_entry(int(where["entry_id"]))

    # --- the list -----------------------------------------------------------------------------------

    def narrow(self) -> None:
        """Look at what the filters say."""
        self.paged.set_filters(self.filters.values())
        self._ask_sums(quiet=True)

    def _ask_sums(self, *, quiet: bool) -> None:
        self._sums = None
        self._say_sums()
        self.ask("sums", partial(points.journal_sums, where=filter_of(self.paged.view)), self._summed, quiet=quiet)

    def _summed(self, sums: Sums) -> None:
        self._sums = sums
        self._say_sums()
        self._settle()  # whichever of sums and count comes last finds the same picture

    def _say_sums(self) -> None:
        sums = self._sums
        self.sums.setText(
            _("{count} entries  ·  {credited}  ·  {debited}").format(
                count=format_number(sums.entries), credited=format_points(sums.credited, signed=True),
                debited=format_points(-sums.debited, signed=True),
            ) if sums is not None else "…"
        )  # fmt: skip

    def _counted(self, rows: int, exact: bool) -> None:
        self._nothing = exact and not rows
        self._settle()

    def _settle(self) -> None:
        if self._nothing and not self.filters.narrowed():
            self.show_empty(
                _("No points have moved yet"), _("What is earned, spent and adjusted at the counter appears here."),
                icon="scroll-text", action=_("Go to the counter"), act=partial(self.desk.open, "counter"),
            )  # fmt: skip
            return
        if not self.loading:
            self.show_content()
        self.none.setVisible(self._nothing)
        self.table.setVisible(not self._nothing)

    def _offer_reasons(self, found: tuple[Reason, ...]) -> None:
        self._reasons = found
        self.filters.offer("reason", [(reason.code, reason.name) for reason in found])

    def _offer_people(self, found: Any) -> None:
        self.filters.offer("operator_id", [(one.id, one.name) for one in found])

    def _offer_branches(self, found: Any) -> None:
        self.filters.offer("branch_id", [(one.id, one.name) for one in found])
        self.filters.boxes["branch_id"].setVisible(len(found) > 1)

    # --- one entry ----------------------------------------------------------------------------------

    def _picked(self, row: EntryRow | None) -> None:
        self._allow(row)
        if row is not None and not self.drawer.isHidden():
            self._ask_entry(row.id)

    def _opened(self, row: EntryRow) -> None:
        self._ask_entry(row.id)

    def _ask_entry(self, entry_id: int) -> None:
        self.ask("entry", partial(points.entry, entry_id=entry_id), self._show, quiet=True)

    def _show(self, detail: EntryDetail) -> None:
        self.panel.say(detail)
        self.drawer.open(self.panel.heading())
        self._allow(detail.row)

    def _allow(self, row: EntryRow | None) -> None:
        self.reverse_act.setEnabled(row is not None and undoing.allowed(self.desk, row))
        for action in (self.member_act, self.only_act):
            action.setEnabled(row is not None)

    def _current(self) -> EntryRow | None:
        row = self.table.current()
        if isinstance(row, EntryRow):
            return row
        return self.panel.detail.row if self.panel.detail is not None and not self.drawer.isHidden() else None

    # --- acts ---------------------------------------------------------------------------------------

    def reverse(self) -> None:
        """Reverse the entry of the current row."""
        row = self._current()
        if row is not None:
            self.ask("reverse", partial(points.entry, entry_id=row.id), self._reverse, quiet=True)

    def _reverse(self, detail: EntryDetail) -> None:
        if not detail.left:
            self.desk.notices.report(Refused(N_("This entry is already reversed.")))
            return
        undoing.begin(self, detail, self._reasons).done.connect(self._reversed)

    def _reversed(self, receipt: object) -> None:
        if isinstance(receipt, Asked):
            self.desk.notices.tell(_("Asked. Somebody else decides under Approvals."), tone="info")
            return
        assert isinstance(receipt, points.PointsReceipt | PurchaseReceipt)
        self.desk.notices.tell(
            _("Reversed {points}; the balance is now {after}.").format(
                points=format_points(receipt.points, signed=True), after=format_points(receipt.after)
            )
        )

    def open_member(self) -> None:
        """Open the member of the current row."""
        row = self._current()
        if row is not None:
            self.desk.open("members", member_id=row.member_id)

    def only_member(self) -> None:
        """Show only the entries of this member."""
        row = self._current()
        if row is not None:
            self.filters.show_member(row.member_id, short_name(row.member_name))
