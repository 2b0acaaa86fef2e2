"""The members of the last tasks: remembered by number per operator, each one key away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from desktop_admin.i18n import N_, _
from desktop_admin.models.counter import short
from desktop_admin.services import counter
from desktop_admin.services.counter import Recent
from desktop_admin.services.permissions import Permission
from desktop_admin.views import theme
from desktop_admin.views.counter.home import MOST, Home

if TYPE_CHECKING:
    from desktop_admin.views.screen import Screen

QUICK = (N_("The last member"), N_("The last member but one"), N_("The last member but two"))


class LastMembers(QObject):
    """Three buttons beside the box, and the list on the start."""

    def __init__(self, screen: Screen, home: Home, row: QHBoxLayout, go: Callable[[int], None]) -> None:
        super().__init__(screen)
        self._screen, self._home, self._go = screen, home, go
        self._rows: tuple[Recent, ...] = ()
        self.buttons = []
        for number, title in enumerate(QUICK):
            run, keys = partial(self._open, number), f"Alt+{number + 1}"
            act = screen.add_act(
                f"counter.last{number + 1}", title, run, keys=keys, permission=Permission.SEE_MEMBERS
            )
            button = QPushButton(autoDefault=False)
            theme.mark(button, kind="ghost")
            theme.set_icon(button, "history", size=16)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.hide()
            button.clicked.connect(act.trigger)
            row.addWidget(button)
            self.buttons.append(button)

    def ask(self) -> None:
        """Ask for their names: only their numbers are kept on this machine."""
        query = partial(counter.recent, member_ids=self._ids())
        self._screen.ask("recent", query, self._came, quiet=True)

    def served(self, member_id: int) -> None:
        """Somebody was served."""
        ids = [member_id, *(one for one in self._ids() if one != member_id)][:MOST]
        self._screen.remember("recent", ids)
        self.ask()

    def retranslate(self) -> None:
        """Set every text."""
        self._came(self._rows)

    def _ids(self) -> tuple[int, ...]:
        kept = self._screen.recall("recent")
        return tuple(one for one in kept if isinstance(one, int))[:MOST] if isinstance(kept, list) else ()

    def _came(self, rows: tuple[Recent, ...]) -> None:
        self._rows = rows
        self._home.say_recent(rows)
        for number, button in enumerate(self.buttons):
            button.setVisible(number < len(rows))
            if number < len(rows):
                name = rows[number].name
                button.setText(short(name, 6).replace("&", "&&"))
                button.setToolTip(f"Alt+{number + 1}")
                button.setAccessibleName(_("Last members") + f" {number + 1}: {name}")

    def _open(self, number: int) -> None:
        if number < len(self._rows):
            self._go(self._rows[number].id)
