"""What every form of the counter shares: Enter goes on, before → after while typing, approval in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _, format_points
from desktop_admin.services import approvals
from desktop_admin.services.codec import Secret
from desktop_admin.services.errors import NeedsApproval, Refused
from desktop_admin.services.rules.limits import Decision
from desktop_admin.views import theme
from desktop_admin.views.counter.one_time import OneTimeCode
from desktop_admin.views.form import Field, Form
from desktop_admin.views.widgets.banner import Banner

if TYPE_CHECKING:
    from desktop_admin.services.counter import Facts
    from desktop_admin.services.members import MemberCard
    from desktop_admin.services.work import Work
    from desktop_admin.views.desk import Desk

SOON = 50  # ms after the last key


@dataclass(frozen=True)
class Here:
    """Whom an act is about, what the counter knows, and what was shown as proof."""

    card: MemberCard
    facts: Facts
    proof_card: str = ""  # the member's card, scanned just now
    proof_code: str = ""  # a pick-up code, scanned just now
    order_id: int = 0
    also: dict[str, Any] = field(default_factory=dict)


class Foreseen(QFrame):
    """1,230 → 1,280 in large figures, why, and what stands in the way."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.mark(self, kind="foreseen")
        self.word, self.before, self.arrow, self.after = QLabel(), QLabel(), QLabel("→"), QLabel()
        theme.mark(self.word, text="label")
        for label in (self.before, self.arrow):
            theme.mark(label, text="muted")
        theme.mark(self.after, text="figure")
        steps = QHBoxLayout()
        steps.setSpacing(10)
        steps.addWidget(self.word)
        steps.addStretch()
        for label in (self.before, self.arrow, self.after):
            steps.addWidget(label)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(2)
        self._rows: list[tuple[QWidget, QLabel, QLabel]] = []
        self.verdict = Banner(self)
        self.verdict.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(6)
        column.addLayout(self.lines)
        column.addLayout(steps)
        column.addWidget(self.verdict)

    def say(
        self, before: int, after: int, lines: Sequence[tuple[str, str]] = (), verdict: str = "", tone: str = "warn",
        word: str = "",
    ) -> None:  # fmt: skip
        """Show a step, its reasons, and what a rule says of it."""
        self.before.setText(format_points(before))
        self.after.setText(format_points(after))
        long = len(self.before.text()) + len(self.after.text()) > 22
        if long:
            lines = [*lines, (_("Balance before"), self.before.text())]
        self.word.setText(_("Balance now") if long else word or _("Balance"))
        for label in (self.before, self.arrow):
            label.setVisible(not long)
        look = "figure_bad" if after < 0 else "figure" if len(self.after.text()) < 11 else "heading"
        theme.mark(self.after, text=look)
        self.setAccessibleName(
            _("Before {before}, after {after}").format(before=format_points(before), after=format_points(after))
        )
        for number, (title, value) in enumerate(lines):
            _row, left, right = self._line(number)
            left.setText(title)
            right.setText(value)
        for number, (row, _left, _right) in enumerate(self._rows):
            row.setVisible(number < len(lines))
        if verdict:
            self.verdict.say(verdict, tone=tone)
        else:
            self.verdict.hide()
        self.show()

    def _line(self, number: int) -> tuple[QWidget, QLabel, QLabel]:
        while len(self._rows) <= number:
            row = QWidget()
            left, right = QLabel(wordWrap=True), QLabel()
            theme.mark(left, text="muted")
            theme.mark(right, text="strong")
            box = QHBoxLayout(row)
            box.setContentsMargins(0, 0, 0, 0)
            box.addWidget(left, 1)
            box.addWidget(right)
            self.lines.addWidget(row)
            self._rows.append((row, left, right))
        return self._rows[number]


