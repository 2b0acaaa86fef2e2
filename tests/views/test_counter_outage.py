"""The counter while the server is away: found in the copy, noted down, refused in a sentence, booked on return."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_admin import i18n
from desktop_admin.services import members, purchases
from desktop_admin.services.members import pinyin
from desktop_admin.services.outage import QueueState
from desktop_admin.views.counter import CounterScreen
from desktop_admin.views.counter.outage.queue_dialog import ChangeForm, DiscardForm, QueueDialog
from desktop_admin.views.dashboard import DashboardScreen
from desktop_admin.views.desk import Desk
from desktop_admin.views.screen import Screen
from desktop_admin.views.status import StatusBar
from tests.services.counter import Counter
from tests.views.outage_case import ComesAndGoes, go, rest
from tests.views.screen_case import MoreOfScreen, accessible_name, controls, visible_texts


@pytest.fixture(autouse=True, scope="module")
def _no_process_left():
    yield
    pinyin.close()


@pytest.fixture
def engine() -> str:
    return "postgresql"


class Case(MoreOfScreen):
    """A counter on a server; the free tests run elsewhere."""

    screen: type[Screen] = CounterScreen
    actor_role = "counter"

    @pytest.fixture
    def till(self, database, as_role) -> Counter:
        return Counter(database, as_role)

    @pytest.fixture
    def zhang(self, till) -> int:
        who: int = till.do(members.enrol, name="张三", phone="13800138000", consent_terms=True).member_id
        till.gift(who, 1_230)
        return who

    @pytest.fixture
    def shop(self, database) -> ComesAndGoes:
        return ComesAndGoes(database)

    def at(self, qtbot: Any, desk: Desk) -> CounterScreen:
        screen: CounterScreen = self.open(qtbot, desk)
        desk.till.look()
        rest(qtbot, desk)
        screen.activateWindow()
        return screen

    def away(self, qtbot: Any, desk: Desk, shop: ComesAndGoes) -> CounterScreen:
        screen = self.at(qtbot, desk)
        go(qtbot, desk, shop, away=True)
        assert screen.outage.active
        return screen

    def enter(self, qtbot: Any, desk: Desk, screen: CounterScreen, text: str) -> Any:
        side = screen.outage.side
        side.box.setText(text)
        side.box.textEdited.emit(text)
        QTest.keyClick(side.box, Qt.Key.Key_Return)
        rest(qtbot, desk)
        return side

    def note(self, qtbot: Any, desk: Desk, screen: CounterScreen, amount: str, receipt: str) -> Any:
        side = self.enter(qtbot, desk, screen, "13800138000")
        form = side.form
        form.editors["amount"].widget.setText(amount)
        form.editors["receipt_number"].widget.setText(receipt)
        QTest.keyClick(form.editors["receipt_number"].widget, Qt.Key.Key_Return)
        rest(qtbot, desk)
        return side


class TestAway(Case):
    def test_the_counter_says_so_and_finds_in_the_copy(self, qtbot, desk, shop, zhang):
        screen = self.away(qtbot, desk, shop)
        side = self.enter(qtbot, desk, screen, "张")
        assert side.banner.isVisible()
        assert "服务器自" in side.banner.label.text()
        assert "副本" in side.banner.label.text()
        assert side.card.name.whole() == "张三"
        assert side.card.figure.text() == "1,230"
        assert "截至" in side.card.title.text()

    def test_a_purchase_is_noted_down_and_booked_on_return(self, qtbot, desk, shop, zhang, till):
        screen = self.away(qtbot, desk, shop)
        side = self.note(qtbot, desk, screen, "123.45", "A100")
        assert "A100" in side.notice.label.text()
        assert "恢复后" in side.notice.label.text()
        assert desk.till.waiting == 1
        assert till.state(zhang)[0] == 1_230
        go(qtbot, desk, shop, away=False)
        rest(qtbot, desk)
        assert not screen.outage.active
        assert screen._states.currentWidget() is screen.body
        assert till.state(zhang)[0] == 1_230 + 123
        assert desk.till.waiting == 0
        assert any("已入账" in text for text in vars(desk.notices)["told"])

    def test_what_it_likely_earns_is_marked_as_such(self, qtbot, desk, shop, zhang):
        screen = self.away(qtbot, desk, shop)
        side = self.enter(qtbot, desk, screen, "张三")
        side.form.editors["amount"].widget.setText("200")
        assert "+200" in side.form.preview.text()
        assert "以服务器为准" in side.form.preview.text()

    @pytest.mark.parametrize("key", ["F3", "F4", "F6", "F7", "F8", "F9", "F10"])
    def test_everything_else_waits_and_says_why(self, qtbot, desk, shop, zhang, key):
        screen = self.at(qtbot, desk)
        screen.open_member(zhang)
        rest(qtbot, desk)
        go(qtbot, desk, shop, away=True)
        side = self.enter(qtbot, desk, screen, "张三")
        QTest.keyClick(side.form.editors["amount"].widget, getattr(Qt.Key, f"Key_{key}"))
        assert "须等服务器恢复" in side.notice.label.text()
        assert screen.serving.act is None

    def test_what_was_typed_before_is_there_afterwards(self, qtbot, desk, shop, zhang):
        screen = self.at(qtbot, desk)
        screen.open_member(zhang)
        rest(qtbot, desk)
        screen.serving.acts["counter.purchase"].trigger()
        rest(qtbot, desk)
        screen.serving.act.editors["receipt_number"].set_value("A77")
        go(qtbot, desk, shop, away=True)
        go(qtbot, desk, shop, away=False)
        assert screen.serving.act.values()["receipt_number"] == "A77"
        assert screen.serving.acts["counter.redeem"].isEnabled()

    def test_by_keys_alone(self, qtbot, desk, shop, zhang):
        screen = self.away(qtbot, desk, shop)
        side = screen.outage.side
        for letter in "13800138000":
            QTest.keyClicks(side.box, letter)
        QTest.keyClick(side.box, Qt.Key.Key_Return)
        rest(qtbot, desk)
        QTest.keyClicks(side.form.editors["amount"].widget, "50")
        QTest.keyClick(side.form.editors["amount"].widget, Qt.Key.Key_Return)
        QTest.keyClicks(side.form.editors["receipt_number"].widget, "A1")
        QTest.keyClick(side.form.editors["receipt_number"].widget, Qt.Key.Key_Return)
        rest(qtbot, desk)
        assert desk.till.waiting == 1
        QTest.keyClick(side.box, Qt.Key.Key_Escape)
        assert side.form is None

    def test_a_scan(self, qtbot, desk, shop, zhang, database):
        screen = self.at(qtbot, desk)
        card = till_card(database, zhang)
        go(qtbot, desk, shop, away=True)
        assert screen.scan(card)
        rest(qtbot, desk)
        side = screen.outage.side
        assert side.held.id == zhang
        assert screen.scan("R-4711")
        assert side.form.values()["receipt_number"] == "R-4711"

    def test_over_the_bounds(self, qtbot, desk, shop, zhang, till):
        till.policy(outage_most_amount=10_000)
        screen = self.away(qtbot, desk, shop)
        side = self.note(qtbot, desk, screen, "100.01", "A1")
        form = side.form
        assert form is not None
        assert "100.00" in form._errors["amount"].text()
        assert desk.till.waiting == 0

    def test_no_keyring_is_said(self, qtbot, desk, shop, zhang):
        import keyring
        from keyring.backends import fail

        ring = keyring.get_keyring()
        keyring.set_keyring(fail.Keyring())
        try:
            screen = self.away(qtbot, desk, shop)
            assert "密钥环" in screen.outage.side.banner.label.text()
            self.enter(qtbot, desk, screen, "张三")
            assert "密钥环" in screen.outage.side.notice.label.text()
        finally:
            keyring.set_keyring(ring)

    def test_names_texts_and_languages(self, qtbot, desk, shop, zhang):
        screen = self.away(qtbot, desk, shop)
        self.note(qtbot, desk, screen, "5", "A1")
        side = self.enter(qtbot, desk, screen, "张三")
        nameless = [type(one).__name__ for one in controls(side) if not accessible_name(one)]
        assert nameless == []
        chinese = visible_texts(side)
        for language in ("en", "zh_TW", "zh_CN"):
            i18n.use_language(language)
            QApplication.sendEvent(screen, QEvent(QEvent.Type.LanguageChange))
            QApplication.sendEvent(side.form, QEvent(QEvent.Type.LanguageChange))
            rest(qtbot, desk)
        now = visible_texts(side)
        assert (sorted(set(now) - set(chinese)), sorted(set(chinese) - set(now))) == ([], [])
        assert side.minimumSizeHint().width() <= 1024 - 208
        assert screen.minimumSizeHint().height() <= 700 - 88

    def test_nothing_here_is_done_on_the_ui_thread(self, qtbot, desk, shop, zhang, monkeypatch):
        from desktop_admin.services.database import sealed_file

        seen: list[str] = []
        real = sealed_file.opened

        def watched(*said: Any, **more: Any) -> Any:
            seen.append(threading.current_thread().name)
            return real(*said, **more)

        monkeypatch.setattr(sealed_file, "opened", watched)
        screen = self.away(qtbot, desk, shop)
        self.note(qtbot, desk, screen, "5", "A1")
        go(qtbot, desk, shop, away=False)
        assert len(seen) > 5
        assert "MainThread" not in seen

    def test_the_foot_of_the_window_counts(self, qtbot, desk, shop, zhang):
        bar = StatusBar(desk)
        qtbot.addWidget(bar)
        screen = self.away(qtbot, desk, shop)
        assert bar.text("queued") == ""
        self.note(qtbot, desk, screen, "5", "A1")
        assert bar.text("queued") == "⚠ 1 笔待入账"


class TestTheList(Case):
    @pytest.fixture
    def refused(self, qtbot, desk, shop, zhang, till) -> Any:
        """A dialog with one row the server refused."""
        screen = self.away(qtbot, desk, shop)
        self.note(qtbot, desk, screen, "100", "A1")
        till.by("manager").do(purchases.record, member_id=zhang, receipt_number="A1", amount=700)
        go(qtbot, desk, shop, away=False)
        rest(qtbot, desk)
        dialog = QueueDialog(screen, desk)
        qtbot.addWidget(dialog)
        dialog.open()
        rest(qtbot, desk)
        assert dialog._row().state is QueueState.REFUSED
        return dialog

    def test_says_why_and_is_put_right(self, qtbot, desk, refused, till, zhang):
        assert "已由" in refused._row().words() or "A1" in refused._row().words()
        assert refused.again.isEnabled()
        form = ChangeForm(desk, refused._row())
        qtbot.addWidget(form)
        form.editors["receipt_number"].set_value("A2")
        form.submit()
        rest(qtbot, desk)
        assert refused._row().state is QueueState.BOOKED
        assert not refused.again.isEnabled()
        assert till.state(zhang)[0] == 1_230 + 7 + 100

    def test_is_discarded_with_a_reason(self, qtbot, desk, refused):
        form = DiscardForm(desk, refused._row())
        qtbot.addWidget(form)
        form.submit()
        assert form._errors["reason"].text()
        form.editors["reason"].set_value("typed twice")
        form.submit()
        rest(qtbot, desk)
        assert refused._row().state is QueueState.DISCARDED
        assert desk.till.waiting == 0

    def test_nothing_can_be_sent_while_the_server_is_away(self, qtbot, desk, shop, refused):
        go(qtbot, desk, shop, away=True)
        rest(qtbot, desk)
        assert not any(b.isEnabled() for b in (refused.again, refused.change, refused.ask, refused.discard))

    def test_another_operator_sees_that_it_waits(self, qtbot, desk, shop, zhang, as_role, till):
        screen = self.away(qtbot, desk, shop)
        self.note(qtbot, desk, screen, "100", "A1")
        desk.sign_in(as_role("manager"))
        go(qtbot, desk, shop, away=False)
        rest(qtbot, desk)
        assert desk.till.waiting == 1
        assert till.state(zhang)[0] == 1_230
        desk.sign_in(as_role("counter"))
        desk.till.look()
        rest(qtbot, desk)
        assert desk.till.waiting == 0
        assert till.state(zhang)[0] == 1_230 + 100


class TestDashboard(Case):
    screen = DashboardScreen
    actor_role = "manager"

    @pytest.fixture(autouse=True)
    def _drawn_before(self) -> None:
        """The first import of what draws takes seconds of a busy machine."""
        import matplotlib.figure

        assert matplotlib.figure

    def test_opens_from_what_was_seen_per_period(self, qtbot, desk, shop, zhang, till):
        till.buy(zhang, 15_000, "R1")
        desk.remember("DashboardScreen/period", "all")
        screen = self.open(qtbot, desk)
        rest(qtbot, desk)
        issued = screen.flows["issued"].figure.text()
        shop.away = True
        again = self.open(qtbot, desk)
        qtbot.waitUntil(lambda: again.board is not None, timeout=20_000)
        rest(qtbot, desk)
        assert again.flows["issued"].figure.text() == issued
        assert again.banner.isVisible()
        again.flows["issued"].pressed.emit()
        rest(qtbot, desk)
        assert "服务器" in again.drawer.said.text()
        assert again.drawer.table is None
        again.range.choose("today")
        again.mark_stale()
        rest(qtbot, desk)
        assert again.board is not None  # nothing of today was ever seen: what was shown stays, with its time


def till_card(database: Any, member_id: int) -> str:
    """The member's card."""
    from desktop_admin.services.database.sql import Sql

    card = Sql("SELECT card_number FROM member WHERE id = :m")
    return str(database.read(lambda work: work.value(card, m=member_id)))
