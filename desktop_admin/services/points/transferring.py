"""Points from one member to another: one operation, two entries, one lot per source lot with the same last day."""

from __future__ import annotations

from desktop_admin.i18n import N_
from desktop_admin.services import limits, policies, reasons
from desktop_admin.services.codec import Secret
from desktop_admin.services.command import command, query
from desktop_admin.services.errors import Refused
from desktop_admin.services.ledger import EntryFacts, LotTerms, Posting
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
from desktop_admin.services.points.consent import ask_consent
from desktop_admin.services.sealing import seal
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work


@command(Permission.TRANSFER, Topic.POINTS, Topic.MEMBERS)
def transfer(
    work: Work, *, request: str, from_member: int, to_member: int, points: int, reason: str, note: str = "",
    consent: Secret = Secret(""),  # noqa: B008 - a constant
) -> PointsReceipt:  # fmt: skip
    """Move points between two members; the receiver's lots keep the last days of the giver's.

    Refuses oneself, one's own account, closed and frozen members, more than can be used, and a missing consent of the
    giver where the shop asks for it; raises NeedsApproval above the operator's limits.
    """
    _check(work, from_member, to_member, points, reason, note)
    posting = Posting(work)
    giver, receiver = posting.lock(from_member, to_member)
    refuse_frozen(giver, -points)
    refuse_frozen(receiver, points)
    settings = policies.read(work)
    ask_consent(work, from_member, points, consent)
    limits.spend(work, settings, points)
    text = checked_note(note)

    def facts(member: int, other: int) -> EntryFacts:
        sealed = seal(work, member, text)
        return EntryFacts("transfer", reason=reason, source_kind="member", source_id=other, note=sealed)

    debit, taken = posting.debit(giver, points, facts(from_member, to_member))
    day = work.today_text
    terms = [LotTerms(part, day, lot.expires_on, lot.earned_on, lot) for lot, part in taken]
    credit = posting.credit(receiver, points, facts(to_member, from_member), terms)
    posting.flush()
    return receipt(work, debit, other=credit)


@query(Permission.TRANSFER)
def preview_transfer(
    work: Work, *, from_member: int, to_member: int, points: int, reason: str = "", note: str = ""
) -> Preview:
    """What a transfer would leave the giver with, and whether it is allowed."""
    now = standing(work, from_member)
    try:
        return _weigh(work, now, to_member, points, reason, note)
    except Refused as error:
        return refused(now, -points, error)


def weigh_transfer(
    work: Work, *, from_member: int, to_member: int, points: int, reason: str, note: str = "",
    consent: Secret = Secret(""),  # noqa: B008 - a constant
) -> Preview:  # fmt: skip
    """For approvals: every check but the limits, the consent included."""
    found = _weigh(work, standing(work, from_member), to_member, points, reason, note)
    ask_consent(work, from_member, points, consent)
    return found


def _weigh(work: Work, now: Standing, to_member: int, points: int, reason: str, note: str) -> Preview:
    _check(work, now.member_id, to_member, points, reason, note)
    refuse_frozen(now, -points)
    refuse_frozen(standing(work, to_member), points)
    refuse_short(points, now.available)
    return foreseen(now, -points, limits.weigh(work, policies.read(work), points))


def _check(work: Work, from_member: int, to_member: int, points: int, reason: str, note: str) -> None:
    if points <= 0:
        raise Refused(N_("Give the number of points to transfer."), field="points")
    if from_member == to_member:
        raise Refused(N_("Points are transferred to another member, not to the same one."), field="to_member")
    if reason:
        found = reasons.checked(work, reason, points)
        if found.direction != "both":
            raise Refused(N_("A transfer needs a reason that both gives and takes."), field="reason")
    elif work.writing:
        raise Refused(N_("Choose a reason from the list."), field="reason")
    checked_note(note)
    limits.refuse_own(work, from_member, to_member)
