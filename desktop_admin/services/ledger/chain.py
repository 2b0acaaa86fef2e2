"""The hash of an entry: SHA-256 over its fields, joined by | in one fixed order (docs/decisions/0003).

Texts of free form enter as their own hash, so that no text can imitate another entry. The triggers of both engines
hold the same expression and refuse an entry whose hash is another.
"""

from __future__ import annotations

from hashlib import sha256


def entry_hash(
    *,
    prev: str,
    member_id: int,
    seq: int,
    kind: str,
    points: int,
    owes: int,
    net_after: int,
    reverses_id: int | None,
    reason: str,
    source_kind: str,
    source_id: int | None,
    operation_id: int,
    n: int,
    operator_id: int,
    branch_id: int,
    business_date: str,
    recorded_at: str,
    note: str,
    explain: str,
) -> str:
    """The entry's hash in lower-case hex."""
    text = (
        f"1|{prev}|{member_id}|{seq}|{kind}|{points}|{owes}|{net_after}|{reverses_id or 0}|{reason}|{source_kind}"
        f"|{source_id or 0}|{operation_id}|{n}|{operator_id}|{branch_id}|{business_date}|{recorded_at}"
        f"|{_inner(note)}|{_inner(explain)}"
    )
    return sha256(text.encode()).hexdigest()


def _inner(text: str) -> str:
    return sha256(text.encode()).hexdigest() if text else ""
