"""A search field with a list beneath it that fills while typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QWidget
from PySide6.QtWidgets import QVBoxLayout as Column

from desktop_admin.i18n import _
from desktop_admin.views import theme
from desktop_admin.views.widgets.lines import LineDelegate, line

PAUSE = 90  # ms after the last key


@dataclass(frozen=True)
class Hit:
    """One line found: what it is, a line beneath, and what it stands for."""

    title: str
    detail: str = ""
    value: Any = None
    icon: str = ""


# Asked with the text; answers later, by calling what it was given with the hits.
Finder = Callable[[str, Callable[[Sequence[Hit]], None]], None]


class SearchBox(QLineEdit):
    """`chosen(value)` with ↑ ↓ Enter or a click; a single hit and Enter goes on at once.

    Enter before the answer is there waits for it: a scanner types faster than any search.
    """

    chosen = Signal(object)
    submitted = Signal(str)  # Enter, and nothing was found
    MOST = 12

    def __init__(self, finder: Finder | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finder = finder
        self.setClearButtonEnabled(True)
        icon = QAction(self)
        theme.set_icon(icon, "search", size=16)
        self.addAction(icon, QLineEdit.ActionPosition.LeadingPosition)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._ask)
        self._asked, self._answered = "", ""
        self._enter = False
        self.hits: tuple[Hit, ...] = ()
        self._list = _Drop(self)
        self._list.list.itemClicked.connect(self._clicked)
        self.textEdited.connect(self._edited)

    def showing(self) -> bool:
        """Say whether the list is open."""
        return self._list.isVisible()

    def set_hits(self, text: str, hits: Sequence[Hit]) -> None:
        """Show what was found for a text; an answer to an older text is dropped."""
        if text != self.text().strip():
            return
        self._answered = text
        self.hits = tuple(hits[: self.MOST])
        if self._enter:
            self._enter = False
            self._go()
        elif self.hasFocus():
            self._list.fill(self.hits, text)

    def search_now(self) -> None:
        """Ask for what the field says and go on with a single hit, as Enter does."""
        self._answered = ""
        self._entered()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the list, choose, close."""
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._list.isVisible():
            self._list.move_by(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._entered()
        elif key == Qt.Key.Key_Escape and (self._list.isVisible() or self.text()):
            if self._list.isVisible():
                self._list.hide()
            else:
                self.clear()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close the list when the field is left."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._list.hide()

    def _edited(self, text: str) -> None:
        self._enter = False
        if text.strip():
            self._timer.start()
        else:
            self._timer.stop()
            self.hits, self._asked, self._answered = (), "", ""
            self._list.hide()

    def _ask(self) -> None:
        self._timer.stop()
        text = self.text().strip()
        if text and self.finder is not None:
            self._asked = text
            self.finder(text, lambda hits: self.set_hits(text, hits))

    def _entered(self) -> None:
        text = self.text().strip()
        if not text:
            return
        if self._answered == text:
            self._go()
        else:
            self._enter = True
            if self._asked != text:
                self._ask()

    def _go(self) -> None:
        row = self._list.list.currentRow() if self._list.isVisible() else -1
        if not self.hits:
            self._list.hide()
            self.submitted.emit(self.text().strip())
        elif row >= 0 or len(self.hits) == 1:
            self._choose(self.hits[max(row, 0)])
        else:
            self._list.fill(self.hits, self.text().strip())
            self._list.list.setCurrentRow(0)

    def _clicked(self, item: QListWidgetItem) -> None:
        self._choose(self.hits[self._list.list.row(item)])

    def _choose(self, hit: Hit) -> None:
        self._list.hide()
        self.clear()
        self.hits, self._asked, self._answered = (), "", ""
        self.chosen.emit(hit.value)


class _Drop(QFrame):
    """The list beneath the field; it never takes the focus from it."""

    def __init__(self, box: SearchBox) -> None:
        super().__init__(box.window(), Qt.WindowType.ToolTip)
        self._box = box
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        theme.mark(self, kind="card")
        self.list = QListWidget(self)
        self.list.setItemDelegate(LineDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        theme.mark(self.list, kind="inset")
        self.nothing = QLabel(self)
        theme.mark(self.nothing, text="muted")
        self.nothing.setContentsMargins(12, 8, 12, 8)
        layout = Column(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.list)
        layout.addWidget(self.nothing)
        box.destroyed.connect(self.deleteLater)
        box.installEventFilter(self)

    def fill(self, hits: Sequence[Hit], text: str) -> None:
        """Show hits beneath the field."""
        self.list.clear()
        for hit in hits:
            self.list.addItem(line(hit.title, hit.detail, "", hit.icon))
        self.list.setVisible(bool(hits))
        self.nothing.setVisible(not hits)
        self.nothing.setText(_("Nothing found for “{text}”").format(text=text))
        row = max(self.list.sizeHintForRow(0), 30) if hits else 0
        self.list.setFixedHeight(row * len(hits) + 8)
        self.resize(max(self._box.width(), theme.current().px(340)), 0)
        self.adjustSize()
        self.resize(max(self._box.width(), theme.current().px(340)), self.sizeHint().height())
        self.move(self._box.mapToGlobal(self._box.rect().bottomLeft()))
        self.show()

    def move_by(self, step: int) -> None:
        """Move the current line."""
        count = self.list.count()
        if count:
            self.list.setCurrentRow((self.list.currentRow() + step) % count)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close with the field."""
        if event.type() in (QEvent.Type.Hide, QEvent.Type.Move):
            self.hide()
        return super().eventFilter(watched, event)
