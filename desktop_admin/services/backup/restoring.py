"""Restoring a backup: examined first, what would vanish listed, the present shop backed up, a new epoch begun.

An administrator restores, who gives the password once more (``operators.prove``), and where the shop has another
administrator or manager, one of them confirms it (``operators.confirm``); on the command line whoever may replace the
file anyway. All leave an audit row in the restored shop.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import doctor, shop
from desktop_admin.services.backup.examining import Examined, Progress, examine
from desktop_admin.services.backup.making import ON_SERVER, Made, make
from desktop_admin.services.command import unlisted
from desktop_admin.services.database import copying
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.operators import witness as four_eyes
from desktop_admin.services.permissions import Permission, may
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Actor, Work

MOST_LISTED = 500
_People = tuple[Actor | None, Actor | None]  # who restores, and who confirmed it
RESTORING = N_("Putting the backup in place")

_AFTER = Sql(
    "SELECT p.id, p.kind, p.recorded_at, o.name AS who, b.name AS branch, count(e.id) AS entries, "
    "CAST(coalesce(sum(e.points), 0) AS bigint) AS points FROM operation p JOIN operator o ON o.id = p.operator_id "
    "JOIN branch b ON b.id = p.branch_id LEFT JOIN entry e ON e.operation_id = p.id WHERE p.id > :last "
    "GROUP BY p.id, p.kind, p.recorded_at, o.name, b.name ORDER BY p.id DESC LIMIT :limit"
)
_COUNTS = Sql(
    "SELECT (SELECT count(*) FROM operation WHERE id > :operation) AS operations, count(*) AS entries, "
    "CAST(coalesce(sum(points), 0) AS bigint) AS points FROM entry WHERE id > :entry"
)
_EPOCH = Sql("UPDATE shop SET epoch = :epoch WHERE id = 1")
_SHOP = Sql("SELECT uuid, epoch FROM shop WHERE id = 1")
_CARRY = Sql(
    "INSERT INTO backup (started_at, finished_at, file, copied_to, bytes, sha256, verified, kind, problem) VALUES "
    "(:now, :now, :file, '', :bytes, :sha256, 1, 'before-restore', '')"
)


@dataclass(frozen=True, slots=True)
class Vanishing:
    """One operation that a restore would undo, with its entries and their points."""

    id: int
    kind: str
    recorded_at: datetime
    who: str
    branch: str
    entries: int
    points: int


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What a restore would do: the backup as examined and what would vanish (the newest 500 listed, all counted).

    ``known`` is False where the present shop cannot be read, or does not go on from this backup. ``witness``: somebody
    besides the one who asks must confirm.
    """

    backup: Examined
    known: bool
    operations: int
    entries: int
    points: int
    vanishing: tuple[Vanishing, ...]
    witness: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """A restore that happened: from which file, where what stood there before is kept, the epoch now."""

    file: str
    kept: str
    epoch: str
    faults: int


def plan(
    path: str, database: Database | None, *, actor: Actor | None = None, progress: Progress | None = None
) -> RestorePlan:
    """Examine a backup and list what restoring it would undo. Trouble where the file is no PointsDesk database."""
    examined = examine(Path(path), progress=progress)
    totals = examined.totals
    witness = database is not None and actor is not None and database.read(lambda w: four_eyes.needed(w, actor))
    unknown = RestorePlan(examined, False, 0, 0, 0, (), witness)
    if database is None or totals is None or not examined.good:
        return unknown
    if examined.shop_uuid != database.shop.uuid:
        return unknown

    def compare(work: Work) -> RestorePlan:
        row = work.first(_SHOP)
        if row is None or row.epoch != examined.epoch:  # an earlier restore lies between: numbers do not compare
            return unknown
        counts = work.first(_COUNTS, operation=totals.last_operation, entry=totals.last_entry)
        assert counts is not None
        rows = work.all(_AFTER, last=totals.last_operation, limit=MOST_LISTED)
        vanishing = tuple(
            Vanishing(r.id, r.kind, parse_instant(r.recorded_at), r.who, r.branch, r.entries, r.points) for r in rows
        )
        return RestorePlan(examined, True, counts.operations, counts.entries, counts.points, vanishing, witness)

    return database.read(compare)


def restore(
    path: str, database: Database, *, actor: Actor, witness: Actor | None = None, other_shop: bool = False,
    progress: Progress | None = None,
) -> Restored:  # fmt: skip
    """Put a backup in the place of the shop. Everybody signed in must sign in again.

    Refused without the leave to restore, without a ``witness`` where there is somebody to be one, on a server, for a
    backup that is not whole or not of this shop (unless ``other_shop``). Trouble where another program has the file
    open. The shop as it was is kept as a backup.
    """
    _check_leave(actor, database)
    database.read(lambda work: four_eyes.check(work, actor, witness))
    examined = examine(Path(path), progress=progress)
    if not examined.good:
        raise Refused(examined.problem, field="file", detail=examined.detail)
    if examined.shop_uuid != database.shop.uuid and not other_shop:
        raise Refused(N_("This is a backup of another shop, “{name}”."), field="file", name=examined.shop_name)
    kept = make(database, actor=actor, kind="before-restore", copy_to="", progress=progress)
    if progress is not None:
        progress(0, 0, RESTORING)
    target = copying.path_of(database.engine)
    with database.apart():
        epoch = _put(Path(path), target, (actor, witness), kept.file, examined.sha256, kept)
    faults = database.read(doctor.faults, actor=shop.system_actor(database))
    return Restored(path, kept.file, epoch, len(faults))


