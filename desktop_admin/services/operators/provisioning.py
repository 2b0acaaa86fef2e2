"""Setting up a shop on its server: roles, rights, and a one-time password for everybody who needs one.

Done by the server's administrator after founding a shop there or moving one over, and again after a restore.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass

from desktop_admin.i18n import N_
from desktop_admin.services import shop
from desktop_admin.services.command import unlisted
from desktop_admin.services.database.authority import setting_up
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused
from desktop_admin.services.operators import secrets
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work


@dataclass(frozen=True, slots=True)
class Given:
    """A role of the server and the password that was made for it; ``role`` is empty for the one that upgrades."""

    account: str
    login: str
    name: str
    role: str
    password: str

    def __repr__(self) -> str:
        return f"Given({self.account!r})"


@dataclass(frozen=True, slots=True)
class SetUp:
    """What the names of the shop's roles begin with, and who was given a password; each is shown once."""

    prefix: str
    given: tuple[Given, ...]


def set_up(url: str, *, everybody: bool = False) -> SetUp:
    """Make or renew the roles and rights of a shop on its server. ``everybody`` gets a new one-time password.

    Refused for a file. Trouble for an account that is not the server's administrator.
    """
    database = Database.open(url)
    try:
        if not database.on_server:
            raise Refused(N_("A shop in a file has no roles; move it to a server first."))
        made: dict[str, secrets.Secret] = {}

        def verifier(login: str) -> str:
            made[login] = secrets.new_secret()
            return made[login].verifier

        prefix, people = setting_up.run(database.engine, verifier, everybody=everybody)
        _note(database, [person.login for person in people])
        given = [Given(p.account, p.login, p.name, p.role, made[p.login].plain) for p in people]
        if "migrator" in made:
            given.append(Given(f"{prefix}:migrator", "", "", "", made["migrator"].plain))
        return SetUp(prefix, tuple(given))
    finally:
        database.close()


def _note(database: Database, logins: list[str]) -> None:
    """Leave a trace of who set it up, from where."""

    def note(work: Work) -> None:
        with unlisted(work, "operators.set_up"):
            work.audit("set up roles", "shop", 1, None, {"passwords": logins, "where": socket.gethostname()})
            work.touch(Topic.OPERATORS)

    database.write(note, actor=shop.system_actor(database))


