"""Tiers: thresholds, up at once, down after a grace, tiers set by hand, and what is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from desktop_admin.services.rules.dates import Window, add_months, calendar_year, rolling_window
from desktop_admin.services.rules.earning import check_multiplier
from desktop_admin.services.rules.words import N_, RuleError, Words

MOST_THRESHOLD = 10**14


class TierCode(StrEnum):
    """The four tiers, lowest first: 普通, 银卡, 金卡, 钻石."""

    REGULAR = "regular"
    SILVER = "silver"
    GOLD = "gold"
    DIAMOND = "diamond"


TIER_TITLES = {
    TierCode.REGULAR: N_("Regular"),
    TierCode.SILVER: N_("Silver"),
    TierCode.GOLD: N_("Gold"),
    TierCode.DIAMOND: N_("Diamond"),
}


def tier_title(code: str) -> Words:
    """Return a tier's title as a message for translation."""
    return Words(TIER_TITLES[TierCode(code)] if code in TIER_TITLES else code)


class TierBasis(StrEnum):
    """What the thresholds count; never the spendable balance."""

    SPEND = "spend"
    POINTS = "points"
    PURCHASES = "purchases"


class TierWindow(StrEnum):
    """Over which period the figure is taken."""

    ROLLING = "rolling"
    CALENDAR_YEAR = "calendar_year"
    LIFETIME = "lifetime"


class TierDown(StrEnum):
    """How far a member falls after the grace."""

    BY_FIGURES = "by_figures"
    ONE_STEP = "one_step"


class ManualMode(StrEnum):
    """What a tier set by hand means: at least this one, or exactly this one."""

    FLOOR = "floor"
    FIXED = "fixed"


class TierReason(StrEnum):
    """Why a tier is what it is after an evaluation."""

    UNCHANGED = "unchanged"
    REACHED = "reached"
    FELL = "fell"
    MANUAL = "manual"
    MANUAL_ENDED = "manual_ended"


TIER_REASON_TITLES = {
    TierReason.UNCHANGED: N_("unchanged"),
    TierReason.REACHED: N_("threshold reached"),
    TierReason.FELL: N_("below the threshold after the grace"),
    TierReason.MANUAL: N_("set by hand"),
    TierReason.MANUAL_ENDED: N_("the tier set by hand ended"),
}


@dataclass(frozen=True)
class Level:
    """One tier: its code, the figure that reaches it, and its earn multiplier in percent."""

    code: str
    threshold: int
    multiplier_percent: int = 100


@dataclass(frozen=True)
class TierPolicy:
    """The shop's tiers, lowest first, and how they are reached and lost."""

    levels: tuple[Level, ...]
    basis: TierBasis = TierBasis.SPEND
    window: TierWindow = TierWindow.ROLLING
    months: int = 12
    grace_days: int = 30
    down: TierDown = TierDown.BY_FIGURES

    def rank(self, code: str) -> int:
        """Return the place of a tier, 0 for the lowest."""
        for place, level in enumerate(self.levels):
            if level.code == code:
                return place
        raise RuleError(N_("There is no tier “{code}”."), code=code)


@dataclass(frozen=True)
class Manual:
    """A tier set by hand; it holds through its last day, or for ever."""

    code: str
    mode: ManualMode = ManualMode.FLOOR
    until: date | None = None

    def holds(self, today: date) -> bool:
        """Say whether it is in force."""
        return self.until is None or today <= self.until


@dataclass(frozen=True)
class Standing:
    """A member's tier, since when the figure has been below it, and what was set by hand."""

    code: str
    below_since: date | None = None
    manual: Manual | None = None


@dataclass(frozen=True)
class Change:
    """The outcome of an evaluation: the standing to store and why."""

    standing: Standing
    before: str
    reason: TierReason

    @property
    def changed(self) -> bool:
        """Say whether the tier itself is another one."""
        return self.standing.code != self.before


@dataclass(frozen=True)
class Contribution:
    """What one day added to the figure (a refund counts against the day of its purchase)."""

    day: date
    figure: int


@dataclass(frozen=True)
class Needs:
    """So much more reaches the next tier, by a day when the figure would change by itself."""

    code: str
    more: int
    by: date | None


@dataclass(frozen=True)
class Falls:
    """The member falls to a tier on a day unless so much more comes before it."""

    code: str
    on: date
    unless: int


