"""What this machine holds for an outage, in a sentence: for the shop's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from desktop_admin.i18n import _, format_instant, format_number
from desktop_admin.views.widgets.banner import Banner

if TYPE_CHECKING:
    from desktop_admin.views.desk import Desk


class OutageState(Banner):
    """How many members the copy holds and as of when; or why there is none."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._till = desk.till
        self._till.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say it anew."""
        kept = self._till.kept
        if kept is None:
            self.say(_("This machine has not looked after its copy yet."))
        elif not kept.on_server:
            self.say(_("This shop is in a file on this machine: there is no server that could go away."))
        elif kept.problem is not None:
            why = _("This machine keeps no copy and notes nothing down: {why}").format(why=kept.problem.text())
            self.say(why, tone="warn")
        elif kept.contact is None:
            self.say(_("This machine keeps no copy, as the shop wants it."))
        else:
            said = _("Members in this machine's copy: {count}, as of {when}.")
            self.say(said.format(count=format_number(kept.members), when=format_instant(kept.contact)), tone="good")

    def changeEvent(self, event: QEvent) -> None:
        """Say it in the language in use."""
        if event.type() == QEvent.Type.LanguageChange:
            self.refresh()
        super().changeEvent(event)
