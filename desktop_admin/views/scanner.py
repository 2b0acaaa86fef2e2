"""A barcode scanner types like a very fast person: recognise it, wherever the focus is.

Keys at most 100 ms apart (50 ms inside a field that people type in), at least four characters,
then Enter or Tab. The end key is swallowed, so a scan never presses a button or says yes.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

from desktop_admin.views.widgets.edits import ScanEdit
from desktop_admin.views.widgets.search_box import SearchBox

GAP = 0.100  # s
GAP_IN_FIELD = 0.050  # s
LEAST = 4  # characters

_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier,
          Qt.KeyboardModifier.KeypadModifier)  # fmt: skip


class Scanner(QObject):
    """Watches every key of the program; `take(code)` gets what no scan field took."""

    def __init__(
        self,
        take: Callable[[str], object],
        clock: Callable[[], float] = monotonic,
        active: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__()
        self._take, self._clock, self._active = take, clock, active
        self.enabled = True
        self._keys: list[str] = []
        self._last = 0.0
        self._slowest = 0.0
        self._field: QWidget | None = None
        self._before = ("", 0)
        self._window: QWidget | None = None

    def watch(self, window: QWidget) -> None:
        """Watch the keys of whatever has the focus, from now on, and of the window where nothing has it.

        A filter on the whole program would see every event there is, and a third of the time in which a
        screen is built would be spent asking what they are.
        """
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._window = window
        app.focusChanged.connect(self._focus_moved)
        app.focusWindowChanged.connect(self._window_moved)
        self._focus_moved(None, QApplication.focusWidget())
        self._window_moved(QApplication.focusWindow())

    def rest(self) -> None:
        """Watch no longer."""
        app = QApplication.instance()
        if isinstance(app, QApplication) and self._window is not None:
            app.focusChanged.disconnect(self._focus_moved)
            app.focusWindowChanged.disconnect(self._window_moved)
            self._focus_moved(QApplication.focusWidget(), None)
            self._window.removeEventFilter(self)
            self._window = None

    def _focus_moved(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None and before is not self._window and isValid(before):
            before.removeEventFilter(self)
        if now is not None:
            now.installEventFilter(self)

    def _window_moved(self, native: QWindow | None) -> None:
        """Presses of the mouse pass through the native window; keys reach the window where nothing has the focus."""
        if native is not None:
            native.installEventFilter(self)
        for window in (self._window, QApplication.activeWindow()):
            if window is not None:
                window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Collect keys; swallow the end key of a scan."""
        kind = event.type()
        if kind is QEvent.Type.KeyPress:
            if self._is_target(watched):
                self._active()
                return self.enabled and isinstance(event, QKeyEvent) and self._key(event, watched)
        elif kind is QEvent.Type.MouseButtonPress:
            self._active()
        return False

    def _is_target(self, watched: QObject) -> bool:
        focus = QApplication.focusWidget()
        if focus is not None:
            return watched is focus
        return isinstance(watched, QWidget) and watched.isWindow()

    def _key(self, event: QKeyEvent, watched: QObject) -> bool:
        now = self._clock()
        gap, self._last = now - self._last, now
        if event.key() in _ENDS:
            code = self._end(gap)
            return bool(code) and self._scanned(code, watched)
        text = event.text()
        if len(text) != 1 or not text.isprintable() or event.modifiers() not in _PLAIN:
            if event.key() not in (Qt.Key.Key_Shift,):
                self._keys = []
            return False
        if gap > GAP or not self._keys or self._field is not watched:
            self._begin(watched)
        else:
            self._slowest = max(self._slowest, gap)
        self._keys.append(text)
        return False

    def _begin(self, watched: QObject) -> None:
        self._keys, self._slowest = [], 0.0
        self._field = watched if isinstance(watched, QWidget) else None
        if isinstance(watched, QLineEdit):
            self._before = (watched.text(), watched.cursorPosition())

    def _end(self, gap: float) -> str:
        code, slowest = "".join(self._keys), max(self._slowest, gap)
        self._keys = []
        typed_in = isinstance(self._field, QLineEdit | QPlainTextEdit | QTextEdit | QComboBox)
        limit = GAP_IN_FIELD if typed_in else GAP
        return code if len(code) >= LEAST and slowest <= limit else ""

    def _scanned(self, code: str, watched: QObject) -> bool:
        if isinstance(watched, SearchBox):
            return False  # its own Enter goes on
        if isinstance(watched, ScanEdit):
            watched.set_value(code)
            watched.scanned.emit(code)
            return True
        if isinstance(watched, QPlainTextEdit | QTextEdit):
            return False  # people write here; a scanned line is a line
        if isinstance(watched, QLineEdit):
            if watched.echoMode() != QLineEdit.EchoMode.Normal:
                return False  # a password typed at speed is no scan
            text, at = self._before
            watched.setText(text)
            watched.setCursorPosition(at)
        if QApplication.activeModalWidget() is None:
            self._take(code)
        return True
