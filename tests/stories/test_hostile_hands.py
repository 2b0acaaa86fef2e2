"""Absurd input and impatient hands at the counter: nothing moves, nothing breaks, the window goes on."""

from __future__ import annotations

import random
from functools import partial

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_admin.services import members, points
from desktop_admin.services.command import new_request
from tests.stories.conftest import Town
from tests.stories.hands import Hands

ABSURD = (
    "-1", "0", "1e9", "999999999999999999999999999999", "１２３", "٣", "' OR 1=1 --", "<img src=x>", "😀", "\u202eabc",
    "%_%", "x" * 200,
)  # fmt: skip


def _books(town: Town) -> tuple[object, ...]:
    entries = town.till.rows("SELECT count(*), coalesce(sum(points), 0) FROM entry")
    orders = town.till.rows("SELECT count(*) FROM redemption")
    return (*entries, *orders, *town.till.rows("SELECT count(*) FROM purchase"))


@pytest.mark.parametrize("key", ["F2", "F3", "F7"])
def test_absurd_figures_move_nothing(at_work: Hands, town: Town, key: str) -> None:
    hands = at_work
    hands.type("zs").press("Return").sees_member("张三")
    before = _books(town)
    for text in ("-0", "999999999999999999999999999999", "1e9", "' OR 1=1 --", "😀", "٣"):
        hands.press(key).type(text).press("Return").rest()
        assert _books(town) == before, text
        hands.press("Escape", times=3).rest()
        if hands.counter.member_id == 0:
            hands.type("zs").press("Return").sees_member("张三")


def test_absurd_searches_find_nothing_and_break_nothing(at_work: Hands) -> None:
    hands = at_work
    for text in ABSURD:
        hands.type(text).press("Return").rest().press("Escape", times=2).rest()
    hands.type("zs").press("Return").sees_member("张三")


def test_held_enter_adjusts_once(at_work: Hands, town: Town) -> None:
    hands = at_work
    hands.type("zs").press("Return").sees_member("张三")
    hands.press("F3").type("50").foresees("1,050").press("Return").type("1").hold("Return", 40)
    hands.sees("Points adjusted").rest()
    hands.hold("Return", 40).rest()
    assert town.till.state(town.ids["张三"]) == (1_050, 0)


def test_a_member_closed_while_the_form_is_open(at_work: Hands, town: Town) -> None:
    hands = at_work
    hands.type("zs").press("Return").sees_member("张三")
    hands.press("F3").type("50").foresees("1,050").press("Return").type("1")
    town.till.do(members.close, member_id=town.ids["张三"], reason="moved away", force=True)
    hands.press("Return").rest()
    assert town.till.state(town.ids["张三"]) == (1_000, 0)
    hands.press("Escape", times=3).rest()


def test_points_spent_while_the_form_is_open(at_work: Hands, town: Town) -> None:
    hands = at_work
    hands.type("zs").press("Return").sees_member("张三")
    hands.press("F7").type("9001").press("Return").until(lambda: hands.act.receiver is not None)
    hands.type("900").press("Return").type("1").foresees("100")
    spend = partial(points.adjust, request=new_request(), member_id=town.ids["张三"], points=-500, reason="other")
    hands.database.write(spend, actor=town.till.as_role("manager"))
    hands.press("Return").rest()
    assert town.till.state(town.ids["张三"]) == (500, 0)
    assert town.till.state(town.ids["李四"]) == (300, 0)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_cat_on_the_keyboard(at_work: Hands, town: Town, seed: int) -> None:
    hands, chance = at_work, random.Random(seed)
    keys = [getattr(Qt.Key, f"Key_{name}") for name in (
        "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "Return", "Return", "Escape", "Tab", "Backtab", "Up",
        "Down", "Left", "Right", "Space", "Delete", "Backspace", "Home", "End", "PageDown", "1", "5", "A", "Z",
    )]  # fmt: skip
    menus = QTimer(hands.window, interval=30)  # a menu has an event loop of its own: it goes, and the cat goes on
    menus.timeout.connect(lambda: (found := QApplication.activePopupWidget()) and found.close())
    menus.start()
    for _n in range(120):
        target = QApplication.focusWidget() or QApplication.activeModalWidget() or hands.window
        if chance.random() < 0.1:
            QTest.keyClicks(target, chance.choice(("zs", "9001", "100", "1")))
        else:
            QTest.keyClick(target, chance.choice(keys))
        if chance.random() < 0.05:
            hands.rest()
    menus.stop()
    hands.rest()
    assert hands.window.isVisible()
