"""Looks for a server that went away until it is there again: seldom, in the background, and without a word."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from desktop_admin.tasks import Connection, Progress, Tasks

if TYPE_CHECKING:
    from desktop_admin.services.connection.standing import Standing
    from desktop_admin.views.desk import Desk

FIRST, LAST = 1.0, 30.0  # seconds between looks: twice as long each time, never to the second
JITTER = 0.2


class Reconnecting(QObject):
    """Asks for a sign of life when the line broke, and how the new line stands when it is there."""

    def __init__(self, tasks: Tasks, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._desk = tasks, desk
        self.pause = FIRST
        self.looking = False
        self.timer = QTimer(self, singleShot=True)
        self.timer.timeout.connect(self.look)
        tasks.connection_changed.connect(self._changed)

    def look(self) -> None:
        """Look now, unless a look is under way or nobody works here."""
        if self.looking or self._tasks.actor is None:
            return
        self.looking = True
        self._tasks.run(self, _standing, self._there, self._away)

    def stop(self) -> None:
        """Look for nothing any more."""
        self.timer.stop()
        self._tasks.connection_changed.disconnect(self._changed)

    def _changed(self, connection: Connection) -> None:
        if connection.online:
            self.timer.stop()
            self.pause = FIRST
            self.look()
        else:
            self._later()

    def _there(self, standing: Standing) -> None:
        self.looking = False
        self.pause = FIRST
        self._desk.stand(standing)

    def _away(self, _error: Exception) -> None:
        self.looking = False
        if not self._tasks.connection.online:
            self._later()

    def _later(self) -> None:
        if not self.timer.isActive() and not self.looking:
            self.timer.start(int(1000 * self.pause * random.uniform(1 - JITTER, 1 + JITTER)))
            self.pause = min(LAST, 2 * self.pause)


def _standing(progress: Progress) -> Standing:
    from desktop_admin.services.connection.standing import standing  # in the background

    return standing(progress.database)
