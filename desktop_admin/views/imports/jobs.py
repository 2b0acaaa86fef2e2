"""What the guide asks of the service, each as a job in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from desktop_admin.services import imports
from desktop_admin.services.imports import DryRun, Imported, Looked, Plan, PreviewRow, Undone
from desktop_admin.services.spreadsheets.cells import Stopped
from desktop_admin.services.topics import Topic
from desktop_admin.tasks import Cancelled, Progress

T = TypeVar("T")
_TOUCHED = (Topic.PURCHASES, Topic.POINTS, Topic.MEMBERS)


def _stopping(progress: Progress, act: Callable[[Any, Any], T]) -> T:
    assert progress.actor is not None
    try:
        return act(progress.database, progress.actor)
    except Stopped:
        raise Cancelled from None


def look(path: Path, kind: str, encoding: str | None, sheet: str | None, progress: Progress) -> Looked:
    """Look into a file."""
    return _stopping(
        progress,
        lambda database, actor: imports.inspect(
            database, actor, path, kind, encoding=encoding, sheet=sheet, cancelled=lambda: progress.cancelled
        ),
    )


def preview(looked: Looked, plan: Plan, progress: Progress) -> tuple[PreviewRow, ...]:
    """Judge the first rows."""

    def act(database: Any, _actor: Any) -> tuple[PreviewRow, ...]:
        now = database.clock.now().astimezone(database.shop.zone()).replace(tzinfo=None)
        return imports.preview(looked.facts, plan, minor_digits=database.shop.minor_digits, now=now)

    return _stopping(progress, act)


def dry_run(plan: Plan, progress: Progress) -> DryRun:
    """Judge every row and count."""
    return _stopping(progress, lambda database, actor: imports.dry_run(database, actor, plan, progress))


def run(plan: Plan, again: bool, progress: Progress) -> Imported:
    """Import."""
    progress.touched(_TOUCHED)
    return _stopping(progress, lambda database, actor: imports.run(database, actor, plan, progress, again=again))


def resume(batch_id: int, path: Path | None, progress: Progress) -> Imported:
    """Go on with an unfinished import."""
    progress.touched(_TOUCHED)
    return _stopping(progress, lambda database, actor: imports.resume(database, actor, batch_id, progress, path=path))


def undo(batch_id: int, progress: Progress) -> Undone:
    """Take a whole import back."""
    progress.touched(_TOUCHED)
    return _stopping(progress, lambda database, actor: imports.undo(database, actor, batch_id, progress))


def template(path: Path, kind: str, progress: Progress) -> Path:
    """Write the workbook to fill in."""
    return _stopping(progress, lambda database, actor: imports.template(database, actor, path, kind)).path


def rejects(path: Path, batch_id: int, plan: Plan | None, progress: Progress) -> Path:
    """Write the rows left out with the reason beside each."""

    def act(database: Any, actor: Any) -> Path:
        if batch_id:
            return imports.write_rejects(database, actor, path, batch_id=batch_id).path
        assert plan is not None
        found = imports.problems_of(database, actor, plan, progress)
        return imports.write_rejects(database, actor, path, plan=plan, problems=found).path

    return _stopping(progress, act)
