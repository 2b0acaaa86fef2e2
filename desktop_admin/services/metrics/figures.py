"""The figures themselves: one statement each over a period, whatever its length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from desktop_admin.services import policies
from desktop_admin.services.charts.periods import Period
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.metrics import movement, spans
from desktop_admin.services.metrics.spans import Span
from desktop_admin.services.rules.redemptions import OPEN
from desktop_admin.services.work import Work

AGES = (("0", 0, 0), ("1-2", 1, 2), ("3-6", 3, 6), ("7-13", 7, 13), ("14+", 14, 36_500))  # days since placed
OPEN_STATES = tuple(sorted(state.value for state in OPEN))

_FIRST = Sql("SELECT min(business_date) FROM entry")
_NEW = Sql(
    "SELECT enrolled_on AS day, count(*) AS figure FROM member WHERE enrolled_on BETWEEN :first AND :last "
    "GROUP BY enrolled_on"
)
_TRADE = Sql(
    "SELECT business_date AS day, CAST(sum(amount) AS bigint) AS sales, "
    "sum(CASE WHEN kind = 'sale' THEN 1 ELSE 0 END) AS purchases FROM purchase "
    "WHERE business_date BETWEEN :first AND :last AND voided_by = 0 GROUP BY business_date"
)
_ORDERS = Sql(
    "SELECT placed_on AS day, count(*) AS figure FROM redemption WHERE placed_on BETWEEN :first AND :last GROUP BY "
    "placed_on"
)
_ITEMS = Sql(
    "SELECT l.item_id, i.name, i.code, CAST(sum(l.quantity - l.undone) AS bigint) AS pieces, "
    "CAST(sum(l.points * (l.quantity - l.undone) / l.quantity) AS bigint) AS points FROM redemption r "
    "JOIN redemption_line l ON l.redemption_id = r.id JOIN item i ON i.id = l.item_id "
    "WHERE r.placed_on BETWEEN :first AND :last GROUP BY l.item_id, i.name, i.code "
    "HAVING sum(l.quantity - l.undone) > 0 ORDER BY pieces DESC, i.name LIMIT :most"
)
_PEAKS = Sql(
    "SELECT business_date AS day, substr(bought_at, 12, 2) AS hour, count(*) AS figure FROM purchase "
    "WHERE business_date BETWEEN :first AND :last AND voided_by = 0 AND kind = 'sale' "
    "GROUP BY business_date, substr(bought_at, 12, 2)"
)
_TIERS = Sql(
    "SELECT t.id, t.code, t.name, t.rank, count(m.id) AS members, CAST(coalesce(sum(m.balance), 0) AS bigint) AS "
    "points "
    "FROM tier t LEFT JOIN member m ON m.tier_id = t.id AND m.closed_at = '' GROUP BY t.id, t.code, t.name, t.rank "
    "ORDER BY t.rank"
)
_PENDING = Sql(
    "SELECT CAST(coalesce(sum(remaining), 0) AS bigint) FROM lot WHERE remaining > 0 AND spendable_from > :today "
    "AND expires_on >= :today"
)
_LOW = Sql(
    "SELECT s.item_id, s.branch_id, i.name, b.name AS branch, s.on_hand - s.reserved AS available, s.safety FROM "
    "stock s "
    "JOIN item i ON i.id = s.item_id JOIN branch b ON b.id = s.branch_id WHERE s.on_hand - s.reserved < s.safety "
    "ORDER BY s.on_hand - s.reserved - s.safety, i.name, b.id LIMIT :most"
)
_LOW_COUNT = Sql("SELECT count(*) FROM stock WHERE on_hand - reserved < safety")
_OPEN = Sql(
    "SELECT placed_on AS day, count(*) AS figure FROM redemption "
    f"WHERE state IN ({in_list('state', len(OPEN_STATES))}) GROUP BY placed_on"
)


def first_day(work: Work) -> date:
    """The day of the first entry; today in an empty shop."""
    found = work.value(_FIRST)
    return date.fromisoformat(found) if found else work.today


def active(work: Work, wanted: Sequence[Span]) -> tuple[int, ...]:
    """Members who bought, earned or redeemed in each of these periods."""
    if not wanted:
        return ()
    counts = [0] * len(wanted)
    for row in work.all(_active(len(wanted)), **spans.params(wanted)):
        counts[row.n] = row.members
    return tuple(counts)


@cache
def _active(count: int) -> Sql:
    return Sql(
        spans.values(count)
        + "SELECT n, count(DISTINCT member_id) AS members FROM ("
        "SELECT s.n, p.member_id FROM span s JOIN purchase p ON p.business_date BETWEEN s.first AND s.last "
        "WHERE p.member_id IS NOT NULL AND p.voided_by = 0 AND p.kind = 'sale' "
        "UNION ALL SELECT s.n, e.member_id FROM span s JOIN entry e ON e.business_date BETWEEN s.first AND s.last "
        "WHERE e.kind IN ('earn', 'bonus', 'redeem', 'draw') AND e.reverses_id IS NULL) x GROUP BY n"
    )


def new_members(work: Work, periods: Sequence[Period]) -> tuple[int, ...]:
    """Members enrolled in each period."""
    return _folded(work, _NEW, periods, "figure")


def orders(work: Work, periods: Sequence[Period]) -> tuple[int, ...]:
    """Redemptions placed in each period."""
    return _folded(work, _ORDERS, periods, "figure")


def trade(work: Work, periods: Sequence[Period]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Sales (minor units, less refunds) and how many purchases, in each period."""
    if not periods:
        return (), ()
    rows = _rows(work, _TRADE, periods)
    return _fold(rows, periods, "sales"), _fold(rows, periods, "purchases")


