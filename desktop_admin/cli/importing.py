"""Imports from files, judged, dry, for good, resumed and undone; and the empty workbook to begin with."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_admin.cli.jobs import writer
from desktop_admin.cli.terminal import BadInput, Terminal
from desktop_admin.services.errors import Refused

if TYPE_CHECKING:
    from desktop_admin.services.database.database import Database
    from desktop_admin.services.imports import Figures, Looked, Plan, Problem
    from desktop_admin.services.work import Actor

_TOLD = 10  # problems shown as text


def run(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Import a file, or go on with, take back or list imports."""
    if sum(map(bool, (wish.resume, wish.undo, wish.list, wish.dry_run))) > 1:
        raise BadInput("Choose one of --resume, --undo, --list and --dry-run.")
    if not wish.file and not (wish.resume or wish.undo or wish.list):
        raise BadInput("Name the file to import.")
    if wish.file and not Path(wish.file).is_file():
        raise BadInput(f"There is no file “{wish.file}”.")
    with terminal.shop(wish.database) as database:
        _write, actor = writer(database)
        if wish.list:
            return _list(database, actor, terminal)
        if wish.undo:
            return _undo(database, actor, wish.undo, terminal)
        if wish.resume:
            return _resume(database, actor, wish, terminal)
        terminal.opening = True  # what is wrong now is wrong with the file
        plan = _plan(database, actor, wish)
        terminal.opening = False
        return _dry(database, actor, plan, wish, terminal) if wish.dry_run else _import(
            database, actor, plan, wish, terminal
        )


def _plan(database: Database, actor: Actor, wish: argparse.Namespace) -> Plan:
    """How the file is read: as guessed or remembered, with what was said on the line over it."""
    from desktop_admin.services import imports
    from desktop_admin.services.spreadsheets.days import DateOrder
    from desktop_admin.services.spreadsheets.kinds import KINDS
    from desktop_admin.services.spreadsheets.mapping import missing_fields

    try:
        looked = imports.inspect(
            database, actor, wish.file, wish.kind, encoding=wish.encoding, delimiter=wish.delimiter, sheet=wish.sheet
        )
    except Refused as refused:
        raise BadInput(refused.text()) from refused
    order = DateOrder(wish.order) if wish.order else looked.order or DateOrder.YMD
    options = imports.Options(
        wish.source or looked.source, policy=wish.policy, expiry=wish.expiry, create_members=wish.create_members,
        tiers=wish.tiers, order=order, hidden_rows=wish.hidden_rows, branch_id=_branch(database, wish.branch),
    )  # fmt: skip
    columns = _columns(looked, wish.columns, [field.name for field in KINDS[wish.kind].fields])
    lacking = missing_fields(KINDS[wish.kind], columns)
    if lacking:
        raise BadInput(
            f"No column was found for {', '.join(lacking)}; say which with --map {lacking[0]}=COLUMN. "
            f"The columns are: {', '.join(looked.facts.sheet(looked.sheet or None).header)}."
        )
    return looked.plan(options, columns)


def _columns(looked: Looked, said: Sequence[str], fields: Sequence[str]) -> dict[str, int]:
    titles = [title.strip() for title in looked.facts.sheet(looked.sheet or None).header]
    columns = dict(looked.columns)
    for one in said:
        field, equals, column = (part.strip() for part in one.partition("="))
        if not equals or field not in fields:
            raise BadInput(f"“{one}” is not FIELD=COLUMN; the fields are: {', '.join(fields)}.")
        if not column:
            columns.pop(field, None)
        elif column in titles:
            columns[field] = titles.index(column)
        elif column.isascii() and column.isdigit() and 1 <= int(column) <= len(titles):
            columns[field] = int(column) - 1
        else:
            raise BadInput(f"The file has no column “{column}”; its columns are: {', '.join(titles)}.")
    return columns


def _branch(database: Database, code: str) -> int | None:
    from desktop_admin.services import branches

    if not code:
        return None
    _write, actor = writer(database)
    known = {one.code: one.id for one in database.read(branches.names, actor=actor)}
    if code not in known:
        raise BadInput(f"There is no branch with the code “{code}”; there are: {', '.join(known)}.")
    return known[code]


