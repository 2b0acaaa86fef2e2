"""Who moved between tiers, who holds which, whose grace runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desktop_admin.services.command import query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.keyset import Key, Keyset, Page
from desktop_admin.services.permissions import Permission
from desktop_admin.services.sealing import unseal_many
from desktop_admin.services.work import Work

_HISTORY = Keyset(
    "c.id, c.member_id, m.name, m.card_number, f.code AS before, t.code AS after, c.reason, c.figure, c.note, "
    "c.business_date, c.recorded_at, p.name AS operator",
    "FROM tier_change c JOIN member m ON m.id = c.member_id JOIN tier f ON f.id = c.from_tier "
    "JOIN tier t ON t.id = c.to_tier JOIN operation o ON o.id = c.operation_id JOIN operator p ON p.id = o.operator_id "
    "WHERE c.reason <> 'enrolled'",
    {"when": "c.id"},
    "c.id",
)
_MEMBERS = Keyset(
    "m.id, m.name, m.card_number, t.code, m.tier_since, m.tier_falls_on, m.tier_manual, m.tier_manual_until, m.balance",
    "FROM member m JOIN tier t ON t.id = m.tier_id WHERE m.tier_id = :tier_id AND m.closed_at = ''",
    {"member": "m.id"},
    "m.id",
)
_FALLING = Keyset(
    "m.id, m.name, m.card_number, t.code, m.tier_since, m.tier_falls_on, m.tier_manual, m.tier_manual_until, m.balance",
    "FROM member m JOIN tier t ON t.id = m.tier_id WHERE m.tier_falls_on <> '' AND m.closed_at = ''",
    {"falls": "m.tier_falls_on"},
    "m.id",
)
_BY_HAND = Keyset(
    "m.id, m.name, m.card_number, t.code, m.tier_since, m.tier_falls_on, m.tier_manual, m.tier_manual_until, m.balance",
    "FROM member m JOIN tier t ON t.id = m.tier_id WHERE m.tier_manual <> '' AND m.closed_at = ''",
    {"member": "m.id"},
    "m.id",
)
_LISTS = {"falling": _FALLING, "by_hand": _BY_HAND}


@dataclass(frozen=True, slots=True)
class TierMove:
    """One change of tier: codes, the reason's code, the spend that decided (minor units), the operator's note."""

    id: int
    member_id: int
    name: str
    card_number: str
    before: str
    after: str
    reason: str
    figure: int
    note: str | None
    business_date: date
    recorded_at: datetime
    operator: str


@dataclass(frozen=True, slots=True)
class TierMember:
    """A member with the tier held; ``falls_on`` while a grace runs, ``manual`` '' floor or fixed."""

    member_id: int
    name: str
    card_number: str
    tier: str
    since: date
    falls_on: date | None
    manual: str
    manual_until: date | None
    balance: int


@query(Permission.SEE_TIERS)
def history(
    work: Work, *, sort: str = "", descending: bool = True, after: Key | None = None, skip: int = 0,
    backwards: bool = False, limit: int = 100,
) -> Page[TierMove]:  # fmt: skip
    """Changes of tier, newest first; enrolments left out."""
    found = _HISTORY.page(
        work, lambda row: row, sort=sort, descending=descending, after=after, skip=skip, backwards=backwards,
        limit=limit,
    )  # fmt: skip
    notes = unseal_many(work, [(row.member_id, row.note) for row in found.rows])
    return Page(tuple(_move(row, note) for row, note in zip(found.rows, notes, strict=True)), found.first, found.last)


@query(Permission.SEE_TIERS)
def history_count(work: Work) -> int:
    """How many changes of tier there are."""
    return _HISTORY.count(work)


@query(Permission.SEE_TIERS)
def members(
    work: Work, *, tier_id: int = 0, only: str = "", sort: str = "", descending: bool = False,
    after: Key | None = None, skip: int = 0, backwards: bool = False, limit: int = 100,
) -> Page[TierMember]:  # fmt: skip
    """Members of a tier; or with ``only``: ``falling`` (a grace runs, soonest first) or ``by_hand``."""
    keys, where = _list(tier_id, only)
    return keys.page(
        work, _member, sort=sort, descending=descending, after=after, skip=skip, backwards=backwards, limit=limit,
        **where,
    )  # fmt: skip


@query(Permission.SEE_TIERS)
def members_count(work: Work, *, tier_id: int = 0, only: str = "") -> int:
    """How many such members there are."""
    keys, where = _list(tier_id, only)
    return keys.count(work, **where)


def statements() -> tuple[Sql, ...]:
    """Every statement of the lists, for the test that reads query plans."""
    return tuple(sql for keys in (_HISTORY, _MEMBERS, _FALLING, _BY_HAND) for sql in keys.statements())


def _list(tier_id: int, only: str) -> tuple[Keyset, dict[str, Any]]:
    return (_LISTS[only], {}) if only in _LISTS else (_MEMBERS, {"tier_id": tier_id})


def _move(row: Any, note: str | None) -> TierMove:
    return TierMove(
        row.id, row.member_id, row.name, row.card_number, row.before, row.after, row.reason, row.figure, note,
        date.fromisoformat(row.business_date), parse_instant(row.recorded_at), row.operator,
    )  # fmt: skip


def _member(row: Any) -> TierMember:
    return TierMember(
        row.id, row.name, row.card_number, row.code, date.fromisoformat(row.tier_since), _day(row.tier_falls_on),
        row.tier_manual, _day(row.tier_manual_until), row.balance,
    )  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
