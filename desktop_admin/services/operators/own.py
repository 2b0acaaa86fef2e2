"""What operators do with their own account: password, PIN, and what the sign-in form may ask."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from desktop_admin.i18n import N_
from desktop_admin.services.command import command, query, unlisted
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.operators import accounts_on_server, secrets, signing
from desktop_admin.services.operators.accounts_on_server import with_pin
from desktop_admin.services.permissions import Permission
from desktop_admin.services.work import Actor, Work

_ME = Sql("SELECT login, name FROM operator WHERE id = :id")
_PASSWORD = Sql("UPDATE operator SET password_hash = :hash, must_change = 0 WHERE id = :id AND active = 1")
_DUE_NO_MORE = Sql("UPDATE operator SET must_change = 0 WHERE id = :id AND active = 1")  # the server keeps the password
_PIN = Sql("UPDATE operator SET pin_hash = :hash WHERE id = :id AND active = 1")
_NAMES = with_pin(
    "SELECT o.id, o.login, o.name, o.role, {has_pin} AS has_pin, EXISTS (SELECT 1 FROM operation p "
    "WHERE p.operator_id = o.id AND p.business_date = :today AND p.workstation = :workstation "
    "AND p.kind = :kind) AS here "
    "FROM operator o WHERE o.active = 1 AND o.role <> 'system' ORDER BY o.name, o.id"
)
_RECOVERIES = Sql(
    "SELECT a.id, a.after, p.recorded_at FROM audit a JOIN operation p ON p.id = a.operation_id "
    "WHERE a.subject = 'recovery' AND a.subject_id = 0 AND a.id > coalesce((SELECT max(s.id) FROM audit s "
    "WHERE s.subject = 'recovery-seen' AND s.subject_id = :id), 0) ORDER BY a.id"
)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who may take over here: ``by_pin`` where a PIN suffices on this workstation today."""

    id: int
    login: str
    name: str
    role: str
    by_pin: bool


@dataclass(frozen=True, slots=True)
class Recovery:
    """An administrator's password was set from outside the program."""

    at: datetime
    facts: str  # JSON: login, where


@dataclass(frozen=True, slots=True)
class Seen:
    """How many notices an administrator has read."""

    count: int


def change_password(database: Database, *, actor: Actor, old: str, new: str) -> Actor:
    """Choose a new password of one's own; answers the actor to go on with.

    Refused where the old one is wrong, where the new one is short, common or made from a name, and where it is the old.
    """
    signing_name = database.read(lambda work: work.first(_ME, id=actor.operator_id))
    if signing_name is None:
        raise Refused(N_("Your account was switched off. Nothing was done."), signed_out=True)
    try:
        signing.prove(database, actor=actor, password=old)
    except Refused as error:
        error.field = "old"
        raise
    if old == new:
        raise Refused(N_("The new password is the old one."), field="new")
    hashed = secrets.checked_hash(new, names=(signing_name.login, signing_name.name, database.shop.name))

    def store(work: Work) -> bool:
        own = accounts_on_server.own(work)
        with unlisted(work, "operators.change_password"):
            if own:
                accounts_on_server.keep(work, actor.operator_id, secrets.verifier(new))
            said = {"id": actor.operator_id} if own else {"id": actor.operator_id, "hash": hashed}
            if not work.run(_DUE_NO_MORE if own else _PASSWORD, **said):
                raise Refused(N_("Your account was switched off. Nothing was done."), signed_out=True)
            work.audit("change password", "operator", actor.operator_id)
        return own

    if database.write(store, actor=actor).result:  # from here on the old one opens no line any more: nothing is asked
        database.use_password(new)
    return replace(actor, must_change=False)


def signed_in_at_server(database: Database, *, actor: Actor) -> bool:
    """Whether the actor signed in with an account of the server: a new password takes a new sign-in."""
    return database.read(accounts_on_server.own, actor=actor)


def set_pin(database: Database, *, actor: Actor, password: str, pin: str) -> None:
    """Choose a PIN for taking over quickly; an empty one takes it away. Refused where the password is wrong."""
    hashed = secrets.pin_hash(pin) if pin else ""
    signing.prove(database, actor=actor, password=password)

    def store(work: Work) -> None:
        with unlisted(work, "operators.set_pin"):
            if not work.run(_PIN, hash=hashed, id=actor.operator_id):
                raise Refused(N_("Your account was switched off. Nothing was done."), signed_out=True)
            work.audit("set PIN" if pin else "remove PIN", "operator", actor.operator_id)

    database.write(store, actor=actor)


@query(Permission.USE_PROGRAM)
def colleagues(work: Work, *, workstation: str) -> tuple[Colleague, ...]:
    """The active operators, and who may take over here by PIN."""
    rows = work.all(_NAMES, today=work.today_text, workstation=workstation, kind=signing.SIGN_IN)
    return tuple(Colleague(r.id, r.login, r.name, r.role, bool(r.has_pin) and bool(r.here)) for r in rows)


@query(Permission.EDIT_OPERATORS)
def recoveries(work: Work) -> tuple[Recovery, ...]:
    """Passwords set from outside since this administrator last read such notices; shown at signing in."""
    rows = work.all(_RECOVERIES, id=work.actor.operator_id)
    return tuple(Recovery(parse_instant(row.recorded_at), row.after) for row in rows)


@command(Permission.EDIT_OPERATORS)
def see_recoveries(work: Work, *, request: str) -> Seen:
    """The administrator has read the notices. The trace itself stays in the audit trail."""
    count = len(work.all(_RECOVERIES, id=work.actor.operator_id))
    work.audit("read notices", "recovery-seen", work.actor.operator_id, None, {"notices": count})
    return Seen(count)