class ActForm(Form):
    """A form about one member. A subclass says fields, parameters, command and preview.

    Above the limits the same Enter asks a second operator instead; the request id stays the act's.
    """

    title = ""  # N_()
    icon = "zap"
    kind = ""  # the command's name, where an approval is foreseen
    submit_word = N_("Save")
    balance_word = N_("Balance")  # what is shown before and after
    previewed = Signal()

    def __init__(self, desk: Desk, here: Here, form_fields: Sequence[Field]) -> None:
        self.here = here
        self.asks_approval = False
        self._refusal = ""  # why what is typed now is not allowed at all
        self._focus: QWidget | None = None
        self.foreseen: Foreseen | None = None
        super().__init__(
            desk, form_fields, self._act, submit=self.submit_word, cancel=N_("Back"),
            draft=f"counter/{type(self).__name__}/{here.card.id}",
        )  # fmt: skip
        self.foreseen = Foreseen(self)
        self.foreseen.hide()
        self.preview.hide()
        self.layout().insertWidget(2, self.foreseen)  # type: ignore[union-attr]
        self.buttons.insertStretch(0, 1)
        self.layout().addStretch(1)  # type: ignore[union-attr]  # what is left over is beneath
        self.grid.setVerticalSpacing(8)
        if "consent" in self.editors and here.facts.consent == "code":
            code = OneTimeCode(desk, here.card.id)
            self._cells["consent"].layout().insertWidget(2, code)  # type: ignore[union-attr]
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self.look_ahead)
        self.edited.connect(self._soon.start)

    # --- what a subclass says ---------------------------------------------------------------------

    def command(self) -> Callable[..., Any]:
        """Answer the command that is run."""
        raise NotImplementedError

    def parameters(self, values: dict[str, Any]) -> dict[str, Any]:
        """Answer what the command is given, without the request."""
        raise NotImplementedError

    def question(self, values: dict[str, Any]) -> Callable[[Work], Any] | None:
        """Answer the query that foresees the act; None while too little is typed."""
        return None

    def lines_of(self, answer: Any) -> list[tuple[str, str]]:
        """Answer the lines of why of what was foreseen."""
        return []

    def begin(self) -> None:
        """Put the focus where one types first."""
        next(iter(self.editors.values())).widget.setFocus()
        self.look_ahead()

    def nothing_to_do(self, text: str) -> None:
        """Say why there is nothing to fill in, and leave only the way back."""
        self.banner.say(text, tone="info")
        for cell in self._cells.values():
            cell.hide()
        self.submit_button.hide()
        self.cancel_button.setFocus()

    # --- foreseeing -------------------------------------------------------------------------------

    def look_ahead(self) -> None:
        """Ask what the act would do."""
        query = self.question(self.values())
        if query is None:
            self.desk.tasks.forget(self, "ahead")
            self._show_ahead(None)
        else:
            self.desk.tasks.read(self, "ahead", query, self._show_ahead, self._no_ahead)

    def _show_ahead(self, answer: Any) -> None:
        if self.foreseen is None:
            return
        self._refusal = ""
        if answer is None:
            self.foreseen.hide()
            self._set_asking(False)
            return
        refused = answer.decision is Decision.REFUSED
        asking = answer.decision is Decision.NEEDS_APPROVAL
        text = str(answer.text())
        self._refusal = text if refused else ""
        tone, word = "bad" if refused else "warn", _(self.balance_word)
        self.foreseen.say(answer.before, answer.after, self.lines_of(answer), text, tone, word)
        self._set_asking(asking)
        self.previewed.emit()

    def _no_ahead(self, error: Exception) -> None:
        self._show_ahead(None)
        if not isinstance(error, Refused):
            self.desk.notices.report(error)

    def _set_asking(self, asking: bool) -> None:
        if not self.kind:
            return
        self.asks_approval = asking
        self._submit_text = N_("Ask for approval") if asking else self.submit_word
        if not self.writing:
            self.submit_button.setText(_(self._submit_text))

    # --- writing ----------------------------------------------------------------------------------

    def _act(self, values: dict[str, Any], request: str) -> Callable[[Work], Any]:
        said = self.parameters(values)
        if self.asks_approval:
            return partial(
                approvals.ask, request=f"{request}-ask", act_request=request, kind=self.kind, parameters=said
            )
        return partial(self.command(), request=request, **said)

    def _set_writing(self, writing: bool) -> None:
        if writing:
            self._focus = QApplication.focusWidget()
        super()._set_writing(writing)
        if not writing and self._focus is not None and self.isAncestorOf(self._focus):
            self._focus.setFocus()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, NeedsApproval) and self.kind and not self.asks_approval:
            self._set_writing(False)
            if self._refusal:  # an approval would not help
                self.set_error(error.field, self._refusal)
                return
            self._set_asking(True)
            self.set_error("", f"{error.text()} {_('Enter asks a second operator.')}")
            return
        super()._failed(error)
        name = error.field if isinstance(error, Refused) else ""
        if name in ("pin", "code", "consent") and "consent" in self.editors:
            self.banner.hide()
            self.set_error("consent", error.text() if isinstance(error, Refused) else "")
            self.editors["consent"].widget.setFocus()

    # --- keys -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the next field that is needed and blank, and writes when there is none."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.isAutoRepeat():
                return
            blank = self._next_blank()
            if blank is not None and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                blank.setFocus()
                return
        super().keyPressEvent(event)

    def _next_blank(self) -> QWidget | None:
        """The first needed field that is blank, unless the focus is there already."""
        for one in self.fields:
            widget = self.editors[one.name].widget
            if not one.required or not self._cells[one.name].isVisibleTo(self):
                continue
            try:
                blank = self.editors[one.name].value() in (None, "")
            except ValueError:
                return None
            if blank:
                return None if widget.hasFocus() else widget
        return None


def consent_field(facts: Facts) -> tuple[Field, ...]:
    """The field for the member's yes, where the shop asks for one."""
    if facts.consent == "none":
        return ()
    title = N_("The member's PIN") if facts.consent == "pin" else N_("The member's one-time code")
    return (Field("consent", title, "secret", limit=12),)


def consent_of(values: dict[str, Any]) -> dict[str, Secret]:
    """The parameter for the member's yes."""
    return {"consent": Secret(values.get("consent") or "")}
