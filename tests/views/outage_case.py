"""A shop on a server that goes and comes, for the tests of screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from desktop_admin.services.errors import Trouble
from desktop_admin.views.desk import Desk
from tests.views.screen_case import wait_idle


class ComesAndGoes:
    """The database, until `away` is set: then it fails as a lost connection does."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self.away = False
        self.before: Callable[[], None] = lambda: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def _answer(self) -> None:
        self.before()
        if self.away:
            raise Trouble("The database server does not answer.", offline=True)

    def read(self, query: Any, *, actor: Any = None, reports: bool = False) -> Any:
        self._answer()
        return self._database.read(query, actor=actor, reports=reports)

    def write(self, operation: Any, *, actor: Any) -> Any:
        self._answer()
        return self._database.write(operation, actor=actor)

    def close(self) -> None:
        """The fixture closes the database."""


def rest(qtbot: Any, desk: Desk) -> None:
    """Wait until every question was answered and no job runs."""
    for _turn in range(3):
        qtbot.wait(20)
        wait_idle(qtbot, desk.tasks)
        qtbot.waitUntil(desk.tasks.idle, timeout=20_000)


def go(qtbot: Any, desk: Desk, shop: ComesAndGoes, *, away: bool) -> None:
    """The server goes, or comes back; the till notices at its next look."""
    shop.away = away
    desk.till.look()
    rest(qtbot, desk)
    assert desk.tasks.connection.online is not away
