"""Care of the database: the doctor, backups, restores, upgrades, a way back in."""

from __future__ import annotations

import argparse
import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_admin.cli.jobs import writer
from desktop_admin.cli.terminal import BadInput, Terminal, needed
from desktop_admin.i18n import _, format_instant

if TYPE_CHECKING:
    from desktop_admin.services.database.database import Database


def doctor(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Check the books; 1 where something is wrong."""
    from desktop_admin.services import doctor as books

    with terminal.shop(wish.database) as database:
        _write, actor = writer(database)
        if wish.anchors:
            return _anchors(database, wish.anchors, terminal)
        faults = database.read(partial(books.examine, progress=terminal), actor=actor)
        found = [
            {"check": f.check, "message": _(f.message), "subject_id": f.subject_id, "facts": f.facts} for f in faults
        ]
        lines = [f"{f.check} #{f.subject_id}: {_(f.message)} {f.facts}".rstrip() for f in faults]
        terminal.tell({"faults": found}, lines or "The books are in order.")
    return 1 if faults else 0


def _anchors(database: Database, file: str, terminal: Terminal) -> int:
    from desktop_admin.services import anchors

    text = _text_of(file)
    _write, actor = writer(database)
    verdicts = database.read(lambda work: anchors.verify(work, text=text), actor=actor)
    if not verdicts:
        raise BadInput(f"There is no anchor in “{file}”.")
    said = [{"taken_at": v.taken_at, "state": v.state, "message": _(v.message)} for v in verdicts]
    lines = [f"{v.taken_at or '?'}  {v.state}: {_(v.message)}" for v in verdicts]
    terminal.tell({"anchors": said}, lines)
    return 0 if all(verdict.good for verdict in verdicts) else 1


def _text_of(file: str) -> str:
    try:
        return Path(file).read_text("utf-8", errors="replace")
    except OSError as error:
        raise BadInput(f"“{file}” cannot be read: {error.strerror}.") from None


def backup(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Make a backup, list them, rehearse a restore, or note one made elsewhere."""
    from desktop_admin.services import backup as backups
    from desktop_admin.services.command import new_request

    with terminal.shop(wish.database) as database:
        write, actor = writer(database)
        if wish.list:
            return _list(database, terminal)
        if wish.drill:
            return _drill(database, wish.drill, terminal)
        if wish.mark:
            write(partial(backups.mark_external, request=new_request(), note=wish.mark))
            terminal.tell({"marked": wish.mark}, "The backup made elsewhere is noted.")
            return 0
        if wish.if_due and not database.read(backups.due):
            terminal.tell({"file": "", "due": False}, "No backup is due.")
            return 0
        kind = "daily" if wish.if_due else "manual"
        made = backups.make(
            database, actor=actor, kind=kind, folder=wish.folder, copy_to=wish.copy, progress=terminal
        )
        said = {
            "file": made.file, "copied_to": made.copied_to, "bytes": made.bytes, "sha256": made.sha256,
            "verified": made.verified, "problem": _(made.problem) if made.problem else "",
        }  # fmt: skip
        terminal.tell(said, f"Backup {made.file} ({made.bytes:,} bytes), read back and checked.")
        if made.problem:
            terminal.complain(_(made.problem))
    return 0 if made.verified and not made.problem else 1


def _list(database: Database, terminal: Terminal) -> int:
    from desktop_admin.services import backup as backups

    _write, actor = writer(database)
    rows = database.read(backups.listing, actor=actor)
    said = [
        {"at": r.finished_at, "kind": r.kind, "file": r.file, "copied_to": r.copied_to, "verified": r.verified}
        for r in rows
    ]
    state = {True: "good", False: "BAD "}
    lines = [f"{format_instant(r.finished_at)}  {r.kind:<15} {state[r.verified]}  {r.file}" for r in rows]
    terminal.tell({"backups": said}, lines or "There is no backup yet.")
    return 0


def _drill(database: Database, file: str, terminal: Terminal) -> int:
    from desktop_admin.services import backup as backups

    _write, actor = writer(database)
    _there(file)
    examined = backups.drill(file, progress=terminal)
    backups.record_drill(database, actor=actor, examined=examined)
    problem = _(examined.problem) if examined.problem else ""
    terminal.tell({"file": file, "good": examined.good, "problem": problem}, problem or "This backup can be restored.")
    return 0 if examined.good else 1


def restore(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Restore a backup over the shop; or only say what would vanish."""
    from desktop_admin.services import backup as backups

    url = needed(wish.database)
    _there(wish.file)
    if wish.dry_run:
        return _would(wish, terminal)
    done = backups.restore_file(wish.file, url, other_shop=wish.other_shop, progress=terminal)
    terminal.tell(
        {"file": done.file, "kept": done.kept, "epoch": done.epoch, "faults": done.faults},
        f"Restored {done.file}. What stood there before is kept in {done.kept or 'nothing: there was no shop'}.",
    )
    return 0 if not done.faults else 1


def _would(wish: argparse.Namespace, terminal: Terminal) -> int:
    from desktop_admin.services import backup as backups

    with terminal.shop(wish.database) as database:
        plan = backups.plan(wish.file, database, progress=terminal)
    good, what = plan.backup.good, plan.backup
    said = {
        "file": what.path, "good": good, "problem": _(what.problem) if what.problem else "", "shop": what.shop_name,
        "newest_at": what.newest_at, "known": plan.known, "operations": plan.operations, "entries": plan.entries,
        "points": plan.points,
    }  # fmt: skip
    newest = format_instant(what.newest_at) if what.newest_at else "none"
    text = f"A good backup of “{what.shop_name}”; its newest act: {newest}."
    lost = f"Restoring it would undo {plan.operations:,} acts with {plan.entries:,} entries ({plan.points:+,} points)."
    unknown = "What it would undo cannot be said: the present shop does not go on from it."
    terminal.tell(said, (text, lost if plan.known else unknown) if good else _(what.problem))
    return 0 if good else 1


def _there(file: str) -> None:
    if not Path(file).is_file():
        raise BadInput(f"There is no file “{file}”.")


def upgrade(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Bring the database to this program's version."""
    from desktop_admin.services import upgrading

    logging.getLogger("alembic").setLevel(logging.ERROR)
    done = upgrading.upgrade(needed(wish.database), backed_up=wish.backed_up, progress=terminal)
    said = {"before": done.before, "after": done.after, "backup": done.backup, "faults": list(done.faults)}
    text = f"Upgraded from {done.before} to {done.after}; backup: {done.backup or 'the server’s own'}."
    if done.before == done.after:
        text = f"The database has this program's version already ({done.after})."
    terminal.tell(said, (text, *done.faults))
    return 1 if done.faults else 0


def recover_admin(wish: argparse.Namespace, terminal: Terminal) -> int:
    """A one-time password for an administrator."""
    from desktop_admin.services import operators

    done = operators.recover(needed(wish.database), login=wish.login)
    terminal.tell(
        {"login": done.login, "name": done.name, "one_time_password": done.one_time_password},
        f"{done.login} ({done.name}) signs in with the one-time password {done.one_time_password}, shown only now. "
        "Every administrator will be told of this.",
    )
    return 0
