"""What every page of Administration shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop_admin.i18n import _
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.tasks import Job, Step
from desktop_admin.views import theme
from desktop_admin.views.screen import ActionButton

if TYPE_CHECKING:
    from desktop_admin.views.screen import Screen


class Page(QWidget):
    """One page: `title` (N_), who may see it, what makes it stale; build, retranslate and reload as on a screen."""

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    permission: ClassVar[Permission]
    topics: ClassVar[frozenset[Topic]] = frozenset()

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self.host, self.desk = screen, screen.desk
        self._acts: list[tuple[QAction, Permission]] = []
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(12)
        self.build()
        self.activate(False)

    def build(self) -> None:
        """Make widgets; no text."""

    def retranslate(self) -> None:
        """Set every text."""

    def reload(self) -> None:
        """Ask for what is shown."""

    def arrive(self, **where: Any) -> None:
        """Go to a place inside."""

    def act(
        self, name: str, title: str, run: Callable[[], object], *, keys: str = "", icon: str = "",
        permission: Permission | None = None,
    ) -> QAction:  # fmt: skip
        """Declare an action that is there while this page is shown."""
        need = permission or self.permission
        action = self.host.add_act(f"{self.id}.{name}", title, run, keys=keys, icon=icon, permission=need)
        self._acts.append((action, need))
        return action

    def activate(self, active: bool) -> None:
        """Let the page's actions follow whether it is shown, so that keys mean one thing at a time."""
        for action, need in self._acts:
            action.setEnabled(active and self.desk.can(need))

    def bar(self, *actions: tuple[QAction, str]) -> QHBoxLayout:
        """A row of buttons for actions at its right end; the caller puts filters before them."""
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addStretch()
        for action, kind in actions:
            row.addWidget(ActionButton(action, kind, self))
        return row


class RunBar(QWidget):
    """Long work under way: what it does, how far it is, Cancel."""

    over = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self.label, self.progress = QLabel(wordWrap=True), QProgressBar(textVisible=False)
        self.stop = QPushButton(autoDefault=False)
        self.stop.clicked.connect(self.cancel)
        theme.mark(self.label, text="muted")
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.label)
        words.addWidget(self.progress)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(self.stop)
        self.retranslate()
        self.hide()

    @property
    def running(self) -> bool:
        """Say whether work is under way."""
        return self._job is not None

    def retranslate(self) -> None:
        """Set every text."""
        self.stop.setText(_("Cancel"))
        self.progress.setAccessibleName(_("Progress"))

    def begin(self, job: Job) -> None:
        """Show that this work has begun."""
        self._job = job
        self.progress.setRange(0, 0)
        self.label.setText(_("Starting…"))
        self.stop.setEnabled(True)
        self.show()

    def step(self, step: Step) -> None:
        """Show how far it is; the step's text is marked for translation."""
        if step.total:
            per_mille = step.done * 1000 // step.total
            self.progress.setRange(0, 1000)
            self.progress.setValue(per_mille)
        else:
            self.progress.setRange(0, 0)
        if step.text:
            self.label.setText(_(step.text))

    def end(self) -> None:
        """Work has ended, well or not."""
        self._job = None
        self.hide()
        self.over.emit()

    def cancel(self) -> None:
        """Ask the work to stop."""
        if self._job is not None:
            self._job.cancel()
            self.stop.setEnabled(False)
            self.label.setText(_("Stopping…"))
