"""The counter changes its place when the server goes, and back when it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Trouble
from desktop_admin.services.permissions import Permission

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from desktop_admin.views.counter.outage import OutageSide
    from desktop_admin.views.counter.serving import Serving
    from desktop_admin.views.screen import Screen


class OutageMode(QObject):
    """What stood on the counter stays as it was beneath and is there again afterwards."""

    def __init__(self, screen: Screen, serving: Serving, enrol: QAction) -> None:
        super().__init__(screen)
        self._screen, self._till = screen, screen.desk.till
        self._serving, self._enrol = serving, enrol
        self.side: OutageSide | None = None
        self.active = False  # the counter works from the copy
        self._till.changed.connect(self.follow)
        self._till.list_wanted.connect(self.show_list)
        self.list = screen.add_act(
            "counter.queue", N_("Noted down on this till"), self.show_list, keys="F12", icon="clipboard-list",
            permission=Permission.RECORD_PURCHASES,
        )  # fmt: skip

    def follow(self) -> None:
        """Change the place where the connection did."""
        if self._till.away and not self.active:
            self._begin()
        elif not self._till.away and self.active:
            self._end()

    def takes(self, error: Exception) -> bool:
        """Whether a failure needs no other words: the server is away, and the counter says so already."""
        if isinstance(error, Trouble) and self._till.away:
            self.follow()
        return self.active

    def scan(self, code: str) -> bool:
        """Take a scan while the server is away."""
        if self.active and self.side is not None:
            self.side.scan(code)
        return self.active

    def retranslate(self) -> None:
        """Set every text."""
        if self.side is not None:
            self.side.retranslate()

    def show_list(self) -> None:
        """Show everything that was noted down."""
        if self._screen.isVisible():
            from desktop_admin.views.counter.outage.queue_dialog import QueueDialog  # rarely wanted

            QueueDialog(self._screen.window(), self._screen.desk).open()

    def _begin(self) -> None:
        from desktop_admin.views.counter.outage import OutageSide  # once the server went

        screen, self.active = self._screen, True
        if self.side is None:
            self.side = OutageSide(screen)
            screen._states.addWidget(self.side)
        self._enrol.setEnabled(False)
        self._serving.resting = True
        self._serving.allow()
        screen.banner.hide()
        screen._states.setCurrentWidget(self.side)
        self.side.refresh()
        if screen.isVisible():
            self.side.box.setFocus()

    def _end(self) -> None:
        screen, self.active = self._screen, False
        self._enrol.setEnabled(screen.desk.can(Permission.ENROL_MEMBERS))
        self._serving.resting = False
        self._serving.allow()
        screen.show_content()
        screen.reload_now()
        if screen.isVisible():
            screen.take_focus()
            box = screen.focusProxy()
            if isinstance(box, QLineEdit):  # what was typed before the server went makes room for what is typed now
                box.selectAll()
