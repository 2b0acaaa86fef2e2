"""The counter: finding, the member card, every act by keys."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop_admin import i18n
from desktop_admin.services import members, policies, redemptions
from desktop_admin.services.command import new_request
from desktop_admin.services.errors import Trouble
from desktop_admin.services.members import pinyin
from desktop_admin.services.redemptions import Wanted
from desktop_admin.views.counter import CounterScreen
from desktop_admin.views.counter.screen import CounterScreen as Counter
from desktop_admin.views.desk import Desk
from tests.services.goods import Goods
from tests.views.fakes import HeldWrites
from tests.views.screen_case import FailingShop, MoreOfScreen, ScreenCase, accessible_name, controls, wait_idle


@pytest.fixture(autouse=True, scope="module")
def _no_process_left():
    yield
    pinyin.close()


@pytest.fixture
def engine() -> str:
    return "sqlite"


class TestCounterScreen(ScreenCase):
    screen = CounterScreen


class Case(MoreOfScreen):
    """What the tests of the counter share; the free tests run once, above."""

    screen = CounterScreen
    actor_role = "counter"

    @pytest.fixture
    def goods(self, database, as_role) -> Goods:
        return Goods(database, as_role)

    @pytest.fixture
    def people(self, goods) -> dict[str, Any]:
        found = {}
        for name, phone in (("张三", "13800138000"), ("张三丰", "13900138001"), ("<b>王&五</b>", "")):
            found[name] = goods.do(members.enrol, name=name, phone=phone, consent_terms=True)
        from tests.services.goods import NEVER, give

        goods.do(give, member_id=found["张三"].member_id, lots=((500, NEVER),))
        return found

    def at(self, qtbot: Any, desk: Desk, member_id: int = 0) -> Counter:
        screen = self.open(qtbot, desk)
        assert isinstance(screen, Counter)
        screen.activateWindow()
        if member_id:
            screen.open_member(member_id)
            wait_idle(qtbot, desk.tasks)
        return screen

    def press(self, screen: Counter, qtbot: Any, act: str) -> Any:
        screen.serving.acts[f"counter.{act}"].trigger()
        qtbot.wait(60)
        wait_idle(qtbot, screen.desk.tasks)
        return screen.serving.act

    def adjust(self, screen: Counter, qtbot: Any, points: int) -> None:
        form = self.press(screen, qtbot, "adjust")
        form.fill({"points": points})
        form.editors["reason"].set_value("event")
        form.submit()
        wait_idle(qtbot, screen.desk.tasks)


class TestFinding(Case):
    def search(self, screen: Counter, qtbot: Any, text: str, *, enter: bool = False) -> None:
        screen.box.setText(text)
        screen.box.textEdited.emit(text)
        if enter:
            QTest.keyClick(screen.box, Qt.Key.Key_Return)
        screen.finder.ask()
        wait_idle(qtbot, screen.desk.tasks)

    def test_several_are_listed_and_an_early_enter_takes_none(self, people, qtbot, desk):
        screen = self.at(qtbot, desk)
        self.search(screen, qtbot, "zs", enter=True)
        assert screen.pages.currentWidget() is screen.found
        assert screen.member_id == 0
        assert [row.name for row in screen.results.hits.rows] == ["张三", "张三丰"]
        QTest.keyClick(screen.box, Qt.Key.Key_Down)
        QTest.keyClick(screen.box, Qt.Key.Key_Return)
        wait_idle(qtbot, desk.tasks)
        assert screen.member_id == people["张三丰"].member_id

    def test_a_single_one_is_taken_by_an_early_enter(self, people, qtbot, desk):
        screen = self.at(qtbot, desk)
        self.search(screen, qtbot, "zsf", enter=True)
        wait_idle(qtbot, desk.tasks)
        assert screen.serving.card.name == "张三丰"
        assert screen.box.text() == ""

    def test_nothing_found_says_what_to_try(self, people, qtbot, desk):
        screen = self.at(qtbot, desk)
        self.search(screen, qtbot, "没有这个人")
        assert screen.found.nothing.isVisible()
        with qtbot.waitSignal(desk.open_wanted) as opened:
            screen.found.enrol_wanted.emit()
        assert opened.args == ["members", {"enrol": True}]

    def test_esc_goes_back_to_the_start(self, people, qtbot, desk):
        screen = self.at(qtbot, desk, people["张三"].member_id)
        assert screen.pages.currentWidget() is screen.place
        QTest.keyClick(screen.box, Qt.Key.Key_Escape)
        wait_idle(qtbot, desk.tasks)
        assert screen.pages.currentWidget() is screen.home
        assert not screen.serving.acts["counter.adjust"].isEnabled()

    def test_an_order_is_found_by_its_number(self, people, goods, qtbot, desk):
        goods.item(1, 100, pieces=5)
        placed = goods.do(redemptions.place, member_id=people["张三"].member_id, lines=(Wanted(1),))
        screen = self.at(qtbot, desk)
        screen.scan(placed.number)
        wait_idle(qtbot, desk.tasks)
        assert screen.serving.card.name == "张三"

    def test_what_waits_here_stands_on_the_start(self, people, goods, qtbot, desk):
        goods.item(1, 100, pieces=5, name="马克杯")
        placed = goods.do(redemptions.place, member_id=people["张三"].member_id, lines=(Wanted(1),))
        goods.do(redemptions.advance, redemption_id=placed.redemption_id, to_state="ready")
        screen = self.at(qtbot, desk)
        line = screen.home.waiting.line(0)
        assert "马克杯" in line.detail.whole()
        line.pressed.emit()
        wait_idle(qtbot, desk.tasks)
        assert screen.serving.act is not None
        assert screen.serving.act.values()["order"] == placed.redemption_id


class TestMember(Case):
    def test_a_name_with_markup_is_shown_as_it_is(self, people, qtbot, desk):
        screen = self.at(qtbot, desk, people["<b>王&五</b>"].member_id)
        assert screen.place.view.who.name.whole() == "<b>王&五</b>"
        marked = [one for one in screen.findChildren(QLabel) if "<b" in one.text()]
        assert marked
        assert all(one.textFormat() == Qt.TextFormat.PlainText for one in marked)

    def test_every_control_of_every_act_has_a_name(self, people, goods, qtbot, desk):
        goods.item(1, 100, pieces=5)
        goods.do(redemptions.place, member_id=people["张三"].member_id, lines=(Wanted(1),))
        screen = self.at(qtbot, desk, people["张三"].member_id)
        for id_, act in screen.serving.acts.items():
            if not act.isEnabled():
                continue
            self.press(screen, qtbot, id_.removeprefix("counter."))
            assert screen.serving.act is not None, id_
            assert not [one for one in controls(screen) if not accessible_name(one)], id_
            assert screen.minimumSizeHint().width() <= 1024 - 208, id_
            assert screen.minimumSizeHint().height() <= 700 - 88, id_
            screen.serving.put_away()

    def test_a_closed_member_is_only_looked_at(self, people, goods, qtbot, desk):
        member = people["张三丰"].member_id
        goods.do(members.close, member_id=member, reason="x")
        screen = self.at(qtbot, desk, member)
        assert not any(act.isEnabled() for act in screen.serving.acts.values())
        assert screen.serving.page.isEnabled()

    def test_frozen_spending_stops_what_spends(self, people, goods, qtbot, desk):
        member = people["张三"].member_id
        goods.do(members.freeze, member_id=member, which="spending", reason="<h1>核实</h1>")
        screen = self.at(qtbot, desk, member)
        able = {name for name, act in screen.serving.acts.items() if act.isEnabled()}
        assert {"counter.redeem", "counter.transfer"} & able == set()
        assert "counter.purchase" in able
        assert "<h1>" in screen.place.view.who.banner.label.text()

    def test_a_role_without_leave_has_no_acts(self, people, as_role, qtbot, desk):
        desk.sign_in(as_role("auditor"))
        screen = self.at(qtbot, desk, people["张三"].member_id)
        assert not any(act.isEnabled() for act in screen.serving.acts.values())

    def test_what_another_window_books_is_seen(self, people, goods, qtbot, desk):
        from tests.services.goods import NEVER, give

        member = people["张三"].member_id
        screen = self.at(qtbot, desk, member)
        run = partial(give, request=new_request(), member_id=member, lots=((20, NEVER),))
        desk.tasks.write(screen, run, lambda _done: None)
        qtbot.waitUntil(lambda: screen.place.view.who.figure.text() == "520")

    def test_keys_pressed_before_the_card_is_there_are_not_lost(self, people, qtbot, desk):
        screen = self.at(qtbot, desk)
        screen.open_member(people["张三"].member_id)
        screen.serving.acts["counter.adjust"].trigger()
        wait_idle(qtbot, desk.tasks)
        assert type(screen.serving.act).__name__ == "AdjustForm"


def speak(screen: CounterScreen, language: str) -> None:
    i18n.use_language(language)
    QApplication.sendEvent(screen, QEvent(QEvent.Type.LanguageChange))


class TestActs(Case):
    def test_before_and_after_red_below_nought(self, people, qtbot, desk):
        screen = self.at(qtbot, desk, people["张三"].member_id)
        form = self.press(screen, qtbot, "adjust")
        form.editors["points"].set_value(-700)
        form.look_ahead()
        wait_idle(qtbot, desk.tasks)
        assert form.foreseen.after.text() == "\u2212200"
        assert form.foreseen.after.property("words") == "figure_bad"
        assert form.foreseen.verdict.isVisible()

    def test_reasons_fit_the_sign(self, people, qtbot, desk):
        screen = self.at(qtbot, desk, people["张三"].member_id)
        form = self.press(screen, qtbot, "adjust")
        form.editors["points"].set_value(50)
        credit = [value for value, _text in form.editors["reason"].widget._choices]
        form.editors["points"].set_value(-50)
        debit = [value for value, _text in form.editors["reason"].widget._choices]
        assert "birthday" in credit
        assert "birthday" not in debit
        assert "misuse" in debit

    def test_a_lost_database_keeps_what_was_typed(self, people, qtbot, desk, shop):
        screen = self.at(qtbot, desk, people["张三"].member_id)
        form = self.press(screen, qtbot, "adjust")
        form.fill({"points": 50, "note": "茶"})
        form.editors["reason"].set_value("event")
        request, whole = form.request, desk.tasks._shop
        desk.tasks._shop = FailingShop(Trouble("The database does not answer.", offline=True))
        form.submit()
        wait_idle(qtbot, desk.tasks)
        assert form.banner.isVisible()
        assert (form.values()["points"], form.values()["note"], form.request) == (50, "茶", request)
        desk.tasks._shop = whole
        form.submit()
        wait_idle(qtbot, desk.tasks)
        assert screen.serving.side.outcome.after == 550

    def test_what_became_of_an_act_follows_the_language(self, people, qtbot, desk):
        screen = self.at(qtbot, desk, people["张三"].member_id)
        self.adjust(screen, qtbot, 50)
        told: list[str] = []
        desk.undo_changed.connect(told.append)
        result = screen.serving.side.result
        assert (result.title.whole(), result.undo.isHidden()) == ("调整积分", False)
        speak(screen, "en")
        assert (result.title.whole(), result.undo.isHidden()) == ("Points adjusted", False)
        assert told == [result.outcome.undo_text] == ["Undo: adjust 张三 +50"]
        desk.undo()
        wait_idle(qtbot, desk.tasks)
        speak(screen, "zh_CN")
        assert (result.title.whole(), result.undo.isHidden()) == ("调整积分", True)
        assert told[1:] == [""], "nothing is left to undo"

    def test_an_act_that_cannot_be_undone_leaves_the_one_before(self, people, qtbot, desk):
        screen = self.at(qtbot, desk, people["张三"].member_id)
        self.adjust(screen, qtbot, 50)
        form = self.press(screen, qtbot, "card")
        form.submit()
        wait_idle(qtbot, desk.tasks)
        assert screen.serving.side.outcome.undo is None
        desk.undo()
        wait_idle(qtbot, desk.tasks)
        assert screen.serving.card.balance == 500

    def test_another_act_keeps_what_was_typed_in_the_first(self, people, qtbot, desk):
        screen = self.at(qtbot, desk, people["张三"].member_id)
        self.press(screen, qtbot, "purchase").editors["amount"].set_value(1_250)
        self.press(screen, qtbot, "adjust")
        form = self.press(screen, qtbot, "purchase")
        assert form.values()["amount"] == 1_250

    def test_a_scan_goes_into_the_form_in_hand(self, people, qtbot, desk):
        screen = self.at(qtbot, desk, people["张三"].member_id)
        form = self.press(screen, qtbot, "purchase")
        assert screen.scan("T1-000123")
        assert form.values()["receipt_number"] == "T1-000123"
        assert screen.serving.card.name == "张三"

    def test_the_receiver_of_a_transfer_by_card(self, people, qtbot, desk):
        screen = self.at(qtbot, desk, people["张三"].member_id)
        form = self.press(screen, qtbot, "transfer")
        screen.scan(people["张三丰"].card_number)
        wait_idle(qtbot, desk.tasks)
        assert form.receiver.name == "张三丰"
        form.submit()  # points and reason are missing
        assert form._errors["points"].text()

    def test_a_one_time_code(self, people, goods, as_role, qtbot, desk, monkeypatch):
        goods.do(policies.change, as_role("administrator"), values={"spend_consent": "code"})
        screen = self.at(qtbot, desk, people["张三"].member_id)
        form = self.press(screen, qtbot, "transfer")
        screen.scan(people["张三丰"].card_number)
        wait_idle(qtbot, desk.tasks)
        from desktop_admin.views.counter.one_time import OneTimeCode

        (code,) = form.findChildren(OneTimeCode)
        held = HeldWrites()
        with monkeypatch.context() as patch:
            patch.setattr(desk.tasks, "write", held)
            held.watch(code.make)
        code.make()
        wait_idle(qtbot, desk.tasks)
        said = code.shown.text()
        form.editors["points"].set_value(30)
        form.editors["reason"].set_value("gift")
        form.submit()
        wait_idle(qtbot, desk.tasks)
        assert form._errors["consent"].text()
        form.editors["consent"].set_value("".join(said[:7].split()))
        form.submit()
        wait_idle(qtbot, desk.tasks)
        assert screen.serving.side.outcome.after == 470

    def test_a_receipt_that_cannot_be_printed_is_kept(self, people, qtbot, desk, monkeypatch, tmp_path):
        from desktop_admin.views.counter import paper

        monkeypatch.setattr(paper, "folder", lambda: tmp_path / "receipts")
        screen = self.at(qtbot, desk, people["张三"].member_id)
        self.adjust(screen, qtbot, 5)
        screen.serving.papers.print_it()
        wait_idle(qtbot, desk.tasks)
        assert len(list((tmp_path / "receipts").glob("receipt-*.pdf"))) == 1
        assert len(desk.notices.errors) == 1
        assert QApplication.activeModalWidget() is None
