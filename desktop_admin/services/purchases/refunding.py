"""A purchase refunded, whole or in part: what its lines earned beyond what is kept is taken back (DOMAIN 12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import limits, policies
from desktop_admin.services.command import command, query
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.ledger import EntryFacts, Posting
from desktop_admin.services.permissions import Permission
from desktop_admin.services.points import books
from desktop_admin.services.purchases import facts
from desktop_admin.services.purchases.facts import PurchasePreview, PurchaseReceipt, RefundLine
from desktop_admin.services.purchases.tier import reconsidered
from desktop_admin.services.rules.earning import kept_points
from desktop_admin.services.rules.limits import Decision
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

OLD = N_("Refunding a purchase older than {days} days needs approval.")

_PURCHASE = (
    "SELECT id, source, number, kind, member_id, branch_id, business_date, amount, earned, voided_by, refunds_id, "
    "batch_id, operation_id FROM purchase WHERE id = :id"
)
PURCHASE = Sql(_PURCHASE)
# taken before its refunds are read, so that two tills cannot refund the same line twice
LOCK = Sql(_PURCHASE, postgresql=_PURCHASE + " FOR NO KEY UPDATE")
_LINES = Sql(
    "SELECT n, sku, description, quantity, amount, earned FROM purchase_line WHERE purchase_id = :id ORDER BY n"
)
_GONE = Sql(
    "SELECT coalesce(l.refunds_n, 0) AS n, CAST(sum(CASE WHEN l.n IS NULL THEN p.amount ELSE l.amount END) AS bigint) "
    "AS amount, CAST(sum(CASE WHEN l.n IS NULL THEN p.earned ELSE l.earned END) AS bigint) AS earned, "
    "CAST(sum(coalesce(l.quantity, 0)) AS bigint) AS quantity, count(*) AS times "
    "FROM purchase p LEFT JOIN purchase_line l ON l.purchase_id = p.id "
    "WHERE p.refunds_id = :id AND p.voided_by = 0 GROUP BY coalesce(l.refunds_n, 0)"
)
_REFUNDS = Sql("SELECT count(*) FROM purchase WHERE refunds_id = :id")
EARNED = Sql(
    "SELECT id, points FROM entry WHERE source_kind = 'purchase' AND source_id = :id AND points > 0 "
    "AND reverses_id IS NULL AND kind <> 'writeoff'"
)
_NUMBER_TAKEN = Sql("SELECT id FROM purchase WHERE source = :source AND number = :number AND voided_by = 0")


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line of a purchase and what is left of it; ``n`` is 0 where the purchase has no lines."""

    n: int
    sku: str
    description: str
    quantity: int
    amount: int
    earned: int
    refunded: int  # minor units
    taken_back: int  # points
    returned: int  # pieces

    @property
    def left(self) -> int:
        return self.amount - self.refunded

    @property
    def done(self) -> bool:
        return self.left == 0 and self.taken_back == self.earned and (self.amount > 0 or self.returned > 0)


@dataclass(frozen=True, slots=True)
class _Part:
    """One line of the refund: money that goes back and points that are taken back, both without sign."""

    line: OpenLine
    amount: int
    quantity: int
    points: int


@dataclass(frozen=True, slots=True)
class _Plan:
    parts: tuple[_Part, ...]
    number: str
    age_days: int

    @property
    def amount(self) -> int:
        return sum(part.amount for part in self.parts)

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)


