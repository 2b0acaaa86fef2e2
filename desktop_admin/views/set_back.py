"""A computer's clock that was set back: the window says so, and a manager can say that it is right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop_admin.i18n import _, format_instant
from desktop_admin.services import clock
from desktop_admin.services.clock import ClockConfirmed, ClockState
from desktop_admin.services.command import new_request
from desktop_admin.services.permissions import Permission
from desktop_admin.views.notices import ask

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk


def look(window: QWidget, desk: Desk) -> None:
    """Warn where the clock stands before the newest act."""

    def tell(state: ClockState) -> None:
        if state.newest is not None:
            may = desk.can(Permission.DECIDE_APPROVALS)
            act = (_("Confirm the clock…"), partial(confirm, window, desk)) if may else ("", None)
            desk.notices.stay(_wrong(state), tone="bad", action=act[0], act=act[1])

    desk.tasks.read(desk, "clock", clock.look, tell, _ask_later)


def confirm(window: QWidget, desk: Desk) -> None:
    """Ask whether the clock is right, with both times."""

    def asked(state: ClockState) -> None:
        if state.newest is None:
            text = _("The clock is right: no act is newer than {now}.")
            desk.notices.tell(text.format(now=format_instant(state.now)))
            return
        ask(
            window, _("Is the clock right?"),
            _wrong(state) + "\n\n" + _("Both times are kept in the audit trail, under your name."),
            _("Yes, it is {now}").format(now=format_instant(state.now)), write, danger=True,
        )  # fmt: skip

    def write() -> None:
        request = new_request()
        desk.tasks.write(desk, lambda work: clock.confirm(work, request=request), done, desk.notices.report)

    def done(_confirmed: ClockConfirmed) -> None:
        desk.notices.stay("")
        desk.notices.tell(_("The clock is confirmed. Acts are recorded again."))

    desk.tasks.read(desk, "clock", clock.look, asked, desk.notices.report)


def _wrong(state: ClockState) -> str:
    assert state.newest is not None
    return _(
        "This computer's clock says {now}, but the newest act was recorded at {newest}. "
        "Until the clock is right, or a manager confirms it, nothing is recorded and no points expire."
    ).format(now=format_instant(state.now), newest=format_instant(state.newest))


def _ask_later(_error: Exception) -> None:
    """The connection mark tells already; the next sign-in asks again."""
