"""Lists of the tiers screen: changes of tier, members of a tier."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.models.members import TIER_TONES
from desktop_admin.models.records import Column, Kind
from desktop_admin.models.window import Keyed, PageRequest, Source, View
from desktop_admin.services import tiers
from desktop_admin.services.rules.tiers import TIER_TITLES, TierCode
from desktop_admin.services.tiers import TierMember, TierMove

REASONS = {
    "up": (N_("threshold reached"), "good"), "down": (N_("below the threshold after the grace"), "warn"),
    "manual": (N_("set by hand"), "info"), "manual-end": (N_("the tier set by hand ended"), "muted"),
    "refund": (N_("after a refund"), "warn"), "import": (N_("imported"), "muted"), "merge": (N_("merged"), "muted"),
}  # fmt: skip
MODES = {"floor": N_("at least this tier"), "fixed": N_("exactly this tier"), "": ""}


def title(code: str) -> str:
    """A tier's title, marked for translation."""
    return TIER_TITLES[TierCode(code)] if code in TIER_TITLES else code


def tone(code: str) -> str:
    """The tone of a tier's badge."""
    return TIER_TONES.get(code, "tier_normal")


HISTORY: tuple[Column[TierMove], ...] = (
    Column("when", N_("When"), lambda r: r.recorded_at, Kind.INSTANT, 15),
    Column("name", N_("Member"), lambda r: r.name, stretch=True, width=12),
    Column("before", N_("From"), lambda r: title(r.before), Kind.TIER, 9, translated=True,
           tone=lambda r: tone(r.before)),
    Column("after", N_("To"), lambda r: title(r.after), Kind.TIER, 9, translated=True, tone=lambda r: tone(r.after)),
    Column("reason", N_("Why"), lambda r: REASONS.get(r.reason, (r.reason, ""))[0], Kind.STATE, 26,
           tone=lambda r: REASONS.get(r.reason, ("", "muted"))[1]),
    Column("figure", N_("Spend, 12 months"), lambda r: max(0, r.figure), Kind.MONEY, 15),
    Column("note", N_("Note"), lambda r: r.note, width=16),
    Column("operator", N_("By"), lambda r: r.operator, width=12),
)  # fmt: skip


def _until(row: TierMember) -> date | str:
    return row.manual_until if row.manual_until is not None else N_("for ever")


_WHO = (
    Column[TierMember]("name", N_("Member"), lambda r: r.name, width=14),
    Column[TierMember]("card", N_("Card number"), lambda r: r.card_number, Kind.CODE, 14),
    Column[TierMember]("tier", N_("Tier"), lambda r: title(r.tier), Kind.TIER, 9, translated=True,
                       tone=lambda r: tone(r.tier)),
    Column[TierMember]("since", N_("Since"), lambda r: r.since, Kind.DATE, 11),
)  # fmt: skip
_POINTS = Column[TierMember]("balance", N_("Points"), lambda r: r.balance, Kind.POINTS, 10)
_FALLS = Column[TierMember]("falls", N_("Falls on"), lambda r: r.falls_on, Kind.DATE, 11)
_REST = Column[TierMember]("rest", "", lambda r: "", stretch=True, width=2)
MEMBERS: dict[str, tuple[Column[TierMember], ...]] = {
    "tier": (*_WHO, _FALLS, _POINTS, _REST),
    "falling": (*_WHO, _FALLS, _POINTS, _REST),
    "by_hand": (
        *_WHO,
        Column("mode", N_("Set by hand"), lambda r: MODES[r.manual], width=15, translated=True),
        Column("until", N_("Until"), _until, Kind.DATE, 11, translated=True),
        _POINTS, _REST,
    ),
}  # fmt: skip


def history_source() -> Source:
    """All changes of tier, newest first."""

    def page(request: PageRequest) -> Callable[[Any], Keyed]:
        return partial(
            tiers.history, after=request.after, skip=request.skip, backwards=request.backwards, limit=request.limit
        )

    return Source(page=page, count=_count(tiers.history_count))


def members_source(tier_id: int = 0, only: str = "") -> Source:
    """Members of a tier, or those whose grace runs (``falling``), or whose tier is set by hand (``by_hand``)."""

    def page(request: PageRequest) -> Callable[[Any], Keyed]:
        return partial(
            tiers.members, tier_id=tier_id, only=only, after=request.after, skip=request.skip,
            backwards=request.backwards, limit=request.limit,
        )  # fmt: skip

    return Source(page=page, count=_count(partial(tiers.members_count, tier_id=tier_id, only=only)))


def _count(query: Callable[..., int]) -> Callable[[View], Callable[[Any], int]]:
    def count(_view: View) -> Callable[[Any], int]:
        return query

    return count
