"""Editing the tiers, and what new thresholds would do to real members before they are saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from desktop_admin.i18n import N_
from desktop_admin.services.command import command, query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import ChangedMeanwhile, Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.rules import tiers as rules
from desktop_admin.services.rules.words import RuleError
from desktop_admin.services.tiers.evaluating import FIGURES
from desktop_admin.services.tiers.standing import LADDER, Ladder, Tier, ladder
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

_COUNTS = Sql("SELECT tier_id, count(*) AS members FROM member WHERE closed_at = '' GROUP BY tier_id")
_GRACE = Sql(
    "SELECT tier_id, count(*) AS members FROM member WHERE tier_falls_on <> '' AND closed_at = '' GROUP BY tier_id"
)
_LAST_CHANGE = Sql(
    "SELECT o.recorded_at, p.name, a.before FROM audit a JOIN operation o ON o.id = a.operation_id "
    "JOIN operator p ON p.id = o.operator_id WHERE a.subject = 'tier' AND a.subject_id = :id ORDER BY a.id DESC LIMIT 1"
)
_SAVE = Sql(
    "UPDATE tier SET threshold = :threshold, multiplier = :multiplier, grace_days = :grace_days, priority = :priority, "
    "version = version + 1 WHERE id = :id AND version = :version"
)
# members per (tier held, tier the figures would give under new thresholds), each summed by the database
_EFFECT = Sql(
    "SELECT t.rank AS held, x.deserved, x.manual, count(*) AS members FROM (SELECT m.tier_id, "
    "CASE WHEN m.tier_manual = '' THEN 0 ELSE 1 END AS manual, "
    "CASE WHEN coalesce(f.figure, 0) >= CAST(:t3 AS bigint) THEN 3 "
    "WHEN coalesce(f.figure, 0) >= CAST(:t2 AS bigint) THEN 2 "
    "WHEN coalesce(f.figure, 0) >= CAST(:t1 AS bigint) THEN 1 ELSE 0 END AS deserved FROM member m LEFT JOIN ("
    + FIGURES.format(which="p.member_id IS NOT NULL")
    + ") f ON f.member_id = m.id WHERE m.closed_at = '') x JOIN tier t ON t.id = x.tier_id "
    "GROUP BY t.rank, x.deserved, x.manual"
)
_BEYOND = 10**15


@dataclass(frozen=True, slots=True)
class TierEdit:
    """One tier as edited. Money in minor units, multiplier in percent; ``version`` as it was read."""

    id: int
    threshold: int
    multiplier: int
    grace_days: int
    priority: int
    version: int


@dataclass(frozen=True, slots=True)
class TierRow:
    """A tier with the members who hold it, and how many of them will fall unless they buy."""

    tier: Tier
    members: int
    in_grace: int


@dataclass(frozen=True, slots=True)
class Tiers:
    """The ladder with its members; ``since`` is the first day that counts today."""

    rows: tuple[TierRow, ...]
    members: int
    since: date


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One tier: members now, and once the figures have decided under the new thresholds."""

    code: str
    now: int
    then: int
    up: int  # come up into it at the next evaluation
    down: int  # come down into it once their grace has run out


@dataclass(frozen=True, slots=True)
class Effect:
    """What new thresholds would do: who goes up at once, who falls after the grace. Tiers set by hand stay."""

    rows: tuple[EffectRow, ...]
    up: int
    down: int
    members: int


@dataclass(frozen=True, slots=True)
class Saved:
    """How many tiers were changed."""

    changed: int


@query(Permission.SEE_TIERS)
def tiers(work: Work) -> Tiers:
    """The shop's tiers, lowest first, with their members."""
    work.ahead(*LADDER, (_COUNTS, {}), (_GRACE, {}))
    steps = ladder(work)
    counts = {row.tier_id: row.members for row in work.all(_COUNTS)}
    grace = {row.tier_id: row.members for row in work.all(_GRACE)}
    rows = tuple(TierRow(one, counts.get(one.id, 0), grace.get(one.id, 0)) for one in steps.tiers)
    window = rules.window_of(steps.policy(steps.tiers[0]), work.today)
    return Tiers(rows, sum(counts.values()), window.first)


