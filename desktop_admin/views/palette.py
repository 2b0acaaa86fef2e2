"""Ctrl+K: everything that can be done and found, by typing a part of its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop_admin.i18n import _
from desktop_admin.views import theme
from desktop_admin.views.widgets.lines import LineDelegate, line
from desktop_admin.views.widgets.search_box import Finder, Hit

MOST = 40


@dataclass(frozen=True)
class Command:
    """One line: what it says, what it does, its keys."""

    title: str
    run: Callable[[], object]
    hint: str = ""
    keys: str = ""
    icon: str = "arrow-right"


class Palette(QDialog):
    """`commands` are filtered at once, `finder` brings members and orders a moment later."""

    def __init__(
        self,
        parent: QWidget,
        commands: Sequence[Command],
        finder: Finder | None = None,
        choose: Callable[[object], object] | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Find an action"))
        self._commands, self._finder, self._choose = commands, finder, choose
        self._over = parent
        self._lines: list[Callable[[], object]] = []
        self._own = 0  # lines that are commands; after them comes what was found
        self._timer = QTimer(self, singleShot=True, interval=120)
        self._timer.timeout.connect(self._find)
        frame = QFrame()
        theme.mark(frame, kind="card")
        self.field = QLineEdit()
        theme.mark(self.field, kind="big")
        self.field.setPlaceholderText(_("Type an action, a screen, a member, an order number"))
        self.field.setAccessibleName(_("Find an action"))
        self.list = QListWidget()
        theme.mark(self.list, kind="inset")
        self.list.setAccessibleName(_("Actions"))
        self.list.setItemDelegate(LineDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(8, 8, 8, 8)
        inside.addWidget(self.field)
        inside.addWidget(self.list)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        look = theme.current()
        self.resize(look.px(560), look.px(420))
        self.field.textChanged.connect(self._filter)
        self.list.itemClicked.connect(self._clicked)
        self._filter("")

    def showEvent(self, event: object) -> None:
        """Stand at the upper middle of the window."""
        window = self._over.window()
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - self.width()) // 2, corner.y() + 72)
        self.field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, run, close."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None and self.list.count():
            self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._run(self.list.currentRow())
        else:
            super().keyPressEvent(event)

    def add(self, command: Command) -> None:
        """Add a line."""
        item = line(command.title, command.hint, command.keys, command.icon)
        self.list.addItem(item)
        self._lines.append(command.run)

    def _filter(self, text: str) -> None:
        self.list.clear()
        self._lines = []
        words = text.casefold().split()
        for command in self._commands:
            if len(self._lines) < MOST and all(w in command.title.casefold() for w in words):
                self.add(command)
        self._own = len(self._lines)
        if self._lines:
            self.list.setCurrentRow(0)
        if text.strip() and self._finder is not None:
            self._timer.start()

    def _find(self) -> None:
        text = self.field.text().strip()
        if text and self._finder is not None:
            self._finder(text, lambda hits: self._found(text, hits))

    def _found(self, text: str, hits: Sequence[Hit]) -> None:
        if text != self.field.text().strip():
            return
        while self.list.count() > self._own:  # each answer brings those before it too
            self.list.takeItem(self.list.count() - 1)
        del self._lines[self._own :]
        for hit in hits:
            value, choose = hit.value, self._choose
            if choose is not None:
                run = _Chosen(choose, value)
                self.add(Command(hit.title, run, hit.detail, icon=hit.icon or "circle-user"))
        if self.list.currentRow() < 0 and self._lines:
            self.list.setCurrentRow(0)
        if not self._lines and not self.list.count():
            nothing = line(_("Nothing found"))
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)  # said, not offered
            self.list.addItem(nothing)

    def _clicked(self, item: QListWidgetItem) -> None:
        self._run(self.list.row(item))

    def _run(self, row: int) -> None:
        if 0 <= row < len(self._lines):
            run = self._lines[row]
            self.accept()
            run()


class _Chosen:
    def __init__(self, choose: Callable[[object], object], value: object) -> None:
        self._choose, self._value = choose, value

    def __call__(self) -> None:
        self._choose(self._value)


def keys_text(sequence: QKeySequence) -> str:
    """Write keys as this system does."""
    return sequence.toString(QKeySequence.SequenceFormat.NativeText)
