"""Where on this machine a shop's files for an outage lie, and how they go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from desktop_admin.services.database import sealed_file

FOLDER = "outage"


@dataclass(frozen=True, slots=True)
class Place:
    """The files of one shop: ``folder`` is the program's own, ``shop`` the shop's uuid."""

    folder: Path
    shop: str

    @property
    def inside(self) -> Path:
        plain = re.sub(r"[^0-9a-zA-Z-]", "", self.shop)[:64] or "shop"
        return self.folder / FOLDER / plain

    @property
    def members(self) -> Path:
        """The read copy of members."""
        return self.inside / "members.sealed"

    @property
    def queue(self) -> Path:
        """Purchases that wait for the server."""
        return self.inside / "queue.sealed"

    @property
    def figures(self) -> Path:
        """The dashboards seen last."""
        return self.inside / "figures.sealed"


def drop_copies(place: Place) -> None:
    """Take the copy of members away, also one that was being written."""
    sealed_file.remove(place.members)
    for left in place.inside.glob("members.*.new*"):
        left.unlink(missing_ok=True)


def unfinished(place: Place, program: int) -> Path:
    """Where this program (its process id) writes a new copy before it takes the old one's place."""
    return place.members.with_suffix(f".{program}.new")
