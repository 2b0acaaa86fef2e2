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
from desktop_admin.services.rules.titles import BACKUP_KINDS

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
            {"check": f.check, "message": _(f.message), "subject_id": f.subject_id, "facts": f.said()} for f in faults
        ]
        lines = [fault.line() for fault in faults]
        terminal.tell({"faults": found}, lines or _("The books are in order."))
    return 1 if faults else 0


def _anchors(database: Database, file: str, terminal: Terminal) -> int:
    from desktop_admin.services import anchors

    text = _text_of(file)
    _write, actor = writer(database)
    verdicts = database.read(lambda work: anchors.verify(work, text=text), actor=actor)
    if not verdicts:
        raise BadInput(_("There is no anchor in “{file}”.").format(file=file))
    said = [{"taken_at": v.taken_at, "state": v.state, "message": _(v.message)} for v in verdicts]
    lines = [f"{v.taken_at or '?'}  {v.state}: {_(v.message)}" for v in verdicts]
    terminal.tell({"anchors": said}, lines)
    return 0 if all(verdict.good for verdict in verdicts) else 1


def _text_of(file: str) -> str:
    try:
        return Path(file).read_text("utf-8", errors="replace")
    except OSError as error:
        raise BadInput(
            _("“{file}” cannot be read: {problem}.").format(file=file, problem=error.strerror)
        ) from None


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
            terminal.tell({"marked": wish.mark}, _("The backup made elsewhere is noted."))
            return 0
        if wish.if_due and not database.read(backups.due):
            terminal.tell({"file": "", "due": False}, _("No backup is due."))
            return 0
        kind = "daily" if wish.if_due else "manual"
        made = backups.make(
            database, actor=actor, kind=kind, folder=wish.folder, copy_to=wish.copy, progress=terminal
        )
        said = {
            "file": made.file, "copied_to": made.copied_to, "bytes": made.bytes, "sha256": made.sha256,
            "verified": made.verified, "problem": _(made.problem) if made.problem else "",
        }  # fmt: skip
        text = _("Backup {file} ({bytes:,} bytes), read back and checked.")
        terminal.tell(said, text.format(file=made.file, bytes=made.bytes))
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
    titles = (_("Made"), _("Kind"), _("State"), _("File"))
    state = {True: _("Verified"), False: _("Not verified")}
    lines = [
        (format_instant(r.finished_at), _(BACKUP_KINDS.get(r.kind, r.kind)), state[r.verified], r.file) for r in rows
    ]
    table = terminal.table(titles, lines, (False,) * len(titles)) if rows else _("There is no backup yet.")
    terminal.tell({"backups": said}, table)
    return 0


def _drill(database: Database, file: str, terminal: Terminal) -> int:
    from desktop_admin.services import backup as backups

    _write, actor = writer(database)
    _there(file)
    examined = backups.drill(file, progress=terminal)
    backups.record_drill(database, actor=actor, examined=examined)
    problem = _(examined.problem) if examined.problem else ""
    said = {"file": file, "good": examined.good, "problem": problem}
    terminal.tell(said, problem or _("This backup can be restored."))
    return 0 if examined.good else 1


def restore(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Restore a backup over the shop; or only say what would vanish."""
    from desktop_admin.services import backup as backups

    url = needed(wish.database)
    if wish.recovered:
        return _recovered(wish, terminal)
    _there(wish.file)
    if wish.dry_run:
        return _would(wish, terminal)
    done = backups.restore_file(wish.file, url, other_shop=wish.other_shop, progress=terminal)
    text = _("Restored {file}. What stood there before is kept in {kept}.") if done.kept else _(
        "Restored {file}. There was no shop before."
    )
    terminal.tell(
        {"file": done.file, "kept": done.kept, "epoch": done.epoch, "faults": done.faults},
        text.format(file=done.file, kept=done.kept),
    )
    return 0 if not done.faults else 1


def _recovered(wish: argparse.Namespace, terminal: Terminal) -> int:
    from desktop_admin.services import backup as backups
    from desktop_admin.services import doctor as books

    with terminal.shop(wish.database) as database:
        _write, actor = writer(database)
        epoch = backups.note_recovery(database, actor=actor, note=wish.recovered)
        faults = database.read(books.faults)
    terminal.tell(
        {"epoch": epoch, "faults": len(faults)},
        _("The recovery is noted: anchors taken after that moment are answered as taken before a restore."),
    )
    return 0 if not faults else 1


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
    newest = format_instant(what.newest_at) if what.newest_at else "–"
    text = _("A good backup of “{shop}”; its newest act: {newest}.").format(shop=what.shop_name, newest=newest)
    lost = _("Restoring it would undo {acts:,} acts with {entries:,} entries ({points:+,} points).").format(
        acts=plan.operations, entries=plan.entries, points=plan.points
    )
    unknown = _("What it would undo cannot be said: the present shop does not go on from it.")
    terminal.tell(said, (text, lost if plan.known else unknown) if good else _(what.problem))
    return 0 if good else 1


def _there(file: str) -> None:
    if not Path(file).is_file():
        raise BadInput(_("There is no file “{file}”.").format(file=file))


def upgrade(wish: argparse.Namespace, terminal: Terminal) -> int:
    """Bring the database to this program's version."""
    from desktop_admin.services import upgrading

    logging.getLogger("alembic").setLevel(logging.ERROR)
    done = upgrading.upgrade(needed(wish.database), backed_up=wish.backed_up, progress=terminal)
    said = {"before": done.before, "after": done.after, "backup": done.backup, "faults": list(done.faults)}
    text = _("Upgraded from {before} to {after}; backup: {backup}.")
    if done.before == done.after:
        text = _("The database has this program's version already ({after}).")
    backup = done.backup or _("the server's own")
    terminal.tell(said, (text.format(before=done.before, after=done.after, backup=backup), *done.faults))
    return 1 if done.faults else 0


def recover_admin(wish: argparse.Namespace, terminal: Terminal) -> int:
    """A one-time password for an administrator."""
    from desktop_admin.services import operators

    done = operators.recover(needed(wish.database), login=wish.login)
    terminal.tell(
        {"login": done.login, "name": done.name, "one_time_password": done.one_time_password},
        _(
            "{login} ({name}) signs in with the one-time password {password}, shown only now. "
            "Every administrator will be told of this."
        ).format(login=done.login, name=done.name, password=done.one_time_password),
    )
    return 0
