"""What every screen inherits: states, staleness, language, memory, actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desktop_admin.services.permissions import Permission
from desktop_admin.views import theme
from desktop_admin.views.screen_frame import ScreenFrame

if TYPE_CHECKING:
    from desktop_admin.services.work import Work
    from desktop_admin.views.widgets.record_table import RecordTableView

T = TypeVar("T")


class Screen(ScreenFrame):
    """One noun's place in the window.

    A subclass gives `title`, `topics`, `build` (widgets into `self.content`, no text),
    `retranslate` (all text) and `reload` (asks with `self.ask`; the answer comes later).
    """

    _place: QWidget | None = None  # where keys go while it is there

    def setFocusProxy(self, widget: QWidget | None) -> None:
        """Give the keys to a widget while it is not hidden: at a hidden one Tab would go no further."""
        if self._place is not None:
            self._place.removeEventFilter(self)
        self._place = widget
        if widget is not None:
            widget.installEventFilter(self)
        super().setFocusProxy(widget if widget is not None and not widget.isHidden() else None)  # type: ignore[arg-type]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what has the keys, when it goes and when it comes again."""
        if watched is self._place and event.type() in (QEvent.Type.HideToParent, QEvent.Type.ShowToParent):
            self.setFocusProxy(self._place)
            if self._place.isHidden() and self.isVisible() and QApplication.focusWidget() is None:
                self.take_focus()
        return super().eventFilter(watched, event)

    def arrive(self, **where: Any) -> None:
        """Go to a place inside: `desk.open("members", member_id=7)` calls `arrive(member_id=7)`."""

    def take_focus(self) -> None:
        """Put the keys where work goes on: the list or the search, else the first thing that takes keys."""
        proxy = self.focusProxy()
        if proxy is not None and (self._loaded_at is None or proxy.isVisibleTo(self)):
            proxy.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self.empty.button.isVisibleTo(self):
            self.empty.button.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.setFocus()
            self.focusNextPrevChild(True)

    def scan(self, code: str) -> bool:
        """Take a scanned barcode; True when it was for this screen."""
        return False

    def ask(
        self,
        slot: str,
        query: Callable[[Work], T],
        done: Callable[[T], None],
        *,
        quiet: bool = False,
        reports: bool = False,
    ) -> None:
        """Read; shows loading, and failure with Retry. `quiet` shows neither bar nor failure.

        `reports`: the screen says as of when its figures are, so a replica may answer.
        """
        if not quiet:
            self._asking.add(slot)
            self._show_busy()

        def came(answer: T) -> None:
            self._asking.discard(slot)
            self._show_busy()
            if not quiet:
                self._loaded_at, self._behind = datetime.now(UTC), False
                self.banner.hide()
                if self._states.currentWidget() is not self.body and not self._asking:
                    self.show_content()
            done(answer)

        def failed(error: Exception) -> None:
            self._asking.discard(slot)
            self._show_busy()
            if not quiet:
                self.show_failed(error)

        self.desk.tasks.read(self, slot, query, came, failed, reports=reports)

    def send(
        self,
        operation: Callable[[Work], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Write; without `failed` a refusal is shown as a notice."""
        self.desk.tasks.write(self, operation, done, failed or self.desk.notices.report)

    def add_act(
        self,
        id: str,  # noqa: A002 - the word for it
        title: str,
        run: Callable[[], object],
        *,
        keys: str = "",
        icon: str = "",
        permission: Permission | None = None,
    ) -> QAction:
        """Declare what can be done here (title N_); it is in the palette and in F1."""
        action = self.desk.actions.add(self, id, title, run, keys=keys, icon=icon)
        action.setProperty("permission", permission)
        action.setEnabled(self.desk.can(permission))
        return action

    def header_button(self, action: QAction, kind: str = "plain") -> QPushButton:
        """Put a button for an action at the right of the title."""
        button = ActionButton(action, kind, self)
        self.header.addWidget(button)
        return button

    def remember(self, name: str, value: Any) -> None:
        """Keep a plain value for this operator and this screen."""
        self.desk.remember(f"{type(self).__name__}/{name}", value)

    def recall(self, name: str) -> Any:
        """Answer what was kept, or None."""
        return self.desk.recall(f"{type(self).__name__}/{name}")

    def use_table(self, table: RecordTableView, name: str) -> None:
        """Let a table remember its columns per operator, add up in the status bar, and export."""
        table.place = f"{type(self).__name__}/{name}"
        table.arrange(self.recall(name))
        table.arranged.connect(partial(self.remember, name))
        table.totals.connect(self.desk.status)
        table.export_wanted.connect(self.desk.export)
        table.may_export = self.desk.can(Permission.EXPORT)
        if self._place is None:
            self.setFocusProxy(table)  # whoever comes here with a key goes on in the list


class ActionButton(QPushButton):
    """A push button for an action: text, keys, icon and leave follow the action."""

    def __init__(self, action: QAction, kind: str = "plain", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = action
        theme.mark(self, kind=kind)
        self.setAutoDefault(False)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setText(self._action.text())
        self.setToolTip(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())
        if self.property("kind") != "primary":
            theme.set_icon_beside(self, self._action.icon())
