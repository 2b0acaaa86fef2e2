"""What a machine holds of an operator who signed in here by password: the open shop, and the PIN that leads back today.

Nothing of it leaves the memory. A PIN opens only what its own operator left open here this day, and the server is asked
each time; what opens a lock while no server answers is in ``reopening``.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date

from desktop_admin.i18n import N_
from desktop_admin.services.command import unlisted
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.operators import secrets
from desktop_admin.services.operators.signing import SWITCH
from desktop_admin.services.operators.trying import PIN_TRIES
from desktop_admin.services.work import Actor, Work

_OWN_ROLES = Sql("SELECT 0", postgresql="SELECT to_regprocedure('own_pin()') IS NOT NULL")
_OWN_PIN = Sql("SELECT ''", postgresql="SELECT own_pin()")
_PIN = Sql("SELECT pin_hash FROM operator WHERE id = :id")


@dataclass(eq=False)
class Held:
    """An operator's open shop on this machine."""

    database: Database
    actor: Actor
    day: date
    pin_hash: str = field(default="", repr=False)
    failures: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def by_pin(self) -> bool:
        """Whether its operator may come back by PIN."""
        return bool(self.pin_hash)


def hold(database: Database, actor: Actor) -> Held:
    """Keep what was just opened with a password."""
    day, pin = database.read(lambda work: (work.today, _pin(work, actor)))
    return Held(database, actor, day, pin)


def open_by_pin(held: Held, pin: str) -> None:
    """Refused unless the PIN fits, its operator signed in here today, and fewer than five tries failed.

    Trouble while no server answers: it knows the PIN in force.
    """
    with held.lock:
        today, held.pin_hash = held.database.read(lambda work: (work.today, _pin(work, held.actor)))
        if not held.pin_hash or today != held.day:
            message = N_("Sign in with the password first; then the PIN works here for the day.")
            raise Refused(message, field="pin", password=True)
        if held.failures >= PIN_TRIES:
            raise Refused(N_("Too many wrong PINs. Sign in with the password."), field="pin", password=True)
        held.failures += 1
        if not secrets.fits(held.pin_hash, pin):
            raise Refused(N_("Wrong PIN."), field="password", left=PIN_TRIES - held.failures)
        held.failures = 0
        if not held.database.readonly:
            held.database.write(_trace, actor=held.actor)


def _pin(work: Work, actor: Actor) -> str:
    return str(work.value(_OWN_PIN) if work.value(_OWN_ROLES) else work.value(_PIN, id=actor.operator_id))


def _trace(work: Work) -> None:
    with unlisted(work, SWITCH):
        where = {"workstation": work.actor.workstation}
        work.audit("change operator", "operator", work.actor.operator_id, None, where)
