"""The nightly look at every member: up at once, down after the grace. In batches, resumable, idempotent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from desktop_admin.services.command import command, query
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.permissions import Permission
from desktop_admin.services.rules import tiers as rules
from desktop_admin.services.tiers.standing import Ladder, Outcome, ladder, stored
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

BATCH = 20_000  # member ids looked at in one transaction
_CHUNK = 400

_LAST = Sql("SELECT coalesce(max(id), 0) FROM member")
# the figure that counts: purchases of the window, a refund counting on the day of what it refunds
FIGURES = (
    "SELECT p.member_id, CAST(sum(p.amount) AS bigint) AS figure FROM purchase p "
    "LEFT JOIN purchase o ON o.id = p.refunds_id WHERE {which} AND p.voided_by = 0 "
    "AND p.business_date BETWEEN :first AND :last AND coalesce(o.business_date, p.business_date) >= :first "
    "GROUP BY p.member_id"
)
# only members for whom anything may change: outside the bounds of their tier, in a grace, or set by hand
_AFFECTED = Sql(
    "SELECT m.id FROM member m JOIN tier t ON t.id = m.tier_id LEFT JOIN ("
    + FIGURES.format(which="p.member_id > :after AND p.member_id <= :upto")
    + ") f ON f.member_id = m.id WHERE m.id > :after AND m.id <= :upto AND m.closed_at = '' "
    "AND (m.tier_falls_on <> '' OR m.tier_manual <> '' "
    "OR (t.threshold > 0 AND coalesce(f.figure, 0) < t.threshold) "
    "OR coalesce(f.figure, 0) >= "
    "(SELECT coalesce(min(u.threshold), 1000000000000000) FROM tier u WHERE u.rank > t.rank)) "
    "ORDER BY m.id"
)


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch: up to which member it looked, and what it found."""

    upto: int
    looked_at: int
    up: int
    down: int
    waiting: int  # members whose grace began, ended or changed


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What an evaluation did."""

    looked_at: int
    up: int
    down: int
    waiting: int


@query(Permission.EVALUATE_TIERS)
def last_member(work: Work) -> int:
    """The highest member id there is."""
    return int(work.value(_LAST))


@command(Permission.EVALUATE_TIERS, Topic.TIERS, Topic.MEMBERS)
def evaluate_batch(work: Work, *, request: str, after: int, size: int = BATCH) -> Batch:
    """Evaluate the members with ids from ``after`` + 1 to ``after`` + ``size``."""
    steps = ladder(work)
    window = rules.window_of(steps.policy(steps.tiers[0]), work.today)
    days = {"first": window.first.isoformat(), "last": window.last.isoformat()}
    upto = after + size
    affected = [row.id for row in work.all(_AFFECTED, after=after, upto=upto, **days)]
    outcome = Outcome([], [], [])
    up = _look(work, steps, affected, outcome, down=True)
    return Batch(upto, len(affected), up, len(outcome.moves) - up, len(outcome.holds))


def reconsider_many(work: Work, member_ids: Sequence[int]) -> int:
    """Look at these members again, after many purchases at once: up at once, never down here. How many went up."""
    return _look(work, ladder(work), member_ids, Outcome([], [], []), down=False)


def _look(work: Work, steps: Ladder, member_ids: Sequence[int], outcome: Outcome, *, down: bool) -> int:
    """Lock, judge and write members; how many went up."""
    window = rules.window_of(steps.policy(steps.tiers[0]), work.today)
    days = {"first": window.first.isoformat(), "last": window.last.isoformat()}
    up = 0
    for at in range(0, len(member_ids), _CHUNK):
        part = member_ids[at : at + _CHUNK]
        # locked first, read again after that: a purchase may have come in between
        rows = work.all(_locked(len(part)), **list_params("m", part))
        figures = {r.member_id: r.figure for r in work.all(_figures(len(part)), **list_params("m", part), **days)}
        for row in rows:
            held, figure = steps.by_id(row.tier_id), figures.get(row.id, 0)
            change = rules.evaluate(steps.policy(held), stored(row, steps), figure, work.today)
            if change.changed and not down and change.reason is not rules.TierReason.REACHED:
                continue
            after_tier = outcome.add(work, steps, row, change, figure)
            up += after_tier is not None and after_tier.rank > held.rank
    outcome.write(work)
    return up


def evaluate(
    write: Callable[[Callable[[Work], Any]], Any], request: str, progress: Callable[[int, int], object]
) -> Evaluated:
    """Evaluate every member, batch by batch, each in a transaction of its own.

    ``write`` runs a piece of work and answers its result (``Progress.write``, or ``Database.write``); ``progress`` is
    told (done, total) and may raise to stop: what was done stays. The same request goes on where it stopped.
    """
    total: int = write(last_member)
    looked_at = up = down = waiting = at = 0
    while at < total:
        progress(at, total)
        batch: Batch = write(partial(evaluate_batch, request=f"{request}-{at}", after=at))
        looked_at, waiting = looked_at + batch.looked_at, waiting + batch.waiting
        up, down, at = up + batch.up, down + batch.down, batch.upto
    progress(total, total)
    return Evaluated(looked_at, up, down, waiting)


@cache
def _locked(count: int) -> Sql:
    text = (
        "SELECT id, tier_id, tier_falls_on, tier_manual, tier_manual_tier, tier_manual_until FROM member "
        f"WHERE id IN ({in_list('m', count)}) ORDER BY id"
    )
    return Sql(text, postgresql=text + " FOR NO KEY UPDATE")


@cache
def _figures(count: int) -> Sql:
    return Sql(FIGURES.format(which=f"p.member_id IN ({in_list('m', count)})"))