@query(Permission.SEE_TIERS)
def effect(work: Work, *, edits: tuple[TierEdit, ...]) -> Effect:
    """What these thresholds would do to the members as they are today; writes nothing. Refuses what `save` refuses."""
    steps = ladder(work)
    edited = _merged(steps, edits)
    _check(steps, edited)
    thresholds = [one.threshold for one in edited] + [_BEYOND] * 4
    window = rules.window_of(steps.policy(steps.tiers[0]), work.today)
    found = work.all(
        _EFFECT, t1=thresholds[1], t2=thresholds[2], t3=thresholds[3],
        first=window.first.isoformat(), last=window.last.isoformat(),
    )  # fmt: skip
    size = len(steps.tiers)
    now, then, up, down = [0] * size, [0] * size, [0] * size, [0] * size
    for row in found:
        ends = row.deserved if not row.manual else row.held
        now[row.held] += row.members
        then[ends] += row.members
        if ends > row.held:
            up[ends] += row.members
        elif ends < row.held:
            down[ends] += row.members
    rows = tuple(EffectRow(one.code, *four) for one, *four in zip(steps.tiers, now, then, up, down, strict=True))
    return Effect(rows, sum(up), sum(down), sum(now))


@command(Permission.EDIT_TIERS, Topic.TIERS)
def save(work: Work, *, request: str, edits: tuple[TierEdit, ...]) -> Saved:
    """Save edited tiers. Members move at the next evaluation, or with their next purchase.

    Refuses thresholds that do not start at nought and strictly increase, multipliers below 100 %, and what someone else
    changed meanwhile.
    """
    steps = ladder(work)
    edited = _merged(steps, edits)
    _check(steps, edited)
    changed = 0
    for before, after in zip(steps.tiers, edited, strict=True):
        if _facts(before) == _facts(after):
            continue
        if before.version != after.version:
            raise _changed_meanwhile(work, before)
        touched = work.run(
            _SAVE, id=after.id, threshold=after.threshold, multiplier=after.multiplier, grace_days=after.grace_days,
            priority=after.priority, version=after.version,
        )  # fmt: skip
        if touched != 1:
            raise _changed_meanwhile(work, before)
        work.audit("edit", "tier", after.id, _facts(before), _facts(after))
        changed += 1
    return Saved(changed)


def _merged(steps: Ladder, edits: Sequence[TierEdit]) -> tuple[TierEdit, ...]:
    given = {edit.id: edit for edit in edits}
    if set(given) - {one.id for one in steps.tiers}:
        raise Refused(N_("Choose a tier from the list."), field="tier")
    kept = [
        TierEdit(one.id, one.threshold, one.multiplier, one.grace_days, one.priority, one.version)
        for one in steps.tiers
    ]
    return tuple(given.get(one.id, one) for one in kept)


def _check(steps: Ladder, edited: Sequence[TierEdit]) -> None:
    codes = [one.code for one in steps.tiers]
    for code, one in zip(codes, edited, strict=True):
        if not 0 <= one.grace_days <= 366:
            raise Refused(N_("The grace must be 0 to {most} days."), field=f"grace_days/{code}", most=366)
        if not 100 <= one.multiplier <= 10_000:
            raise Refused(N_("A multiplier is 100 to 10,000 percent."), field=f"multiplier/{code}")
        if not 0 <= one.priority <= 9:
            raise Refused(N_("A priority is 0 to 9."), field=f"priority/{code}")
    for place in range(len(edited)):
        levels = [rules.Level(code, one.threshold, one.multiplier) for code, one in zip(codes, edited, strict=True)]
        try:
            rules.check_levels(levels[: place + 1])
        except RuleError as error:
            raise Refused.of(error, field=f"threshold/{codes[place]}") from error


def _changed_meanwhile(work: Work, now: Tier) -> Refused:
    row = work.first(_LAST_CHANGE, id=now.id)
    if row is None:
        return Refused(N_("This tier was changed meanwhile."), field="tier")
    return ChangedMeanwhile(row.name, parse_instant(row.recorded_at), before={}, after=_facts(now), version=now.version)


def _facts(one: Tier | TierEdit) -> dict[str, int]:
    kept = asdict(one)
    return {name: kept[name] for name in ("threshold", "multiplier", "grace_days", "priority")}
