"""The system's keyring, the only place where this machine keeps a secret; where there is none, none is kept.

A keyring may be missing, locked, broken, or ask the person and never come back: each call runs in a thread of its own
and is waited for five seconds. While one hangs, nothing else is asked. ``find``, ``store`` and ``remove`` say why it
did not work; ``recall``, ``keep`` and ``forget`` do without.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Trouble

T = TypeVar("T")

SERVICE = "pointsdesk"
PATIENCE = 5.0  # seconds; one that asks a person never answers where nobody stands

# they keep nothing, keep it where everybody reads it, or ask on a terminal
_REFUSED = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt", "keyrings.cryptfile")
_hanging: threading.Thread | None = None


class NoKeyring(Trouble):
    """This machine has no keyring that could keep a secret: missing, locked, refusing, or not answering."""


def find(what: str, account: str) -> str | None:
    """The secret kept for ``account`` under ``what``; None where there is none. NoKeyring where nobody can know."""

    def ask(ring: Any) -> str | None:
        found = ring.get_password(f"{SERVICE}/{what}", account)
        return None if found is None else str(found)

    return _asked(ask)


def store(what: str, account: str, secret: str) -> None:
    """Keep a secret and see that it is kept. NoKeyring where it is not."""

    def ask(ring: Any) -> bool:
        ring.set_password(f"{SERVICE}/{what}", account, secret)
        return bool(ring.get_password(f"{SERVICE}/{what}", account) == secret)

    if not _asked(ask):
        raise NoKeyring(N_("The keyring of this machine does not keep what it is given."))


def remove(what: str, account: str) -> None:
    """Take a secret away, where there is one. NoKeyring where nobody can know."""

    def ask(ring: Any) -> None:
        if ring.get_password(f"{SERVICE}/{what}", account) is not None:
            ring.delete_password(f"{SERVICE}/{what}", account)

    _asked(ask)


# --- for what goes on without ---------------------------------------------------------------------


def usable() -> bool:
    """Whether this machine has a keyring that keeps secrets secret."""
    return _without(lambda: _asked(lambda _ring: True), False)


def recall(what: str, account: str) -> str:
    """The secret kept for ``account`` under ``what``; empty where none is, or none can be had."""
    return _without(lambda: find(what, account), None) or ""


def keep(what: str, account: str, secret: str) -> bool:
    """Keep a secret; whether it is kept."""

    def ask() -> bool:
        store(what, account, secret)
        return True

    return _without(ask, False)


def forget(what: str, account: str) -> None:
    """Take a secret away, where there is one and it can be reached."""
    _without(lambda: remove(what, account), None)


def _without(ask: Callable[[], T], otherwise: T) -> T:
    try:
        return ask()
    except NoKeyring:
        return otherwise


# --- the keyring ----------------------------------------------------------------------------------


def _backend() -> Any | None:
    """The first keyring that keeps secrets secret, of a chain or the only one; None where there is none."""
    import keyring  # it looks for every backend there is: in the thread

    chosen = keyring.get_keyring()
    several = getattr(chosen, "backends", None)  # one that asks others in turn
    for backend in (chosen,) if several is None else tuple(several):
        if not type(backend).__module__.startswith(_REFUSED):
            if type(backend).__module__ == "keyring.backends.Windows":
                backend.persist = "local machine"  # by default it roams to every machine of the account
            return backend
    return None


def _asked(ask: Callable[[Any], T]) -> T:
    """What the keyring answered in time. NoKeyring where it did not, or failed."""
    global _hanging  # there is one keyring on a machine
    silent = N_("The keyring of this machine does not answer; it may be locked.")
    if _hanging is not None and _hanging.is_alive():
        raise NoKeyring(silent)
    answers: list[T] = []
    failures: list[NoKeyring] = []

    def run() -> None:
        try:
            ring = _backend()
            if ring is None:
                failures.append(NoKeyring(N_("This machine has no keyring where a key would be safe.")))
            else:
                answers.append(ask(ring))
        except Exception as error:  # noqa: BLE001 - backends raise what they like
            why = type(error).__name__  # never its words: they may hold what was kept
            failures.append(NoKeyring(N_("The keyring of this machine refuses: {why}"), why=why))

    thread = threading.Thread(target=run, name="pointsdesk-keyring", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if answers:
        return answers[0]
    if failures:
        raise failures[0]
    _hanging = thread
    raise NoKeyring(silent)
