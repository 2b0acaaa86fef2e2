"""The sample shop: two years of a shop's life, made through the services from a seed.

``build`` makes it at a URL; ``sample_url`` answers where this machine keeps its own and builds it there once.
Everybody in it signs in with the same password.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_admin.services.database.database import Database

__all__ = ["LOGIN", "PASSWORD", "PIN", "Built", "build", "open_sample", "sample_url"]

LOGIN = "manager"
PASSWORD = "lotus-6382"
PIN = "271828"  # the manager's and the counter's, for taking over quickly

MEMBERS, MONTHS = 2_000, 24

Progress = Callable[[int, int], None]  # days done, days in all


@dataclass(frozen=True, slots=True)
class Built:
    """What was built: where, how much of everything, and what rules refused on the way (message -> times)."""

    url: str
    days: int
    members: int
    entries: int
    purchases: int
    redemptions: int
    items: int
    operations: int
    refusals: dict[str, int]


def build(
    url: str, *, seed: int = 1, members: int = MEMBERS, months: int = MONTHS, now: datetime | None = None,
    progress: Progress | None = None,
) -> Built:  # fmt: skip
    """Build the sample shop at ``url``; its history ends ``now``. Trouble where a database stands there already.

    The same seed, size and instant make the same history; only secrets differ (codes, keys, hashes of passwords).
    """
    from desktop_admin.services.sample import history  # its imports take a while

    return history.build(url, seed=seed, members=members, months=months, now=now, progress=progress)


def open_sample(folder: Path, *, progress: Progress | None = None) -> Database:
    """Open this machine's sample shop; built at the first call."""
    from desktop_admin.services.database.database import Database

    return Database.open(sample_url(folder, progress=progress))


def sample_url(folder: Path, *, progress: Progress | None = None) -> str:
    """Where this machine's sample shop is; built at the first call, whole or not at all."""
    from desktop_admin.services.sample import history

    return history.kept_in(folder, progress=progress)
