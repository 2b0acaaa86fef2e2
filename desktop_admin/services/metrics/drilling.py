"""The rows behind a mark on the dashboard: entries, members, purchases, redemptions, stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.command import query
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.metrics import figures, movement, spans
from desktop_admin.services.metrics.board import chosen
from desktop_admin.services.metrics.spans import Span
from desktop_admin.services.permissions import Permission
from desktop_admin.services.work import Work

MOST = 300
MOST_LOOKED_AT = 20_000  # purchases of one hour, before those of other weekdays are left out

_NEW = Sql(
    "SELECT m.id, m.name, m.card_number AS number, m.enrolled_on AS day, t.code AS state, m.balance AS points "
    "FROM member m JOIN tier t ON t.id = m.tier_id WHERE m.enrolled_on BETWEEN :first AND :last "
    "ORDER BY m.enrolled_on DESC, m.id DESC LIMIT :most"
)
_TIER = Sql(
    "SELECT m.id, m.name, m.card_number AS number, m.tier_since AS day, t.code AS state, m.balance AS points "
    "FROM member m JOIN tier t ON t.id = m.tier_id WHERE t.code = :key AND m.closed_at = '' ORDER BY m.balance "
    "DESC, m.id "
    "LIMIT :most"
)
_ACTIVE = Sql(
    spans.values(1) + "SELECT m.id, m.name, m.card_number AS number, x.day, t.code AS state, m.balance AS points FROM ("
    "SELECT member_id, max(day) AS day FROM (SELECT p.member_id, p.business_date AS day FROM span s JOIN purchase p "
    "ON p.business_date BETWEEN s.first AND s.last WHERE p.member_id IS NOT NULL AND p.voided_by = 0 AND p.kind = "
    "'sale' "
    "UNION ALL SELECT e.member_id, e.business_date FROM span s JOIN entry e ON e.business_date BETWEEN s.first AND "
    "s.last "
    "WHERE e.kind IN ('earn', 'bonus', 'redeem', 'draw') AND e.reverses_id IS NULL) y GROUP BY member_id) x "
    "JOIN member m ON m.id = x.member_id JOIN tier t ON t.id = m.tier_id ORDER BY x.day DESC, m.id LIMIT :most"
)
_OWING = Sql(
    "SELECT m.id, m.name, m.card_number AS number, '' AS day, t.code AS state, -m.owed AS points FROM member m "
    "JOIN tier t ON t.id = m.tier_id WHERE m.owed > 0 ORDER BY m.owed DESC, m.id LIMIT :most"
)
_PURCHASES = Sql(
    "SELECT coalesce(p.member_id, 0) AS id, coalesce(m.name, '') AS name, p.number, p.business_date AS day, "
    "p.kind AS state, p.amount AS money, p.earned AS points FROM purchase p LEFT JOIN member m ON m.id = p.member_id "
    "WHERE p.business_date BETWEEN :first AND :last AND p.voided_by = 0 "
    "AND (:hour = '' OR (p.kind = 'sale' AND substr(p.bought_at, 12, 2) = :hour)) "
    "ORDER BY p.business_date DESC, p.id DESC LIMIT :most"
)
_ORDERS = (
    "SELECT r.id, m.name, r.number, r.placed_on AS day, r.state, r.points, r.cash AS money FROM redemption r "
    "JOIN member m ON m.id = r.member_id WHERE r.placed_on BETWEEN :first AND :last {more} "
    "ORDER BY r.placed_on DESC, r.id DESC LIMIT :most"
)
_REDEMPTIONS = Sql(_ORDERS.format(more=""))
_OF_ITEM = Sql(
    _ORDERS.format(
        more="AND EXISTS (SELECT 1 FROM redemption_line l WHERE l.redemption_id = r.id AND l.item_id = :item "
        "AND l.quantity > l.undone)"
    )
)
_OPEN = Sql(_ORDERS.format(more=f"AND r.state IN ({in_list('state', len(figures.OPEN_STATES))})"))


@dataclass(frozen=True, slots=True)
class Row:
    """One row behind a figure. ``screen`` and ``id`` say where it is opened; money in minor units.

    ``state``: a tier's code, an order's state, an entry's or a purchase's kind; ``undoing``: the entry undoes another.
    """

    screen: str
    id: int
    name: str
    number: str
    day: date | None
    state: str
    points: int | None = None
    money: int | None = None
    undoing: bool = False


@dataclass(frozen=True, slots=True)
class Behind:
    """The newest rows behind a figure; ``more``: there are others.

    ``of``: entries, members, purchases, redemptions or stock.
    """

    of: str
    rows: tuple[Row, ...]
    more: bool


@query(Permission.SEE_DASHBOARD)
def behind(
    work: Work, *, figure: str, first: date | None = None, last: date | None = None, key: str = ""
) -> Behind:
    """The rows behind a figure of the catalog in a period; ``key`` names the tier, item or age.

    Refuses a figure that has no rows.
    """
    span = chosen(work, first, last)
    days: dict[str, Any] = {"first": span.first.isoformat(), "last": span.last.isoformat(), "most": MOST + 1}
    if figure in ("issued", "redeemed", "expired", "reversed", "adjusted", "transferred"):
        return _entries(work, figure, days)
    if figure in ("members", "active_members", "new_members", "owed"):
        return _members(work, figure, span, days, key)
    if figure in ("sales", "purchases"):
        return _purchases(work, days, key)
    if figure in ("redemptions", "pieces", "open_redemptions"):
        return _redemptions(work, figure, days, key)
    if figure == "low_stock":
        rows = figures.low_stock(work, MOST + 1)
        found = [Row("stock", r.item_id, r.name, r.branch, None, "", r.available, None) for r in rows]
        return Behind("stock", tuple(found[:MOST]), len(found) > MOST)
    raise Refused(N_("There are no rows behind this figure."), field="figure")


def _entries(work: Work, figure: str, days: dict[str, Any]) -> Behind:
    kinds = movement.kinds_of(figure)
    rows = work.all(_entries_sql(kinds), **days)
    return _made("entries", "members", rows)


@cache
def _entries_sql(kinds: tuple[tuple[str, bool | None], ...]) -> Sql:
    parts = []
    for kind, undoing in kinds:  # words of the program, never of people
        also = {None: "", True: " AND e.reverses_id IS NOT NULL", False: " AND e.reverses_id IS NULL"}[undoing]
        parts.append(f"(e.kind = '{kind}'{also})")
    return Sql(
        "SELECT e.member_id AS id, m.name, m.card_number AS number, e.business_date AS day, e.kind AS state, e.points, "
        "CASE WHEN e.reverses_id IS NULL THEN 0 ELSE 1 END AS undoing FROM entry e JOIN member m ON m.id = e.member_id "
        f"WHERE e.business_date BETWEEN :first AND :last AND ({' OR '.join(parts)}) "
        "ORDER BY e.business_date DESC, e.id DESC LIMIT :most"
    )


def _purchases(work: Work, days: dict[str, Any], key: str) -> Behind:
    """``key``: weekday|hour (Monday is 0), as on the picture of peaks."""
    weekday, bar, hour = key.partition("|")
    most = MOST_LOOKED_AT if bar else MOST + 1
    rows = work.all(_PURCHASES, **days | {"most": most, "hour": hour.zfill(2) if bar else ""})
    if bar:
        rows = [row for row in rows if date.fromisoformat(row.day).weekday() == int(weekday)]
    return _made("purchases", "members", rows)


def _members(work: Work, figure: str, span: Span, days: dict[str, Any], key: str) -> Behind:
    if figure == "members":
        return _made("members", "members", work.all(_TIER, key=key, most=MOST + 1))
    if figure == "new_members":
        return _made("members", "members", work.all(_NEW, **days))
    if figure == "owed":
        return _made("members", "members", work.all(_OWING, most=MOST + 1))
    return _made("members", "members", work.all(_ACTIVE, **spans.params([span]), most=MOST + 1))


def _redemptions(work: Work, figure: str, days: dict[str, Any], key: str) -> Behind:
    if figure == "open_redemptions":
        if key:
            aged = figures.age_days(work, key)
            days |= {"first": aged.first.isoformat(), "last": aged.last.isoformat()}
        else:
            days |= {"first": "0001-01-01"}
        rows = work.all(_OPEN, **days, **list_params("state", figures.OPEN_STATES))
    elif key:
        rows = work.all(_OF_ITEM, **days, item=int(key))
    else:
        rows = work.all(_REDEMPTIONS, **days)
    return _made("redemptions", "redemptions", rows)


def _made(of: str, screen: str, rows: Any) -> Behind:
    made = tuple(
        Row(
            screen if row.id else "", row.id, row.name, row.number, date.fromisoformat(row.day) if row.day else None,
            row.state, row.points, getattr(row, "money", None), bool(getattr(row, "undoing", 0)),
        )
        for row in rows[:MOST]
    )  # fmt: skip
    return Behind(of, made, len(rows) > MOST)
