"""The screen of imports: the guide by keyboard, good, bad and hostile files, resume and undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from desktop_admin.services import imports
from desktop_admin.views.imports import ImportsScreen
from desktop_admin.views.imports.guide import COLUMNS, DONE, FILE, ROWS, TOTALS
from tests.views.screen_case import ScreenCase, wait_idle


@pytest.fixture
def engine() -> str:
    """Screens know no engine; the services below them are tested on both."""
    return "sqlite"


GOOD = "小票号,消费时间,会员,金额,货号\nA1,2025-05-01,77,12.50,x\nA2,2025-05-02,78,8,y\nA3,2025-05-02,,9,y\n"
BAD = GOOD + "A4,2025-02-30,77,12.50,x\nA5,2025-05-03,77,八,x\n"


class TestImportsScreen(ScreenCase):
    screen = ImportsScreen


class TestGuide(ScreenCase):
    """The free tests again, with an import in the list, and the way of a file."""

    screen = ImportsScreen

    @pytest.fixture
    def shop(self, database, as_role, tmp_path):
        path = tmp_path / "before.csv"
        path.write_text(GOOD.replace("A", "B"), encoding="utf-8")
        actor = as_role("manager")
        looked = imports.inspect(database, actor, path)
        imports.run(database, actor, looked.plan(imports.Options(source="before", create_members=True)))
        return database

    def settle(self, qtbot, desk, screen):
        for _ in range(2):
            qtbot.waitUntil(lambda: screen.guide.job is None and screen._undoing is None, timeout=20_000)
            wait_idle(qtbot, desk.tasks)

    def file(self, tmp_path, text, name="sales.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return path

    def press(self, qtbot, desk, screen, key=Qt.Key.Key_Space):
        QTest.keyClick(screen.focusWidget(), key)
        self.settle(qtbot, desk, screen)

    def dropped(self, screen, path):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                           Qt.KeyboardModifier.NoModifier)
        screen.dropEvent(event)

    def test_a_good_file_by_keyboard(self, qtbot, desk, tmp_path):
        screen = self.open(qtbot, desk)
        screen.activateWindow()
        assert screen.paged.rowCount() == 1
        self.dropped(screen, self.file(tmp_path, GOOD, encoding="gb18030"))
        self.settle(qtbot, desk, screen)
        guide = screen.guide
        assert guide.step == COLUMNS
        assert guide.columns.encoding.currentData() == "gb18030"
        assert not guide.columns.missing()
        guide.columns.make_members.setChecked(True)
        guide.columns.source.setText("shop 2")
        for step in (ROWS, TOTALS, DONE):
            guide.next.setFocus()
            self.press(qtbot, desk, screen)
            assert guide.step == step, guide.error.label.text()
        assert guide._done.figures.purchases == 3
        self.press(qtbot, desk, screen)
        assert screen.places.currentWidget() is screen.history
        assert screen.paged.rowCount() == 2

    def test_wrong_rows_are_shown_and_stop_it(self, qtbot, desk, tmp_path):
        screen = self.open(qtbot, desk)
        screen.open_file(self.file(tmp_path, BAD))
        self.settle(qtbot, desk, screen)
        guide = screen.guide
        guide.columns.make_members.setChecked(True)
        guide.columns.policy.setCurrentIndex(guide.columns.policy.findData("all"))
        guide.next.click()
        self.settle(qtbot, desk, screen)
        assert guide.step == ROWS
        guide.next.click()
        self.settle(qtbot, desk, screen)
        assert guide.step == TOTALS
        assert [p.row for p in guide._dry.problems] == [5, 6]
        assert not guide.next.isEnabled()
        totals = guide.totals
        assert totals.whole.text() == guide._dry.problems[0].text(), "the whole sentence of the row chosen"
        totals.table.selectRow(1)
        assert totals.whole.text() == guide._dry.problems[1].text()
        assert guide.rejects.isVisible()
        guide.back.click()
        assert guide.step == ROWS

    @pytest.mark.parametrize(("name", "content"), [
        ("empty.csv", b""), ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        ("old.xls", b"\xd0\xcf\x11\xe0" + bytes(600)),
        ("broken.xlsx", b"PK\x03\x04" + bytes(300)), ("only.csv", b"1,2,3\n4,5,6\n"),
    ])  # fmt: skip
    def test_what_is_no_table_is_refused_in_words(self, qtbot, desk, tmp_path, name, content):
        screen = self.open(qtbot, desk)
        screen.open_file(self.file(tmp_path, content, name))
        self.settle(qtbot, desk, screen)
        assert screen.guide.step == FILE
        assert screen.guide.error.isVisible()
        assert screen.guide.error.label.text()

    def test_an_import_is_undone_from_the_list(self, qtbot, desk):
        screen = self.open(qtbot, desk)
        screen.table.selectRow(0)
        assert screen.undo_act.isEnabled()
        assert not screen.resume_act.isEnabled()
        screen.undo_now(screen.table.current().id)
        self.settle(qtbot, desk, screen)
        assert screen.table.current() is None or screen.paged.record(0).state == "undone"
        assert desk.notices.told
