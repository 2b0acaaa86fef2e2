"""Guards no other test would miss: each was taken out once, and this is what failed then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from desktop_admin.services import members, points, purchases, redemptions
from desktop_admin.services.codec import Secret
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused
from desktop_admin.services.purchases.facts import Line, RefundLine
from desktop_admin.services.work import Actor
from tests.services.counter import Counter
from tests.services.goods import Goods

_LINK = "UPDATE operator SET member_id = :m WHERE id = :o"


@pytest.fixture
def counter(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role)


@pytest.fixture
def goods(database: Database, as_role: Callable[[str], Actor]) -> Goods:
    return Goods(database, as_role)


def said(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return str(caught.value)


def test_a_member_frozen_for_spending_gives_nothing_away(counter: Counter) -> None:
    anna, ben = counter.member(100), counter.member(100)
    counter.do(members.freeze, member_id=anna, which="spending", reason="card stolen")
    counter.do(members.freeze, member_id=ben, which="earning", reason="under review")
    move = {"points": 10, "reason": "other"}
    for giver, receiver, why in ((anna, counter.member(), "card stolen"), (counter.member(50), ben, "under review")):
        sides = {"from_member": giver, "to_member": receiver}
        assert why in said(lambda sides=sides: counter.do(points.transfer, **sides, **move))
    assert (counter.state(anna), counter.state(ben)) == ((100, 0), (100, 0))


def test_nobody_types_in_refunds_or_voids_a_purchase_of_their_own(counter: Counter) -> None:
    anna = counter.member()
    receipt = counter.buy(anna, 10_000, "1")
    counter.sql(_LINK, m=anna, o=counter.actor.operator_id)
    own = "Nobody acts on their own member account."
    assert said(lambda: counter.buy(anna, 10_000, "2")) == own
    assert said(lambda: counter.do(purchases.refund, purchase_id=receipt.purchase_id)) == own
    assert said(lambda: counter.do(purchases.void, purchase_id=receipt.purchase_id)) == own
    assert counter.state(anna) == (100, 0)


def test_an_old_receipt_whose_points_would_be_gone_gives_none(counter: Counter, clock: SetClock) -> None:
    anna = counter.member()
    counter.policy(expiry_policy="months", expiry_months=1)
    bought = clock.at - timedelta(days=40)
    refusal = said(lambda: counter.by("administrator").buy(anna, 10_000, "1", bought_at=bought))
    assert refusal == "These points would have expired already."


def test_a_voided_purchase_is_not_refunded(counter: Counter) -> None:
    anna = counter.member()
    receipt = counter.buy(anna, 10_000, "1")
    counter.do(purchases.void, purchase_id=receipt.purchase_id)
    assert said(lambda: counter.do(purchases.refund, purchase_id=receipt.purchase_id)) == "This purchase was voided."
    assert counter.state(anna) == (0, 0)


def test_a_refund_with_a_number_of_its_own_is_counted_once(counter: Counter) -> None:
    receipt = counter.buy(counter.member(), 10_000, "1", lines=(Line(4_000), Line(6_000)))
    part = {"purchase_id": receipt.purchase_id, "receipt_number": "88"}
    counter.do(purchases.refund, lines=(RefundLine(1, 4_000),), **part)
    refusal = said(lambda: counter.do(purchases.refund, lines=(RefundLine(2, 6_000),), **part))
    assert refusal == "Receipt 88 of this day was already typed in."


def test_a_purchase_that_was_imported_is_not_voided_by_hand(counter: Counter) -> None:
    anna = counter.member()
    receipt = counter.buy(anna, 10_000, "1")
    counter.sql(
        "INSERT INTO import_batch (id, kind, file, sha256, source, mapping, state, policy, branch_id, operator_id, "
        "started_at) VALUES (1, 'purchases', 'x.csv', '0', 'x', '{}', 'done', 'all', :b, :o, :now)",
        b=counter.actor.branch_id, o=counter.actor.operator_id, now="2026-03-02T00:00:00.000000Z",
    )  # fmt: skip
    operation = counter.rows("SELECT operation_id FROM purchase WHERE id = :p", p=receipt.purchase_id)[0][0]
    counter.sql(
        "INSERT INTO purchase (id, source, number, kind, branch_id, business_date, bought_at, amount, operation_id, "
        "batch_id) VALUES (77, 'x', '9', 'sale', :b, '2026-03-02', '2026-03-02T10:00:00', 100, :op, 1)",
        b=counter.actor.branch_id, op=operation,
    )  # fmt: skip
    assert "undo the import" in said(lambda: counter.do(purchases.void, purchase_id=77))


def test_points_of_a_redemption_come_back_by_its_cancellation_only(counter: Counter, goods: Goods) -> None:
    anna = counter.member(500)
    goods.item(1, 100, pieces=3)
    goods.do(redemptions.place, member_id=anna, lines=(redemptions.Wanted(1, 1),))
    (entry,) = counter.rows("SELECT id FROM entry WHERE kind = 'redeem'")[0]
    refusal = said(lambda: counter.do(points.reverse, entry_id=entry, reason="other"))
    assert refusal == "This entry belongs to a redemption: cancel or return the redemption instead."
    assert (counter.state(anna), goods.level(1)) == ((400, 0), (3, 1))


@pytest.mark.parametrize(
    "off", ["UPDATE offer SET active = 0 WHERE id = 1", "UPDATE item SET visible = 0 WHERE id = 1"]
)
def test_what_is_not_on_offer_is_not_redeemed(counter: Counter, goods: Goods, off: str) -> None:
    anna = counter.member(500)
    goods.item(1, 100, pieces=3)
    counter.sql(off)
    if "offer" in off:
        counter.sql("UPDATE item SET from_points = 0 WHERE id = 1")
    wish: dict[str, Any] = {"member_id": anna, "lines": (redemptions.Wanted(1, 1),)}
    assert said(lambda: goods.do(redemptions.place, **wish)) == "“item 1” is not on offer."
    assert (counter.state(anna), goods.level(1)) == ((500, 0), (3, 0))


def test_a_closed_member_redeems_nothing_and_gets_nothing_back(counter: Counter, goods: Goods) -> None:
    anna = counter.member(500)
    taken = counter.adjust(anna, -100)
    goods.item(1, 0, 500, pieces=3)  # for cash alone: no entry that would refuse
    counter.do(members.close, member_id=anna, reason="moved away", force=True)
    wish: dict[str, Any] = {"member_id": anna, "lines": (redemptions.Wanted(1, 1),)}
    assert said(lambda: goods.do(redemptions.place, **wish)) == "This member is closed."
    undo = {"entry_id": taken.entry_id, "reason": "other"}
    assert said(lambda: counter.do(points.reverse, **undo)) == "This member is closed."


def test_a_transfer_is_undone_for_a_reason_that_gives_and_takes(counter: Counter) -> None:
    anna, ben = counter.member(100), counter.member()
    moved = counter.do(points.transfer, from_member=anna, to_member=ben, points=40, reason="other")
    one_way = counter.rows("SELECT code FROM reason WHERE direction = 'credit' ORDER BY code")[0][0]
    undo = {"entry_id": moved.entry_id, "reason": one_way}
    assert "both gives and takes" in said(lambda: counter.do(points.reverse, **undo))
    assert (counter.state(anna), counter.state(ben)) == ((60, 0), (40, 0))


def test_nobody_ships_goods_to_themselves(counter: Counter, goods: Goods) -> None:
    anna = counter.member(500)
    goods.item(1, 100, pieces=3)
    wish: dict[str, Any] = {"member_id": anna, "lines": (redemptions.Wanted(1, 1),), "delivery": "ship", "address": "x"}
    order = goods.do(redemptions.place, **wish).redemption_id
    for state in ("picking", "packed"):
        goods.do(redemptions.advance, redemption_id=order, to_state=state)
    counter.sql(_LINK, m=anna, o=counter.actor.operator_id)
    refusal = said(lambda: goods.do(redemptions.ship, redemption_id=order, carrier="SF"))
    assert (refusal, goods.level(1)) == ("Nobody acts on their own member account.", (3, 1))


def test_nobody_hands_goods_to_themselves(counter: Counter, goods: Goods) -> None:
    anna = counter.member(500)
    goods.item(1, 100, pieces=3)
    goods.item(2, 100, kind="voucher")
    waiting = goods.do(redemptions.place, member_id=anna, lines=(redemptions.Wanted(1, 1),))
    goods.do(redemptions.advance, redemption_id=waiting.redemption_id, to_state="ready")
    voucher = goods.do(redemptions.place, member_id=anna, lines=(redemptions.Wanted(2, 1),), delivery="none")
    counter.sql(_LINK, m=anna, o=counter.actor.operator_id)
    own = "Nobody acts on their own member account."
    collect: dict[str, Any] = {"redemption_id": waiting.redemption_id, "code": waiting.pickup_code}
    assert said(lambda: goods.do(redemptions.collect, **collect)) == own
    issue: dict[str, Any] = {"redemption_id": voucher.redemption_id, "to_state": "issued"}
    assert said(lambda: goods.do(redemptions.serve, **issue)) == own
    assert goods.level(1) == (3, 1)


def test_a_member_with_an_open_redemption_is_neither_closed_nor_erased(counter: Counter, goods: Goods) -> None:
    anna = counter.member(100)
    goods.item(1, 100, pieces=3)
    goods.do(redemptions.place, member_id=anna, lines=(redemptions.Wanted(1, 1),))
    ((name,),) = counter.rows("SELECT name FROM member WHERE id = :m", m=anna)
    close = {"member_id": anna, "reason": "moved away", "force": True}
    assert "Redemptions still open: 1" in said(lambda: counter.do(members.close, **close))
    assert "Redemptions still open: 1" in said(lambda: counter.do(members.erase, member_id=anna, name=name))
    assert counter.rows("SELECT closed_at FROM member WHERE id = :m", m=anna) == [("",)]


def test_nobody_closes_or_sets_the_pin_of_their_own_account(counter: Counter) -> None:
    anna = counter.member()
    counter.sql(_LINK, m=anna, o=counter.actor.operator_id)
    own = "Nobody acts on their own member account."
    assert said(lambda: counter.do(members.close, member_id=anna, reason="mine")) == own
    assert said(lambda: counter.do(members.set_pin, member_id=anna, pin=Secret("284619"))) == own
    assert said(lambda: counter.do(members.clear_pin, member_id=anna)) == own
