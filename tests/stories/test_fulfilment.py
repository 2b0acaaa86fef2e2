"""A day at the fulfilment desk, by keys: several orders on at once, a parcel with its number, and back again."""

from __future__ import annotations

from typing import Any

import pytest

from desktop_admin.services import redemptions
from desktop_admin.services.redemptions import Wanted
from tests.stories.conftest import Town, signed_in
from tests.stories.hands import ALT, SHIFT, Hands


@pytest.fixture
def orders(town: Town) -> list[Any]:
    """Four mugs to be sent, placed one after the other."""
    return [
        town.goods.do(
            redemptions.place, member_id=town.ids["张三"], lines=(Wanted(1),), delivery="ship",
            recipient="张三", address="人民路 1 号", phone="13800138000",
        )
        for _n in range(4)
    ]  # fmt: skip


def states(town: Town) -> list[str]:
    rows = town.goods.ask(redemptions.page, sort="placed").rows
    return sorted(row.state for row in rows)


def at_desk(hands: Hands) -> Hands:
    hands.palette("redemptions").until(lambda: type(hands.screen).__name__ == "RedemptionsScreen").rest()
    return hands.until(lambda: hands.screen.table.current() is not None).rest()


def test_several_go_on_at_once_and_no_others(hands: Hands, town: Town, orders: list[Any]) -> None:
    at_desk(signed_in(hands, "manager"))
    hands.press("Down", SHIFT).until(lambda: len(hands.screen.acts.rows) == 2)
    hands.press("F8").until(lambda: states(town) == ["picking", "picking", "placed", "placed"]).rest()
    # the two that take their places are not chosen as well: the same key moves one on, not two
    hands.until(lambda: len(hands.screen.acts.rows) == 1)
    hands.press("F8").until(lambda: states(town) == ["picking", "picking", "picking", "placed"]).rest()


def test_picked_packed_and_shipped_with_its_number(hands: Hands, town: Town, orders: list[Any]) -> None:
    at_desk(signed_in(hands, "manager"))
    hands.press("F8").until(lambda: "picking" in states(town)).rest()
    hands.press("Down", ALT).rest().press("F8").until(lambda: "packed" in states(town)).rest()
    hands.press("Down", ALT).rest().press("F8").until(lambda: hands.screen._side and hands.screen._side.hand)
    hands.rest().type("SF1234567890").press("Return").until(lambda: "shipped" in states(town)).rest()
    sent = next(row for row in town.goods.ask(redemptions.page, sort="placed").rows if row.state == "shipped")
    assert sent.tracking == "SF1234567890"


def test_cancelled_and_taken_back_with_the_order_put_away(hands: Hands, town: Town, orders: list[Any]) -> None:
    """F9 asks for a reason also where the order is not shown beside the list."""
    at_desk(signed_in(hands, "manager"))
    if hands.screen._panel is not None and not hands.screen._panel.isHidden():
        hands.press("F6").until(lambda: hands.screen._panel.isHidden()).rest()
    hands.press("F9").until(lambda: hands.screen._side and hands.screen._side.hand).rest()
    hands.type("1").press("Return").until(lambda: "cancelled" in states(town)).rest()
    assert town.goods.level(1) == (20, 3)
