"""Lines gathered into receipts on disk, so that a file of any length takes the same memory.

Lines of one receipt that follow each other are one *run*. Runs are written one after the other; where a receipt's
lines stand apart in the file, its runs are found by their hash and read together. 24 bytes are kept per run.
"""

from __future__ import annotations

import marshal
import struct
import tempfile
from array import array
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

# number, member key, bought at (ISO), branch key, paid, lines; see `Line`
Run = tuple[str, str, str, str, bool, list[tuple[Any, ...]]]

_LENGTH = struct.Struct("<I")
_BUCKETS = 64


class Spool:
    """The receipts of one file. Written once, then read as often as wanted; gone when closed."""

    def __init__(self) -> None:
        self._file = cast(BinaryIO, tempfile.TemporaryFile(prefix="pointsdesk-import-"))  # noqa: SIM115 - closed by close
        self._hashes = [array("q") for _ in range(_BUCKETS)]
        self._places = [array("q") for _ in range(_BUCKETS)]
        self._offsets = array("q")
        self._next: array[int] | None = None  # the next run of the same receipt; 0 none, -1 not the first
        self._at = 0

    def __len__(self) -> int:
        return len(self._offsets)

    def add(self, run: Run) -> None:
        """Write a run."""
        blob = marshal.dumps(run)
        self._file.write(_LENGTH.pack(len(blob)))
        self._file.write(blob)
        place, key = len(self._offsets), hash(run[0])
        bucket = key % _BUCKETS
        self._hashes[bucket].append(key)
        self._places[bucket].append(place)
        self._offsets.append(self._at)
        self._at += _LENGTH.size + len(blob)

    def gather(self) -> None:
        """Find the receipts whose lines stand apart; after the last ``add``."""
        links: array[int] | None = None
        for bucket in range(_BUCKETS):
            last: dict[int, int] = {}
            hashes, places = self._hashes[bucket], self._places[bucket]
            self._hashes[bucket], self._places[bucket] = array("q"), array("q")
            if len(set(hashes)) == len(hashes):
                continue
            for key, place in zip(hashes, places, strict=True):
                before = last.get(key)
                if before is not None:
                    if links is None:
                        links = array("q", bytes(8 * len(self._offsets)))
                    links[before] = place if links[before] >= 0 else -1 - place
                    links[place] = -1
                last[key] = place
        self._next = links
        self._file.flush()

    def receipts(self) -> Iterator[Run]:
        """Every receipt with all its lines, in the order of the first of them."""
        self._file.seek(0)
        if self._next is None:
            yield from self._in_a_row()
            return
        for place in range(len(self._offsets)):
            if self._next[place] < 0:
                continue
            yield from self._joined(place)

    def _in_a_row(self) -> Iterator[Run]:
        read = self._file.read
        while head := read(_LENGTH.size):
            yield marshal.loads(read(_LENGTH.unpack(head)[0]))

    def _joined(self, place: int) -> Iterator[Run]:
        assert self._next is not None
        run = self._run(place)
        following = self._next[place]
        if not following:
            yield run
            return
        found: dict[str, Run] = {run[0]: run}
        while following:
            more = self._run(following)
            known = found.get(more[0])
            if known is None:  # two numbers with one hash
                found[more[0]] = more
            else:
                member = known[1] if not more[1] or more[1] == known[1] else more[1] if not known[1] else CONFLICT
                found[more[0]] = (known[0], member, *known[2:5], [*known[5], *more[5]])
            linked = self._next[following]
            following = -1 - linked if linked < -1 else 0
        yield from found.values()

    def _run(self, place: int) -> Run:
        self._file.seek(self._offsets[place])
        return cast(Run, marshal.loads(self._file.read(_LENGTH.unpack(self._file.read(_LENGTH.size))[0])))

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()


CONFLICT = "\x00"  # the lines of a receipt name two members
