"""The evaluation of every member under way: how far it is, and Cancel."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from desktop_admin.i18n import _, format_number
from desktop_admin.services import tiers
from desktop_admin.services.command import new_request
from desktop_admin.services.tiers import Evaluated
from desktop_admin.tasks import Cancelled, Job, Progress, Step

if TYPE_CHECKING:
    from desktop_admin.views.screen import Screen


class Evaluation(QWidget):
    """A bar that is there while members are evaluated."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._screen = screen
        self.job: Job | None = None
        self.bar, self.stop = QProgressBar(), QPushButton()
        self.stop.clicked.connect(self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop)
        self.hide()

    def retranslate(self) -> None:
        """Say everything again."""
        self.stop.setText(_("Cancel"))
        self.bar.setAccessibleName(_("Evaluating"))

    def start(self) -> None:
        """Look at every member now; once at a time."""
        if self.job is not None:
            return
        self.bar.setRange(0, 0)
        self.show()
        job = partial(_evaluate, new_request())
        self.job = self._screen.desk.tasks.run(self, job, self._done, self._failed, self._stepped)

    def _stop(self) -> None:
        if self.job is not None:
            self.job.cancel()

    def _stepped(self, step: Step) -> None:
        self.bar.setRange(0, max(1, step.total))
        self.bar.setValue(step.done)

    def _over(self) -> None:
        self.job = None
        self.hide()

    def _done(self, found: Evaluated) -> None:
        self._over()
        self._screen.desk.notices.tell(
            _("Evaluated: {up} up, {down} down, {waiting} graces begun or ended.").format(
                up=format_number(found.up), down=format_number(found.down), waiting=format_number(found.waiting)
            )
        )

    def _failed(self, error: Exception) -> None:
        self._over()
        if isinstance(error, Cancelled):
            said = _("Stopped. What was evaluated stays; start again to go on.")
            self._screen.desk.notices.tell(said, tone="info")
            self._screen.mark_stale()
        else:
            self._screen.desk.notices.report(error)


def _evaluate(request: str, progress: Progress) -> Evaluated:
    return tiers.evaluate(progress.write, request, progress)
