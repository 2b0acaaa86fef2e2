"""The inbox of requests: decided by keyboard, refused where it must be."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from desktop_admin.services import approvals
from desktop_admin.services.command import new_request
from desktop_admin.views.approvals import ApprovalsScreen
from desktop_admin.views.desk import Desk
from tests.services.counter import Counter
from tests.views.fakes import HeldWrites
from tests.views.screen_case import ScreenCase, wait_idle


@pytest.fixture
def engine() -> str:
    """What the database does differently is tested with the services."""
    return "sqlite"


class TestApprovalsScreen(ScreenCase):
    screen = ApprovalsScreen

    @pytest.fixture
    def till(self, database: Any, as_role: Any) -> Counter:
        return Counter(database, as_role, "counter")

    def inbox(self, qtbot: Any, desk: Desk) -> ApprovalsScreen:
        screen = self.open(qtbot, desk)
        assert isinstance(screen, ApprovalsScreen)
        return screen

    def ask(self, till: Counter, member: int, points: int = 5_000) -> int:
        return till.do(
            approvals.ask, act_request=new_request(), kind="points.adjust",
            parameters={"member_id": member, "points": points, "reason": "service"}).approval_id

    def test_approves_with_one_key(self, qtbot: Any, desk: Desk, till: Counter) -> None:
        anna = till.member()
        self.ask(till, anna)
        screen = self.inbox(qtbot, desk)
        screen.table.select_where(lambda row: True)
        qtbot.wait(10)
        assert screen.drawer.isVisible()
        assert screen.panel.step.text() == "0 → 5,000"
        screen.approve_act.trigger()
        screen.approve_act.trigger()  # an impatient second press
        wait_idle(qtbot, desk.tasks)
        assert till.state(anna) == (5_000, 0)
        assert not screen.drawer.isVisible()

    def test_one_request_until_it_is_known_what_became_of_it(
        self, qtbot: Any, desk: Desk, till: Counter, monkeypatch: Any
    ) -> None:
        self.ask(till, till.member())
        screen = self.inbox(qtbot, desk)
        screen.table.select_where(lambda row: True)
        held = HeldWrites()
        monkeypatch.setattr(desk.tasks, "write", held)
        held.watch(screen.approve)

    def test_rejecting_needs_an_answer(self, qtbot: Any, desk: Desk, till: Counter) -> None:
        anna = till.member()
        self.ask(till, anna)
        screen = self.inbox(qtbot, desk)
        screen.table.select_where(lambda row: True)
        screen.reject_act.trigger()
        assert screen.panel.refusal.isVisible()
        screen.panel.answer.setText("没有小票")
        qtbot.keyClick(screen.panel.answer, Qt.Key.Key_Return)
        wait_idle(qtbot, desk.tasks)
        assert till.state(anna) == (0, 0)  # Enter alone decides nothing once something was said
        screen.reject_act.trigger()
        wait_idle(qtbot, desk.tasks)
        (row,) = till.ask(approvals.inbox, box="mine").rows
        assert (row.state, row.answer) == ("rejected", "没有小票")

    def test_a_refusal_is_shown_and_the_request_stays(self, qtbot: Any, desk: Desk, till: Counter) -> None:
        anna = till.member()
        self.ask(till, anna, 60_000)
        screen = self.inbox(qtbot, desk)
        screen.table.select_where(lambda row: True)
        screen.approve_act.trigger()
        wait_idle(qtbot, desk.tasks)
        assert screen.panel.refusal.isVisible()
        assert screen.approve_act.isEnabled()

    def test_own_requests_are_withdrawn_not_decided(self, qtbot: Any, desk: Desk, till: Counter) -> None:
        manager = till.by("manager")
        self.ask(manager, till.member(), 60_000)
        screen = self.inbox(qtbot, desk)
        screen.arrive(box="mine")
        wait_idle(qtbot, desk.tasks)
        screen.table.select_where(lambda row: True)
        assert not screen.approve_act.isEnabled()
        assert not screen.panel.answer.isVisible()
        screen.withdraw_act.trigger()
        wait_idle(qtbot, desk.tasks)
        (row,) = manager.ask(approvals.inbox, box="mine").rows
        assert row.state == "withdrawn"
