"""Passwords as they are stored: argon2id (64 MiB, 3 passes, 1 lane), after ASVS 5.0 appendix C.

Hashing takes a quarter of a second: it is done outside every transaction and off the UI thread.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from desktop_admin.i18n import N_
from desktop_admin.services.database.scram import prepared
from desktop_admin.services.errors import Refused
from desktop_admin.services.rules.passwords import LONGEST, check_password, normalise_password
from desktop_admin.services.rules.words import RuleError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# without signs that look alike
_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# what an unknown name is checked against, so that the answer takes as long; no password fits it
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=1$" + "A" * 22 + "$" + "A" * 43
PIN_SHORTEST, PIN_LONGEST = 6, 12
_ROUNDS = 4096  # of SCRAM, PostgreSQL's own figure: clients pay it at each connection


@dataclass(frozen=True, slots=True)
class Secret:
    """A one-time password the program made: shown once, its hash to be stored, its verifier for a server."""

    plain: str
    hash: str
    verifier: str

    def __repr__(self) -> str:
        return "Secret(…)"


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # not before somebody signs in

    return PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1, hash_len=32, salt_len=16)


def hash_password(text: str) -> str:
    """The hash of a password, however its characters were typed."""
    return _hasher().hash(normalise_password(text))


def fits(stored: str, text: str) -> bool:
    """Whether the password is the one whose hash is stored; takes as long for a name nobody has."""
    from argon2.exceptions import InvalidHashError, VerificationError

    if len(text) > LONGEST:
        text = ""
    try:
        return _hasher().verify(stored if stored.startswith("$argon2id$") else _NOBODY, normalise_password(text))
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with other figures than today's."""
    return _hasher().check_needs_rehash(stored)


def looks_given(text: str) -> bool:
    """Whether this has the form of the one-time passwords that the program makes."""
    parts = text.strip().split("-")
    return len(parts) == 4 and all(len(part) == 4 and set(part) <= set(_SIGNS) for part in parts)


def new_secret() -> Secret:
    """A one-time password of 80 random bits. Nobody chooses it, nobody but its owner needs to know it."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(16))
    plain = "-".join(signs[at : at + 4] for at in range(0, 16, 4))
    return Secret(plain, hash_password(plain), verifier(plain))


def verifier(text: str) -> str:
    """What a PostgreSQL server keeps of a password (SCRAM-SHA-256, RFC 5803): the password itself never goes there."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", prepared(normalise_password(text)), salt, _ROUNDS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    said = [b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${_ROUNDS}:{said[0]}${said[1]}:{said[2]}"


def checked_hash(text: str, *, names: tuple[str, ...], field: str = "new") -> str:
    """The hash of a password its owner chose. Refused where it is short, common, or made from a known name."""
    try:
        for name in names:
            check_password(text, user_name=name)
    except RuleError as error:
        raise Refused.of(error, field=field) from error
    return hash_password(text)


def pin_hash(pin: str, *, field: str = "pin") -> str:
    """The hash of a PIN. Refused where it has fewer than six digits or is one of the first that are tried."""
    if not (pin.isascii() and pin.isdigit() and PIN_SHORTEST <= len(pin) <= PIN_LONGEST):
        raise Refused(N_("A PIN has {least} to {most} digits."), field=field, least=PIN_SHORTEST, most=PIN_LONGEST)
    steps = {ord(b) - ord(a) for a, b in pairwise(pin)}
    if len(set(pin)) <= 2 or steps in ({1}, {-1}):
        raise Refused(N_("This PIN is among the first that are tried."), field=field)
    return hash_password(pin)
