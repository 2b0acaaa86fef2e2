"""Four eyes: a second administrator or manager confirms an act with their own name and password.

They do not sign in: the act stays the one's who does it, the witness stands beside it in the trace.
"""

from __future__ import annotations

from desktop_admin.i18n import N_
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.operators.signing import proven
from desktop_admin.services.permissions import Role
from desktop_admin.services.work import Actor, Work

_OTHERS = Sql(
    "SELECT count(*) FROM operator WHERE role IN ('administrator', 'manager') AND active = 1 AND must_change = 0 "
    "AND id <> :id"
)
_ONE = Sql("SELECT role, must_change FROM operator WHERE id = :id AND active = 1")
_TWO = N_("A second administrator or manager must confirm this.")


def needed(work: Work, actor: Actor) -> bool:
    """Whether there is anybody besides the actor who could confirm. Jobs need nobody: who runs them has the file."""
    return actor.role is not Role.SYSTEM and bool(work.value(_OTHERS, id=actor.operator_id))


def check(work: Work, actor: Actor, witness: Actor | None) -> None:
    """Refused where somebody could confirm and the witness is nobody, the actor, or may not."""
    if not needed(work, actor):
        return
    row = None if witness is None else work.first(_ONE, id=witness.operator_id)
    right = row is not None and not row.must_change and row.role in (Role.ADMINISTRATOR, Role.MANAGER)
    if witness is None or not right or witness.operator_id == actor.operator_id:
        raise Refused(_TWO, field="witness")


def confirm(database: Database, *, actor: Actor, login: str, password: str) -> Actor:
    """The witness, by name and password. Refused, and counted as at signing in, where they are wrong.

    Refused too for the actor's own name and for a role that may not confirm.
    """
    try:
        witness = proven(database, login=login, password=password, workstation=actor.workstation)
    except Refused as error:
        error.field = "witness"
        raise
    database.read(lambda work: check(work, actor, witness))
    return witness
