"""What became of a request whose answer was lost. Asked by request id, on whatever connection there is now."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from desktop_admin.i18n import N_
from desktop_admin.services.command import command, query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.work import Actor, Work

MOST = 200  # requests asked for at once
_WITHDRAWN = "outcomes.withdraw"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One request: ``booked`` as which operation and when, or withdrawn for good."""

    request: str
    booked: bool
    operation_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A request under which nothing will ever be booked."""

    request: str


@query(Permission.USE_PROGRAM)
def known(work: Work, *, requests: tuple[str, ...]) -> tuple[Outcome, ...]:
    """What became of one's own requests; one that never arrived is missing."""
    asked = requests[:MOST]
    if not asked:
        return ()
    rows = work.all(
        Sql(
            f"SELECT id, request, kind, recorded_at FROM operation WHERE request IN ({in_list('r', len(asked))}) "
            "AND operator_id = :me"
        ),
        me=work.actor.operator_id, **list_params("r", asked),
    )  # fmt: skip
    return tuple(Outcome(r.request, r.kind != _WITHDRAWN, r.id, parse_instant(r.recorded_at)) for r in rows)


@command(Permission.USE_PROGRAM)
def withdraw(work: Work, *, request: str) -> Withdrawn:
    """Use up a request id, so that whatever was sent under it and is still under way can never be booked.

    Waits for a transaction that is committing under it at this moment. Refused where the request was booked.
    """
    return Withdrawn(request)


def settle(database: Database, *, request: str, actor: Actor) -> Outcome:
    """Whether a request was booked; where it was not, it never will be. Trouble while the server does not answer."""
    ask = partial(known, requests=(request,))
    found = database.read(ask, actor=actor)
    if not found:
        with contextlib.suppress(Refused):  # booked between the two, or this operator may do nothing any more
            database.write(partial(withdraw, request=request), actor=actor)
        found = database.read(ask, actor=actor)
    if not found:
        raise Refused(N_("Another operator entered this."))
    return found[0]
