"""The fulfilment desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from desktop_admin.services import redemptions
from desktop_admin.services.redemptions import Wanted
from desktop_admin.views.redemptions import RedemptionsScreen
from desktop_admin.views.redemptions.hands import CollectHand, ShipHand
from desktop_admin.views.redemptions.undo import UndoHand
from tests.services.goods import NEVER, Goods
from tests.views.screen_case import ScreenCase, wait_idle


@pytest.fixture
def engine() -> str:
    return "sqlite"


class TestRedemptionsScreen(ScreenCase):
    screen = RedemptionsScreen

    @pytest.fixture
    def g(self, database, as_role) -> Goods:
        goods = Goods(database, as_role)
        goods.item(1, 100, pieces=20, name="茶杯")
        goods.item(2, 50, cash=1000, pieces=20, name="<b>雨伞</b>")
        goods.item(3, 30, kind="voucher", name="电影票")
        goods.member(1, (5_000, NEVER), name="张三", address="人民路 1 号")
        goods.member(2, (5_000, NEVER), name="李四", address="解放路 2 号", tier="gold")
        return goods

    def place(self, g: Goods, member: int = 1, *offers: int, delivery: str = "ship", pieces: int = 1):
        lines = tuple(Wanted(offer, pieces) for offer in offers or (1,))
        return g.do(redemptions.place, member_id=member, lines=lines, delivery=delivery)

    def state(self, g: Goods, placed) -> str:
        return g.ask(redemptions.detail, redemption_id=placed.redemption_id).state

    def idle(self, qtbot, desk) -> None:
        qtbot.wait(20)
        wait_idle(qtbot, desk.tasks)
        qtbot.waitUntil(desk.tasks.idle)
        qtbot.wait(20)
        wait_idle(qtbot, desk.tasks)

    def numbers(self, screen) -> list[str]:
        return [screen.paged.record(row).number for row in range(screen.paged.rowCount())]

    def look_at(self, screen, qtbot, desk, queue: str) -> None:
        screen.arrive(queue=queue)
        self.idle(qtbot, desk)

    # --- looking ----------------------------------------------------------------------------------

    def test_queues_counts_and_order(self, g, clock, qtbot, desk):
        late = self.place(g)
        clock.at += timedelta(days=5)
        fresh, gold = self.place(g), self.place(g, 2)
        screen = self.open(qtbot, desk)
        assert self.numbers(screen) == [gold.number, late.number, fresh.number]
        tally = screen.queues._tallies["placed"]
        assert (tally.orders, tally.late, tally.oldest) == (3, 1, "5 天")
        self.look_at(screen, qtbot, desk, "overdue")
        assert self.numbers(screen) == [late.number]
        assert screen.paged.columns[0].text(screen.paged.record(0))
        qtbot.keyClick(screen.queues, Qt.Key.Key_Down)
        self.idle(qtbot, desk)
        assert screen.queues.current() == "placed"
        assert len(self.numbers(screen)) == 3

    def test_found_by_number_code_tracking_name(self, g, qtbot, desk):
        one, _other = self.place(g, 1, delivery="pickup"), self.place(g, 2)
        screen = self.open(qtbot, desk)
        for text in (one.number, one.pickup_code, "800000000001"):
            screen.search.setText(text)
            screen.search.narrowed.emit()
            self.idle(qtbot, desk)
            assert self.numbers(screen) == [one.number], text
        screen.search.setText("nothing like it")
        screen.search.narrowed.emit()
        self.idle(qtbot, desk)
        assert screen.nothing.isVisible()
        screen.nothing.button.click()
        self.idle(qtbot, desk)
        assert len(self.numbers(screen)) == 2

    def test_the_order_beside_the_list(self, g, qtbot, desk):
        placed = self.place(g, 1, 1, 2)
        screen = self.open(qtbot, desk)
        qtbot.keyClick(screen.table, Qt.Key.Key_Return)
        self.idle(qtbot, desk)
        panel = screen._panel
        assert panel.isVisible()
        assert panel.heading.text() == placed.number
        assert [view.name.whole() for view in panel.lines] == ["茶杯", "<b>雨伞</b>"]
        labels = panel.findChildren(QLabel)
        assert all(x.textFormat() == Qt.TextFormat.PlainText for x in labels if "<b>" in x.text())
        qtbot.keyClick(panel, Qt.Key.Key_Escape)
        assert panel.isHidden()
        assert screen.queues.isVisible()

    # --- one key ----------------------------------------------------------------------------------

    def test_many_at_once_each_its_own_step(self, g, qtbot, desk):
        ship, pick = self.place(g), self.place(g, 2, delivery="pickup")
        screen = self.open(qtbot, desk)
        screen.table.selectAll()
        self.idle(qtbot, desk)
        screen.acts.next.trigger()
        self.idle(qtbot, desk)
        assert (self.state(g, ship), self.state(g, pick)) == ("picking", "ready")
        assert screen.nothing.isVisible()

    def test_what_was_refused_is_told_row_by_row(self, g, qtbot, desk):
        one, two = self.place(g), self.place(g, 2)
        screen = self.open(qtbot, desk)
        screen.table.selectAll()
        self.idle(qtbot, desk)
        g.do(redemptions.cancel, redemption_id=two.redemption_id, reason="x")
        screen.acts.next.trigger()
        self.idle(qtbot, desk)
        assert self.state(g, one) == "picking"
        rows = screen.dialog.table.records.records
        assert [(row.row.number, bool(row.why_not)) for row in rows] == [(two.number, True), (one.number, False)]
        screen.dialog.accept()

    def test_shipping_one_after_the_other(self, g, qtbot, desk):
        orders = [self.place(g), self.place(g)]
        for order in orders:
            for state in ("picking", "packed"):
                g.do(redemptions.advance, redemption_id=order.redemption_id, to_state=state)
        screen = self.open(qtbot, desk)
        self.look_at(screen, qtbot, desk, "packed")
        screen.table.selectAll()
        self.idle(qtbot, desk)
        screen.acts.next.trigger()
        hand = screen._side.hand
        assert isinstance(hand, ShipHand)
        qtbot.keyClick(hand.form.editors["tracking"].widget, Qt.Key.Key_Return)
        assert hand.form._errors["tracking"].text(), "a tracking number is asked for"
        for number in ("SF100", "SF200"):
            assert screen.scan(number)
            qtbot.keyClick(hand.form.submit_button, Qt.Key.Key_Return)
            self.idle(qtbot, desk)
        assert screen._side.hand is None
        details = [g.ask(redemptions.detail, redemption_id=order.redemption_id) for order in orders]
        assert [(d.state, d.tracking) for d in details] == [("shipped", "SF100"), ("shipped", "SF200")]

    def test_scanned_code_hands_over(self, g, qtbot, desk):
        placed = self.place(g, 1, delivery="pickup")
        g.do(redemptions.advance, redemption_id=placed.redemption_id, to_state="ready")
        screen = self.open(qtbot, desk)
        assert screen.scan(placed.pickup_code)
        self.idle(qtbot, desk)
        hand = screen._side.hand
        assert isinstance(hand, CollectHand)
        assert hand.form.values()["proof"] == placed.pickup_code
        assert self.state(g, placed) == "ready", "a scan alone confirms nothing"
        hand.form.submit()
        self.idle(qtbot, desk)
        assert self.state(g, placed) == "collected"

    def test_a_wrong_code_is_told_at_the_field(self, g, qtbot, desk):
        placed = self.place(g, 1, delivery="pickup")
        g.do(redemptions.advance, redemption_id=placed.redemption_id, to_state="ready")
        screen = self.open(qtbot, desk)
        self.look_at(screen, qtbot, desk, "ready")
        screen.acts.next.trigger()
        hand = screen._side.hand
        hand.form.editors["proof"].set_value("ABCDEFG")
        hand.form.submit()
        self.idle(qtbot, desk)
        assert hand.form._errors["proof"].text()
        qtbot.keyClick(hand.form.editors["proof"].widget, Qt.Key.Key_Escape)
        assert screen._side.hand is None

    # --- undoing ----------------------------------------------------------------------------------

    def test_part_of_a_line_is_cancelled(self, g, qtbot, desk):
        placed = self.place(g, 1, 2, pieces=3)
        screen = self.open(qtbot, desk)
        qtbot.keyClick(screen.table, Qt.Key.Key_Return)
        self.idle(qtbot, desk)
        screen.acts.cancel.trigger()
        hand = screen._side.hand
        assert isinstance(hand, UndoHand)
        (line,) = hand.form.lines
        hand.form.editors[f"pieces{line.id}"].set_value(2)
        shown = " ".join(label.text() for label in hand.coming.findChildren(QLabel))
        assert "+100" in shown
        assert "20.00" in shown
        qtbot.keyClick(hand.form.editors["reason"].widget, Qt.Key.Key_1)
        qtbot.keyClick(hand.form.editors["reason"].widget, Qt.Key.Key_Return)
        self.idle(qtbot, desk)
        detail = g.ask(redemptions.detail, redemption_id=placed.redemption_id)
        assert (detail.state, detail.lines[0].undone, detail.points_kept, detail.cash_kept) == ("placed", 2, 50, 1000)
        assert g.level(2) == (20, 1)

    def test_a_return_that_is_not_whole_is_written_off(self, g, qtbot, desk):
        placed = g.do(
            redemptions.place, member_id=1, lines=(Wanted(1, 2),), delivery="pickup", hand_over=True
        )
        screen = self.open(qtbot, desk)
        self.look_at(screen, qtbot, desk, "collected")
        qtbot.keyClick(screen.table, Qt.Key.Key_Return)
        self.idle(qtbot, desk)
        assert not screen.acts.cancel.isEnabled()
        screen.acts.back.trigger()
        hand = screen._side.hand
        (line,) = hand.form.lines
        hand.form.editors[f"fit{line.id}"].set_value(False)
        hand.form.editors["reason"].set_value("faulty")
        hand.form.submit()
        self.idle(qtbot, desk)
        assert self.state(g, placed) == "returned"
        assert g.level(1) == (18, 0)
        assert g.balance(1) == 5_000

    def test_no_more_pieces_than_there_are(self, g, qtbot, desk):
        self.place(g, 1, 1)
        screen = self.open(qtbot, desk)
        qtbot.keyClick(screen.table, Qt.Key.Key_Return)
        self.idle(qtbot, desk)
        screen.acts.cancel.trigger()
        form = screen._side.hand.form
        (line,) = form.lines
        form.editors["reason"].set_value("wrong")
        form.editors[f"pieces{line.id}"].set_value(7)
        form.submit()
        assert form._errors[f"pieces{line.id}"].text()
        screen._side.hand.shut()

    # --- paper ------------------------------------------------------------------------------------

    def test_slips_are_counted_and_copies_say_so(self, g, qtbot, desk):
        placed = self.place(g)
        screen = self.open(qtbot, desk)
        self.idle(qtbot, desk)
        for _time in range(2):
            screen.acts.slips.trigger()
            self.idle(qtbot, desk)
        names = sorted(path.name for path in screen.acts.folder().iterdir())
        assert len(names) == 2
        assert any("copy1" in name for name in names)
        assert all(placed.number in name for name in names)
        assert g.ask(redemptions.detail, redemption_id=placed.redemption_id).slips == 2

    def test_pick_list_and_labels(self, g, qtbot, desk):
        self.place(g), self.place(g, 2, 1, 2)
        screen = self.open(qtbot, desk)
        screen.table.selectAll()
        self.idle(qtbot, desk)
        screen.acts.pick.trigger()
        self.idle(qtbot, desk)
        screen.acts.labels.trigger()
        self.idle(qtbot, desk)
        names = [path.name for path in screen.acts.folder().iterdir()]
        assert sorted(name.split("-")[0] for name in names) == ["label", "label", "pick"]

    # --- placing ----------------------------------------------------------------------------------

    def test_a_redemption_is_placed_from_here(self, g, qtbot, desk):
        screen = self.open(qtbot, desk)
        screen.place_act.trigger()
        dialog = screen.dialog
        self.idle(qtbot, desk)
        dialog.choose(2)
        self.idle(qtbot, desk)
        row = next(row for row in dialog.panel._rows if row.item_id == 1)
        dialog.panel._take(row)
        dialog.panel.confirm()
        dialog.panel.form.editors["how"].set_value("ship")
        dialog.panel.form.submit()
        self.idle(qtbot, desk)
        (found,) = g.ask(redemptions.page, state="placed").rows
        assert (found.member, found.delivery) == ("李四", "ship")
        assert screen._panel.order.id == found.id

    def test_who_only_looks_can_do_nothing(self, g, qtbot, desk, as_role):
        self.place(g)
        desk.sign_in(as_role("auditor"))
        screen = self.open(qtbot, desk)
        self.idle(qtbot, desk)
        assert self.numbers(screen)
        for act in (screen.acts.next, screen.acts.cancel, screen.place_act):
            assert not act.isEnabled()

    def test_hostile_text_stays_text(self, g, qtbot, desk):
        g.member(3, (500, NEVER), name="<img src=x>\n" + "长" * 60, address="<b>x</b>" * 20)
        self.place(g, 3)
        screen = self.open(qtbot, desk)
        qtbot.keyClick(screen.table, Qt.Key.Key_Return)
        self.idle(qtbot, desk)
        QApplication.processEvents()
        assert screen._panel.isVisible()
        assert screen._panel.width() <= 400
        labels = screen.findChildren(QLabel)
        assert all(x.textFormat() == Qt.TextFormat.PlainText for x in labels if "<" in x.text())
