"""Whether the clock can be believed, and a manager's word that it can."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop_admin.i18n import N_
from desktop_admin.services import set_back
from desktop_admin.services.command import command, query
from desktop_admin.services.database.clock import instant
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work


@dataclass(frozen=True, slots=True)
class ClockState:
    """The clock's time, and the newest act's where that is later: then nothing is recorded until it is right."""

    now: datetime
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class ClockConfirmed:
    """From which time to which the shop's time went back."""

    newest: datetime
    now: datetime


@query(Permission.USE_PROGRAM)
def look(work: Work) -> ClockState:
    """How the clock stands."""
    return ClockState(work.now, set_back.before(work))


@command(Permission.DECIDE_APPROVALS, Topic.SETTINGS)
def confirm(work: Work, *, request: str) -> ClockConfirmed:
    """Say that the clock is right although it stands before the newest act; both times go to the audit trail.

    Refuses where there is nothing to confirm.
    """
    newest = set_back.before(work)
    if newest is None:
        raise Refused(N_("The clock does not stand before the newest act; there is nothing to confirm."))
    work.audit("confirm", "clock", 0, {"time": instant(newest)}, {"time": instant(work.now)})
    return ClockConfirmed(newest, work.now)