def check_levels(levels: Sequence[Level]) -> None:
    """Refuse thresholds that do not start at zero and strictly increase, and wild multipliers."""
    if not levels:
        raise RuleError(N_("At least one tier is needed."))
    if levels[0].threshold != 0:
        raise RuleError(N_("The lowest tier starts at zero."))
    if len({level.code for level in levels}) != len(levels):
        raise RuleError(N_("Every tier needs its own code."))
    for lower, upper in pairwise(levels):
        if upper.threshold <= lower.threshold:
            raise RuleError(
                N_("The threshold of “{upper}” must be above that of “{lower}”."),
                upper=tier_title(upper.code),
                lower=tier_title(lower.code),
            )
    if levels[-1].threshold > MOST_THRESHOLD:
        raise RuleError(N_("A threshold can be at most {most:,}."), most=MOST_THRESHOLD)
    for level in levels:
        check_multiplier(level.multiplier_percent)


def check_policy(policy: TierPolicy) -> None:
    """Refuse a policy that cannot be kept."""
    check_levels(policy.levels)
    if not 1 <= policy.months <= 120:
        raise RuleError(N_("The window must be 1 to {most} months."), most=120)
    if not 0 <= policy.grace_days <= 366:
        raise RuleError(N_("The grace must be 0 to {most} days."), most=366)


def window_of(policy: TierPolicy, today: date) -> Window:
    """Return the days whose purchases count today."""
    if policy.window is TierWindow.ROLLING:
        return rolling_window(today, policy.months)
    if policy.window is TierWindow.CALENDAR_YEAR:
        # Last year's figure holds a tier until this year's end; the new year starts at once.
        return Window(date(today.year - 1, 1, 1), date(today.year, 12, 31))
    return Window(date.min, date.max)


def figure_on(policy: TierPolicy, contributions: Iterable[Contribution], day: date) -> int:
    """Return the figure that counts on a day; it may be below zero after refunds.

    By calendar year the better of the last closed year and the present one counts.
    """
    if policy.window is TierWindow.CALENDAR_YEAR:
        years = {day.year - 1: 0, day.year: 0}
        for part in contributions:
            if part.day.year in years and part.day <= day:
                years[part.day.year] += part.figure
        return max(years.values())
    window = window_of(policy, day)
    return sum(part.figure for part in contributions if window.first <= part.day <= day)


def shown(figure: int) -> int:
    """Return a figure as people see it: never below zero."""
    return max(0, figure)


def level_for(levels: Sequence[Level], figure: int) -> Level:
    """Return the highest tier whose threshold the figure reaches."""
    reached = levels[0]
    for level in levels[1:]:
        if figure >= level.threshold:
            reached = level
    return reached


def evaluate(policy: TierPolicy, standing: Standing, figure: int, today: date) -> Change:
    """Return the tier after looking at the figure: up at once, down after the grace.

    A tier set by hand is a floor or fixed while it holds; when it ends, what it gave goes.
    """
    manual = standing.manual
    if manual is not None and manual.holds(today) and manual.mode is ManualMode.FIXED:
        fixed = Standing(manual.code, None, manual)
        return Change(fixed, standing.code, _because(TierReason.MANUAL, standing.code, fixed.code))
    if manual is not None and not manual.holds(today):
        return _after_manual(policy, standing, manual, figure, today)
    moved = _by_figures(policy, standing, figure, today)
    if manual is not None and policy.rank(moved.standing.code) <= policy.rank(manual.code):
        held = Standing(manual.code, None, manual)
        return Change(held, standing.code, _because(TierReason.MANUAL, standing.code, held.code))
    return moved


def _because(reason: TierReason, before: str, after: str) -> TierReason:
    return TierReason.UNCHANGED if before == after else reason


def _after_manual(policy: TierPolicy, standing: Standing, manual: Manual, figure: int, today: date) -> Change:
    """End a tier set by hand; a tier reached by figures above it is not touched by that."""
    own = replace(standing, manual=None)
    if standing.code != manual.code:
        return _by_figures(policy, own, figure, today)
    code = level_for(policy.levels, figure).code
    return Change(Standing(code), standing.code, _because(TierReason.MANUAL_ENDED, standing.code, code))


