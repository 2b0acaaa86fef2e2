"""No list scans and no list sorts: the plan of every page of every Keyset, and of finding members, is read.

Lists are found in the modules of the services by themselves: a new one without an index fails here.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

from desktop_admin import services
from desktop_admin.services import audit
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.keyset import Keyset
from desktop_admin.services.members import finding
from desktop_admin.services.redemptions import queues
from tests.house import source

BIG = frozenset({
    "member", "entry", "lot", "lot_use", "purchase", "purchase_line", "redemption", "redemption_line",
    "redemption_event", "movement", "operation", "search_key", "audit", "payment", "approval", "item", "stock",
    "tier_change", "card", "receipt", "import_batch", "import_problem",
})  # fmt: skip
# What is walked in the order of an index or of the row ids, from one end, until a page is full.
WALKS = re.compile(r"^SCAN (\w+)(?: USING (?:COVERING )?INDEX \w+)?$")
# Few thousand orders wait at a time, in six states: each state is read by its index, and they are merged by a sort.
SORTED_IN_MEMORY = frozenset(queues.WAITING.statements())
KEYS = [
    ((True,), "p:138"), ((False,), "p:138"), ((True, True), "n:"), ((True, False, True), "n:"), ((False, True), "y:"),
]  # fmt: skip


def modules() -> list[Any]:
    """Every module of the services, imported."""
    return [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(services.__path__, f"{services.__name__}.")
        if not found.name.endswith(("_worker", ".worker", ".env", ".child")) and ".upgrades." not in found.name
    ]


def pages() -> dict[str, tuple[Sql, ...]]:
    """Every list of the program: where it stands, and the statements of its pages."""
    found: dict[str, tuple[Sql, ...]] = {}
    known: set[int] = set()
    for module in modules():
        short = module.__name__.removeprefix("desktop_admin.services.")
        for name, value in vars(module).items():
            for part, keys in _keysets(value):
                if id(keys) not in known:
                    known.add(id(keys))
                    found[f"{short}.{name}{part}"] = keys.statements()
        listed = getattr(module, "statements", None)
        if callable(listed) and getattr(listed, "__module__", "") == module.__name__ and "database" not in short:
            found[f"{short}.statements"] = tuple(one for one in listed() if "page_rows" in one.names)
    found["audit.PAGES"] = tuple(audit.PAGES.values())
    return found


def _keysets(value: object) -> Iterator[tuple[str, Keyset]]:
    if isinstance(value, Keyset):
        yield "", value
    elif isinstance(value, dict):
        for key, one in value.items():
            if isinstance(one, Keyset):
                yield f"[{key!r}]", one
    elif isinstance(value, (tuple, list)):
        for place, one in enumerate(value):
            if isinstance(one, Keyset):
                yield f"[{place}]", one


def tables(sql: Sql) -> dict[str, str]:
    """What every alias of a statement stands for."""
    names = re.findall(r"\b(?:FROM|JOIN)\s+([a-z_]+)(?:\s+(?:AS\s+)?([a-z]\w*))?", sql.sqlite)
    return {alias or table: table for table, alias in names} | {table: table for table, _alias in names}


def plan(database: Database, sql: Sql) -> list[str]:
    """How SQLite would answer."""
    explained = Sql("EXPLAIN QUERY PLAN " + sql.sqlite)
    return [row.detail for row in database.read(lambda work: work.all(explained, **said(sql)))]


def said(sql: Sql) -> dict[str, object]:
    """Something for every parameter: as text, which either engine takes for a number where one is wanted."""
    return dict.fromkeys(sql.names, "1")


def generic(connection: Any, sql: Sql) -> list[str]:
    """How PostgreSQL would answer whatever the parameters are."""
    names = sorted(sql.names)
    text = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", sql.postgresql)
    values = ", ".join(["'1'"] * len(names))
    connection.exec_driver_sql("PREPARE asked AS " + text)
    rows = connection.exec_driver_sql("EXPLAIN (COSTS OFF) EXECUTE asked" + (f" ({values})" if names else ""))
    steps = [str(row[0]) for row in rows]
    connection.exec_driver_sql("DEALLOCATE asked")
    return steps


def faults(sql: Sql, steps: list[str]) -> list[str]:
    """What of a plan on SQLite grows with the shop."""
    of, wrong = tables(sql), []
    for number, step in enumerate(steps):
        if "USE TEMP B-TREE FOR" in step and "ORDER BY" in step and sql not in SORTED_IN_MEMORY:
            wrong.append(step)
        if "AUTOMATIC" in step:  # an index made for this one question, of the whole table
            wrong.append(step)
        walked = re.match(r"SCAN (\w+)", step)
        if walked is None or of.get(walked[1], walked[1]) not in BIG:
            continue
        leads = all(step.endswith("(rowid=?)") for step in steps[:number])  # one row each, such as the branch
        if not (leads and WALKS.match(step) and "LIMIT" in sql.sqlite and ":after_key" not in sql.sqlite):
            wrong.append(step)
    return wrong


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_no_page_of_a_list_scans_or_sorts(database: Database) -> None:
    found = pages()
    assert len(found) >= 20, sorted(found)
    wrong = [
        f"{name}: {steps}\n    {sql.sqlite[-220:]}"
        for name, statements in sorted(found.items()) for sql in statements
        for steps in [plan(database, sql)] if faults(sql, steps)
    ]  # fmt: skip
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_finding_members_never_scans(database: Database) -> None:
    looked_up = [finding._lookup(exact) for exact, _key in KEYS]
    for sql in (*looked_up, finding._RARE, finding._RARE_EXACT, finding._rows(3)):
        steps = plan(database, sql)
        scans = [step for step in steps if re.match(r"SCAN (?!\(subquery|k$)", step)]
        assert not scans, (sql.sqlite, steps)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_list_without_an_index_would_be_seen(database: Database) -> None:
    bad = Keyset("m.id", "FROM member m WHERE 1 = 1", {"birthday": "m.birthday"}, "m.id")
    assert all(faults(sql, plan(database, sql)) for sql in bad.statements())
    joined = Keyset("e.id", "FROM entry e JOIN purchase p ON p.amount = e.points WHERE 1 = 1", {"id": "e.id"}, "e.id")
    assert all(faults(sql, plan(database, sql)) for sql in joined.statements())


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_no_page_of_a_list_scans_or_sorts_on_a_server(database: Database) -> None:
    """What cannot be answered from an index is a sequential scan or a sort also where both are forbidden."""
    seq = re.compile(r"Seq Scan on (\w+)")
    lookups = {"members.find": (*(finding._lookup(exact) for exact, _key in KEYS), finding._RARE, finding._rows(3))}
    wrong = []
    with database.engine.connect() as connection:
        for setting in ("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin"):
            connection.exec_driver_sql(f"SET enable_{setting} = off")
        connection.exec_driver_sql("SET plan_cache_mode = force_generic_plan")
        for name, statements in sorted((pages() | lookups).items()):
            for sql in statements:
                steps = generic(connection, sql)
                scans = {table for step in steps for table in seq.findall(step)} & BIG
                sorts = any(re.match(r"\s*(->\s+)?Sort$", step) for step in steps)
                if scans or (sorts and name != "members.find" and sql not in SORTED_IN_MEMORY):
                    wrong += [f"{name}: scans {sorted(scans)} sorts {sorts}", f"    {sql.sqlite[-220:]}", *steps]
    assert not wrong, "\n".join(wrong)


def test_every_list_is_found() -> None:
    """A Keyset stands at the top of its module, or its module has `statements()`."""
    hidden = []
    for name in source.python_files(f"{source.PACKAGE}/services"):
        tree = source.tree(name)
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        inside = [call.lineno for function in functions for call in ast.walk(function)
                  if isinstance(call, ast.Call) and source.called(call) == "Keyset"]
        if inside and "statements" not in {function.name for function in functions}:
            hidden += [f"{name}:{line}" for line in inside]
    assert not hidden, hidden
