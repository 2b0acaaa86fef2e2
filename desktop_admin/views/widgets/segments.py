"""A few choices side by side, one of them chosen; ← → move."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from desktop_admin.views import theme


class Segments(QFrame):
    """`chosen(id)` when a person chooses; ids are strings."""

    chosen = Signal(str)

    def __init__(self, ids: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.mark(self, kind="segments")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)  # beside a two-line title too
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QToolButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(3, 3, 3, 3)
        self._row.setSpacing(2)
        for id_ in ids:
            button = QToolButton(self)
            button.setCheckable(True)
            button.setObjectName(id_)
            self._group.addButton(button)
            self._buttons[id_] = button
            self._row.addWidget(button)
        if ids:
            self.choose(ids[0])
        self._group.buttonClicked.connect(self._clicked)

    def current(self) -> str:
        """Answer the chosen id."""
        button = self._group.checkedButton()
        return button.objectName() if button else ""

    def choose(self, id_: str) -> None:
        """Choose without telling."""
        self._buttons[id_].setChecked(True)
        self.setFocusProxy(self._buttons[id_])  # a frame shows no focus
        if any(button.hasFocus() for button in self._buttons.values()):
            self._buttons[id_].setFocus()
        for name, button in self._buttons.items():
            policy = Qt.FocusPolicy.StrongFocus if name == id_ else Qt.FocusPolicy.ClickFocus
            button.setFocusPolicy(policy)

    def set_text(self, id_: str, text: str, count: int | None = None) -> None:
        """Name a choice (translated), with a count behind it where there is one."""
        shown = text if count is None else f"{text}  {count:,}"
        self._buttons[id_].setText(shown)
        self._buttons[id_].setAccessibleName(shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with ← →."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        ids = list(self._buttons)
        if not step or not ids:
            super().keyPressEvent(event)
            return
        id_ = ids[(ids.index(self.current()) + step) % len(ids)]
        self.choose(id_)
        self._buttons[id_].setFocus()
        self.chosen.emit(id_)

    def _clicked(self, button: QWidget) -> None:
        self.choose(button.objectName())
        self.chosen.emit(button.objectName())
