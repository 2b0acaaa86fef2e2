"""News of a file: every second a look at the newest operations, which cost nothing where there are none."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy.exc import DBAPIError

from desktop_admin.services.database.news.contract import Heard
from desktop_admin.services.errors import Trouble
from desktop_admin.services.topics import Topic

LOOK = 1.0  # seconds between two looks
MOST = 200  # operations looked at singly; where more happened, everything counts as touched



class Operations(Protocol):
    """How the file is looked at."""

    def newest(self) -> int:
        """The id of the newest operation; 0 where there is none."""

    def since(self, operation: int, most: int) -> Sequence[Any]:
        """(id, kind) of so many operations from this one on, the oldest first."""


class FileNews:
    """Hears what other programs wrote into the same file. They see ours by themselves: nothing is told.

    ``topics_of(kind)`` answers what such an act touches.
    """

    def __init__(
        self, operations: Operations, topics_of: Callable[[str], frozenset[Topic]], heard: Heard | None
    ) -> None:
        self._operations, self._topics_of, self._heard = operations, topics_of, heard
        self._own: deque[int] = deque(maxlen=4 * MOST)
        self._last = -1
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pointsdesk-news")

    def start(self) -> None:
        if self._heard is not None:
            self._thread.start()

    def expect(self, operations: Iterable[int]) -> None:
        """Remember our own; one that is rolled back leaves its id to another's, which we then miss by one look."""
        self._own.extend(operations)

    def tell(self, topics: Iterable[Topic]) -> None:
        """The file tells."""

    def close(self, timeout: float = 10.0) -> None:
        self._end.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        assert self._heard is not None
        while not self._end.is_set():
            touched: frozenset[Topic] = frozenset()
            with contextlib.suppress(Trouble, DBAPIError):  # busy, or being replaced: the next look sees it
                touched = self._look()
            if touched:
                self._heard(touched)
            self._end.wait(LOOK)

    def _look(self) -> frozenset[Topic]:
        if self._last < 0:
            self._last = self._operations.newest()
            return frozenset()
        rows = self._operations.since(self._last, MOST)
        ours = set(self._own)
        known = not self._last or (bool(rows) and rows[0].id == self._last)
        if not known or len(rows) == MOST:  # another file came in its place, or more happened than is looked through
            self._last = self._operations.newest()
            return frozenset(Topic)
        kinds = {row.kind for row in rows if row.id > self._last and row.id not in ours}
        self._last = rows[-1].id if rows else 0
        return frozenset().union(*map(self._topics_of, kinds))
