"""The list of members: pages by key, filters, and the purchases and redemptions of one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.command import query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.keyset import ANCHOR, MOST_ROWS, Key, Keyset, Page
from desktop_admin.services.members.finding import candidates
from desktop_admin.services.permissions import Permission, may
from desktop_admin.services.rules.members import mask_phone
from desktop_admin.services.work import Work

_SEARCHED = 500  # members a search in the list shows at most

_COLUMNS = (
    "m.id, m.card_number, m.name, m.phone, m.balance, m.owed, m.enrolled_on, m.tier_id, m.closed_at, "
    "m.earn_frozen, m.spend_frozen, m.birthday, t.code AS tier, t.name AS tier_names, b.name AS branch"
)
# LEFT, so that the members lead and their index gives the order
_FROM = "FROM member m LEFT JOIN tier t ON t.id = m.tier_id LEFT JOIN branch b ON b.id = m.branch_id WHERE "
_FILTER = "(:tier = 0 OR m.tier_id = :tier) AND (:branch_id = 0 OR m.branch_id = :branch_id)"
_OPEN = "m.closed_at = ''"
_SORTS = {
    "name": "m.sort_name", "card": "m.card_number", "balance": "m.balance", "enrolled": "m.enrolled_on",
    "tier": "m.tier_id", "owed": "m.owed",
}  # fmt: skip
_BY_ALL = {name: column for name, column in _SORTS.items() if name != "owed"}
# each state has an index of its own: few of a million members owe, are frozen or closed
LISTS = {
    "": Keyset(_COLUMNS, f"{_FROM}{_OPEN} AND {_FILTER}", _BY_ALL, "m.id"),
    "all": Keyset(_COLUMNS, f"{_FROM}{_FILTER}", _BY_ALL, "m.id"),
    "owes": Keyset(_COLUMNS, f"{_FROM}m.owed > 0 AND {_FILTER}", _SORTS, "m.id"),
    "closed": Keyset(_COLUMNS, f"{_FROM}m.closed_at <> '' AND {_FILTER}", _BY_ALL, "m.id"),
    "frozen": Keyset(
        _COLUMNS, f"{_FROM}(m.earn_frozen <> '' OR m.spend_frozen <> '') AND {_OPEN} AND {_FILTER}", _BY_ALL, "m.id"
    ),
}
OF_TIER = Keyset(
    _COLUMNS,
    f"{_FROM}{_OPEN} AND m.tier_id = :tier AND (:branch_id = 0 OR m.branch_id = :branch_id)",
    {"name": "m.sort_name"},
    "m.id",
)
_FOUND = Sql(f"SELECT {_COLUMNS}, m.sort_name {_FROM}m.id IN ({in_list('m', _SEARCHED)}) AND {_FILTER}")
_TIERS = Sql("SELECT id, name FROM tier ORDER BY rank")
_BRANCHES = Sql("SELECT id, name FROM branch WHERE active = 1 ORDER BY code")
_PURCHASES = Keyset(
    "p.id, p.number, p.kind, p.business_date, p.bought_at, p.amount, p.earned, p.voided_by, b.name AS branch, "
    "coalesce(f.number, '') AS refunds",
    "FROM purchase p JOIN branch b ON b.id = p.branch_id LEFT JOIN purchase f ON f.id = p.refunds_id "
    "WHERE p.member_id = :m",
    {"day": "p.business_date"},
    "p.id",
)
_ORDERS = Keyset(
    "r.id, r.number, r.state, r.delivery, r.placed_at, r.promised_on, r.points, r.cash, "
    "(SELECT i.name FROM redemption_line l JOIN item i ON i.id = l.item_id WHERE l.redemption_id = r.id "
    "ORDER BY l.n LIMIT 1) AS item, "
    "(SELECT count(*) FROM redemption_line l WHERE l.redemption_id = r.id) AS lines",
    "FROM redemption r WHERE r.member_id = :m",
    {"id": "r.id"},
    "r.id",
)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member in the list; the phone is masked unless the role sees whole numbers."""

    id: int
    card_number: str
    name: str
    phone: str
    tier: str  # code
    tier_names: str  # JSON: language -> name
    balance: int
    owed: int
    branch: str
    enrolled_on: date
    birthday: date | None
    state: str  # open, closed, frozen


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """A purchase or refund of a member; ``amount`` in minor units, ``refunds`` the sale's number."""

    id: int
    number: str
    kind: str
    day: date
    bought_at: str
    amount: int
    earned: int
    voided: bool
    branch: str
    refunds: str


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A redemption of a member; ``item`` is the first of ``lines`` items, ``cash`` in minor units."""

    id: int
    number: str
    state: str
    delivery: str
    placed_at: datetime
    promised_on: date
    points: int
    cash: int
    item: str
    lines: int


@dataclass(frozen=True, slots=True)
class ListFilters:
    """What the list can be narrowed to: tiers (id, names as JSON) and branches (id, name)."""

    tiers: tuple[tuple[int, str], ...]
    branches: tuple[tuple[int, str], ...]


@query(Permission.SEE_MEMBERS)
def list_filters(work: Work) -> ListFilters:
    """The tiers from the lowest, and the branches in use."""
    return ListFilters(
        tuple((row.id, row.name) for row in work.all(_TIERS)),
        tuple((row.id, row.name) for row in work.all(_BRANCHES)),
    )


@query(Permission.SEE_MEMBERS)
def page(
    work: Work, *, sort: str = "name", descending: bool = False, after: Key | None = None, skip: int = 0,
    backwards: bool = False, limit: int = 100, text: str = "", tier: int = 0, branch_id: int = 0,
    state: str = "",
) -> Page[MemberRow]:  # fmt: skip
    """One page of members. ``state``: '' open, closed, frozen, owes, all. Refuses an undeclared sort."""
    row = _MemberRows(work)
    where = {"tier": tier, "branch_id": branch_id}
    if text.strip():
        found = _searched(work, text, sort, descending, state, where)
        return _cut(found, row, after, skip, backwards, min(limit, MOST_ROWS), descending)
    return _list(state, tier, sort).page(
        work, row, sort=sort, descending=descending, after=after, skip=skip, backwards=backwards,
        limit=limit, **where,
    )  # fmt: skip


@query(Permission.SEE_MEMBERS)
def count(work: Work, *, text: str = "", tier: int = 0, branch_id: int = 0, state: str = "") -> int:
    """How many members the filters leave."""
    where = {"tier": tier, "branch_id": branch_id}
    if text.strip():
        return len(_searched(work, text, "name", False, state, where))
    return _list(state, tier, "name").count(work, **where)


@query(Permission.SEE_MEMBERS)
def anchors(
    work: Work, *, sort: str = "name", descending: bool = False, text: str = "", tier: int = 0,
    branch_id: int = 0, state: str = "",
) -> tuple[Key, ...]:  # fmt: skip
    """The keys of every 1000th member, so that the list can jump."""
    if text.strip():
        assert _SEARCHED <= ANCHOR
        return ()
    found = _list(state, tier, sort)
    return found.anchors(work, sort=sort, descending=descending, tier=tier, branch_id=branch_id)


def _list(state: str, tier: int, sort: str) -> Keyset:
    """The list whose index serves this state and sort best."""
    if state not in LISTS:
        raise Refused(N_("Choose one of the values offered."), field="state")
    return OF_TIER if tier and not state and sort in ("", "name") else LISTS[state]


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "": lambda row: not row.closed_at,
    "all": lambda row: True,
    "owes": lambda row: row.owed > 0,
    "closed": lambda row: bool(row.closed_at),
    "frozen": lambda row: not row.closed_at and bool(row.earn_frozen or row.spend_frozen),
}


@query(Permission.SEE_MEMBERS)
def purchases(
    work: Work, *, member_id: int, after: Key | None = None, skip: int = 0, backwards: bool = False,
    limit: int = 100,
) -> Page[PurchaseRow]:  # fmt: skip
    """A member's purchases and refunds, the newest first."""
    return _PURCHASES.page(
        work, _purchase, sort="day", descending=True, after=after, skip=skip, backwards=backwards,
        limit=limit, m=member_id,
    )  # fmt: skip


