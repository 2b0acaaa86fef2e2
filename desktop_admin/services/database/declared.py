"""Is everything there that guards the books? Compares the database with the declared triggers and indexes."""

from __future__ import annotations

import re
from hashlib import md5

from desktop_admin.i18n import N_
from desktop_admin.services.database.schema import tables, triggers
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.database.work import Work
from desktop_admin.services.rules.words import Sentence

MESSAGE = N_("A table, index or trigger of the books is missing or was changed.")
MISSING = {
    "table": N_("table {name} is missing"),
    "index": N_("index {name} is missing"),
    "trigger": N_("trigger {name} is missing"),
    "function": N_("function {name} is missing"),
}
CHANGED = {
    "table": N_("table {name} was changed"),
    "index": N_("index {name} was changed"),
    "trigger": N_("trigger {name} was changed"),
    "function": N_("function {name} was changed"),
}
DISABLED = N_("trigger {name} is switched off")

_SQLITE = Sql(
    "SELECT type AS kind, name, sql FROM sqlite_schema WHERE type IN ('table', 'index', 'trigger') AND sql IS NOT NULL"
)
_POSTGRESQL = Sql(
    "SELECT 'table' AS kind, tablename AS name, '' AS sql FROM pg_tables WHERE schemaname = current_schema() UNION ALL "
    "SELECT 'index', indexname, '' FROM pg_indexes WHERE schemaname = current_schema() UNION ALL "
    "SELECT 'trigger', tgname || '@' || c.relname, CASE WHEN tgenabled IN ('O', 'A') THEN '' ELSE 'disabled' END "
    "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal "
    "AND c.relnamespace = current_schema()::regnamespace UNION ALL "
    "SELECT 'function', proname, md5(btrim(prosrc)) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
)


def missing(work: Work) -> list[Sentence]:
    """What is declared but not there, or there in another form."""
    return _sqlite(work) if work.engine == "sqlite" else _postgresql(work)


def _sqlite(work: Work) -> list[Sentence]:
    there = {(row.kind, row.name): _squeeze(row.sql) for row in work.all(_SQLITE)}
    out = []
    for statement in (*tables("sqlite"), *triggers("sqlite")):
        kind, name = _names(statement)
        found = there.get((kind, name))
        if found is None:
            out.append(Sentence(MISSING[kind], {"name": name}))
        elif found != _squeeze(statement):
            out.append(Sentence(CHANGED[kind], {"name": name}))
    return out


def _postgresql(work: Work) -> list[Sentence]:
    there = {(row.kind, row.name): row.sql for row in work.all(_POSTGRESQL)}
    out = []
    for statement in (*tables("postgresql"), *triggers("postgresql")):
        kind, name = _names(statement)
        if kind == "trigger":
            found = re.search(r"\bON (\w+)", re.sub(r"UPDATE OF [\w, ]+ ON", "UPDATE ON", statement))
            name = f"{name}@{found[1] if found else ''}"
        state = there.get((kind, name))
        if state is None:
            out.append(Sentence(MISSING[kind], {"name": name}))
        elif state == "disabled":
            out.append(Sentence(DISABLED, {"name": name}))
        elif kind == "function" and state != _body(statement):
            out.append(Sentence(CHANGED[kind], {"name": name}))
    return out


def _names(statement: str) -> tuple[str, str]:
    found = re.match(r"CREATE (?:UNIQUE |CONSTRAINT )?(TABLE|INDEX|TRIGGER|FUNCTION) (\w+)", statement)
    assert found is not None, statement
    return found[1].lower(), found[2]


def _body(statement: str) -> str:
    """The digest of a function's body as the server keeps it; one in the standard's form has none."""
    found = re.search(r"\$\$(.*)\$\$", statement, re.DOTALL)
    return md5((found[1] if found else "").strip(" ").encode(), usedforsecurity=False).hexdigest()


def _squeeze(text: str) -> str:
    """A statement without the blanks that do not matter: a column added later is not written as one made at once."""
    return re.sub(r" ?([(),]) ?", r"\1", re.sub(r"\s+", " ", text)).strip()
