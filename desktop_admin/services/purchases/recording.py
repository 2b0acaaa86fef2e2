"""A purchase typed in at the counter: what it earns, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import earning, limits, policies
from desktop_admin.services.command import command, query
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.ledger import NEVER, EntryFacts, Posting
from desktop_admin.services.permissions import Permission
from desktop_admin.services.points import books
from desktop_admin.services.purchases import facts
from desktop_admin.services.purchases.facts import Line, PurchasePreview, PurchaseReceipt
from desktop_admin.services.purchases.tier import reconsidered
from desktop_admin.services.rules.earning import Earned, share
from desktop_admin.services.rules.limits import Decision
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

FROZEN = N_("Earning is frozen for this member.")
NO_MEMBER = N_("There is no member to earn points.")
TOO_SMALL = N_("The amount is too small to earn a point.")
OLD = N_("A receipt older than {days} days needs approval.")

_TAKEN = Sql(
    "SELECT p.id, p.source, o.name AS operator FROM purchase p "
    "JOIN operation x ON x.id = p.operation_id JOIN operator o ON o.id = x.operator_id "
    "WHERE p.number IN (:number, :typed) AND p.voided_by = 0 AND (p.source = :source AND p.number = :number "
    "OR p.number = :typed AND p.business_date = :day AND p.member_id = :member AND p.amount = :amount) LIMIT 1"
)
_MEMBER = Sql(
    "SELECT t.code, t.multiplier, m.earn_frozen, m.closed_at FROM member m JOIN tier t ON t.id = m.tier_id "
    "WHERE m.id = :m"
)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A purchase thought through: the day it counts for, its lines, and what it earns."""

    number: str
    source: str
    day: date
    at: datetime
    lines: tuple[Line, ...]
    rules: earning.Rules
    earned: Earned
    why_none: str

    @property
    def points(self) -> int:
        return 0 if self.why_none else self.earned.points


@command(Permission.RECORD_PURCHASES, Topic.PURCHASES, Topic.POINTS, Topic.MEMBERS)
def record(
    work: Work, *, request: str, member_id: int | None, receipt_number: str, amount: int,
    lines: tuple[Line, ...] = (), bought_at: datetime | None = None,
) -> PurchaseReceipt:  # fmt: skip
    """Record a purchase of ``amount`` minor units and give the points it earns; the tier goes up at once.

    The receipt number is unique per branch and day. A member whose earning is frozen gets no points, and the receipt
    says so. Refuses a closed member, one's own account, lines that do not add up and a day in the future; raises
    NeedsApproval above the operator's limits.
    """
    assert work.operation is not None
    posting = Posting(work)
    account = posting.lock(member_id)[0] if member_id is not None else None
    settings = policies.read(work)
    plan = _plan(work, settings, member_id, receipt_number, amount, lines, bought_at)
    age = (work.today - plan.day).days
    limits.spend(work, settings, plan.points, age_days=age, too_old=OLD, field="amount")
    purchase_id = work.new_ids("purchase")[0]
    _insert(work, purchase_id, member_id, amount, plan)
    entry = None
    if account is not None and plan.points:
        text = earning.explanation(plan.rules, amount, plan.earned)
        said = EntryFacts(
            "earn", source_kind="purchase", source_id=purchase_id, explain=text, day=plan.day.isoformat()
        )
        entry = posting.credit(account, plan.points, said, [plan.rules.lot(plan.points, plan.day)])
        posting.flush()
    return facts.receipt(
        work, account, entry, reconsidered(work, member_id), plan.day, purchase_id=purchase_id, member_id=member_id,
        number=plan.number, amount=amount, points=plan.points, why_none=plan.why_none,
        usable_from=plan.rules.first_day(plan.day) if entry else None, expires_on=_last_day(plan) if entry else None,
    )  # fmt: skip


@query(Permission.RECORD_PURCHASES)
def preview(
    work: Work, *, member_id: int | None, amount: int, receipt_number: str = "", lines: tuple[Line, ...] = (),
    bought_at: datetime | None = None,
) -> PurchasePreview:  # fmt: skip
    """What a purchase would earn and why, without writing; says where it is refused or needs approval."""
    try:
        return _weigh(work, member_id, receipt_number, amount, lines, bought_at)
    except Refused as error:
        now = books.standing(work, member_id) if member_id is not None else None
        net, owed = (now.net, now.owed) if now else (0, 0)
        return PurchasePreview(
            0, (), None, None, net, net, owed, Decision.REFUSED, error.message, dict(error.facts)
        )


