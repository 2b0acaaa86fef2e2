"""Rows that name a row which is not there: every reference the schema declares, read again.

The database keeps them itself; a file written with its foreign keys off, or a server in replica mode, does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from desktop_admin.i18n import N_
from desktop_admin.services.database.schema import tables
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.work import Work

MESSAGE = N_("A row names another that does not exist.")

_TABLE = re.compile(r"CREATE TABLE (\w+) ")
_ONE = re.compile(r"(\w+) INTEGER[^,]*? REFERENCES (\w+)")
_MANY = re.compile(r"FOREIGN KEY \(([\w, ]+)\) REFERENCES (\w+)")
_PROOF = "zero"  # has a check of its own


def missing(work: Work, most: int) -> Iterator[tuple[int, str]]:
    """The id that is named but not there (0 where it is several columns), and by which table."""
    for where, sql in _statements(most):
        for row in work.all(sql):
            yield int(row.named or 0), f"{where} × {row.times}"


@cache
def _statements(most: int) -> tuple[tuple[str, Sql], ...]:
    out = []
    for statement in tables("sqlite"):
        found = _TABLE.match(statement)
        if found is None:
            continue
        table = found[1]
        singles = ((column, parent) for column, parent in _ONE.findall(statement) if parent != _PROOF)
        keys: list[tuple[tuple[str, ...], str]] = [((column,), parent) for column, parent in singles]
        keys += [(tuple(re.split(r",\s*", columns)), parent) for columns, parent in _MANY.findall(statement)]
        for columns, parent in keys:
            out.append((f"{table}.{'+'.join(columns)} → {parent}", _sql(table, columns, parent, most)))
    return tuple(out)


def _sql(table: str, columns: tuple[str, ...], parent: str, most: int) -> Sql:
    single = len(columns) == 1
    names = ("id",) if single else columns
    joined = " AND ".join(f"p.{name} = c.{column}" for name, column in zip(names, columns, strict=True))
    there = " AND ".join(f"c.{column} IS NOT NULL" for column in columns)
    named = f"c.{columns[0]}" if single else "0"
    return Sql(
        f"SELECT {named} AS named, count(*) AS times FROM {table} c LEFT JOIN {parent} p ON {joined} "
        f"WHERE {there} AND p.{names[0]} IS NULL GROUP BY {', '.join(f'c.{column}' for column in columns)} LIMIT {most}"
    )
