"""Imports: judged whole, written in chunks, resumed, noticed, undone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from desktop_admin.services import doctor, imports
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.imports import running
from desktop_admin.services.spreadsheets import reading

if TYPE_CHECKING:
    from desktop_admin.services.database.database import Database
    from desktop_admin.services.work import Actor

TILL = imports.Options(source="old till", expiry="never", create_members=True)
HEAD = "receipt,time,customer,sku,qty,amount\n"
_MEMBERS = Sql("SELECT source_number, name, balance, owed, closed_at FROM member ORDER BY source_number, id")
_PURCHASES = Sql(
    "SELECT number, kind, amount, earned, member_id, voided_by <> 0 AS voided, refunds_id FROM purchase ORDER BY id"
)
_LINES = Sql("SELECT purchase_id, n, amount, earned FROM purchase_line ORDER BY purchase_id, n")
_STATE = Sql("SELECT state FROM import_batch WHERE id = :id")
_TIER = Sql("SELECT t.code FROM member m JOIN tier t ON t.id = m.tier_id WHERE m.name = :name")
_TIERS = Sql("SELECT m.source_number, t.code FROM member m JOIN tier t ON t.id = m.tier_id")
_LOTS = Sql("SELECT m.name, l.points, l.expires_on FROM lot l JOIN member m ON m.id = l.member_id ORDER BY m.name")


@pytest.fixture
def manager(as_role: Callable[[str], Actor]) -> Actor:
    return as_role("manager")


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, name: str = "sales.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def plan(
    database: Database, actor: Actor, path: Path, options: imports.Options, kind: str = "purchases"
) -> imports.Plan:
    return imports.inspect(database, actor, path, kind).plan(options)


def everyone(database: Database) -> list[tuple[Any, ...]]:
    return [(r.source_number, r.balance, r.owed) for r in database.read(lambda work: work.all(_MEMBERS))]


def receipts(database: Database) -> list[tuple[Any, ...]]:
    rows = database.read(lambda work: work.all(_PURCHASES))
    return [(r.number, r.kind, r.amount, r.earned, bool(r.voided)) for r in rows]


def test_lines_become_receipts_also_when_they_stand_apart(
    database: Database, manager: Actor, table: Callable[..., Path]
) -> None:
    path = table(
        HEAD + "A1,2025-05-01 10:00,77,x,1,10.60\nA2,2025-05-01 10:05,78,x,1,3.00\nA1,2025-05-01 10:00,77,y,2,5.50\n"
        "A3,2025-05-02 11:00,,x,1,9.99\n"
    )
    done = imports.run(database, manager, plan(database, manager, path, TILL))
    assert (done.figures.earned, done.figures.purchases, done.figures.without_member) == (19, 3, 1)
    assert everyone(database) == [("77", 16, 0), ("78", 3, 0)]
    assert receipts(database) == [
        ("A1", "sale", 1610, 16, False), ("A2", "sale", 300, 3, False), ("A3", "sale", 999, 0, False)]
    lines = database.read(lambda work: work.all(_LINES))
    assert [(r.n, r.amount, r.earned) for r in lines][:2] == [(1, 1060, 10), (2, 550, 6)]


@pytest.mark.parametrize("counts", [True, False])
def test_members_rise_with_what_they_bought(
    database: Database, manager: Actor, table: Callable[..., Path], counts: bool
) -> None:
    """Up at once where tiers count; an import of history moves nobody, that is the nightly evaluation's."""
    day, old = database.read(lambda work: (work.today, work.today.replace(year=work.today.year - 3)))
    path = table(HEAD + f"1,{day},77,x,1,9000\n2,{day},78,x,1,10\n3,{old},79,x,1,9000\n4,{day},,x,1,9000\n")
    before = database.read(lambda work: work.all(_TIERS))
    assert before == []
    imports.run(database, manager, plan(database, manager, path, replace(TILL, tiers=counts)))
    tiers = {r.source_number: r.code for r in database.read(lambda work: work.all(_TIERS))}
    assert tiers == {"77": "gold" if counts else "regular", "78": "regular", "79": "regular"}


def test_a_cancellation_takes_back_and_what_is_missing_is_owed(
    database: Database, manager: Actor, table: Callable[..., Path]
) -> None:
    path = table(HEAD + "1,2025-05-01,77,x,1,10\nC2,2025-05-02,77,x,-1,-15.99\n3,2025-05-03,77,x,1,2\n")
    figures = imports.run(database, manager, plan(database, manager, path, TILL)).figures
    assert (figures.earned, figures.taken_back, figures.cancellations) == (12, -15, 1)
    assert everyone(database) == [("77", 0, 3)]


