"""Asks the copy while one types; Enter before the answer waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from desktop_admin.services.outage import FoundHeld
from desktop_admin.views.counter.search import PAUSE, CounterBox

if TYPE_CHECKING:
    from desktop_admin.tasks import Failed
    from desktop_admin.till import Till


class HeldFinder:
    """`came(found, enter)`: what was found for the text in the box, and whether Enter was pressed meanwhile."""

    def __init__(
        self, till: Till, box: CounterBox, came: Callable[[FoundHeld, bool], None], failed: Failed
    ) -> None:
        self._till, self._box, self._tell, self._failed = till, box, came, failed
        self.found: FoundHeld | None = None
        self._enter = False
        self._pause = QTimer(box, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._ask)

    def edited(self, text: str) -> None:
        """Something was typed."""
        self._enter, self.found = False, None
        self._pause.start() if text.strip() else self._pause.stop()

    def enter(self) -> bool:
        """Say whether to take the marked line; where no answer is there yet, go on as soon as it is."""
        text = self._box.text().strip()
        if text and self.found is not None and self.found.text == text:
            return True
        self._enter = True
        self._ask()
        return False

    def forget(self) -> None:
        """Nothing is asked any more."""
        self._pause.stop()
        self._enter, self.found = False, None

    def _ask(self) -> None:
        self._pause.stop()
        text = self._box.text().strip()
        if text:
            self._till.find(self._box, text, self._came, self._failed)

    def _came(self, found: FoundHeld) -> None:
        if found.text == self._box.text().strip():
            self.found = found
            enter, self._enter = self._enter, False
            self._tell(found, enter)
