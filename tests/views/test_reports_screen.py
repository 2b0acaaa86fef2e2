"""The reports screen: every report as table and picture, and out as workbook, CSV and PDF."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop_admin.services.reports import REPORTS
from desktop_admin.views.desk import Desk
from desktop_admin.views.reports import ReportsScreen
from tests.services.counter import Counter
from tests.views.screen_case import ScreenCase, wait_idle


@pytest.fixture
def engine() -> str:
    """What the database does differently is tested with the services."""
    return "sqlite"


class TestReportsScreen(ScreenCase):
    screen = ReportsScreen

    def _open(self, qtbot: Any, desk: Desk) -> ReportsScreen:
        desk.remember("ReportsScreen/period", "all")
        screen = self.open(qtbot, desk)
        assert isinstance(screen, ReportsScreen)
        return screen

    def test_shows_every_report(self, qtbot: Any, desk: Desk, database: Any, as_role: Any) -> None:
        till = Counter(database, as_role, "system")
        member = till.member(100)
        till.gift(member, 50, "2026-04-01")
        till.buy(member, 150_000, "R1")
        screen = self._open(qtbot, desk)
        for code in REPORTS:
            screen.choose(code)
            qtbot.waitUntil(lambda code=code: screen.report is not None and screen.report.code == code)
            assert screen.table is not None
            assert screen.table.records.rowCount() == len(screen.report.rows)
        wait_idle(qtbot, desk.tasks)
        qtbot.waitUntil(desk.tasks.idle, timeout=20_000)

    def test_leaves_in_three_kinds(self, qtbot: Any, desk: Desk, tmp_path: Path) -> None:
        screen = self._open(qtbot, desk)
        for ending in ("xlsx", "csv", "pdf"):
            screen.export_to(tmp_path / f"report.{ending}")
        told = vars(desk.notices)["told"]
        qtbot.waitUntil(lambda: len(told) == 3 or bool(vars(desk.notices)["errors"]), timeout=20_000)
        assert not vars(desk.notices)["errors"]
        assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
        qtbot.waitUntil(desk.tasks.idle, timeout=20_000)

    def test_expires_what_is_due(
        self, qtbot: Any, desk: Desk, database: Any, as_role: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        till = Counter(database, as_role, "system")
        member = till.member()
        till.gift(member, 50, "2026-03-31")
        clock.at += timedelta(days=60)
        screen = self._open(qtbot, desk)
        screen.choose("expiry")
        wait_idle(qtbot, desk.tasks)
        assert screen.expire_button.isVisibleTo(screen)
        monkeypatch.setattr(
            "desktop_admin.views.reports.expire.ask", lambda _screen, _title, _text, _yes, then: then()
        )
        screen.expire.trigger()
        told = vars(desk.notices)["told"]
        qtbot.waitUntil(lambda: bool(told), timeout=20_000)
        assert till.state(member) == (0, 0)
        qtbot.waitUntil(desk.tasks.idle, timeout=20_000)
