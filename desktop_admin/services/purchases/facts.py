"""What purchases are made of, and what their commands answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.earning import ExplainLine
from desktop_admin.services.errors import Refused
from desktop_admin.services.ledger import Account, Entry
from desktop_admin.services.rules.limits import Decision
from desktop_admin.services.work import Work

MOST_MONEY = 10**12  # minor units in one purchase
MOST_LINES = 500
LONGEST_NUMBER = 40

_TIERS = Sql("SELECT code, name FROM tier")
INSERT = Sql(
    "INSERT INTO purchase (id, source, number, kind, refunds_id, member_id, branch_id, business_date, bought_at, "
    "amount, earned, operation_id) VALUES (:id, :source, :number, :kind, :refunds_id, :member_id, :branch_id, "
    ":business_date, :bought_at, :amount, :earned, :operation_id)"
)
INSERT_LINE = Sql(
    "INSERT INTO purchase_line (purchase_id, n, sku, description, quantity, amount, earned, refunds_n) "
    "VALUES (:purchase_id, :n, :sku, :description, :quantity, :amount, :earned, :refunds_n)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line as typed: money in minor units, after its share of discounts."""

    amount: int
    quantity: int = 1
    sku: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class RefundLine:
    """How much of which line is refunded, in minor units; ``quantity`` pieces go back with it."""

    n: int
    amount: int
    quantity: int = 0


@dataclass(frozen=True, slots=True)
class PurchasePreview:
    """What a purchase would earn, and why; or what a refund would take back (points below nought).

    ``why_none`` says in a message for translation why it earns nothing, where it does not.
    """

    points: int
    lines: tuple[ExplainLine, ...]
    usable_from: date | None
    expires_on: date | None
    before: int
    after: int
    owed_after: int
    decision: Decision
    message: str = ""  # marked for translation
    facts: Mapping[str, Any] | None = None
    why_none: str = ""

    def text(self) -> str:
        """Why it is refused or needs approval, in the language in use; "" when it is allowed."""
        return Refused(self.message, **dict(self.facts or {})).text() if self.message else ""


@dataclass(frozen=True, slots=True)
class PurchaseReceipt:
    """What a typed purchase, refund or void did. Holds no personal text: it is kept for ever.

    ``before`` and ``after`` are the member's balance less what is owed; ``tier_before`` and ``tier_after`` tier codes.
    """

    operation_id: int
    purchase_id: int
    member_id: int | None
    number: str  # as typed
    amount: int  # minor units; a refund's is negative
    points: int
    entry_id: int | None = None
    before: int = 0
    after: int = 0
    owed: int = 0
    usable_from: date | None = None
    expires_on: date | None = None
    why_none: str = ""  # marked for translation: why it earned nothing
    tier_before: str = ""
    tier_after: str = ""
    business_date: date | None = None
    recorded_at: datetime | None = None


def receipt(
    work: Work, account: Account | None, entry: Entry | None, tiers: tuple[str, str], day: date, **said: Any
) -> PurchaseReceipt:
    """What a purchase, refund or void did to the account, after it was posted; the rest is said."""
    assert work.operation is not None
    net = account.net if account else 0
    return PurchaseReceipt(
        operation_id=work.operation.id,
        entry_id=entry.id if entry else None,
        before=entry.net_after - entry.points if entry else net,
        after=net,
        owed=account.owed if account else 0,
        tier_before=tiers[0],
        tier_after=tiers[1],
        business_date=day,
        recorded_at=work.now,
        **said,
    )


def till(work: Work) -> str:
    """The source of purchases typed in at the actor's branch: its id, for a code may be given to another branch."""
    return f"till:{work.actor.branch_id}"


def tier_names(work: Work) -> dict[str, str]:
    """Tier code -> its names in JSON."""
    return {row.code: row.name for row in work.all(_TIERS)}


def receipt_number(text: str) -> str:
    """A receipt number as it is compared: full-width forms, blanks and small letters made plain.

    Refused where there is none.
    """
    number = _plain(text)
    if not number:
        raise Refused(N_("A receipt number is needed."), field="receipt_number")
    if len(number) > LONGEST_NUMBER or not number.isprintable():
        raise Refused(
            N_("A receipt number has at most {most} letters and digits."), field="receipt_number", most=LONGEST_NUMBER
        )
    return number


def typed_key(day: str, number: str) -> str:
    """The number a receipt typed in at a counter is stored under: it is unique per branch and day (ISO)."""
    return f"{day}/{_plain(number)}"


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def typed_number(stored: str) -> str:
    """The receipt number as typed, without the day in front."""
    day, slash, number = stored.partition("/")
    return number if slash and len(day) == 10 else stored


def checked_lines(amount: int, lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines of a purchase; one for the whole where none were typed. Refused where they do not add up."""
    if not 0 < amount <= MOST_MONEY:
        raise Refused(N_("The amount must be more than nought."), field="amount")
    if not lines:
        return (Line(amount),)
    if len(lines) > MOST_LINES:
        raise Refused(N_("A purchase has at most {most} lines."), field="lines", most=MOST_LINES)
    if any(not 0 <= line.amount <= MOST_MONEY or not 0 < line.quantity <= 10**6 for line in lines):
        raise Refused(N_("A line has an amount of nought or more and at least one piece."), field="lines")
    if sum(line.amount for line in lines) != amount:
        raise Refused(N_("The lines do not add up to the amount."), field="lines")
    return tuple(lines)


def bought(work: Work, at: datetime | None) -> datetime:
    """When it was bought, in the shop's time. Refused in the future."""
    when = at or work.now
    if when.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    if when > work.now:
        raise Refused(N_("This purchase lies in the future."), field="bought_at")
    return when.astimezone(work.shop.zone())
