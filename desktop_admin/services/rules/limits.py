"""What a role may do alone, what needs a second pair of eyes, and what nobody may."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from desktop_admin.services.rules.amounts import MOST_POINTS
from desktop_admin.services.rules.words import N_, RuleError


class Decision(StrEnum):
    """What becomes of an act."""

    ALLOWED = "allowed"
    NEEDS_APPROVAL = "needs_approval"
    REFUSED = "refused"


@dataclass(frozen=True)
class Limits:
    """Limits of one role over all points that come from typed input, purchases included.

    `per_act` and `per_day` are what the role may do alone; above `most_per_act` not even an
    approval helps. Entries older than `reversal_days` need approval to be reversed.
    """

    per_act: int
    per_day: int
    reversal_days: int
    most_per_act: int = MOST_POINTS


@dataclass(frozen=True)
class Verdict:
    """A decision, the reason as a message for translation, and its facts."""

    decision: Decision
    message: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def allowed(self) -> bool:
        """Say whether the act may happen now."""
        return self.decision is Decision.ALLOWED


ALLOWED = Verdict(Decision.ALLOWED)

# By the role's code; the shop changes them in its settings.
DEFAULT_LIMITS: Mapping[str, Limits] = MappingProxyType(
    {
        "counter": Limits(per_act=2_000, per_day=20_000, reversal_days=1, most_per_act=200_000),
        "clerk": Limits(per_act=0, per_day=0, reversal_days=0, most_per_act=0),
        "manager": Limits(per_act=50_000, per_day=500_000, reversal_days=90),
        "auditor": Limits(per_act=0, per_day=0, reversal_days=0, most_per_act=0),
        "administrator": Limits(per_act=200_000, per_day=2_000_000, reversal_days=365),
        # Jobs follow rules, they type nothing in.
        "system": Limits(per_act=MOST_POINTS, per_day=MOST_POINTS, reversal_days=36_500),
    }
)


# the commands whose points are typed in; each posts its measure as the first entry of its operation
TYPED = (
    "points.adjust", "points.reverse", "points.transfer",
    "purchases.record", "purchases.refund", "purchases.void",
)  # fmt: skip


def check_limits(limits: Limits) -> None:
    """Refuse limits that contradict each other."""
    numbers = (limits.per_act, limits.per_day, limits.reversal_days, limits.most_per_act)
    if min(numbers) < 0 or max(numbers) > MOST_POINTS:
        raise RuleError(N_("A limit must be 0 to {most:,}."), most=MOST_POINTS)
    if limits.per_act > limits.per_day:
        raise RuleError(N_("The limit of one act cannot be above the limit of a day."))
    if limits.per_act > limits.most_per_act:
        raise RuleError(N_("The limit of one act cannot be above the highest with approval."))


def judge_points(limits: Limits, points: int, used_today: int) -> Verdict:
    """Judge an act that moves so many typed points after so many today (both without sign)."""
    size = abs(points)
    if size > limits.most_per_act:
        return Verdict(
            Decision.REFUSED,
            N_("The most in one act is {most:,} points, also with approval."),
            {"most": limits.most_per_act},
        )
    if size > limits.per_act:
        return Verdict(
            Decision.NEEDS_APPROVAL,
            N_("More than {limit:,} points in one act needs approval."),
            {"limit": limits.per_act},
        )
    if used_today + size > limits.per_day:
        return Verdict(
            Decision.NEEDS_APPROVAL,
            N_("More than {limit:,} points in one day needs approval; {used:,} are used."),
            {"limit": limits.per_day, "used": used_today},
        )
    return ALLOWED


def judge_reversal(limits: Limits, points: int, used_today: int, age_days: int) -> Verdict:
    """Judge a reversal: by its points first, then by the age of what it undoes."""
    by_points = judge_points(limits, points, used_today)
    if not by_points.allowed or age_days <= limits.reversal_days:
        return by_points
    return Verdict(
        Decision.NEEDS_APPROVAL,
        N_("Reversing an entry older than {days} days needs approval."),
        {"days": limits.reversal_days},
    )


def check_not_own(actor_member_id: int | None, *member_ids: int) -> None:
    """Refuse an act on the actor's own member account."""
    if actor_member_id is not None and actor_member_id in member_ids:
        raise RuleError(N_("Nobody acts on their own member account."))


def check_decider(requester_id: int, decider_id: int) -> None:
    """Refuse a decision by the one who asked for it."""
    if requester_id == decider_id:
        raise RuleError(N_("Somebody else must decide this request."))
