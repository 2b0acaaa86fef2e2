"""Signing in on a server: the operator's own account there opens the shop, and the server checks the password.

There is no connection of the program's own: before somebody signed in, nothing of the shop can be read.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy.exc import DBAPIError

from desktop_admin import __version__
from desktop_admin.i18n import N_
from desktop_admin.services.command import unlisted
from desktop_admin.services.database import failures
from desktop_admin.services.database.authority.names import login_role
from desktop_admin.services.database.clock import Clock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.knocking import Knock, Step, knock
from desktop_admin.services.database.servers import Server, application_name
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.operators.secrets import looks_given
from desktop_admin.services.operators.signing import ONE_TIME_HOURS, SIGN_IN, check_one_time
from desktop_admin.services.operators.trying import normal_login, refuse_early
from desktop_admin.services.permissions import Role
from desktop_admin.services.work import Actor, Work

WRONG = N_("Wrong name or password.")
_PERHAPS_LAPSED = N_(
    "Wrong name or password. A one-time password lapses after {hours} hours; ask an administrator for a new one."
)
SWITCHED_OFF = N_("Your account is switched off. Ask an administrator.")
NOT_FOUND = N_("The database server does not answer. Check the network, or ask whoever looks after the server.")

_PERSON = Sql(
    "SELECT o.id, o.name, o.role, o.active, o.must_change, o.branch_id, b.name AS branch FROM operator o "
    "JOIN branch b ON b.id = o.branch_id WHERE o.login = :login AND o.role <> 'system'"
)
_BRANCH = Sql("SELECT id, name FROM branch WHERE id = :id AND active = 1")
_SESSION = Sql("SELECT '' AS account", postgresql="SELECT session_user AS account")
_SIGNED_IN = Sql("UPDATE operator SET last_sign_in = :now WHERE id = :id AND active = 1")


class Failures:
    """Wrong passwords per name on this machine, until the program ends: the server itself has no lock-out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count: dict[str, tuple[int, datetime]] = {}

    def check(self, name: str) -> None:
        """Refused while the wait of the last failures lasts."""
        with self._lock:
            count, last = self._count.get(name, (0, None))
        refuse_early(count, last, datetime.now(UTC))

    def count(self, name: str) -> None:
        with self._lock:
            self._count[name] = self._count.get(name, (0, None))[0] + 1, datetime.now(UTC)

    def forgive(self, name: str) -> int:
        """Forget them; how many there were."""
        with self._lock:
            return self._count.pop(name, (0, None))[0]


FAILURES = Failures()


def sign_in(
    address: Server,
    *,
    login: str,
    password: str,
    workstation: str,
    branch_id: int | None = None,
    clock: Clock | None = None,
) -> tuple[Database, Actor]:
    """Open the shop as the operator; ``branch_id`` is where the machine stands, else the operator's own branch.

    Refused with the same words for an unknown name and a wrong password, and after five of them only after a wait; for
    an account that is switched off; for a one-time password after 72 hours. Trouble with the fact ``offline`` where no
    server answers. The caller closes the database.
    """
    name = normal_login(login)
    FAILURES.check(name)
    database = _opened(address, name, password, workstation, clock)
    try:
        person = database.read(partial(_person, name=name, account=login_role(address.database, name)))
        actor = _actor(database, person, workstation, branch_id)
        failures_before = FAILURES.forgive(name)
        if not database.readonly:  # a shop that may only be looked at is looked at
            database.write(partial(_enter, failures=failures_before), actor=actor)
    except BaseException:
        database.close()
        raise
    return database, actor


def _opened(address: Server, name: str, password: str, workstation: str, clock: Clock | None) -> Database:
    user, application = login_role(address.database, name), application_name(__version__, workstation)
    said: dict[str, Any] = {"user": user, "password": password, "application": application}
    try:
        return Database.open(address.url(**said), clock=clock, replica=address.replica_url(**said))
    except DBAPIError as error:
        raise failures.trouble(error) from None  # the cause would show where it came from, the address with it
    except Trouble as trouble:
        if not trouble.facts.get("offline"):
            raise
    # libpq tells why only in the server's language: knock, and read the codes
    raise _reason([knock(address, host, **said) for host in address.hosts], name, password) from None


def _reason(found: Iterable[Knock], name: str, password: str) -> Exception:
    """Why no host let the operator in: what a host said of the account counts for more than a host that is away."""
    told = {(one.step, one.code) for one in found}
    if (Step.PASSWORD, "28P01") in told:
        FAILURES.count(name)
        if looks_given(password):  # said by what was typed alone: the server tells nobody that it has lapsed
            return Refused(_PERHAPS_LAPSED, field="password", hours=ONE_TIME_HOURS)
        return Refused(WRONG, field="password")
    if (Step.DATABASE, "28000") in told:
        return Refused(SWITCHED_OFF, field="login")
    if (Step.DATABASE, "42501") in told:  # an account of the server, but not of this shop
        return Refused(WRONG, field="password")
    reached = [one for one in found if one.step not in (Step.NAME, Step.PORT) and one.problem != "silent"]
    if reached and not any(one.open or one.code.startswith("57P") for one in reached):
        return Trouble(N_("The server was reached, but does not let this machine in. Test the connection."))
    return Trouble(NOT_FOUND, offline=True)


def _person(work: Work, *, name: str, account: str) -> Any:
    person = work.first(_PERSON, login=name)
    if person is None or work.value(_SESSION) != account:
        raise Refused(WRONG, field="password")
    if not person.active:
        raise Refused(SWITCHED_OFF, field="login")
    if person.must_change:
        check_one_time(work, operator_id=person.id)
    return person


def _actor(database: Database, person: Any, workstation: str, branch_id: int | None) -> Actor:
    where = database.read(lambda work: work.first(_BRANCH, id=branch_id)) if branch_id else None
    branch = (where.id, where.name) if where else (person.branch_id, person.branch)
    return Actor(person.id, person.name, Role(person.role), *branch, workstation, bool(person.must_change))


def _enter(work: Work, *, failures: int) -> None:
    """The trace in the trail, with how often this name was tried in vain on this machine before."""
    actor = work.actor
    with unlisted(work, SIGN_IN):
        work.run(_SIGNED_IN, now=work.now_text, id=actor.operator_id)
        facts: dict[str, object] = {"workstation": actor.workstation}
        if failures:
            facts["failures"] = failures
        work.audit("sign in", "operator", actor.operator_id, None, facts)