def _by_figures(policy: TierPolicy, standing: Standing, figure: int, today: date) -> Change:
    held, before = policy.rank(standing.code), standing.code
    deserved = policy.rank(level_for(policy.levels, figure).code)
    if deserved > held:
        up = replace(standing, code=policy.levels[deserved].code, below_since=None)
        return Change(up, before, TierReason.REACHED)
    if deserved == held:
        return Change(replace(standing, below_since=None), before, TierReason.UNCHANGED)
    since = standing.below_since or today
    if today < since + timedelta(days=policy.grace_days):
        return Change(replace(standing, below_since=since), before, TierReason.UNCHANGED)
    target = deserved if policy.down is TierDown.BY_FIGURES else held - 1
    down = replace(
        standing,
        code=policy.levels[target].code,
        below_since=today if target > deserved else None,
    )
    return Change(down, before, TierReason.FELL)


def needs(policy: TierPolicy, code: str, contributions: Sequence[Contribution], today: date) -> Needs | None:
    """Return what is missing to the next tier ("needs 340 more by 31 Dec"); None at the top.

    The day is the last one on which today's figure still counts whole.
    """
    place = policy.rank(code) + 1
    if place >= len(policy.levels):
        return None
    target = policy.levels[place]
    if policy.window is TierWindow.CALENDAR_YEAR:
        figure = sum(part.figure for part in contributions if part.day.year == today.year)
        by: date | None = calendar_year(today).last
    else:
        figure = figure_on(policy, contributions, today)
        by = _holds_until(policy, contributions, today)
    missing = target.threshold - figure
    return Needs(target.code, missing, by) if missing > 0 else None


def _holds_until(policy: TierPolicy, contributions: Sequence[Contribution], today: date) -> date | None:
    if policy.window is not TierWindow.ROLLING:
        return None
    window = window_of(policy, today)
    counted = [part.day for part in contributions if part.day in window and part.figure > 0]
    return _leaves_on(policy, min(counted)) - timedelta(days=1) if counted else None


def _leaves_on(policy: TierPolicy, day: date) -> date:
    """Return the first day on which a contribution of a day no longer counts."""
    left = add_months(day, policy.months)
    # 29 February + 12 months is 28 February, on which the window still begins after that day.
    while window_of(policy, left).first <= day:
        left += timedelta(days=1)
    return left


def falls(policy: TierPolicy, standing: Standing, contributions: Sequence[Contribution], today: date) -> Falls | None:
    """Return when and to what the member falls if nothing more is bought; None if never.

    "falls to silver on 1 Jan unless 120 more": the day is the first one in the lower tier.
    """
    held, manual = policy.rank(standing.code), standing.manual
    if manual is not None and manual.holds(today) and manual.code == standing.code:
        return _falls_after_manual(policy, manual, contributions)
    if held == 0:
        return None
    threshold = policy.levels[held].threshold
    for day in _turning_days(policy, contributions, today):
        if figure_on(policy, contributions, day) >= threshold:
            continue
        since = standing.below_since if standing.below_since and day == today else day
        on = max(today, since + timedelta(days=policy.grace_days))
        figure = figure_on(policy, contributions, on)
        if figure >= threshold:
            continue
        place = policy.rank(level_for(policy.levels, figure).code)
        place = place if policy.down is TierDown.BY_FIGURES else held - 1
        if manual is not None and manual.holds(on):
            place = max(place, policy.rank(manual.code))
        if place >= held:
            return None
        return Falls(policy.levels[place].code, on, threshold - figure)
    return None


def _falls_after_manual(policy: TierPolicy, manual: Manual, contributions: Sequence[Contribution]) -> Falls | None:
    """Return what happens on the day after a tier set by hand ends."""
    if manual.until is None:
        return None
    on = manual.until + timedelta(days=1)
    figure, held = figure_on(policy, contributions, on), policy.rank(manual.code)
    level = level_for(policy.levels, figure)
    if policy.rank(level.code) >= held:
        return None
    return Falls(level.code, on, policy.levels[held].threshold - figure)


def _turning_days(policy: TierPolicy, contributions: Sequence[Contribution], today: date) -> list[date]:
    """Return today and the later days on which the figure changes by itself."""
    days = {today}
    if policy.window is TierWindow.ROLLING:
        days |= {_leaves_on(policy, part.day) for part in contributions}
    elif policy.window is TierWindow.CALENDAR_YEAR:
        days |= {date(today.year + ahead, 1, 1) for ahead in (1, 2)}
    return sorted(day for day in days if day >= today)
