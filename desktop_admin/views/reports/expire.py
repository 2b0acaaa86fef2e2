"""Taking the points whose last day has passed: asked for by hand, where no nightly job does it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from desktop_admin.i18n import _, format_number, ngettext
from desktop_admin.services import expiry
from desktop_admin.services.command import new_request
from desktop_admin.services.expiry import Due, Expired
from desktop_admin.tasks import Cancelled, Progress
from desktop_admin.views.notices import ask

if TYPE_CHECKING:
    from desktop_admin.views.screen import Screen


def expire_now(screen: Screen) -> None:
    """Say what is due, ask, and take it in batches."""
    screen.ask("due", expiry.due, partial(_due, screen), quiet=True)


def _due(screen: Screen, due: Due) -> None:
    if not due.points:
        screen.desk.notices.tell(_("No points are due: none whose last day has passed."), tone="info")
        return
    said = ngettext(
        "{points} points of {count} member have passed their last day.",
        "{points} points of {count} members have passed their last day.",
        due.members,
    ).format(points=format_number(due.points), count=format_number(due.members))
    ask(screen, _("Expire these points?"), said, _("Expire"), partial(_start, screen))


def _start(screen: Screen) -> None:
    job = partial(_run, new_request())
    screen.desk.tasks.run(screen, job, partial(_done, screen), partial(_failed, screen))


def _run(request: str, progress: Progress) -> Expired:
    return expiry.run(progress.write, request, progress)


def _done(screen: Screen, found: Expired) -> None:
    screen.desk.notices.tell(
        _("{points} points of {members} members expired.").format(
            points=format_number(found.points), members=format_number(found.members)
        )
    )


def _failed(screen: Screen, error: Exception) -> None:
    if not isinstance(error, Cancelled):
        screen.desk.notices.report(error)
