"""Whoever worked here when the server went may open their own locked desk again.

What they typed last at this program, and the PIN the server showed of them, are kept as hashes in its memory, never on
a disk, and only until somebody signs out. They open nothing but the lock: what the server is needed for still waits for
it. It is the same for a shop that was opened by a profile and for one that an address named.
"""

from __future__ import annotations

import threading

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused
from desktop_admin.services.operators import secrets
from desktop_admin.services.operators.trying import normal_login
from desktop_admin.services.work import Actor

TRIES = 5


class Reopening:
    """One per window; any thread may ask. Hashing takes a while: not for the UI thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._actor: Actor | None = None
        self._login = ""
        self._hashes: dict[tuple[int, bool], str] = {}  # by operator; of a PIN, of a password
        self._failures = 0

    def remember(self, login: str, secret: str, actor: Actor, *, pin_hash: str = "") -> None:
        """Somebody was let in by the shop: the password or the PIN they typed opens their lock from now on.

        ``pin_hash`` is that of their PIN, where the server showed it.
        """
        made = secrets.hash_password(secret)
        with self._lock:
            self._actor, self._login, self._failures = actor, normal_login(login), 0
            if pin_hash:
                self._hashes[actor.operator_id, True] = pin_hash
            self._hashes[actor.operator_id, _is_pin(secret)] = made

    def new_password(self, actor: Actor, password: str) -> None:
        """They chose another password: the one before opens nothing any more."""
        made = secrets.hash_password(password)
        with self._lock:
            if self._actor is not None and self._actor.operator_id == actor.operator_id:
                self._hashes[actor.operator_id, _is_pin(password)] = made

    def forget(self) -> None:
        """They signed out."""
        with self._lock:
            self._actor, self._login, self._hashes, self._failures = None, "", {}, 0

    def reopen(self, login: str, secret: str) -> Actor:
        """The one who worked here, where the secret is theirs. Refused else, and after five wrong ones for good."""
        with self._lock:
            actor, name = self._actor, self._login
            if actor is None or name != normal_login(login):
                raise Refused(N_("Without the server only who worked here last can open this desk."))
            if self._failures >= TRIES:
                raise Refused(N_("Too many wrong tries. This desk opens again when the server is back."))
            self._failures += 1  # counted before it is judged
            held = self._hashes.get((actor.operator_id, _is_pin(secret)), "")
        if not held or not secrets.fits(held, secret):
            raise Refused(N_("Wrong password or PIN."), field="password")
        with self._lock:
            self._failures = 0
        return actor


def _is_pin(secret: str) -> bool:
    return secret.isascii() and secret.isdigit()
