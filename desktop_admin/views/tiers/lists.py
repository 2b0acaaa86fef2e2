"""The lists beneath the ladder: who moved, whose grace runs, whose tier is set by hand, who holds which tier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_admin.i18n import DEFAULT_LANGUAGE, N_, _, current_language
from desktop_admin.models.pages import PagedTable
from desktop_admin.models.tiers import HISTORY, MEMBERS, history_source, members_source
from desktop_admin.services.permissions import Permission
from desktop_admin.services.tiers import TierMember, TierMove, TierRow
from desktop_admin.views import theme
from desktop_admin.views.tiers.manual import end_tier, tier_dialog
from desktop_admin.views.widgets.empty_state import EmptyState
from desktop_admin.views.widgets.record_table import RecordTableView
from desktop_admin.views.widgets.segments import Segments

if TYPE_CHECKING:
    from desktop_admin.views.screen import Screen

LISTS = {
    "history": N_("Changes"), "falling": N_("Grace running"), "by_hand": N_("Set by hand"),
    "tier": N_("Members of a tier"),
}  # fmt: skip
EMPTY = {
    "history": N_("No member has changed tier yet."),
    "falling": N_("No grace is running."),
    "by_hand": N_("No tier is set by hand."),
    "tier": N_("Nobody is in this tier."),
}


class TierLists(QWidget):
    """One list at a time; Enter opens the member, the context menu sets the tier by hand."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._screen = screen
        self.tier: TierRow | None = None
        self.choice = Segments(list(LISTS))
        self.choice.chosen.connect(self.show_list)
        self.by_hand = screen.add_act(
            "tiers.by_hand", N_("Set the tier by hand…"), self.set_by_hand, icon="medal",
            permission=Permission.SET_MEMBER_TIER,
        )  # fmt: skip
        self.end_act = screen.add_act(
            "tiers.end", N_("Let the figures decide again…"), self.end_by_hand, icon="undo-2",
            permission=Permission.SET_MEMBER_TIER,
        )  # fmt: skip
        row = QHBoxLayout()
        row.addWidget(self.choice)
        row.addStretch()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.SPACE)
        self._rows.addLayout(row)
        self.none = EmptyState(self)
        self.none.hide()
        self._rows.addWidget(self.none, 1)
        self.table = self._make("history")

    def retranslate(self) -> None:
        """Say everything again."""
        for name, title in LISTS.items():
            self.choice.set_text(name, _(title))
        self._name_tier()
        self.table.setAccessibleName(_(LISTS[self.choice.current()]))
        self.none.say(_(EMPTY[self.choice.current()]), icon="medal")

    def reload(self) -> None:
        """Ask for the list again, keeping the place."""
        self._paged().reload(keep_place=True)

    def show_members(self, row: TierRow) -> None:
        """Show the members of a tier."""
        self.tier = row
        self._name_tier()
        self.show_list("tier")

    def show_list(self, name: str) -> None:
        """Show one of the lists."""
        if name not in LISTS:
            return
        self.choice.choose(name)
        self._rows.removeWidget(self.table)
        self.table.deleteLater()
        self.table = self._make(name)
        self._paged().reload()

    def _make(self, name: str) -> RecordTableView:
        records: PagedTable[Any]
        if name == "history":
            records = PagedTable(HISTORY, self._screen.desk.tasks, history_source())
        else:
            tier_id = self.tier.tier.id if self.tier is not None else 0
            source = members_source(tier_id, "" if name == "tier" else name)
            records = PagedTable(MEMBERS[name], self._screen.desk.tasks, source)
        table = RecordTableView(records)
        table.setAccessibleName(_(LISTS[name]))
        table.opened.connect(self._open)
        table.add_acts([self.by_hand, self.end_act])
        self._screen.use_table(table, name)
        self._rows.addWidget(table, 1)
        self.none.hide()
        self.none.say(_(EMPTY[name]), icon="medal")
        records.counted.connect(self._counted)
        return table

    def _counted(self, rows: int, exact: bool) -> None:
        nothing = exact and not rows
        self.none.setVisible(nothing)
        self.table.setVisible(not nothing)

    def _paged(self) -> PagedTable[Any]:
        records = self.table.records
        assert isinstance(records, PagedTable)
        return records

    def _name_tier(self) -> None:
        if self.tier is not None:
            names = self.tier.tier.names
            name = names.get(current_language()) or names.get(DEFAULT_LANGUAGE, self.tier.tier.code)
            self.choice.set_text("tier", f"{_(LISTS['tier'])}: {name}")

    def _open(self, record: TierMove | TierMember) -> None:
        self._screen.desk.open("members", member_id=record.member_id)

    def _current(self) -> Any:
        record = self.table.current()
        if record is None:
            self._screen.desk.notices.tell(_("Choose a member in the list first."), tone="info")
        return record

    def set_by_hand(self) -> None:
        """Set the tier of the member of the current row."""
        record = self._current()
        if record is not None:
            code = record.tier if isinstance(record, TierMember) else record.after
            dialog = tier_dialog(self.window(), self._screen.desk, record.member_id, code)
            dialog.form.done.connect(self._done)
            dialog.open()

    def end_by_hand(self) -> None:
        """Let the figures decide the tier of the member of the current row again."""
        record = self._current()
        if record is not None:
            end_tier(self._screen, record.member_id, record.name, self._done)

    def _done(self, _receipt: object) -> None:
        self._screen.desk.notices.tell(_("Done."))
