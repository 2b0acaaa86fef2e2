"""Grants: what each role of the shop may do with which table, from the permissions it holds."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from desktop_admin.services.database import schema
from desktop_admin.services.database.authority import leave
from desktop_admin.services.database.authority.names import quoted
from desktop_admin.services.permissions import Role

RIGHTS = Path(__file__).parent / "rights.toml"
# read by the shop's owner alone: what passwords and PINs of operators are checked against
SECRETS: Mapping[str, frozenset[str]] = {"operator": frozenset({"password_hash", "pin_hash"})}
# what the program reads before anybody asks leave for anything
EVERYBODY = ("shop", "setting", "branch", "tier", "reason", "operation", "receipt")

_LOCKING = "version"  # the column whose right lets a role lock a row: to change it does nothing to the books


def columns(table: str) -> tuple[str, ...]:
    """The columns of a table."""
    return schema.columns("postgresql")[table]


@cache
def rights() -> Mapping[str, Mapping[str, Any]]:
    """What the services of each permission do: tables they select, add to, lock, delete from; columns they write."""
    return tomllib.loads(RIGHTS.read_text(encoding="utf-8"))


def of_role(role: Role) -> dict[tuple[str, str], set[str]]:
    """(verb, table) -> columns, over all permissions of the role; DELETE has none."""
    out: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table in EVERYBODY:
        out["select", table] |= set(columns(table))
    out["select", "operator"] |= set(columns("operator")) - SECRETS["operator"]
    for permission in leave.permissions(role):
        said = rights().get(permission.value, {})
        for table in said.get("select", ()):
            out["select", table] |= set(columns(table)) - SECRETS.get(table, frozenset())
        for table in said.get("lock", ()):
            out["update", table] |= {_LOCKING if _LOCKING in columns(table) else columns(table)[0]}
        for table in said.get("delete", ()):
            out["delete", table] |= set()
        for verb in ("insert", "update"):
            for table, names in said.get(verb, {}).items():
                out[verb, table] |= set(names)
    return out


def statements(prefix: str) -> Iterator[str]:
    """Every GRANT of the shop; what was granted before is taken away first."""
    groups = {role: quoted(f"{prefix}:{role.value}") for role in Role}
    everybody = ", ".join(groups.values())
    for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        yield f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM PUBLIC, {everybody}"
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {everybody}"
    yield f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {everybody}"  # each of them asks who calls
    for role, group in groups.items():
        for (verb, table), names in sorted(of_role(role).items()):
            said = "" if verb == "delete" or names >= set(columns(table)) else f" ({', '.join(sorted(names))})"
            yield f"GRANT {verb.upper()}{said} ON {table} TO {group}"
        yield from (f"GRANT USAGE ON SEQUENCE {table}_id_seq TO {group}" for table in numbered(role))


def numbered(role: Role) -> list[str]:
    """The tables of whose rows a role asks for ids: those it adds to, also the ledgers."""
    tables = {table for verb, table in of_role(role) if verb == "insert"}
    for permission in leave.permissions(role):
        tables |= set(rights().get(permission.value, {}).get("add", ()))
    return sorted(table for table in tables if columns(table)[0] == "id")
