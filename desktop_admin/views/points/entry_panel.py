"""One entry in full: who and where, why, which lots, what undid it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _, format_date, format_instant, format_points
from desktop_admin.models.points import breakable, note_of, title_of
from desktop_admin.services.names import workstation_title
from desktop_admin.services.points import EntryDetail, LotLine
from desktop_admin.views import theme
from desktop_admin.views.widgets.facts import Facts

MOST_LOTS = 60  # shown; an expiry may name thousands


class EntryPanel(QWidget):
    """Facts, the rules that made it, the lots it opened or used."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.detail: EntryDetail | None = None
        self.facts, self.why, self.opened, self.used = Facts(), _Rows(), _Rows(), _Rows()
        self._heads = {
            self.why: N_("Why"), self.opened: N_("Points it brought"), self.used: N_("Points it used or gave back"),
        }  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.SPACE)
        for widget in (self.facts, self.why, self.opened, self.used):
            column.addWidget(widget)

    def heading(self) -> str:
        """Answer what the entry is called."""
        assert self.detail is not None
        row = self.detail.row
        return f"{_(title_of(row))}  {format_points(row.points, signed=True)}"

    def say(self, detail: EntryDetail | None = None) -> None:
        """Show an entry, or the same again in another language."""
        self.detail = detail or self.detail
        if self.detail is None:
            return
        detail = self.detail
        self.facts.say(_facts(detail))
        whys = [(line.text, format_points(line.points, signed=True), "") for line in detail.why]
        self.why.say(_(self._heads[self.why]), whys)
        for rows, lots in ((self.opened, detail.opened), (self.used, detail.used)):
            lines = [_lot(lot) for lot in lots[:MOST_LOTS]]
            if len(lots) > MOST_LOTS:
                lines.append((_("and {count} more").format(count=len(lots) - MOST_LOTS), "", "muted"))
            rows.say(_(self._heads[rows]), lines)


def _facts(detail: EntryDetail) -> list[tuple[str, ...]]:
    row = detail.row
    facts: list[tuple[str, ...]] = [
        (_("Member"), f"{breakable(row.member_name)}  {row.card_number}", "strong"),
        (_("Balance"), f"{format_points(row.net_after - row.points)} → {format_points(row.net_after)}"),
    ]
    if row.owes:
        facts.append((_("Owed"), format_points(row.owes), "bad"))
    if row.reason_name:
        facts.append((_("Reason"), row.reason_name))
    if note_of(row):
        facts.append((_("Note"), breakable(note_of(row))))
    facts += [
        (_("Written"), format_instant(row.recorded_at, seconds=True)),
        (_("Counts for"), format_date(row.business_date)),
        (_("Operator"), row.operator),
    ]
    if detail.asked_by:
        facts.append((_("Asked by"), detail.asked_by))
    facts += [
        (_("Branch"), row.branch), (_("Workstation"), workstation_title(detail.workstation)),
        (_("Entry"), f"{row.id} · {row.seq}"),
    ]  # fmt: skip
    if row.reverses_id is not None:
        facts.append((_("Goes back to"), _("entry {number}").format(number=row.reverses_id)))
    if detail.reversed:
        facts.append((_("Reversed"), format_points(detail.reversed), "warn"))
    return facts


def _lot(lot: LotLine) -> tuple[str, str, str]:
    until = _("never expires") if lot.expires_on is None else _("until {day}").format(day=format_date(lot.expires_on))
    earned = _("earned {day}").format(day=format_date(lot.earned_on))
    return f"{earned} · {until}", format_points(lot.points, signed=True), ""


class _Rows(QWidget):
    """A heading and lines with a figure at the right; hidden without lines."""

    def __init__(self) -> None:
        super().__init__()
        self.head = QLabel()
        theme.mark(self.head, text="label")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._grid.addWidget(self.head, 0, 0, 1, 2)
        self._lines: list[tuple[QLabel, QLabel]] = []

    def say(self, head: str, lines: list[tuple[str, str, str]]) -> None:
        """Show these lines."""
        self.head.setText(head)
        while len(self._lines) < len(lines):
            left, right = QLabel(wordWrap=True), QLabel()
            right.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            row = len(self._lines) + 1
            self._grid.addWidget(left, row, 0)
            self._grid.addWidget(right, row, 1)
            self._lines.append((left, right))
        for number, (left, right) in enumerate(self._lines):
            shown = number < len(lines)
            left.setVisible(shown)
            right.setVisible(shown)
            if shown:
                left.setText(lines[number][0])
                right.setText(lines[number][1])
                theme.mark(left, text=lines[number][2])
        self.setVisible(bool(lines))
