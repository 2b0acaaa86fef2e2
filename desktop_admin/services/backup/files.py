"""Names and places of backups: what a file in the folder is, which are old enough to go."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop_admin.services.database.copying import remove

ENDING = ".pointsdesk"
_NAME = re.compile(r"pointsdesk-(?P<shop>[0-9a-f]{8})-(?P<at>\d{8}-\d{6})-(?P<kind>[a-z-]+?)(?:-\d+)?\.pointsdesk")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """A backup in a folder, by its name: the time is the shop's own."""

    path: Path
    shop: str
    at: datetime
    kind: str


def name_for(folder: Path, shop: str, at: datetime, kind: str) -> Path:
    """A name nobody has yet; the shop by the first eight signs of its number."""
    stem = f"pointsdesk-{shop.replace('-', '')[:8]}-{at:%Y%m%d-%H%M%S}-{kind}"
    path, n = folder / f"{stem}{ENDING}", 1
    while path.exists():
        n += 1
        path = folder / f"{stem}-{n}{ENDING}"
    return path


def found_in(folder: Path, shop: str = "") -> list[Found]:
    """The backups in a folder, of this shop only where it is named; the newest first."""
    wanted = shop.replace("-", "")[:8]
    out = []
    for path in folder.glob(f"pointsdesk-*{ENDING}") if folder.is_dir() else ():
        said = _NAME.fullmatch(path.name)
        if said and wanted in ("", said["shop"]):
            out.append(Found(path, said["shop"], datetime.strptime(said["at"], "%Y%m%d-%H%M%S"), said["kind"]))  # noqa: DTZ007
    return sorted(out, key=lambda f: (f.at, f.path.name), reverse=True)


def rotate(folder: Path, shop: str, kind: str, keep: int) -> list[Path]:
    """Remove the oldest backups of this kind and shop beyond ``keep``; which went."""
    old = [found for found in found_in(folder, shop) if found.kind == kind][keep:]
    for found in old:
        remove(found.path)
        remove(digest_file(found.path))
    return [found.path for found in old]


def sweep(folder: Path, shop: str) -> None:
    """Remove what an interrupted backup left half-written."""
    for path in folder.glob(f".pointsdesk-{shop.replace('-', '')[:8]}-*.part*"):
        remove(path)


def digest_of(path: Path) -> str:
    """SHA-256 of a file in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def digest_file(path: Path) -> Path:
    """The file beside a backup that names its digest, as sha256sum reads it."""
    return path.with_name(path.name + ".sha256")


def digest_said(path: Path) -> str:
    """The digest named beside a backup; empty where none is."""
    beside = digest_file(path)
    return beside.read_text("utf-8").split()[0] if beside.is_file() and beside.stat().st_size else ""
