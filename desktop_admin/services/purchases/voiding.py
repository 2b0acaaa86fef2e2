"""A purchase or refund typed in by mistake, undone on the same day: its points go back and its number is free again."""

from __future__ import annotations

from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import limits, policies
from desktop_admin.services.command import command
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.ledger import EntryFacts, Posting
from desktop_admin.services.permissions import Permission
from desktop_admin.services.points import books
from desktop_admin.services.points.books import Preview
from desktop_admin.services.purchases import facts
from desktop_admin.services.purchases.facts import PurchaseReceipt
from desktop_admin.services.purchases.refunding import EARNED, LOCK, PURCHASE
from desktop_admin.services.purchases.tier import unraised
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

_VOID = Sql("UPDATE purchase SET voided_by = :operation WHERE id = :id AND voided_by = 0")
_REFUNDED = Sql("SELECT count(*) FROM purchase WHERE refunds_id = :id AND voided_by = 0")
_TYPED_ON = Sql("SELECT business_date FROM operation WHERE id = :id")
_TAKEN_BACK = Sql(
    "SELECT id, points FROM entry WHERE source_kind = 'purchase' AND source_id = :id AND points < 0 "
    "AND kind = 'clawback'"
)
_FORGIVEN = Sql("SELECT id, points FROM entry WHERE source_kind = 'purchase' AND source_id = :id AND kind = 'writeoff'")


@command(Permission.RECORD_PURCHASES, Topic.PURCHASES, Topic.POINTS, Topic.MEMBERS)
def void(work: Work, *, request: str, purchase_id: int) -> PurchaseReceipt:
    """Undo a purchase or refund that was typed in today: the points go back, the row stays, its number is free again.

    What was spent meanwhile follows the shop's policy for refunds. Refuses what was imported, what was typed in on
    another day, and a purchase that was refunded; raises NeedsApproval above the operator's limits.
    """
    assert work.operation is not None
    purchase = _find(work, PURCHASE, purchase_id)
    posting = Posting(work)
    account = posting.lock(purchase.member_id)[0] if purchase.member_id is not None else None
    purchase = _find(work, LOCK, purchase_id)
    _check(work, purchase)
    settings = policies.read(work)
    limits.spend(work, settings, purchase.earned)
    work.run(_VOID, operation=work.operation.id, id=purchase_id)
    entry = None
    if account is not None and purchase.earned:
        entry = _undo(work, posting, account, purchase, settings)
        posting.flush()
    return facts.receipt(
        work, account, entry, unraised(work, purchase.member_id, purchase.operation_id), work.today,
        purchase_id=purchase_id, member_id=purchase.member_id, number=facts.typed_number(purchase.number),
        amount=-purchase.amount, points=-purchase.earned,
    )  # fmt: skip


def weigh_void(work: Work, *, purchase_id: int) -> Preview:
    """For approvals: every check but the limits."""
    purchase = _find(work, PURCHASE, purchase_id)
    _check(work, purchase)
    if purchase.member_id is None:
        raise Refused(N_("This purchase has no member and needs no approval."), field="purchase")
    now = books.standing(work, purchase.member_id)
    return books.foreseen(now, -purchase.earned, limits.weigh(work, policies.read(work), purchase.earned))


def _undo(work: Work, posting: Posting, account: Any, purchase: Any, settings: Any) -> Any:
    """Take back what a sale gave, or give back what a refund took, its write-off included."""
    said = EntryFacts("clawback", source_kind="purchase", source_id=purchase.id)
    if purchase.kind == "sale":
        credit = work.first(EARNED, id=purchase.id)
        assert credit is not None
        reverses = EntryFacts("clawback", source_kind="purchase", source_id=purchase.id, reverses_id=credit.id)
        return posting.claw_back(account, purchase.earned, reverses, settings["refund_policy"])
    debit = work.first(_TAKEN_BACK, id=purchase.id)
    assert debit is not None
    entry = posting.give_back(account, debit.id, -purchase.earned, said, grace_days=settings["grace_days"])
    forgiven = work.first(_FORGIVEN, id=purchase.id)
    if forgiven is not None:
        again = EntryFacts("writeoff", source_kind="purchase", source_id=purchase.id, reverses_id=forgiven.id)
        posting.take_back(account, forgiven.points, again)
    return entry


def _find(work: Work, sql: Sql, purchase_id: int) -> Any:
    row = work.first(sql, id=purchase_id)
    if row is None:
        raise Refused(N_("There is no such purchase."), field="purchase")
    return row


def _check(work: Work, purchase: Any) -> None:
    if purchase.voided_by:
        raise Refused(N_("This purchase was voided."), field="purchase")
    if purchase.batch_id is not None:
        raise Refused(N_("This purchase was imported: undo the import, or refund it."), field="purchase")
    if work.value(_TYPED_ON, id=purchase.operation_id) != work.today_text:
        raise Refused(N_("Only what was typed in today can be voided; refund it instead."), field="purchase")
    if work.value(_REFUNDED, id=purchase.id):
        raise Refused(N_("This purchase was refunded; void the refund first."), field="purchase")
    if purchase.member_id is not None:
        limits.refuse_own(work, purchase.member_id)
