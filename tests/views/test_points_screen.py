"""The journal: filters, sums, one entry in full, and reversing by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from desktop_admin.services import approvals, points
from desktop_admin.views.desk import Desk
from desktop_admin.views.dialogs import FormDialog
from desktop_admin.views.points import PointsScreen, ReverseForm
from desktop_admin.views.points.refund_form import RefundForm
from tests.services.counter import Counter
from tests.views.screen_case import ScreenCase, wait_idle


@pytest.fixture
def engine() -> str:
    """What the database does differently is tested with the services."""
    return "sqlite"


class TestPointsScreen(ScreenCase):
    screen = PointsScreen

    @pytest.fixture
    def till(self, database: Any, as_role: Any) -> Counter:
        return Counter(database, as_role)

    def journal(self, qtbot: Any, desk: Desk) -> PointsScreen:
        screen = self.open(qtbot, desk)
        assert isinstance(screen, PointsScreen)
        return screen

    def test_lists_sums_and_narrows(self, qtbot: Any, desk: Desk, till: Counter) -> None:
        anna, ben = till.member(), till.member()
        till.gift(anna, 500)
        till.adjust(anna, -20)
        till.buy(ben, 12_300, "1")
        screen = self.journal(qtbot, desk)
        assert screen.paged.rowCount() == 3
        assert "3" in screen.sums.text()
        assert "623" in screen.sums.text()
        screen.filters.typed.setChecked(True)
        wait_idle(qtbot, desk.tasks)
        assert screen.paged.rowCount() == 3
        screen.arrive(member_id=ben, name="Ben")
        wait_idle(qtbot, desk.tasks)
        assert screen.paged.rowCount() == 1
        assert not screen.filters.member_button.isHidden()
        box = screen.filters.boxes["kind"]
        box.setCurrentIndex(box.findData("redeem"))
        wait_idle(qtbot, desk.tasks)
        assert screen.none.isVisible()
        screen.filters.forget_all()
        wait_idle(qtbot, desk.tasks)
        assert screen.paged.rowCount() == 3

    def test_an_empty_journal_says_so_whichever_answer_comes_last(self, qtbot: Any, desk: Desk) -> None:
        screen = self.journal(qtbot, desk)
        screen._ask_sums(quiet=False)
        wait_idle(qtbot, desk.tasks)
        assert screen.empty.isVisible()

    def test_an_entry_in_full(self, qtbot: Any, desk: Desk, till: Counter) -> None:
        ben = till.member()
        bought = till.buy(ben, 12_300, "1")
        screen = self.journal(qtbot, desk)
        screen.arrive(entry_id=bought.entry_id)
        wait_idle(qtbot, desk.tasks)
        assert screen.drawer.isVisible()
        said = [left.text() for left, _right in screen.panel.why._lines]
        assert any("123.00" in text for text in said)
        assert screen.reverse_act.isEnabled()  # by refunding the purchase

    def test_what_a_purchase_earned_is_undone_by_refunding_it(self, qtbot: Any, desk: Desk, till: Counter) -> None:
        ben = till.member()
        bought = till.buy(ben, 12_300, "1")
        for n in range(12):  # long since pushed off the counter's card
            till.gift(ben, 1 + n)
        screen = self.journal(qtbot, desk)
        screen.arrive(entry_id=bought.entry_id)
        wait_idle(qtbot, desk.tasks)
        screen.reverse_act.trigger()
        wait_idle(qtbot, desk.tasks)
        dialog = screen.window().findChild(FormDialog)
        assert dialog is not None
        form = dialog.form
        assert isinstance(form, RefundForm)
        form.editors["amount"].set_value(2_300)
        qtbot.wait(100)
        wait_idle(qtbot, desk.tasks)
        assert form.preview.text() == "201 → 178"
        qtbot.keyClick(form.editors["amount"].widget, Qt.Key.Key_Return)
        wait_idle(qtbot, desk.tasks)
        assert till.state(ben) == (178, 0)

    def test_reverses_by_keyboard_after_before_and_after(self, qtbot: Any, desk: Desk, till: Counter) -> None:
        anna = till.member()
        wrong = till.adjust(anna, 50)
        screen = self.journal(qtbot, desk)
        screen.table.select_where(lambda row: row.id == wrong.entry_id)
        qtbot.wait(10)
        assert screen.reverse_act.isEnabled()
        screen.reverse_act.trigger()
        wait_idle(qtbot, desk.tasks)
        dialog = screen.findChild(FormDialog) or screen.window().findChild(FormDialog)
        assert dialog is not None
        form = dialog.form
        assert isinstance(form, ReverseForm)
        wait_idle(qtbot, desk.tasks)
        assert form.preview.text() == "50 → 0"
        qtbot.keyClick(form.editors["reason"].widget, Qt.Key.Key_1)
        form.editors["points"].set_value(20)
        qtbot.wait(100)
        wait_idle(qtbot, desk.tasks)
        assert form.preview.text() == "50 → 30"
        qtbot.keyClick(form.editors["note"].widget, Qt.Key.Key_Return)
        wait_idle(qtbot, desk.tasks)
        assert till.state(anna) == (30, 0)

    def test_above_the_limit_the_same_enter_asks(self, qtbot: Any, desk: Desk, till: Counter) -> None:
        anna = till.member()
        wrong = till.by("administrator").adjust(anna, 60_000)
        screen = self.journal(qtbot, desk)
        detail = till.ask(points.entry, entry_id=wrong.entry_id)
        form = ReverseForm(desk, detail, screen._reasons)
        qtbot.addWidget(form)
        form.show()
        wait_idle(qtbot, desk.tasks)
        assert form.asks_approval
        form.editors["reason"].set_value("typing")
        form.submit()
        wait_idle(qtbot, desk.tasks)
        assert till.by("administrator").ask(approvals.waiting) == 1
        assert till.state(anna) == (60_000, 0)