def top_items(work: Work, span: Span, most: int = 8) -> Sequence[Any]:
    """Items redeemed most: item_id, name, code, pieces, points."""
    return work.all(_ITEMS, first=span.first.isoformat(), last=span.last.isoformat(), most=most)


def peaks(work: Work, span: Span) -> tuple[tuple[int, ...], ...]:
    """Purchases by weekday (Monday first) and hour of the till."""
    cells = [[0] * 24 for _day in range(7)]
    for row in work.all(_PEAKS, first=span.first.isoformat(), last=span.last.isoformat()):
        if row.hour.isdigit() and int(row.hour) < 24:
            cells[date.fromisoformat(row.day).weekday()][int(row.hour)] += row.figure
    return tuple(tuple(line) for line in cells)


def tier_mix(work: Work) -> Sequence[Any]:
    """Tiers with the members who are not closed, and the points they hold."""
    return work.all(_TIERS)


def pending(work: Work) -> int:
    """Points that may not be spent yet."""
    return int(work.value(_PENDING, today=work.today_text))


def low_stock(work: Work, most: int = 12) -> Sequence[Any]:
    """Stock below its safety level, the most endangered first."""
    return work.all(_LOW, most=most)


def low_stock_count(work: Work) -> int:
    """How many items at branches are below their safety level."""
    return int(work.value(_LOW_COUNT))


def open_by_age(work: Work) -> tuple[int, ...]:
    """Open redemptions in each class of `AGES`."""
    counts = [0] * len(AGES)
    for row in work.all(_OPEN, **list_params("state", OPEN_STATES)):
        age = max(0, (work.today - date.fromisoformat(row.day)).days)
        counts[next(n for n, (_key, least, most) in enumerate(AGES) if least <= age <= most)] += row.figure
    return tuple(counts)


def age_days(work: Work, key: str) -> Span:
    """The days on which orders of a class of `AGES` were placed."""
    least, most = next((least, most) for one, least, most in AGES if one == key)
    return Span(work.today - timedelta(days=most), work.today - timedelta(days=least))


def liability(work: Work, held: int) -> int:
    """What so many points cost the shop, minor units, rounded half up."""
    return (held * int(policies.get(work, "points_worth")) * 2 + 100) // 200


def rate(redeemed: int, issued: int) -> int | None:
    """Redeemed per issued in hundredths of a percent; None where nothing was issued."""
    return (redeemed * 20_000 + issued) // (2 * issued) if issued > 0 else None


def moved(work: Work, span: Span, net: int) -> movement.Movement:
    """The movement of one period."""
    return movement.over(work, (Period(span.first, span.last),), net)[0]


def _folded(work: Work, sql: Sql, periods: Sequence[Period], name: str) -> tuple[int, ...]:
    return _fold(_rows(work, sql, periods), periods, name) if periods else ()


def _rows(work: Work, sql: Sql, periods: Sequence[Period]) -> Sequence[Any]:
    return work.all(sql, first=periods[0].first.isoformat(), last=periods[-1].last.isoformat())


def _fold(rows: Sequence[Any], periods: Sequence[Period], name: str) -> tuple[int, ...]:
    sums = [0] * len(periods)
    ends = [period.last.isoformat() for period in periods]
    for row in rows:
        sums[movement.place(ends, row.day)] += getattr(row, name)
    return tuple(sums)
