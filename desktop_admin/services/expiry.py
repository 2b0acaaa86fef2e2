"""Points go when their last day has passed: who loses what and when, and the run that takes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.command import command, query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.ledger import EntryFacts, Posting
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

BATCH = 500  # members in one transaction
LEEWAY = timedelta(minutes=5)  # by so much the clocks of two machines may differ
MOST_DAYS = 3660
_LONGEST_EXPLANATION = 200  # lots named one by one

_DUE = Sql(
    "SELECT count(*) AS lots, CAST(coalesce(sum(remaining), 0) AS bigint) AS points, "
    "count(DISTINCT member_id) AS members FROM lot WHERE remaining > 0 AND expires_on < :today"
)
_NEXT = Sql(
    "SELECT DISTINCT member_id FROM lot WHERE remaining > 0 AND expires_on < :today AND member_id > :after "
    "ORDER BY member_id LIMIT :most"
)
_NEWEST = Sql("SELECT recorded_at FROM entry ORDER BY id DESC LIMIT 1")
_DAYS = Sql(
    "SELECT expires_on AS day, CAST(sum(remaining) AS bigint) AS points, count(DISTINCT member_id) AS members FROM lot "
    "WHERE remaining > 0 AND expires_on < '9999-12-31' AND expires_on BETWEEN :first AND :last "
    "GROUP BY expires_on ORDER BY expires_on"
)
_MEMBERS = Sql(
    "SELECT x.member_id, m.name, m.card_number, t.code AS tier, x.day, x.points, x.lots FROM (SELECT member_id, "
    "min(expires_on) AS day, CAST(sum(remaining) AS bigint) AS points, count(*) AS lots FROM lot WHERE remaining > 0 "
    "AND expires_on < '9999-12-31' AND expires_on BETWEEN :first AND :last GROUP BY member_id) x "
    "JOIN member m ON m.id = x.member_id JOIN tier t ON t.id = m.tier_id "
    "ORDER BY x.points DESC, x.member_id LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class Due:
    """What a run would take now."""

    members: int
    lots: int
    points: int


@dataclass(frozen=True, slots=True)
class ExpiryDay:
    """Points whose last day this is, and how many members lose them after it."""

    day: date
    points: int
    members: int


@dataclass(frozen=True, slots=True)
class ExpiringMember:
    """A member who loses points: how many, in how many lots, and the first of their last days."""

    member_id: int
    name: str
    card_number: str
    tier: str  # code
    day: date
    points: int
    lots: int


@dataclass(frozen=True, slots=True)
class ExpiryPreview:
    """What expires through ``last``: by day, and the members who lose most (``most`` of them)."""

    first: date
    last: date
    points: int
    days: tuple[ExpiryDay, ...]
    members: tuple[ExpiringMember, ...]
    due: Due


@dataclass(frozen=True, slots=True)
class ExpiredBatch:
    """One batch: the last member it reached, 0 when none was left."""

    upto: int
    members: int
    points: int


@dataclass(frozen=True, slots=True)
class Expired:
    """What a run took."""

    members: int
    points: int


@query(Permission.SEE_DASHBOARD)
def preview(work: Work, *, days: int = 90, most: int = 1000) -> ExpiryPreview:
    """Who loses what, from today through the next ``days`` days, and what is due already. Writes nothing."""
    if not 0 <= days <= MOST_DAYS:
        raise Refused(N_("Look ahead 0 to {most} days."), field="days", most=MOST_DAYS)
    first, last = work.today, work.today + timedelta(days=days)
    span = {"first": first.isoformat(), "last": last.isoformat()}
    by_day = tuple(ExpiryDay(date.fromisoformat(r.day), r.points, r.members) for r in work.all(_DAYS, **span))
    members = tuple(_member(row) for row in work.all(_MEMBERS, **span, most=most))
    return ExpiryPreview(first, last, sum(one.points for one in by_day), by_day, members, due(work))


@query(Permission.SEE_DASHBOARD)
def expiring(work: Work, *, first: date, last: date, most: int = 1000) -> tuple[ExpiringMember, ...]:
    """Members who lose points whose last day lies between these days, most points first."""
    rows = work.all(_MEMBERS, first=first.isoformat(), last=last.isoformat(), most=most)
    return tuple(_member(row) for row in rows)


@query(Permission.SEE_DASHBOARD)
def due(work: Work) -> Due:
    """What a run would take now: lots whose last day has passed."""
    row = work.first(_DUE, today=work.today_text)
    assert row is not None
    return Due(row.members, row.lots, row.points)


@command(Permission.EXPIRE_POINTS, Topic.POINTS, Topic.MEMBERS)
def expire_batch(work: Work, *, request: str, after: int, most: int = BATCH) -> ExpiredBatch:
    """Take the expired points of the next ``most`` members after the id ``after``: one entry each, naming the lots.

    Refuses when the clock stands more than ``LEEWAY`` before the newest entry.
    """
    refuse_early_clock(work)
    wanted = [row.member_id for row in work.all(_NEXT, today=work.today_text, after=after, most=most)]
    if not wanted:
        return ExpiredBatch(0, 0, 0)
    posting = Posting(work)
    accounts = posting.lock(*wanted)
    posting.load_lots(accounts)
    points = members = 0
    for account in accounts:
        lots = list(account.expired(work.today_text))
        named = [{"lot": lot.id, "points": lot.remaining, "last_day": lot.expires_on} for lot in lots]
        explain = json.dumps({"lots": named[:_LONGEST_EXPLANATION], "count": len(named)}, separators=(",", ":"))
        entry = posting.take_lots(account, lots, EntryFacts("expire", explain=explain))
        if entry is not None:
            points, members = points - entry.points, members + 1
    posting.flush()
    return ExpiredBatch(wanted[-1], members, points)


def run(
    write: Callable[[Callable[[Work], Any]], Any], request: str, progress: Callable[[int, int], object]
) -> Expired:
    """Expire everything that is due, batch by batch, each in a transaction of its own.

    ``write`` runs a piece of work and answers its result; ``progress`` is told (done, total) members and may raise to
    stop: what was done stays. The same request goes on where it stopped, and a second run finds nothing left.
    """
    total: Due = write(due)
    members = points = at = 0
    while True:
        progress(min(members, total.members), total.members)
        batch: ExpiredBatch = write(partial(expire_batch, request=f"{request}-{at}", after=at))
        if not batch.upto:
            break
        members, points, at = members + batch.members, points + batch.points, batch.upto
    return Expired(members, points)


def refuse_early_clock(work: Work) -> None:
    """Refused where the clock stands clearly before the newest entry, naming both times.

    Not for less: other counters go on posting while a run is under way, by clocks of their own.
    """
    newest = work.value(_NEWEST)
    if newest is not None and parse_instant(newest) > work.now + LEEWAY:
        zone = work.shop.zone()
        raise Refused(
            N_("The clock says {now}, but the newest entry is of {newest}. Set the clock right; nothing expired."),
            now=f"{work.now.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            newest=f"{parse_instant(newest).astimezone(zone):%Y-%m-%d %H:%M:%S}",
        )


def _member(row: Any) -> ExpiringMember:
    return ExpiringMember(
        row.member_id, row.name, row.card_number, row.tier, date.fromisoformat(row.day), row.points, row.lots
    )
