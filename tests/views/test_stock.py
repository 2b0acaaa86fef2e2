"""The screen of stock: lists, and sheets filled by keyboard and scanner."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_admin.services import stock
from desktop_admin.services.stock import Pieces
from desktop_admin.views.stock import StockScreen
from tests.services.goods import Goods
from tests.views.fakes import HeldWrites
from tests.views.screen_case import ScreenCase, wait_idle


@pytest.fixture
def engine():
    """Screens know no engine; the services below them are tested on both."""
    return "sqlite"


class TestStockScreen(ScreenCase):
    screen = StockScreen


class TestWithGoods(ScreenCase):
    """The free tests again, on a shop with goods, and what a clerk does."""

    screen = StockScreen
    actor_role = "clerk"

    @pytest.fixture
    def shop(self, database, as_role):
        g = Goods(database, as_role)
        self.g = g
        for number, name in ((1, "茶杯"), (2, "<b>伞</b>"), (3, "巧克力")):
            g.item(number, name=name, cost=500)
        g.branch_named(2, "Second")
        g.do(stock.receive, lines=(Pieces(1, 10), Pieces(2, 3)))
        g.do(stock.set_safety, item_id=2, safety=5)
        return database

    def idle(self, qtbot, desk):
        for _ in range(3):
            wait_idle(qtbot, desk.tasks)

    def begun(self, qtbot, desk, act):
        screen = self.open(qtbot, desk)
        screen.acts[act].trigger()
        self.idle(qtbot, desk)
        return screen

    def test_levels_low_and_movements(self, qtbot, desk):
        screen = self.open(qtbot, desk)
        assert screen.levels.rowCount() == 3
        assert [row.item_id for row in screen.low.records] == [2]
        screen.views._buttons["movements"].click()
        self.idle(qtbot, desk)
        assert screen.moved.rowCount() == 2
        screen.arrive(item_id=2)
        self.idle(qtbot, desk)
        assert screen.moved.rowCount() == 1
        screen.branch.setCurrentIndex(1)
        screen.branch.activated.emit(1)
        self.idle(qtbot, desk)
        assert screen.moved.rowCount() == 0
        assert screen.low.records == []

    def test_a_sheet_keeps_its_request_until_it_is_known_what_became_of_it(self, qtbot, desk, monkeypatch):
        screen = self.begun(qtbot, desk, "receive")
        screen.sheet.add(screen.levels.record(0))
        held = HeldWrites()
        monkeypatch.setattr(desk.tasks, "write", held)
        held.watch(screen.sheet.book)
        assert screen.sheet.model.rowCount() == 1
        assert screen.sheet.table.isEnabled()

    def test_a_delivery_is_scanned_typed_and_booked(self, qtbot, desk):
        screen = self.begun(qtbot, desk, "receive")
        for code in ("6900000000001", "6900000000001", "G0003", "6900000000001"):
            screen.scan(code)
            self.idle(qtbot, desk)
        sheet = screen.sheet
        assert [(line.row.item_id, line.pieces) for line in sheet.model.lines] == [(1, 3), (3, 1)]
        sheet.table.setCurrentIndex(sheet.model.index(1, 3))
        sheet.table.edit(sheet.model.index(1, 3))
        editor = sheet.table.focusWidget()
        QTest.keyClicks(editor, "12*2")
        QTest.keyClick(editor, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: sheet.model.lines[1].pieces == 24)
        QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self.idle(qtbot, desk)
        assert (self.g.level(1), self.g.level(3)) == ((13, 0), (24, 0))
        assert screen.places.currentWidget() is screen.lists_page
        assert "27" in desk.notices.told[-1]

    def test_an_unknown_code_is_said(self, qtbot, desk):
        screen = self.begun(qtbot, desk, "receive")
        screen.scan("nothing")
        self.idle(qtbot, desk)
        assert "nothing" in screen.sheet.banner.label.text()

    def test_a_refusal_keeps_the_sheet(self, qtbot, desk):
        screen = self.begun(qtbot, desk, "write_off")
        screen.scan("G0002")
        self.idle(qtbot, desk)
        sheet = screen.sheet
        sheet.model.setData(sheet.model.index(0, 3), 9)
        sheet.book()
        self.idle(qtbot, desk)
        assert not sheet.banner.isHidden()
        assert sheet.reason.hasFocus() or screen.window() is not sheet.window()
        sheet.reason.setText("broken")
        sheet.book()
        self.idle(qtbot, desk)
        assert "3" in sheet.banner.label.text()
        sheet.model.setData(sheet.model.index(0, 3), 3)
        sheet.book()
        sheet.book()
        self.idle(qtbot, desk)
        assert self.g.level(2) == (0, 0)

    def test_selected_rows_are_counted(self, qtbot, desk):
        screen = self.open(qtbot, desk)
        screen.tables["levels"].selectAll()
        screen.acts["count"].trigger()
        sheet = screen.sheet
        assert [line.pieces for line in sheet.model.lines] == [
            line.row.on_hand for line in sheet.model.lines]
        at = next(n for n, line in enumerate(sheet.model.lines) if line.row.item_id == 1)
        sheet.model.setData(sheet.model.index(at, 3), 8)
        sheet.reason.setText("March")
        sheet.book()
        self.idle(qtbot, desk)
        assert self.g.level(1) == (8, 0)

    def test_goods_are_sent_to_another_branch(self, qtbot, desk):
        screen = self.begun(qtbot, desk, "transfer")
        screen.sheet.search.setText("茶")
        screen.sheet.search.search_now()
        self.idle(qtbot, desk)
        assert screen.sheet.model.lines[0].row.item_id == 1
        screen.sheet.model.setData(screen.sheet.model.index(0, 3), 4)
        screen.sheet.book()
        self.idle(qtbot, desk)
        assert (self.g.level(1), self.g.level(1, 2)) == ((6, 0), (4, 0))

    def test_esc_gives_the_sheet_up(self, qtbot, desk):
        screen = self.begun(qtbot, desk, "issue")
        QTest.keyClick(screen.sheet, Qt.Key.Key_Escape)
        assert screen.places.currentWidget() is screen.lists_page

    def test_the_safety_level(self, qtbot, desk, as_role):
        desk.sign_in(as_role("manager"))
        screen = self.open(qtbot, desk)
        screen.tables["levels"].select_where(lambda row: row.item_id == 1)
        screen.safety_act.trigger()
        screen.dialog.form.editors["safety"].set_value(20)
        screen.dialog.form.submit()
        self.idle(qtbot, desk)
        assert len(screen.low.records) == 2

    def test_a_clerk_may_not_set_it_and_an_auditor_only_looks(self, qtbot, desk, as_role):
        assert not self.open(qtbot, desk).safety_act.isEnabled()
        desk.sign_in(as_role("auditor"))
        assert not any(act.isEnabled() for act in self.open(qtbot, desk).acts.values())
