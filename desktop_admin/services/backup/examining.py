"""Is this backup whole, ours, of this program's version, and are its books in order?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop_admin.i18n import N_
from desktop_admin.services import doctor, shop
from desktop_admin.services.backup.files import digest_of, digest_said
from desktop_admin.services.database import copying, upgrades
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.copying import Totals
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql

Progress = Callable[[int, int, str], None]  # done, in all (0 = unknown), a sentence marked for translation

_SHOP = Sql("SELECT uuid, epoch, name FROM shop WHERE id = 1")
_NEWEST = Sql("SELECT recorded_at FROM operation ORDER BY id DESC LIMIT 1")

CHECKING = N_("Reading every page")
BOOKS = N_("Checking the books")


@dataclass(frozen=True, slots=True)
class Examined:
    """What a backup file is. ``problem`` (marked for translation) is empty where it can be restored."""

    path: str
    bytes: int
    sha256: str
    problem: str
    detail: str = ""  # what the check said, for the person who repairs
    version: str = ""
    shop_uuid: str = ""
    shop_name: str = ""
    epoch: str = ""
    newest_at: datetime | None = None  # the newest operation in it
    totals: Totals | None = None
    faults: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        return not self.problem


def examine(path: Path, *, progress: Progress | None = None) -> Examined:
    """Examine a file as a whole. Trouble where it is no PointsDesk database at all; else the answer tells."""
    tell = progress or (lambda _done, _total, _text: None)
    tell(0, 3, CHECKING)
    version, said, totals = copying.examine(path)
    size, digest = path.stat().st_size, digest_of(path)
    expected = digest_said(path)
    if said != "ok" or totals is None:
        return Examined(str(path), size, digest, N_("The file is damaged; it cannot be restored."), said, version)
    if expected and expected != digest:
        problem = N_("The file is not the one that was written: its digest is another.")
        return Examined(str(path), size, digest, problem, expected, version)
    tell(1, 3, CHECKING)
    if version != upgrades.HEAD:
        problem = N_("The backup has another version than this program; install the program it belongs to.")
        return Examined(str(path), size, digest, problem, f"{version} / {upgrades.HEAD}", version)
    tell(2, 3, BOOKS)
    return _examine_books(path, size, digest, version, totals, tell)


def _examine_books(path: Path, size: int, digest: str, version: str, totals: Totals, tell: Progress) -> Examined:
    database = Database.open(str(path), readonly=True)
    try:
        actor = shop.system_actor(database)
        row = database.read(lambda work: work.first(_SHOP))
        newest = database.read(lambda work: work.value(_NEWEST))
        faults = database.read(lambda work: doctor.faults(work, tell), actor=actor)
    finally:
        database.close()
    assert row is not None
    problem = N_("The books in it are not in order.") if faults else ""
    return Examined(
        str(path), size, digest, problem, str(len(faults)) if faults else "", version, row.uuid, row.name, row.epoch,
        parse_instant(newest) if newest else None, totals, tuple(str(fault) for fault in faults),
    )  # fmt: skip
