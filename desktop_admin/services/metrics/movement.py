"""The movement of points: opening + issued - redeemed - expired - reversed ± adjusted ± transferred = closing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from desktop_admin.services.charts.periods import Period
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.work import Work

_COLUMNS = (
    ("issued", frozenset({"earn", "bonus", "opening"}), False),
    ("redeemed", frozenset({"redeem", "draw"}), None),
    ("expired", frozenset({"expire"}), None),
    ("reversed", frozenset({"earn", "bonus", "opening"}), True),
    ("reversed", frozenset({"clawback"}), None),
    ("adjusted", frozenset({"adjust", "writeoff"}), None),
    ("transferred", frozenset({"transfer", "merge"}), None),
)
# by day, so that any step folds from one statement; served by entry_day
_BY_DAY = Sql(
    "SELECT e.business_date AS day, e.kind, CASE WHEN e.reverses_id IS NULL THEN 0 ELSE 1 END AS undoing, "
    "CAST(sum(e.points) AS bigint) AS points FROM entry e WHERE e.business_date BETWEEN :first AND :last "
    "GROUP BY e.business_date, e.kind, CASE WHEN e.reverses_id IS NULL THEN 0 ELSE 1 END"
)
_BY_TIER = Sql(
    "SELECT m.tier_id AS tier, e.kind, CASE WHEN e.reverses_id IS NULL THEN 0 ELSE 1 END AS undoing, "
    "CAST(sum(e.points) AS bigint) AS points FROM entry e JOIN member m ON m.id = e.member_id "
    "WHERE e.business_date BETWEEN :first AND :last "
    "GROUP BY m.tier_id, e.kind, CASE WHEN e.reverses_id IS NULL THEN 0 ELSE 1 END"
)
_NET = Sql("SELECT CAST(coalesce(sum(balance), 0) AS bigint) AS held FROM member")
_OWED = Sql("SELECT CAST(coalesce(sum(owed), 0) AS bigint) FROM member WHERE owed > 0")
_SINCE = Sql("SELECT CAST(coalesce(sum(points), 0) AS bigint) FROM entry WHERE business_date > :last")
_NET_BY_TIER = Sql("SELECT tier_id AS tier, CAST(sum(balance - owed) AS bigint) AS net FROM member GROUP BY tier_id")
_SINCE_BY_TIER = Sql(
    "SELECT m.tier_id AS tier, CAST(sum(e.points) AS bigint) AS points FROM entry e JOIN member m ON m.id = "
    "e.member_id "
    "WHERE e.business_date > :last GROUP BY m.tier_id"
)


@dataclass(frozen=True, slots=True)
class Movement:
    """One period's movement of points; ``adjusted`` and ``transferred`` are signed."""

    opening: int = 0
    issued: int = 0
    redeemed: int = 0
    expired: int = 0
    reversed: int = 0
    adjusted: int = 0
    transferred: int = 0

    @property
    def closing(self) -> int:
        return (
            self.opening + self.issued - self.redeemed - self.expired - self.reversed + self.adjusted + self.transferred
        )


def column(kind: str, undoing: bool) -> str:
    """In which column of the statement an entry stands."""
    return next(name for name, kinds, wanted in _COLUMNS if kind in kinds and wanted in (None, undoing))


def kinds_of(name: str) -> tuple[tuple[str, bool | None], ...]:
    """The (kind, reversal) pairs that a column adds up; None = both."""
    return tuple((kind, wanted) for one, kinds, wanted in _COLUMNS if one == name for kind in sorted(kinds))


def net_now(work: Work) -> tuple[int, int]:
    """Points held and points owed by all members, now."""
    return int(work.value(_NET)), int(work.value(_OWED))


def over(work: Work, periods: Sequence[Period], net: int | None = None) -> tuple[Movement, ...]:
    """The movement of each of these adjoining periods; ``net`` = held less owed now, where already read."""
    if not periods:
        return ()
    first, last = periods[0].first, periods[-1].last
    if net is None:
        held, owed = net_now(work)
        net = held - owed
    closing = net - int(work.value(_SINCE, last=last.isoformat()))
    rows = work.all(_BY_DAY, first=first.isoformat(), last=last.isoformat())
    sums: list[dict[str, int]] = [{} for _period in periods]
    ends = [period.last.isoformat() for period in periods]
    for row in sorted(rows, key=lambda r: r.day):
        _add(sums[place(ends, row.day)], row)
    opening = closing - sum(_signed(one) for one in sums)
    made = []
    for one in sums:
        made.append(Movement(opening, **one))
        opening = made[-1].closing
    return tuple(made)


def by_tier(work: Work, first: date, last: date) -> dict[int, Movement]:
    """The movement of a period by the tier its members hold today (tier id)."""
    nets = {row.tier: row.net for row in work.all(_NET_BY_TIER)}
    for row in work.all(_SINCE_BY_TIER, last=last.isoformat()):
        nets[row.tier] -= row.points
    sums: dict[int, dict[str, int]] = {tier: {} for tier in nets}
    for row in work.all(_BY_TIER, first=first.isoformat(), last=last.isoformat()):
        _add(sums[row.tier], row)
    return {tier: Movement(nets[tier] - _signed(one), **one) for tier, one in sums.items()}


def total(parts: Iterable[Movement]) -> Movement:
    """Adjoining tiers or members added up."""
    names = ("opening", "issued", "redeemed", "expired", "reversed", "adjusted", "transferred")
    found = list(parts)
    return Movement(*(sum(getattr(part, name) for part in found) for name in names))


def place(ends: Sequence[str], day: str) -> int:
    """In which of the periods that end on these days a day lies."""
    return bisect_left(ends, day)


def _add(sums: dict[str, int], row: Any) -> None:
    name = column(row.kind, bool(row.undoing))
    sign = -1 if name in ("redeemed", "expired", "reversed") else 1
    sums[name] = sums.get(name, 0) + sign * row.points


def _signed(sums: dict[str, int]) -> int:
    return Movement(0, **sums).closing
