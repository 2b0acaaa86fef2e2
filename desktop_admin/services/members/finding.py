"""Finding members by phone, last four digits, card, name, part of a name, and pinyin.

Every lookup runs on the keys of ``search_key``; the rarest key leads, the others are probed for
each of its members. Nothing scans, whatever is typed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Protocol

from desktop_admin.services.command import query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.members.folding import FOLD
from desktop_admin.services.members.keys import whole_name
from desktop_admin.services.permissions import Permission, may
from desktop_admin.services.rules import members as rules
from desktop_admin.services.rules.members import KeyMatch
from desktop_admin.services.work import Work

_CANDIDATES = 40  # rows read per way of understanding what was typed: twice what is shown
_COUNTED = 400  # keys counted to learn which of several is rare
_LONGEST = 100  # characters of a search text that are read

_RARE = Sql("SELECT count(*) FROM (SELECT 1 FROM search_key WHERE key >= :low AND key < :high LIMIT :most) AS k")
_RARE_EXACT = Sql("SELECT count(*) FROM (SELECT 1 FROM search_key WHERE key = :low LIMIT :most) AS k")


class SearchKeys(Protocol):
    """Where search keys are looked up."""

    def all(self, sql: Sql, **params: Any) -> Sequence[Any]: ...

    def value(self, sql: Sql, **params: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Found:
    """A member that was found. ``card_ended`` is set where a card no longer in force found it."""

    id: int
    name: str
    phone: str  # masked unless the role sees whole numbers
    card_number: str
    tier: str  # code
    balance: int
    owed: int
    birthday: date | None
    closed: bool
    frozen: bool
    card_ended: date | None = None


@query(Permission.SEE_MEMBERS)
def find(work: Work, *, text: str, limit: int = 20) -> tuple[Found, ...]:
    """Members for a typed text, the best first, closed ones last. Nothing typed finds nothing."""
    return tuple(records(work, candidates(work, text[:_LONGEST]), text)[:limit])


def candidates(work: Work, text: str, most: int = _CANDIDATES) -> dict[int, int]:
    """Ids of members that fit, each with its rank (0 is best); for lists that are filtered too."""
    return ranked(work, ways_of(text), most, work.ahead)


def ways_of(text: str) -> tuple[tuple[KeyMatch, ...], ...]:
    """Every way of understanding a typed text, each as keys that all must fit."""
    folded = rules.fold_name(text, FOLD).replace(" ", "")
    if not folded:
        return ()
    whole = KeyMatch(whole_name(text))
    ways = list(rules.query_keys(text, FOLD))
    if folded.isascii() and folded.isalpha() and folded != text:  # wang wei: a reading typed with blanks
        ways += rules.query_keys(folded, FOLD)
    return tuple(dict.fromkeys(((whole,), *ways)))


def ranked(
    keys: SearchKeys, ways: Sequence[tuple[KeyMatch, ...]], most: int, ahead: Callable[..., None] | None = None
) -> dict[int, int]:
    """Ids found in a table ``search_key``, the shop's or a copy's, each with its rank (0 is best).

    ``ahead`` is told what will be asked (``work.ahead``), where asking one by one takes its time.
    """
    ranks: dict[int, int] = {}
    if ahead is not None:
        ahead(*{match: _counting(match) for matches in ways if len(matches) > 1 for match in matches}.values())
    counts: dict[KeyMatch, int] = {}
    asked = [(matches, _looking(_rarest_first(keys, matches, counts), most)) for matches in ways]
    if ahead is not None:
        ahead(*(ask for _matches, ask in asked))
    for place, (matches, (sql, params)) in enumerate(asked):
        if place == 1 and len(ranks) >= most:
            break  # so many bear the very name typed; parts of names come after them
        for member_id, key in ((row.member_id, row.key) for row in keys.all(sql, **params)):
            rank = _rank(key, matches)
            if rank < ranks.get(member_id, 99):
                ranks[member_id] = rank
    return ranks


def _rank(key: str, matches: Sequence[KeyMatch]) -> int:
    """A whole number, name or reading before the beginning of one, that before a part of a name."""
    whole = len(matches) == 1 and key == matches[0].low
    return {"p": 0, "c": 0, "n": 1, "4": 2, "i": 3, "y": 3, "h": 0}.get(key[0], 6) + (0 if whole else 2)


def _rarest_first(keys: SearchKeys, matches: Sequence[KeyMatch], counts: dict[KeyMatch, int]) -> Sequence[KeyMatch]:
    if len(matches) < 2:
        return matches
    for match in matches:
        if match not in counts:
            sql, params = _counting(match)
            counts[match] = int(keys.value(sql, **params))
    return sorted(matches, key=counts.__getitem__)


def _looking(ordered: Sequence[KeyMatch], most: int) -> tuple[Sql, dict[str, Any]]:
    params: dict[str, Any] = {"most": most}
    for n, match in enumerate(ordered):
        params[f"low_{n}"] = match.low
        if not match.exact:
            params[f"high_{n}"] = match.high
    return _lookup(tuple(match.exact for match in ordered)), params


def _counting(match: KeyMatch) -> tuple[Sql, dict[str, Any]]:
    if match.exact:
        return _RARE_EXACT, {"low": match.low, "most": _COUNTED}
    return _RARE, {"low": match.low, "high": match.high, "most": _COUNTED}


@cache
def _lookup(exact: tuple[bool, ...]) -> Sql:
    """The statement for so many keys: the first leads, the others are probed member by member."""
    first = "a.key = :low_0" if exact[0] else "a.key >= :low_0 AND a.key < :high_0"
    text = f"SELECT a.member_id, a.key FROM search_key a WHERE {first}"
    for n, one in enumerate(exact[1:], 1):
        same = f"k{n}.member_id = a.member_id"
        test = f"k{n}.key = :low_{n}" if one else f"k{n}.key >= :low_{n} AND k{n}.key < :high_{n}"
        text += f" AND (SELECT count(*) FROM search_key k{n} WHERE {same} AND {test}) > 0"
    return Sql(f"{text} ORDER BY a.key, a.member_id LIMIT :most")


_ROWS = (
    "SELECT m.id, m.name, m.phone, m.card_number, m.sort_name, m.balance, m.owed, m.birthday, "
    "m.closed_at, m.earn_frozen, m.spend_frozen, t.code AS tier, c.ended_at "
    "FROM member m JOIN tier t ON t.id = m.tier_id "
    "LEFT JOIN card c ON c.card_number = :card AND c.member_id = m.id AND c.state <> 'active' "
    "WHERE m.id IN ({ids})"
)


@cache
def _rows(count: int) -> Sql:
    return Sql(_ROWS.format(ids=in_list("m", count)))


def records(work: Work, ranks: dict[int, int], text: str) -> list[Found]:
    """The members for these ids, ranked."""
    if not ranks:
        return []
    best = sorted(ranks, key=lambda m: (ranks[m], m))[:_CANDIDATES]
    card = "".join(text.split()).replace("-", "").upper()[:40]
    rows = work.all(_rows(len(best)), card=card, **list_params("m", best))
    ordered = sorted(rows, key=lambda r: (r.closed_at != "", ranks[r.id], r.sort_name, r.id))
    whole = may(work.actor.role, Permission.SEE_FULL_PHONES)
    return [
        Found(
            row.id,
            row.name,
            row.phone if whole else rules.mask_phone(row.phone),
            row.card_number,
            row.tier,
            row.balance,
            row.owed,
            date.fromisoformat(row.birthday) if row.birthday else None,
            row.closed_at != "",
            bool(row.earn_frozen or row.spend_frozen),
            local_day(work, row.ended_at),
        )
        for row in ordered
    ]


def local_day(work: Work, at: str | None) -> date | None:
    """The day of a stored instant in the shop's time zone; None where there is none."""
    return parse_instant(at).astimezone(work.shop.zone()).date() if at else None


def birthday_in(birthday: date | None, today: date, days: int) -> int | None:
    """In how many days the birthday is, if within so many; 29 February falls on the 28th."""
    if birthday is None:
        return None
    for ahead in range(days + 1):
        day = today + timedelta(days=ahead)
        leap = birthday.month == 2 and birthday.day == 29 and _no_leap_day(day)
        if (day.month, day.day) == (birthday.month, 28 if leap else birthday.day):
            return ahead
    return None


def _no_leap_day(day: date) -> bool:
    return (date(day.year, 3, 1) - timedelta(days=1)).day == 28
