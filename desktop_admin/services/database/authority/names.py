"""Names of a shop's roles on its server: all begin with the database's name, for roles belong to a whole server."""

from __future__ import annotations

import hashlib
import re

from desktop_admin.services.permissions import Role

_MOST = 63  # bytes of a name on PostgreSQL
_PLAIN = re.compile(r"[a-z0-9_.\-]{1,30}")


def prefix(database: str) -> str:
    """What the names of a shop's roles begin with: the database's name, or a digest where it is long."""
    return database if len(database.encode()) <= 30 else "pd" + _digest(database)


def login_role(database: str, login: str) -> str:
    """The role an operator signs in with; ``login`` as ``operators.normal_login`` answers it."""
    return account_name(prefix(database), login)


def account_name(shop: str, login: str) -> str:
    """As ``login_role``, where the prefix of the shop's roles is known."""
    plain = login if _PLAIN.fullmatch(login) and not re.fullmatch(r"x[0-9a-f]{16}", login) else "x" + _digest(login)
    name = f"{shop}.{plain}"
    assert len(name.encode()) <= _MOST
    return name


def group_role(database: str, role: Role | str) -> str:
    """The role that holds the rights of a role of the shop; also ``owner``, ``migrator`` and ``keeper``."""
    return f"{prefix(database)}:{role}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def quoted(name: str) -> str:
    """A role's name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'
