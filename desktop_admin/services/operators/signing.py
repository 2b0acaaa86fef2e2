"""Signing in by password, changing the operator by PIN, signing out.

These are no commands: until they end there is nobody to ask leave. They hash outside every transaction, write under
the name of the one who signed in (a failure under that of the program) and leave an audit row either way.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import shop
from desktop_admin.services.command import unlisted
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.operators import accounts_on_server, secrets
from desktop_admin.services.operators.trying import (
    PIN_TRIES,
    count_pin,
    count_try,
    forgive,
    normal_login,
    pin_name,
)
from desktop_admin.services.permissions import Role
from desktop_admin.services.rules.passwords import normalise_password
from desktop_admin.services.work import Actor, Work

SIGN_IN, SWITCH, SIGN_OUT = "operators.sign_in", "operators.switch", "operators.sign_out"
FAILED = "operators.sign_in_failed"
ONE_TIME_HOURS = 72  # a password that somebody else has seen is not good for longer
_WRONG = N_("Wrong name or password.")

_PERSON = (
    "SELECT o.id, o.login, o.name, o.role, o.active, o.must_change, o.password_hash, o.pin_hash, o.branch_id, "
    "b.name AS branch FROM operator o JOIN branch b ON b.id = o.branch_id "
)
_BY_LOGIN = Sql(_PERSON + "WHERE o.login IN (:typed, :login) AND o.role <> 'system' ORDER BY o.id")
_BY_ID = Sql(_PERSON + "WHERE o.id = :id AND o.role <> 'system'")
_BRANCH = Sql("SELECT id, name FROM branch WHERE id = :id AND active = 1")
_SIGNED_IN = Sql("UPDATE operator SET last_sign_in = :now WHERE id = :id AND active = 1 AND password_hash = :seen")
_REHASH = Sql("UPDATE operator SET password_hash = :hash WHERE id = :id AND password_hash = :seen")
_GIVEN = Sql(  # the founder chose theirs and has no such row; setting up roles gives them to many at once
    "SELECT max(g.at) FROM (SELECT p.recorded_at AS at FROM audit a JOIN operation p ON p.id = a.operation_id "
    "WHERE a.subject = 'operator' AND a.subject_id = :id AND a.action IN ('create', 'reset password', 'recover') "
    "UNION ALL SELECT p.recorded_at FROM audit a JOIN operation p ON p.id = a.operation_id "
    "WHERE a.subject = 'shop' AND a.subject_id = 1 AND a.action = 'set up roles') g"
)
_HERE_TODAY = Sql(
    "SELECT id FROM operation WHERE operator_id = :id AND business_date = :today AND workstation = :workstation "
    "AND kind = :kind LIMIT 1"
)


def sign_in(database: Database, *, login: str, password: str, workstation: str, branch_id: int | None = None) -> Actor:
    """Sign in by name and password; ``branch_id`` is where the machine stands, else the operator's own branch.

    Refused with the same words and after the same time for an unknown name and a wrong password; after five failures
    only after a wait; for a deactivated operator; for a one-time password after 72 hours.
    ``must_change`` on the actor: a password of one's own comes first.
    """
    name = normal_login(login)
    person = _person_of(database, login, name, password, workstation)
    rehash = secrets.hash_password(password) if secrets.needs_rehash(person.password_hash) else ""
    actor = _actor(database, person, workstation, branch_id)
    if not database.readonly:
        database.write(partial(_enter, person=person, name=name, rehash=rehash), actor=actor)
    return actor


def switch(database: Database, *, operator_id: int, pin: str, workstation: str, branch_id: int | None = None) -> Actor:
    """Change the operator by PIN, where that operator signed in by password today.

    Refused elsewhere, after five wrong tries, and without a PIN: then the password is asked.
    """
    person = _count(database, lambda work: _try_pin(work, operator_id, workstation))
    if not secrets.fits(person.pin_hash, pin):
        _failed(database, person, person.login, workstation, "pin")
        raise Refused(N_("Wrong PIN."), field="pin", left=max(0, PIN_TRIES - person.failures - 1))
    actor = _actor(database, person, workstation, branch_id)
    database.write(partial(_enter_by_pin, person=person), actor=actor)
    return actor


def enter(database: Database, *, login: str, password: str, workstation: str, branch_id: int | None = None) -> Actor:
    """Sign in by password; or by PIN, typed in its place, where that takes over here today."""
    if password.isascii() and password.isdigit() and not database.readonly:
        name = normal_login(login)
        person = database.read(lambda work: work.first(_BY_LOGIN, typed=login.strip(), login=name))
        if person is not None:
            try:
                return switch(
                    database, operator_id=person.id, pin=password, workstation=workstation, branch_id=branch_id
                )
            except Refused as error:
                if not error.facts.get("password"):
                    error.field = "password"
                    raise
    return sign_in(database, login=login, password=password, workstation=workstation, branch_id=branch_id)


def prove(database: Database, *, actor: Actor, password: str) -> None:
    """Refused unless this is the actor's password: asked again before a restore and before changing one's secrets."""
    if database.read(accounts_on_server.own, actor=actor):
        if not database.lets_in(normalise_password(password)):
            raise Refused(N_("Wrong password."), field="password")
        return
    person = _count(database, lambda work: _try_own(work, actor))
    if not secrets.fits(person.password_hash, password):
        _failed(database, person, person.login, actor.workstation, "password")
        raise Refused(N_("Wrong password."), field="password")
    if not database.readonly:
        database.write(lambda work: forgive(work, login=person.login, workstation=actor.workstation), actor=None)


def proven(database: Database, *, login: str, password: str, workstation: str) -> Actor:
    """Whose name and password these are, who does not sign in with them. Refused and counted as in ``sign_in``."""
    name = normal_login(login)
    person = _person_of(database, login, name, password, workstation)
    if not database.readonly:
        database.write(lambda work: forgive(work, login=name, workstation=workstation), actor=None)
    return _actor(database, person, workstation, None)


def sign_out(database: Database, *, actor: Actor) -> None:
    """Leave a trace that the operator went."""

    def leave(work: Work) -> None:
        with unlisted(work, SIGN_OUT):
            work.audit("sign out", "operator", actor.operator_id, None, {"workstation": actor.workstation})

    if not database.readonly:
        database.write(leave, actor=actor)


def check_one_time(work: Work, *, operator_id: int) -> None:
    """Refused where an operator's one-time password was given too long ago: the trail says when."""
    given = work.value(_GIVEN, id=operator_id)
    if given is not None and work.now - parse_instant(given) > timedelta(hours=ONE_TIME_HOURS):
        raise Refused(
            N_("This one-time password has lapsed after {hours} hours. Ask an administrator for a new one."),
            field="password", hours=ONE_TIME_HOURS,
        )  # fmt: skip


