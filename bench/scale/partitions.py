"""Entries in one table, in partitions by month, in partitions by runs of ids: what each costs, and what it gives up."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg

from bench.scale.ground import MONTHS, Cost, Ground

MOST = 1_000_000  # rows in each form
_COLUMNS = "LIKE entry INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE"  # checks, no keys, no indexes
_FORMS = {
    "one table": {
        "table": f"CREATE TABLE {{name}} ({_COLUMNS}, PRIMARY KEY (id))",
        "keys": ("ALTER TABLE {name} ADD UNIQUE (operation_id, n)", "ALTER TABLE {name} ADD UNIQUE (member_id, seq)"),
    },
    "by month": {
        "table": (
            f"CREATE TABLE {{name}} ({_COLUMNS}, PRIMARY KEY (id, business_date)) PARTITION BY RANGE (business_date)"),
        "keys": ("CREATE INDEX ON {name} (operation_id, n)", "CREATE INDEX ON {name} (member_id, seq)"),
    },
    "by id": {
        "table": f"CREATE TABLE {{name}} ({_COLUMNS}, PRIMARY KEY (id)) PARTITION BY RANGE (id)",
        "keys": ("CREATE INDEX ON {name} (operation_id, n)", "CREATE INDEX ON {name} (member_id, seq)"),
    },
}
_SECONDARY = (
    "CREATE INDEX ON {name} (business_date, id)",
    "CREATE INDEX ON {name} (reverses_id) WHERE reverses_id IS NOT NULL",
    "CREATE INDEX ON {name} (source_kind, source_id) WHERE source_id IS NOT NULL",
    "CREATE INDEX ON {name} (member_id, id) WHERE owes > 0",
)
_QUERIES = {
    "a member's newest 50": "SELECT * FROM {name} WHERE member_id = %(member)s ORDER BY seq DESC LIMIT 50",
    "the same of the last 12 months": (
        "SELECT * FROM {name} WHERE member_id = %(member)s AND business_date >= '2026-01-01' ORDER BY seq DESC LIMIT 50"
    ),
    "one entry by id": "SELECT * FROM {name} WHERE id = %(id)s",
    "sum of a month by kind": (
        "SELECT kind, sum(points) FROM {name} WHERE business_date BETWEEN '2025-05-01' AND '2025-05-31' GROUP BY kind"),
    "sum of everything by kind": "SELECT kind, sum(points) FROM {name} GROUP BY kind",
}  # fmt: skip
# what the books rely on, tried on a table in partitions by month
_WANTED = {
    "UNIQUE (id)": "ALTER TABLE {name} ADD UNIQUE (id)",
    "UNIQUE (member_id, seq)": "ALTER TABLE {name} ADD UNIQUE (member_id, seq)",
    "UNIQUE (operation_id, n)": "ALTER TABLE {name} ADD UNIQUE (operation_id, n)",
    "REFERENCES entry (id)": "CREATE TABLE {name}_lot (entry_id bigint REFERENCES {name} (id))",
    "FOREIGN KEY to member": "ALTER TABLE {name} ADD FOREIGN KEY (member_id) REFERENCES member",
    "row trigger before insert": (
        "CREATE TRIGGER guard BEFORE INSERT ON {name} FOR EACH ROW EXECUTE FUNCTION entry_guard()"),
    "statement trigger with transition table": (
        "CREATE TRIGGER after_all AFTER INSERT ON {name} REFERENCING NEW TABLE AS new_ FOR EACH STATEMENT "
        "EXECUTE FUNCTION ledger_frozen()"),
}  # fmt: skip


@dataclass
class Form:
    """One way of keeping entries."""

    name: str
    table: str
    insert: Cost | None = None
    heap: int = 0
    indexes: int = 0
    queries: dict[str, tuple[float, float]] = field(default_factory=dict)  # ms of planning, of running
    refused: dict[str, str] = field(default_factory=dict)


def measure(ground: Ground) -> list[Form]:
    """Fill each form with the same rows and ask each the same."""
    forms = [Form(name, f"entry_{n}") for n, name in enumerate(_FORMS, 1)]
    for form in forms:
        _make(ground, form)
    _fill(ground, forms)
    for form in forms:
        ground.run(f"VACUUM ANALYZE {form.table}")
        form.heap, form.indexes = _sizes(ground, form.table)
    for query in _QUERIES:
        _ask(ground, forms, query)
    for form in forms[1:]:
        form.refused = _wanted(ground, form)
    return forms


def _make(ground: Ground, form: Form) -> None:
    how = _FORMS[form.name]
    ground.run(str(how["table"]).format(name=form.table))
    for text in (*how["keys"], *_SECONDARY):
        ground.run(text.format(name=form.table))
    if form.name == "by month":
        for n in range(MONTHS):
            ground.run(f"CREATE TABLE {form.table}_{n} PARTITION OF {form.table} FOR VALUES FROM ('{_month(n)}') "
                       f"TO ('{_month(n + 1)}')")  # fmt: skip
        ground.run(f"CREATE TABLE {form.table}_rest PARTITION OF {form.table} DEFAULT")
    if form.name == "by id":
        step = ground.rows // MONTHS + 1
        for n in range(MONTHS + 1):
            ground.run(f"CREATE TABLE {form.table}_{n} PARTITION OF {form.table} FOR VALUES FROM ({n * step}) "
                       f"TO ({(n + 1) * step})")  # fmt: skip


def _month(n: int) -> str:
    return f"{2024 + n // 12}-{n % 12 + 1:02}-01"


def _fill(ground: Ground, forms: list[Form]) -> None:
    """The same rows into each, a chunk each in turn, so that a busy machine is unfair to none."""
    costs: dict[str, list[Cost]] = {form.name: [] for form in forms}
    step = max(1, ground.rows // MOST)  # every so many of them, so that all months are there
    chunk = max(1, ground.rows // 20)
    for first in range(1, ground.rows + 1, chunk):
        last = min(ground.rows, first + chunk - 1)
        for form in forms:
            text = (f"INSERT INTO {form.table} SELECT * FROM entry WHERE id BETWEEN %(first)s AND %(last)s "
                    "AND id / %(members)s %% %(step)s = 0")  # fmt: skip
            costs[form.name].append(ground.costs(text, first=first, last=last, members=ground.members, step=step))
    for form in forms:
        every = costs[form.name]
        form.insert = Cost(
            sum(c.rows for c in every), sum(c.seconds for c in every), sum(c.processor for c in every),
            sum(c.log for c in every),
        )  # fmt: skip


def _sizes(ground: Ground, table: str) -> tuple[int, int]:
    row = ground.all(
        "SELECT CAST(sum(pg_table_size(relid)) AS bigint), CAST(sum(pg_indexes_size(relid)) AS bigint) "
        "FROM pg_partition_tree(%(table)s::regclass)", table=table,
    )[0]  # fmt: skip
    if row[0] is None:  # on some versions a plain table has no tree
        row = ground.all("SELECT pg_table_size(%(table)s::regclass), pg_indexes_size(%(table)s::regclass)",
                         table=table)[0]  # fmt: skip
    return int(row[0]), int(row[1])


def _ask(ground: Ground, forms: list[Form], query: str, rounds: int = 9) -> None:
    times: dict[str, list[tuple[float, float]]] = {form.name: [] for form in forms}
    for n in range(rounds + 1):
        for form in forms:
            text = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + _QUERIES[query].format(name=form.table)
            member, number = 1 + n * 37 % ground.members, 1 + n * 7919 % ground.rows
            said = ground.value(text, **_only(_QUERIES[query], member=member, id=number))[0]
            if n:  # the first warms
                times[form.name].append((said["Planning Time"], said["Execution Time"]))
    for form in forms:
        plan, run = zip(*times[form.name], strict=True)
        form.queries[query] = statistics.median(plan), statistics.median(run)


def _only(text: str, **values: int) -> dict[str, int]:
    return {name: value for name, value in values.items() if f"%({name})s" in text}


def _wanted(ground: Ground, form: Form) -> dict[str, str]:
    """Each constraint that is wanted, tried; "" where it holds, else what the server says."""
    said = {}
    for what, text in _WANTED.items():
        ground.run("BEGIN")
        try:
            ground.run(text.format(name=form.table))
            said[what] = ""
        except psycopg.DatabaseError as error:
            said[what] = str(error).splitlines()[0]
        finally:
            ground.run("ROLLBACK")
    return said


def lines(forms: list[Form]) -> Iterator[str]:
    """The figures in Markdown."""
    yield "| | " + " | ".join(form.name for form in forms) + " |"
    yield "|---|" + "---|" * len(forms)
    inserts = [form.insert for form in forms if form.insert]
    yield "| µs of processor an insert | " + " | ".join(f"{c.processor / c.rows * 1e6:.1f}" for c in inserts) + " |"
    yield "| rows a second inserted | " + " | ".join(f"{c.rows / c.seconds:,.0f}" for c in inserts) + " |"
    yield "| WAL bytes an insert | " + " | ".join(f"{c.log / c.rows:.0f}" for c in inserts) + " |"
    rows = inserts[0].rows
    yield "| bytes a row, table | " + " | ".join(f"{form.heap / rows:.0f}" for form in forms) + " |"
    yield "| bytes a row, indexes | " + " | ".join(f"{form.indexes / rows:.0f}" for form in forms) + " |"
    for query in _QUERIES:
        cells = [f"{plan:.2f} + {run:.2f}" for plan, run in (form.queries[query] for form in forms)]
        yield f"| {query}, ms planning + running | " + " | ".join(cells) + " |"
    for what in _WANTED:
        cells = ["holds", *(form.refused[what] or "holds" for form in forms[1:])]
        yield f"| {what} | " + " | ".join(cells) + " |"
