"""A redemption from placing to collection, a cancelled and a returned one; by keys."""

from __future__ import annotations

from typing import Any

import pytest

from desktop_admin.services import members, redemptions
from desktop_admin.services.codec import Secret
from tests.stories.conftest import Town, signed_in
from tests.stories.hands import CTRL, Hands


def balance(town: Town, name: str) -> int:
    return town.till.state(town.ids[name])[0]


def test_from_placing_to_collection(at_work: Hands, town: Town) -> None:
    hands = at_work
    hands.type("zs").press("Return").sees_member("张三")
    # a mug, to be picked up later: its code stands in large letters, and on the slip
    hands.press("F4").until(lambda: hands.act.basket.rows).type("马克").press("Return").press("Return")
    hands.until(lambda: hands.act.form is not None).type("2").press("Return").sees("Redemption placed")
    assert balance(town, "张三") == 880
    assert town.goods.level(1) == (20, 1)
    code, order = hands.outcome.code.replace(" ", ""), hands.outcome.order_id
    assert code
    # the stockroom makes it ready; the counter sees it at once
    hands.do(town.till.as_role("clerk"), redemptions.advance, redemption_id=order, to_state="ready")
    hands.counter.mark_stale()
    hands.until(lambda: hands.counter.serving.card.orders[0].state == "ready").rest()
    hands.press("Escape").until(lambda: hands.counter.member_id == 0)
    # the member shows the code: scanned, it is handed over with one key
    before = hands.presses
    hands.scan(code).sees_member("张三").until(lambda: hands.act is not None)
    hands.press("Return").sees("Handed over")
    assert hands.presses - before <= 2
    assert town.goods.level(1) == (19, 0)


def test_handing_over_after_a_card_takes_two_keys(at_work: Hands, town: Town, ready: Any) -> None:
    hands = at_work
    hands.scan(town.cards["张三"]).sees_member("张三")
    hands.press("F6").press("Return").sees("Handed over")
    assert hands.presses <= 2


def test_without_proof_nothing_is_handed_over(at_work: Hands, town: Town, ready: Any) -> None:
    hands = at_work
    hands.type("zs").press("Return").sees_member("张三")
    hands.press("F6").press("Return").rest()
    assert hands.act is not None
    hands.type("AAAA-AAAA").press("Return").until(lambda: hands.act._errors["proof"].text()).rest()
    hands.press("A", CTRL).type(ready.pickup_code).press("Return").sees("Handed over")


def test_cancelled_before_it_left(at_work: Hands, town: Town, ready: Any) -> None:
    hands = at_work
    hands.type("zs").press("Return").sees_member("张三")
    assert balance(town, "张三") == 880
    hands.press("F10").until(lambda: hands.act.rows and hands.act.detail is not None)
    hands.type("1").press("Return").sees("Cancelled")
    assert balance(town, "张三") == 1_000
    assert town.goods.level(1) == (20, 0)


def test_returned_after_it_was_collected(hands: Hands, town: Town, ready: Any) -> None:
    """The manager takes it back: points to their lots, goods to the shelf."""
    town.goods.do(redemptions.collect, redemption_id=ready.redemption_id, code=ready.pickup_code)
    signed_in(hands, "manager").type("zs").press("Return").sees_member("张三")
    hands.press("F10").until(lambda: hands.act.rows and hands.act.detail is not None)
    hands.type("4").press("Return").sees("Taken back")
    assert balance(town, "张三") == 1_000
    assert town.goods.level(1) == (20, 0)


def test_points_and_cash_and_what_is_too_dear(at_work: Hands, town: Town) -> None:
    hands = at_work
    hands.type("zs").press("Return").sees_member("张三")
    hands.press("F4").until(lambda: hands.act.basket.rows)
    hands.type("咖啡").press("Return").rest()
    assert not hands.act.basket.wanted  # 4,000 points short
    hands.press("A", CTRL).type("浴巾").press("Return").press("Plus").press("Return")
    hands.until(lambda: hands.act.form is not None)
    assert (hands.act.form.points, hands.act.form.cash) == (960, 3_800)
    hands.press("Return").sees("Redeemed and handed over")
    assert balance(town, "张三") == 40
    # undone by its name: points, cash and goods come back
    if hands.window.desk.actor is not None:
        hands.press("Z", CTRL).rest()


@pytest.fixture
def with_pin(town: Town) -> None:
    town.till.policy(spend_consent="pin", spend_consent_from=0)
    town.till.do(members.set_pin, member_id=town.ids["张三"], pin=Secret("284917"))


def test_spending_asks_for_the_pin(with_pin: None, at_work: Hands, town: Town) -> None:
    hands = at_work
    hands.type("zs").press("Return").sees_member("张三")
    hands.press("F4").until(lambda: hands.act.basket.rows).type("马克").press("Return").press("Return")
    hands.until(lambda: hands.act.form is not None)
    hands.type("111111").press("Return").until(lambda: hands.act.form._errors["consent"].text()).rest()
    assert balance(town, "张三") == 1_000
    hands.press("A", CTRL).type("284917").press("Return").sees("Redeemed and handed over")
    assert balance(town, "张三") == 880
    assert "284917" not in str(hands.window.desk.drafts)
