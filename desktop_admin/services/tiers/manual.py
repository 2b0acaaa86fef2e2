"""A tier set by hand: a floor or fixed, with a reason and an end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import limits
from desktop_admin.services.command import command
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.permissions import Permission
from desktop_admin.services.rules import tiers as rules
from desktop_admin.services.sealing import seal
from desktop_admin.services.tiers.standing import Ladder, contributions, ladder, store, stored
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

LONGEST_REASON = 300

_LOCK = (
    "SELECT id, tier_id, tier_falls_on, tier_manual, tier_manual_tier, tier_manual_until, closed_at FROM member "
    "WHERE id = :m"
)
_LOCKED = Sql(_LOCK, postgresql=_LOCK + " FOR NO KEY UPDATE")


@dataclass(frozen=True, slots=True)
class TierSet:
    """What setting or ending a tier by hand did; tier codes."""

    member_id: int
    before: str
    after: str


@command(Permission.SET_MEMBER_TIER, Topic.TIERS, Topic.MEMBERS)
def set_manual(
    work: Work, *, request: str, member_id: int, tier: str, mode: str = "floor", until: date | None = None, reason: str
) -> TierSet:
    """Set a member's tier (its code) by hand: at least this one (``floor``) or exactly this one (``fixed``).

    It holds through its last day. Refuses an unknown tier, a day that has passed, a missing reason, a closed member and
    one's own account.
    """
    row, steps = _open(work, member_id)
    if not any(one.code == tier for one in steps.tiers):
        raise Refused(N_("Choose a tier from the list."), field="tier")
    if mode not in {one.value for one in rules.ManualMode}:
        raise Refused(N_("Choose a floor or a fixed tier."), field="mode")
    if until is not None and until < work.today:
        raise Refused(N_("This day has passed."), field="until")
    note = _reason(reason)
    manual = rules.Manual(tier, rules.ManualMode(mode), until)
    _audit(work, row, steps, {"tier": tier, "mode": mode, "until": until.isoformat() if until else ""})
    return _evaluate(work, row, steps, manual, note)


@command(Permission.SET_MEMBER_TIER, Topic.TIERS, Topic.MEMBERS)
def end_manual(work: Work, *, request: str, member_id: int, reason: str = "") -> TierSet:
    """End a tier set by hand today; the figures decide again. Refuses where none is set."""
    row, steps = _open(work, member_id)
    manual = stored(row, steps).manual
    if manual is None:
        raise Refused(N_("No tier is set by hand for this member."), field="member")
    ended = rules.Manual(manual.code, manual.mode, work.today - timedelta(days=1))
    _audit(work, row, steps, {"tier": "", "mode": "", "until": ""})
    return _evaluate(work, row, steps, ended, _reason(reason) if reason.strip() else "")


def _open(work: Work, member_id: int) -> tuple[Any, Ladder]:
    row = work.first(_LOCKED, m=member_id)
    if row is None:
        raise Refused(N_("This member does not exist any more."), field="member")
    if row.closed_at:
        raise Refused(N_("This member is closed."), field="member")
    limits.refuse_own(work, member_id)
    return row, ladder(work)


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise Refused(N_("Say why."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(N_("At most {most} characters."), field="reason", most=LONGEST_REASON)
    return reason


def _evaluate(work: Work, row: Any, steps: Ladder, manual: rules.Manual, note: str) -> TierSet:
    """Let the figures and the new setting decide; what an earlier setting gave goes with it."""
    held, standing = steps.by_id(row.tier_id), stored(row, steps)
    policy = steps.policy(held)
    window = rules.window_of(policy, work.today)
    figure = rules.figure_on(policy, contributions(work, row.id, window.first, window.last), work.today)
    standing = replace(standing, manual=manual)
    if row.tier_manual and row.tier_manual_tier == row.tier_id and manual.holds(work.today):
        standing = rules.Standing(rules.level_for(policy.levels, figure).code, None, manual)
    change = rules.evaluate(policy, standing, figure, work.today)
    reason = change.reason if change.reason is not rules.TierReason.UNCHANGED else rules.TierReason.MANUAL
    change = replace(change, before=held.code, reason=reason)
    store(work, steps, row, change, figure, seal(work, row.id, note) if note else "")
    return TierSet(row.id, held.code, change.standing.code)


def _audit(work: Work, row: Any, steps: Ladder, after: dict[str, str]) -> None:
    before = {
        "tier": steps.by_id(row.tier_manual_tier).code if row.tier_manual_tier else "",
        "mode": row.tier_manual,
        "until": row.tier_manual_until,
    }
    work.audit("set tier" if after["tier"] else "end tier", "member", row.id, before, after)
