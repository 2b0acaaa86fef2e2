"""One's own account: choosing a password (also the first one), a PIN for taking over quickly."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLabel, QWidget

from desktop_admin.i18n import N_, _, format_instant
from desktop_admin.services.command import new_request
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.tasks import Progress
from desktop_admin.views import set_back, theme
from desktop_admin.views.dialogs import FormDialog
from desktop_admin.views.form import Field
from desktop_admin.views.job_form import JobForm

if TYPE_CHECKING:
    from desktop_admin.services.operators import Recovery
    from desktop_admin.services.work import Actor, Work
    from desktop_admin.views.desk import Desk
    from desktop_admin.views.top_bar import TopBar

_PASSWORD = (
    Field("old", N_("Present password"), "secret", required=True, limit=128),
    Field("new", N_("New password"), "secret", required=True, limit=128),
    Field("again", N_("New password once more"), "secret", required=True, limit=128),
)
_PIN = (
    Field("password", N_("Password"), "secret", required=True, limit=128),
    Field("pin", N_("PIN"), "secret", limit=12, placeholder=N_("6 to 12 digits; blank takes it away")),
)


def greet(window: QWidget, desk: Desk) -> None:
    """What comes right after signing in: a password of one's own where one is due; notices for administrators."""
    if desk.actor is None:
        return
    if desk.actor.must_change:
        change_password(window, desk)
        return
    set_back.look(window, desk)
    if desk.can(Permission.EDIT_OPERATORS):
        desk.tasks.read(desk, "recoveries", _recoveries, partial(_tell_recoveries, desk), _ask_later)


def offer(top: TopBar, window: QWidget, desk: Desk) -> None:
    """Open one's own password and PIN from the head of the window."""
    top.own_password.connect(partial(change_password, window, desk))
    top.own_pin.connect(partial(set_pin, window, desk))


def leave(owner: QWidget, desk: Desk) -> None:
    """Leave a trace that the operator went."""
    actor = desk.actor
    if actor is not None:
        desk.tasks.with_database(owner, partial(_sign_out, actor=actor), _nothing, _ask_later)


def _sign_out(database: Any, *, actor: Actor) -> None:
    from desktop_admin.services import operators

    operators.sign_out(database, actor=actor)


def _recoveries(work: Work) -> Any:
    from desktop_admin.services import operators

    return operators.recoveries(work)


def _tell_recoveries(desk: Desk, seen: tuple[Recovery, ...]) -> None:
    if not seen:
        return
    last = seen[-1]
    facts = json.loads(last.facts)
    text = _("The password of “{login}” was set from outside the program on {when}, at {where}.").format(
        login=facts.get("login", ""), when=format_instant(last.at), where=facts.get("where", "")
    )
    desk.notices.tell(text, tone="warn", action=_("I have read this"), act=partial(_read, desk))


def _read(desk: Desk) -> None:
    from desktop_admin.services import operators

    request = new_request()
    desk.tasks.write(desk, lambda work: operators.see_recoveries(work, request=request), _nothing, desk.notices.report)


def _nothing(_answer: object) -> None:
    """Nothing to show."""


def _ask_later(_error: Exception) -> None:
    """The connection mark tells already; the next sign-in asks again."""


def change_password(parent: QWidget, desk: Desk) -> FormDialog:
    """Open the dialog for a new password of one's own; where one is due, nothing else can be done before."""

    def operation(values: dict[str, Any], _request: str) -> Any:
        if values["new"] != values["again"]:
            raise Refused(N_("The two passwords differ."), field="again")

        def job(progress: Progress) -> Actor | None:
            from desktop_admin.services import operators

            assert progress.actor is not None
            database = progress.database
            actor = operators.change_password(database, actor=progress.actor, old=values["old"], new=values["new"])
            if desk.new_password is not None:
                desk.new_password(actor, values["new"])
            # the server knows the new one only: its next line would be opened with the old
            return None if operators.signed_in_at_server(database, actor=actor) else actor

        return job

    def done(actor: Actor | None) -> None:
        desk.sign_in(actor)
        told = _("Password changed.") if actor else _("Password changed. Sign in with the new one.")
        desk.notices.tell(told)

    form = JobForm(desk, _PASSWORD, operation, submit=N_("Change password"))
    form.done.connect(done)
    due = desk.actor is not None and desk.actor.must_change
    dialog = FormDialog(parent, N_("Choose your password") if due else N_("Change password"), form)
    if due:
        form.cancelled.connect(lambda: desk.sign_in(None))
    help_ = QLabel(_("At least 8 characters; a few words are easier to remember than signs."), wordWrap=True)
    theme.mark(help_, text="muted")
    dialog.content.insertWidget(1, help_)
    dialog.open()
    form.editors["old"].widget.setFocus()
    return dialog


def set_pin(parent: QWidget, desk: Desk) -> FormDialog:
    """Open the dialog for a PIN, which takes over where one signed in by password the same day."""

    def operation(values: dict[str, Any], _request: str) -> Any:
        def job(progress: Progress) -> None:
            from desktop_admin.services import operators

            assert progress.actor is not None
            operators.set_pin(
                progress.database, actor=progress.actor, password=values["password"], pin=values["pin"] or ""
            )

        return job

    form = JobForm(desk, _PIN, operation)
    form.done.connect(lambda _nothing: desk.notices.tell(_("Saved.")))
    dialog = FormDialog(parent, N_("PIN for taking over"), form)
    dialog.open()
    form.editors["password"].widget.setFocus()
    return dialog
