"""What the fulfilment desk asks: the usual next step, what to fetch, what would come back, what is late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desktop_admin.services import redemptions as r
from desktop_admin.services.redemptions import queues
from tests.services.goods import NEVER, Goods


@pytest.fixture
def g(database, as_role) -> Goods:
    goods = Goods(database, as_role)
    goods.item(1, 100, pieces=20, name="tea")
    goods.item(2, 33, cash=101, pieces=20, name="umbrella")
    goods.item(3, 30, kind="voucher", name="ticket")
    goods.item(4, 40, kind="service", name="massage")
    goods.member(1, (9_000, NEVER), address="a street")
    return goods


def place(g, *offers, delivery="ship", pieces=1):
    lines = tuple(r.Wanted(offer, pieces) for offer in offers)
    return g.do(r.place, member_id=1, lines=lines, delivery=delivery)


def detail(g, placed):
    return g.ask(r.detail, redemption_id=placed.redemption_id)


def steps(g, *orders, request="q"):
    read = lambda query: g.database.read(query, actor=g.actor)  # noqa: E731
    write = lambda act: g.database.write(act, actor=g.actor).result  # noqa: E731
    seen = {row.id: row.version for row in g.ask(r.page, limit=100).rows if row.id in {o.redemption_id for o in orders}}
    return r.step_all(read, write, request=request, seen={o.redemption_id: seen[o.redemption_id] for o in orders})


def test_each_order_takes_its_own_next_step(g):
    ship, pick, ticket, service = place(g, 1), place(g, 1, delivery="pickup"), place(g, 3), place(g, 4)
    results = steps(g, ship, pick, ticket, service)
    assert [one.stepped.state for one in results] == ["picking", "ready", "issued", "booked"]
    again = steps(g, ship, pick, ticket, service, request="w")
    assert [one.done for one in again] == [True, False, False, True], "a hand-over asks for a proof"
    assert [detail(g, o).state for o in (ship, pick, ticket, service)] == ["packed", "ready", "issued", "used"]
    assert r.next_step(detail(g, ticket)) is None
    assert r.next_step(detail(g, ship)) == "shipped"


def test_who_presses_again_does_not_take_two_steps(g):
    """The answer was lost, or somebody at another desk pressed too: the list still shows what was."""
    ship, mixed = place(g, 1), place(g, 1, 3, delivery="pickup")
    seen = {order.redemption_id: detail(g, order).version for order in (ship, mixed)}
    read = lambda query: g.database.read(query, actor=g.actor)  # noqa: E731
    write = lambda act: g.database.write(act, actor=g.actor).result  # noqa: E731
    first = r.step_all(read, write, request="q", seen=seen)
    assert [one.done for one in first] == [True, True]
    for request in ("q", "w"):
        again = r.step_all(read, write, request=request, seen=seen)
        assert [one.done for one in again] == [False, False]
        assert again[0].refused.text() == f"{ship.number} was changed meanwhile: picking."
    assert detail(g, ship).state == "picking"
    assert r.next_step(detail(g, mixed)) == "issued"


def test_a_mixed_order_moves_its_least_advanced_line(g):
    mixed = place(g, 1, 3, delivery="pickup")
    assert r.next_step(detail(g, mixed)) == "ready"
    steps(g, mixed)
    assert r.next_step(detail(g, mixed)) == "issued"
    steps(g, mixed, request="w")
    assert r.next_step(detail(g, mixed)) == "collected"


def test_what_to_fetch_is_added_up_by_item(g):
    one, two = place(g, 1, 2, pieces=2), place(g, 1, 3)
    (tea, umbrella) = g.ask(r.to_fetch, redemption_ids=(one.redemption_id, two.redemption_id))
    assert (tea.name, tea.pieces, tea.numbers) == ("tea", 3, (one.number, two.number))
    assert (umbrella.pieces, umbrella.numbers) == (2, (one.number,))
    for state in ("picking", "packed"):
        g.do(r.advance, redemption_id=one.redemption_id, to_state=state)
    assert [(f.name, f.pieces) for f in g.ask(r.to_fetch, redemption_ids=(one.redemption_id, two.redemption_id))] == [
        ("tea", 1)
    ]
    assert g.ask(r.to_fetch, redemption_ids=()) == ()


def test_foreseen_is_what_happens(g):
    placed = place(g, 2, pieces=3)
    (line,) = detail(g, placed).lines
    for pieces in (1, 2):
        seen = r.foresee(detail(g, placed), [r.Back(line.id, pieces)])
        done = g.do(r.cancel, redemption_id=placed.redemption_id, reason="x", lines=(r.Part(line.id, pieces),))
        assert (seen.points, seen.cash, seen.restocked) == (done.points, done.cash, pieces)
    assert r.foresee(detail(g, placed), [r.Back(line.id, 9), r.Back(0, 1)]) == r.Foreseen(0, 0, 0, 0)


def test_foreseen_write_off(g):
    placed = g.do(r.place, member_id=1, lines=(r.Wanted(1, 2),), delivery="pickup", hand_over=True)
    (line,) = detail(g, placed).lines
    assert r.foresee(detail(g, placed), [r.Back(line.id, 2, restock=False)]) == r.Foreseen(200, 0, 0, 2)


def test_late_is_past_the_promise_or_kept_too_long(g, clock):
    late, ready = place(g, 1), place(g, 1, delivery="pickup")
    g.do(r.advance, redemption_id=ready.redemption_id, to_state="ready")
    assert g.ask(r.page, late=True).rows == ()
    clock.at += timedelta(days=10)
    fresh = place(g, 1)
    assert [row.id for row in g.ask(r.page, late=True).rows] == [late.redemption_id]
    assert g.ask(r.page_count, late=True) == 1
    clock.at += timedelta(days=5)
    assert {row.id for row in g.ask(r.page, late="1").rows} == {
        late.redemption_id, ready.redemption_id, fresh.redemption_id,
    }  # fmt: skip
    assert {(c.state, c.late) for c in g.ask(r.counts)} == {("placed", 2), ("ready", 1)}
    assert g.ask(r.page_count, state="open") == 3
    facts = g.ask(r.desk)
    assert facts.branches[0][0] == g.branch
    assert facts.pickup_days == 14


def test_search_falls_back_to_members(g):
    placed = place(g, 1)
    for text in (placed.number, "800000000001"):
        assert [row.id for row in g.ask(r.search, text=text)] == [placed.redemption_id]
    assert g.ask(r.search, text=" ") == g.ask(r.search, text="nobody") == ()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_waits_is_found_by_its_state(g):
    for sql in queues.WAITING.statements():
        assert not [line for line in g.plan(sql) if line.startswith("SCAN r")]
