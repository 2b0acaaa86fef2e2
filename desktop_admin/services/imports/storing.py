"""A chunk of receipts into the books: purchases, lines and points in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from desktop_admin.services import earning
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.imports.people import Person
from desktop_admin.services.imports.receipts import Receipt, Tally, shares
from desktop_admin.services.imports.records import CLOSED, NO_BRANCH, OWN, TWO_MEMBERS, UNKNOWN, Options
from desktop_admin.services.imports.spool import CONFLICT
from desktop_admin.services.ledger import NEVER, Account, Entry, EntryFacts, LotTerms, Posting
from desktop_admin.services.rules.earning import kept_points
from desktop_admin.services.work import Work

PURCHASE_COLUMNS = (
    "id", "source", "number", "kind", "refunds_id", "member_id", "branch_id", "business_date", "bought_at", "amount",
    "earned", "operation_id", "batch_id",
)  # fmt: skip
LINE_COLUMNS = ("purchase_id", "n", "sku", "description", "quantity", "amount", "earned", "refunds_n")
_CHUNK = 400

_BRANCHES = Sql("SELECT id, code, name FROM branch WHERE active = 1")
_OWN = Sql("SELECT member_id FROM operator WHERE id = :id")


def _there(count: int) -> Sql:
    return Sql(
        "SELECT number, amount, batch_id FROM purchase WHERE source = :source AND voided_by = 0 "
        f"AND number IN ({in_list('k', count)})"
    )


_THERE = {count: _there(count) for count in (1, 20, _CHUNK)}


@dataclass(slots=True)
class Ground:
    """What does not change while a file is imported: the shop's rules, its branches, the operator's own member."""

    source: str
    options: Options
    rules: earning.Rules
    never: bool
    branches: Mapping[str, int]
    home: int
    own: int | None


def ground(work: Work, options: Options, settings: Mapping[str, Any]) -> Ground:
    """Read it."""
    branches: dict[str, int] = {}
    for row in work.all(_BRANCHES):
        branches[row.name.casefold()] = row.id
    for row in work.all(_BRANCHES):
        branches[row.code.casefold()] = row.id
    own = work.value(_OWN, id=work.actor.operator_id)
    home = options.branch_id or work.actor.branch_id
    return Ground(options.source, options, earning.rules_of(settings), options.expiry == "never", branches, home, own)


def there(work: Work, source: str, numbers: Sequence[str]) -> dict[str, Any]:
    """The receipts of these numbers that are stored already."""
    found: dict[str, Any] = {}
    for at in range(0, len(numbers), _CHUNK):
        part = list(numbers[at : at + _CHUNK])
        size = next(size for size in _THERE if size >= len(part))
        part += [part[-1]] * (size - len(part))
        found.update((row.number, row) for row in work.all(_THERE[size], source=source, **list_params("k", part)))
    return found


def refusal(given: Ground, receipt: Receipt, known: Mapping[str, Person]) -> Refused | None:
    """Why a receipt cannot be stored, if it cannot."""
    if receipt.key == CONFLICT:
        return Refused(TWO_MEMBERS, field="member", number=receipt.number)
    if receipt.branch and receipt.branch.casefold() not in given.branches:
        return Refused(NO_BRANCH, field="branch", key=receipt.branch)
    if not receipt.key:
        return None
    person = known.get(receipt.key)
    if person is None:
        return None if given.options.create_members else Refused(UNKNOWN, field="member", key=receipt.key)
    if person.closed:
        return Refused(CLOSED, field="member", key=receipt.key)
    if person.id == given.own:
        return Refused(OWN, field="member")
    return None


def points_of(given: Ground, receipt: Receipt, person: Person | None) -> int:
    """What a receipt earns, or takes back at the base rule where it is a cancellation. Whole points toward zero."""
    if person is None and not receipt.key:
        return 0
    amount = receipt.amount
    if amount >= 0 and person is not None:
        if person.earn_frozen:
            return 0
        if given.options.tiers:
            return earning.earned_by(given.rules, amount, person.tier, person.multiplier).points
    points = abs(amount) // given.rules.per_minor
    return points if amount >= 0 else -points


def count(given: Ground, receipt: Receipt, points: int, back: int, tally: Tally) -> None:
    """Take a stored receipt into the figures; ``back``: what its own refund takes back."""
    tally.add(purchases=1, lines=len(receipt.lines), amount=receipt.amount, earned=max(points, 0))
    tally.add(taken_back=min(points, 0) - back, refunds=1 if receipt.kind == "refund" else 0)
    if receipt.kind == "refund":
        tally.add(cancellations=1)
    if not receipt.key:
        tally.add(without_member=1, without_member_lines=len(receipt.lines), without_member_amount=receipt.amount)
    if receipt.refund:
        tally.add(purchases=1, refunds=1, lines=1, amount=-receipt.refund)
        if not receipt.key:
            tally.add(without_member=1, without_member_lines=1, without_member_amount=-receipt.refund)


def refund_back(receipt: Receipt, points: int) -> int:
    """The points that the refund beside a receipt takes back: all but what the kept amount would have earned."""
    if not receipt.refund or points <= 0:
        return 0
    return points - kept_points(points, receipt.amount, receipt.amount - receipt.refund)


class Chunk:
    """One chunk on its way into the books, inside an open operation."""

    def __init__(self, work: Work, given: Ground, batch: int) -> None:
        self._work, self._given, self._batch = work, given, batch
        assert work.operation is not None
        self._operation = work.operation.id
        self._posting = Posting(work)
        self._purchases: list[tuple[Any, ...]] = []
        self._lines: list[tuple[Any, ...]] = []
        self._refunds: list[tuple[Receipt, int, int, Account, Entry]] = []

    def store(self, receipts: Sequence[Receipt], known: dict[str, Person], tally: Tally) -> None:
        """Write receipts that are neither stored yet nor refused."""
        given, posting = self._given, self._posting
        accounts = self._lock(receipts, known)
        ids = iter(self._work.new_ids("purchase", len(receipts) + sum(1 for r in receipts if r.refund)))
        for receipt in receipts:
            person = known.get(receipt.key) if receipt.key else None
            points = points_of(given, receipt, person)
            purchase = next(ids)
            back = refund_back(receipt, points)
            self._purchase(receipt, purchase, person, points)
            entry = self._post(receipt, purchase, accounts[person.id], person, points) if person and points else None
            if receipt.refund:
                refund = next(ids)
                self._refund(receipt, purchase, refund, person, back)
                if entry is not None and person is not None and back:
                    self._refunds.append((receipt, refund, back, accounts[person.id], entry))
            count(given, receipt, points, back, tally)
        self._work.add_rows("purchase", PURCHASE_COLUMNS, self._purchases)
        self._work.add_rows("purchase_line", LINE_COLUMNS, self._lines)
        posting.flush()
        for receipt, refund, back, account, entry in self._refunds:
            said = EntryFacts(
                "clawback", source_kind="purchase", source_id=refund, day=receipt.day, reverses_id=entry.id
            )
            posting.claw_back(account, back, said)
        posting.flush()

    def _lock(self, receipts: Sequence[Receipt], known: Mapping[str, Person]) -> dict[int, Account]:
        wanted = {known[r.key].id for r in receipts if r.key}
        self._posting.lock(*wanted)
        accounts = self._posting.accounts
        giving = {known[r.key].id for r in receipts if r.key and (r.amount < 0 or r.refund)}
        self._posting.load_lots([accounts[m] for m in sorted(giving)])
        return accounts

    def _purchase(self, receipt: Receipt, purchase: int, person: Person | None, points: int) -> None:
        branch = self._branch(receipt)
        self._purchases.append(
            (
                purchase, self._given.source, receipt.number, receipt.kind, None, person.id if person else None, branch,
                receipt.day, receipt.at, receipt.amount, points, self._operation, self._batch,
            )
        )  # fmt: skip
        lines = receipt.lines
        if len(lines) == 1:
            _row, sku, words, pieces, amount, _back = lines[0]
            self._lines.append((purchase, 1, sku, words, pieces, amount, points, None))
            return
        parts = shares(points, [line[4] for line in lines], receipt.amount)
        self._lines += [
            (purchase, n, line[1], line[2], line[3], line[4], part, None)
            for n, (line, part) in enumerate(zip(lines, parts, strict=True), 1)
        ]

    def _refund(self, receipt: Receipt, purchase: int, refund: int, person: Person | None, back: int) -> None:
        """The refund that stands in the same row: a purchase of its own that names the first."""
        self._purchases.append(
            (
                refund, self._given.source, refund_number(receipt.number), "refund", purchase,
                person.id if person else None, self._branch(receipt), receipt.day, receipt.at, -receipt.refund, -back,
                self._operation, self._batch,
            )
        )  # fmt: skip
        named = 1 if len(receipt.lines) == 1 else None
        self._lines.append((refund, 1, "", "", 0, -receipt.refund, -back, named))

    def _post(self, receipt: Receipt, purchase: int, account: Account, person: Person, points: int) -> Entry:
        rules, day = self._given.rules, receipt.day
        explain = self._explain(receipt, points, person)
        if points < 0:
            said = EntryFacts("clawback", source_kind="purchase", source_id=purchase, explain=explain, day=day)
            return self._posting.claw_back(account, -points, said)
        said = EntryFacts("earn", source_kind="purchase", source_id=purchase, explain=explain, day=day)
        if self._given.never and not rules.pending_days:
            terms = LotTerms(points, day, NEVER, day)
        else:
            never = date.fromisoformat(NEVER) if self._given.never else None
            terms = rules.lot(points, date.fromisoformat(day), last_day=never)
        return self._posting.credit(account, points, said, [terms])

    def _explain(self, receipt: Receipt, points: int, person: Person) -> str:
        rules = self._given.rules
        if self._given.options.tiers and points > 0:
            earned = earning.earned_by(rules, receipt.amount, person.tier, person.multiplier)
            return earning.explanation(rules, receipt.amount, earned)
        line = {"name": "base", "effect": "base", "factor": 100, "points": points}
        return json.dumps({"amount": receipt.amount, "per": rules.per_minor, "lines": [line]}, separators=(",", ":"))

    def _branch(self, receipt: Receipt) -> int:
        return self._given.branches[receipt.branch.casefold()] if receipt.branch else self._given.home


def refund_number(number: str) -> str:
    """The number of the refund that stands in the same row as its purchase."""
    return f"{number}/refund"