@command(Permission.REFUND_PURCHASES, Topic.PURCHASES, Topic.POINTS, Topic.MEMBERS)
def refund(
    work: Work, *, request: str, purchase_id: int, lines: tuple[RefundLine, ...] = (), receipt_number: str = ""
) -> PurchaseReceipt:
    """Refund a purchase, or so much of its lines; no ``lines`` = all that is left of it.

    Each line keeps round-down(earned x kept / original); the rest is taken back. What was spent meanwhile is owed,
    written off or a reason to refuse, as the shop set it. Refuses more than is left; raises NeedsApproval above the
    operator's limits.
    """
    assert work.operation is not None
    purchase = find_sale(work, purchase_id)
    posting = Posting(work)
    account = posting.lock(purchase.member_id)[0] if purchase.member_id is not None else None
    purchase = find_sale(work, purchase_id, lock=True)
    settings = policies.read(work)
    plan = _plan(work, purchase, lines, receipt_number)
    limits.spend(work, settings, plan.points, age_days=plan.age_days, too_old=OLD)
    refund_id = work.new_ids("purchase")[0]
    _insert(work, refund_id, purchase, plan)
    entry = None
    if account is not None and plan.points:
        credit = work.first(EARNED, id=purchase_id)
        said = EntryFacts(
            "clawback", source_kind="purchase", source_id=refund_id, reverses_id=credit.id if credit else None
        )
        entry = posting.claw_back(account, plan.points, said, settings["refund_policy"])
        posting.flush()
    return facts.receipt(
        work, account, entry, reconsidered(work, purchase.member_id), work.today, purchase_id=refund_id,
        member_id=purchase.member_id, number=plan.number, amount=-plan.amount, points=-plan.points,
    )  # fmt: skip


@query(Permission.REFUND_PURCHASES)
def preview_refund(work: Work, *, purchase_id: int, lines: tuple[RefundLine, ...] = ()) -> PurchasePreview:
    """What a refund would take back and leave, and whether it is allowed."""
    try:
        return weigh_refund(work, purchase_id=purchase_id, lines=lines)
    except Refused as error:
        return PurchasePreview(
            0, (), None, None, 0, 0, 0, Decision.REFUSED, error.message, dict(error.facts)
        )


def weigh_refund(
    work: Work, *, purchase_id: int, lines: tuple[RefundLine, ...] = (), receipt_number: str = ""
) -> PurchasePreview:
    """For approvals: every check but the limits."""
    purchase = find_sale(work, purchase_id)
    plan = _plan(work, purchase, lines, receipt_number)
    settings = policies.read(work)
    verdict = limits.weigh(work, settings, plan.points, age_days=plan.age_days, too_old=OLD)
    if purchase.member_id is None:
        return PurchasePreview(0, (), None, None, 0, 0, 0, verdict.decision, verdict.message, dict(verdict.facts))
    now = books.standing(work, purchase.member_id)
    books.refuse_closed(now)
    missing = max(0, plan.points - now.balance)
    if missing and settings["refund_policy"] == "refuse":
        raise Refused(
            N_("{missing} of these points are already spent, so they cannot be taken back."),
            field="points", missing=missing,
        )  # fmt: skip
    forgiven = missing if settings["refund_policy"] == "clamp" else 0
    return PurchasePreview(
        -plan.points, (), None, None, now.net, now.net - plan.points + forgiven, now.owed + missing - forgiven,
        verdict.decision, verdict.message, dict(verdict.facts),
    )  # fmt: skip


def find_sale(work: Work, purchase_id: int, *, lock: bool = False) -> Any:
    """A sale that stands. Refused where it is none, or was voided."""
    row = work.first(LOCK if lock else PURCHASE, id=purchase_id)
    if row is None:
        raise Refused(N_("There is no such purchase."), field="purchase")
    if row.kind != "sale":
        raise Refused(N_("This is a refund; refund the purchase itself."), field="purchase")
    if row.voided_by:
        raise Refused(N_("This purchase was voided."), field="purchase")
    return row


def open_lines(work: Work, purchase: Any) -> tuple[OpenLine, ...]:
    """The lines of a purchase with what is left of each."""
    gone = {row.n: row for row in work.all(_GONE, id=purchase.id)}
    rows = work.all(_LINES, id=purchase.id)
    if not rows:
        back = gone.get(0)
        return (
            OpenLine(
                0, "", "", 1, purchase.amount, purchase.earned, -back.amount if back else 0,
                -back.earned if back else 0, back.times if back else 0,
            ),
        )  # fmt: skip
    out = []
    for row in rows:
        back = gone.get(row.n)
        out.append(
            OpenLine(
                row.n, row.sku, row.description, row.quantity, row.amount, row.earned,
                -back.amount if back else 0, -back.earned if back else 0, -back.quantity if back else 0,
            )
        )  # fmt: skip
    return tuple(out)


