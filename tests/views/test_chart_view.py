"""The chart on a screen: keyboard, pointer, table, export, and changes of look and language."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from desktop_admin import i18n
from desktop_admin.services.charts import Picture, Step, dashboard, periods
from desktop_admin.services.errors import Trouble
from desktop_admin.tasks import Tasks
from desktop_admin.views import theme
from desktop_admin.views.widgets.chart_view import ChartView


def movement():
    """Three months of points."""
    over = periods(date(2026, 1, 1), date(2026, 3, 31), Step.MONTH)
    return dashboard.movement(over, (100, 200, 300), (50, 60, 70), (1, 0, 3), (49, 189, 416))


def peaks():
    """A grid of heat."""
    return dashboard.peaks([[h + d for h in range(6)] for d in range(7)])


@pytest.fixture
def tasks(qtbot):
    made = Tasks()
    yield made
    assert made.close()


@pytest.fixture
def view(qtbot, tasks):
    i18n.use_language("en")
    theme.current().set(mode="light", scale=100, language="en")
    made = ChartView(tasks)
    qtbot.addWidget(made)
    made.resize(520, 340)
    with qtbot.waitSignal(made.drawn, timeout=20_000):
        made.set_chart(movement)
        made.show()
    yield made
    theme.current().set(mode="light", scale=100)
    i18n.use_language("en")


def settle(qtbot, view):
    """Wait until what is shown is what was asked for."""
    qtbot.waitUntil(lambda: not (view._busy or view._stale), timeout=20_000)


def test_a_click_on_a_mark_drills_down_with_its_days(qtbot, view):
    mark = next(
        m for m in view.canvas.marks if m.series == "redeemed" and m.key.startswith("2026-02")
    )
    at = QPoint(round(mark.left + mark.width / 2), round(mark.top + mark.height / 2))
    with qtbot.waitSignal(view.chosen) as caught:
        qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=at)
    (chosen,) = caught.args
    assert (chosen.series, chosen.first, chosen.last) == (
        "redeemed", date(2026, 2, 1), date(2026, 2, 28),
    )  # fmt: skip


def test_a_click_beside_the_marks_chooses_nothing(qtbot, view):
    with qtbot.assertNotEmitted(view.chosen):
        qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))


def test_every_mark_can_be_reached_and_chosen_by_keyboard(qtbot, tasks):
    view = ChartView(tasks)
    qtbot.addWidget(view)
    view.resize(520, 340)
    with qtbot.waitSignal(view.drawn, timeout=20_000):
        view.set_chart(peaks)
        view.show()
    view.canvas.setFocus()
    seen = set()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Home)
    keys = [Qt.Key.Key_Right, Qt.Key.Key_Left]
    for row in range(7):
        for _column in range(6):
            seen.add(view.canvas.current().key)
            qtbot.keyClick(view.canvas, keys[row % 2])
        qtbot.keyClick(view.canvas, Qt.Key.Key_Down)
    assert seen == {f"{day}|{hour}" for day in range(7) for hour in range(6)}
    with qtbot.waitSignal(view.chosen) as caught:
        qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    assert caught.args[0] == view.canvas.current()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert view.canvas._at == -1


def test_what_is_in_focus_is_said_and_what_is_not_is_the_headline(qtbot, view):
    assert view.canvas.accessibleName() == "Movement of points"
    assert view.canvas.accessibleDescription() == movement().headline()
    view.canvas.setFocus()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Home)
    mark = view.canvas.marks[0]
    assert view.canvas.accessibleDescription() == f"{mark.label}: {mark.value}"


def test_hovering_shows_the_figure(qtbot, view):
    mark = view.canvas.marks[0]
    qtbot.mouseMove(view.canvas, QPoint(2, 2))
    at = QPoint(round(mark.left + mark.width / 2), round(mark.top + mark.height / 2))
    before = view.canvas.grab().toImage()
    qtbot.mouseMove(view.canvas, at)
    qtbot.waitUntil(lambda: view.canvas.current() == mark)
    assert view.canvas.grab().toImage() != before


def test_the_table_has_the_same_numbers_and_drills_down(qtbot, view):
    view.switch.click()
    assert view.table.isVisible()
    model = view.numbers
    rows = [
        [model.index(r, c).data() for c in range(model.columnCount())]
        for r in range(model.rowCount())
    ]
    assert rows[1] == ["Feb 2026", "200", "60", "0", "189"]
    with qtbot.waitSignal(view.chosen) as caught:
        view.table.activated.emit(model.index(1, 2))
    assert (caught.args[0].series, caught.args[0].first) == ("redeemed", date(2026, 2, 1))


def test_the_model_keeps_qts_rules(qtmodeltester, view):
    qtmodeltester.check(view.numbers)


def test_a_new_look_draws_anew(qtbot, view):
    light = view.canvas.grab().toImage().pixelColor(260, 6).lightness()
    with qtbot.waitSignal(view.drawn, timeout=20_000):
        theme.current().set(mode="dark")
    settle(qtbot, view)
    assert view.canvas.grab().toImage().pixelColor(260, 6).lightness() < light - 100


def test_a_new_language_builds_the_chart_anew(qtbot, view):
    i18n.use_language("zh_CN")
    with qtbot.waitSignal(view.drawn, timeout=20_000):
        view.retranslate()
    settle(qtbot, view)
    assert view.canvas.marks[0].label.startswith("2026年1月")


def test_many_changes_are_drawn_once(qtbot, view):
    times = []
    view.drawn.connect(lambda: times.append(1))
    for size in range(20):
        view.resize(500 + size, 330)
    settle(qtbot, view)
    assert len(times) <= 2


def test_a_hidden_chart_is_not_drawn_until_it_is_seen(qtbot, tasks):
    view = ChartView(tasks)
    qtbot.addWidget(view)
    view.set_chart(movement)
    qtbot.wait(150)
    assert view.canvas.marks == ()
    with qtbot.waitSignal(view.drawn, timeout=20_000):
        view.show()


def test_a_chart_closed_while_it_is_drawn_leaves_nothing(qtbot, tasks):
    view = ChartView(tasks)
    view.set_chart(movement)
    view.show()
    qtbot.waitUntil(lambda: view._busy, timeout=5_000)
    view.deleteLater()
    qtbot.waitUntil(tasks.idle, timeout=20_000)


@pytest.mark.parametrize("kind", list(Picture))
def test_export(qtbot, view, tmp_path, kind):
    path = tmp_path / f"积分 chart.{kind}"
    with qtbot.waitSignal(view.exported, timeout=20_000):
        view.export_to(path, kind)
    assert path.stat().st_size > 1_000
    assert list(tmp_path.iterdir()) == [path]
    if kind is Picture.PNG:
        assert not QImage(str(path)).isNull()


def test_an_export_that_fails_says_so_and_leaves_nothing(qtbot, view, tmp_path):
    with qtbot.waitSignal(view.failed, timeout=20_000) as caught:
        view.export_to(tmp_path / "missing" / "chart.png", Picture.PNG)
    (error,) = caught.args
    assert isinstance(error, Trouble)
    assert "chart.png" in error.text()
    assert list(tmp_path.iterdir()) == []


def test_the_widget_does_not_import_matplotlib():
    code = (
        "import sys; import desktop_admin.views.widgets.chart_view;"
        "sys.exit('matplotlib' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
