"""The dashboard: figures, rows behind marks, export, and the last figures seen when the database is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desktop_admin.services.charts import Mark, Unit
from desktop_admin.services.errors import Trouble
from desktop_admin.views.dashboard import DashboardScreen
from desktop_admin.views.dashboard.figure_card import changed, short
from desktop_admin.views.dashboard.pictures import PICTURES
from desktop_admin.views.desk import Desk
from tests.services.counter import Counter
from tests.views.screen_case import FailingShop, ScreenCase, wait_idle


@pytest.fixture
def engine() -> str:
    """What the database does differently is tested with the services."""
    return "sqlite"


class TestDashboardScreen(ScreenCase):
    screen = DashboardScreen

    @pytest.fixture(autouse=True)
    def _bought(self, database: Any, as_role: Any) -> None:
        till = Counter(database, as_role, "system")
        till.buy(till.member(), 150_000, "R1")

    def _open(self, qtbot: Any, desk: Desk) -> DashboardScreen:
        desk.remember("DashboardScreen/period", "all")
        screen = self.open(qtbot, desk)
        assert isinstance(screen, DashboardScreen)
        qtbot.waitUntil(desk.tasks.idle, timeout=20_000)
        return screen

    def test_every_picture_shows_its_figures_and_rows(self, qtbot: Any, desk: Desk) -> None:
        screen = self._open(qtbot, desk)
        assert screen.board is not None
        assert screen.flows["issued"].figure.text() == "1,500"
        for picture in PICTURES:
            chart = picture.make(screen.board)
            assert chart.table().headings
            for row in chart.table().rows[:1]:
                series = chart.table().keys[0] if chart.table().keys else ""
                screen._drill(picture, Mark(row.key, series, row.label, "", 0, 0, 0, 0, row.first, row.last))
                wait_idle(qtbot, desk.tasks)
                assert screen.drawer.isVisible()
                assert screen.drawer.table is not None, picture.id
        screen.flows["issued"].pressed.emit()
        wait_idle(qtbot, desk.tasks)
        opened: list[Any] = []
        desk.open_wanted.connect(lambda place, where: opened.append((place, where)))
        assert screen.drawer.table is not None
        first: Any = screen.drawer.table.records.record(0)
        screen.drawer._open(first)
        assert opened == [("members", {"member_id": 1})]

    def test_leaves_as_a_workbook(self, qtbot: Any, desk: Desk, tmp_path: Path) -> None:
        screen = self._open(qtbot, desk)
        screen.export_to(tmp_path / "board.xlsx")
        qtbot.waitUntil(lambda: bool(vars(desk.notices)["told"]), timeout=20_000)
        assert len(openpyxl.load_workbook(tmp_path / "board.xlsx").sheetnames) == len(PICTURES) + 1

    def test_opens_without_the_database_from_what_was_seen(self, qtbot: Any, desk: Desk) -> None:
        self._open(qtbot, desk)
        desk.tasks._shop = FailingShop(Trouble("The database does not answer.", offline=True))
        again = self.open(qtbot, desk)
        assert isinstance(again, DashboardScreen)
        qtbot.waitUntil(lambda: again.board is not None, timeout=20_000)
        assert not again.banner.isHidden()
        assert again.flows["issued"].figure.text() == "1,500"
        qtbot.waitUntil(desk.tasks.idle, timeout=20_000)


@pytest.mark.parametrize(
    ("now", "before", "unit", "better", "said"),
    [
        (110, 100, Unit.POINTS, 1, ("▲ 10.0%", "good")), (90, 100, Unit.POINTS, 1, ("▼ 10.0%", "bad")),
        (90, 100, Unit.POINTS, -1, ("▼ 10.0%", "good")), (100, 100, Unit.POINTS, 1, ("= 0.0%", "")),
        (5, 0, Unit.COUNT, 1, ("", "")), (None, 5, Unit.RATE, 1, ("", "")),
        (1250, 1000, Unit.RATE, 1, ("▲ 2.5 points", "good")),
    ],
)  # fmt: skip
def test_a_change_in_words(now: Any, before: Any, unit: Unit, better: int, said: tuple[str, str]) -> None:
    assert changed(now, before, unit, better) == said


def test_large_sums_lose_their_cents() -> None:
    assert short(55_670_370, Unit.MONEY) == "¥556,704"
    assert short(1_234, Unit.MONEY) == "¥12.34"
    assert short(None, Unit.RATE) == "–"
