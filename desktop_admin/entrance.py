"""The way in to a shop on a server: who signs in opens a connection of their own, and nobody works on another's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop_admin import profiles
from desktop_admin.services import keychain
from desktop_admin.services.errors import Refused
from desktop_admin.tasks import Failed, Progress, Tasks

if TYPE_CHECKING:
    from desktop_admin.services.connection import Profile
    from desktop_admin.services.operators.holding import Held
    from desktop_admin.services.work import Actor
    from desktop_admin.views.sign_in import Lock


class Entrance(QObject):
    """Keeps, in memory only, what operators who may come back by PIN today left open."""

    entered = Signal(object)  # the database that is worked on now

    def __init__(self, tasks: Tasks, profile: Profile, workstation: str, lock: Lock, parent: QObject) -> None:
        super().__init__(parent)
        self.profile = profile
        self._tasks, self._workstation, self._lock = tasks, workstation, lock
        self.present: Held | None = None
        self.held: dict[str, Held] = {}

    def ask(
        self, owner: QObject, login: str, password: str, remember: bool, done: Callable[[Actor], None], failed: Failed
    ) -> None:
        """Sign in; answers come back as for any question."""
        name = login.strip().casefold()
        job = partial(self._enter, name, login, password, remember)
        self._tasks.run(owner, job, partial(self._entered, name, done), failed)

    def leave(self) -> None:
        """Nobody works here any more: close everything."""
        for held in self.held.values():
            self._tasks.retire(held.database)
        self.held.clear()
        if self.present is not None:
            self._tasks.detach()
        self.present = None

    def close(self) -> None:
        """At the end of the program, when no thread of its is left."""
        for held in self.held.values():
            held.database.close()
        self.held.clear()

    def recall(self, owner: QObject, login: str, done: Callable[[str], None]) -> None:
        """Ask the keyring for a password it keeps for this name; empty where there is none."""
        account = profiles.account(self.profile, login)
        wanted = self.profile.remember and bool(login)
        self._tasks.run(
            owner, lambda _progress: keychain.recall(profiles.KEYRING, account) if wanted else "", done, _silent
        )

    @property
    def login(self) -> str:
        """The name of who works here; empty where nobody does."""
        return next((name for name, held in self.held.items() if held is self.present), "")

    def new_password(self, password: str) -> None:
        """Whoever works here chose another: the keyring keeps that one from now on, or none. Not for the UI thread."""
        account = profiles.account(self.profile, self.login)
        if keychain.recall(profiles.KEYRING, account) and not keychain.keep(profiles.KEYRING, account, password):
            keychain.forget(profiles.KEYRING, account)

    def _enter(self, name: str, login: str, password: str, remember: bool, progress: Progress) -> Held:
        from desktop_admin.services.operators import holding, on_server  # in the background

        held = self.held.get(name)
        if held is not None and password.isascii() and password.isdigit():
            try:
                holding.open_by_pin(held, password)
            except Refused as error:
                if not error.facts.get("password"):
                    raise
            else:
                self._lock.remember(login, password, held.actor)
                return held
        database, actor = on_server.sign_in(
            self.profile.server, login=login, password=password, workstation=self._workstation
        )
        try:
            held = holding.hold(database, actor)
            self._lock.remember(login, password, actor, pin_hash=held.pin_hash)
            progress.check()  # nobody will take it where the program is closing
        except BaseException:
            database.close()
            raise
        account = profiles.account(self.profile, login)
        if remember:
            keychain.keep(profiles.KEYRING, account, password)
        elif self.profile.remember:
            keychain.forget(profiles.KEYRING, account)
        return held

    def _entered(self, name: str, done: Callable[[Actor], None], held: Held) -> None:
        before, self.present = self.present, held
        replaced = self.held.get(name)
        self.held[name] = held
        self._tasks.attach(held.database)
        if replaced is not None and replaced is not held:
            self._tasks.retire(replaced.database)
        if before is not None and before is not held and before is not replaced and not before.by_pin:
            self._tasks.retire(before.database)
            self.held = {other: one for other, one in self.held.items() if one is not before}
        self.entered.emit(held.database)
        done(held.actor)


def _silent(_error: Any) -> None:
    """Without a keyring the password is asked for."""
