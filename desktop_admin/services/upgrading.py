"""Upgrading a shop's database: a verified backup, then all or nothing, then the doctor.

Two who upgrade at once wait for each other; the second finds the work done.
"""

from __future__ import annotations

import os
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from desktop_admin.i18n import N_
from desktop_admin.services import doctor, shop
from desktop_admin.services.backup import Progress, files
from desktop_admin.services.command import unlisted
from desktop_admin.services.database import copying, failures, opening, upgrades
from desktop_admin.services.database.clock import Clock, SystemClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.engines import engine_for, parse
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.whole_file import write_whole
from desktop_admin.services.work import Work

BACKING_UP, UPGRADING, CHECKING = N_("Making a backup first"), N_("Upgrading the database"), N_("Checking the books")
_PATIENCE = 120.0  # seconds to wait for another upgrader


@dataclass(frozen=True, slots=True)
class Upgraded:
    """From which version to which, where the backup is, and what the doctor found."""

    before: str
    after: str
    backup: str
    faults: tuple[str, ...]


def upgrade(
    url: str, *, backed_up: bool = False, clock: Clock | None = None, progress: Progress | None = None
) -> Upgraded:
    """Bring a shop's database to this program's version.

    Refused on a server unless its administrator says that it is ``backed_up``. Trouble where the database is newer than
    this program (both versions are named), not ours, damaged, or where the backup cannot be made: nothing is changed.
    """
    tell = progress or (lambda _done, _total, _text: None)
    clock = clock or SystemClock()
    engine = engine_for(parse(url))
    try:
        before = _version(url)
        kept = ""
        if before != upgrades.HEAD:
            if not copying.is_file(url) and not backed_up:
                raise Refused(N_("Back up the server first, then say that it is done."), field="backed_up")
            tell(0, 3, BACKING_UP)
            kept = str(_back_up(Path(engine.url.database or ""), engine, clock)) if copying.is_file(url) else ""
            tell(1, 3, UPGRADING)
            _run(engine)
    finally:
        engine.dispose()
    tell(2, 3, CHECKING)
    return _look(url, clock, before, kept)


def _version(url: str) -> str:
    """The version before. Trouble where this is not a shop of ours, damaged or newer than the program."""
    engine = engine_for(parse(url), readonly=True)
    try:
        if copying.is_file(url):
            _version_seen, said, _totals = copying.examine(copying.path_of(engine))
            if said != "ok":
                message = N_("The database is damaged. Nothing was changed; restore the newest backup.")
                raise Trouble(message, detail=said)
        version = upgrades.version_of(engine)
        if version not in upgrades.VERSIONS:
            upgrades.check_version(engine)
        reason = opening.reason_not_to_write(engine)  # on its way elsewhere, a standby, or of newer programs
        if reason is not None:
            raise reason
        return version
    except DBAPIError as error:
        raise failures.trouble(error) from error
    finally:
        engine.dispose()


def _back_up(path: Path, engine: Engine, clock: Clock) -> Path:
    """A copy of the older version: whole, with the same totals; its books cannot be judged by this program."""
    folder = path.parent / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".upgrade-{uuid.uuid4().hex[:12]}.part"  # two may begin at once
    try:
        totals = copying.copy(engine, aside)
        _version_seen, said, read_back = copying.examine(aside)
        if said != "ok" or totals != read_back:
            raise Trouble(N_("The backup before the upgrade is not whole. Nothing was changed; check the disk."))
        target = files.name_for(folder, "00000000", clock.now(), "before-upgrade")
        write_whole(files.digest_file(target), f"{files.digest_of(aside)}  {target.name}\n".encode())
        os.replace(aside, target)
    finally:
        copying.remove(aside)
    copying.flush_folder(folder)
    return target


def _run(engine: Engine) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            upgrades.upgrade(engine)
            return
        except DBAPIError as error:
            told = failures.trouble(error)
            busy = failures.may_retry(error) or "locked" in str(error.orig)
            if not busy or time.monotonic() > end:
                raise told from error
            time.sleep(0.2)


def _look(url: str, clock: Clock, before: str, kept: str) -> Upgraded:
    database = Database.open(url, clock=clock)
    try:
        actor = shop.system_actor(database)
        if before != upgrades.HEAD:

            def note(work: Work) -> None:
                with unlisted(work, "upgrading.upgrade"):
                    work.audit("upgrade", "shop", 1, {"version": before}, {"version": upgrades.HEAD, "backup": kept})

            database.write(note, actor=actor)
        faults = database.read(doctor.faults, actor=actor)
        return Upgraded(before, upgrades.HEAD, kept, tuple(str(fault) for fault in faults))
    finally:
        database.close()
