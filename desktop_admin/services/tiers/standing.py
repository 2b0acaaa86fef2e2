"""Where one member stands: the figure, the tier it gives, what is missing to the next and when it may fall."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from desktop_admin.services import policies
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.rules import tiers as rules
from desktop_admin.services.rules.dates import rolling_window
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

_TIERS = Sql(
    "SELECT id, code, name, rank, threshold, multiplier, grace_days, priority, version FROM tier ORDER BY rank"
)
_MEMBER = Sql(
    "SELECT id, tier_id, tier_falls_on, tier_manual, tier_manual_tier, tier_manual_until FROM member WHERE id = :m"
)
# a refund counts against the day of the purchase it refunds
_SPENT = Sql(
    "SELECT coalesce(o.business_date, p.business_date) AS day, CAST(sum(p.amount) AS bigint) AS figure FROM purchase p "
    "LEFT JOIN purchase o ON o.id = p.refunds_id WHERE p.member_id = :m AND p.voided_by = 0 "
    "AND p.business_date BETWEEN :first AND :last GROUP BY coalesce(o.business_date, p.business_date)"
)
MOVE = Sql(
    "UPDATE member SET tier_id = :tier, tier_since = :since, tier_falls_on = :falls_on, tier_manual = :manual, "
    "tier_manual_tier = :manual_tier, tier_manual_until = :until WHERE id = :m"
)
HOLD = Sql(
    "UPDATE member SET tier_falls_on = :falls_on, tier_manual = :manual, tier_manual_tier = :manual_tier, "
    "tier_manual_until = :until WHERE id = :m"
)
CHANGE = Sql(
    "INSERT INTO tier_change (operation_id, member_id, from_tier, to_tier, reason, figure, note, business_date, "
    "recorded_at) VALUES (:operation, :m, :before, :after, :reason, :figure, :note, :day, :now)"
)
_REASONS = {
    rules.TierReason.REACHED: "up",
    rules.TierReason.FELL: "down",
    rules.TierReason.MANUAL: "manual",
    rules.TierReason.MANUAL_ENDED: "manual-end",
}


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier as stored. ``names`` by language; ``threshold`` in minor units; ``multiplier`` in percent."""

    id: int
    code: str
    names: Mapping[str, str]
    rank: int
    threshold: int
    multiplier: int
    grace_days: int
    priority: int
    version: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """The shop's tiers, lowest first, and how a member comes down."""

    tiers: tuple[Tier, ...]
    down: rules.TierDown

    def by_id(self, tier_id: int) -> Tier:
        return next(tier for tier in self.tiers if tier.id == tier_id)

    def by_code(self, code: str) -> Tier:
        return next(tier for tier in self.tiers if tier.code == code)

    def policy(self, held: Tier) -> rules.TierPolicy:
        """The rules for a member who holds this tier; the grace is the tier's own."""
        levels = tuple(rules.Level(tier.code, tier.threshold, tier.multiplier) for tier in self.tiers)
        return rules.TierPolicy(levels, grace_days=held.grace_days, down=self.down)


@dataclass(frozen=True, slots=True)
class TierStanding:
    """What the member card says of the tier. ``figure`` is never shown below zero."""

    tier: Tier
    figure: int
    needs: rules.Needs | None
    falls: rules.Falls | None


# what ``ladder`` asks, for ``work.ahead``
LADDER: tuple[tuple[Sql, dict[str, Any]], ...] = ((_TIERS, {}), policies.asked("tier_down"))


def ladder(work: Work, settings: Mapping[str, Any] | None = None) -> Ladder:
    """The shop's tiers; one statement, and the setting unless ``settings`` (``policies.read``) are given."""
    tiers = tuple(
        Tier(r.id, r.code, json.loads(r.name), r.rank, r.threshold, r.multiplier, r.grace_days, r.priority, r.version)
        for r in work.all(_TIERS)
    )
    said = settings["tier_down"] if settings is not None else policies.get(work, "tier_down")
    down = rules.TierDown.BY_FIGURES if said == "figures" else rules.TierDown.ONE_STEP
    return Ladder(tiers, down)


def asked(work: Work, member_id: int) -> list[tuple[Sql, Mapping[str, Any]]]:
    """What ``ladder`` and ``standing`` ask, for ``work.ahead``; the year is the same whatever the tier."""
    window = rolling_window(work.today, rules.TierPolicy.months)
    return [(_TIERS, {}), (_SPENT, _span(member_id, window.first, window.last))]


def _span(member_id: int, first: date, last: date) -> dict[str, Any]:
    return {"m": member_id, "first": first.isoformat(), "last": last.isoformat()}


