"""A way back in when the administrator's password is lost: from the machine that holds the database.

Whoever can write the file (or holds the server account) can do this; it leaves a trace that nobody can remove and that
every administrator is shown at the next sign-in.
"""

from __future__ import annotations

import getpass
import socket
from dataclasses import dataclass

from desktop_admin.i18n import N_
from desktop_admin.services import shop
from desktop_admin.services.command import unlisted
from desktop_admin.services.database.clock import Clock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.operators import accounts_on_server, secrets
from desktop_admin.services.operators.trying import forgive_everywhere, normal_login
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

_ADMINISTRATORS = Sql("SELECT id, login, name FROM operator WHERE role = 'administrator' AND active = 1 ORDER BY id")
_SET = Sql("UPDATE operator SET password_hash = :hash, pin_hash = '', must_change = 1 WHERE id = :id")


@dataclass(frozen=True, slots=True)
class Recovered:
    """Who can sign in again, with which one-time password."""

    login: str
    name: str
    one_time_password: str

    def __repr__(self) -> str:
        return f"Recovered({self.login!r})"


def recover(url: str, *, login: str = "", clock: Clock | None = None) -> Recovered:
    """Give an administrator a one-time password. Refused where the name is not an active administrator's.

    Without ``login``: the only administrator; where there are several, the refusal names them.
    """
    database = Database.open(url, clock=clock)
    try:
        return recover_in(database, login=login)
    finally:
        database.close()


def recover_in(database: Database, *, login: str = "") -> Recovered:
    """As ``recover``, on an open database."""
    known = database.read(lambda work: work.all(_ADMINISTRATORS))
    wanted = [row for row in known if not login or row.login in (login.strip(), normal_login(login))]
    if len(wanted) != 1:
        names = ", ".join(row.login for row in known)
        raise Refused(N_("Name one of the active administrators: {names}."), field="login", names=names)
    person, secret = wanted[0], secrets.new_secret()
    where = f"{getpass.getuser()}@{socket.gethostname()}"

    def store(work: Work) -> None:
        with unlisted(work, "operators.recover"):
            work.run(_SET, hash=secret.hash, id=person.id)
            accounts_on_server.keep(work, person.id, secret.verifier)
            forgive_everywhere(work, login=person.login, operator_id=person.id)
            facts = {"login": person.login, "where": where}
            work.audit("recover", "recovery", 0, None, facts)
            work.audit("recover", "operator", person.id, None, facts)
            work.touch(Topic.OPERATORS)

    database.write(store, actor=shop.system_actor(database, where))
    return Recovered(person.login, person.name, secret.plain)
