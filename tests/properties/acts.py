"""Movements of points below the services, for tests that want any of them: refunds, pending points, expiry."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_admin.services.command import command
from desktop_admin.services.ledger import EntryFacts, LotTerms, Posting
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

GRACE = 30


@dataclass(frozen=True)
class Done:
    """The entry made; 0 where there was nothing to do."""

    entry_id: int


def _done(posting: Posting, entry: object) -> Done:
    posting.flush()
    return Done(entry.id if entry is not None else 0)  # type: ignore[attr-defined]


@command(Permission.IMPORT, Topic.POINTS)
def earn(
    work: Work, *, request: str, member_id: int, points: int, spendable_from: str, expires_on: str
) -> Done:
    """Points that may be pending."""
    posting = Posting(work)
    (account,) = posting.lock(member_id)
    terms = [LotTerms(points, spendable_from, expires_on, work.today_text)]
    return _done(posting, posting.credit(account, points, EntryFacts("earn"), terms))


@command(Permission.IMPORT, Topic.POINTS)
def spend(work: Work, *, request: str, member_id: int, points: int) -> Done:
    """What a redemption does."""
    posting = Posting(work)
    (account,) = posting.lock(member_id)
    return _done(posting, posting.debit(account, points, EntryFacts("redeem"))[0])


@command(Permission.IMPORT, Topic.POINTS)
def claw_back(
    work: Work, *, request: str, member_id: int, points: int, credit: int | None, policy: str
) -> Done:
    """A refund, of a credit or of nothing named."""
    posting = Posting(work)
    (account,) = posting.lock(member_id)
    said = EntryFacts("clawback", reverses_id=credit)
    return _done(posting, posting.claw_back(account, points, said, policy))  # type: ignore[arg-type]


@command(Permission.IMPORT, Topic.POINTS)
def give_back(work: Work, *, request: str, member_id: int, debit: int, points: int, kind: str) -> Done:
    """A redemption cancelled, a refund undone; whole or in part."""
    posting = Posting(work)
    (account,) = posting.lock(member_id)
    return _done(posting, posting.give_back(account, debit, points, EntryFacts(kind), grace_days=GRACE))


@command(Permission.IMPORT, Topic.POINTS)
def take_back(work: Work, *, request: str, member_id: int, credit: int, points: int, kind: str) -> Done:
    """A credit undone as a mistake."""
    posting = Posting(work)
    (account,) = posting.lock(member_id)
    return _done(posting, posting.take_back(account, points, EntryFacts(kind, reverses_id=credit)))


@command(Permission.IMPORT, Topic.POINTS)
def expire(work: Work, *, request: str, member_id: int) -> Done:
    """Take what is left of lots past their last day."""
    posting = Posting(work)
    (account,) = posting.lock(member_id)
    posting.load_lots([account])
    over = list(account.expired(work.today_text))
    return _done(posting, posting.take_lots(account, over, EntryFacts("expire")))
