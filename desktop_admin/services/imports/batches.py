"""Imports as rows: begun, finished, listed, recognised, and how their files were read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import codec
from desktop_admin.services.command import command, query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.imports.records import BatchRow, Figures, Plan, Problem, SeenBefore
from desktop_admin.services.keyset import Keyset, Page
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

AT = "at"  # among the figures while an import runs: how many receipts of the file are dealt with
_REMEMBERED = 60  # of the newest imports, for the mapping of a file with the same titles

_COLUMNS = (
    "b.id, b.kind, b.file, b.source, b.state, b.policy, o.name AS operator, b.started_at, b.finished_at, b.rows_read, "
    "b.rows_bad, b.figures, b.mapping, b.sha256"
)
_LIST = Keyset(
    _COLUMNS, "FROM import_batch b JOIN operator o ON o.id = b.operator_id WHERE 1 = 1", {"id": "b.id"}, "b.id"
)
_ONE = Sql(f"SELECT {_COLUMNS} FROM import_batch b JOIN operator o ON o.id = b.operator_id WHERE b.id = :id")
_SEEN = Sql(
    "SELECT b.id, b.state, b.started_at, b.source, o.name AS operator FROM import_batch b "
    "JOIN operator o ON o.id = b.operator_id WHERE b.sha256 = :sha256 AND b.kind = :kind AND b.state <> 'undone' "
    "ORDER BY b.id DESC"
)
_MAPPINGS = Sql("SELECT mapping FROM import_batch WHERE kind = :kind ORDER BY id DESC LIMIT :most")
_BEGIN = Sql(
    "INSERT INTO import_batch (id, kind, file, sha256, source, mapping, state, policy, branch_id, "
    "operator_id, started_at) "
    "VALUES (:id, :kind, :file, :sha256, :source, :mapping, 'running', :policy, :branch, :operator, :now)"
)
_KEEP = Sql("UPDATE import_batch SET figures = :figures WHERE id = :id")
_FINISH = Sql(
    "UPDATE import_batch SET state = 'done', finished_at = :now, rows_read = :rows, rows_good = :good, "
    "rows_bad = :bad, "
    "figures = :figures WHERE id = :id AND state = 'running'"
)
_STATE = Sql("UPDATE import_batch SET state = :state, finished_at = :now WHERE id = :id")
_PROBLEM_COLUMNS = ("batch_id", "row_number", "severity", "field", "message", "facts", "cells")
_PROBLEMS = Sql(
    "SELECT row_number, severity, field, message, facts, cells FROM import_problem WHERE batch_id = :id "
    "ORDER BY row_number, id LIMIT :most"
)
_DROP_PROBLEMS = Sql("DELETE FROM import_problem WHERE batch_id = :id")


@dataclass(frozen=True, slots=True)
class Begun:
    """An import that was begun."""

    batch_id: int


@command(Permission.IMPORT, Topic.PURCHASES)
def begin(work: Work, *, request: str, plan: Plan) -> Begun:
    """Open an import: from now on it is shown until it is done or undone. Refuses a source that belongs to a till."""
    check_source(plan.options.source)
    batch = work.new_ids("import_batch")[0]
    work.run(
        _BEGIN, id=batch, kind=plan.kind, file=Path(plan.path).name, sha256=plan.sha256, source=plan.options.source,
        mapping=codec.dump({"signature": plan.signature, "plan": plan}), policy=plan.options.policy,
        branch=plan.options.branch_id or work.actor.branch_id, operator=work.actor.operator_id, now=work.now_text,
    )  # fmt: skip
    work.audit("begin", "import", batch, None, {"file": Path(plan.path).name, "source": plan.options.source})
    return Begun(batch)


@command(Permission.IMPORT, Topic.PURCHASES, Topic.POINTS, Topic.MEMBERS)
def finish(work: Work, *, request: str, batch_id: int, figures: Figures) -> Begun:
    """Close an import with its figures."""
    work.run(
        _FINISH, id=batch_id, now=work.now_text, rows=figures.rows, good=figures.rows - figures.bad_rows,
        bad=figures.bad_rows, figures=codec.dump(figures),
    )  # fmt: skip
    work.audit("finish", "import", batch_id, None, asdict(figures))
    return Begun(batch_id)


def check_source(source: str) -> None:
    """Refuse a name that is empty, long, or that of a till."""
    if not source.strip() or len(source) > 64 or not source.isprintable():
        raise Refused(
            N_("Name the program the file comes from, with at most {most} characters."), field="source", most=64
        )
    if source.startswith("till:"):
        raise Refused(N_("This name belongs to the shop's own tills."), field="source")


def keep(work: Work, batch: int, counts: Mapping[str, int]) -> None:
    """The figures so far, in the transaction that made them: a resumed import goes on counting."""
    work.run(_KEEP, id=batch, figures=json.dumps(counts))


def set_state(work: Work, batch: int, state: str) -> None:
    """Say how an import stands."""
    work.run(_STATE, id=batch, state=state, now=work.now_text if state == "undone" else "")


def keep_problems(work: Work, batch: int, problems: list[Problem]) -> None:
    """Store what was wrong, with the rows as read."""
    work.run(_DROP_PROBLEMS, id=batch)
    rows = [
        (batch, p.row, p.severity, p.field, p.message, json.dumps(p.facts, ensure_ascii=False),
         json.dumps(p.cells, ensure_ascii=False))
        for p in problems
    ]  # fmt: skip
    work.add_rows("import_problem", _PROBLEM_COLUMNS, rows)


@query(Permission.IMPORT)
def problems(work: Work, *, batch_id: int, most: int = 20_000) -> tuple[Problem, ...]:
    """What was wrong in an import, by row."""
    return tuple(
        Problem(r.row_number, r.severity, r.field, r.message, json.loads(r.facts), tuple(json.loads(r.cells)))
        for r in work.all(_PROBLEMS, id=batch_id, most=most)
    )


@query(Permission.IMPORT)
def page(
    work: Work, *, sort: str = "", descending: bool = True, after: tuple[Any, ...] | None = None, skip: int = 0,
    backwards: bool = False, limit: int = 100,
) -> Page[BatchRow]:  # fmt: skip
    """Imports, the newest first."""
    return _LIST.page(
        work, _row, sort=sort, descending=descending, after=after, skip=skip, backwards=backwards, limit=limit
    )


@query(Permission.IMPORT)
def count(work: Work) -> int:
    """How many imports there are."""
    return _LIST.count(work)


@query(Permission.IMPORT)
def batch(work: Work, *, batch_id: int) -> BatchRow:
    """One import. Refused where there is none."""
    return _row(_found(work, batch_id))


def statements() -> tuple[Sql, ...]:
    """Every statement of the lists, for the test that reads query plans."""
    return (*_LIST.statements(), _SEEN, _MAPPINGS, _PROBLEMS)


def plan_of(work: Work, batch_id: int) -> Plan:
    """How a batch's file was read."""
    said = json.loads(_found(work, batch_id).mapping)
    return codec.revive(Plan, said["plan"])  # type: ignore[no-any-return]


