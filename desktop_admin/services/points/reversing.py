"""Undoing an entry: a new entry that names it, in whole or in part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import limits, policies, reasons
from desktop_admin.services.command import command, query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.ledger import EntryFacts, Posting, statements
from desktop_admin.services.permissions import Permission
from desktop_admin.services.points.books import (
    PointsReceipt,
    Preview,
    checked_note,
    foreseen,
    receipt,
    refuse_closed,
    refuse_short,
    refused,
    standing,
)
from desktop_admin.services.sealing import seal
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

_OTHER_SIDE = Sql(
    "SELECT id, member_id, points FROM entry WHERE operation_id = :operation AND kind = 'transfer' "
    "AND reverses_id IS NULL AND id <> :id"
)
_BELONGS = {
    "purchase": N_("This entry belongs to a purchase: refund or void the purchase instead."),
    "redemption": N_("This entry belongs to a redemption: cancel or return the redemption instead."),
    "draw": N_("This entry belongs to a draw and stays."),
    "merge": N_("This entry belongs to a merge of two members: undo the merge instead."),
    "writeoff": N_("A write-off goes with its refund: void the refund instead."),
}


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be undone: the entry, the other side of a transfer, how many points."""

    entry: Any
    other: Any
    points: int
    age_days: int


@command(Permission.REVERSE, Topic.POINTS, Topic.MEMBERS)
def reverse(
    work: Work, *, request: str, entry_id: int, points: int | None = None, reason: str, note: str = ""
) -> PointsReceipt:
    """Undo an entry, or ``points`` of it: a debit returns to its lots, a credit is taken back, a transfer both ways.

    Refuses what belongs to a purchase, a redemption or a merge, a reversal, more than is left, and credits that are
    spent; raises NeedsApproval above the operator's limits and age of what may be reversed.
    """
    posting = Posting(work)
    found = _plan(work, entry_id, points)
    posting.lock(*_members(found))
    found = _plan(work, entry_id, points)  # what is left of it, read again now that nobody else can reverse it
    _check(work, found, reason, note)
    for account in posting.accounts.values():
        refuse_closed(account)
    settings = policies.read(work)
    limits.spend(work, settings, found.points, age_days=found.age_days)
    text, grace = checked_note(note), settings["grace_days"]

    def undo(row: Any) -> Any:
        account = posting.accounts[row.member_id]
        sealed = seal(work, row.member_id, text)
        facts = EntryFacts(found.entry.kind, reason=reason, note=sealed, reverses_id=row.id)
        if row.points > 0:
            return posting.take_back(account, found.points, facts)
        return posting.give_back(account, row.id, found.points, facts, grace_days=grace)

    if found.other is None:
        entry, other = undo(found.entry), None
    else:  # the receiver gives back first, so that nothing is given twice
        credit, debit = sorted((found.entry, found.other), key=lambda row: -row.points)
        first, second = undo(credit), undo(debit)
        entry, other = (first, second) if credit is found.entry else (second, first)
    posting.flush()
    return receipt(work, entry, other=other)


@query(Permission.REVERSE)
def preview_reverse(
    work: Work, *, entry_id: int, points: int | None = None, reason: str = "", note: str = ""
) -> Preview:
    """What a reversal would do to the member of the entry, and whether it is allowed."""
    row = _entry(work, entry_id)
    now = standing(work, row.member_id)
    try:
        return _weigh(work, entry_id, points, reason, note)
    except Refused as error:
        left = abs(row.points + row.reversed) if points is None else points
        return refused(now, -left if row.points > 0 else left, error)


def weigh_reverse(
    work: Work, *, entry_id: int, points: int | None = None, reason: str, note: str = ""
) -> Preview:
    """For approvals: every check but the limits."""
    if not reason:
        raise Refused(N_("Choose a reason from the list."), field="reason")
    return _weigh(work, entry_id, points, reason, note)


def _weigh(work: Work, entry_id: int, points: int | None, reason: str, note: str) -> Preview:
    found = _plan(work, entry_id, points)
    _check(work, found, reason, note)
    now = standing(work, found.entry.member_id)
    refuse_closed(now)
    moves = -found.points if found.entry.points > 0 else found.points
    losing = standing(work, found.other.member_id) if found.other is not None and moves > 0 else now
    if moves < 0 or found.other is not None:
        refuse_short(found.points, losing.available + _own_beyond(work, found, losing.member_id))
    verdict = limits.weigh(work, policies.read(work), found.points, age_days=found.age_days)
    return foreseen(now, moves, verdict)


_OWN_LEFT = Sql(
    "SELECT coalesce(CAST(sum(remaining) AS bigint), 0) FROM lot WHERE entry_id = :entry AND remaining > 0 "
    "AND (spendable_from > :day OR expires_on < :day)"
)


def _own_beyond(work: Work, found: _Plan, member_id: int) -> int:
    """What is left in the credit's own lots though it could not be spent today."""
    credit = found.entry if found.entry.points > 0 else found.other
    if credit is None or credit.member_id != member_id:
        return 0
    return int(work.value(_OWN_LEFT, entry=credit.id, day=work.today_text))


def _entry(work: Work, entry_id: int) -> Any:
    row = work.first(statements.ENTRY, id=entry_id)
    if row is None:
        raise Refused(N_("There is no such entry."), field="entry")
    return row


def _plan(work: Work, entry_id: int, points: int | None) -> _Plan:
    row = _entry(work, entry_id)
    if row.reverses_id is not None:
        raise Refused(N_("A reversal is not reversed; do the act again."), field="entry")
    if row.source_kind.startswith("redemption") or row.kind == "redeem":
        raise Refused(_BELONGS["redemption"], field="entry")
    for owner in (row.source_kind, row.kind):
        if owner in _BELONGS:
            raise Refused(_BELONGS[owner], field="entry")
    left = abs(row.points + int(row.reversed))
    if left == 0:
        raise Refused(N_("This entry is already reversed."), field="entry")
    wanted = left if points is None else points
    if not 0 < wanted <= left:
        raise Refused(N_("Between 1 and {left} points of this entry can be reversed."), field="points", left=left)
    other = None
    if row.kind == "transfer":
        other = work.first(_OTHER_SIDE, operation=row.operation_id, id=row.id)
    recorded: date = parse_instant(row.recorded_at).astimezone(work.shop.zone()).date()
    return _Plan(row, other, wanted, (work.today - recorded).days)


def _members(found: _Plan) -> tuple[int, ...]:
    rows = (found.entry,) if found.other is None else (found.entry, found.other)
    return tuple(row.member_id for row in rows)


def _check(work: Work, found: _Plan, reason: str, note: str) -> None:
    if reason:
        known = reasons.checked(work, reason, -found.entry.points)
        if found.other is not None and known.direction != "both":
            raise Refused(N_("A transfer needs a reason that both gives and takes."), field="reason")
    elif work.writing:
        raise Refused(N_("Choose a reason from the list."), field="reason")
    checked_note(note)
    limits.refuse_own(work, *_members(found))
