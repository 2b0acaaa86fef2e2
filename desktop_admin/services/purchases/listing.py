"""Purchases as lists: pages, one with its lines, and finding one by its receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.command import query
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.keyset import Keyset, Page
from desktop_admin.services.permissions import Permission
from desktop_admin.services.purchases.facts import receipt_number, typed_key, typed_number
from desktop_admin.services.purchases.refunding import PURCHASE, OpenLine, open_lines
from desktop_admin.services.work import Work

FIND_DAYS = 100  # a receipt number without its day is looked for so far back

_COLUMNS = (
    "p.id, p.source, p.number, p.kind, p.refunds_id, p.member_id, p.business_date, p.bought_at, p.amount, p.earned, "
    "p.voided_by, m.name AS member_name, m.card_number, b.name AS branch_name"
)
_JOINS = "LEFT JOIN member m ON m.id = p.member_id JOIN branch b ON b.id = p.branch_id"
_SORTS = {"day": "p.business_date"}
_EVERY = Keyset(_COLUMNS, f"FROM purchase p {_JOINS} WHERE 1 = 1", _SORTS, "p.id")
_OF_MEMBER = Keyset(_COLUMNS, f"FROM purchase p {_JOINS} WHERE p.member_id = :member_id", _SORTS, "p.id")
_ONE = Sql(f"SELECT {_COLUMNS} FROM purchase p {_JOINS} WHERE p.id = :id")


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """One purchase or refund in a list. Money in minor units; ``voided``: typed by mistake and undone."""

    id: int
    number: str
    source: str
    kind: str
    refunds_id: int | None
    member_id: int | None
    member_name: str
    card_number: str
    branch: str
    business_date: date
    bought_at: str
    amount: int
    points: int
    voided: bool


@dataclass(frozen=True, slots=True)
class Purchase:
    """One purchase with its lines and what is left of each."""

    row: PurchaseRow
    lines: tuple[OpenLine, ...]


@query(Permission.SEE_MEMBERS)
def page(
    work: Work, *, member_id: int = 0, sort: str = "", descending: bool = True,
    after: tuple[Any, ...] | None = None, skip: int = 0, backwards: bool = False, limit: int = 100,
) -> Page[PurchaseRow]:  # fmt: skip
    """A page of purchases by day; of one member where ``member_id`` is given."""
    keys, where = _keys(member_id)
    return keys.page(
        work, _row, sort=sort, descending=descending, after=after, skip=skip, backwards=backwards, limit=limit, **where
    )


@query(Permission.SEE_MEMBERS)
def count(work: Work, *, member_id: int = 0) -> int:
    """How many purchases there are."""
    keys, where = _keys(member_id)
    return keys.count(work, **where)


@query(Permission.SEE_MEMBERS)
def purchase(work: Work, *, purchase_id: int) -> Purchase:
    """One purchase with its lines. Refused where there is none."""
    row, shown = work.first(PURCHASE, id=purchase_id), work.first(_ONE, id=purchase_id)
    if row is None or shown is None:
        raise Refused(N_("There is no such purchase."), field="purchase")
    return Purchase(_row(shown), open_lines(work, row))


@query(Permission.SEE_MEMBERS)
def find(work: Work, *, number: str, day: date | None = None) -> tuple[PurchaseRow, ...]:
    """Purchases with this receipt number, newest first: of a day, else of the last 100 days or imported ones."""
    typed = receipt_number(number)
    days = [day] if day else [work.today - timedelta(days=n) for n in range(FIND_DAYS)]
    wanted = [typed_key(one.isoformat(), typed) for one in days] + ([] if day else [typed])
    sql = _FIND_DAY if day else _FIND
    return tuple(_row(row) for row in work.all(sql, **list_params("n", wanted)))


def member_of(work: Work, purchase_id: int) -> int | None:
    """Whose purchase it is; None where it has no member."""
    row = work.first(PURCHASE, id=purchase_id)
    return row.member_id if row is not None else None


def statements() -> tuple[Sql, ...]:
    """Every statement of the lists, for the test that reads query plans."""
    return (*_EVERY.statements(), *_OF_MEMBER.statements(), _FIND, _FIND_DAY)


def _finder(numbers: int) -> Sql:
    return Sql(
        f"SELECT {_COLUMNS} FROM purchase p {_JOINS} WHERE p.number IN ({in_list('n', numbers)}) "
        "AND p.voided_by = 0 ORDER BY p.business_date DESC, p.id DESC LIMIT 20"
    )


_FIND, _FIND_DAY = _finder(FIND_DAYS + 1), _finder(1)


def _keys(member_id: int) -> tuple[Keyset, dict[str, Any]]:
    return (_OF_MEMBER, {"member_id": member_id}) if member_id else (_EVERY, {})


def _row(row: Any) -> PurchaseRow:
    return PurchaseRow(
        row.id, typed_number(row.number), row.source, row.kind, row.refunds_id, row.member_id, row.member_name or "",
        row.card_number or "", row.branch_name, date.fromisoformat(row.business_date), row.bought_at, row.amount,
        row.earned, row.voided_by != 0,
    )  # fmt: skip
