"""Many commands in one transaction, each with a Work of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from desktop_admin.services.database.lines import Line
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.database.work import Actor, Work
from desktop_admin.services.errors import Refused

T = TypeVar("T")

_BEGIN = Sql("SAVEPOINT act")
_UNDO = Sql("ROLLBACK TO SAVEPOINT act")
_END = Sql("RELEASE SAVEPOINT act")


class Bulk:
    """Runs commands one after another in an open transaction; made by ``Database.bulk``."""

    def __init__(self, line: Line, work: Callable[[Actor | None], Work]) -> None:
        self._line = line
        self._work = work

    def run(self, operation: Callable[[Work], T], *, actor: Actor) -> T:
        """Run one command at the clock's present time. A refusal undoes this command alone and is raised."""
        self._line.send(_BEGIN, {})
        try:
            result = operation(self._work(actor))
        except Refused:
            self._line.send(_UNDO, {})
            self._line.send(_END, {})
            raise
        self._line.send(_END, {})
        return result
