"""What other programs on a shop changed: told after a commit, heard beside everything else.

Never inside a posting's transaction: a notice there takes a lock of the whole server at commit, and sixteen counters
would wait for one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from desktop_admin.services.topics import Topic

Heard = Callable[[frozenset[Topic]], None]  # called in the news' own thread


class News(Protocol):
    """One program's ear and mouth; ``start`` begins its thread, ``close`` ends it."""

    def start(self) -> None: ...

    def expect(self, operations: Iterable[int]) -> None:
        """These operations of ours are about to be committed."""

    def tell(self, topics: Iterable[Topic]) -> None:
        """A commit of ours touched these. Never waits."""

    def close(self, timeout: float = 10.0) -> None: ...
