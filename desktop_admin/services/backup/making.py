"""Making a backup: copied while others work, written aside, examined, moved into place, copied off the machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop_admin.i18n import N_
from desktop_admin.services import policies
from desktop_admin.services.backup import files
from desktop_admin.services.backup.examining import Examined, Progress, examine
from desktop_admin.services.command import unlisted
from desktop_admin.services.database import copying
from desktop_admin.services.database.clock import instant
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.permissions import Permission, may
from desktop_admin.services.topics import Topic
from desktop_admin.services.whole_file import write_whole
from desktop_admin.services.work import Actor, Work

ON_SERVER = N_("This shop lives on a server: its administrator backs it up and restores it there.")
COPYING = N_("Copying the database")
ELSEWHERE = N_("Copying the backup to another place")
_FREE = 1.2  # times the size of the database must be free
_ADD = Sql(
    "INSERT INTO backup (started_at, finished_at, file, copied_to, bytes, sha256, verified, kind, problem) VALUES "
    "(:started_at, :finished_at, :file, :copied_to, :bytes, :sha256, :verified, :kind, :problem) RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Made:
    """A backup. ``problem`` (marked for translation): the copy elsewhere failed, or the books are not in order."""

    id: int
    file: str
    copied_to: str
    bytes: int
    sha256: str
    verified: bool
    problem: str = ""
    detail: str = ""


def make(
    database: Database,
    *,
    actor: Actor,
    kind: str = "manual",
    folder: str = "",
    copy_to: str | None = None,
    progress: Progress | None = None,
) -> Made:
    """Make a backup; ``folder`` and ``copy_to`` as the shop set them where not given.

    Refused for a shop on a server, which its administrator backs up (docs/operations.md). Trouble where the disk is
    full or the copy does not hold all: then nothing stands under the final name. A failed copy elsewhere is told.
    """
    if not may(actor.role, Permission.BACKUP):
        raise Refused(N_("Your role does not allow this."), permission=Permission.BACKUP.value)
    if database.on_server:
        raise Refused(ON_SERVER)
    settings = database.read(policies.read)
    own = Path(folder or settings["backup_folder"] or copying.folder_beside(database.engine))
    elsewhere = settings["backup_copy"] if copy_to is None else copy_to
    started = database.clock.now()
    path, examined = _write(database, own, kind, progress)
    copied, failed = _copy_elsewhere(path, elsewhere, progress)
    if elsewhere and copied:
        files.rotate(Path(elsewhere), database.shop.uuid, kind, settings["backup_keep"])
    files.rotate(own, database.shop.uuid, kind, settings["backup_keep"])
    problem = examined.problem or failed

    def record(work: Work) -> Made:
        with unlisted(work, "backup.make"):
            facts = {"file": str(path), "copied_to": copied, "bytes": examined.bytes, "sha256": examined.sha256}
            verified = int(examined.good)
            row = {**facts, "verified": verified, "kind": kind, "problem": problem}
            backup_id = work.value(_ADD, started_at=instant(started), finished_at=work.now_text, **row)
            work.audit("make", "backup", backup_id, None, row)
            work.touch(Topic.BACKUPS)
        size, digest = examined.bytes, examined.sha256
        return Made(backup_id, str(path), copied, size, digest, examined.good, problem, examined.detail)

    return database.write(record, actor=actor).result


def _write(database: Database, folder: Path, kind: str, progress: Progress | None) -> tuple[Path, Examined]:
    """The backup under its final name, examined; or nothing."""
    source = copying.path_of(database.engine)
    _prepare(folder, source)
    files.sweep(folder, database.shop.uuid)
    local = database.clock.now().astimezone(database.shop.zone())
    path = files.name_for(folder, database.shop.uuid, local, kind)
    aside = path.with_name(f".{path.name}.part")
    try:
        totals = copying.copy(database.engine, aside, _step(progress))
        examined = examine(aside, progress=progress)
        if examined.totals != totals:
            raise Trouble(
                N_("The backup does not hold all of the shop and was thrown away. The shop is safe; check the disk."),
                detail=examined.detail,
            )
        write_whole(files.digest_file(path), f"{examined.sha256}  {path.name}\n".encode())
        os.replace(aside, path)
        copying.flush_folder(folder)
    except OSError as error:
        raise _no_room(path) from error
    finally:
        copying.remove(aside)
        if not path.exists():
            copying.remove(files.digest_file(path))
    return path, examined


def _prepare(folder: Path, source: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise Trouble(
            N_("The folder “{folder}” cannot be used for backups. The shop is safe; choose another folder."),
            folder=str(folder),
        ) from error
    if free < source.stat().st_size * _FREE:
        raise _no_room(folder)


def _no_room(path: Path) -> Trouble:
    return Trouble(
        N_("There is no room for a backup in “{folder}”. The shop is safe; free some space or choose another folder."),
        folder=str(path.parent),
    )


def _step(progress: Progress | None) -> Callable[[int, int], None] | None:
    return None if progress is None else lambda done, total: progress(done, total, COPYING)


def _copy_elsewhere(path: Path, elsewhere: str, progress: Progress | None) -> tuple[str, str]:
    """Copy the backup and its digest to another place: (where it is now, what went wrong)."""
    if not elsewhere:
        return "", ""
    if progress is not None:
        progress(0, 0, ELSEWHERE)
    target = Path(elsewhere) / path.name
    aside = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(path, aside)
        copying.flush(aside)
        if files.digest_of(aside) != files.digest_said(path):
            raise OSError("the copy reads back otherwise")
        os.replace(aside, target)
        shutil.copyfile(files.digest_file(path), files.digest_file(target))
        copying.flush_folder(target.parent)
    except OSError:
        if aside.parent.is_dir():
            copying.remove(aside)
        return "", N_("The copy to the other place failed; the backup on this machine is there.")
    return str(target), ""
