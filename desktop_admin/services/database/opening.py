"""Opening a database: is it ours, sound, of our version, and in a place where it is safe?"""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import URL, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from desktop_admin.i18n import N_
from desktop_admin.services.database import failures, marks, upgrades
from desktop_admin.services.database.engines import APPLICATION_ID, kind_of
from desktop_admin.services.errors import Trouble

_REMOTE = {
    "cifs", "smb2", "smb3", "smbfs", "nfs", "nfs4", "9p", "fuse.sshfs", "afpfs", "webdav", "fuse.davfs", "drvfs",
    "ncpfs",
}  # fmt: skip
_SYNCED = ("onedrive", "dropbox", "坚果云", "nutstore", "google drive", "icloud", "baidunetdisk")


def check(engine: Engine, *, readonly: bool = False) -> None:
    """Trouble unless the database may be worked with; only to be looked at where ``readonly``."""
    try:
        if kind_of(engine.url) == "sqlite":
            _check_file(engine, readonly=readonly)
        upgrades.check_version(engine)
    except DBAPIError as error:
        raise failures.trouble(error) from error


def reason_not_to_write(engine: Engine, *, readonly: bool = False) -> Trouble | None:
    """Why this shop may only be looked at now, or None. Trouble where it has moved, unless it is only looked at."""
    try:
        return marks.reason_not_to_write(engine, readonly=readonly)
    except DBAPIError as error:
        raise failures.trouble(error) from error


def check_place_for_new(url: URL) -> None:
    """Trouble where a new database file may not be made."""
    if kind_of(url) != "sqlite":
        return
    path = Path(url.database or "")
    if path.exists() and path.stat().st_size:
        raise Trouble(N_("There is already a file at “{path}”. Nothing was changed."), path=str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    place(path)


def place(path: Path) -> None:
    """Trouble where a file in this folder would be lost or corrupted: network shares and synchronised folders."""
    folder = str(path.resolve().parent)
    if file_system(path) in _REMOTE:
        raise Trouble(
            N_("“{folder}” is on a network share. A database file there gets damaged; choose a local disk."),
            folder=folder,
        )
    if any(name in folder.lower() for name in _SYNCED):
        raise Trouble(
            N_(
                "“{folder}” is synchronised with other machines. "
                "A database file there gets damaged; choose another folder."
            ),
            folder=folder,
        )


def file_system(path: Path) -> str:
    """The kind of file system that holds the path, as the machine names it; empty where it does not say."""
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return ""
    best, kind = "", ""
    where = str(path.resolve())
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        _device, point, name, *_rest = line.split(" ")
        point = point.replace("\\040", " ")
        if (where == point or where.startswith(point.rstrip("/") + "/")) and len(point) >= len(best):
            best, kind = point, name
    return kind


def writable(url: URL) -> bool:
    """Whether this file and its folder may be written; a server says so itself. True for a file yet to be."""
    path = Path(url.database or "")
    if kind_of(url) != "sqlite" or not path.exists():
        return True
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _check_file(engine: Engine, *, readonly: bool) -> None:
    path = Path(engine.url.database or "")
    if not path.is_file():
        raise Trouble(N_("There is no database file at “{path}”."), path=str(path))
    if not readonly:
        place(path)
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\x00":
            raise Trouble(N_("“{path}” is not a PointsDesk database."), path=str(path))
    with engine.connect() as connection:
        if connection.execute(text("PRAGMA application_id")).scalar_one() != APPLICATION_ID:
            raise Trouble(N_("“{path}” is not a PointsDesk database."), path=str(path))
        if not readonly:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one() != "ok":
            raise Trouble(
                N_("“{path}” is damaged. Nothing was changed; restore the newest backup."), path=str(path)
            )
