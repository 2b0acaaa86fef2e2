"""From placed to the end: every way, every wrong way, and everything undone again."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from desktop_admin.services import redemptions as r
from desktop_admin.services.command import new_request
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.redemptions.orders import kept
from desktop_admin.services.rules.redemptions import Fulfilment, State, may_become, pickup_code
from tests.services.goods import NEVER, Goods

HOW = {
    Fulfilment.SHIPPING: ("goods", "ship"), Fulfilment.PICKUP: ("goods", "pickup"),
    Fulfilment.VOUCHER: ("voucher", "none"), Fulfilment.SERVICE: ("service", "none"),
}  # fmt: skip
# how each state is reached
PATH = {
    Fulfilment.SHIPPING: ("placed", "picking", "packed", "shipped", "delivered"),
    Fulfilment.PICKUP: ("placed", "ready", "collected"),
    Fulfilment.VOUCHER: ("placed", "issued"),
    Fulfilment.SERVICE: ("placed", "booked", "used"),
}
REACHED = [(f, n) for f, path in PATH.items() for n in range(len(path))]
ENDS = [s for s in State if s not in (State.PLACED, State.APPROVED)]


@pytest.fixture
def g(database, as_role):
    goods = Goods(database, as_role)
    goods.member(1, (900, NEVER), address="人民路 1 号")
    return goods


def placed(g, fulfilment, quantity=2, points=100, cash=50):
    kind, delivery = HOW[fulfilment]
    g.item(1, points, cash, kind=kind, pieces=9 if kind == "goods" else 0)
    return g.do(r.place, member_id=1, lines=(r.Wanted(1, quantity),), delivery=delivery)


def step(g, placed, end, **said):
    """Ask for a state by the command that leads there."""
    order = {"redemption_id": placed.redemption_id}
    if end == "shipped":
        return g.do(r.ship, **order, **{"carrier": "顺丰", "tracking": "SF123", **said})
    if end == "collected":
        return g.do(r.collect, **order, **({"code": placed.pickup_code} | said))
    if end in ("issued", "booked", "used", "missed"):
        return g.do(r.serve, **order, to_state=end)
    if end in ("cancelled", "returned"):
        command = r.cancel if end == "cancelled" else r.return_
        return g.do(command, **order, reason="asked for", **said)
    return g.do(r.advance, **order, to_state=end)


def state_of(g, placed):
    return g.ask(r.detail, redemption_id=placed.redemption_id).state


@pytest.mark.parametrize(("fulfilment", "n"), REACHED, ids=lambda v: str(v))
def test_every_state_leads_where_the_table_says_and_nowhere_else(g, fulfilment, n):
    order = placed(g, fulfilment)
    for end in PATH[fulfilment][1 : n + 1]:
        step(g, order, end)
    start = State(PATH[fulfilment][n])
    code = {"card": "800000000001"} if not order.pickup_code else {}
    for end in ENDS:
        if not may_become(fulfilment, start, end):
            before = g.balance(1), g.cash(), g.level(1)
            with pytest.raises(Refused):
                step(g, order, end.value, **(code if end is State.COLLECTED else {}))
            assert state_of(g, order) == start
            assert (g.balance(1), g.cash(), g.level(1)) == before
    undo = "returned" if may_become(fulfilment, start, State.RETURNED) else "cancelled"
    step(g, order, undo)
    assert state_of(g, order) == undo
    for end in ENDS:  # and nothing leads out of the end
        with pytest.raises(Refused):
            step(g, order, end.value, **(code if end is State.COLLECTED else {}))
    assert (g.balance(1), g.cash()) == (900, 0)
    assert g.level(1) == ((9, 0) if HOW[fulfilment][0] == "goods" else (0, 0))


def test_goods_leave_the_stock_when_they_leave_the_house(g):
    order = placed(g, Fulfilment.SHIPPING)
    for end, level in (("picking", (9, 2)), ("packed", (9, 2)), ("shipped", (7, 0)),
                       ("delivered", (7, 0))):
        step(g, order, end)
        assert g.level(1) == level
    detail = g.ask(r.detail, redemption_id=order.redemption_id)
    assert (detail.carrier, detail.tracking) == ("顺丰", "SF123")
    assert [e.to_state for e in detail.events] == list(PATH[Fulfilment.SHIPPING])
    assert detail.events[3].note == "顺丰 SF123"


def test_collecting_asks_for_the_code_or_the_card(g):
    g.member(2, (500, NEVER))
    order = placed(g, Fulfilment.PICKUP)
    step(g, order, "ready")
    number = int(order.pickup_code != pickup_code(7)) and 7
    for said, field in (({"code": ""}, "code"), ({"code": "ABC"}, "code"),
                        ({"code": pickup_code(number)}, "code"),
                        ({"code": "", "card": "800000000002"}, "card"),
                        ({"code": "", "card": "??"}, "card")):
        with pytest.raises(Refused) as caught:
            step(g, order, "collected", **said)
        assert caught.value.field == field
    spoken = f" {order.pickup_code[:3].lower()}-{order.pickup_code[3:]} "
    assert step(g, order, "collected", code=spoken).state == "collected"


def test_a_lost_card_opens_nothing(g):
    order = placed(g, Fulfilment.PICKUP)
    step(g, order, "ready")
    g._sql((Sql("INSERT INTO card (card_number, member_id, state, issued_at) VALUES "
                "('OLD1', 1, 'lost', '2026-01-01T00:00:00.000000Z')"), {}))
    with pytest.raises(Refused):
        step(g, order, "collected", code="", card="OLD1")
    step(g, order, "collected", code="", card="8000 0000 0001")


def test_shipping_needs_a_carrier_and_tracking_can_be_corrected(g):
    order = placed(g, Fulfilment.SHIPPING)
    one = {"redemption_id": order.redemption_id}
    with pytest.raises(Refused):
        g.do(r.set_tracking, **one, carrier="a", tracking="b")
    for end in ("picking", "packed"):
        step(g, order, end)
    with pytest.raises(Refused) as caught:
        step(g, order, "shipped", carrier=" ")
    assert caught.value.field == "carrier"
    step(g, order, "shipped", tracking="")
    g.do(r.set_tracking, **one, carrier="中通", tracking="ZT9")
    assert g.ask(r.find, text="ZT9")[0].carrier == "中通"


@pytest.mark.parametrize("fulfilment", [Fulfilment.SHIPPING, Fulfilment.PICKUP])
def test_pieces_are_undone_one_by_one_and_nothing_is_lost(g, fulfilment):
    g.item(1, 10, 7, pieces=9)
    order = g.do(r.place, member_id=1, lines=(r.Wanted(1, 3),), delivery=HOW[fulfilment][1])
    line = g.ask(r.detail, redemption_id=order.redemption_id).lines[0].id
    g.do(r.cancel, redemption_id=order.redemption_id, reason="one", lines=(r.Part(line, 1),))
    detail = g.ask(r.detail, redemption_id=order.redemption_id)
    assert (detail.state, detail.lines[0].pieces, detail.points_kept) == ("placed", 2, 20)
    assert (g.level(1), g.cash(), detail.cash_kept) == ((9, 2), 14, 14)
    for end in PATH[fulfilment][1:]:
        step(g, order, end)
    g.do(r.return_, redemption_id=order.redemption_id, reason="broken",
         lines=(r.Back(line, 1, restock=False),))
    assert g.level(1) == (7, 0)
    done = g.do(r.return_, redemption_id=order.redemption_id, reason="all")
    assert (done.state, done.pieces, g.balance(1), g.cash()) == ("returned", 1, 900, 0)
    assert g.level(1) == (8, 0)


def test_what_stays_is_computed_from_the_start():
    """Ten points for three pieces: 4, 3, 3 come back; slivers cheat nobody."""
    stays = [kept(10, 3, undone) for undone in range(4)]
    assert stays == [10, 6, 3, 0]
    assert [a - b for a, b in pairwise(stays)] == [4, 3, 3]


@pytest.mark.parametrize(("lines", "field"), [
    ((r.Part(99, 1),), "lines"), ((r.Part(1, 3),), "quantity"), ((r.Part(1, 0),), "quantity"),
    ((r.Part(1, 1), r.Part(1, 1)), "lines"),
])  # fmt: skip
def test_what_cannot_be_cancelled(g, lines, field):
    order = placed(g, Fulfilment.SHIPPING)
    with pytest.raises(Refused) as caught:
        g.do(r.cancel, redemption_id=order.redemption_id, reason="x", lines=lines)
    assert caught.value.field == field
    with pytest.raises(Refused) as caught:
        g.do(r.cancel, redemption_id=order.redemption_id, reason="  ")
    assert caught.value.field == "reason"
    with pytest.raises(Refused):
        g.do(r.cancel, redemption_id=99, reason="x")


def test_points_go_back_to_their_lots_with_their_expiry(g):
    g.member(2, (100, "2026-06-30"), (50, "2026-12-31"), (70, NEVER))
    before = g.lots(2)
    g.item(1, 180, pieces=1)
    order = g.do(r.place, member_id=2, lines=(r.Wanted(1),))
    assert [lot[1] for lot in g.lots(2)] == [0, 0, 40]
    g.do(r.cancel, redemption_id=order.redemption_id, reason="x")
    assert g.lots(2) == before


def test_an_expired_lot_comes_back_with_the_grace(g, clock):
    g.member(2, (100, "2026-03-10"))
    g.item(1, 100, pieces=1)
    order = g.do(r.place, member_id=2, lines=(r.Wanted(1),))
    clock.at += timedelta(days=20)
    g.do(r.cancel, redemption_id=order.redemption_id, reason="x")
    assert [(lot[1], lot[3]) for lot in g.lots(2)] == [(0, "2026-03-10"), (100, "2026-04-21")]


def test_a_mixed_order_waits_for_its_slowest_line(g):
    g.item(1, 100, pieces=5)
    g.item(2, 50, kind="voucher")
    order = g.do(r.place, member_id=1, lines=(r.Wanted(1), r.Wanted(2)), delivery="ship")
    step(g, order, "picking")
    assert state_of(g, order) == "placed"
    step(g, order, "issued")
    assert state_of(g, order) == "picking"
    with pytest.raises(Refused, match="left the house"):
        step(g, order, "cancelled")
    lines = g.ask(r.detail, redemption_id=order.redemption_id).lines
    g.do(r.cancel, redemption_id=order.redemption_id, reason="x", lines=(r.Part(lines[0].id, 1),))
    assert state_of(g, order) == "issued"
    assert g.ask(r.detail, redemption_id=order.redemption_id).mixed


def test_many_at_once_a_transaction_each(g, database):
    g.item(1, 100, pieces=9)
    ids = [g.do(r.place, member_id=1, lines=(r.Wanted(1),), delivery="ship").redemption_id
           for _ in range(4)]
    g.do(r.cancel, redemption_id=ids[1], reason="x")

    def write(operation):
        return database.write(operation, actor=g.actor).result

    request, heard = new_request(), []
    said: dict[str, Any] = {"request": request, "redemption_ids": ids, "to_state": "picking"}
    results = r.advance_all(write, **said, told=heard.append)
    assert [row.done for row in results] == [True, False, True, True]
    assert "cancelled" in results[1].refused.text()
    assert heard == [1, 2, 3, 4]
    assert [row.done for row in r.advance_all(write, **said)] == [True, False, True, True]
    r.advance_all(write, request=new_request(), redemption_ids=ids, to_state="packed")
    results = r.advance_all(write, request=new_request(), redemption_ids=ids, to_state="shipped",
                            parcels={ids[0]: ("SF", "1"), ids[2]: ("SF", "2")})
    assert [row.done for row in results] == [True, False, True, False]
    assert results[3].refused.field == "carrier"


def test_slips_are_counted(g):
    order = placed(g, Fulfilment.SHIPPING)
    one = {"redemption_id": order.redemption_id}
    assert [g.do(r.slip_printed, **one).copy for _ in range(3)] == [0, 1, 2]
    slip = g.ask(r.slip, **one)
    assert (slip.copy, slip.number, slip.lines[0].pieces) == (3, order.number, 2)
    with pytest.raises(Refused):
        g.ask(r.slip, redemption_id=99)


def test_queues_lists_and_finding(g, clock):
    g.member(2, (900, NEVER), tier="gold", address="b")
    g.item(1, 10, pieces=50)
    orders = []
    for member in (1, 2, 1, 2):
        orders.append(g.do(r.place, member_id=member, lines=(r.Wanted(1),), delivery="ship"))
        clock.at += timedelta(days=1)
    queue = g.ask(r.page, state="placed", sort="queue", limit=3)
    wanted = [orders[n].redemption_id for n in (1, 3, 0, 2)]
    assert [row.id for row in queue.rows] == wanted[:3]
    rest = g.ask(r.page, state="placed", sort="queue", after=queue.last, limit=3)
    assert [row.id for row in rest.rows] == wanted[3:]
    last = g.ask(r.page, state="placed", sort="queue", backwards=True, limit=2)
    assert [row.id for row in last.rows] == wanted[2:]
    assert g.ask(r.page_count, state="placed") == 4
    (count,) = g.ask(r.counts)
    assert (count.orders, count.late, count.oldest) == (4, 1, queue.rows[2].placed_at)
    assert [row.id for row in g.ask(r.page, state="placed", late="1").rows] == [wanted[2]]
    newest = g.ask(r.page, sort="placed", descending=True)
    assert [row.number for row in newest.rows] == [o.number for o in reversed(orders)]
    assert [row.id for row in g.ask(r.page, member_id=2, sort="queue").rows] == wanted[:2]
    assert [row.id for row in g.ask(r.open_of_member, member_id=2)] == wanted[:2]
    number = orders[2].number
    assert [row.number for row in g.ask(r.find, text=f" {number.lower()} ")] == [number]
    assert len(g.ask(r.find, text="6900000000001")) == 4
    assert g.ask(r.find, text=" ") == g.ask(r.find, text="nothing") == ()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_lists_are_served_by_indexes(g):
    """Every sort walks an index: nothing is scanned whole, nothing sorted afterwards."""
    from desktop_admin.services.redemptions import queues

    for keyset in (queues.BY_STATE, queues.EVERY, queues.OF_MEMBER):
        for sql in keyset.statements():
            plan = g.plan(sql)
            if keyset is not queues.EVERY:
                assert "SCAN r" not in plan
            assert not [line for line in plan if "FOR ORDER BY" in line], (sql.sqlite, plan)
