"""One request beside the list: what it would do, why it was asked, and the answer."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop_admin.i18n import _, format_instant, format_points
from desktop_admin.models.approvals import STATES
from desktop_admin.models.points import breakable
from desktop_admin.services.approvals import ApprovalRow
from desktop_admin.views import theme
from desktop_admin.views.screen import ActionButton
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.edits import BeforeAfter
from desktop_admin.views.widgets.facts import Facts


class RequestPanel(QWidget):
    """Before → after, the facts, a line for the answer, and the buttons that are open to who looks."""

    def __init__(self, approve: QAction, reject: QAction, withdraw: QAction) -> None:
        super().__init__()
        self.row: ApprovalRow | None = None
        self.facts, self.refusal, self.step = Facts(), Banner(self), QLabel()
        self.refusal.hide()
        self.before_after = BeforeAfter(self.step)
        self.answer, self.answer_label = QLineEdit(maxLength=200), QLabel()
        theme.mark(self.answer_label, text="label")
        self.answer_label.setBuddy(self.answer)
        self.decide_bar = QWidget()
        buttons = QHBoxLayout(self.decide_bar)
        buttons.setContentsMargins(0, 0, 0, 0)
        for action, kind in ((approve, "primary"), (reject, "danger")):
            buttons.addWidget(ActionButton(action, kind, self))
        buttons.addStretch()
        self.withdraw_button = ActionButton(withdraw, "plain", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (
            self.step, self.facts, self.refusal, self.answer_label, self.answer, self.decide_bar, self.withdraw_button,
        ):  # fmt: skip
            column.addWidget(widget)

    def retranslate(self) -> None:
        """Set every text."""
        self.answer_label.setText(_("Answer"))
        self.answer.setAccessibleName(_("Answer"))
        self.answer.setPlaceholderText(_("needed to reject"))
        self.say(self.row)

    def heading(self) -> str:
        """Answer what is asked."""
        assert self.row is not None
        return f"{_(self.row.title)}  {format_points(self.row.points, signed=True)}"

    def said(self) -> str:
        """Answer what was typed."""
        return self.answer.text().strip()

    def say(self, row: ApprovalRow | None) -> None:
        """Show a request; another one than before has no answer yet."""
        if row is not None and (self.row is None or row.id != self.row.id):
            self.answer.clear()
            self.refusal.hide()
        self.row = row
        decides = row is not None and row.may_decide
        for widget in (self.decide_bar, self.answer, self.answer_label):
            widget.setVisible(decides)
        self.withdraw_button.setVisible(row is not None and row.mine and row.state == "open")
        if row is not None:
            self.before_after.show(row.before, row.after)
            self.facts.say(_facts(row))


def _facts(row: ApprovalRow) -> list[tuple[str, ...]]:
    word, tone = STATES[row.state]
    facts: list[tuple[str, ...]] = [(_("State"), _(word), tone)]
    if row.member_id is not None:
        facts.append((_("Member"), f"{breakable(row.member_name)}  {row.card_number}", "strong"))
    note = _("(erased)") if row.note is None else breakable(row.note)
    facts += [fact for fact in (
        (_("Why it was asked"), row.why_text()), (_("Reason"), row.reason), (_("Note"), note),
        (_("Asked by"), row.requester), (_("Branch"), row.branch), (_("Asked"), format_instant(row.requested_at)),
        (_("Lapses"), format_instant(row.expires_at) if row.state == "open" else ""),
        (_("Decided by"), row.decider),
        (_("Decided"), format_instant(row.decided_at) if row.decided_at else ""),
        (_("Answer"), breakable(row.answer)),
    ) if fact[1]]  # fmt: skip
    if row.mine and row.state == "open":
        facts.append((_("Who decides"), _("somebody else, not you"), "muted"))
    return facts
