"""Long tables: windowed, keyset, constant memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from desktop_admin.models.pages import (
    ANCHOR,
    CACHED,
    PAGE,
    Page,
    PagedTable,
    PageRequest,
    Source,
    View,
)
from desktop_admin.models.records import Column, Kind
from desktop_admin.tasks import Tasks
from tests.views.fakes import FakeShop


@dataclass(frozen=True)
class Row:
    id: int
    name: str


COLUMNS = (
    Column[Row]("id", "Id", lambda r: r.id, Kind.COUNT, sort="id"),
    Column[Row]("name", "Name", lambda r: r.name),
)


class Numbers:
    """Rows 0 … n-1 by keys, as a database would answer them."""

    def __init__(self, count: int) -> None:
        self.rows = count
        self.asked: list[PageRequest] = []
        self.most_skipped = 0

    def page(self, request: PageRequest) -> Any:
        def query(_work: Any) -> Page:
            self.asked.append(request)
            self.most_skipped = max(self.most_skipped, request.skip)
            down = request.view.descending

            def at(place: int) -> int:
                return self.rows - 1 - place if down else place

            if request.backwards:
                end = self.rows if request.after is None else at(request.after[0])
                stop = max(0, end - request.skip)
                places = range(max(0, stop - request.limit), stop)
            else:
                start = 0 if request.after is None else at(request.after[0]) + 1
                start += request.skip
                places = range(start, min(self.rows, start + request.limit))
            rows = tuple(Row(at(p), f"row {at(p)}") for p in places)
            if not rows:
                return Page(())
            return Page(rows, (rows[0].id, rows[0].id), (rows[-1].id, rows[-1].id))

        return query

    def count(self, _view: View) -> Any:
        return lambda _work: self.rows

    def anchors(self, view: View) -> Any:
        def query(_work: Any) -> Sequence[tuple[int, ...]]:
            places = range(ANCHOR - 1, self.rows, ANCHOR)
            return [(self.rows - 1 - p if view.descending else p,) * 2 for p in places]

        return query


@pytest.fixture
def tasks(qtbot: Any) -> Iterator[Tasks]:
    tasks = Tasks(FakeShop())
    yield tasks
    assert tasks.close(20)


def table_of(numbers: Numbers, tasks: Tasks, *, anchors: bool = True) -> PagedTable[Row]:
    source = Source(numbers.page, numbers.count, numbers.anchors if anchors else None)
    return PagedTable(COLUMNS, tasks, source)


def settle(qtbot: Any, tasks: Tasks) -> None:
    qtbot.wait(5)
    qtbot.waitUntil(lambda: not tasks._open)


def text(table: PagedTable[Row], row: int) -> str:
    return str(table.data(table.index(row, 1)))


@pytest.mark.parametrize("count", [0, 1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE, 12_345])
def test_every_row_is_found(qtbot: Any, tasks: Tasks, count: int) -> None:
    table = table_of(Numbers(count), tasks)
    QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal, table)
    table.reload()
    settle(qtbot, tasks)
    assert table.rowCount() == count
    assert table.exact
    for row in {0, count // 3, count // 2, count - 1} if count else set():
        text(table, row)
        settle(qtbot, tasks)
        assert text(table, row) == f"row {row}"


def test_no_row_asks_for_no_page(qtbot: Any, tasks: Tasks) -> None:
    table = table_of(Numbers(5), tasks)
    table.reload()
    settle(qtbot, tasks)
    assert table.record(-1) is None
    assert not table._wanted
    assert set(table._pages) == {0}


def test_a_far_jump_starts_at_an_anchor(qtbot: Any, tasks: Tasks) -> None:
    numbers = Numbers(1_000_000)
    table = table_of(numbers, tasks)
    table.reload()
    settle(qtbot, tasks)
    for row in (999_999, 500_123, 123_456, 7):
        assert text(table, row) in ("…", f"row {row}")
        settle(qtbot, tasks)
        assert text(table, row) == f"row {row}"
    assert numbers.most_skipped < ANCHOR


def test_the_end_is_counted_backwards_without_anchors(qtbot: Any, tasks: Tasks) -> None:
    numbers = Numbers(100_050)
    table = table_of(numbers, tasks, anchors=False)
    table.reload()
    settle(qtbot, tasks)
    text(table, 100_049)
    settle(qtbot, tasks)
    assert text(table, 100_049) == "row 100049"
    assert numbers.asked[-1].backwards
    assert numbers.most_skipped == 0


def test_sorting_and_descending(qtbot: Any, tasks: Tasks) -> None:
    table = table_of(Numbers(5_000), tasks)
    table.reload()
    settle(qtbot, tasks)
    table.sort(0, Qt.SortOrder.DescendingOrder)
    settle(qtbot, tasks)
    assert text(table, 0) == "row 4999"
    text(table, 4_321)
    settle(qtbot, tasks)
    assert text(table, 4_321) == "row 678"
    table.sort(1)  # declares no sort key
    assert table.view.descending


def test_a_fast_scroll_asks_only_where_it_stops(qtbot: Any, tasks: Tasks) -> None:
    numbers = Numbers(1_000_000)
    table = table_of(numbers, tasks)
    table.reload()
    settle(qtbot, tasks)
    before = len(numbers.asked)
    for row in range(0, 1_000_000, 5_000):
        text(table, row)
    settle(qtbot, tasks)
    assert len(numbers.asked) - before <= 6


def test_the_place_is_kept_when_rows_are_reloaded(qtbot: Any, tasks: Tasks) -> None:
    numbers = Numbers(5_000)
    table = table_of(numbers, tasks)
    QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal, table)
    table.reload()
    settle(qtbot, tasks)
    resets: list[int] = []
    table.modelReset.connect(lambda: resets.append(1))
    for count in (5_001, 4_000, 30, 0, 30, 7_000):
        numbers.rows = count
        table.reload(keep_place=True)
        settle(qtbot, tasks)
        assert table.rowCount() == count
        if count:
            text(table, count - 1)
            settle(qtbot, tasks)
            assert text(table, count - 1) == f"row {count - 1}"
    assert len(resets) <= 1  # only from nothing


def test_a_million_rows_cost_little_memory(qtbot: Any, tasks: Tasks) -> None:
    tracemalloc.start()
    try:
        table = table_of(Numbers(1_000_000), tasks)
        table.reload()
        settle(qtbot, tasks)
        for row in range(0, 1_000_000, 9_973):
            text(table, row)
            settle(qtbot, tasks)
        used = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert len(table._pages) <= CACHED
    assert used < 20_000_000


def test_an_error_is_told_and_the_page_asked_again(qtbot: Any, tasks: Tasks) -> None:
    numbers = Numbers(5_000)
    table = table_of(numbers, tasks)
    table.reload()
    settle(qtbot, tasks)
    errors: list[Exception] = []
    table.failed.connect(errors.append)
    rows, numbers.rows = numbers.rows, -1
    page = numbers.page

    def broken(_request: PageRequest) -> Any:
        def query(_work: Any) -> Page:
            from desktop_admin.services.errors import Trouble

            raise Trouble("Gone.")

        return query

    table._source = Source(broken, numbers.count, None)
    text(table, 3_000)
    settle(qtbot, tasks)
    assert len(errors) == 1
    numbers.rows = rows
    table._source = Source(page, numbers.count, None)
    text(table, 3_000)
    settle(qtbot, tasks)
    assert text(table, 3_000) == "row 3000"