@query(Permission.SEE_MEMBERS)
def purchase_count(work: Work, *, member_id: int) -> int:
    """How many purchases and refunds a member has."""
    return _PURCHASES.count(work, m=member_id)


@query(Permission.SEE_MEMBERS)
def orders(
    work: Work, *, member_id: int, after: Key | None = None, skip: int = 0, backwards: bool = False,
    limit: int = 100,
) -> Page[OrderRow]:  # fmt: skip
    """A member's redemptions, the newest first."""
    after_id = None if after is None else (after[1], after[1])
    return _ORDERS.page(
        work, _order, sort="id", descending=True, after=after_id, skip=skip, backwards=backwards,
        limit=limit, m=member_id,
    )  # fmt: skip


@query(Permission.SEE_MEMBERS)
def order_count(work: Work, *, member_id: int) -> int:
    """How many redemptions a member has."""
    return _ORDERS.count(work, m=member_id)


class _MemberRows:
    """Makes rows, with phones as the actor may see them."""

    def __init__(self, work: Work) -> None:
        self._whole = may(work.actor.role, Permission.SEE_FULL_PHONES)

    def __call__(self, row: Any) -> MemberRow:
        state = "closed" if row.closed_at else "frozen" if row.earn_frozen or row.spend_frozen else "open"
        return MemberRow(
            row.id, row.card_number, row.name, row.phone if self._whole else mask_phone(row.phone), row.tier,
            row.tier_names, row.balance, row.owed, row.branch, date.fromisoformat(row.enrolled_on),
            date.fromisoformat(row.birthday) if row.birthday else None, state,
        )  # fmt: skip