def restore_file(path: str, url: str, *, other_shop: bool = False, progress: Progress | None = None) -> Restored:
    """As ``restore``, from the command line; also where the present file is missing, damaged or of another version.

    A file that cannot be opened is kept beside its place under another name.
    """
    if not copying.is_file(url):
        raise Refused(ON_SERVER)
    try:
        database = Database.open(url)
    except Trouble:
        return _restore_over(path, url, progress)
    try:
        return restore(path, database, actor=shop.system_actor(database), other_shop=other_shop, progress=progress)
    finally:
        database.close()


def drill(path: str, *, progress: Progress | None = None) -> Examined:
    """Restore a backup into a temporary place, open it and check its books: a rehearsal that changes nothing."""
    with tempfile.TemporaryDirectory(prefix="pointsdesk-drill-") as folder:
        target = Path(folder) / "shop.pointsdesk"
        shutil.copyfile(path, target)
        examined = examine(Path(path), progress=progress)
        if examined.good:
            _renew(target, (None, None), path, examined.sha256, None)
            again = examine(target, progress=progress)
            if not again.good:
                return again
    return examined


def record_drill(database: Database, *, actor: Actor, examined: Examined) -> None:
    """Leave a trace that a rehearsal was held, and how it went."""

    def note(work: Work) -> None:
        with unlisted(work, "backup.drill"):
            facts = {"file": examined.path, "sha256": examined.sha256, "problem": examined.problem}
            work.audit("restore drill", "backup", 0, None, facts)
            work.touch(Topic.BACKUPS)

    database.write(note, actor=actor)


def note_recovery(database: Database, *, actor: Actor, note: str) -> str:
    """Begin a new epoch after the server's administrator has recovered the shop to an earlier moment; the epoch.

    Anchors of what vanished are then answered with “taken before a backup was restored”. Refused for a file, whose
    restore does it by itself, and without a note.
    """
    if not database.on_server:
        raise Refused(N_("A shop in a file is restored by the program itself, which notes it."))
    if not note.strip():
        raise Refused(N_("Say from which backup and to which moment it was recovered."), field="note")
    epoch = str(uuid.uuid4())

    def begin(work: Work) -> None:
        with unlisted(work, "backup.note_recovery"):
            row = work.first(_SHOP)
            assert row is not None
            work.run(_EPOCH, epoch=epoch)
            work.audit("restore", "shop", 1, {"epoch": row.epoch}, {"epoch": epoch, "file": note.strip()})

    database.write(begin, actor=actor)
    return epoch


def _check_leave(actor: Actor, database: Database) -> None:
    if not may(actor.role, Permission.RESTORE):
        raise Refused(N_("Your role does not allow this."), permission=Permission.RESTORE.value)
    if database.on_server:
        raise Refused(ON_SERVER)


def _restore_over(path: str, url: str, progress: Progress | None) -> Restored:
    examined = examine(Path(path), progress=progress)
    if not examined.good:
        raise Refused(examined.problem, field="file", detail=examined.detail)
    target = copying.file_of(url)
    kept = ""
    if target.exists():
        kept = str(target.with_name(f"{target.stem}.kept-{uuid.uuid4().hex[:8]}{target.suffix}"))
        shutil.copyfile(target, kept)
    epoch = _put(Path(path), target, (None, None), kept, examined.sha256, None)
    return Restored(path, kept, epoch, 0)


def _put(source: Path, target: Path, people: _People, kept: str, digest: str, made: Made | None) -> str:
    """A renewed copy of the backup in the place of the shop; the new epoch."""
    aside = target.with_name(f".{target.name}.restoring")
    try:
        shutil.copyfile(source, aside)
        epoch = _renew(aside, people, str(source), digest, made, kept)
        copying.put_in_place(aside, target)
    except OSError as error:
        raise Trouble(
            N_("The backup could not be put in place. The shop is as it was; free some space and do it again.")
        ) from error
    finally:
        for beside in ("", "-wal", "-shm", "-journal"):
            copying.remove(aside.with_name(aside.name + beside))
    return epoch


def _renew(path: Path, people: _People, source: str, digest: str, made: Made | None, kept: str = "") -> str:
    """Begin a new epoch in a copy, so that anchors of the old one are told apart; leave the trace of the restore."""
    database = Database.open(str(path))
    epoch = str(uuid.uuid4())
    actor, witness = people

    def begin(work: Work) -> None:
        with unlisted(work, "backup.restore"):
            row = work.first(_SHOP)
            assert row is not None
            work.run(_EPOCH, epoch=epoch)
            if made is not None:
                work.run(_CARRY, now=work.now_text, file=made.file, bytes=made.bytes, sha256=made.sha256)
            facts: dict[str, Any] = {"epoch": epoch, "file": source, "sha256": digest, "kept": kept}
            facts["by"] = actor.name if actor else ""
            facts["confirmed_by"] = witness.name if witness else ""
            work.audit("restore", "shop", 1, {"epoch": row.epoch}, facts)

    try:
        system = shop.system_actor(database, actor.workstation if actor else "")
        database.write(begin, actor=system)
    finally:
        database.close()
    copying.settle(path)
    return epoch
