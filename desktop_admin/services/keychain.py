"""The system's keyring, the only place where this machine keeps a secret; where there is none, none is kept.

A keyring may be missing, locked, broken, or ask the person and never come back: each call runs in a thread of its own
and is waited for five seconds. Once one hung, the rest of the program's life does without.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

SERVICE = "pointsdesk"
PATIENCE = 5.0  # seconds

# they keep nothing, or keep it where everybody reads it
_REFUSED = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
_hung = threading.Event()


def usable() -> bool:
    """Whether this machine has a keyring that keeps secrets secret."""
    return _asked(lambda: _backend() is not None, default=False)


def recall(what: str, account: str) -> str:
    """The secret kept for ``account`` under ``what``; empty where none is, or none can be had."""

    def ask() -> str:
        backend = _backend()
        return (backend.get_password(f"{SERVICE}/{what}", account) or "") if backend is not None else ""

    return _asked(ask, default="")


def keep(what: str, account: str, secret: str) -> bool:
    """Keep a secret; whether it is kept."""

    def ask() -> bool:
        backend = _backend()
        if backend is None:
            return False
        backend.set_password(f"{SERVICE}/{what}", account, secret)
        return bool(backend.get_password(f"{SERVICE}/{what}", account) == secret)

    return _asked(ask, default=False)


def forget(what: str, account: str) -> None:
    """Take a secret away, where there is one."""

    def ask() -> None:
        backend = _backend()
        if backend is not None and backend.get_password(f"{SERVICE}/{what}", account) is not None:
            backend.delete_password(f"{SERVICE}/{what}", account)

    _asked(ask, default=None)


def _backend() -> Any | None:
    import keyring  # it looks for every backend there is: in the thread

    chosen = keyring.get_keyring()
    several = getattr(chosen, "backends", None)  # one that asks others in turn
    for backend in (chosen,) if several is None else tuple(several):
        if not type(backend).__module__.startswith(_REFUSED):
            if type(backend).__module__ == "keyring.backends.Windows":
                backend.persist = "local machine"  # by default it roams to every machine of the account
            return backend
    return None


def _asked(ask: Callable[[], T], *, default: T) -> T:
    """What the keyring answered in time; ``default`` where it did not, or failed."""
    if _hung.is_set():
        return default
    answers: list[T] = []

    def run() -> None:
        try:
            answers.append(ask())
        except Exception:  # noqa: BLE001 - backends raise what they like; without a keyring the password is asked
            answers.append(default)

    thread = threading.Thread(target=run, name="pointsdesk-keyring", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if thread.is_alive():
        _hung.set()
        return default
    return answers[0]
