"""Stock: the acts, their refusals, and the lists."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from sqlalchemy.exc import DBAPIError

from desktop_admin.services import redemptions as r
from desktop_admin.services import stock
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.stock import lists
from desktop_admin.services.stock.acts import MOST_LINES
from tests.services.goods import NEVER, Goods

P = stock.Pieces


@pytest.fixture
def g(database, as_role):
    goods = Goods(database, as_role)
    for number in (1, 2, 3):
        goods.item(number)
    goods.branch_named(2, "Second")
    return goods


def test_receive_issue_write_off(g):
    done = g.do(stock.receive, lines=(P(1, 10, 250), P(2, 5)), note="PO 7")
    assert [(a.item_id, a.change, a.on_hand) for a in done.lines] == [(1, 10, 10), (2, 5, 5)]
    g.do(stock.issue, lines=(P(1, 2),), reason="window")
    g.do(stock.write_off, lines=(P(1, 1), P(2, 5)), reason="broken")
    assert (g.level(1), g.level(2)) == ((7, 0), (0, 0))
    rows = g.ask(stock.movements, item_id=1).rows
    assert [(m.kind, m.quantity, m.on_hand_after, m.reason) for m in rows] == [
        ("write_off", -1, 7, "broken"), ("issue", -2, 8, "window"), ("receive", 10, 10, "PO 7")]
    assert rows[-1].unit_cost == 250
    assert rows[-1].operator == "The manager"


def test_transfer_is_one_operation_with_two_movements(g):
    g.do(stock.receive, lines=(P(1, 10),))
    done = g.do(stock.transfer, lines=(P(1, 4),), to_branch=2)
    assert (g.level(1), g.level(1, 2)) == ((6, 0), (4, 0))
    assert {a.branch_id: a.change for a in done.lines} == {g.branch: -4, 2: 4}
    for wrong, field in (({"to_branch": g.branch}, "to_branch"), ({"to_branch": 99}, "to_branch"),
                         ({"to_branch": 2, "lines": (P(1, 7),)}, "quantity")):
        with pytest.raises(Refused) as caught:
            g.do(stock.transfer, **{"lines": (P(1, 1),), **wrong})
        assert caught.value.field == field


def test_a_stock_take_of_many_items_is_one_operation(g):
    g.do(stock.receive, lines=(P(1, 10), P(2, 5)))
    sheet = tuple(stock.Counted(i, n) for i, n in ((1, 8), (2, 5), (3, 2)))
    done = g.do(stock.count, lines=sheet, reason="March")
    assert [(a.item_id, a.change, a.on_hand) for a in sorted(done.lines, key=lambda a: a.item_id)
            ] == [(1, -2, 8), (2, 0, 5), (3, 2, 2)]
    assert g.ask(stock.movements_count, kind="count") == 2


def test_a_count_below_what_is_promised_is_refused_whole(g):
    g.do(stock.receive, lines=(P(1, 10), P(2, 5)))
    g.member(1, (500, NEVER))
    g.do(r.place, member_id=1, lines=(r.Wanted(2, 3),))
    with pytest.raises(Refused, match="3 pieces are promised"):
        g.do(stock.count, lines=(stock.Counted(1, 1), stock.Counted(2, 2)), reason="x")
    assert (g.level(1), g.level(2)) == ((10, 0), (5, 3))


@pytest.mark.parametrize(("act", "said", "field"), [
    (stock.receive, {"lines": ()}, "lines"),
    (stock.receive, {"lines": (P(1, 0),)}, "quantity"),
    (stock.receive, {"lines": (P(1, -5),)}, "quantity"),
    (stock.receive, {"lines": (P(1, 10**9 + 1),)}, "quantity"),
    (stock.receive, {"lines": (P(1, 1, -1),)}, "unit_cost"),
    (stock.receive, {"lines": (P(99, 1),)}, "item_id"),
    (stock.receive, {"lines": (P(1, 1),), "branch_id": 99}, "branch_id"),
    (stock.receive, {"lines": tuple(P(1, 1) for _ in range(MOST_LINES + 1))}, "lines"),
    (stock.issue, {"lines": (P(1, 1),), "reason": " "}, "reason"),
    (stock.issue, {"lines": (P(1, 1),), "reason": "x"}, "quantity"),
    (stock.write_off, {"lines": (P(1, 1),), "reason": "x" * 201}, "reason"),
    (stock.count, {"lines": (stock.Counted(1, -1),), "reason": "x"}, "quantity"),
    (stock.count, {"lines": (stock.Counted(1, 1), stock.Counted(1, 2)), "reason": "x"}, "lines"),
    (stock.count, {"lines": (stock.Counted(1, 1),), "reason": ""}, "reason"),
    (stock.set_safety, {"item_id": 1, "safety": -1}, "safety"),
    (stock.set_safety, {"item_id": 9, "safety": 1}, "item_id"),
])  # fmt: skip
def test_what_is_refused(g, act, said, field):
    with pytest.raises(Refused) as caught:
        g.do(act, **said)
    assert caught.value.field == field
    assert g.ask(stock.movements_count) == 0


def test_what_is_no_goods_has_no_stock(g):
    g.item(7, kind="voucher", name="券")
    with pytest.raises(Refused, match="券"):
        g.do(stock.receive, lines=(P(7, 1),))


def test_the_same_delivery_twice_is_one(g):
    said = {"request": new_request(), "lines": (P(1, 10),)}
    assert g.do(stock.receive, **said) == g.do(stock.receive, **said)
    assert g.level(1) == (10, 0)


def test_the_database_keeps_stock_to_its_movements(g):
    g.do(stock.receive, lines=(P(1, 10),))
    for text in ("UPDATE stock SET on_hand = 99", "UPDATE movement SET quantity = 99",
                 "DELETE FROM movement",
                 "INSERT INTO stock (branch_id, item_id, on_hand) VALUES (2, 1, 5)"):
        with pytest.raises(DBAPIError):
            g._sql((Sql(text), {}))


def test_low_stock(g):
    g.do(stock.receive, lines=(P(1, 10), P(2, 5)))
    g.do(stock.set_safety, item_id=1, safety=8)
    g.do(stock.set_safety, item_id=2, safety=9)
    g.do(stock.set_safety, item_id=3, safety=2, branch_id=2)
    assert [(row.item_id, row.branch_id, row.missing) for row in g.ask(stock.low)] == [
        (2, g.branch, 4), (3, 2, 2)]
    g.member(1, (500, NEVER))
    g.do(r.place, member_id=1, lines=(r.Wanted(1, 3),))
    assert [row.item_id for row in g.ask(stock.low, branch_id=g.branch)] == [2, 1]
    assert g.ask(stock.page_count, only="low") == 2


def test_lists_and_the_scanner(g):
    g.do(stock.receive, lines=(P(2, 5),))
    page = g.ask(stock.page)
    assert [(row.item_id, row.on_hand, row.moves) for row in page.rows] == [
        (1, 0, 0), (2, 5, 1), (3, 0, 0)]
    assert [row.item_id for row in g.ask(stock.page, only="stocked").rows] == [2]
    assert [row.item_id for row in g.ask(stock.page, only="out", sort="code",
                                         descending=True).rows] == [3, 1]
    assert [row.item_id for row in g.ask(stock.page, text="ITEM 2").rows] == [2]
    assert g.ask(stock.page, text="100%_").rows == ()
    assert g.ask(stock.by_code, code="6900000000002").item_id == 2
    assert g.ask(stock.by_code, code="G0003").item_id == 3
    assert g.ask(stock.by_code, code="nope") is None
    assert [(row.branch_id, row.on_hand) for row in g.ask(stock.of_item, item_id=2)] == [
        (g.branch, 5), (2, 0)]
    assert g.ask(stock.movements_count, since="2026-03-03") == 0
    assert g.ask(stock.movements_count, kind="physical", until="2026-03-02") == 1


def test_two_clerks_and_the_same_new_item(g, database_url, clock):
    """The first movement of an item makes its row; a lost race is tried again."""
    gate = threading.Barrier(4)
    errors: list[Exception] = []

    def clerk(n: int) -> None:
        own = Database.open(database_url, clock=clock)
        try:
            gate.wait()
            for k in range(5):
                receive = partial(stock.receive, request=f"request-{n}-{k}",
                                  lines=(P(1, 1), P(2, 1)))
                own.write(receive, actor=g.actor)
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=clerk, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert (g.level(1), g.level(2)) == ((20, 0), (20, 0))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_lists_are_served_by_indexes(g):
    for keyset in (lists.LEVELS, lists.MOVEMENTS, lists.MOVEMENTS_OF_ITEM):
        for sql in keyset.statements():
            plan = g.plan(sql)
            assert not [line for line in plan if "FOR ORDER BY" in line], (sql.sqlite, plan)
