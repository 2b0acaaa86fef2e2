"""Digests of tables: equal on both engines exactly where the rows are equal.

SHA-256 over the rows in the order of the primary key, each as a JSON array of its columns in the order of the schema
and a comma after it; texts as they are, escaped to ASCII, bytes in hex.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from json import JSONEncoder

from desktop_admin.services.database.moving.shape import Table
from desktop_admin.services.database.moving.side import Side

_encode = JSONEncoder(separators=(",", ":"), check_circular=False, default=lambda value: bytes(value).hex()).encode


@dataclass(frozen=True, slots=True)
class Digest:
    """How many rows a table has, and their digest."""

    rows: int
    digest: str


def of(side: Side, table: Table, told: Callable[[int], None]) -> Digest:
    """Read a whole table and answer its digest; ``told`` hears how many rows were read since it was last told."""
    hashed = hashlib.sha256()
    rows = 0
    for chunk in side.chunks(table):
        hashed.update(_encode(chunk)[1:-1].encode("ascii"))
        hashed.update(b",")
        rows += len(chunk)
        told(len(chunk))
    return Digest(rows, hashed.hexdigest())
