"""Is a backup due, how old is the newest one, and which are there? For the daily job and the status bar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import policies
from desktop_admin.services.command import command, query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

_COLUMNS = (
    "SELECT id, started_at, finished_at, file, copied_to, bytes, sha256, verified, kind, problem FROM backup "
)
_GOOD = Sql(_COLUMNS + "WHERE verified = 1 AND kind <> 'before-import' ORDER BY id DESC LIMIT 1")
_NEWEST = Sql(_COLUMNS + "ORDER BY id DESC LIMIT 1")
_LIST = Sql(_COLUMNS + "ORDER BY id DESC LIMIT :limit")
_MARK = Sql(
    "INSERT INTO backup (started_at, finished_at, file, copied_to, bytes, sha256, verified, kind, problem) VALUES "
    "(:now, :now, :note, '', 0, '', 1, 'external', '') RETURNING id"
)


@dataclass(frozen=True, slots=True)
class BackupRow:
    """One backup as recorded when it was made. The file may be gone since."""

    id: int
    started_at: datetime
    finished_at: datetime
    file: str
    copied_to: str
    bytes: int
    sha256: str
    verified: bool
    kind: str
    problem: str  # marked for translation


@dataclass(frozen=True, slots=True)
class BackupState:
    """For the status bar: the newest good backup, its age in days, whether to warn and whether one is due now.

    ``problem`` (marked for translation) is that of the newest backup. On a server nothing is ever due here.
    """

    newest_at: datetime | None
    age_days: int | None
    warn: bool
    due: bool
    problem: str
    copied: bool
    on_server: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """The mark of a backup made elsewhere."""

    backup_id: int


@query(Permission.USE_PROGRAM)
def state(work: Work) -> BackupState:
    """The newest backup, for the status bar."""
    settings = policies.read(work)
    good, newest = work.first(_GOOD), work.first(_NEWEST)
    at = parse_instant(good.finished_at) if good else None
    age = (work.now - at).days if at else None
    warn = age is None or age >= settings["backup_warn_days"]
    problem = newest.problem if newest else ""
    return BackupState(
        at, age, warn, due(work), problem, bool(good and good.copied_to),
        work.on_server,
    )  # fmt: skip


def due(work: Work) -> bool:
    """Whether the daily backup should run now: none that is good since the hour it is set for."""
    if work.on_server:
        return False
    good = work.first(_GOOD)
    return good is None or parse_instant(good.finished_at) < _last_time(work)


def last(work: Work) -> datetime | None:
    """When the newest good backup was finished. For services and the status bar; asks no leave."""
    good = work.first(_GOOD)
    return parse_instant(good.finished_at) if good else None


@query(Permission.BACKUP)
def listing(work: Work, *, limit: int = 200) -> tuple[BackupRow, ...]:
    """The newest backups."""
    return tuple(_row(row) for row in work.all(_LIST, limit=limit))


@command(Permission.BACKUP, Topic.BACKUPS)
def mark_external(work: Work, *, request: str, note: str) -> Marked:
    """Record that the server was backed up: the server's job runs this, so that the age warning knows.

    Refuses a mark without a word on where the backup is.
    """
    if not note.strip():
        raise Refused(N_("Say where the backup is."), field="note")
    backup_id = work.value(_MARK, now=work.now_text, note=note.strip()[:200])
    work.audit("mark", "backup", backup_id, None, {"note": note.strip()[:200]})
    return Marked(backup_id)


def _last_time(work: Work) -> datetime:
    """When the hour of the daily backup last struck."""
    zone = work.shop.zone()
    struck = datetime.combine(work.today, time(policies.get(work, "backup_hour")), zone)
    return struck if struck <= work.now else struck - timedelta(days=1)


def _row(row: Any) -> BackupRow:
    return BackupRow(
        row.id, parse_instant(row.started_at), parse_instant(row.finished_at), row.file, row.copied_to, row.bytes,
        row.sha256, bool(row.verified), row.kind, row.problem,
    )  # fmt: skip
