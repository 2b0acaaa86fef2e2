"""Placing redemptions: what is written, what is refused, and that nothing is half-done."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from desktop_admin.services import redemptions as r
from desktop_admin.services import stock
from desktop_admin.services.codec import Secret
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.rules.order_numbers import read_order_number
from desktop_admin.services.rules.redemptions import read_pickup_code
from tests.services.goods import NEVER, Goods


@pytest.fixture
def g(database, as_role):
    return Goods(database, as_role)


def refused(g, **said) -> Refused:
    before = g.balance(1), g.cash()
    with pytest.raises(Refused) as caught:
        g.do(r.place, member_id=1, **said)
    assert (g.balance(1), g.cash()) == before
    return caught.value


def test_placing_debits_takes_cash_and_reserves(g):
    g.member(1, (500, NEVER))
    g.item(1, 120, 250, pieces=5)
    g.item(2, 30, pieces=1)
    placed = g.do(r.place, member_id=1, lines=(r.Wanted(1, 2), r.Wanted(2)))
    assert (placed.points, placed.cash, placed.state) == (270, 500, "placed")
    assert placed.available_after == g.balance(1) == 230
    assert placed.promised_on == date(2026, 3, 5)
    assert read_order_number(placed.number.lower()) == placed.number
    assert read_pickup_code(placed.pickup_code) == placed.pickup_code
    assert (g.level(1), g.level(2), g.cash()) == ((5, 2), (1, 1), 500)
    detail = g.ask(r.detail, redemption_id=placed.redemption_id)
    assert [(x.points, x.cash, x.state) for x in detail.lines] == [
        (240, 500, "placed"), (30, 0, "placed")]
    assert detail.next_states[0] == "ready"


def test_the_same_request_is_one_redemption(g):
    g.member(1, (500, NEVER))
    g.item(1, 100, pieces=5)
    said = {"request": new_request(), "member_id": 1, "lines": (r.Wanted(1),)}
    assert g.do(r.place, **said) == g.do(r.place, **said)
    assert g.balance(1) == 400
    with pytest.raises(Refused):
        g.do(r.place, **{**said, "lines": (r.Wanted(1, 2),)})


@pytest.mark.parametrize(("offer", "said", "field", "message"), [
    ({}, {"lines": ()}, "lines", "Choose what"),
    ({}, {"lines": (r.Wanted(1, 0),)}, "quantity", "above zero"),
    ({}, {"lines": (r.Wanted(1, 1001),)}, "quantity", "At most 1000"),
    ({}, {"lines": (r.Wanted(9),)}, "lines", "does not exist"),
    ({"points": 600}, {}, "points", "Only 500 points"),
    ({"points": 200}, {"lines": (r.Wanted(1, 3),)}, "points", "600 are needed"),
    ({"pieces": 0}, {}, "quantity", "sold out"),
    ({"pieces": 1}, {"lines": (r.Wanted(1, 2),)}, "quantity", "Only 1 of"),
    ({"starts_on": "2026-03-03"}, {}, "lines", "from 2026-03-03"),
    ({"ends_on": "2026-03-01"}, {}, "lines", "until 2026-03-01"),
    ({"min_rank": 1}, {}, "lines", "higher tiers"),
    ({"per_member": 1}, {"lines": (r.Wanted(1), r.Wanted(1))}, "lines", "may redeem 1"),
    ({"kind": "draw"}, {}, "lines", "not on offer"),
    ({}, {"delivery": "ship"}, "address", "address"),
    ({}, {"delivery": "none"}, "delivery", "shipping or pick-up"),
    ({}, {"delivery": "ship", "address": "x", "hand_over": True}, "delivery", "shipped"),
    ({}, {"branch_id": 99}, "branch_id", "closed"),
    ({}, {"remark": "x" * 301}, "remark", "longer"),
])  # fmt: skip
def test_what_is_refused(g, offer, said, field, message):
    g.member(1, (500, NEVER))
    g.item(1, **{"points": 100, "pieces": 9, **offer})
    error = refused(g, **{"lines": (r.Wanted(1),), **said})
    assert error.field == field
    assert message in error.text()


@pytest.mark.parametrize(("column", "message"), [
    ("spend_frozen = 'lost phone'", "lost phone"), ("closed_at = '2026-01-01'", "closed")])
def test_a_frozen_or_closed_member_is_refused(g, column, message):
    g.member(1, (500, NEVER))
    g.item(1, 100, pieces=1)
    g._sql((Sql(f"UPDATE member SET {column} WHERE id = 1"), {}))
    assert message in refused(g, lines=(r.Wanted(1),)).text()


def test_nobody_redeems_for_their_own_account(g):
    g.member(1, (500, NEVER))
    g.item(1, 100, pieces=1)
    g._sql((Sql("UPDATE operator SET member_id = 1 WHERE role = 'manager'"), {}))
    assert refused(g, lines=(r.Wanted(1),)).field == "member"
    placed = g.do(r.place, actor=g.as_role("counter"), member_id=1, lines=(r.Wanted(1),))
    with pytest.raises(Refused):
        g.do(r.cancel, redemption_id=placed.redemption_id, reason="x")


def test_the_limit_counts_what_is_not_undone(g):
    g.member(1, (500, NEVER))
    g.item(1, 100, pieces=9, per_member=2)
    first = g.do(r.place, member_id=1, lines=(r.Wanted(1, 2),))
    assert "already has 2" in refused(g, lines=(r.Wanted(1),)).text()
    part = (r.Part(g.ask(r.detail, redemption_id=first.redemption_id).lines[0].id, 1),)
    g.do(r.cancel, redemption_id=first.redemption_id, reason="x", lines=part)
    g.do(r.place, member_id=1, lines=(r.Wanted(1),))


def test_pending_and_expired_points_do_not_count(g):
    g.member(1, (100, "2026-03-01"), (60, "2026-03-02"))
    g.item(1, 61, pieces=1)
    assert refused(g, lines=(r.Wanted(1),)).facts["available"] == 60


def test_shipping_takes_what_is_empty_from_the_member(g):
    g.member(1, (500, NEVER), phone="13800000001", address="人民路 1 号")
    g.item(1, 100, pieces=1)
    placed = g.do(r.place, member_id=1, delivery="ship", lines=(r.Wanted(1),))
    detail = g.ask(r.detail, redemption_id=placed.redemption_id)
    assert (detail.recipient, detail.phone, detail.address) == (
        "王小明", "13800000001", "人民路 1 号")
    counter = g.ask(r.detail, actor=g.as_role("counter"), redemption_id=placed.redemption_id)
    assert counter.phone == "138****0001"
    assert detail.pickup_code == ""


def test_handed_over_at_once(g):
    g.member(1, (500, NEVER))
    g.item(1, 100, pieces=2)
    placed = g.do(r.place, actor=g.as_role("counter"), member_id=1, lines=(r.Wanted(1),),
                  hand_over=True)
    assert placed.state == "collected"
    assert g.level(1) == (1, 0)
    trail = g.ask(r.detail, redemption_id=placed.redemption_id).events
    assert [e.to_state for e in trail] == ["placed", "ready", "collected"]


def test_consent_is_asked_and_leaves_no_trace(g, monkeypatch):
    from desktop_admin.services import members

    heard = []
    monkeypatch.setattr(members, "check_consent", lambda work, **said: heard.append(said))
    g.member(1, (500, NEVER))
    g.item(1, 100, pieces=2)
    g.do(r.place, member_id=1, lines=(r.Wanted(1),), consent=Secret("123456"))
    assert heard == [{"member_id": 1, "points": 100, "consent": "123456"}]


def test_a_line_for_cash_alone_has_no_entry(g):
    g.member(1)
    g.item(1, 0, 900, pieces=1)
    placed = g.do(r.place, member_id=1, lines=(r.Wanted(1),))
    assert (placed.points, placed.cash, g.cash()) == (0, 900, 900)
    g.do(r.cancel, redemption_id=placed.redemption_id, reason="x")
    assert g.cash() == 0


def test_every_role(g):
    g.member(1, (500, NEVER))
    g.item(1, 10, pieces=9)
    for role, may in (("counter", True), ("clerk", False), ("auditor", False), ("manager", True)):
        if may:
            g.do(r.place, actor=g.as_role(role), member_id=1, lines=(r.Wanted(1),))
        else:
            with pytest.raises(Refused):
                g.do(r.place, actor=g.as_role(role), member_id=1, lines=(r.Wanted(1),))


def test_two_counters_and_the_last_piece(g, database_url, clock):
    """One succeeds, the other hears "sold out"; stock is never below zero."""
    g.member(1, (500, NEVER))
    g.member(2, (500, NEVER))
    g.item(1, 100, pieces=1)
    gate = threading.Barrier(2)
    outcomes: list[object] = []

    def counter(member_id: int) -> None:
        own = Database.open(database_url, clock=clock)
        try:
            gate.wait()
            outcomes.append(own.write(
                lambda work: r.place(work, request=f"request-{member_id}", member_id=member_id,
                                     lines=(r.Wanted(1),)), actor=g.actor).result)
        except Refused as error:
            outcomes.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=counter, args=(m,)) for m in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failed = [o for o in outcomes if isinstance(o, Refused)]
    assert len(outcomes) == 2
    assert len(failed) == 1
    assert "sold out" in failed[0].text()
    assert failed[0].facts["available"] == 0
    assert g.level(1) == (1, 1)
    assert sorted([g.balance(1), g.balance(2)]) == [400, 500]


def test_goods_that_others_wait_for_cannot_be_taken(g):
    g.member(1, (500, NEVER))
    g.item(1, 100, pieces=2)
    g.do(r.place, member_id=1, lines=(r.Wanted(1, 2),))
    with pytest.raises(Refused, match="sold out"):
        g.do(stock.issue, lines=(stock.Pieces(1, 1),), reason="window")