def contributions(work: Work, member_id: int, first: date, last: date) -> list[rules.Contribution]:
    """What each day's purchases add to the member's figure, minor units. A refund counts on its purchase's day."""
    rows = work.all(_SPENT, **_span(member_id, first, last))
    return [rules.Contribution(date.fromisoformat(row.day), row.figure) for row in rows]


def standing(work: Work, member_id: int, known: Ladder | None = None, row: Any = None) -> TierStanding:
    """Where the member stands today; ``row``: tier_id and the other tier columns, where already read."""
    steps = known or ladder(work)
    row = row or work.first(_MEMBER, m=member_id)
    assert row is not None
    held = steps.by_id(row.tier_id)
    policy = steps.policy(held)
    window = rules.window_of(policy, work.today)
    spent = contributions(work, member_id, window.first, window.last)
    return TierStanding(
        held,
        rules.shown(rules.figure_on(policy, spent, work.today)),
        rules.needs(policy, held.code, spent, work.today),
        rules.falls(policy, stored(row, steps), spent, work.today),
    )


def reconsider(work: Work, member_id: int, *, down: bool = False, known: Ladder | None = None) -> Tier | None:
    """Look at a locked member's figure again, after a purchase or refund; answers the new tier where it changed.

    Up at once. ``down`` also lets a grace that has run out take effect: the nightly evaluation does that.
    """
    steps = known or ladder(work)
    row = work.first(_MEMBER, m=member_id)
    assert row is not None
    held = steps.by_id(row.tier_id)
    policy = steps.policy(held)
    window = rules.window_of(policy, work.today)
    figure = rules.figure_on(policy, contributions(work, member_id, window.first, window.last), work.today)
    change = rules.evaluate(policy, stored(row, steps), figure, work.today)
    if change.changed and not down and change.reason is not rules.TierReason.REACHED:
        return None
    return store(work, steps, row, change, figure)


@dataclass(slots=True)
class Outcome:
    """What an evaluation writes: parameters for MOVE and CHANGE, or for HOLD; neither where nothing changed."""

    moves: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    holds: list[dict[str, Any]]

    def add(
        self, work: Work, steps: Ladder, row: Any, change: rules.Change, figure: int, note: str = ""
    ) -> Tier | None:
        """Take up one member; answers the new tier where it is another one."""
        before, after = steps.by_id(row.tier_id), steps.by_code(change.standing.code)
        since, manual = change.standing.below_since, change.standing.manual
        held = {
            "falls_on": (since + timedelta(days=after.grace_days)).isoformat() if since else "",
            "manual": manual.mode.value if manual else "",
            "manual_tier": steps.by_code(manual.code).id if manual else None,
            "until": manual.until.isoformat() if manual and manual.until else "",
        }
        if not change.changed:
            was = row.tier_falls_on, row.tier_manual, row.tier_manual_tier, row.tier_manual_until
            if tuple(held.values()) != was:
                self.holds.append({**held, "m": row.id})
            return None
        self.moves.append({**held, "tier": after.id, "since": work.today_text, "m": row.id})
        assert work.operation is not None
        self.changes.append(
            {
                "operation": work.operation.id, "m": row.id, "before": before.id, "after": after.id,
                "reason": _REASONS[change.reason], "figure": figure, "note": note, "day": work.today_text,
                "now": work.now_text,
            }
        )  # fmt: skip
        return after

    def write(self, work: Work) -> None:
        """Write all of it."""
        for sql, rows in ((MOVE, self.moves), (CHANGE, self.changes), (HOLD, self.holds)):
            if rows:
                work.run_many(sql, rows)
        if self.moves or self.holds:
            work.touch(Topic.TIERS, Topic.MEMBERS)


def store(work: Work, steps: Ladder, row: Any, change: rules.Change, figure: int, note: str = "") -> Tier | None:
    """Write what an evaluation found of one member: the tier with its history row, or only the grace."""
    outcome = Outcome([], [], [])
    after = outcome.add(work, steps, row, change, figure, note)
    outcome.write(work)
    return after


def stored(row: Any, steps: Ladder) -> rules.Standing:
    """A member's standing as the columns say it."""
    held = steps.by_id(row.tier_id)
    manual = None
    if row.tier_manual:
        until = date.fromisoformat(row.tier_manual_until) if row.tier_manual_until else None
        manual = rules.Manual(steps.by_id(row.tier_manual_tier).code, rules.ManualMode(row.tier_manual), until)
    since = date.fromisoformat(row.tier_falls_on) - timedelta(days=held.grace_days) if row.tier_falls_on else None
    return rules.Standing(held.code, since, manual)