_KEYS = {
    "name": "sort_name", "card": "card_number", "balance": "balance", "enrolled": "enrolled_on",
    "tier": "tier_id", "owed": "owed",
}  # fmt: skip


def _searched(
    work: Work, text: str, sort: str, descending: bool, state: str, where: dict[str, Any]
) -> list[tuple[Key, Any]]:
    """Every member found, with its key, in the shown order."""
    _list(state, 0, sort)
    ranks = candidates(work, text, _SEARCHED)
    ids = sorted(ranks, key=lambda m: (ranks[m], m))[:_SEARCHED]
    if not ids:
        return []
    padded = ids + ids[:1] * (_SEARCHED - len(ids))
    rows = work.all(_FOUND, **where, **list_params("m", padded))
    key = _KEYS.get(sort, "sort_name")
    keyed = [((getattr(row, key), row.id), row) for row in rows if _FITS[state](row)]
    return sorted(keyed, key=lambda pair: pair[0], reverse=descending)


def _cut(
    found: list[tuple[Key, Any]], row: _MemberRows, after: Key | None, skip: int, backwards: bool, limit: int,
    descending: bool,
) -> Page[MemberRow]:  # fmt: skip
    keys = [key for key, _row in found]
    if descending:  # bisect wants them rising
        place = 0 if after is None else len(keys) - bisect_left(keys[::-1], after)
        before = len(keys) if after is None else len(keys) - bisect_right(keys[::-1], after)
    else:
        place = 0 if after is None else bisect_right(keys, after)
        before = len(keys) if after is None else bisect_left(keys, after)
    if backwards:
        end = max(0, before - skip)
        part = found[max(0, end - limit) : end]
    else:
        part = found[place + skip : place + skip + limit]
    if not part:
        return Page(())
    return Page(tuple(row(r) for _key, r in part), part[0][0], part[-1][0])


def _purchase(row: Any) -> PurchaseRow:
    return PurchaseRow(
        row.id, row.number, row.kind, date.fromisoformat(row.business_date), row.bought_at, row.amount,
        row.earned, row.voided_by != 0, row.branch, row.refunds,
    )  # fmt: skip


def _order(row: Any) -> OrderRow:
    return OrderRow(
        row.id, row.number, row.state, row.delivery, parse_instant(row.placed_at),
        date.fromisoformat(row.promised_on), row.points, row.cash, row.item or "", row.lines,
    )  # fmt: skip
