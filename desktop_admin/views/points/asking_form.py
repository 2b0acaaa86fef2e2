"""A form whose act may be above the operator's limits: the same Enter then asks a second operator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal

from desktop_admin.i18n import N_, _
from desktop_admin.services import approvals
from desktop_admin.services.errors import NeedsApproval, Refused
from desktop_admin.services.rules.limits import Decision
from desktop_admin.views.form import Field, Form
from desktop_admin.views.widgets.edits import BeforeAfter

if TYPE_CHECKING:
    from desktop_admin.services.work import Work
    from desktop_admin.views.desk import Desk

SOON = 60  # ms after the last key


class AskingForm(Form):
    """A subclass says `kind`, `command`, `parameters` and `question`; before → after shows while typing."""

    kind = ""  # the command's name
    submit_word = N_("Save")
    foreseen = Signal(object)  # the preview, or None

    def __init__(self, desk: Desk, form_fields: Sequence[Field]) -> None:
        self.asks_approval = False
        self._soon: QTimer | None = None
        super().__init__(desk, form_fields, self._act, submit=self.submit_word)
        self.before_after = BeforeAfter(self.preview)
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self.look_ahead)
        self.edited.connect(self._soon.start)

    def command(self) -> Callable[..., Any]:
        """Answer the command that is run."""
        raise NotImplementedError

    def parameters(self, values: dict[str, Any]) -> dict[str, Any]:
        """Answer what the command is given, without the request."""
        raise NotImplementedError

    def question(self, values: dict[str, Any]) -> Callable[[Work], Any] | None:
        """Answer the query that foresees the act; None while too little is typed."""
        raise NotImplementedError

    def look_ahead(self) -> None:
        """Ask what the act would do."""
        query = self.question(self.values())
        if query is not None:
            self.desk.tasks.read(self, "ahead", query, self._ahead, self._no_ahead)

    def _ahead(self, answer: Any) -> None:
        self.before_after.show(answer.before, answer.after)
        self._set_asking(answer.decision is Decision.NEEDS_APPROVAL)
        text = answer.text()
        if text:
            self.banner.say(text, tone="warn" if self.asks_approval else "bad")
        else:
            self.banner.hide()
        self.foreseen.emit(answer)

    def _no_ahead(self, error: Exception) -> None:
        self.before_after.show(None)
        if not isinstance(error, Refused):
            self.desk.notices.report(error)

    def _set_asking(self, asking: bool) -> None:
        self.asks_approval = asking
        self._submit_text = N_("Ask for approval") if asking else self.submit_word
        if not self.writing:
            self.submit_button.setText(_(self._submit_text))

    def _act(self, values: dict[str, Any], request: str) -> Callable[[Work], Any]:
        said = self.parameters(values)
        if self.asks_approval:
            return partial(
                approvals.ask, request=f"{request}-ask", act_request=request, kind=self.kind, parameters=said
            )
        return partial(self.command(), request=request, **said)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, NeedsApproval) and not self.asks_approval:
            self._set_writing(False)
            self._set_asking(True)
            self.banner.say(f"{error.text()} {_('Enter asks a second operator.')}", tone="warn")
        else:
            super()._failed(error)