def _next_number(work: Work, purchase: Any) -> str:
    """The purchase's number with -R1, -R2 …; receipts of two days may share a number and come back on one day."""
    base, source = facts.typed_number(purchase.number), facts.till(work)
    n = int(work.value(_REFUNDS, id=purchase.id)) + 1
    while work.first(_NUMBER_TAKEN, source=source, number=facts.typed_key(work.today_text, f"{base}-R{n}")):
        n += 1
    return f"{base}-R{n}"


def _plan(work: Work, purchase: Any, wanted: Sequence[RefundLine], number: str) -> _Plan:
    if purchase.member_id is not None:
        limits.refuse_own(work, purchase.member_id)
    lines = {line.n: line for line in open_lines(work, purchase)}
    if wanted:
        parts = tuple(_part(lines, part) for part in _merged(wanted))
    else:
        parts = tuple(_whole(line) for line in lines.values() if not line.done)
    if not parts:
        raise Refused(N_("Nothing is left of this purchase to refund."), field="purchase")
    if sum(part.points for part in parts) < 0:
        raise Refused(N_("These lines took points when they were bought; refund the whole purchase."), field="lines")
    typed = facts.receipt_number(number) if number else ""
    if typed and work.first(_NUMBER_TAKEN, source=facts.till(work), number=facts.typed_key(work.today_text, typed)):
        raise Refused(
            N_("Receipt {number} of this day was already typed in."), field="receipt_number", number=typed
        )
    if not typed:
        typed = _next_number(work, purchase)
    age = (work.today - date.fromisoformat(purchase.business_date)).days
    return _Plan(parts, typed, max(0, age))


def _merged(wanted: Sequence[RefundLine]) -> tuple[RefundLine, ...]:
    """The same line named twice counts as one refund of it."""
    found: dict[int, RefundLine] = {}
    for part in wanted:
        held = found.get(part.n)
        found[part.n] = (
            part if held is None
            else replace(held, amount=held.amount + part.amount, quantity=held.quantity + part.quantity)
        )  # fmt: skip
    return tuple(found.values())


def _part(lines: dict[int, OpenLine], wanted: RefundLine) -> _Part:
    line = lines.get(wanted.n)
    if line is None:
        raise Refused(N_("This purchase has no line {n}."), field="lines", n=wanted.n)
    if line.done:
        raise Refused(N_("More is refunded than is left of line {n}."), field="lines", n=wanted.n)
    if wanted.amount == line.left and wanted.amount >= 0:
        return _whole(line)
    if not 0 < wanted.amount < line.left:
        raise Refused(N_("More is refunded than is left of line {n}."), field="lines", n=wanted.n)
    if not 0 <= wanted.quantity <= line.quantity - line.returned:
        raise Refused(N_("More pieces are returned than line {n} has."), field="lines", n=wanted.n)
    keeps = kept_points(line.earned, line.amount, line.left - wanted.amount)
    return _Part(line, wanted.amount, wanted.quantity, line.earned - line.taken_back - keeps)


def _whole(line: OpenLine) -> _Part:
    """All that is left of a line: nothing kept, nothing earned."""
    return _Part(line, line.left, line.quantity - line.returned, line.earned - line.taken_back)


def _insert(work: Work, refund_id: int, purchase: Any, plan: _Plan) -> None:
    assert work.operation is not None
    at = work.now.astimezone(work.shop.zone())
    work.run(
        facts.INSERT, id=refund_id, source=facts.till(work), number=f"{work.today_text}/{plan.number}", kind="refund",
        refunds_id=purchase.id, member_id=purchase.member_id, branch_id=work.actor.branch_id,
        business_date=work.today_text, bought_at=at.strftime("%Y-%m-%dT%H:%M:%S"), amount=-plan.amount,
        earned=-plan.points, operation_id=work.operation.id,
    )  # fmt: skip
    work.run_many(
        facts.INSERT_LINE,
        [
            {
                "purchase_id": refund_id, "n": n, "sku": part.line.sku, "description": part.line.description,
                "quantity": -part.quantity, "amount": -part.amount, "earned": -part.points,
                "refunds_n": part.line.n,
            }
            for n, part in enumerate((part for part in plan.parts if part.line.n), 1)
        ],
    )  # fmt: skip
