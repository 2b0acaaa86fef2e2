"""The hash of an entry: golden vectors, equal in Python and in the triggers of both engines."""

from __future__ import annotations

import hashlib

import pytest

from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.ledger.chain import entry_hash

_FIRST = {
    "prev": "", "member_id": 7, "seq": 1, "kind": "earn", "points": 360, "owes": 0, "net_after": 360,
    "reverses_id": None, "reason": "", "source_kind": "purchase", "source_id": 12, "operation_id": 3, "n": 1,
    "operator_id": 2, "branch_id": 1, "business_date": "2026-03-02", "recorded_at": "2026-03-02T02:30:00.000000Z",
    "note": "", "explain": "",
}  # fmt: skip
_SECOND = {
    **_FIRST, "prev": "e" * 64, "seq": 2, "kind": "clawback", "points": -400, "owes": 40, "net_after": -40,
    "reverses_id": 1, "reason": "return", "source_id": None, "source_kind": "",
    "note": "密文|x", "explain": '{"rule":"金卡"}',
}  # fmt: skip
VECTORS = [
    (_FIRST, "67a688c9d1d8731498c71e8482de00590dd27e32fd32026ca7c7afb36e97dda2"),
    (_SECOND, "285ecbe771c23cbc49cb4e73c236e794d7d04e0532163cc5810c6226b1966810"),
]
_H = Sql("SELECT h(CAST(:text AS TEXT))")


@pytest.mark.parametrize(("fields", "expected"), VECTORS)
def test_golden_vectors(fields: dict[str, object], expected: str) -> None:
    assert entry_hash(**fields) == expected  # type: ignore[arg-type]


def test_every_field_counts() -> None:
    for name, value in _SECOND.items():
        other = {**_SECOND, name: (value or 0) + 1 if isinstance(value, int) or value is None else f"{value}x"}
        assert entry_hash(**other) != entry_hash(**_SECOND), name  # type: ignore[arg-type]


def test_both_engines_hash_alike(database: Database) -> None:
    text = "1|" + "é|钻石|😀|" * 3
    assert database.read(lambda work: work.value(_H, text=text)) == hashlib.sha256(text.encode()).hexdigest()
