"""A day in the stockroom, by keys: a gift for the catalog, goods received, sent away and counted, what runs low."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from desktop_admin.services import branches, catalog, stock
from desktop_admin.services.work import Actor
from desktop_admin.views.notices import Question
from tests.stories.conftest import Town, signed_in
from tests.stories.hands import CTRL, Hands


def in_dialog() -> bool:
    focus, modal = QApplication.focusWidget(), QApplication.activeModalWidget()
    return focus is not None and modal is not None and focus.window() is modal


def asked() -> bool:
    return in_dialog() and isinstance(QApplication.activeModalWidget(), Question)


def at_stock(hands: Hands) -> Hands:
    hands.palette("stock").until(lambda: type(hands.screen).__name__ == "StockScreen").rest()
    return hands


def on_sheet(hands: Hands, code: str, pieces: str) -> Hands:
    """Search a gift on the sheet, take it, type its pieces."""
    sheet = hands.screen.sheet
    lines = sheet.model.rowCount()
    hands.type(code).until(lambda: sheet.search.showing()).press("Down").press("Return")
    hands.until(lambda: sheet.model.rowCount() == lines + 1 and hands.focus().parent() is not sheet)
    return hands.type(pieces)


def level(hands: Hands, actor: Actor, code: str) -> tuple[int, int]:
    row = hands.ask(actor, stock.by_code, code=code)
    assert row is not None
    return row.on_hand, row.available


def test_a_gift_from_nothing_to_an_offer(hands: Hands, town: Town, as_role: Callable[[str], Actor]) -> None:
    signed_in(hands, "manager").palette("catalog").until(lambda: type(hands.screen).__name__ == "CatalogScreen").rest()
    hands.press("F4").until(in_dialog)
    hands.type("竹节保温杯").press("Tab").type("BZB-1").press("Tab").type("6901234567892").press("Return")
    hands.until(lambda: hands.screen._opened is not None).rest()
    # the way to the offer is under the hand: Enter, points, Tab, cash, and Ctrl+Enter keeps it
    hands.press("Return").type("800").press("Tab").type("10").press("Return", CTRL).rest()
    item = hands.ask(as_role("manager"), catalog.by_code, code="BZB-1")
    (offer,) = hands.ask(as_role("manager"), catalog.item, item_id=item).offers
    assert (offer.offer.points, offer.offer.cash) == (800, 1_000)
    # a second one that is typed and not kept is not thrown away without a question
    hands.press("F9").type("900").press("Return")
    hands.until(lambda: hands.screen.panel.offers.table.hasFocus()).press("Escape")
    hands.until(asked).press("Return")
    hands.until(lambda: QApplication.activeModalWidget() is None)
    assert hands.screen._opened is not None
    hands.press("Return", CTRL).rest()
    assert [o.offer.points for o in hands.ask(as_role("manager"), catalog.item, item_id=item).offers] == [800, 900]


def test_received_counted_and_sent(hands: Hands, town: Town, as_role: Callable[[str], Actor]) -> None:
    manager = as_role("administrator")
    hands.do(manager, branches.create, code="02", name="东门店")
    code = hands.ask(manager, catalog.item, item_id=1).code
    at_stock(signed_in(hands, "manager"))
    hands.press("F4").until(lambda: hands.screen._on_sheet)
    on_sheet(hands, code, "40").press("Tab")  # to what a piece cost,
    hands.press("Tab").type("from the depot").press("Return", CTRL).rest()  # and out of the table
    assert level(hands, manager, code) == (60, 60)
    hands.press("F7").until(lambda: hands.screen._on_sheet)
    on_sheet(hands, code, "15").press("Return", CTRL).rest()
    assert level(hands, manager, code) == (45, 45)
    hands.press("F8").until(lambda: hands.screen._on_sheet)
    on_sheet(hands, code, "44").press("Return", CTRL).rest()
    sheet = hands.screen.sheet
    hands.until(lambda: sheet.reason.hasFocus())  # a count wants to know why
    hands.type("one is broken").press("Return", CTRL).rest()
    assert level(hands, manager, code) == (44, 44)


def test_a_sheet_is_not_lost_by_one_key(hands: Hands, town: Town, as_role: Callable[[str], Actor]) -> None:
    code = hands.ask(as_role("manager"), catalog.item, item_id=1).code
    at_stock(signed_in(hands, "manager")).press("F4").until(lambda: hands.screen._on_sheet)
    on_sheet(hands, code, "7").press("Return").until(lambda: hands.screen.sheet.table.hasFocus()).press("Escape")
    hands.until(asked).press("Return")
    hands.until(lambda: QApplication.activeModalWidget() is None)
    assert hands.screen._on_sheet
    assert hands.screen.sheet.model.pieces() == 7
    hands.press("Escape").until(asked)
    hands.press("Tab").press("Return").until(lambda: not hands.screen._on_sheet)
    assert level(hands, as_role("manager"), code) == (20, 20)


def test_what_runs_low_is_a_list(hands: Hands, town: Town) -> None:
    at_stock(signed_in(hands, "manager"))
    hands.until(lambda: hands.screen.tables["levels"].current() is not None).rest()
    hands.press("F9").until(in_dialog).press("A", CTRL).type("50")
    hands.press("Return").until(lambda: QApplication.activeModalWidget() is None).rest()
    hands.until(lambda: hands.screen.low.records)
    assert len(hands.screen.low.records) == 1
