"""The key of what is kept on this machine, in the keyring of the operating system; without one nothing is kept.

One key per shop. What encrypts files and what hides phone numbers are derived from it, so neither tells the other.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Trouble

SECONDS = 5  # a keyring that asks a person for a password never answers a till nobody stands at
ACCOUNT = "outage"
# what keeps nothing, keeps it readable for everybody, or asks on a terminal
_USELESS = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt", "keyrings.cryptfile")


@dataclass(frozen=True, slots=True)
class Keys:
    """The two keys, 32 bytes each; they are never shown."""

    files: bytes = field(repr=False)
    phones: bytes = field(repr=False)


class NoKeyring(Trouble):
    """This machine has no keyring that could keep a key."""


def keys_of(shop: str, *, make: bool = False) -> Keys | None:
    """The keys of a shop (its uuid); None where there are none yet, unless ``make``.

    NoKeyring where the keyring is missing, locked or does not answer. Takes seconds at worst: not for the UI thread.
    """
    found = _asked(lambda ring: ring.get_password(_service(shop), ACCOUNT))
    if found is None and make:
        fresh = secrets.token_hex(32)
        _asked(lambda ring: ring.set_password(_service(shop), ACCOUNT, fresh))
        found = _asked(lambda ring: ring.get_password(_service(shop), ACCOUNT))
        if found != fresh:
            raise NoKeyring(N_("The keyring of this machine does not keep what it is given."))
    return None if found is None else _derived(found)


def forget_key(shop: str) -> None:
    """Take the key away; what was written with it is noise from then on."""
    from keyring.errors import PasswordDeleteError

    def drop(ring: Any) -> None:
        try:
            ring.delete_password(_service(shop), ACCOUNT)
        except PasswordDeleteError:
            return  # there was none

    _asked(drop)


def hidden_phone(keys: Keys, number: str) -> str:
    """What stands for a phone number: the same number gives the same text, and nobody without the key gets back."""
    return hmac.new(keys.phones, number.encode(), hashlib.sha256).hexdigest()


def _service(shop: str) -> str:
    return f"pointsdesk/{shop}"


def _derived(secret: str) -> Keys:
    try:
        root = bytes.fromhex(secret)
    except ValueError:
        root = b""
    if len(root) != 32:
        raise NoKeyring(N_("The key in this machine's keyring is not one of PointsDesk's."))
    return Keys(*(hmac.new(root, purpose, hashlib.sha256).digest() for purpose in (b"files", b"phones")))


def _asked(question: Callable[[Any], Any]) -> Any:
    """Ask the keyring in a thread of its own, for it may wait for a person."""
    answer: list[Any] = []
    thread = threading.Thread(target=_ask, args=(question, answer), name="pointsdesk-keyring", daemon=True)
    thread.start()
    thread.join(SECONDS)
    if not answer:
        raise NoKeyring(N_("The keyring of this machine does not answer; it may be locked."))
    if isinstance(answer[0], Exception):
        raise answer[0]
    return answer[0]


def _ask(question: Callable[[Any], Any], answer: list[Any]) -> None:
    try:
        import keyring  # takes a while
        from keyring.errors import KeyringError

        ring = _safe(keyring.get_keyring())
        if ring is None:
            raise NoKeyring(N_("This machine has no keyring where a key would be safe."))
        try:
            answer.append(question(ring))
        except KeyringError as error:
            raise NoKeyring(N_("The keyring of this machine refuses: {why}"), why=type(error).__name__) from error
    except Exception as error:  # noqa: BLE001 - raised again in the thread that asked
        answer.append(error)


def _safe(ring: Any) -> Any:
    """The first keyring that keeps secrets secret, of a chain or the only one; None where there is none."""
    several = getattr(ring, "backends", None)
    for one in (ring,) if several is None else several:
        module = type(one).__module__
        if not module.startswith(_USELESS):
            if module == "keyring.backends.Windows":
                one.persist = "local machine"  # by default it roams to every machine of the account
            return one
    return None
