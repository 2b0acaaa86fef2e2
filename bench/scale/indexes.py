"""What each index of the books costs: bytes a row, processor and log an insert, by dropping one at a time."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from bench.scale.ground import ROWS, Cost, Ground

TABLES = ("entry", "lot", "lot_use", "operation", "receipt")
ROUNDS = 11
MOST = 5_000  # rows of a batch
_INDEXES = (
    "SELECT i.relname, con.conname, pg_get_indexdef(i.oid), pg_relation_size(i.oid), t.reltuples::bigint, "
    "i.reltuples::bigint FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid "
    "LEFT JOIN pg_constraint con ON con.conindid = i.oid AND con.contype IN ('p', 'u') "
    "WHERE t.oid = %(table)s::regclass ORDER BY x.indisprimary DESC, i.relname"
)
_SIZE = "SELECT pg_table_size(%(table)s::regclass)"


@dataclass(frozen=True)
class Index:
    """One index. ``microseconds`` and ``log`` are of one row of the table inserted, this index's share."""

    table: str
    name: str
    columns: str
    bytes_a_row: float  # of the table, so a partial index shows what it really takes
    microseconds: float
    log: float


@dataclass(frozen=True)
class Table:
    """A table's own share: its rows, and an insert with every index."""

    name: str
    rows: int
    bytes_a_row: float
    microseconds: float
    log: float
    indexes: tuple[Index, ...]


def measure(ground: Ground, tables: tuple[str, ...] = TABLES) -> list[Table]:
    """Every index of these tables."""
    return [_table(ground, name) for name in tables]


def _table(ground: Ground, name: str) -> Table:
    found = ground.all(_INDEXES, table=name)
    rows, batch = found[0][4], max(1000, min(MOST, ground.rows // 20))
    whole: list[Cost] = []
    indexes = []
    for index, constraint, definition, size, _table_rows, _index_rows in found:
        drop = f"ALTER TABLE {name} DROP CONSTRAINT {constraint} CASCADE" if constraint else f"DROP INDEX {index}"
        pairs = [_pair(ground, name, batch, drop, first=n % 2 == 0) for n in range(ROUNDS + 1)][1:]  # the first warms
        whole += [with_it for with_it, _without in pairs]
        saved = [(_typical([a])[0] - _typical([b])[0], _typical([a])[1] - _typical([b])[1]) for a, b in pairs]
        columns = definition.partition(" USING btree ")[2]
        indexes.append(Index(name, index, columns, size / rows, statistics.median(time for time, _log in saved),
                             statistics.median(log for _time, log in saved)))  # fmt: skip
        ground.run(f"VACUUM {name}")
    time, log = _typical(whole)
    return Table(name, rows, ground.value(_SIZE, table=name) / rows, time, log, tuple(indexes))


def _pair(ground: Ground, table: str, count: int, drop: str, *, first: bool) -> tuple[Cost, Cost]:
    """The same batch with an index and without it, one right after the other: (with, without)."""
    if first:
        return _batch(ground, table, count, ""), _batch(ground, table, count, drop)
    without = _batch(ground, table, count, drop)
    return _batch(ground, table, count, ""), without


def _batch(ground: Ground, table: str, count: int, first: str) -> Cost:
    """Insert a batch as if an index were not there, and take all of it back."""
    statement = ROWS[table].format(table=table)
    ground.run("BEGIN")
    try:
        if first:
            ground.run(first)
        return ground.costs(
            statement, **{"from": ground.rows + 1, "to": ground.rows + count}, **ground.words
        )  # fmt: skip
    finally:
        ground.run("ROLLBACK")


def _typical(costs: list[Cost]) -> tuple[float, float]:
    """Microseconds of processor and bytes of log a row; the medians."""
    return (
        statistics.median(cost.processor / cost.rows for cost in costs) * 1e6,
        statistics.median(cost.log / cost.rows for cost in costs),
    )


def lines(tables: list[Table]) -> Iterator[str]:
    """The figures in Markdown."""
    yield "| table, index | on | bytes a row | µs an insert | WAL bytes an insert |"
    yield "|---|---|---|---|---|"
    for table in tables:
        yield (f"| **{table.name}** ({table.rows:,} rows) | the row, and all indexes' time | {table.bytes_a_row:.0f} "
               f"| {table.microseconds:.1f} | {table.log:.0f} |")  # fmt: skip
        for index in table.indexes:
            yield (f"| {index.name} | {index.columns} | {index.bytes_a_row:.1f} | {index.microseconds:.1f} "
                   f"| {index.log:.0f} |")  # fmt: skip
