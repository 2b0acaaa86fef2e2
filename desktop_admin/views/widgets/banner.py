"""A message above the content that stays until it is dealt with."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop_admin.views import theme

ICONS = {"good": "circle-check", "bad": "circle-alert", "warn": "triangle-alert", "info": "info"}


class Banner(QFrame):
    """An icon, a sentence, and a button; its tone is never said by colour alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = "info"
        self._act: Callable[[], object] | None = None
        self._icon = QLabel()
        self.label = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton(autoDefault=False)
        self.button.hide()
        self.button.clicked.connect(self._press)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setSpacing(10)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        theme.mark(self, kind="notice")
        theme.current().changed.connect(self._draw)

    def say(
        self,
        text: str,
        *,
        tone: str = "info",
        action: str = "",
        act: Callable[[], object] | None = None,
    ) -> None:
        """Show a sentence; tone is good, bad, warn or info."""
        self._tone, self._act = tone, act
        theme.mark(self, tone=tone)
        self.label.setText(text)
        self.setAccessibleName(text)
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self._draw()
        self.show()

    def _draw(self) -> None:
        look = theme.current()
        self._icon.setPixmap(theme.pixmap(ICONS[self._tone], look.colours[self._tone], look.px(18), 2))

    def _press(self) -> None:
        if self._act is not None:
            self._act()
