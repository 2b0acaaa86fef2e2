"""Ledgers: tables whose rows are only ever added. On a server they are added through functions, never by INSERT."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# UPDATE, DELETE, TRUNCATE and REPLACE are refused by the database. The value names the keys by which a REPLACE or
# OR IGNORE could hit an existing row.
APPEND_ONLY: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "operation": (("id",), ("request",)),
    "receipt": (("operation_id",),),
    "audit": (("id",),),
    "entry": (("id",), ("operation_id", "n"), ("member_id", "seq")),
    "lot_use": (("id",),),
    "movement": (("id",), ("branch_id", "item_id", "seq")),
    "purchase_line": (("purchase_id", "n"),),
    "tier_change": (("id",),),
    "redemption_event": (("id",),),
    "payment": (("id",),),
    "anchor": (("id",),),
    "backup": (("id",),),
    "zero": (("n",),),
}
# written by functions alone, whatever the role; what is left of a lot and what was typed in follow by themselves
BY_FUNCTION = frozenset({*APPEND_ONLY, "lot", "typed_points"})
ADDED = tuple(sorted(BY_FUNCTION - {"zero", "typed_points"}))
# how a row says to which operation it belongs; the others are added inside any operation that may
OPERATIONS: Mapping[str, str] = {
    "lot": "SELECT e.operation_id FROM given g JOIN entry e ON e.id = g.entry_id",
    "lot_use": "SELECT e.operation_id FROM given g JOIN entry e ON e.id = g.at_entry",
    "purchase_line": "SELECT p.operation_id FROM given g JOIN purchase p ON p.id = g.purchase_id",
}
_LITERAL = re.compile(r"'((?:[^']|'')*)'|(-?\d+)|NULL")
_INSERT = re.compile(r"INSERT INTO (\w+) \(([^)]*)\)\s+VALUES\s*\((.*)\)(?: RETURNING id)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Addition:
    """An INSERT into a ledger, as the server's function takes it: columns with a parameter's name or a value."""

    table: str
    values: tuple[tuple[str, str, Any], ...]  # column, name of the parameter or "", else the value

    def statement(self) -> str:
        """The call, in the driver's way of naming parameters."""
        return call(self.table)

    def row(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """One row, by column."""
        return {column: params[name] if name else value for column, name, value in self.values}


def addition(text: str) -> Addition | None:
    """What an INSERT of plain values adds to a ledger; None for every other statement."""
    found = _INSERT.fullmatch(text)
    if found is None or found[1] not in ADDED:
        return None
    columns = [name.strip() for name in found[2].split(",")]
    values = [part.strip() for part in found[3].split(",")]
    return Addition(found[1], tuple(_value(c, v) for c, v in zip(columns, values, strict=True)))


def _value(column: str, text: str) -> tuple[str, str, Any]:
    if text.startswith(":"):
        return column, text[1:], None
    found = _LITERAL.fullmatch(text)
    if found is None:
        raise ValueError(f"a ledger takes plain values, not {text}")
    if found[2] is not None:
        return column, "", int(found[2])
    return column, "", None if found[1] is None else found[1].replace("''", "'")


def call(table: str) -> str:
    """The call that adds rows to a ledger."""
    return f"SELECT add_{table}(%(rows)s)"


def packed(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The parameter of the call."""
    return {"rows": json.dumps(rows, ensure_ascii=False, separators=(",", ":"))}


def functions(columns: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """The functions that add rows, one per ledger; ``columns`` gives each column's default, empty where it has none."""
    for table in ADDED:
        names = columns[table]
        values = ", ".join(
            f"coalesce(g.id, nextval('{table}_id_seq'))" if name == "id"
            else f"coalesce(g.{name}, {default})" if default else f"g.{name}"
            for name, default in names.items()
        )  # fmt: skip
        given = f"jsonb_populate_recordset(NULL::{table}, rows)"
        own = "SELECT g.operation_id FROM given g" if "operation_id" in names else "SELECT NULL::bigint"
        of = OPERATIONS.get(table, own).replace("given", given)
        check = "" if table == "operation" else f"  PERFORM must_add('{table}', ARRAY({of}));\n"
        last = "max(id)" if "id" in names else "count(*)"
        yield (
            f"CREATE FUNCTION add_{table}(rows jsonb) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER "
            "SET search_path = public, pg_temp AS $$\n"
            f"DECLARE last bigint;\nBEGIN\n{check}"
            f"  WITH added AS (INSERT INTO {table} ({', '.join(names)}) SELECT {values}\n    FROM {given} g\n"
            f"    RETURNING {'id' if 'id' in names else '1'}) SELECT {last} INTO last FROM added;\n"
            "  RETURN last;\nEND $$"
        )
