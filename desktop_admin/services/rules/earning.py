"""What a purchase earns, why, and what a refund takes back (DOMAIN 2.3 and 12)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop_admin.services.rules.words import N_, RuleError

LEAST_PERCENT = 1
MOST_PERCENT = 10_000


class Rounding(StrEnum):
    """How the one rounding at the end goes."""

    DOWN = "down"  # toward zero
    NEAREST = "nearest"  # halves away from zero
    UP = "up"  # away from zero


class Effect(StrEnum):
    """What a rule does."""

    BASE = "base"
    MULTIPLIER = "multiplier"
    FIXED = "fixed"


@dataclass(frozen=True)
class BaseRule:
    """So many points per whole amount of money in minor units (1 per 100 by default)."""

    points: int = 1
    per_minor: int = 100
    name: str = "base"
    rule_id: int = 0


@dataclass(frozen=True)
class Bonus:
    """A rule that applies on top of the base.

    A multiplier's amount is in percent (200 = ×2); a fixed one's is points. Inside a group only
    the best counts; a rule without a group stands alone.
    """

    rule_id: int
    name: str
    effect: Effect
    amount: int
    group: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the explanation; the points of all lines add up to the total exactly."""

    rule_id: int
    name: str
    effect: Effect
    factor: int  # percent for a multiplier, 100 otherwise
    points: int


@dataclass(frozen=True)
class Earned:
    """What a purchase earned and the lines that made it."""

    points: int
    base: int
    lines: tuple[Line, ...]


def toward_zero(numerator: int, denominator: int) -> int:
    """Divide whole numbers and drop the fraction."""
    quotient = abs(numerator) // abs(denominator)
    return quotient if (numerator < 0) == (denominator < 0) else -quotient


def base_points(amount_minor: int, rule: BaseRule) -> int:
    """Return the base of a whole purchase: per whole currency unit, toward zero."""
    return toward_zero(amount_minor, rule.per_minor) * rule.points


def earn(
    amount_minor: int,
    rule: BaseRule,
    bonuses: Iterable[Bonus] = (),
    rounding: Rounding = Rounding.DOWN,
) -> Earned:
    """Return the points of a purchase; the order of the bonuses does not matter.

    A multiplier m adds base × (m − 1), fixed points add themselves, one rounding at the end.
    A bare cancellation (a negative amount) goes by the base alone.
    """
    base = base_points(amount_minor, rule)
    applied = best_of_groups(base, bonuses) if amount_minor >= 0 else ()
    lines = [Line(rule.rule_id, rule.name, Effect.BASE, 100, base)]
    hundredths, shown = base * 100, base
    for bonus in applied:
        hundredths += _extra(base, bonus)
        total = _rounded(hundredths, rounding)
        factor = bonus.amount if bonus.effect is Effect.MULTIPLIER else 100
        lines.append(Line(bonus.rule_id, bonus.name, bonus.effect, factor, total - shown))
        shown = total
    return Earned(shown, base, tuple(lines))


def best_of_groups(base: int, bonuses: Iterable[Bonus]) -> tuple[Bonus, ...]:
    """Return the rules that count, in one fixed order: by group, then by rule."""
    best: dict[tuple[str, int], Bonus] = {}
    for bonus in bonuses:
        key = (bonus.group, 0 if bonus.group else bonus.rule_id)
        held = best.get(key)
        if held is None or _rank(base, bonus) > _rank(base, held):
            best[key] = bonus
    return tuple(best[key] for key in sorted(best))


def _rank(base: int, bonus: Bonus) -> tuple[int, int]:
    return _extra(base, bonus), -bonus.rule_id


def _extra(base: int, bonus: Bonus) -> int:
    """Return what a bonus adds, in hundredths of a point."""
    if bonus.effect is Effect.MULTIPLIER:
        return base * (bonus.amount - 100)
    return bonus.amount * 100


def _rounded(hundredths: int, rounding: Rounding) -> int:
    if rounding is Rounding.DOWN:
        return toward_zero(hundredths, 100)
    nudge = 50 if rounding is Rounding.NEAREST else 99
    return toward_zero(hundredths + (nudge if hundredths >= 0 else -nudge), 100)


def check_multiplier(percent: int) -> None:
    """Refuse a multiplier of zero or of a million."""
    if not LEAST_PERCENT <= percent <= MOST_PERCENT:
        raise RuleError(
            N_("A multiplier must be {least} % to {most} %."),
            least=LEAST_PERCENT,
            most=MOST_PERCENT,
        )


def share_discount(discount_minor: int, amounts: Sequence[int]) -> tuple[int, ...]:
    """Share a purchase's discount over its lines by amount; the last takes the remainder.

    No line gives more than its own amount: what the last cannot take goes to the ones before.
    Refuses a negative discount or line, and a discount larger than the purchase.
    """
    if discount_minor < 0 or any(amount < 0 for amount in amounts):
        raise RuleError(N_("A discount and the lines it is taken from cannot be negative."))
    if discount_minor > sum(amounts):
        raise RuleError(N_("The discount is larger than the purchase."))
    shares = list(share(discount_minor, amounts))
    over = 0
    for index in range(len(shares) - 1, -1, -1):
        wanted = shares[index] + over
        shares[index] = min(wanted, amounts[index])
        over = wanted - shares[index]
    return tuple(shares)


def share(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Share a whole number by weight, each toward zero; the last takes the remainder.

    Used for the points of a purchase over the amounts of its lines.
    """
    if not weights:
        if total:
            raise RuleError(N_("There is no line to share over."))
        return ()
    whole = sum(weights)
    shares = [toward_zero(total * weight, whole) if whole else 0 for weight in weights[:-1]]
    return (*shares, total - sum(shares))


def kept_points(earned: int, original_minor: int, kept_minor: int) -> int:
    """Return what a line keeps when only part of its amount is kept.

    floor(earned × kept ÷ original), always from the start, so that slivers cannot cheat. For a
    line without an amount pass its quantities instead of money.
    """
    if original_minor <= 0 or not 0 <= kept_minor <= original_minor:
        raise RuleError(N_("More is refunded than was paid."))
    return earned * kept_minor // original_minor


def taken_back(earned: int, original_minor: int, kept_before: int, kept_after: int) -> int:
    """Return the points a further part of a refund takes back; the parts add up to the whole."""
    if kept_after > kept_before:
        raise RuleError(N_("A refund cannot give more than is left of the line."))
    return kept_points(earned, original_minor, kept_before) - kept_points(earned, original_minor, kept_after)