def _dry(database: Database, actor: Actor, plan: Plan, wish: argparse.Namespace, terminal: Terminal) -> int:
    from desktop_admin.services import imports

    seen = imports.dry_run(database, actor, plan, terminal)
    if wish.errors and seen.problem_rows:
        _rejects(database, actor, wish.errors, plan, terminal)
    said = {"figures": asdict(seen.figures), "problem_rows": seen.problem_rows, "possible": seen.possible,
            "columns": {name: plan.header[at] for name, at in plan.columns.items()},
            "problems": [_problem(one) for one in seen.problems]}  # fmt: skip
    wrong = f"{seen.problem_rows:,} rows are wrong."
    lines = (*_figures(seen.figures), wrong, *_problems(seen.problems))
    terminal.tell(said, ("Nothing was written. It would make:", *lines))
    return 0 if seen.possible else 1


def _import(database: Database, actor: Actor, plan: Plan, wish: argparse.Namespace, terminal: Terminal) -> int:
    from desktop_admin.services import imports

    begun: list[int] = []
    try:
        done = imports.run(database, actor, plan, terminal, again=wish.again, begun=begun.append)
    except Refused:
        if wish.errors and not begun:
            _rejects(database, actor, wish.errors, plan, terminal)
        raise
    except KeyboardInterrupt:
        if begun:
            terminal.complain(f"Stopped in import {begun[0]}: go on with --resume {begun[0]}, or --undo {begun[0]}.")
            return 1
        raise
    if wish.errors and done.problem_rows:
        imports.write_rejects(database, actor, Path(wish.errors), batch_id=done.batch_id)
    return _done(done, terminal)


def _resume(database: Database, actor: Actor, wish: argparse.Namespace, terminal: Terminal) -> int:
    from desktop_admin.services import imports

    done = imports.resume(database, actor, wish.resume, terminal, path=wish.file or None)
    return _done(done, terminal)


def _done(done: Any, terminal: Terminal) -> int:
    said = {"batch": done.batch_id, "repeats": done.repeats, "problem_rows": done.problem_rows,
            "figures": asdict(done.figures)}  # fmt: skip
    if done.repeats:
        terminal.tell(said, f"This very file is import {done.repeats} already; nothing was changed.")
        return 0
    wrong = [f"{done.problem_rows:,} rows were left out."] if done.problem_rows else []
    terminal.tell(said, (f"Import {done.batch_id} is done:", *_figures(done.figures), *wrong))
    return 0


def _undo(database: Database, actor: Actor, batch: int, terminal: Terminal) -> int:
    from desktop_admin.services import imports

    done = imports.undo(database, actor, batch, terminal)
    terminal.tell(
        asdict(done),
        f"Import {batch} is undone: {done.purchases:,} purchases, {done.points:+,} points; "
        f"{done.members_closed:,} members closed, {done.members_kept:,} kept.",
    )
    return 0


def _list(database: Database, actor: Actor, terminal: Terminal) -> int:
    from desktop_admin.services import imports

    rows = database.read(lambda work: imports.page(work, limit=100), actor=actor).rows
    said = [{"batch": r.id, "kind": r.kind, "file": r.file, "source": r.source, "state": r.state,
             "started_at": r.started_at, "rows": r.rows_read, "bad_rows": r.rows_bad} for r in rows]  # fmt: skip
    lines = [f"{r.id:>6}  {r.day}  {r.kind:<10}  {r.state:<8}  {r.rows_read:>9,}  {r.file}" for r in rows]
    terminal.tell({"imports": said}, lines or "Nothing was imported yet.")
    return 0


def _rejects(database: Database, actor: Actor, file: str, plan: Plan, terminal: Terminal) -> None:
    from desktop_admin.services import imports

    problems = imports.problems_of(database, actor, replace(plan), terminal)
    imports.write_rejects(database, actor, Path(file), plan=plan, problems=problems)


def _figures(figures: Figures) -> list[str]:
    """The figures that are not nought, one a line."""
    return [f"  {name.replace('_', ' '):<24}{value:>16,}" for name, value in asdict(figures).items() if value]


def _problem(one: Problem) -> Mapping[str, Any]:
    return {"row": one.row, "severity": one.severity, "field": one.field, "message": one.text()}


def _problems(problems: Sequence[Problem]) -> list[str]:
    lines = [f"  row {one.row}: {one.text()}" for one in problems[:_TOLD]]
    return lines if len(problems) <= _TOLD else [*lines, f"  … and {len(problems) - _TOLD:,} more"]


def template(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Write the workbook to fill in, with the shop's tiers and branches to choose from."""
    from desktop_admin.services import imports

    path = Path(wish.file)
    if path.suffix.lower() != ".xlsx":
        raise BadInput("The template is a workbook: name a file that ends in .xlsx.")
    with terminal.shop(wish.database) as database:
        _write, actor = writer(database)
        written = imports.template(database, actor, path, wish.kind)
        terminal.tell({"file": str(written.path)}, f"Wrote {written.path}.")
    return 0
