"""The workbook of the rows that were not taken, and the empty workbook to begin with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from desktop_admin.i18n import _
from desktop_admin.services.command import ask_leave
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.imports import batches
from desktop_admin.services.imports.records import Plan, Problem
from desktop_admin.services.permissions import Permission
from desktop_admin.services.spreadsheets import rejects, templates
from desktop_admin.services.spreadsheets.kinds import KINDS
from desktop_admin.services.spreadsheets.tables import About, WrittenFile
from desktop_admin.services.work import Actor, Work

_TIERS = Sql("SELECT name FROM tier ORDER BY rank")
_BRANCHES = Sql("SELECT name FROM branch WHERE active = 1 ORDER BY code")


def write_rejects(
    database: Any, actor: Actor, path: Path, *, batch_id: int = 0, plan: Plan | None = None,
    problems: Sequence[Problem] = (),
) -> WrittenFile:  # fmt: skip
    """Write the rows that were not taken with the reason beside each: of a batch, or of a file only looked at."""

    def ask(work: Work) -> tuple[Plan, tuple[Problem, ...]]:
        ask_leave(work, Permission.IMPORT)
        return batches.plan_of(work, batch_id), batches.problems(work, batch_id=batch_id)

    if plan is None:
        plan, problems = database.read(ask, actor=actor)
    made_at = database.clock.now().astimezone(database.shop.zone())
    about = About(
        _("Rows not imported"), actor.name, made_at.replace(tzinfo=None), ((_("File"), Path(plan.path).name),),
        database.shop.name, personal=True,
    )  # fmt: skip
    return rejects.write_rejects(Path(path), KINDS[plan.kind], plan.header, plan.columns, _rejected(problems), about)


def _rejected(problems: Sequence[Problem]) -> Iterator[rejects.Rejected]:
    wrong = sorted((p for p in problems if p.severity == "error"), key=lambda p: p.row)
    for row, group in groupby(wrong, key=lambda p: p.row):
        said = list(group)
        yield rejects.Rejected(row, said[0].cells, [(p.field, _refused(p)) for p in said])


def _refused(problem: Problem) -> Refused:
    refused = Refused(problem.message)
    refused.facts = dict(problem.facts)
    return refused


def template(database: Any, actor: Actor, path: Path, kind: str) -> WrittenFile:
    """Write the workbook to fill in, with the shop's own tiers and branches to choose from."""
    from desktop_admin.services.names import named

    tiers = database.read(lambda work: [named(row.name) for row in work.all(_TIERS)], actor=actor)
    branches = database.read(lambda work: [row.name for row in work.all(_BRANCHES)], actor=actor)
    return templates.write_template(Path(path), KINDS[kind], lists={"tier": tiers, "branch": branches})