def weigh_record(
    work: Work, *, member_id: int | None, receipt_number: str, amount: int, bought_at: datetime,
    lines: tuple[Line, ...] = (),
) -> PurchasePreview:  # fmt: skip
    """For approvals: every check but the limits. The instant is needed, for the approval may come on another day."""
    facts.receipt_number(receipt_number)
    return _weigh(work, member_id, receipt_number, amount, lines, bought_at)


def _weigh(
    work: Work, member_id: int | None, number: str, amount: int, lines: Sequence[Line], at: datetime | None
) -> PurchasePreview:
    settings = policies.read(work)
    plan = _plan(work, settings, member_id, number or "?", amount, lines, at)
    verdict = limits.weigh(work, settings, plan.points, age_days=(work.today - plan.day).days, too_old=OLD)
    if member_id is None:
        return PurchasePreview(0, (), None, None, 0, 0, 0, verdict.decision, why_none=plan.why_none)
    now = books.standing(work, member_id)
    said = earning.explanation(plan.rules, amount, plan.earned)
    return PurchasePreview(
        points=plan.points,
        lines=() if plan.why_none else earning.explained(said, facts.tier_names(work)),
        usable_from=plan.rules.first_day(plan.day) if plan.points else None,
        expires_on=_last_day(plan) if plan.points else None,
        before=now.net,
        after=now.net + plan.points,
        owed_after=max(0, now.owed - plan.points),
        decision=verdict.decision,
        message=verdict.message,
        facts=dict(verdict.facts),
        why_none=plan.why_none,
    )


def _plan(
    work: Work, settings: Any, member_id: int | None, number: str, amount: int, lines: Sequence[Line],
    at: datetime | None,
) -> _Plan:  # fmt: skip
    typed = facts.receipt_number(number)
    checked = facts.checked_lines(amount, lines)
    when = facts.bought(work, at)
    source = facts.till(work)
    _refuse_taken(work, source, typed, when.date().isoformat(), member_id, amount)
    rules = earning.rules_of(settings)
    tier, percent, why_none = "", 100, NO_MEMBER
    if member_id is not None:
        limits.refuse_own(work, member_id)
        row = work.first(_MEMBER, m=member_id)
        if row is None:
            raise Refused(N_("This member does not exist any more."), field="member")
        if row.closed_at:
            raise Refused(N_("This member is closed."), field="member")
        tier, percent, why_none = row.code, row.multiplier, FROZEN if row.earn_frozen else ""
    earned = earning.earned_by(rules, amount, tier, percent)
    if not why_none and earned.points == 0:
        why_none = TOO_SMALL
    if not why_none and rules.last_day(when.date()) < work.today:
        raise Refused(N_("These points would have expired already."), field="bought_at")
    return _Plan(typed, source, when.date(), when, checked, rules, earned, why_none)


def _refuse_taken(work: Work, source: str, typed: str, day: str, member: int | None, amount: int) -> None:
    """The number is free at this branch and day, and no import brought this very purchase."""
    number = facts.typed_key(day, typed)
    row = work.first(_TAKEN, source=source, number=number, typed=typed, day=day, member=member, amount=amount)
    if row is None:
        return
    if row.source == source:
        raise Refused(
            N_("Receipt {number} of this day was already typed in by {who}."),
            field="receipt_number", number=typed, who=row.operator, purchase_id=row.id,
        )  # fmt: skip
    raise Refused(
        N_("Receipt {number} of this day is there already: it was imported from “{source}”."),
        field="receipt_number", number=typed, source=row.source, purchase_id=row.id,
    )  # fmt: skip


def _insert(work: Work, purchase_id: int, member_id: int | None, amount: int, plan: _Plan) -> None:
    assert work.operation is not None
    work.run(
        facts.INSERT, id=purchase_id, source=plan.source, kind="sale",
        number=facts.typed_key(plan.day.isoformat(), plan.number),
        refunds_id=None, member_id=member_id, branch_id=work.actor.branch_id, business_date=plan.day.isoformat(),
        bought_at=plan.at.strftime("%Y-%m-%dT%H:%M:%S"), amount=amount, earned=plan.points,
        operation_id=work.operation.id,
    )  # fmt: skip
    shares = share(plan.points, [line.amount for line in plan.lines])
    work.run_many(
        facts.INSERT_LINE,
        [
            {
                "purchase_id": purchase_id, "n": n, "sku": line.sku, "description": line.description,
                "quantity": line.quantity, "amount": line.amount, "earned": points, "refunds_n": None,
            }
            for n, (line, points) in enumerate(zip(plan.lines, shares, strict=True), 1)
        ],
    )  # fmt: skip


def _last_day(plan: _Plan) -> date | None:
    last = plan.rules.last_day(plan.day)
    return None if last.isoformat() == NEVER else last
