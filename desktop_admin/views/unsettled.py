"""Acts whose answer was lost: how they are called, what is told of them, and the list of those still open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _, format_instant, format_points, ngettext
from desktop_admin.services.errors import Trouble
from desktop_admin.views import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop_admin.services.outbox import Pending
    from desktop_admin.settling import Settled
    from desktop_admin.views.desk import Desk, Notices

WORDS = {
    "points.adjust": N_("Adjust points"),
    "points.reverse": N_("Reverse an entry"),
    "points.transfer": N_("Transfer points"),
    "purchases.record": N_("Type in a purchase"),
    "purchases.refund": N_("Refund a purchase"),
    "purchases.void": N_("Void a purchase"),
    "redemptions.place": N_("Redeem"),
    "members.enrol": N_("Enrol a member"),
    "points": N_("Points"),
    "members": N_("Members"),
    "redemptions": N_("Redemptions"),
    "approvals": N_("Approvals"),
    "stock": N_("Stock"),
    "catalog": N_("Catalog"),
    "shifts": N_("Shifts"),
    "tiers": N_("Tiers"),
}


def title_of(act: Pending) -> str:
    """Answer what kind of act it was, and its points."""
    noun = act.kind.partition(".")[0]
    word = _(WORDS.get(act.kind) or WORDS.get(noun) or N_("Administration"))
    return f"{word} {format_points(act.points, signed=True)}" if act.points is not None else word


def sentence_of(settled: Settled) -> str:
    """Answer what is told of an act that was settled."""
    facts = {"act": title_of(settled.act), "time": format_instant(settled.act.at)}
    if settled.booked:
        text = _("Checked: “{act}” of {time} was booked, once, as no. {number}.")
        return text.format(number=settled.number, **facts)
    return _("Checked: “{act}” of {time} was not booked. Nothing happened; do it again if it is still wanted.").format(
        **facts
    )


def tell(notices: Notices, settled: Sequence[Settled]) -> None:
    """Tell what became of acts: what was booked goes by itself, what was not stays until it was read."""
    missing = []
    for one in settled:
        text = sentence_of(one)
        if one.booked:
            notices.tell(text)
        else:
            missing.append(text)
    if missing:
        notices.report(Trouble("{text}", text="\n".join(missing)))


class UnsettledButton(QPushButton):
    """At the foot of the window while something is being checked; lists it when pressed."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setAutoDefault(False)
        theme.mark(self, kind="link")
        self.clicked.connect(self._list)
        desk.tasks.unresolved_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say how many acts are open; nothing where there are none."""
        count = len(self._desk.tasks.unresolved)
        text = ngettext("{count} act is being checked", "{count} acts are being checked", count)
        self.setText("⚠ " + text.format(count=count))
        self.setVisible(count > 0)

    def _list(self) -> None:
        actor = self._desk.actor
        who = actor.operator_id if actor is not None else 0
        UnsettledDialog(self.window(), self._desk.tasks.unresolved, who).open()


class UnsettledDialog(QDialog):
    """The acts that are being checked, and what happens next with each."""

    def __init__(self, parent: QWidget, acts: Sequence[Pending], operator_id: int) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Being checked"))
        heading, why = QLabel(_("Being checked")), QLabel(wordWrap=True)
        theme.mark(heading, text="heading")
        why.setText(
            _(
                "The server's answer to these acts was lost. Each was booked either once or not at all. As soon as the "
                "server answers, the program asks it and tells you; until then do not enter them again."
            )
        )
        why.setMinimumWidth(theme.current().px(520))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(theme.SPACE)
        grid.setColumnStretch(2, 1)
        for column, text in enumerate((_("When"), _("Act"), _("What happens next"))):
            label = QLabel(text)
            theme.mark(label, text="label")
            grid.addWidget(label, 0, column)
        for row, act in enumerate(acts, start=1):
            mine = act.operator_id == operator_id
            following = _("Is asked for every few seconds") if mine else _("Waits until who entered it signs in here")
            for column, text in enumerate((format_instant(act.at), title_of(act), following)):
                cell = QLabel(text, textFormat=Qt.TextFormat.PlainText)
                theme.mark(cell, text="strong" if column == 1 else "muted")
                grid.addWidget(cell, row, column)
        close = QPushButton(_("Close"), autoDefault=False)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addWidget(why)
        layout.addLayout(grid)
        layout.addSpacing(theme.SPACE)
        layout.addLayout(foot)
