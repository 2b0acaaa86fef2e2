"""A day at the counter, told by keys."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

from desktop_admin.services import members, points, purchases
from tests.founding import PASSWORD
from tests.stories.conftest import Town
from tests.stories.hands import ALT, CTRL, Hands


def balance(town: Town, name: str) -> int:
    return town.till.state(town.ids[name])[0]


def test_a_day(at_work: Hands, town: Town) -> None:
    hands = at_work
    # found by initials; a purchase, and why it earned what it did
    hands.type("zs").press("Return").sees_member("张三")
    hands.press("F2").type("128.50").foresees("1,128").press("Return").type("A-1001").press("Return")
    hands.sees("Purchase recorded")
    assert balance(town, "张三") == 1_128
    assert (hands.outcome.points, hands.outcome.before, hands.outcome.after) == (128, 1_000, 1_128)
    # adjusted for a reason picked by its number
    hands.press("F3").type("50").foresees("1,178").press("Return").type("1").press("Return")
    hands.sees("Points adjusted")
    assert balance(town, "张三") == 1_178
    # the receipt as PDF
    hands.press("S", CTRL)
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation), "PointsDesk")
    hands.until(lambda: folder.exists() and list(folder.glob("receipt-*.pdf")), timeout=30_000).rest()
    assert next(folder.glob("receipt-*.pdf")).read_bytes().startswith(b"%PDF")
    # reversed: the newest entry, a reason
    hands.press("F8").type("1").press("Return").type("1").foresees("1,128").press("Return").sees("Entry undone")
    assert balance(town, "张三") == 1_128
    # moved to another member, found by the end of the phone
    hands.press("F7").type("9001").press("Return").until(lambda: hands.act.receiver is not None)
    hands.type("100").press("Return").type("1").foresees("1,028").press("Return").sees("Points transferred")
    assert (balance(town, "张三"), balance(town, "李四")) == (1_028, 400)
    # locked, and opened again with everything where it was
    hands.press("L", CTRL)
    hands.until(lambda: hands.window.locked)
    hands.type(PASSWORD).press("Return").until(lambda: not hands.window.locked)
    assert hands.counter.serving.card is not None
    # a lost card: the old one is refused by name
    hands.press("F9").press("Return").sees("Card replaced")
    card = town.till.ask(members.card, member_id=town.ids["张三"])
    assert card.card_number != town.cards["张三"]
    hands.press("Escape").until(lambda: hands.counter.member_id == 0)
    hands.scan(town.cards["张三"]).sees_member("张三")
    assert "lost" in hands.counter.notice.label.text()


def test_find_and_adjust_in_six_keys(at_work: Hands, town: Town) -> None:
    """Counted beside the name and the figures; a scanner of cards needs one less."""
    hands = at_work
    hands.type("李四").press("Return").sees_member("李四")
    hands.press("F3").type("50").press("Return").press("1").press("Return").sees("Points adjusted")
    assert balance(town, "李四") == 350
    assert hands.presses <= 6


def test_the_last_members_are_one_key_away(at_work: Hands, town: Town) -> None:
    hands = at_work
    for name in ("张三", "李四"):
        hands.type(name).press("Return").sees_member(name)
        hands.press("F3").type("5").press("Return").type("1").press("Return").sees("Points adjusted")
    hands.press("2", ALT).sees_member("张三")
    hands.press("2", ALT).sees_member("张三")
    hands.press("1", ALT).sees_member("李四")


def test_undo_names_what_it_undoes(at_work: Hands, town: Town) -> None:
    hands = at_work
    hands.type("张三").press("Return").sees_member("张三")
    hands.press("F3").type("50").press("Return").type("1").press("Return").sees("Points adjusted")
    assert hands.outcome.undo_text == "Undo: adjust 张三 +50"
    hands.press("Z", CTRL).until(lambda: balance(town, "张三") == 1_000).rest()
    (row, *_rest) = town.till.ask(points.journal).rows
    assert row.points == -50
    # a purchase is voided, and its receipt number is free again
    for _n in range(2):
        hands.press("F2").type("10").press("Return").type("B1").press("Return").sees("Purchase recorded")
        assert balance(town, "张三") == 1_010
        hands.press("Z", CTRL).until(lambda: balance(town, "张三") == 1_000).rest()


def test_a_held_enter_books_once(at_work: Hands, town: Town) -> None:
    hands = at_work
    hands.type("张三").hold("Return").sees_member("张三")
    hands.press("F2").type("30").press("Return").type("C1").hold("Return").sees("Purchase recorded")
    hands.press("Return").press("Return").rest()
    assert balance(town, "张三") == 1_030
    assert len(town.till.ask(purchases.page, member_id=town.ids["张三"]).rows) == 1


def test_nothing_typed_is_lost_when_a_rule_says_no(at_work: Hands, town: Town) -> None:
    hands = at_work
    town.till.buy(town.ids["李四"], 5_000, "D1")
    hands.type("张三").press("Return").sees_member("张三")
    hands.press("F2").type("12").press("Return").type("D1").press("Return")
    hands.until(lambda: hands.act._errors["receipt_number"].text()).rest()
    assert "already typed in" in hands.act._errors["receipt_number"].text()
    assert hands.act.values() == {"amount": 1_200, "receipt_number": "D1"}
    hands.press("End").type("b").press("Return").sees("Purchase recorded")
    assert balance(town, "张三") == 1_012


def test_above_the_limit_another_is_asked_in_place(at_work: Hands, town: Town) -> None:
    hands = at_work
    hands.type("张三").press("Return").sees_member("张三")
    hands.press("F3").type("20000").until(lambda: hands.act.asks_approval)
    hands.press("Return").type("1").rest()
    hands.press("Return").sees("Asked for approval")
    assert balance(town, "张三") == 1_000


def test_a_refund_after_the_points_were_spent(at_work: Hands, town: Town) -> None:
    """The rest is owed, and shown as owed."""
    hands = at_work
    hands.type("单雄信").press("Return").sees_member("单雄信")
    hands.press("F2").type("200").press("Return").type("E1").press("Return").sees("Purchase recorded")
    hands.press("F4").until(lambda: hands.act.basket.rows).type("马克").press("Return").press("Return")
    hands.until(lambda: hands.act.form is not None).press("Return").sees("Redeemed and handed over")
    assert balance(town, "单雄信") == 80
    hands.press("F8").until(lambda: hands.act is not None)
    hands.until(lambda: hands.act.chosen() is not None)
    hands.type("1").until(lambda: hands.act.foreseen.isVisible()).foresees("−120")
    hands.press("Return").sees("Purchase undone")
    assert town.till.state(town.ids["单雄信"]) == (0, 120)
    hands.until(lambda: hands.counter.place.view.who.owed.isVisible())
