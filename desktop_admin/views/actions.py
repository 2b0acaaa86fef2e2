"""What a person can do, as data: title, keys, icon, permission; keys can be rebound."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from desktop_admin.i18n import _
from desktop_admin.views import theme

if TYPE_CHECKING:
    from desktop_admin.settings import Settings


@dataclass(frozen=True)
class Found:
    """One line of the palette: what it says, what it does."""

    title: str
    run: Callable[[], object]
    hint: str = ""
    icon: str = "arrow-right"
    keys: str = ""


class Provider(Protocol):
    """Finds lines for the palette; slow ones (members, orders) call `found` later."""

    def __call__(self, text: str, found: Callable[[Iterable[Found]], None]) -> None: ...


class Actions(QObject):
    """Every action of the program, by id; finds them for the palette and for F1."""

    changed = Signal()

    def __init__(self, settings: Settings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._actions: dict[str, QAction] = {}
        self.providers: list[Provider] = []

    def add(
        self,
        owner: QWidget,
        id: str,  # noqa: A002 - the word for it
        title: str,
        run: Callable[[], object],
        *,
        keys: str = "",
        icon: str = "",
        enabled: bool = True,
    ) -> QAction:
        """Declare an action of a widget: title marked with N_, keys like "Ctrl+E" or "F2"."""
        action = QAction(owner)
        action.setObjectName(id)
        action.setProperty("message", title)
        action.setProperty("keys", keys)
        action.setProperty("icon_name", icon)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setAutoRepeat(False)  # a key held down is one act
        action.setEnabled(enabled)
        action.triggered.connect(lambda _checked=False: run())
        if icon:
            theme.set_icon(action, icon)
        owner.addAction(action)
        self._actions[id] = action
        self._name(action)
        self._bind(action)
        return action

    def all(self) -> list[QAction]:
        """Answer every living action."""
        self._actions = {k: a for k, a in self._actions.items() if shiboken6.isValid(a)}
        return list(self._actions.values())

    def of(self, owner: QWidget) -> list[QAction]:
        """Answer the actions of one widget, in the order declared."""
        return [a for a in self.all() if a.parent() is owner]

    def rebind(self, id: str, keys: str) -> None:  # noqa: A002 - the word for it
        """Give an action other keys and remember them; "" goes back to its own."""
        if self._settings is not None:
            self._settings.remember(0, f"keys/{id}", keys)
        if id in self._actions:
            self._bind(self._actions[id])
        self.changed.emit()

    def clashes(self, id: str, keys: str) -> list[QAction]:  # noqa: A002 - the word for it
        """Answer other actions that have these keys."""
        wanted = QKeySequence(keys)
        return [a for a in self.all() if a.objectName() != id and a.shortcut() == wanted]

    def retranslate(self) -> None:
        """Name every action in the language in use."""
        for action in self.all():
            self._name(action)

    def _name(self, action: QAction) -> None:
        action.setText(_(str(action.property("message"))))
        self._tip(action)

    def _bind(self, action: QAction) -> None:
        own = str(action.property("keys"))
        kept = self._settings.recall(0, f"keys/{action.objectName()}") if self._settings else None
        action.setShortcut(QKeySequence(str(kept or own)))
        self._tip(action)

    def _tip(self, action: QAction) -> None:
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{action.text()}  {keys}" if keys else action.text())
