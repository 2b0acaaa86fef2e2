"""The fulfilment desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from desktop_admin.services import redemptions
from desktop_admin.services.redemptions import Wanted
from tests.services.goods import NEVER
from tests.views.desk_case import DeskCase


@pytest.fixture
def engine() -> str:
    return "sqlite"


class TestRedemptionsScreen(DeskCase):
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

    def test_who_only_looks_can_do_nothing(self, g, qtbot, desk, as_role):
        self.place(g)
        desk.sign_in(as_role("auditor"))
        screen = self.open(qtbot, desk)
        self.idle(qtbot, desk)
        assert self.numbers(screen)
        for act in (screen.acts.next, screen.acts.cancel, screen.place_act):
            assert not act.isEnabled()

    def test_hostile_text_stays_text(self, g, qtbot, desk):
        g.member(3, (500, NEVER), name="<img src=x>\n" + "长" * 60, address="<b>W</b>" * 20)
        g.do(
            redemptions.place, member_id=3, lines=(Wanted(1),), delivery="ship", recipient="W" * 60,
            remark="R" * 200,
        )  # fmt: skip
        screen = self.open(qtbot, desk)
        qtbot.keyClick(screen.table, Qt.Key.Key_Return)
        self.idle(qtbot, desk)
        QApplication.processEvents()
        assert screen._panel.isVisible()
        panel = screen._panel
        inside = panel.content.parentWidget()
        assert inside.minimumSizeHint().width() <= panel.width(), "nothing is cut off at the right"
        labels = screen.findChildren(QLabel)
        assert all(x.textFormat() == Qt.TextFormat.PlainText for x in labels if "<" in x.text())