def seen(work: Work, kind: str, sha256: str) -> tuple[SeenBefore, ...]:
    """Imports of this very file that were not undone."""
    return tuple(
        SeenBefore(r.id, r.state, parse_instant(r.started_at), r.operator)
        for r in work.all(_SEEN, sha256=sha256, kind=kind)
    )


def remembered(work: Work, kind: str, signature: str) -> Plan | None:
    """How the last file with the same titles was read."""
    for row in work.all(_MAPPINGS, kind=kind, most=_REMEMBERED):
        said = json.loads(row.mapping)
        if said.get("signature") == signature:
            return codec.revive(Plan, said["plan"])  # type: ignore[no-any-return]
    return None


def counts_of(work: Work, batch_id: int) -> tuple[str, dict[str, int]]:
    """The state of a batch and the figures it has so far."""
    row = _found(work, batch_id)
    return row.state, json.loads(row.figures) if row.figures else {}


def _found(work: Work, batch_id: int) -> Any:
    row = work.first(_ONE, id=batch_id)
    if row is None:
        raise Refused(N_("There is no such import."), field="batch")
    return row


def _row(row: Any) -> BatchRow:
    counts = json.loads(row.figures) if row.figures else {}
    counts.pop(AT, None)
    figures = Figures(**counts)
    return BatchRow(
        row.id, row.kind, row.file, row.source, row.state, row.policy, row.operator, parse_instant(row.started_at),
        parse_instant(row.finished_at) if row.finished_at else None, row.rows_read, row.rows_bad, figures,
        json.loads(row.mapping)["plan"]["path"], row.sha256,
    )  # fmt: skip
