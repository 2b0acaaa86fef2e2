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
# by which column an added row belongs to an operation, through which table; the others say it themselves, or are added
# inside any operation that may
OPERATIONS: Mapping[str, tuple[str, str]] = {
    "lot": ("entry_id", "entry"),
    "lot_use": ("at_entry", "entry"),
    "purchase_line": ("purchase_id", "purchase"),
}
_LITERAL = re.compile(r"'((?:[^']|'')*)'|(-?\d+)|NULL")
_packer = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
_INSERT = re.compile(r"INSERT INTO (\w+) \(([^)]*)\)\s+VALUES\s*\((.*)\)(?: RETURNING id)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Addition:
    """An INSERT into a ledger, as the server's function takes it: columns with a parameter's name or a value."""

    table: str
    values: tuple[tuple[str, str, Any], ...]  # column, name of the parameter or "", else the value
    plain: frozenset[str]  # the columns, where each parameter is called as its column

    def statement(self) -> str:
        """The call, in the driver's way of naming parameters."""
        return call(self.table)

    def row(self, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """One row, by column."""
        if params.keys() == self.plain:
            return params
        return {column: params[name] if name else value for column, name, value in self.values}


def addition(text: str) -> Addition | None:
    """What an INSERT of plain values adds to a ledger; None for every other statement."""
    found = _INSERT.fullmatch(text)
    if found is None or found[1] not in ADDED:
        return None
    columns = [name.strip() for name in found[2].split(",")]
    values = [part.strip() for part in found[3].split(",")]
    given = tuple(_value(column, value) for column, value in zip(columns, values, strict=True))
    plain = all(column == name for column, name, _value in given)
    return Addition(found[1], given, frozenset(columns if plain else ()))


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
    return {"rows": _packer.encode(rows)}


def functions(columns: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """The functions that add rows, one per ledger; ``columns`` gives each column's default, empty where it has none."""
    for table in ADDED:
        names = columns[table]
        values = ", ".join(
            f"coalesce(g.id, nextval('{table}_id_seq'))" if name == "id"
            else f"coalesce(g.{name}, {default})" if default else f"g.{name}"
            for name, default in names.items()
        )  # fmt: skip
        by, through = OPERATIONS.get(table, ("operation_id", ""))
        join = f"JOIN {through} x ON x.id = a.{by}" if through else ""
        of = "x.operation_id" if through else "a.operation_id" if by in names else "NULL::bigint"
        kept = [name for name in ("id", by) if name in names] or ["1"]
        last = "max(a.id)" if "id" in names else "count(*)"
        # asked after the rows are there: they are read once, and a refusal undoes them all
        check = "" if table == "operation" else f"  PERFORM must_add('{table}', operations);\n"
        yield (
            f"CREATE FUNCTION add_{table}(rows json) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER "
            "SET search_path = public, pg_temp AS $$\n"
            "DECLARE last bigint; operations bigint[];\nBEGIN\n"
            f"  WITH added AS (INSERT INTO {table} ({', '.join(names)}) SELECT {values}\n"
            f"    FROM json_populate_recordset(NULL::{table}, rows) g RETURNING {', '.join(kept)})\n"
            f"  SELECT {last}, array_agg(DISTINCT {of}) INTO last, operations FROM added a {join};\n"
            f"{check}  RETURN last;\nEND $$"
        )
