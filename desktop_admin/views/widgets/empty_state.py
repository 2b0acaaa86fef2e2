"""What stands where rows would: nothing yet, loading, failed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_admin.views import theme


class EmptyState(QWidget):
    """An icon, what is the case, what to do next, and the button for it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.title = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.text = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.button = QPushButton()
        self._act: Callable[[], object] | None = None
        self._name, self._tone = "inbox", "faint"
        theme.mark(self.title, text="heading")
        theme.mark(self.text, text="muted")
        for label in (self.title, self.text):
            label.setWordWrap(True)
            label.setMaximumWidth(theme.current().px(520))
            label.setMinimumSize(theme.current().px(320), 0)
        theme.mark(self.button, kind="primary")
        self.button.hide()
        self.button.clicked.connect(self._press)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 32)
        layout.setSpacing(theme.SPACE)
        layout.addStretch(2)
        layout.addWidget(self._icon)
        for label in (self.title, self.text):
            layout.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.button)
        row.addStretch()
        layout.addSpacing(theme.SPACE)
        layout.addLayout(row)
        layout.addStretch(3)
        theme.current().changed.connect(self._draw)

    def say(
        self,
        title: str,
        text: str = "",
        *,
        icon: str = "inbox",
        action: str = "",
        act: Callable[[], object] | None = None,
        tone: str = "faint",
    ) -> None:
        """Say what is the case; `action` is the button's text. All texts are translated already."""
        self._name, self._tone, self._act = icon, tone, act
        self.title.setText(title)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        for label in (self.title, self.text):  # a second line has room, centred or not
            label.setMinimumHeight(max(0, label.heightForWidth(label.minimumWidth())))  # -1: no words
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self._draw()

    def _draw(self) -> None:
        look = theme.current()
        ratio = 2 if self.devicePixelRatioF() > 1 else 1
        colour = look.colours[self._tone]
        self._icon.setPixmap(theme.pixmap(self._name, colour, look.px(40), ratio))

    def _press(self) -> None:
        if self._act is not None:
            self._act()
