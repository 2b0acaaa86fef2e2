"""Tiers: what a member's spending of twelve months earns them. Up at once, down after a grace."""

from desktop_admin.services.tiers.editing import (
    Effect,
    EffectRow,
    Saved,
    TierEdit,
    TierRow,
    Tiers,
    effect,
    save,
    tiers,
)
from desktop_admin.services.tiers.evaluating import (
    Batch,
    Evaluated,
    evaluate,
    evaluate_batch,
    last_member,
    reconsider_many,
)
from desktop_admin.services.tiers.history import (
    TierMember,
    TierMove,
    history,
    history_count,
    members,
    members_count,
    statements,
)
from desktop_admin.services.tiers.manual import TierSet, end_manual, set_manual
from desktop_admin.services.tiers.standing import (
    Ladder,
    Tier,
    TierStanding,
    asked,
    contributions,
    ladder,
    reconsider,
    standing,
)

__all__ = [
    "Batch", "Effect", "EffectRow", "Evaluated", "Ladder", "Saved", "Tier", "TierEdit", "TierMember", "TierMove",
    "TierRow", "TierSet", "TierStanding", "Tiers", "asked", "contributions", "effect", "end_manual", "evaluate",
    "evaluate_batch", "history", "history_count", "ladder", "last_member", "members", "members_count", "reconsider",
    "reconsider_many", "save", "set_manual", "standing", "statements", "tiers",
]  # fmt: skip
