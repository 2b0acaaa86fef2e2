"""Part of an order is cancelled, another part comes back, and a pick-up is handed over for its code; by keys."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QScrollArea

from desktop_admin.services import redemptions
from desktop_admin.services.redemptions import Wanted
from desktop_admin.views.notices import Toasts
from tests.stories.conftest import Town, signed_in
from tests.stories.hands import ALT, SHIFT, Hands


@pytest.fixture
def order(town: Town) -> Any:
    """Three mugs and a towel to be sent."""
    return town.goods.do(
        redemptions.place, member_id=town.ids["张三"], lines=(Wanted(1, 3), Wanted(2, 1)), delivery="ship",
        recipient="张三", address="人民路 1 号", phone="13800138000",
    )  # fmt: skip


def detail(town: Town, order: Any) -> Any:
    return town.goods.ask(redemptions.detail, redemption_id=order.redemption_id)


def balance(town: Town) -> int:
    return town.till.state(town.ids["张三"])[0]


def at_desk(hands: Hands) -> Hands:
    hands.palette("redemptions").sees_screen("RedemptionsScreen")
    return hands.until(lambda: hands.screen.table.current() is not None).rest()


def test_a_part_is_cancelled_and_another_comes_back(hands: Hands, town: Town, order: Any) -> None:
    assert balance(town) == 1_000 - 3 * 120 - 480
    hands.window.resize(1280, 820)
    at_desk(signed_in(hands, "manager"))
    # one of three mugs is not wanted any more: the reason by its number, then how many of which line
    hands.press("F9").until(lambda: hands.screen._side and hands.screen._side.hand).rest()
    area = hands.screen._side.hand.findChild(QScrollArea)
    hands.until(lambda: area.verticalScrollBar().isVisible())
    assert area.widget().width() <= area.viewport().width(), "the form stands beside the scroll bar, not under it"
    hands.type("1").press("Tab").type("1").press("Tab").type("0").rest().press("Return")
    hands.until(lambda: balance(town) == 1_000 - 2 * 120 - 480).rest()
    assert town.goods.level(1) == (20, 2)
    notices = hands.window.desk.notices
    assert isinstance(notices, Toasts)
    assert notices.messages[-1] == f"{order.number}: a part was cancelled, points given back: +120."
    # the rest is picked, packed and sent
    hands.press("F8").until(lambda: detail(town, order).state == "picking").rest()
    hands.press("Down", ALT).rest().press("F8").until(lambda: detail(town, order).state == "packed").rest()
    hands.press("Down", ALT).rest().press("F8").until(lambda: hands.screen._side and hands.screen._side.hand)
    hands.rest().type("SF1234567890").press("Return").until(lambda: detail(town, order).state == "shipped").rest()
    # the towel comes back, and is not whole
    hands.press("Down", ALT, times=2).rest().press("F9", SHIFT)
    hands.until(lambda: hands.screen._side and hands.screen._side.hand)
    form = hands.rest().screen._side.hand.form
    towel = form.lines[-1]
    hands.type("1").press("Tab").type("0").tab_to(form.editors[f"pieces{towel.id}"].widget).press("Tab").press("Space")
    hands.rest().press("Return").until(lambda: balance(town) == 1_000 - 2 * 120).rest()
    assert town.goods.level(2) == (4, 0)
    assert [(line.pieces, line.undone) for line in detail(town, order).lines] == [(2, 1), (0, 1)]


def test_a_pick_up_is_handed_over_for_its_code(hands: Hands, town: Town, ready: Any) -> None:
    signed_in(hands, "counter").palette("redemptions").sees_screen("RedemptionsScreen")
    code = detail(town, ready).pickup_code
    # what the member says is typed into the search, as they say it
    hands.press("F3").rest().type(code).press("Return").until(lambda: hands.screen.paged.rowCount() == 1).rest()
    hands.until(lambda: hands.screen.acts.rows).press("F8")
    hands.until(lambda: hands.screen._side and hands.screen._side.hand).rest()
    hands.type("0000").press("Return").until(lambda: hands.screen._side.hand.form._errors["proof"].text()).rest()
    hands.press("Home").press("End", SHIFT).type(code).press("Return")
    hands.until(lambda: detail(town, ready).state == "collected").rest()
    assert town.goods.level(1) == (19, 0)
