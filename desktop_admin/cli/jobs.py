"""What runs every night: expiry, tiers, requests that lapsed, the backup."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from desktop_admin.cli.terminal import Terminal
from desktop_admin.i18n import N_, _

if TYPE_CHECKING:
    from desktop_admin.services.database.database import Database

TIERS, POINTS = N_("Evaluating tiers"), N_("Expiring points")


def writer(database: Database) -> tuple[Callable[[Callable[[Any], Any]], Any], Any]:
    """What runs a piece of work under the operator of jobs and answers its result; and that operator."""
    from desktop_admin.services import shop

    actor = shop.system_actor(database)
    return (lambda operation: database.write(operation, actor=actor).result), actor


def _expired(done: Any) -> str:
    return _("Points that expired: {points:,}, of {members:,} members.").format(
        points=done.points, members=done.members
    )


def expire(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Expire what is due; or only say what will."""
    with terminal.shop(wish.database) as database:
        if wish.preview is not None:
            return _preview(database, wish.preview, terminal)
        done = _expire(database, terminal)
        terminal.tell(
            {"members": done.members, "points": done.points},
            _expired(done),
        )
    return 0


def _preview(database: Database, days: int, terminal: Terminal) -> int:
    from desktop_admin.services import expiry

    _write, actor = writer(database)
    seen = database.read(lambda work: expiry.preview(work, days=days), actor=actor)
    said = {
        "first": seen.first, "last": seen.last, "points": seen.points, "due": seen.due,
        "days": [{"day": d.day, "points": d.points, "members": d.members} for d in seen.days],
    }  # fmt: skip
    text = _("Points that expire until {day}: {points:,}; due now: {due:,} of {members:,} members.").format(
        day=seen.last, points=seen.points, due=seen.due.points, members=seen.due.members
    )
    titles = (_("Day"), _("Points"), _("Members"))
    rows = [(str(one.day), f"{one.points:,}", f"{one.members:,}") for one in seen.days]
    terminal.tell(said, [text, *(["", *terminal.table(titles, rows, (False, True, True))] if rows else [])])
    return 0


def _expire(database: Database, terminal: Terminal) -> Any:
    from desktop_admin.services import expiry
    from desktop_admin.services.command import new_request

    write, _actor = writer(database)
    return expiry.run(write, new_request(), lambda done, total: terminal(done, total, POINTS))


def evaluate_tiers(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Evaluate every member."""
    with terminal.shop(wish.database) as database:
        done = _evaluate(database, terminal)
        terminal.tell(
            {"looked_at": done.looked_at, "up": done.up, "down": done.down, "waiting": done.waiting},
            _("Members who went up: {up:,}; down: {down:,}; a grace began or ended for {waiting:,}.").format(
                up=done.up, down=done.down, waiting=done.waiting
            ),
        )
    return 0


def _evaluate(database: Database, terminal: Terminal) -> Any:
    from desktop_admin.services import tiers
    from desktop_admin.services.command import new_request

    write, _actor = writer(database)
    return tiers.evaluate(write, new_request(), lambda done, total: terminal(done, total, TIERS))


def daily(wish: argparse.Namespace, terminal: Terminal) -> int:
    """The whole night in the order it needs; a refusal of one part is told and ends the job."""
    from desktop_admin.services import approvals, backup, nightly
    from desktop_admin.services.command import new_request

    with terminal.shop(wish.database) as database:
        write, actor = writer(database)
        lapsed = write(partial(approvals.lapse, request=new_request()))
        expired = _expire(database, terminal)
        moved = _evaluate(database, terminal)
        nightly.done(write, database.read(nightly.night))
        made = None
        if database.read(backup.due):
            made = backup.make(database, actor=actor, kind="daily", progress=terminal)
        said = {
            "requests_lapsed": lapsed.requests, "expired_points": expired.points, "expired_members": expired.members,
            "tiers_up": moved.up, "tiers_down": moved.down, "backup": made.file if made else "",
        }  # fmt: skip
        terminal.tell(said, (
            _expired(expired),
            _("Members who went up: {up:,}; down: {down:,}.").format(up=moved.up, down=moved.down),
            _("Requests that lapsed: {count:,}.").format(count=lapsed.requests),
            _("Backup: {file}").format(file=made.file) if made else _("No backup is due."),
        ))  # fmt: skip
        return 0 if made is None or made.verified else 1
