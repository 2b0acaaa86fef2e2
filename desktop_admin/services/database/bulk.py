"""Many commands in one transaction, each with a Work of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from desktop_admin.services.database.work import Actor, Work
from desktop_admin.services.errors import Refused

T = TypeVar("T")


class Bulk:
    """Runs commands one after another in an open transaction; made by ``Database.bulk``."""

    def __init__(self, connection: Connection, work: Callable[[Actor | None], Work]) -> None:
        self._connection = connection
        self._work = work

    def run(self, operation: Callable[[Work], T], *, actor: Actor) -> T:
        """Run one command at the clock's present time. A refusal undoes this command alone and is raised."""
        self._connection.exec_driver_sql("SAVEPOINT act")
        try:
            result = operation(self._work(actor))
        except Refused:
            self._connection.exec_driver_sql("ROLLBACK TO SAVEPOINT act")
            self._connection.exec_driver_sql("RELEASE SAVEPOINT act")
            raise
        self._connection.exec_driver_sql("RELEASE SAVEPOINT act")
        return result
