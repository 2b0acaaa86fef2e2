"""Which tables move, in which order, with which columns and keys: read from the schema, never listed by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Connection, inspect
from sqlalchemy.types import LargeBinary

from desktop_admin.i18n import N_
from desktop_admin.services.database.ledgers import APPEND_ONLY
from desktop_admin.services.database.schema import Engine, tables
from desktop_admin.services.errors import Trouble

_TABLE = re.compile(r"CREATE TABLE (\w+) ")


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns in order, and the columns of its primary key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    heavy: bool  # holds pictures: few rows at a time

    @property
    def ledger(self) -> bool:
        """Whether its rows are only ever added."""
        return self.name in APPEND_ONLY

    def select(self, mark: str, *, after: bool) -> str:
        """The rows in the order of the key; from the row after a given key on."""
        key = ", ".join(self.key)
        where = f" WHERE ({key}) > ({', '.join([mark] * len(self.key))})" if after else ""
        return f"SELECT {', '.join(self.columns)} FROM {self.name}{where} ORDER BY {key}"

    def key_of(self, row: tuple[object, ...]) -> list[object]:
        return [row[self.columns.index(column)] for column in self.key]


def declared(engine: Engine) -> tuple[str, ...]:
    """The tables of a shop on one engine, as declared."""
    return tuple(found[1] for statement in tables(engine) if (found := _TABLE.match(statement)))


def names() -> tuple[str, ...]:
    """The tables that make a shop: those declared on both engines."""
    return tuple(name for name in declared("sqlite") if name in declared("postgresql"))


def read(connection: Connection) -> tuple[Table, ...]:
    """The shop's tables as they stand in a database."""
    inspector = inspect(connection)
    out = []
    for name in names():
        columns = inspector.get_columns(name)
        key = tuple(inspector.get_pk_constraint(name)["constrained_columns"])
        heavy = any(isinstance(column["type"], LargeBinary) for column in columns)
        out.append(Table(name, tuple(column["name"] for column in columns), key, heavy))
    return tuple(out)


def check_same(source: tuple[Table, ...], target: tuple[Table, ...]) -> None:
    """Trouble where two databases of one version do not have the same tables and columns."""
    there = {table.name: table for table in target}
    for table in source:
        other = there.get(table.name)
        if other is None or set(table.columns) != set(other.columns) or table.key != other.key:
            raise Trouble(
                N_("The table “{table}” has another form here than there. Nothing was moved; run the doctor."),
                table=table.name,
            )
