"""Imports from files, judged, dry, for good, resumed and undone; and the empty workbook to begin with."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_admin.cli.jobs import writer
from desktop_admin.cli.terminal import BadInput, Terminal, wide
from desktop_admin.i18n import _
from desktop_admin.services.errors import Refused
from desktop_admin.services.imports.words import KIND_TITLES, STATE_TITLES, figures_said

if TYPE_CHECKING:
    from desktop_admin.services.database.database import Database
    from desktop_admin.services.imports import Figures, Looked, Plan, Problem
    from desktop_admin.services.work import Actor

_TOLD = 10  # problems shown as text


def run(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Import a file, or go on with, take back or list imports."""
    if sum(map(bool, (wish.resume, wish.undo, wish.list, wish.dry_run))) > 1:
        raise BadInput(_("Choose one of --resume, --undo, --list and --dry-run."))
    if not wish.file and not (wish.resume or wish.undo or wish.list):
        raise BadInput(_("Name the file to import."))
    if wish.file and not Path(wish.file).is_file():
        raise BadInput(_("There is no file “{file}”.").format(file=wish.file))
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
        text = _("No column was found for {fields}; say which with --map {field}=COLUMN. The columns are: {columns}.")
        titles = ", ".join(looked.facts.sheet(looked.sheet or None).header)
        raise BadInput(text.format(fields=", ".join(lacking), field=lacking[0], columns=titles))
    return looked.plan(options, columns)


def _columns(looked: Looked, said: Sequence[str], fields: Sequence[str]) -> dict[str, int]:
    titles = [title.strip() for title in looked.facts.sheet(looked.sheet or None).header]
    columns = dict(looked.columns)
    for one in said:
        field, equals, column = (part.strip() for part in one.partition("="))
        if not equals or field not in fields:
            raise BadInput(
                _("“{said}” is not FIELD=COLUMN; the fields are: {fields}.").format(said=one, fields=", ".join(fields))
            )
        if not column:
            columns.pop(field, None)
        elif column in titles:
            columns[field] = titles.index(column)
        elif column.isascii() and column.isdigit() and 1 <= int(column) <= len(titles):
            columns[field] = int(column) - 1
        else:
            raise BadInput(
                _("The file has no column “{column}”; its columns are: {columns}.").format(
                    column=column, columns=", ".join(titles)
                )
            )
    return columns


def _branch(database: Database, code: str) -> int | None:
    from desktop_admin.services import branches

    if not code:
        return None
    _write, actor = writer(database)
    known = {one.code: one.id for one in database.read(branches.names, actor=actor)}
    if code not in known:
        raise BadInput(
            _("There is no branch with the code “{code}”; there are: {codes}.").format(
                code=code, codes=", ".join(known)
            )
        )
    return known[code]


def _dry(database: Database, actor: Actor, plan: Plan, wish: argparse.Namespace, terminal: Terminal) -> int:
    from desktop_admin.services import imports

    seen = imports.dry_run(database, actor, plan, terminal)
    if wish.errors and seen.problem_rows:
        _rejects(database, actor, wish.errors, plan, terminal)
    said = {"figures": asdict(seen.figures), "problem_rows": seen.problem_rows, "possible": seen.possible,
            "columns": {name: plan.header[at] for name, at in plan.columns.items()},
            "problems": [_problem(one) for one in seen.problems]}  # fmt: skip
    wrong = _("Rows that are wrong: {count:,}.").format(count=seen.problem_rows)
    lines = (*_figures(wish.kind, seen.figures), wrong, *_problems(seen.problems))
    terminal.tell(said, (_("Nothing was written. It would make:"), *lines))
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
            text = _("Stopped in import {batch}: go on with --resume {batch}, or --undo {batch}.")
            terminal.complain(text.format(batch=begun[0]))
            return 1
        raise
    if wish.errors and done.problem_rows:
        imports.write_rejects(database, actor, Path(wish.errors), batch_id=done.batch_id)
    return _done(wish.kind, done, terminal)


