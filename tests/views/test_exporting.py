"""What a table shows leaves as it is shown: columns, order, every page, and a row in the audit trail."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desktop_admin.models.records import Column, Kind, RecordTable
from desktop_admin.services import tiers
from desktop_admin.views.desk import Desk
from desktop_admin.views.exporting import Export
from desktop_admin.views.tiers import TiersScreen
from desktop_admin.views.widgets.record_table import RecordTableView
from tests.services.counter import Counter
from tests.views.screen_case import ScreenCase


@pytest.fixture
def engine() -> str:
    """What the database does differently is tested with the services."""
    return "sqlite"


class TestExports(ScreenCase):
    screen = TiersScreen

    def _export(self, qtbot: Any, desk: Desk, parent: Any, shown: Any, path: Path) -> None:
        Export(desk, parent, shown, "List").start(path)
        said = vars(desk.notices)
        qtbot.waitUntil(lambda: bool(said["told"] or said["errors"]), timeout=20_000)
        assert not said["errors"]
        qtbot.waitUntil(desk.tasks.idle)
        qtbot.wait(20)

    def test_every_page_of_a_long_list(
        self, qtbot: Any, desk: Desk, database: Any, as_role: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("desktop_admin.models.pages.EXPORTED", 3)
        till = Counter(database, as_role, "system")
        members = [till.member() for _each in range(8)]
        screen = self.open(qtbot, desk)
        assert isinstance(screen, TiersScreen)
        screen.lists.tier = till.ask(tiers.tiers).rows[0]
        screen.lists.show_list("tier")
        self._export(qtbot, desk, screen, screen.lists.table.shown("List"), tmp_path / "list.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "list.xlsx").worksheets[0]
        assert [sheet.cell(n + 2, 1).value for n in range(8)] == [f"Member {n}" for n in range(1, 9)]
        assert sheet.cell(10, 1).value != "Member 9"
        ((after,),) = till.rows("SELECT after FROM audit WHERE action = 'export'")
        assert '"personal": true' in after
        assert len(members) == 8

    def test_a_table_in_the_order_shown(self, qtbot: Any, desk: Desk, tmp_path: Path) -> None:
        columns = (
            Column[tuple[str, int]]("name", "Column 1", lambda r: r[0]),
            Column[tuple[str, int]]("points", "Column 2", lambda r: r[1], Kind.POINTS),
        )
        records = RecordTable(columns)
        records.set_records((("b", 2), ("a", 1), ("=c", 3)))
        table = RecordTableView(records)
        qtbot.addWidget(table)
        self._export(qtbot, desk, table, table.shown("List"), tmp_path / "list.csv")
        with (tmp_path / "list.csv").open(encoding="utf-8-sig") as file:
            lines = list(csv.reader(file))
        assert lines == [["Column 1", "Column 2"], ["b", "2"], ["a", "1"], ["'=c", "3"]]
