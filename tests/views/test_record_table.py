"""The table widget: what people expect of a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_admin import i18n
from desktop_admin.models.records import Column, Kind, RecordTable
from desktop_admin.views.widgets.record_table import RecordTableView


@dataclass(frozen=True)
class Row:
    name: str
    points: int
    state: str = "Active"


COLUMNS = (
    Column[Row]("name", "Name", lambda r: r.name),
    Column[Row]("points", "Points", lambda r: r.points, Kind.SIGNED),
    Column[Row]("state", "State", lambda r: r.state, Kind.STATE, tone=lambda r: "good"),
    Column[Row]("note", "Note", lambda r: "x\ty\nz", hidden=True),
)
ROWS = tuple(Row(f"row {n}", n * 10 - 30) for n in range(8))


@pytest.fixture
def view(qtbot: Any) -> RecordTableView:
    i18n.use_language("en")
    view = RecordTableView(RecordTable(COLUMNS, ROWS))
    qtbot.addWidget(view)
    view.resize(700, 400)
    view.show()
    qtbot.waitActive(view)
    view.setFocus()
    return view


def choose(view: RecordTableView, *rows: int) -> None:
    flags = QItemSelectionModel.SelectionFlag
    for row in rows:
        view.selectionModel().select(view.records.index(row, 0), flags.Select | flags.Rows)


def test_copy_is_tsv_of_what_is_shown(view: RecordTableView) -> None:
    choose(view, 0, 4)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    text = QGuiApplication.clipboard().text()
    assert text == "Name\tPoints\tState\nrow 0\t−30\tActive\nrow 4\t+10\tActive"


def test_cells_with_tabs_stay_one_cell(view: RecordTableView) -> None:
    view.setColumnHidden(3, False)
    choose(view, 0)
    view.copy()
    assert QGuiApplication.clipboard().text().splitlines()[1].count("\t") == 3


def test_the_selection_is_added_up(qtbot: Any, view: RecordTableView) -> None:
    said: list[str] = []
    view.totals.connect(said.append)
    choose(view, 0, 1, 7)
    qtbot.waitUntil(lambda: bool(said))
    assert said[-1] == "3 rows selected   Points −10"
    view.clearSelection()
    qtbot.waitUntil(lambda: said[-1] == "")


def test_enter_opens_once(view: RecordTableView) -> None:
    opened: list[Any] = []
    view.opened.connect(opened.append)
    view.selectRow(2)
    QTest.keyClick(view, Qt.Key.Key_Return)
    for _held in range(5):
        event = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Return,
                          Qt.KeyboardModifier.NoModifier, "\r", True)  # fmt: skip
        QApplication.sendEvent(view, event)
    assert opened == [ROWS[2]]
    assert view.current() is ROWS[2]


def test_columns_come_back(qtbot: Any, view: RecordTableView) -> None:
    header = view.horizontalHeader()
    header.moveSection(1, 0)
    view.setColumnWidth(0, 222)
    view.setColumnHidden(2, True)
    view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    kept = view.arrangement()
    other = RecordTableView(RecordTable(COLUMNS, ROWS))
    qtbot.addWidget(other)
    other.arrange(kept)
    assert other.arrangement() == kept
    assert [c.id for c in other.shown_columns()] == ["points", "name"]
    assert other.records.record(0) is ROWS[7]


@pytest.mark.parametrize("kept", [None, 7, {}, {"order": ["gone"], "widths": {"name": "9999"}}])
def test_nonsense_is_not_remembered(view: RecordTableView, kept: Any) -> None:
    before = view.arrangement()
    view.arrange(kept)
    assert view.arrangement() == before


def test_arranging_is_told_a_moment_later(qtbot: Any, view: RecordTableView) -> None:
    with qtbot.waitSignal(view.arranged, timeout=2000) as told:
        view.setColumnWidth(0, 180)
    assert told.args[0]["widths"]["name"] == 180


def test_export_is_exactly_what_is_shown(view: RecordTableView) -> None:
    view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert isinstance(view.records, RecordTable)
    view.records.set_filters({"name": "row"})
    shown = view.shown("Members")
    assert [c.id for c in shown.columns] == ["name", "points", "state"]
    assert shown.records is not None
    assert shown.records[0] is ROWS[7]


def test_painting_every_kind(qtbot: Any, view: RecordTableView) -> None:
    assert not view.grab().isNull()
    choose(view, 1)
    assert not view.grab().isNull()