def _resume(database: Database, actor: Actor, wish: argparse.Namespace, terminal: Terminal) -> int:
    from desktop_admin.services import imports

    done = imports.resume(database, actor, wish.resume, terminal, path=wish.file or None)
    return _done(wish.kind, done, terminal)


def _done(kind: str, done: Any, terminal: Terminal) -> int:
    said = {"batch": done.batch_id, "repeats": done.repeats, "problem_rows": done.problem_rows,
            "figures": asdict(done.figures)}  # fmt: skip
    if done.repeats:
        text = _("This very file is import {batch} already; nothing was changed.")
        terminal.tell(said, text.format(batch=done.repeats))
        return 0
    text = _("Import {batch} is done:").format(batch=done.batch_id)
    terminal.tell(said, (text, *_figures(kind, done.figures)))
    return 0


def _undo(database: Database, actor: Actor, batch: int, terminal: Terminal) -> int:
    from desktop_admin.services import imports

    done = imports.undo(database, actor, batch, terminal)
    text = _(
        "Import {batch} is undone: {purchases:,} purchases, {points:+,} points; "
        "{closed:,} members closed, {kept:,} kept."
    )
    terminal.tell(asdict(done), text.format(
        batch=batch, purchases=done.purchases, points=done.points, closed=done.members_closed, kept=done.members_kept
    ))  # fmt: skip
    return 0


def _list(database: Database, actor: Actor, terminal: Terminal) -> int:
    from desktop_admin.services import imports

    rows = database.read(lambda work: imports.page(work, limit=100), actor=actor).rows
    said = [{"batch": r.id, "kind": r.kind, "file": r.file, "source": r.source, "state": r.state,
             "started_at": r.started_at, "rows": r.rows_read, "bad_rows": r.rows_bad} for r in rows]  # fmt: skip
    titles = (_("Import"), _("Day"), _("Kind"), _("State"), _("Rows read"), _("File"))
    lines = [(str(r.id), str(r.day), _(KIND_TITLES[r.kind]), _(STATE_TITLES[r.state]), f"{r.rows_read:,}", r.file)
             for r in rows]  # fmt: skip
    table = terminal.table(titles, lines, (True, False, False, False, True, False))
    terminal.tell({"imports": said}, table if rows else _("Nothing was imported yet."))
    return 0


def _rejects(database: Database, actor: Actor, file: str, plan: Plan, terminal: Terminal) -> None:
    from desktop_admin.services import imports

    problems = imports.problems_of(database, actor, replace(plan), terminal)
    imports.write_rejects(database, actor, Path(file), plan=plan, problems=problems)


def _figures(kind: str, figures: Figures) -> list[str]:
    """The figures that are not nought, one a line."""
    said = [(title, value) for title, value, *_tone in figures_said(kind, figures)]
    width = max(wide(title) for title, _value in said)
    return [f"  {title}{' ' * (width - wide(title))}  {value:>16}" for title, value in said]


def _problem(one: Problem) -> Mapping[str, Any]:
    return {"row": one.row, "severity": one.severity, "field": one.field, "message": one.text()}


def _problems(problems: Sequence[Problem]) -> list[str]:
    lines = ["  " + _("row {row}: {problem}").format(row=one.row, problem=one.text()) for one in problems[:_TOLD]]
    more = _("… and {count:,} more").format(count=len(problems) - _TOLD)
    return lines if len(problems) <= _TOLD else [*lines, "  " + more]


def template(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Write the workbook to fill in, with the shop's tiers and branches to choose from."""
    from desktop_admin.services import imports

    path = Path(wish.file)
    if path.suffix.lower() != ".xlsx":
        raise BadInput(_("The template is a workbook: name a file that ends in .xlsx."))
    with terminal.shop(wish.database) as database:
        _write, actor = writer(database)
        written = imports.template(database, actor, path, wish.kind)
        terminal.tell({"file": str(written.path)}, _("Written: {file}.").format(file=written.path))
    return 0
