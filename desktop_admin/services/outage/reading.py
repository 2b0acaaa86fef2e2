"""What a till reads of the shop for its copy: little of each member, and whose rows changed since it last looked.

Whoever changes a member leaves an entry, a change of tier or a row in the trail; each is found by its number. Numbers
are given out before the commit, so a reader looks back over those that may still have been under way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from desktop_admin.services import policies
from desktop_admin.services.command import query
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.permissions import Permission
from desktop_admin.services.rules.outage import Bounds
from desktop_admin.services.work import Work

PAGE = 1000  # members read at a time
_CHUNK = 400
_KINDS = frozenset("giynp")  # parts, initials, readings and whole of a name; the phone, which is hidden at once

_SHOP = Sql("SELECT uuid, epoch, name FROM shop WHERE id = 1")
_TIERS = Sql("SELECT code, name, multiplier FROM tier ORDER BY rank")
_MARKS = Sql(
    "SELECT (SELECT coalesce(max(id), 0) FROM entry) AS entry, "
    "(SELECT coalesce(max(id), 0) FROM tier_change) AS tier_change, (SELECT coalesce(max(id), 0) FROM audit) AS audit"
)
_CHANGED = (
    Sql("SELECT DISTINCT member_id FROM entry WHERE id > :mark"),
    Sql("SELECT DISTINCT member_id FROM tier_change WHERE id > :mark"),
    Sql("SELECT DISTINCT subject_id AS member_id FROM audit WHERE id > :mark AND subject = 'member'"),
)
_COLUMNS = "SELECT m.id, m.card_number, m.name, m.balance, t.code AS tier FROM member m JOIN tier t ON t.id = m.tier_id"
_AFTER = Sql(f"{_COLUMNS} WHERE m.id > :after AND m.closed_at = '' ORDER BY m.id LIMIT :most")
_KEYS_BETWEEN = Sql("SELECT member_id, key FROM search_key WHERE member_id > :after AND member_id <= :last")


@dataclass(frozen=True, slots=True)
class Marks:
    """How far was read: the newest entry, change of tier and row of the trail."""

    entry: int
    tier_change: int
    audit: int


@dataclass(frozen=True, slots=True)
class TierNow:
    """A tier: its names in JSON by language, its multiplier in percent."""

    code: str
    names: str
    percent: int


@dataclass(frozen=True, slots=True)
class ShopNow:
    """What a till knows of the shop besides members."""

    uuid: str
    epoch: str
    name: str
    at: datetime
    on_server: bool
    marks: Marks
    bounds: Bounds
    per_point: int  # minor units for one point
    tiers: tuple[TierNow, ...]


@dataclass(frozen=True, slots=True)
class Reduced:
    """A member as the copy holds it; ``keys`` find it, among them its phone until it is hidden."""

    id: int
    card_number: str
    name: str
    tier: str  # code
    balance: int
    keys: tuple[str, ...]


@query(Permission.SEE_MEMBERS)
def shop_now(work: Work) -> ShopNow:
    """The shop's bounds for an outage, its tiers, and how far its books have come."""
    work.ahead((_SHOP, {}), (_MARKS, {}), policies.ASKED, (_TIERS, {}))
    shop, marks = work.first(_SHOP), work.first(_MARKS)
    assert shop is not None
    assert marks is not None
    settings = policies.read(work)
    bounds = Bounds(
        settings["outage_earning"], settings["outage_most_amount"], settings["outage_most_queued"],
        settings["outage_hours"], settings["outage_copy_days"],
    )  # fmt: skip
    tiers = tuple(TierNow(row.code, row.name, row.multiplier) for row in work.all(_TIERS))
    return ShopNow(
        shop.uuid, shop.epoch, shop.name, work.now, work.on_server, Marks(marks.entry, marks.tier_change, marks.audit),
        bounds, settings["amount_per_point"], tiers,
    )  # fmt: skip


@query(Permission.SEE_MEMBERS)
def members_after(work: Work, *, after: int = 0) -> tuple[Reduced, ...]:
    """The next page of members by id; closed ones are left out."""
    rows = work.all(_AFTER, after=after, most=PAGE)
    if not rows:
        return ()
    return _reduced(rows, work.all(_KEYS_BETWEEN, after=after, last=rows[-1].id))


@query(Permission.SEE_MEMBERS)
def changed_since(work: Work, *, marks: Marks) -> tuple[int, ...]:
    """The ids of members of whom anything may have changed since."""
    ids: set[int] = set()
    for sql, mark in zip(_CHANGED, (marks.entry, marks.tier_change, marks.audit), strict=True):
        ids.update(row.member_id for row in work.all(sql, mark=mark))
    return tuple(sorted(ids))


@query(Permission.SEE_MEMBERS)
def members_of(work: Work, *, ids: tuple[int, ...]) -> tuple[Reduced, ...]:
    """These members as they are now, at most a page of them; who is closed or erased is missing."""
    found: list[Reduced] = []
    for at in range(0, len(ids), _CHUNK):
        part = ids[at : at + _CHUNK]
        params = list_params("m", part)
        rows = work.all(_of(len(part)), **params)
        found += _reduced(rows, work.all(_keys_of(len(part)), **params))
    return tuple(found)


def _reduced(rows: Sequence[Any], keys: Sequence[Any]) -> tuple[Reduced, ...]:
    by_member: dict[int, list[str]] = {}
    for member_id, key in keys:
        if key[0] in _KINDS:
            by_member.setdefault(member_id, []).append(key)
    return tuple(
        Reduced(m.id, m.card_number, m.name, m.tier, m.balance, tuple(by_member.get(m.id, ()))) for m in rows
    )


@cache
def _of(count: int) -> Sql:
    return Sql(f"{_COLUMNS} WHERE m.id IN ({in_list('m', count)}) AND m.closed_at = ''")


@cache
def _keys_of(count: int) -> Sql:
    return Sql(f"SELECT member_id, key FROM search_key WHERE member_id IN ({in_list('m', count)})")
