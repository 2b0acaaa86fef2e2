"""The program's way from one shop to another: profiles chosen, added and removed, and signing in on a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from desktop_admin import profiles
from desktop_admin.entrance import Entrance
from desktop_admin.services import keychain
from desktop_admin.settings import LAST_LOGIN, PROFILE

if TYPE_CHECKING:
    from desktop_admin.services.connection import Profile
    from desktop_admin.views.connections.form import ConnectionDialog
    from desktop_admin.views.connections.listing import ConnectionsDialog
    from desktop_admin.views.main_window import MainWindow


class Connecting(QObject):
    """Made after the first paint. `opened(database, name)` hears of a shop on a server, `leads_to(path)` of a file."""

    def __init__(
        self, window: MainWindow, workstation: str, opened: Callable[[Any, str], None],
        leads_to: Callable[[str], None], parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._window, self._desk = window, window.desk
        self._tasks, self._settings = window.desk.tasks, window.desk.settings
        self._workstation, self._opened, self._leads_to = workstation, opened, leads_to
        self.entrance: Entrance | None = None
        self._desk.actor_changed.connect(self._somebody)
        self._desk.connections_wanted.connect(self.manage)
        window.sign_in.offer_connections()

    def start(self, profile: Profile, login: str = "", password: str = "") -> None:
        """Have people sign in to this shop; with name and password, at once."""
        page = self._window.sign_in
        page.say_sample("")
        page.say_shop(profile.shop or profile.name)
        entrance = self.entrance = Entrance(self._tasks, profile, self._workstation, page.lock, self)
        entrance.entered.connect(self._entered)
        page.through, page.keeper = entrance.ask, entrance.new_password
        page.offer_remembering(wanted=profile.remember)
        if login:
            page.login.setText(login)
            page.password.setText(password)
            page.submit()
        elif profile.remember:
            entrance.recall(page, page.login.text(), self._recalled)

    def use(self, profile: Profile, login: str = "", password: str = "") -> None:
        """Leave the present shop and work in this one from now on."""
        profiles.keep(self._settings, profile)
        profiles.choose(self._settings, profile)
        self.leave()
        if profile.on_server:
            self.start(profile, login, password)
        else:
            self._leads_to(profile.path)

    def leave(self) -> None:
        """Close the present shop."""
        if self._window.shell is not None:
            self._window.sign_out()
        if self.entrance is not None:
            self.entrance.leave()
            self.entrance.deleteLater()
            self.entrance = None
        else:
            self._tasks.leave()
        page = self._window.sign_in
        page.through = page.keeper = None
        page.offer_remembering(wanted=False)
        page.password.clear()

    def close(self) -> None:
        """At the end of the program."""
        if self.entrance is not None:
            self.entrance.close()

    def manage(self) -> ConnectionsDialog:
        """Show the connections of this machine."""
        from desktop_admin.views.connections.listing import ConnectionsDialog  # seldom

        chosen = self._settings.get(PROFILE)
        dialog = ConnectionsDialog(self._window, self._desk, profiles.kept(self._settings), chosen)
        dialog.opened.connect(self.use)
        dialog.removed.connect(self._removed)
        dialog.open()
        return dialog

    def add_server(self, given_up: Callable[[], object]) -> ConnectionDialog:
        """Show the form for a server; `given_up` is called where it was closed without one."""
        from desktop_admin.views.connections.form import ConnectionDialog  # seldom

        dialog = ConnectionDialog(self._window, self._desk)
        dialog.saved.connect(self.use)
        dialog.rejected.connect(given_up)
        dialog.open()
        return dialog

    def _entered(self, database: Any) -> None:
        assert self.entrance is not None
        profile = self.entrance.profile
        shop = database.shop
        logins = {*profile.logins, self.entrance.login} if profile.remember else profile.logins
        known = replace(profile, shop=shop.name, shop_uuid=shop.uuid, logins=tuple(sorted(logins)))
        if known != profile:
            self.entrance.profile = profile = known
            profiles.keep(self._settings, profile)
        self._opened(database, profile.name)

    def _removed(self, profile: Profile) -> None:
        profiles.remove(self._settings, profile.id)
        logins = {*profile.logins, self._settings.get(LAST_LOGIN)}

        def forget(_progress: object) -> None:
            for login in logins:
                keychain.forget(profiles.KEYRING, profiles.account(profile, login))

        self._tasks.run(self, forget, _nothing, _nothing)

    def _recalled(self, password: str) -> None:
        page = self._window.sign_in
        if password and not page.password.text() and not page.writing:
            page.password.setText(password)

    def _somebody(self, actor: object) -> None:
        if actor is None and self.entrance is not None:
            self.entrance.leave()


def _nothing(_answer: object) -> None:
    """Nothing to show."""
