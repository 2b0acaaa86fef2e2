"""A file with errors is imported as far as it is good, undone, or its rows mended and imported; by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from desktop_admin.views.imports import ImportsScreen
from desktop_admin.views.imports.guide import COLUMNS, DONE, ROWS, TOTALS
from tests.stories.conftest import Town, signed_in
from tests.stories.hands import CTRL, Hands


@pytest.fixture
def sales(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three good rows, one of a day that never was, one without an amount; the dialog answers it."""
    first, second = town.cards["张三"], town.cards["李四"]
    rows = (
        "小票号,消费时间,会员卡号,金额", f"W1,2025-05-01,{first},120.00", f"W2,2025-05-01,{second},80.50",
        f"W3,2025-05-02,{first},30.00", f"W4,2025-02-30,{first},12.50", f"W5,2025-05-03,{second},八",
    )  # fmt: skip
    path = tmp_path / "五月.csv"
    path.write_bytes("\n".join(rows).encode("gb18030"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_said, **_more: (str(path), ""))
    return path


def imports(hands: Hands) -> ImportsScreen:
    assert isinstance(hands.screen, ImportsScreen)
    return hands.screen


def step(hands: Hands, number: int) -> None:
    guide = imports(hands).guide
    hands.until(lambda: guide.step == number and guide.job is None, timeout=30_000).rest()


def go_on(hands: Hands, *steps: int, back: bool = False) -> None:
    """Press the button that leads to each of these steps."""
    guide = imports(hands).guide
    for number in steps:
        hands.tab_to(guide.back if back else guide.next)
        hands.press("Space")
        step(hands, number)


def undo_selected(hands: Hands) -> None:
    """Undo from the palette, and say yes."""

    def answer() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            return
        box.activateWindow()
        focus = QApplication.focusWidget()
        if focus is not None and focus.window() is box:
            asking.stop()
            hands.press("Tab").press("Space")

    asking = QTimer(hands.window, interval=20)
    asking.timeout.connect(answer)
    asking.start()
    hands.palette("undo the import").until(lambda: not asking.isActive(), timeout=30_000)


def import_what_is_good(hands: Hands) -> None:
    """From the guide's first step to the history, leaving out the rows that are wrong."""
    signed_in(hands, "manager").palette("imports")
    hands.until(lambda: isinstance(hands.screen, ImportsScreen)).rest()
    screen, guide = imports(hands), imports(hands).guide
    hands.until(lambda: screen.places.currentWidget() is guide)
    hands.tab_to(guide.file.choose)
    hands.press("Space")
    step(hands, COLUMNS)
    assert guide.columns.encoding.currentData() == "gb18030"
    # all or nothing is the rule; with two wrong rows nothing can be imported
    go_on(hands, ROWS, TOTALS)
    assert [problem.row for problem in guide._dry.problems] == [5, 6]
    assert not guide.next.isEnabled()
    # back to the columns: the good rows only
    go_on(hands, ROWS, COLUMNS, back=True)
    hands.tab_to(guide.columns.policy)
    hands.press("Down")
    assert guide.columns.policy.currentData() == "good"
    go_on(hands, ROWS, TOTALS, DONE)
    hands.press("Space").until(lambda: screen.places.currentWidget() is screen.history).rest()
    hands.until(lambda: screen.paged.rowCount() == 1)
    hands.press("Down").press("Up").rest()


def balances(town: Town) -> tuple[int, ...]:
    return tuple(town.till.state(town.ids[name])[0] for name in ("张三", "李四"))


def test_an_import_with_errors_and_its_undo(sales: Path, hands: Hands, town: Town) -> None:
    import_what_is_good(hands)
    assert balances(town) == (1_150, 380)
    # undone as one: the points are back where they were
    screen = imports(hands)
    hands.until(screen.undo_act.isEnabled)
    undo_selected(hands)
    hands.until(lambda: balances(town) == (1_000, 300), timeout=30_000)
    hands.until(lambda: screen._undoing is None).rest()


def test_the_rows_left_out_are_mended_and_imported(
    sales: Path, hands: Hands, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_out = tmp_path / "余下.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_said, **_more: (str(left_out), ""))
    import_what_is_good(hands)
    hands.until(imports(hands).rejects_act.isEnabled)
    hands.palette("save the rows left out").until(left_out.exists, timeout=30_000).rest()
    mend(left_out, {"2025-02-30": "2025-02-28", "八": "8.00"})
    # the mended rows, from the workbook that was saved
    import_again(hands, left_out, monkeypatch)
    assert balances(town) == (1_162, 388)
    # the whole file mended: every row is known by now
    sales.write_text(sales.read_text("gb18030").replace("02-30", "02-28").replace("八", "8.00"), "gb18030")
    import_again(hands, sales, monkeypatch)
    assert balances(town) == (1_162, 388)


def mend(path: Path, wrong: dict[str, str]) -> None:
    """Type over what was wrong, as a person does in a spreadsheet."""
    book = load_workbook(path)
    left = dict(wrong)
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.value in left:
                cell.value = left.pop(str(cell.value))
    assert not left
    book.save(path)


def import_again(hands: Hands, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the history through the guide and back."""
    screen, guide = imports(hands), imports(hands).guide
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_said, **_more: (str(path), ""))
    hands.press("N", CTRL).until(lambda: screen.places.currentWidget() is guide).rest()
    hands.press("Space")
    step(hands, COLUMNS)
    go_on(hands, ROWS, TOTALS, DONE)
    hands.press("Space").until(lambda: screen.places.currentWidget() is screen.history).rest()
