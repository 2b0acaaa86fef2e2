"""A client's half of SCRAM-SHA-256 (RFC 5802, RFC 7677): it shows that it knows the password without sending it.

Only for examining a connection: PostgreSQL's own library does not tell a wrong password from a missing database but in
words, and those are in the server's language.
"""

from __future__ import annotations

import hashlib
import hmac
import stringprep
import unicodedata
from base64 import b64decode, b64encode

_FORBIDDEN = (
    stringprep.in_table_a1, stringprep.in_table_c12, stringprep.in_table_c21_c22, stringprep.in_table_c3,
    stringprep.in_table_c4, stringprep.in_table_c5, stringprep.in_table_c6, stringprep.in_table_c7,
    stringprep.in_table_c8, stringprep.in_table_c9,
)  # fmt: skip

_MOST_ROUNDS = 1_000_000


def prepared(password: str) -> bytes:
    """The password as both sides hash it (SASLprep); as it is where that forbids a sign in it, as PostgreSQL does."""
    mapped = "".join(
        " " if stringprep.in_table_c12(c) else c for c in password if not stringprep.in_table_b1(c)
    )
    plain = unicodedata.normalize("NFKC", mapped)
    if not plain or any(table(c) for c in plain for table in _FORBIDDEN) or not _one_direction(plain):
        return password.encode()
    return plain.encode()


def _one_direction(text: str) -> bool:
    leftward = [stringprep.in_table_d1(c) for c in text]
    if not any(leftward):
        return True
    return leftward[0] and leftward[-1] and not any(stringprep.in_table_d2(c) for c in text)


class Exchange:
    """One exchange: ``first`` is sent, ``final`` answers the server's challenge, ``proven`` judges its last word."""

    def __init__(self, password: str, nonce: str) -> None:
        self._password, self._nonce = password, nonce
        self._bare = f"n=,r={nonce}"
        self._signature = b""
        self.done = False  # whether the server proved itself

    def first(self) -> bytes:
        return f"n,,{self._bare}".encode()

    def final(self, challenge: bytes) -> bytes:
        """Answer the challenge. ValueError where it is none, or not an answer to ours."""
        said = dict(part.split("=", 1) for part in challenge.decode("ascii").split(","))
        if not said.get("r", "").startswith(self._nonce) or not {"s", "i"} <= said.keys():
            raise ValueError("not an answer to this client")
        if int(said["i"]) > _MOST_ROUNDS:
            raise ValueError("it wants to keep this machine busy")
        salted = hashlib.pbkdf2_hmac("sha256", prepared(self._password), b64decode(said["s"]), int(said["i"]))
        without_proof = f"c=biws,r={said['r']}"
        spoken = f"{self._bare},{challenge.decode('ascii')},{without_proof}".encode()
        client = _keyed(salted, b"Client Key")
        mask = _keyed(hashlib.sha256(client).digest(), spoken)
        proof = bytes(a ^ b for a, b in zip(client, mask, strict=True))
        self._signature = _keyed(_keyed(salted, b"Server Key"), spoken)
        return f"{without_proof},p={b64encode(proof).decode()}".encode()

    def proven(self, last: bytes) -> bool:
        """Whether the server showed that it knows the password too."""
        self.done = hmac.compare_digest(last, b"v=" + b64encode(self._signature))
        return self.done


def _keyed(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, "sha256").digest()
