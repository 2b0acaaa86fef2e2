"""Asks what the foot of the window says of the shop: branch, database, last backup."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from desktop_admin.services.topics import Topic
from desktop_admin.views.status import ShopFacts

if TYPE_CHECKING:
    from desktop_admin.services.work import Work
    from desktop_admin.tasks import Tasks
    from desktop_admin.views.main_window import MainWindow

EVERY = 10 * 60_000  # ms


class Facts(QTimer):
    """Asks again when a backup was made, and every ten minutes."""

    def __init__(self, tasks: Tasks, window: MainWindow, database: str) -> None:
        super().__init__(window)
        self._tasks, self._window, self._database = tasks, window, database
        self.setInterval(EVERY)
        self.timeout.connect(self.ask)
        tasks.committed.connect(self._committed)
        self.start()

    def ask(self) -> None:
        """Ask now."""
        if self._tasks.actor is not None:
            self._tasks.read(self, "facts", self._read, self._window.show_facts, self._failed)

    def _read(self, work: Work) -> ShopFacts:
        from desktop_admin.services import policies  # in the reader, not before

        shop = work.shop
        actor = work.actor
        return ShopFacts(
            shop=shop.name,
            branch=actor.branch_name if actor is not None else "",
            database=self._database,
            last_backup=last_backup(work),
            sample=shop.is_sample,
            backups=not shop.is_sample,
            lock_minutes=policies.get(work, "lock_minutes"),
        )

    def _failed(self, error: Exception) -> None:
        """The connection mark beside it tells already."""

    def _committed(self, topics: frozenset[Topic]) -> None:
        if topics & {Topic.BACKUPS, Topic.SETTINGS, Topic.OPERATORS}:
            self.ask()


def last_backup(work: Work) -> datetime | None:
    """Answer when the last backup was made, None where none was."""
    if find_spec("desktop_admin.services.backup") is None:
        return None
    backup = import_module("desktop_admin.services.backup")  # of no use before
    answer: Any = getattr(backup, "last", lambda _work: None)(work)
    return answer if isinstance(answer, datetime) else None


def ask_facts(tasks: Tasks, window: MainWindow, database: str) -> None:
    """Keep the foot of the window true from now on."""
    facts = window.findChild(Facts) or Facts(tasks, window, database)
    facts.ask()
