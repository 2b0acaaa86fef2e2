"""The desk itself: navigation, head, the screens, foot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_admin.i18n import N_, _
from desktop_admin.services.permissions import Permission
from desktop_admin.settings import LAST_SCREEN
from desktop_admin.tasks import Connection, message_of
from desktop_admin.views import set_back, theme
from desktop_admin.views.desk import Desk
from desktop_admin.views.keys import KeysDialog
from desktop_admin.views.navigation import INSIDE, SEARCHES, place_of, places
from desktop_admin.views.palette import Command, Palette, keys_text
from desktop_admin.views.rail import Rail
from desktop_admin.views.screen import Screen
from desktop_admin.views.status import StatusBar
from desktop_admin.views.top_bar import TopBar
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.search_box import Hit

OWN_SEARCH = frozenset({"counter"})  # screens whose own box is the one search box


class Shell(QWidget):
    """Made when someone signed in, and anew for the next operator."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setObjectName("page")
        self.screens: dict[str, Screen] = {}
        self._offline = ""  # what was said when the server went away
        self.rail, self.top, self.stack, self.status = Rail(desk), TopBar(desk), QStackedWidget(), StatusBar(desk)
        self.banner, self.only_looking = Banner(), Banner()
        self.banner.hide()
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        banners = QVBoxLayout()
        banners.setContentsMargins(24, theme.SPACE, 24, 0)  # none while both are hidden
        banners.addWidget(self.only_looking)
        banners.addWidget(self.banner)
        column.addWidget(self.top)
        column.addLayout(banners)
        column.addWidget(self.stack, 1)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(column, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(row, 1)
        outer.addWidget(self.status)
        self.top.search.finder = self.search
        self.top.search.chosen.connect(self.go_to)
        self.rail.chosen.connect(self.open)
        self.top.palette_wanted.connect(self.show_palette)
        self.top.keys_wanted.connect(self.show_keys)
        desk.open_wanted.connect(self.open)
        desk.tasks.connection_changed.connect(self._connection)
        desk.tasks.only_looking_changed.connect(self._only_looking)
        self._only_looking()
        self._acts()
        desk.till.begin()

    # --- screens ----------------------------------------------------------------------------------

    @property
    def current(self) -> Screen | None:
        """Answer the screen shown."""
        widget = self.stack.currentWidget()
        return widget if isinstance(widget, Screen) else None

    def open_last(self) -> None:
        """Show the screen that was open last, else the first one this operator may see."""
        ids = self.rail.ids()
        last = self.desk.settings.get(LAST_SCREEN)
        if ids:
            self.open(last if last in ids else ids[0])

    def open(self, id_: str, where: dict[str, Any] | None = None) -> None:
        """Show a screen, made when it is first shown, and go to a place inside."""
        place = place_of(id_)
        if place is None or not self.desk.can(place.permission):
            self.desk.notices.tell(_("You may not open this."), tone="warn")
            return
        screen, first = self.screens.get(id_), False
        if screen is None:
            first = True
            made: type[Screen] = getattr(place.load(), place.screen)
            screen = self.screens[id_] = made(self.desk, self.stack)
            self.stack.addWidget(screen)
        self.stack.setCurrentWidget(screen)
        self.rail.choose(id_)
        self.top.search.setVisible(id_ not in OWN_SEARCH)
        self.desk.settings.set(LAST_SCREEN, id_)
        if where:
            screen.arrive(**where)
        elif first or not screen.isAncestorOf(self.window().focusWidget() or self):
            screen.take_focus()

    def _connection(self, connection: Connection) -> None:
        """What was said of a server that did not answer is over when it does."""
        if connection.online and self.banner.label.text() == self._offline:
            self.banner.hide()
        self._offline = connection.message

    def _only_looking(self) -> None:
        """Say why nothing can be saved, as long as it is so; who tries all the same is told the same at the act."""
        why = self.desk.tasks.only_looking
        self.only_looking.setVisible(why is not None)
        if why is not None:
            self.only_looking.say(message_of(why), tone="info")

    # --- search -----------------------------------------------------------------------------------

    def search(self, text: str, found: Callable[[Sequence[Hit]], None]) -> None:
        """Ask every search; the answers are shown together as they come."""
        together: dict[str, Sequence[Hit]] = {}
        for path in SEARCHES:
            if find_spec(path) is not None:
                import_module(path).find(self.desk, text, _Part(path, together, found))

    def go_to(self, value: object) -> None:
        """Go where a hit points: (screen, where), or something to call."""
        if callable(value):
            value()
        elif isinstance(value, tuple):
            screen, where = value
            self.desk.open(screen, **where)

    def take_scan(self, code: str) -> None:
        """Give a barcode to the screen, else to the one search box."""
        screen = self.current
        if screen is not None and screen.scan(code):
            return
        self.top.search.show()
        self.top.search.setFocus()
        self.top.search.setText(code)
        self.top.search.search_now()

    # --- palette, keys ----------------------------------------------------------------------------

    def show_palette(self) -> None:
        """Ctrl+K."""
        commands = [
            Command(_(p.title), _Opens(self.desk, p.id), _("Go to"), p.keys, p.icon)
            for p in places()
            if self.desk.can(p.permission)
        ]
        screen = self.current
        own = self.desk.actions.of(screen) if screen is not None else []
        general = self.desk.actions.of(self)
        acts = [
            Command(a.text(), a.trigger, "", keys_text(a.shortcut()), _icon_of(a))
            for a in (*own, *general)
            if a.isEnabled() and not a.objectName().startswith(("go.", "desk.palette"))
        ]
        pages = [
            Command(_(title), _Opens(self.desk, id_, where), _("Go to"), "", icon)
            for title, icon, permission, id_, where in INSIDE
            if self.desk.can(permission) and id_ in self.rail.ids()
        ]
        palette = Palette(self, [*acts, *commands, *pages], self.search, self.go_to)
        palette.open()

    def show_keys(self) -> None:
        """F1."""
        screen = self.current
        groups: list[tuple[str, Sequence[QAction]]] = []
        if screen is not None:
            groups.append((_(screen.title), self.desk.actions.of(screen)))
        groups.append((_("Everywhere"), self.desk.actions.of(self)))
        shown = next((id_ for id_, one in self.screens.items() if one is screen), "")
        KeysDialog(self, self.desk.actions, groups, shown).open()

    def _acts(self) -> None:
        add = self.desk.actions.add
        add(self, "desk.search", N_("Search"), self._focus_search, keys="Ctrl+F")
        slash = QShortcut("/", self)
        slash.activated.connect(self._focus_search)
        add(self, "desk.palette", N_("Find an action"), self.show_palette, keys="Ctrl+K")
        add(self, "desk.keys", N_("Keys of this screen"), self.show_keys, keys="F1")
        add(self, "desk.undo", N_("Undo the last act"), self.desk.undo, keys="Ctrl+Z")
        add(self, "desk.reload", N_("Reload"), self._reload, keys="F5")
        add(self, "desk.lock", N_("Lock"), self.top.lock.emit, keys="Ctrl+L")
        add(self, "desk.operator", N_("Change operator…"), self.top.change_operator.emit,
            keys="Ctrl+Shift+L")  # fmt: skip
        for id_, title, signal in _own(self):
            add(self, id_, title, signal.emit)
        leave = Permission.DECIDE_APPROVALS
        if self.desk.can(leave):
            clock = add(self, "desk.clock", N_("Confirm the clock…"), partial(set_back.confirm, self, self.desk))
            clock.setProperty("permission", leave)
        for place in places():
            if place.keys and self.desk.can(place.permission):
                add(self, f"go.{place.id}", place.title, _Opens(self.desk, place.id),
                    keys=place.keys)  # fmt: skip

    def _focus_search(self) -> None:
        if self.top.search.isHidden() and self.current is not None:
            self.current.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        self.top.search.setFocus()
        self.top.search.selectAll()

    def _reload(self) -> None:
        if self.current is not None:
            self.current.reload_now()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Small windows and large letters leave the navigation its icons."""
        super().resizeEvent(event)
        self.rail.make_room(event.size().width())

    def changeEvent(self, event: QEvent) -> None:
        """Name every action again when the language changed."""
        if event.type() == QEvent.Type.LanguageChange:
            self.desk.actions.retranslate()
            self._only_looking()
        super().changeEvent(event)


def _icon_of(action: QAction) -> str:
    return str(action.property("icon_name") or "zap")


def _own(shell: Shell) -> tuple[tuple[str, str, Any], ...]:
    """What stands in the menu under one's name, for the palette."""
    return (
        ("desk.sign_out", N_("Sign out"), shell.top.sign_out),
        ("desk.password", N_("Change password…"), shell.top.own_password),
        ("desk.pin", N_("PIN for taking over…"), shell.top.own_pin),
        ("desk.connections", N_("Connections…"), shell.desk.connections_wanted),
    )


class _Opens:
    def __init__(self, desk: Desk, id_: str, where: dict[str, str] | None = None) -> None:
        self._desk, self._id, self._where = desk, id_, where or {}

    def __call__(self) -> None:
        self._desk.open(self._id, **self._where)


class _Part:
    """Collects the answers of several searches; each new one shows them all."""

    def __init__(self, path: str, together: dict[str, Sequence[Hit]], found: Callable[[Sequence[Hit]], None]) -> None:
        self._path, self._together, self._found = path, together, found

    def __call__(self, hits: Sequence[Hit]) -> None:
        self._together[self._path] = hits
        self._found([hit for path in SEARCHES for hit in self._together.get(path, ())])
