"""The shifts screen: count, close, print."""

from __future__ import annotations

from functools import partial

import pytest

from desktop_admin.services import shifts
from desktop_admin.views.shifts import ShiftsScreen
from desktop_admin.views.shifts.report import document
from tests.services.counter import Counter
from tests.views.screen_case import ScreenCase, wait_idle


@pytest.fixture
def engine() -> str:
    return "sqlite"


class TestShiftsScreen(ScreenCase):
    screen = ShiftsScreen

    @pytest.fixture
    def busy(self, database, as_role):
        till = Counter(database, as_role)
        who = till.member(100)
        till.adjust(who, 30)
        till.adjust(who, -10)
        return till

    def settle(self, qtbot, desk):
        wait_idle(qtbot, desk.tasks)
        qtbot.waitUntil(desk.tasks.idle, timeout=10_000)
        wait_idle(qtbot, desk.tasks)

    def test_closing_and_printing(self, busy, qtbot, desk, tmp_path):
        screen = self.open(qtbot, desk)
        assert screen.till.isVisible()
        screen.form.editors["cash_counted"].set_value(1250)
        screen.form.submit()
        self.settle(qtbot, desk)
        assert screen.choice.current() == "closed"
        assert screen.print_act.isEnabled()
        shift = screen._report
        assert shift.difference == 1250
        assert shift.anchor is not None
        paper = document(shift, "店", desk.actor)
        assert paper.anchor == shift.anchor.text
        assert paper.operators[0].granted == 30 or paper.operators[1].granted == 30
        assert len(paper.exceptions) == 1, "the difference in the till"
        screen.mark_stale()
        self.settle(qtbot, desk)
        assert not screen.till.isVisible() or screen._shift is None

    def test_a_mistyped_amount_stays_in_the_form(self, busy, qtbot, desk, database):
        screen = self.open(qtbot, desk)
        screen.form.editors["cash_counted"].widget.setText("12x")
        screen.form.submit()
        assert screen.form._errors["cash_counted"].text()
        assert database.read(partial(shifts.count), actor=desk.actor) == 0

    def test_earlier_shifts(self, busy, qtbot, desk, database):
        from desktop_admin.services.command import new_request

        shifts.finish(database, actor=desk.actor, request=new_request(), cash_counted=None)
        screen = self.open(qtbot, desk)
        screen._choose("closed")
        screen.table.setCurrentIndex(screen.paged.index(0, 0))
        wait_idle(qtbot, desk.tasks)
        assert screen.drawer.isVisible()
