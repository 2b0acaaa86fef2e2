"""The real files import to exactly the figures known of them, on both engines."""

from __future__ import annotations

import csv
import lzma
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from desktop_admin.services import imports
from desktop_admin.services.database.sql import Sql

if TYPE_CHECKING:
    from desktop_admin.services.database.database import Database
    from desktop_admin.services.work import Actor

pytestmark = pytest.mark.slow

NEVER = imports.Options(source="online_retail", expiry="never", create_members=True)
_OWING = Sql("SELECT count(*) AS n, CAST(coalesce(sum(owed), 0) AS bigint) AS points FROM member WHERE owed > 0")
_NET = Sql("SELECT count(*) AS n, CAST(coalesce(sum(balance - owed), 0) AS bigint) AS points FROM member")
_KINDS = Sql(
    "SELECT kind, count(*) AS n, CAST(sum(amount) AS bigint) AS amount, CAST(sum(earned) AS bigint) AS earned, "
    "count(member_id) AS members FROM purchase GROUP BY kind ORDER BY kind"
)
_ROWS = Sql(
    "SELECT (SELECT count(*) FROM purchase) AS p, (SELECT count(*) FROM purchase_line) AS l, "
    "(SELECT count(*) FROM entry) AS e, (SELECT count(*) FROM member) AS m"
)
_BALANCES = Sql("SELECT source_number, balance, owed FROM member")


@pytest.fixture
def unpacked(real_data: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Path]:
    def unpack(name: str) -> Path:
        packed = real_data(name + ".xz")
        target = tmp_path / name
        with lzma.open(packed) as source, target.open("wb") as plain:
            shutil.copyfileobj(source, plain)
        return target

    return unpack


def _plan(database: Database, actor: Actor, path: Path, options: imports.Options) -> imports.Plan:
    return imports.inspect(database, actor, path, "purchases").plan(options)


def _all(database: Database, sql: Sql) -> Any:
    return database.read(lambda work: work.all(sql))


def test_online_retail(
    database: Database, as_role: Callable[[str], Actor], unpacked: Callable[[str], Path]
) -> None:
    actor = as_role("manager")
    plan = _plan(database, actor, unpacked("online_retail.csv"), NEVER)
    made = imports.run(database, actor, plan)
    figures = made.figures
    assert (figures.rows, figures.bad_rows, figures.lines) == (541_909, 0, 541_909)
    assert (figures.earned, figures.taken_back) == (8_902_670, -609_431)
    assert (figures.purchases, figures.members, figures.without_member_lines) == (25_900, 4_372, 135_080)
    assert [tuple(r) for r in _all(database, _OWING)] == [(41, 13_207)]
    assert [tuple(r) for r in _all(database, _NET)] == [(4_372, 8_293_239)]
    before = [tuple(r) for r in _all(database, _ROWS)]
    assert imports.run(database, actor, plan).repeats == made.batch_id
    again = imports.run(database, actor, plan, again=True).figures
    assert (again.purchases, again.already, again.differing, again.members) == (0, 25_900, 0, 0)
    assert [tuple(r) for r in _all(database, _ROWS)] == before


def test_the_genuine_workbook(
    database: Database, as_role: Callable[[str], Actor], real_data: Callable[[str], Path]
) -> None:
    path = real_data("online_retail_first_70051_rows.xlsx")
    expected, lines = _by_hand(path)
    actor = as_role("manager")
    figures = imports.run(database, actor, _plan(database, actor, path, NEVER)).figures
    assert (figures.lines, figures.purchases) == (lines, len(expected))
    earned = sum(points for member, points in expected.values() if member and points > 0)
    back = sum(points for member, points in expected.values() if member and points < 0)
    assert (figures.earned, figures.taken_back) == (earned, back)
    net: dict[str, int] = defaultdict(int)
    for member, points in expected.values():
        if member:
            net[member] += points
    stored = {r.source_number: r.balance - r.owed for r in _all(database, _BALANCES)}
    assert stored == dict(net)
    assert all(not (r.balance and r.owed) for r in _all(database, _BALANCES))


def _by_hand(path: Path) -> tuple[dict[str, tuple[str, int]], int]:
    """Member and points of every receipt, by nothing but openpyxl and decimals."""
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    members: dict[str, str] = {}
    lines = 0
    rows = _cells(path)
    titles = next(rows)
    for cells in rows:
        said = dict(zip(titles, cells, strict=True))
        if said["InvoiceNo"] is None:
            continue
        lines += 1
        number = str(said["InvoiceNo"])
        price = (Decimal(str(said["UnitPrice"])) * int(said["Quantity"])).quantize(Decimal("0.01"), ROUND_HALF_UP)
        amounts[number] += price
        if said["CustomerID"] is not None:
            members[number] = str(int(said["CustomerID"]))
    return {n: (members.get(n, ""), int(amount)) for n, amount in amounts.items()}, lines


def _cells(path: Path) -> Iterator[tuple[Any, ...]]:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    try:
        for sheet in book.worksheets[:1]:
            yield from sheet.iter_rows(values_only=True)
    finally:
        book.close()


def test_tmall_orders_have_no_member(
    database: Database, as_role: Callable[[str], Actor], unpacked: Callable[[str], Path]
) -> None:
    path = unpacked("tmall_order_report.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [{k.strip(): v for k, v in row.items()} for row in csv.DictReader(file)]
    paid = [row for row in rows if row["订单付款时间"].strip()]
    sales = sum(Decimal(row["买家实际支付金额"]) for row in paid)
    refunds = [Decimal(row["退款金额"]) for row in paid if Decimal(row["退款金额"])]
    assert (len(rows), len(paid), sales, len(refunds), sum(refunds)) == (
        28_010, 24_087, Decimal("1902487.15"), 5_646, Decimal("572335.92"))
    actor = as_role("manager")
    options = imports.Options(source="tmall")
    figures = imports.run(database, actor, _plan(database, actor, path, options)).figures
    assert (figures.rows, figures.unpaid, figures.members) == (28_010, 28_010 - 24_087, 0)
    assert (figures.earned, figures.taken_back) == (0, 0)
    assert figures.without_member == figures.purchases == 24_087 + 5_646
    assert [tuple(r) for r in _all(database, _KINDS)] == [
        ("refund", 5_646, -57_233_592, 0, 0), ("sale", 24_087, 190_248_715, 0, 0)]
