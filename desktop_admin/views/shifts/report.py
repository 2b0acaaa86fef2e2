"""The figures of a shift as they stand on the screen and on the closing report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_instant, format_money, format_number, format_points, ngettext
from desktop_admin.models.members import order_state
from desktop_admin.services.rules.titles import ENTRY_KINDS
from desktop_admin.services.shifts import Figures, Shift
from desktop_admin.views import theme
from desktop_admin.views.printing import OperatorTotal, ShiftClose
from desktop_admin.views.widgets.card import KeyFigure
from desktop_admin.views.widgets.facts import Facts

if TYPE_CHECKING:
    from desktop_admin.services.work import Actor


def exceptions(figures: Figures) -> list[str]:
    """What is open and should not be forgotten, as sentences."""
    said = []
    if figures.open_approvals:
        count = figures.open_approvals
        text = ngettext("{count} approval request is open", "{count} approval requests are open", count)
        said.append(text.format(count=count))
    if figures.late_redemptions:
        text = ngettext("{count} redemption is late", "{count} redemptions are late", figures.late_redemptions)
        said.append(text.format(count=figures.late_redemptions))
    if figures.owing_members:
        text = ngettext(
            "{count} member owes points ({points})", "{count} members owe points ({points})", figures.owing_members
        )
        said.append(text.format(count=figures.owing_members, points=format_points(figures.owing_points)))
    return said


def document(shift: Shift, shop: str, actor: Actor, *, copy: int = 0) -> ShiftClose:
    """The report to print; a difference in the till is among the exceptions."""
    said = exceptions(shift.figures)
    if shift.difference:
        said.insert(
            0,
            _("Counted {counted}, expected {expected}: difference {difference}").format(
                counted=format_money(shift.cash_counted or 0),
                expected=format_money(shift.figures.cash_expected),
                difference=format_money(shift.difference),
            ),
        )
    totals: dict[str, list[int]] = {}
    for line in shift.figures.points:
        row = totals.setdefault(line.operator, [0, 0, 0])
        row[0] += line.entries
        row[1] += line.added
        row[2] += line.taken
    return ShiftClose(
        shop=shop,
        branch=shift.branch,
        operator=shift.closed_by or actor.name,
        when=datetime.now(UTC),
        copy=copy,
        shift=f"{shift.workstation} · {shift.id}",
        opened_at=shift.opened_at,
        closed_at=shift.closed_at or datetime.now(UTC),
        cash_taken=shift.figures.cash_taken,
        cash_refunded=shift.figures.cash_refunded,
        operators=tuple(OperatorTotal(name, *figures) for name, figures in totals.items()),
        exceptions=tuple(said),
        anchor=shift.anchor.text if shift.anchor else "",
        heads=shift.anchor.entries if shift.anchor else 0,
    )


class FiguresView(QWidget):
    """Key figures, points per operator and kind, what else happened, what is open."""

    def __init__(self, parent: QWidget | None = None, *, columns: int = 4) -> None:
        super().__init__(parent)
        self.keys = [KeyFigure() for _n in range(4)]
        self.points, self.facts = QGridLayout(), Facts()
        self.points.setHorizontalSpacing(16)
        self.points.setVerticalSpacing(6)
        self.heading = QLabel()
        theme.mark(self.heading, text="label")
        self._labels: list[QLabel] = []
        row = QGridLayout()
        row.setSpacing(12)
        for number, key in enumerate(self.keys):
            row.addWidget(key, *divmod(number, columns))
            row.setColumnStretch(number % columns, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(row)
        column.addWidget(self.facts)
        column.addWidget(self.heading)
        column.addLayout(self.points)

    def say(self, shift: Shift) -> None:
        """Show a shift, open or closed."""
        figures = shift.figures
        counted = shift.difference
        under = ""
        if counted is not None:
            under = _("counted {counted}, difference {difference}").format(
                counted=format_money(shift.cash_counted or 0), difference=format_money(counted)
            )
        self.keys[0].say(_("Cash expected"), format_money(figures.cash_expected), under, tone="bad" if counted else "")
        self.keys[1].say(_("Cash taken"), format_money(figures.cash_taken))
        self.keys[2].say(_("Cash refunded"), format_money(figures.cash_refunded))
        refunds = _("{count} refunds").format(count=format_number(figures.refunds)) if figures.refunds else ""
        self.keys[3].say(_("Purchases typed in"), format_number(figures.purchases), refunds)
        self.facts.say(self._facts(shift))
        self._say_points(figures)

    def _facts(self, shift: Shift) -> list[tuple[str, ...]]:
        figures = shift.figures
        said: list[tuple[str, ...]] = [
            (_("Since"), f"{format_instant(shift.opened_at)} · {shift.opened_by}"),
            (_("Place"), f"{shift.branch} · {shift.workstation}"),
        ]
        if shift.closed_at is not None:
            said.append((_("Closed"), f"{format_instant(shift.closed_at)} · {shift.closed_by}"))
        if figures.redemptions:
            states = (f"{_(order_state(state)[0])} {number}" for state, number in figures.redemptions.items())
            said.append((_("Redemptions"), " · ".join(states)))
        open_ = exceptions(figures)
        said.append((_("Open"), " · ".join(open_) if open_ else _("nothing"), "warn" if open_ else "good"))
        if shift.anchor is not None:
            said.append((_("Anchor"), shift.anchor.digest[:16] + "…"))
        return said

    def _say_points(self, figures: Figures) -> None:
        for label in self._labels:
            label.hide()
            label.deleteLater()
        self._labels.clear()
        self.heading.setText(_("Points per operator"))
        self.heading.setVisible(bool(figures.points))
        last = ""
        for row, line in enumerate(figures.points):
            name = line.operator if line.operator != last else ""
            last = line.operator
            kind = _(ENTRY_KINDS.get(line.kind, (line.kind, line.kind))[0])
            added = format_points(line.added, signed=True) if line.added else ""
            taken = format_points(-line.taken, signed=True) if line.taken else ""
            cells = ((name, "strong"), (kind, "muted"), (added, "good"), (taken, "bad"))
            for column, (text, look) in enumerate(cells):
                label = QLabel(text)
                theme.mark(label, text=look)
                self.points.addWidget(label, row, column)
                self._labels.append(label)
        self.points.setColumnStretch(1, 1)
