"""Tables of records: columns as data, sorting and filtering in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from desktop_admin import i18n
from desktop_admin.i18n import N_
from desktop_admin.models.records import (
    RECORD_ROLE,
    TONE_ROLE,
    VALUE_ROLE,
    Column,
    Kind,
    RecordTable,
    show,
)


@dataclass(frozen=True)
class Row:
    name: str
    points: int | None
    on: date | None = None


COLUMNS = (
    Column[Row]("name", N_("Name"), lambda r: r.name),
    Column[Row]("points", N_("Points"), lambda r: r.points, Kind.SIGNED),
    Column[Row]("on", N_("Date"), lambda r: r.on, Kind.DATE, tone=lambda r: "warn"),
)
ROWS = (Row("b", 10**12), Row("A", None), Row("c", -5, date(2025, 3, 5)))


@pytest.fixture
def table(qapp: Any) -> RecordTable[Row]:
    i18n.use_language("en")
    table = RecordTable(COLUMNS, ROWS)
    QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal, table)
    return table


def names(table: RecordTable[Row]) -> list[str]:
    return [record.name for record in table.shown]


def test_cells(table: RecordTable[Row]) -> None:
    assert table.data(table.index(0, 1)) == "+1,000,000,000,000"
    assert table.data(table.index(1, 1)) == ""
    assert table.data(table.index(2, 2)) == "5 Mar 2025"
    assert table.data(table.index(2, 2), TONE_ROLE) == "warn"
    assert table.data(table.index(0, 0), RECORD_ROLE) is ROWS[0]
    assert table.data(table.index(0, 1), VALUE_ROLE) == 10**12
    assert table.headerData(1, Qt.Orientation.Horizontal) == "Points"
    right = table.data(table.index(0, 1), Qt.ItemDataRole.TextAlignmentRole)
    assert right & Qt.AlignmentFlag.AlignRight


def test_sorting(table: RecordTable[Row]) -> None:
    kept = QPersistentModelIndex(table.index(0, 0))
    table.sort(0)
    assert names(table) == ["A", "b", "c"]
    assert kept.row() == 1
    table.sort(1, Qt.SortOrder.DescendingOrder)
    assert names(table) == ["b", "c", "A"]
    table.sort(-1)
    assert names(table) == ["b", "A", "c"]
    table.sort(0)
    table.set_records((*ROWS, Row("aa", 1)))
    assert names(table) == ["A", "aa", "b", "c"]


def test_filtering(table: RecordTable[Row]) -> None:
    table.set_filters({"name": "B"})
    assert names(table) == ["b"]
    assert len(table.records) == 3
    table.set_filters({"points": "5", "name": ""})
    assert names(table) == ["c"]
    table.set_filters({})
    assert len(table.shown) == 3


def test_finding_a_row(table: RecordTable[Row]) -> None:
    assert table.row_of(lambda r: r.name == "c") == 2
    assert table.row_of(lambda r: r.name == "x") == -1
    assert table.record(99) is None


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (1234, Kind.COUNT, "1,234"), (99, Kind.MONEY, "¥0.99"), (True, Kind.CHECK, "✓"),
        (timedelta(days=2), Kind.AGE, "2 days"), (123, Kind.SHARE, "12.3%"), (None, Kind.POINTS, ""),
        ("13800138000", Kind.CODE, "13800138000"),
    ],
)  # fmt: skip
def test_kinds(qapp: Any, value: Any, kind: Kind, text: str) -> None:
    i18n.use_language("en")
    assert show(value, kind) == text


def test_instants(qapp: Any) -> None:
    i18n.use_time_zone("Asia/Shanghai")
    try:
        assert show(datetime(2025, 1, 1, 16, tzinfo=UTC), Kind.INSTANT) == "2 Jan 2025 00:00"
    finally:
        i18n.use_time_zone(None)
