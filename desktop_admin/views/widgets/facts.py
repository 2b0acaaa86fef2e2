"""Titles and values in two columns: what a card says of a member, an item, an order."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from desktop_admin.views import theme


class Facts(QWidget):
    """Rows of (title, value) or (title, value, tone); texts translated and formatted."""

    def __init__(self, parent: QWidget | None = None, *, columns: int = 1) -> None:
        super().__init__(parent)
        self._columns = columns
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * theme.SPACE)
        self._grid.setVerticalSpacing(6)
        for column in range(columns):
            self._grid.setColumnStretch(2 * column + 1, 1)
        self._labels: list[tuple[QLabel, QLabel]] = []

    def say(self, facts: Sequence[tuple[str, ...]]) -> None:
        """Show these; labels are kept, so that nothing flickers."""
        while len(self._labels) < len(facts):
            self._add()
        for (title, value), fact in zip(self._labels, facts, strict=False):
            title.setText(fact[0])
            value.setText(fact[1])
            theme.mark(value, text=fact[2] if len(fact) > 2 else "")
            value.setAccessibleName(f"{fact[0]}: {fact[1]}")
        for number, (title, value) in enumerate(self._labels):
            title.setVisible(number < len(facts))
            value.setVisible(number < len(facts))

    def _add(self) -> None:
        number = len(self._labels)
        row, column = divmod(number, self._columns)
        title, value = QLabel(), QLabel(wordWrap=True)
        theme.mark(title, text="muted")
        value.setTextFormat(Qt.TextFormat.PlainText)  # what people typed is never markup
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(title, row, 2 * column, top)
        self._grid.addWidget(value, row, 2 * column + 1, top)
        self._labels.append((title, value))
