"""The clock of the running program: every hour it asks what the night needs and has it done in the background."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer

from desktop_admin.i18n import _
from desktop_admin.tasks import Cancelled, Job, Progress, Tasks, message_of

if TYPE_CHECKING:
    from desktop_admin.services.nightly import Night

SOON, EVERY = 60_000, 3_600_000  # ms after the shop was opened; and from then on


class Teller(Protocol):
    """Where short messages go."""

    def tell(self, text: str, *, tone: str = "good") -> None: ...


class Nightly(QObject):
    """Looks shortly after opening and every hour; tells what went wrong, to somebody who is signed in."""

    def __init__(self, tasks: Tasks, notices: Callable[[], Teller], workstation: str, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._notices, self._workstation = tasks, notices, workstation
        self._untold: list[tuple[str, str]] = []
        self.job: Job | None = None
        self.soon, self.every = QTimer(self, singleShot=True), QTimer(self)
        self.soon.setInterval(SOON)
        self.every.setInterval(EVERY)
        for timer in (self.soon, self.every):
            timer.timeout.connect(self.look)
            timer.start()

    def look(self) -> None:
        """Do what is due, unless the last look still does it."""
        if self.job is None or self.job.over:
            self.job = self._tasks.run(self, partial(_run, self._workstation), self._done, self._failed)

    def flush(self) -> None:
        """Tell what nobody was there to hear."""
        if self._tasks.actor is None:
            return
        untold, self._untold = self._untold, []
        for text, tone in untold:
            self._notices().tell(text, tone=tone)

    def _done(self, night: Night) -> None:
        for error in night.troubles:
            self._say(_("Tonight's work was not done: {problem}").format(problem=message_of(error)), "bad")
        if night.made is not None and night.made.problem:
            self._say(_(night.made.problem), "warn")
        self.flush()

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Cancelled):
            self._say(message_of(error), "bad")
            self.flush()

    def _say(self, text: str, tone: str) -> None:
        if (text, tone) not in self._untold:
            self._untold.append((text, tone))


def _run(workstation: str, progress: Progress) -> Night:
    from desktop_admin.services import nightly  # in the background, like what it needs

    night = nightly.run(progress.database, workstation=workstation, progress=progress)
    progress.touched(night.topics)
    return night
