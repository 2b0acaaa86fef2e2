"""`python -m tools.rights FOLDER...`: from what the tests were seen to run, which rights each permission needs.

The tests write the folders: `python3 dev.py test tests/services --record-rights FOLDER`. What is written,
`services/database/authority/rights.toml`, is what `grants.py` gives the shop's roles on a server: a role has the rights
of the permissions it holds, and no others. The PostgreSQL half of the tests then runs under these very rights. Without
folders only ``leave.sql`` is made anew.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from desktop_admin import services
from desktop_admin.services.command import COMMANDS
from desktop_admin.services.database import schema
from desktop_admin.services.database.authority import grants, leave
from desktop_admin.services.database.authority.grants import RIGHTS, columns
from desktop_admin.services.database.ledgers import BY_FUNCTION
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.permissions import Permission

LEAVE = RIGHTS.with_name("leave.sql")

_WORDS = re.compile(r"\w+")
_INSERT = re.compile(r"INSERT INTO (\w+) \(([^)]*)\)")
_UPDATE = re.compile(r"\bUPDATE (\w+)(?: \w+)? SET (.*?)(?= WHERE | FROM | RETURNING |$)", re.DOTALL)
_CONFLICT = re.compile(r"INSERT INTO (\w+).*?DO UPDATE SET (.*?)(?= WHERE | RETURNING |$)", re.DOTALL)
_ADD = re.compile(r"SELECT add_(\w+)\(")
_DELETE = re.compile(r"DELETE FROM (\w+)")
_WRITES = re.compile(r"INSERT|UPDATE|DELETE")
_BULK = "VALUES ()"  # rows added by the engine's bulk path
_COMPOSED = re.compile(r"UPDATE member SET (?:earn|spend)_frozen = %\(reason\)s")  # services/members/editing.py
_LOCK = re.compile(r"FOR (?:NO KEY )?UPDATE")

Needed = dict[str, dict[str, set[str]]]  # permission -> "insert item" -> columns


def main() -> int:
    commands = declared()
    seen = read([Path(name) for name in sys.argv[1:]])
    needed: Needed = defaultdict(lambda: defaultdict(set))
    for under, statements in seen.items():
        permission = leave.of_kind(under.removeprefix("kind:")) if under.startswith("kind:") else under
        for statement in statements if permission in set(Permission) else ():
            for right, names in rights_of(statement):
                needed[str(permission)][right] |= names
    if seen:
        RIGHTS.write_text(rendered(needed), encoding="utf-8")
        grants.rights.cache_clear()
    LEAVE.write_text(leave.functions(commands, ledgers()), encoding="utf-8")
    return 0


def declared() -> dict[str, Permission]:
    """Every command of the program and the permission it declares."""
    for module in pkgutil.walk_packages(services.__path__, f"{services.__name__}."):
        if not module.name.endswith("worker") and ".upgrades" not in module.name:
            importlib.import_module(module.name)
    return {
        name: Permission(command.permission)  # type: ignore[attr-defined]
        for name, command in COMMANDS.items() if command.__module__.startswith(services.__name__)
    }  # fmt: skip


def ledgers() -> dict[Permission, frozenset[str]]:
    """Which append-only tables the services of each permission add to."""
    return {
        permission: frozenset(grants.rights().get(permission.value, {}).get("add", ())) for permission in Permission
    }


def read(folders: list[Path]) -> dict[str, set[str]]:
    """Every statement by the permission it ran under; writing ones only where a service declares them."""
    ours = _declared_statements()
    seen: dict[str, set[str]] = defaultdict(set)
    for folder in folders:
        for path in folder.glob("*.json"):
            for under, statements in json.loads(path.read_text()).items():
                seen[under] |= {
                    said for said in statements
                    if not _WRITES.match(said) or said in ours or said.endswith(_BULK) or _COMPOSED.match(said)
                }  # fmt: skip
    return seen


def _declared_statements() -> set[str]:
    """The statements that stand in the services' modules: a test's own are no reason for a right."""
    return {
        value.postgresql
        for name, module in list(sys.modules.items()) if name.startswith("desktop_admin.services.")
        for value in vars(module).values() if isinstance(value, Sql)
    }  # fmt: skip


def rights_of(statement: str) -> Iterator[tuple[str, set[str]]]:
    """What a statement needs: ("update member", {"name", "phone"}), ("select member", set()) ..."""
    tables = schema.columns("postgresql")
    mentioned = [word for word in dict.fromkeys(_WORDS.findall(statement)) if word in tables]
    for table in mentioned:
        yield f"select {table}", set()
    for table in _ADD.findall(statement):
        yield f"insert {table}", set()
    for table, names in _INSERT.findall(statement):
        yield f"insert {table}", {name.strip() for name in names.split(",")}
    flat = _flat(statement)
    for table, assignments in (*_UPDATE.findall(flat), *_CONFLICT.findall(flat)):
        assigned = {part.partition("=")[0].strip() for part in assignments.split(",")}
        yield f"update {table}", assigned & set(columns(table))
    for table in _DELETE.findall(statement):
        yield f"delete {table}", set()
    if _LOCK.search(statement):
        first = re.search(r"\bFROM (\w+)", statement)
        if first and first[1] in tables and first[1] not in BY_FUNCTION:
            yield f"lock {first[1]}", set()


def _flat(statement: str) -> str:
    """A statement without what stands in brackets."""
    while (shorter := re.sub(r"\([^()]*\)", "", statement)) != statement:
        statement = shorter
    return statement


def rendered(needed: Needed) -> str:
    """The file, sorted; tables that are written through functions alone keep their reading and what adds to them."""
    lines = ["# Made by `python -m tools.rights`; see there. What the services of each permission do to which tables."]
    for permission in sorted(needed):
        lines.append(f"\n[{permission}]")
        plain: dict[str, list[str]] = {"select": [], "add": [], "lock": [], "delete": []}
        named: list[str] = []
        for right in sorted(needed[permission]):
            verb, _, table = right.partition(" ")
            if table in BY_FUNCTION and verb != "select":
                verb = "add" if verb == "insert" else ""
            if verb in plain:
                plain[verb].append(table)
            elif verb:
                named.append(f"{verb}.{table} = {_listed(sorted(needed[permission][right]), len(verb + table) + 4)}")
        lines += [f"{verb} = {_listed(tables, len(verb) + 3)}" for verb, tables in plain.items() if tables]
        lines += named
    return "\n".join(lines) + "\n"


def _listed(names: list[str], indent: int) -> str:
    """A list of names, wrapped."""
    lines, line = [], ""
    for name in names:
        if indent + len(line) + len(name) > 110:
            lines.append(line)
            line, indent = "", 4
        line += f'"{name}", '
    lines.append(line.rstrip(", "))
    return "[" + "\n    ".join(part.rstrip() for part in lines) + "]"


if __name__ == "__main__":
    raise SystemExit(main())
