"""A gate: many may be inside at once, or one alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Many inside, or one alone; who comes while somebody is alone waits."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._alone = 0  # the thread that is alone

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Be inside with others."""
        me = threading.get_ident()
        with self._changed:
            while self._alone not in (0, me):
                self._changed.wait()
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until nobody is inside and stay alone."""
        me = threading.get_ident()
        with self._changed:
            while self._alone or self._inside:
                self._changed.wait()
            self._alone = me
        try:
            yield
        finally:
            with self._changed:
                self._alone = 0
                self._changed.notify_all()
