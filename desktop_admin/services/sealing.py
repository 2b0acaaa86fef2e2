"""Texts of a member in append-only tables: encrypted with a key per member.

Erasing a member destroys the key; the ciphertext stays, so hashes over it still verify.
Form: base64 of a version byte, a nonce of 12 bytes and AES-256-GCM with the member's id as
associated data.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Iterable, Sequence
from functools import cache

from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.work import Work

_VERSION = b"\x01"
_NONCE = 12
_CHUNK = 400

_KEY = Sql("SELECT secret FROM member_key WHERE member_id = :m")
_KEEP = Sql("INSERT INTO member_key (member_id, secret) VALUES (:m, :secret) ON CONFLICT (member_id) DO NOTHING")
_DESTROY = Sql("DELETE FROM member_key WHERE member_id = :m")


def new_secret() -> str:
    """A fresh key, as it is stored."""
    return secrets.token_hex(32)


def seal(work: Work, member_id: int, text: str) -> str:
    """Encrypt a text with the member's key. An empty text stays empty."""
    if not text:
        return ""
    secret = work.value(_KEY, m=member_id)
    if secret is None:
        work.run(_KEEP, m=member_id, secret=new_secret())
        secret = work.value(_KEY, m=member_id)
    return seal_with(secret, member_id, text)


def seal_with(secret: str, member_id: int, text: str) -> str:
    """Encrypt with a key already read, for many texts at once."""
    if not text:
        return ""
    nonce = secrets.token_bytes(_NONCE)
    sealed = _cipher(secret).encrypt(nonce, text.encode(), str(member_id).encode())
    return base64.b64encode(_VERSION + nonce + sealed).decode("ascii")


def unseal(work: Work, member_id: int, sealed: str) -> str | None:
    """Read a sealed text; None where the key was destroyed or the text is not this member's."""
    if not sealed:
        return ""
    return unseal_with(work.value(_KEY, m=member_id), member_id, sealed)


def unseal_many(work: Work, texts: Sequence[tuple[int, str]]) -> list[str | None]:
    """Read sealed texts of several members, with one statement for all their keys."""
    known = secrets_of(work, (member_id for member_id, sealed in texts if sealed))
    return [unseal_with(known.get(member), member, sealed) for member, sealed in texts]


def secrets_of(work: Work, member_ids: Iterable[int]) -> dict[int, str]:
    """The keys of several members that still have one."""
    wanted = sorted(set(member_ids))
    known: dict[int, str] = {}
    for at in range(0, len(wanted), _CHUNK):
        part = wanted[at : at + _CHUNK]
        rows = work.all(_keys(len(part)), **list_params("m", part))
        known.update((row.member_id, row.secret) for row in rows)
    return known


def unseal_with(secret: str | None, member_id: int, sealed: str) -> str | None:
    """Read a sealed text with a key already read."""
    if not sealed:
        return ""
    if secret is None:
        return None
    from cryptography.exceptions import InvalidTag

    try:
        raw = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        return None
    if raw[:1] != _VERSION or len(raw) <= _NONCE + 1:
        return None
    nonce, body = raw[1 : 1 + _NONCE], raw[1 + _NONCE :]
    try:
        text: bytes = _cipher(secret).decrypt(nonce, body, str(member_id).encode())
    except InvalidTag:
        return None
    return text.decode()


def destroy_key(work: Work, member_id: int) -> None:
    """Make every sealed text of the member unreadable for ever."""
    work.run(_DESTROY, m=member_id)


@cache
def _keys(count: int) -> Sql:
    return Sql(f"SELECT member_id, secret FROM member_key WHERE member_id IN ({in_list('m', count)})")


def _cipher(secret: str):  # type: ignore[no-untyped-def]  # the class is imported on first use
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(bytes.fromhex(secret))
