"""What is done at the fulfilment desk: one key, forms, undoing, paper."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop_admin.i18n import _
from desktop_admin.models.members import order_state
from desktop_admin.services import redemptions
from desktop_admin.services.redemptions import Wanted
from desktop_admin.views.redemptions.hands import CollectHand, ShipHand
from desktop_admin.views.redemptions.undo import UndoHand
from tests.views.desk_case import DeskCase


@pytest.fixture
def engine() -> str:
    return "sqlite"


class TestActs(DeskCase):
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
        whole = _(order_state("returned")[0])
        assert desk.notices.told[-1] == f"{placed.number}：{whole}。", "all of it: its state says it"
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
