"""Adjusting points by hand, with a reason."""

from __future__ import annotations

from datetime import date

from desktop_admin.i18n import N_
from desktop_admin.services import earning, limits, policies, reasons
from desktop_admin.services.command import command, query
from desktop_admin.services.errors import Refused
from desktop_admin.services.ledger import NEVER, EntryFacts, Posting
from desktop_admin.services.permissions import Permission
from desktop_admin.services.points.books import (
    PointsReceipt,
    Preview,
    Standing,
    checked_note,
    foreseen,
    receipt,
    refuse_frozen,
    refuse_short,
    refused,
    standing,
)
from desktop_admin.services.rules.expiry import NEVER as NEVER_DAY
from desktop_admin.services.sealing import seal
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work


@command(Permission.ADJUST, Topic.POINTS, Topic.MEMBERS)
def adjust(
    work: Work, *, request: str, member_id: int, points: int, reason: str, note: str = "",
    expires_on: date | None = None,
) -> PointsReceipt:  # fmt: skip
    """Add or take points of one member, with a reason; a credit expires by the shop's policy or on ``expires_on``.

    Refuses nought, an unfit reason, one's own account, a closed or frozen member and more than can be used; raises
    NeedsApproval above the operator's limits.
    """
    posting = Posting(work)
    asked = [reasons.asked(reason), *limits.asked(work, points), policies.ASKED]
    posting.ahead(member_id, *asked, lots=points < 0)
    _check(work, member_id, points, reason, note, expires_on)
    (account,) = posting.lock(member_id)
    refuse_frozen(account, points)
    settings = policies.read(work)
    limits.spend(work, settings, points)
    facts = EntryFacts("adjust", reason=reason, note=seal(work, member_id, checked_note(note)))
    last_day: date | None = None
    if points > 0:
        lot = earning.rules_of(settings).lot(points, work.today, pending=False, last_day=expires_on)
        last_day = None if lot.expires_on == NEVER else date.fromisoformat(lot.expires_on)
        entry = posting.credit(account, points, facts, [lot])
    else:
        entry, _taken = posting.debit(account, -points, facts)
    posting.flush()
    return receipt(work, entry, expires_on=last_day)


@query(Permission.ADJUST)
def preview_adjust(
    work: Work, *, member_id: int, points: int, reason: str = "", note: str = "", expires_on: date | None = None
) -> Preview:
    """What an adjustment would do: before and after, and whether it is allowed, needs approval or is refused."""
    work.ahead(reasons.asked(reason), *limits.asked(work), policies.ASKED)
    now = standing(work, member_id)
    try:
        return _weigh(work, now, points, reason, note, expires_on)
    except Refused as error:
        return refused(now, points, error)


def weigh_adjust(
    work: Work, *, member_id: int, points: int, reason: str, note: str = "", expires_on: date | None = None
) -> Preview:
    """For approvals: every check but the limits. Refused where even an approval would not help."""
    if not reason:
        raise Refused(N_("Choose a reason from the list."), field="reason")
    return _weigh(work, standing(work, member_id), points, reason, note, expires_on)


def _weigh(
    work: Work, now: Standing, points: int, reason: str, note: str, expires_on: date | None
) -> Preview:
    _check(work, now.member_id, points, reason, note, expires_on)
    refuse_frozen(now, points)
    if points < 0:
        refuse_short(-points, now.available)
    settings = policies.read(work)
    last_day: date | None = None
    if points > 0:
        last_day = expires_on or earning.rules_of(settings).last_day(work.today, pending=False)
    verdict = limits.weigh(work, settings, points)
    return foreseen(now, points, verdict, expires_on=None if last_day == NEVER_DAY else last_day)


def _check(work: Work, member_id: int, points: int, reason: str, note: str, expires_on: date | None) -> None:
    if points == 0:
        raise Refused(N_("An adjustment of 0 points does nothing."), field="points")
    if reason:
        reasons.checked(work, reason, points)
    elif work.writing:
        raise Refused(N_("Choose a reason from the list."), field="reason")
    checked_note(note)
    limits.refuse_own(work, member_id)
    if expires_on is not None and points < 0:
        raise Refused(N_("Only points that are given expire."), field="expires_on")
    if expires_on is not None and expires_on < work.today:
        raise Refused(N_("These points would have expired already."), field="expires_on")
