"""A thin bar that says something is awaited, shown only when it takes a moment."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QProgressBar, QWidget

from desktop_admin.views import theme

PATIENCE = 150  # ms


class BusyBar(QProgressBar):
    """Takes its two pixels always, so that nothing jumps when it shows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.mark(self, kind="thin")
        self.setTextVisible(False)
        self.setRange(0, 1)
        self.setFixedHeight(2)
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE)
        self._timer.timeout.connect(self._start)

    @property
    def busy(self) -> bool:
        """Say whether it moves or is about to."""
        return self._timer.isActive() or self.maximum() == 0

    def set_busy(self, busy: bool) -> None:
        """Start to move after a moment, or stop."""
        if busy and not self.busy:
            self._timer.start()
        elif not busy:
            self._timer.stop()
            self.setRange(0, 1)
            self.reset()

    def _start(self) -> None:
        self.setRange(0, 0)
