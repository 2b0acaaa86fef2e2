"""The law of trying again: bounded in time and in number, with pauses that grow and differ from counter to counter."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from desktop_admin.services.database import failures
from desktop_admin.services.errors import Unsettled

TRIES = 12
SECONDS = 10.0  # after this no new try begins
_FIRST, _LONGEST = 0.01, 1.0  # seconds; the longest pause doubles from try to try


class Patience:
    """One operation's tries. What it raises in the end says that nothing was saved, or that it is being checked."""

    def __init__(self, trouble: Callable[[DBAPIError], Exception] = failures.trouble) -> None:
        self._trouble = trouble  # what a person is told of an error
        self._end = time.monotonic() + SECONDS
        self._tries = 0
        self._unknown = False  # a commit went out once and its answer never came

    def wait(self, error: DBAPIError, *, committing: bool) -> None:
        """Sleep before the next try, or raise what a person is told. ``committing``: it failed at COMMIT."""
        self._tries += 1
        lost = failures.lost(error)
        self._unknown |= committing and lost
        pause = random.uniform(0, min(_LONGEST, _FIRST * 2**self._tries))
        if failures.may_retry(error) and self._tries < TRIES and time.monotonic() + pause < self._end:
            time.sleep(pause)
            return
        if self._unknown:
            raise Unsettled from error
        raise self._trouble(error) from error

    def refused(self, *, opened: bool) -> None:
        """A rule said no at this try; before its operation was ``opened`` that says nothing of an earlier one."""
        if self._unknown and not opened:
            raise Unsettled
