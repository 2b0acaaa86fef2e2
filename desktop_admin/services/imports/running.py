"""Imports from beginning to end: judge every row, weigh all receipts, then write in chunks that can be resumed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from desktop_admin.i18n import N_, _
from desktop_admin.services import policies, tiers
from desktop_admin.services.command import ask_leave, new_request, unlisted
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.imports import batches
from desktop_admin.services.imports.findings import Problems
from desktop_admin.services.imports.judging import blocks
from desktop_admin.services.imports.newcomers import Newcomers
from desktop_admin.services.imports.purchases import Purchases
from desktop_admin.services.imports.receipts import Tally
from desktop_admin.services.imports.records import DryRun, Figures, Imported, Plan, Problem, Progress, Quiet
from desktop_admin.services.permissions import Permission
from desktop_admin.services.spreadsheets import reading
from desktop_admin.services.spreadsheets.cells import FileFacts, Row, shown
from desktop_admin.services.spreadsheets.kinds import KINDS
from desktop_admin.services.work import Actor, Work

TOLD = 200  # problems a dry run answers
SECONDS = 0.35  # of lock that a chunk aims at; the limit is one second
_FIRST_CHUNK, _LARGEST_CHUNK = 4_000, 60_000

_RAISED = 2_000  # members whose tier is looked at in one transaction
_WINDOW = timedelta(days=366)  # no tier looks further back

_BUYERS = Sql(
    "SELECT DISTINCT member_id FROM purchase WHERE batch_id = :batch AND member_id > :after "
    "AND business_date >= :since ORDER BY member_id LIMIT :most"
)

READING, WEIGHING, WRITING = N_("Reading and judging the rows"), N_("Looking them up in the books"), N_("Writing")
CHANGED = N_("This is not the file that was looked at: its content differs.")
INTERRUPTED = N_("An import of this file was interrupted: resume it or undo it first.")
BAD_ROWS = N_("{count} rows are wrong, so nothing was imported. Correct them, or import the good rows only.")


@dataclass
class Checked:
    """A file judged to the last row: what it would make and what is wrong with it."""

    load: Purchases | Newcomers
    problems: Problems
    tally: Tally

    def figures(self) -> Figures:
        """The figures counted so far."""
        return Figures(**{**self.tally.counts, "rows": self.load.rows, "bad_rows": self.problems.bad_rows})


def dry_run(database: Any, actor: Actor, plan: Plan, progress: Progress | None = None) -> DryRun:
    """Judge every row and count what a run would make. Writes nothing."""
    _allowed(database, actor)
    with _checked(database, actor, plan, progress or Quiet()) as checked:
        wrong = checked.problems.bad_rows
        return DryRun(
            checked.figures(), tuple(sorted(checked.problems.kept, key=lambda p: p.row)[:TOLD]), wrong,
            possible=not wrong or plan.options.policy == "good",
        )  # fmt: skip


def problems_of(database: Any, actor: Actor, plan: Plan, progress: Progress | None = None) -> tuple[Problem, ...]:
    """Every problem of a file (the first 20,000 rows), with the cells as read: for the workbook of rejects."""
    _allowed(database, actor)
    with _checked(database, actor, plan, progress or Quiet()) as checked:
        _read_again(plan, _facts(plan), checked.problems)
        return tuple(sorted(checked.problems.kept, key=lambda p: p.row))


def run(
    database: Any, actor: Actor, plan: Plan, progress: Progress | None = None, *, again: bool = False,
    begun: Callable[[int], None] | None = None,
) -> Imported:  # fmt: skip
    """Import a file. A file that was imported before is noticed and nothing is done, unless ``again``.

    Refuses, with nothing written, a file with wrong rows under the policy "all", one whose import was interrupted, and
    one that changed since it was looked at. Cancelled or killed while writing, it can be resumed or undone.
    """
    _allowed(database, actor)
    batches.check_source(plan.options.source)
    watched = progress or Quiet()
    known = database.read(lambda work: batches.seen(work, plan.kind, plan.sha256), actor=actor)
    if any(one.state in ("running", "undoing") for one in known):
        raise Refused(INTERRUPTED, field="file", batch=next(o.batch_id for o in known if o.state != "done"))
    if known and not again:
        return Imported(known[0].batch_id, _figures_of(database, actor, known[0].batch_id), repeats=known[0].batch_id)
    with _checked(database, actor, plan, watched) as checked:
        if checked.problems.bad_rows and plan.options.policy == "all":
            first = min((p for p in checked.problems.kept if p.severity == "error"), key=lambda p: p.row)
            raise Refused(
                BAD_ROWS, field=first.field, count=checked.problems.bad_rows, row=first.row, first=first.text()
            )
        _read_again(plan, _facts(plan), checked.problems)
        request = new_request()
        batch = database.write(
            lambda work: batches.begin(work, request=request, plan=plan), actor=actor
        ).result.batch_id
        if begun is not None:
            begun(batch)
        return _write(database, actor, plan, batch, checked, watched)


def resume(
    database: Any, actor: Actor, batch_id: int, progress: Progress | None = None, *, path: str | Path | None = None
) -> Imported:
    """Go on with an interrupted import. ``path``: where the file is now; its content must be the same."""
    _allowed(database, actor)
    state, _counts = database.read(lambda work: batches.counts_of(work, batch_id), actor=actor)
    if state != "running":
        raise Refused(N_("This import is not interrupted."), field="batch")
    plan = database.read(lambda work: batches.plan_of(work, batch_id), actor=actor)
    if path is not None:
        plan = replace(plan, path=str(Path(path).absolute()))
    with _checked(database, actor, plan, progress or Quiet(), batch=batch_id) as checked:
        _read_again(plan, _facts(plan), checked.problems)
        return _write(database, actor, plan, batch_id, checked, progress or Quiet())


def _allowed(database: Any, actor: Actor) -> None:
    database.read(lambda work: ask_leave(work, Permission.IMPORT), actor=actor)


def _figures_of(database: Any, actor: Actor, batch: int) -> Figures:
    return database.read(lambda work: batches.batch(work, batch_id=batch), actor=actor).figures  # type: ignore[no-any-return]


def _facts(plan: Plan) -> FileFacts:
    facts = reading.inspect(
        plan.path, limits=KINDS[plan.kind].limits, encoding=plan.encoding or None, delimiter=plan.delimiter or None
    )
    if facts.sha256 != plan.sha256:
        raise Refused(CHANGED, field="file")
    return facts


@contextmanager
def _checked(database: Any, actor: Actor, plan: Plan, progress: Progress, *, batch: int = 0) -> Iterator[Checked]:
    """Judge the whole file and weigh it. The receipts lie on disk until the block ends."""
    facts = _facts(plan)
    problems, tally = Problems(), Tally()
    shop, now = database.shop, database.clock.now()
    local = now.astimezone(shop.zone()).replace(tzinfo=None)
    made: type[Purchases] | type[Newcomers] = Purchases if plan.kind == "purchases" else Newcomers
    with closing(made(plan, problems, minor_digits=shop.minor_digits, now=local)) as load:
        total = facts.sheet(plan.sheet or None).rows
        for block in blocks(plan, facts, shop.minor_digits, progress):
            load.take(block)
            progress(load.rows, max(total, load.rows), _(READING))
        load.finish()
        load.broken()
        done = 0
        for chunk, rows in load.chunks({"chunk": _LARGEST_CHUNK}):
            database.read(lambda work, c=chunk: _weigh(work, load, c, tally), actor=actor)
            done += rows
            progress(done, load.rows, _(WEIGHING))
        yield Checked(load, problems, tally)


def _weigh(work: Work, load: Purchases | Newcomers, chunk: list[Any], tally: Tally) -> None:
    load.weigh(work, policies.read(work), chunk, tally)


def _write(database: Any, actor: Actor, plan: Plan, batch: int, checked: Checked, progress: Progress) -> Imported:
    """Write all chunks, each whole in a transaction of its own, and close the batch."""
    load = checked.load
    database.write(lambda work: batches.keep_problems(work, batch, checked.problems.kept), actor=actor)
    _state, counts = database.read(lambda work: batches.counts_of(work, batch), actor=actor)
    weight = {"chunk": _FIRST_CHUNK}
    done, stored = 0, counts.get(batches.AT, 0)
    for chunk, rows in load.chunks(weight):
        if stored >= len(chunk):  # written before the interruption
            stored, done = stored - len(chunk), done + rows
            continue
        chunk, stored = chunk[stored:], 0
        begun = time.monotonic()
        counts = database.write(lambda work, c=chunk, k=counts: _post(work, load, batch, c, k), actor=actor).result
        took = max(time.monotonic() - begun, 0.001)
        weight["chunk"] = max(1_000, min(_LARGEST_CHUNK, int(weight["chunk"] * min(2.0, SECONDS / took))))
        done += rows
        progress(done, load.rows, _(WRITING))
    if plan.kind == "purchases" and plan.options.tiers:
        _raise(database, actor, batch)
    counts.pop(batches.AT, None)
    figures = Figures(**{**counts, "rows": load.rows, "bad_rows": checked.problems.bad_rows})
    request = new_request()
    database.write(lambda work: batches.finish(work, request=request, batch_id=batch, figures=figures), actor=actor)
    return Imported(batch, figures, checked.problems.bad_rows)


def _post(
    work: Work, load: Purchases | Newcomers, batch: int, chunk: list[Any], counts: dict[str, int]
) -> dict[str, int]:
    ask_leave(work, Permission.IMPORT)
    state, _counts = batches.counts_of(work, batch)
    if state != "running":  # undone or finished from another window meanwhile
        raise Refused(N_("This import is not interrupted."), field="batch")
    tally = Tally(dict(counts))
    with unlisted(work, "imports.store", batch=batch, first=chunk[0][0], rows=len(chunk)):
        load.post(work, policies.read(work), batch, chunk, tally)
        tally.add(**{batches.AT: len(chunk)})
        batches.keep(work, batch, tally.counts)
    return tally.counts


def _raise(database: Any, actor: Actor, batch: int) -> None:
    """Let members rise to the tier their new purchases reach. Where tiers do not count, as for history, the night does.

    Done before the batch is closed: after an interruption it is done again, and changes nothing a second time.
    """
    at = 0
    while True:
        at = database.write(lambda work, after=at: _raise_some(work, batch, after), actor=actor).result
        if not at:
            break


def _raise_some(work: Work, batch: int, after: int) -> int:
    ask_leave(work, Permission.IMPORT)
    since = (work.today - _WINDOW).isoformat()
    members = [row.member_id for row in work.all(_BUYERS, batch=batch, after=after, since=since, most=_RAISED)]
    if members:
        with unlisted(work, "imports.tiers", batch=batch, after=after):
            tiers.reconsider_many(work, members)
    return members[-1] if members else 0


def _read_again(plan: Plan, facts: FileFacts, problems: Problems) -> None:
    """Give the rows that are wrong only together their cells, for the workbook of rejects."""
    wanted = problems.without_cells
    if not wanted:
        return
    cells: dict[int, tuple[str, ...]] = {}
    rows: Iterator[Row] = reading.rows(
        facts, sheet=plan.sheet or None, hidden=plan.options.hidden_rows, limits=KINDS[plan.kind].limits
    )
    for row in rows:
        if row.number in wanted:
            cells[row.number] = tuple(shown(cell) for cell in row.cells)
    problems.kept = [replace(p, cells=cells.get(p.row, ())) if p.row in wanted else p for p in problems.kept]
    problems.without_cells = set()