def test_a_refund_beside_a_purchase_names_it(
    database: Database, manager: Actor, table: Callable[..., Path]
) -> None:
    path = table("订单编号,订单创建时间,会员,买家实际支付金额,退款金额\n"
                 "1,2025-05-01,77,100.00,33.40\n2,2025-05-01,77,5.00,5.00\n")
    figures = imports.run(database, manager, plan(database, manager, path, TILL)).figures
    assert (figures.earned, figures.taken_back, figures.refunds) == (105, -39, 2)
    rows = database.read(lambda work: work.all(_PURCHASES))
    assert [(r.number, r.amount, r.earned, r.refunds_id is not None) for r in rows] == [
        ("1", 10000, 100, False), ("1/refund", -3340, -34, True), ("2", 500, 5, False), ("2/refund", -500, -5, True)]
    assert everyone(database) == [("77", 66, 0)]


def test_all_or_nothing_is_the_default(database: Database, manager: Actor, table: Callable[..., Path]) -> None:
    path = table(HEAD + "1,2025-05-01,77,x,1,10\n2,2025-13-01,77,x,1,10\n3,2025-05-01,77,x,1,ten\n")
    planned = plan(database, manager, path, TILL)
    dry = imports.dry_run(database, manager, planned)
    assert not dry.possible
    assert [(p.row, p.field) for p in dry.problems] == [(3, "bought_at"), (4, "amount")]
    with pytest.raises(Refused) as caught:
        imports.run(database, manager, planned)
    assert caught.value.facts["count"] == 2
    assert receipts(database) == []
    assert everyone(database) == []


def test_good_rows_only_with_a_workbook_of_the_rest(
    database: Database, manager: Actor, table: Callable[..., Path], tmp_path: Path
) -> None:
    path = table(HEAD + "1,2025-05-01,77,x,1,10\n2,2025-05-01,77,x,1,ten\n"
                 "2,2025-05-01,77,y,1,20\n4,2025-05-01,88,x,1,7\n")
    planned = plan(database, manager, path, replace(TILL, policy="good"))
    done = imports.run(database, manager, planned)
    assert (done.figures.bad_rows, done.figures.purchases, done.figures.earned) == (2, 2, 17)
    problems = database.read(lambda work: imports.problems(work, batch_id=done.batch_id), actor=manager)
    assert [(p.row, p.cells[4:]) for p in problems] == [(3, ("1", "ten")), (4, ("1", "20"))]
    written = imports.write_rejects(database, manager, tmp_path / "rest.xlsx", batch_id=done.batch_id)
    assert written.rows == 2
    again = imports.inspect(database, manager, tmp_path / "rest.xlsx", "purchases")
    assert again.columns["number"] == 2, "the titles stay, so the corrected file maps itself"


def test_what_stands_against_a_receipt_is_told_row_by_row(
    database: Database, manager: Actor, table: Callable[..., Path]
) -> None:
    path = table(
        HEAD + "1,2025-05-01,nobody,x,1,10\n2,2025-05-01,77,x,1,1\n"
        "2,2025-05-01,78,x,1,1\n3,2031-05-01,,x,1,1\n5,2025-05-01,,x,1,\n"
    )
    dry = imports.dry_run(database, manager, plan(database, manager, path, replace(TILL, create_members=False)))
    assert [(p.row, p.field) for p in dry.problems] == [
        (2, "member"), (3, "member"), (4, "member"), (5, "bought_at"), (6, "amount")]
    assert all(p.text() for p in dry.problems)


def test_members_are_found_by_number_card_and_phone(
    database: Database, manager: Actor, table: Callable[..., Path]
) -> None:
    people = table("姓名,手机,卡号,编号\n张三,13800001234,,\n李四,,VIP8888,\n王五,,,W5\n", "members.csv")
    imports.run(database, manager, plan(database, manager, people, replace(TILL, create_members=False), "members"))
    path = table(HEAD + "1,2025-05-01,138 0000 1234,x,1,1\n2,2025-05-01,vip-8888,x,1,2\n3,2025-05-01,W5,x,1,3\n")
    imports.run(database, manager, plan(database, manager, path, replace(TILL, create_members=False)))
    rows = database.read(lambda work: work.all(_MEMBERS))
    assert {r.name: r.balance for r in rows} == {"张三": 1, "李四": 2, "王五": 3}


class _Stops(Exception):
    pass


class _After:
    """Progress that breaks off after so many chunks were written."""

    cancelled = False

    def __init__(self, chunks: int) -> None:
        self.left = chunks

    def __call__(self, done: int, total: int = 0, text: str = "") -> None:
        if text == running.WRITING:
            self.left -= 1
            if self.left == 0:
                raise _Stops


def _many(receipts: int = 60) -> str:
    lines = [f"R{n},2025-05-01,{n % 7},x,1,{n + 1}.00" for n in range(receipts)]
    lines += [f"C{n},2025-05-02,{n % 7},x,-1,-{2 * n}.00" for n in range(1, 9)]
    return HEAD + "\n".join(lines) + "\n"


