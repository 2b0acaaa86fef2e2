"""How a member's books stand, read without a lock; and what an act on points answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from desktop_admin.i18n import N_
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.ledger import NEVER, Entry
from desktop_admin.services.rules.limits import Decision, Verdict
from desktop_admin.services.work import Work

LONGEST_NOTE = 500

_STANDING = Sql(
    "SELECT m.id, m.balance, m.owed, m.earn_frozen, m.spend_frozen, m.closed_at, "
    "(SELECT coalesce(CAST(sum(l.remaining) AS bigint), 0) FROM lot l WHERE l.member_id = m.id AND l.remaining > 0 "
    "AND l.spendable_from <= :day AND l.expires_on >= :day) AS available FROM member m WHERE m.id = :m"
)


class Gate(Protocol):
    """What may be frozen: an account of the ledger, or a standing."""

    @property
    def earn_frozen(self) -> str: ...
    @property
    def spend_frozen(self) -> str: ...
    @property
    def closed(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's books as they stand now; ``available`` is what can be spent today."""

    member_id: int
    balance: int
    owed: int
    available: int
    earn_frozen: str
    spend_frozen: str
    closed: bool

    @property
    def net(self) -> int:
        return self.balance - self.owed


@dataclass(frozen=True, slots=True)
class Preview:
    """What an act would do, before it is done. ``before`` and ``after`` are the balance less what is owed."""

    member_id: int
    points: int
    before: int
    after: int
    available_before: int
    available_after: int
    owed_after: int
    expires_on: date | None
    decision: Decision
    message: str = ""  # marked for translation
    facts: Mapping[str, Any] | None = None

    def text(self) -> str:
        """Why it is refused or needs approval, in the language in use; "" when it is allowed."""
        return Refused(self.message, **dict(self.facts or {})).text() if self.message else ""


@dataclass(frozen=True, slots=True)
class PointsReceipt:
    """What a movement of points did. Holds no personal text: it is kept for ever.

    ``before`` and ``after`` are the balance less what is owed; ``other_member_id`` is the receiver of a transfer.
    """

    operation_id: int
    entry_id: int
    member_id: int
    points: int
    before: int
    after: int
    owed: int
    business_date: date
    recorded_at: datetime
    expires_on: date | None = None
    reverses_id: int | None = None
    other_member_id: int | None = None
    other_entry_id: int | None = None


def standing(work: Work, member_id: int) -> Standing:
    """The member's books, unlocked. Refused where there is no such member."""
    row = work.first(_STANDING, m=member_id, day=work.today_text)
    if row is None:
        raise Refused(N_("This member does not exist any more."), field="member")
    return Standing(
        row.id, row.balance, row.owed, row.available, row.earn_frozen, row.spend_frozen, row.closed_at != ""
    )


def refuse_closed(account: Gate) -> None:
    if account.closed:
        raise Refused(N_("This member is closed."), field="member")


def refuse_frozen(account: Gate, points: int) -> None:
    """Refuse points for or from a member who is closed or frozen in that direction, with the reason."""
    refuse_closed(account)
    if points > 0 and account.earn_frozen:
        raise Refused(
            N_("Earning is frozen for this member: {reason}"), field="member", reason=account.earn_frozen
        )
    if points < 0 and account.spend_frozen:
        raise Refused(
            N_("Spending is frozen for this member: {reason}"), field="member", reason=account.spend_frozen
        )


def checked_note(note: str) -> str:
    """The note without blanks around it. Refused where it is too long."""
    if len(note.strip()) > LONGEST_NOTE:
        raise Refused(N_("A note has at most {most} letters."), field="note", most=LONGEST_NOTE)
    return note.strip()


def refuse_short(points: int, available: int) -> None:
    if points > available:
        raise Refused(
            N_("Only {available} points can be used; {needed} are needed."),
            field="points", available=available, needed=points,
        )  # fmt: skip


def foreseen(
    now: Standing, points: int, verdict: Verdict, *, expires_on: date | None = None
) -> Preview:
    """The preview of a movement whose decision is known."""
    if points > 0:
        owed = max(0, now.owed - points)
        available = now.available + max(0, points - now.owed)
    else:
        owed = now.owed
        available = now.available + points
    return Preview(
        now.member_id, points, now.net, now.net + points, now.available, available, owed, expires_on,
        verdict.decision, verdict.message, dict(verdict.facts),
    )  # fmt: skip


def refused(now: Standing, points: int, error: Refused) -> Preview:
    """The preview of what a rule does not allow."""
    return Preview(
        now.member_id, points, now.net, now.net + points, now.available, now.available + points,
        now.owed, None, Decision.REFUSED, error.message, dict(error.facts),
    )  # fmt: skip


def day_or_none(text: str) -> date | None:
    """A last day as stored; None for never."""
    return None if text >= NEVER else date.fromisoformat(text)


def receipt(
    work: Work, entry: Entry, *, expires_on: date | None = None, other: Entry | None = None
) -> PointsReceipt:
    """The receipt of a written entry."""
    assert work.operation is not None
    return PointsReceipt(
        operation_id=work.operation.id,
        entry_id=entry.id,
        member_id=entry.account.member_id,
        points=entry.points,
        before=entry.net_after - entry.points,
        after=entry.net_after,
        owed=entry.account.owed,
        business_date=work.today,
        recorded_at=work.now,
        expires_on=expires_on,
        reverses_id=entry.facts.reverses_id,
        other_member_id=other.account.member_id if other else None,
        other_entry_id=other.id if other else None,
    )