# -- the steps -----------------------------------------------------------------------------------------------------


def _count(database: Database, attempt: Any) -> Any:
    """Count the try for good before it is judged."""
    return database.read(attempt) if database.readonly else database.write(attempt, actor=None).result


def _person_of(database: Database, login: str, name: str, password: str, workstation: str) -> Any:
    """The operator with this name and password, counted before it is judged."""
    person = _count(database, lambda work: _try_password(work, login.strip(), name, workstation))
    right = secrets.fits(person.password_hash if person else "", password)
    if person is None or not right:
        _failed(database, person, name, workstation, "password")
        raise Refused(_WRONG, field="password")
    if not person.active:
        raise Refused(N_("Your account is switched off. Ask an administrator."), field="login")
    if person.must_change:
        database.read(partial(check_one_time, operator_id=person.id))
    return person


def _try_password(work: Work, typed: str, name: str, workstation: str) -> Any:
    if work.writing:
        count_try(work, login=name, workstation=workstation)
    return work.first(_BY_LOGIN, typed=typed, login=name)


def _try_own(work: Work, actor: Actor) -> Any:
    person = work.first(_BY_ID, id=actor.operator_id)
    if person is None or not person.active:
        raise Refused(N_("Your account was switched off. Nothing was done."), signed_out=True)
    if work.writing:
        count_try(work, login=person.login, workstation=actor.workstation)
    return person


class _Tried:
    """An operator and how often the PIN failed before."""

    def __init__(self, row: Any, failures: int) -> None:
        self._row, self.failures = row, failures

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def _try_pin(work: Work, operator_id: int, workstation: str) -> Any:
    person = work.first(_BY_ID, id=operator_id)
    here = person is not None and work.value(
        _HERE_TODAY, id=operator_id, today=work.today_text, workstation=workstation, kind=SIGN_IN
    )
    if person is None or not here or not person.active or not person.pin_hash or person.must_change:
        message = N_("Sign in with the password first; then the PIN works here for the day.")
        raise Refused(message, field="pin", password=True)
    return _Tried(person, count_pin(work, operator_id=operator_id, workstation=workstation))


def _failed(database: Database, person: Any, name: str, workstation: str, what: str) -> None:
    if database.readonly:
        return

    def note(work: Work) -> None:
        with unlisted(work, FAILED):
            facts = {"login": name, "workstation": workstation, "what": what}
            work.audit("sign-in failed", "operator", person.id if person else 0, None, facts)

    database.write(note, actor=shop.system_actor(database, workstation))


def _actor(database: Database, person: Any, workstation: str, branch_id: int | None) -> Actor:
    where = database.read(lambda work: work.first(_BRANCH, id=branch_id)) if branch_id else None
    branch = (where.id, where.name) if where else (person.branch_id, person.branch)
    return Actor(person.id, person.name, Role(person.role), *branch, workstation, bool(person.must_change))


def _enter(work: Work, *, person: Any, name: str, rehash: str) -> None:
    """The end of signing in. Refused where the account changed while the password was hashed."""
    if not work.run(_SIGNED_IN, now=work.now_text, id=person.id, seen=person.password_hash):
        raise Refused(_WRONG, field="password")
    if rehash:
        work.run(_REHASH, hash=rehash, id=person.id, seen=person.password_hash)
    forgive(work, login=name, workstation=work.actor.workstation)
    forgive(work, login=pin_name(person.id), workstation=work.actor.workstation)
    with unlisted(work, SIGN_IN):
        work.audit("sign in", "operator", person.id, None, {"workstation": work.actor.workstation})


def _enter_by_pin(work: Work, *, person: Any) -> None:
    now = work.first(_BY_ID, id=person.id)
    if now is None or not now.active or now.pin_hash != person.pin_hash:
        raise Refused(N_("Wrong PIN."), field="pin", left=0)
    forgive(work, login=pin_name(person.id), workstation=work.actor.workstation)
    with unlisted(work, SWITCH):
        work.audit("change operator", "operator", person.id, None, {"workstation": work.actor.workstation})