def test_an_interrupted_import_goes_on_where_it_stopped(
    database: Database, manager: Actor, table: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(running, "_FIRST_CHUNK", 100)
    planned = plan(database, manager, table(_many()), TILL)
    begun: list[int] = []
    with pytest.raises(_Stops):
        imports.run(database, manager, planned, _After(1), begun=begun.append)
    stored = len(receipts(database))
    assert 0 < stored < 68
    with pytest.raises(Refused):
        imports.run(database, manager, planned)
    moved = tmp_path / "elsewhere.csv"
    moved.write_text(HEAD + "1,2025-05-01,,x,1,1\n", encoding="utf-8")
    with pytest.raises(Refused):
        imports.resume(database, manager, begun[0], path=moved)
    done = imports.resume(database, manager, begun[0])
    whole = imports.dry_run(database, manager, replace(planned, options=replace(TILL, source="other"))).figures
    assert done.figures == replace(whole, members=7)
    assert done.figures.purchases == len(receipts(database)) == 68
    assert imports.run(database, manager, planned).repeats == begun[0]


_KILLED = """
import os, signal, sys
from desktop_admin.services import imports, shop
from desktop_admin.services.database.database import Database
from desktop_admin.services.imports import running
running._FIRST_CHUNK = 100
class Killed(imports.Quiet):
    def __call__(self, done, total=0, text=""):
        if text == running.WRITING:
            os.kill(os.getpid(), signal.SIGKILL)
database = Database.open(sys.argv[1])
actor = shop.system_actor(database)
plan = imports.inspect(database, actor, sys.argv[2]).plan(
    imports.Options(source="old till", expiry="never", create_members=True))
imports.run(database, actor, plan, Killed())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_import_is_resumed_and_never_doubled(
    database: Database, database_url: str, manager: Actor, table: Callable[..., Path]
) -> None:
    path = table(_many())
    ended = subprocess.run([sys.executable, "-c", _KILLED, database_url, str(path)], check=False, timeout=60)
    assert ended.returncode == -9
    stored = len(receipts(database))
    assert 0 < stored < 68
    done = imports.resume(database, manager, 1)
    assert done.figures.purchases == len(receipts(database)) == 68
    assert done.figures.already == 0


@pytest.mark.parametrize("interrupted", [False, True])
def test_a_whole_import_is_undone(
    database: Database, manager: Actor, table: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, interrupted: bool
) -> None:
    monkeypatch.setattr(running, "_FIRST_CHUNK", 100)
    planned = plan(database, manager, table(_many()), TILL)
    begun: list[int] = []
    if interrupted:
        with pytest.raises(_Stops):
            imports.run(database, manager, planned, _After(1), begun=begun.append)
    else:
        imports.run(database, manager, planned, begun=begun.append)
    undone = imports.undo(database, manager, begun[0])
    assert undone.members_closed == 7
    assert undone.members_kept == 0
    assert all(row[4] for row in receipts(database))
    assert all((balance, owed) == (0, 0) for _n, balance, owed in everyone(database))
    assert database.read(lambda work: work.value(_STATE, id=begun[0])) == "undone"
    with pytest.raises(Refused):
        imports.undo(database, manager, begun[0])
    done = imports.run(database, manager, planned)      # its numbers are free, its members open again
    assert done.figures.purchases == 68
    rows = database.read(lambda work: work.all(_MEMBERS))
    assert len(rows) == 7
    assert all(r.closed_at == "" for r in rows)


def test_members_with_opening_balances(database: Database, manager: Actor, table: Callable[..., Path]) -> None:
    path = table(
        "姓名,手机,生日,性别,等级,积分,积分有效期\n张三,13800001234,1990-02-28,女,金卡,1200,2026-12-31\n"
        "李四,13800001235,,男,,0,\n王五,13800001236,,,,50,\n", "members.csv")
    options = imports.Options(source="old", expiry="never")
    done = imports.run(database, manager, plan(database, manager, path, options, "members"))
    assert (done.figures.members, done.figures.opening) == (3, 1250)
    assert database.read(lambda work: work.value(_TIER, name="张三")) == "gold"
    assert [tuple(r) for r in database.read(lambda work: work.all(_LOTS))] == [
        ("张三", 1200, "2026-12-31"), ("王五", 50, "9999-12-31")]
    again = imports.run(database, manager, plan(database, manager, path, options, "members"), again=True)
    assert (again.figures.already, again.figures.members) == (3, 0)
    undone = imports.undo(database, manager, done.batch_id)
    assert (undone.members_closed, undone.points) == (3, 1250)
    third = imports.run(database, manager, plan(database, manager, path, options, "members"), again=True)
    assert (third.figures.members, third.figures.opening) == (3, 1250)


def test_bad_members_are_told(database: Database, manager: Actor, table: Callable[..., Path]) -> None:
    path = table(
        "姓名,手机,生日,积分,等级\n张三,1.38E+10,,,\n李四,13800001235,2018-02-29,,\n王五,13800001236,,-5,\n"
        "赵六,１３８００００１２３７,,,\n钱七,13800001237,,,\n孙八,13800001238,,,白金\n", "members.csv")
    dry = imports.dry_run(database, manager, plan(database, manager, path, TILL, "members"))
    assert [(p.row, p.field) for p in dry.problems] == [
        (2, "phone"), (3, "birthday"), (4, "balance"), (6, "phone"), (7, "tier")]
    assert dry.figures.members == 1


def test_the_mapping_of_the_same_titles_is_remembered(
    database: Database, manager: Actor, table: Callable[..., Path]
) -> None:
    text = "甲,乙,丙\n1,2025-05-01,5\n"
    looked = imports.inspect(database, manager, table(text), "purchases")
    assert looked.missing == ("number", "bought_at", "amount")
    columns = {"number": 0, "bought_at": 1, "amount": 2}
    imports.run(database, manager, looked.plan(TILL, columns))
    next_one = imports.inspect(database, manager, table(text.replace("1,", "2,", 1), "next.csv"), "purchases")
    assert (next_one.columns, next_one.missing, next_one.source) == (columns, (), "old till")
    assert next_one.remembered == TILL
    assert [s.state for s in imports.inspect(database, manager, table(text), "purchases").seen] == ["done"]


def test_the_first_rows_are_judged(database: Database, manager: Actor, table: Callable[..., Path]) -> None:
    path = table(HEAD + "1,2025-05-01,77,x,1,10\n2,2025-05-01,,x,1,10\n3,1.3.25,77,x,1,10\nC4,2025-05-01,77,x,1,-1\n")
    planned = plan(database, manager, path, TILL)
    facts = reading.inspect(path)
    rows = imports.preview(facts, planned)
    assert [row.verdict for row in rows] == ["good", "warning", "error", "warning"]


@pytest.mark.parametrize("role", ["counter", "clerk", "auditor"])
def test_only_who_may_imports(
    database: Database, as_role: Callable[[str], Actor], manager: Actor, table: Callable[..., Path], role: str
) -> None:
    planned = plan(database, manager, table(HEAD + "1,2025-05-01,,x,1,1\n"), TILL)
    other = as_role(role)
    acts: list[Callable[[], object]] = [
        lambda: imports.run(database, other, planned), lambda: imports.dry_run(database, other, planned),
        lambda: imports.undo(database, other, 1), lambda: imports.resume(database, other, 1)]
    for act in acts:
        with pytest.raises(Refused):
            act()


def test_a_frozen_member_earns_nothing(database: Database, manager: Actor, table: Callable[..., Path]) -> None:
    imports.run(database, manager, plan(database, manager, table(HEAD + "1,2025-05-01,77,x,1,10\n"), TILL))
    freeze = Sql("UPDATE member SET earn_frozen = 'why'")
    database.write(lambda work: work.run(freeze), actor=manager)
    imports.run(database, manager, plan(database, manager, table(HEAD + "2,2025-05-01,77,x,1,10\n", "b.csv"), TILL))
    assert everyone(database) == [("77", 10, 0)]


def test_policy_expiry(database: Database, manager: Actor, table: Callable[..., Path]) -> None:
    options = replace(TILL, expiry="policy")
    imports.run(database, manager, plan(database, manager, table(HEAD + "1,2025-05-01,77,x,1,10\n"), options))
    assert database.read(lambda work: work.all(_LOTS))[0].expires_on == date(2026, 12, 31).isoformat()


@pytest.mark.keeps_books_wrong
@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (Sql("UPDATE import_batch SET state = 'undone' WHERE kind = 'purchases'"), "import-undone"),
        (Sql("UPDATE import_member SET member_id = (SELECT max(id) FROM member) WHERE entry_id IS NOT NULL"),
         "import-opening"),
    ],
)  # fmt: skip
def test_the_doctor_looks_at_imports(
    database: Database, manager: Actor, table: Callable[..., Path], spoil: Sql, found: str
) -> None:
    people = table("姓名,手机,积分\n张三,13800001234,12\n", "members.csv")
    imports.run(database, manager, plan(database, manager, people, replace(TILL, create_members=False), "members"))
    imports.run(database, manager, plan(database, manager, table(HEAD + "1,2025-05-01,77,x,1,10\n"), TILL))
    database.write(lambda work: work.run(spoil), actor=manager)
    assert {fault.check for fault in database.read(doctor.faults)} == {found}
