"""Guards no other test would miss: each was taken out once, and this is what failed then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from desktop_admin.services import members, points, purchases
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused
from desktop_admin.services.purchases.facts import Line, RefundLine
from desktop_admin.services.work import Actor
from tests.services.counter import Counter

_LINK = "UPDATE operator SET member_id = :m WHERE id = :o"


@pytest.fixture
def counter(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role)


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
