"""The key of what is kept on this machine, in the keyring of the operating system; without one nothing is kept.

One key per shop. What encrypts files and what hides phone numbers are derived from it, so neither tells the other.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from desktop_admin.i18n import N_
from desktop_admin.services import keychain
from desktop_admin.services.keychain import NoKeyring

ACCOUNT = "outage"


@dataclass(frozen=True, slots=True)
class Keys:
    """The two keys, 32 bytes each; they are never shown."""

    files: bytes = field(repr=False)
    phones: bytes = field(repr=False)


def keys_of(shop: str, *, make: bool = False) -> Keys | None:
    """The keys of a shop (its uuid); None where there are none yet, unless ``make``.

    NoKeyring where the keyring is missing, locked or does not answer. Takes seconds at worst: not for the UI thread.
    """
    found = keychain.find(shop, ACCOUNT)  # raises where it is locked: a second key would make noise of what is kept
    if found is None and make:
        found = secrets.token_hex(32)
        keychain.store(shop, ACCOUNT, found)
    return None if found is None else _derived(found)


def forget_key(shop: str) -> None:
    """Take the key away; what was written with it is noise from then on. NoKeyring where it cannot be reached."""
    keychain.remove(shop, ACCOUNT)


def hidden_phone(keys: Keys, number: str) -> str:
    """What stands for a phone number: the same number gives the same text, and nobody without the key gets back."""
    return hmac.new(keys.phones, number.encode(), hashlib.sha256).hexdigest()


def _derived(secret: str) -> Keys:
    try:
        root = bytes.fromhex(secret)
    except ValueError:
        root = b""
    if len(root) != 32:
        raise NoKeyring(N_("The key in this machine's keyring is not one of PointsDesk's."))
    return Keys(*(hmac.new(root, purpose, hashlib.sha256).digest() for purpose in (b"files", b"phones")))
