"""The hands of somebody at the desk: keys, and nothing but keys, to whatever has the focus."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop_admin.services.database.database import Database
from desktop_admin.services.work import Actor
from desktop_admin.views.counter.screen import CounterScreen
from desktop_admin.views.main_window import MainWindow

D = TypeVar("D", bound=QDialog)

SLOW, FAST = 0.2, 0.01  # s between two keys: a person, a scanner
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Watch:
    """The scanner's clock: how fast keys come is told, not measured."""

    def __init__(self) -> None:
        self.now, self.step = 0.0, SLOW

    def __call__(self) -> float:
        self.now += self.step
        return self.now


class Hands:
    """Types, presses and scans; ``presses`` counts the keys that are neither letters nor digits."""

    def __init__(self, qtbot: Any, window: MainWindow, database: Database) -> None:
        self.qtbot, self.window, self.database = qtbot, window, database
        self.presses = 0
        self.watch = Watch()

    # --- keys -------------------------------------------------------------------------------------

    def focus(self) -> QWidget:
        """Where keys go; a closed dialog gives the window back, which a desktop does by itself."""
        if QApplication.activeWindow() is None:
            self.window.activateWindow()
            self.until(QApplication.activeWindow)
        found = QApplication.focusWidget() or QApplication.activeModalWidget() or self.window
        assert found.window() is QApplication.activeWindow() or found is self.window
        return found

    def press(self, key: Qt.Key | str, mods: Qt.KeyboardModifier = NONE, times: int = 1) -> Hands:
        """Press a key: "F3", "Return", …"""
        wanted = getattr(Qt.Key, f"Key_{key}") if isinstance(key, str) else key
        for _n in range(times):
            self._pace(SLOW)
            QTest.keyClick(self.focus(), wanted, mods)
            self.presses += 1
        return self

    def hold(self, key: str, times: int = 20) -> Hands:
        """Hold a key down: one press, and what the keyboard repeats."""
        self.press(key)
        wanted = getattr(Qt.Key, f"Key_{key}")
        for _n in range(times):
            target = self.focus()
            QCoreApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, wanted, NONE, "\r", True))
        return self

    def type(self, text: str) -> Hands:
        """Type letters and digits; what is on no key comes from the input method."""
        self._pace(SLOW)
        if not text.isascii():
            event = QInputMethodEvent()
            event.setCommitString(text)
            QCoreApplication.sendEvent(self.focus(), event)
            return self
        for letter in text:
            QTest.keyClicks(self.focus(), letter)
        return self

    def scan(self, code: str) -> Hands:
        """What a scanner types: fast, and Enter."""
        self._pace(FAST)
        for letter in code:
            QTest.keyClicks(self.focus(), letter)
        QTest.keyClick(self.focus(), Qt.Key.Key_Return)
        self._pace(SLOW)
        return self

    def _pace(self, step: float) -> None:
        if self.window.scanner is not None:
            self.window.scanner._clock = self.watch
        self.watch.now += 10
        self.watch.step = step

    # --- eyes -------------------------------------------------------------------------------------

    def until(self, seen: Callable[[], object], timeout: int = 30_000) -> Hands:
        """Wait until something is seen."""
        self.qtbot.waitUntil(lambda: bool(seen()), timeout=timeout)
        return self

    def palette(self, words: str) -> Hands:
        """Run an action or open a screen from the palette."""
        self.press("K", CTRL)
        self.sees_dialog(QDialog)
        return self.type(words).press("Return")

    def tab_to(self, widget: QWidget) -> Hands:
        """Press Tab until the focus is there."""
        for _n in range(80):
            if QApplication.focusWidget() is widget:
                return self
            self.press("Tab")
        raise AssertionError(f"{widget} is not in the tab order")

    def rest(self) -> Hands:
        """Wait until every question was answered."""
        tasks = self.window.desk.tasks
        return self.until(lambda: not tasks._open and tasks.idle())

    @property
    def screen(self) -> Any:
        """The screen that is shown."""
        assert self.window.shell is not None
        return self.window.shell.current

    @property
    def counter(self) -> CounterScreen:
        """The counter, which has to be shown."""
        assert isinstance(self.screen, CounterScreen)
        return self.screen

    @property
    def act(self) -> Any:
        """The form in hand."""
        return self.counter.serving.act

    @property
    def outcome(self) -> Any:
        """What became of the last act, where it is shown."""
        side = self.counter.serving.side
        return side.outcome if side is not None and side.outcome and side.result.isVisible() else None

    def sees_screen(self, name: str) -> Hands:
        """Wait until a screen is open."""
        return self.until(lambda: type(self.screen).__name__ == name).rest()

    def sees_dialog(self, kind: builtins.type[D]) -> D:
        """Wait until a dialog is open and has the keys."""

        def there() -> bool:
            found, focus = QApplication.activeModalWidget(), QApplication.focusWidget()
            return isinstance(found, kind) and focus is not None and focus.window() is found

        self.until(there)
        found = QApplication.activeModalWidget()
        assert isinstance(found, kind)
        return found

    def sees_no_dialog(self, timeout: int = 30_000) -> Hands:
        """Wait until every dialog is closed."""
        return self.until(lambda: QApplication.activeModalWidget() is None, timeout=timeout)

    def sees(self, title: str) -> Hands:
        """Wait until an act ended so."""
        return self.until(lambda: self.outcome is not None and self.outcome.title == title).rest()

    def sees_member(self, name: str) -> Hands:
        """Wait until a member stands there."""

        def there() -> bool:
            card = self.counter.serving.card
            view = self.counter.place.view
            return card is not None and card.name == name and view is not None and view.isVisible()

        return self.until(there)

    def foresees(self, after: str) -> Hands:
        """Wait until the balance that comes of it is shown."""
        return self.until(lambda: self.act.foreseen.isVisible() and self.act.foreseen.after.text() == after)

    # --- the books --------------------------------------------------------------------------------

    def do(self, actor: Actor, act: Callable[..., Any], **said: Any) -> Any:
        """Somebody else does something meanwhile."""
        from desktop_admin.services.command import new_request

        said.setdefault("request", new_request())
        return self.database.write(partial(act, **said), actor=actor).result

    def ask(self, actor: Actor, query: Callable[..., Any], **said: Any) -> Any:
        """Look into the books."""
        return self.database.read(partial(query, **said), actor=actor)
