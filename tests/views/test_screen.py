"""The frame of screens, on a screen of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QLabel

from desktop_admin.i18n import N_, _
from desktop_admin.models.records import Column, Kind, RecordTable
from desktop_admin.services.errors import Trouble
from desktop_admin.services.topics import Topic
from desktop_admin.views.desk import Desk
from desktop_admin.views.screen import Screen
from desktop_admin.views.widgets.record_table import RecordTableView
from tests.views.screen_case import FailingShop, ScreenCase, wait_idle


@dataclass(frozen=True)
class Row:
    name: str
    points: int


COLUMNS = (
    Column[Row]("name", N_("Name"), lambda r: r.name, stretch=True),
    Column[Row]("points", N_("Points"), lambda r: r.points, Kind.POINTS),
)


class SampleScreen(Screen):
    title = N_("Members")
    topics = frozenset({Topic.MEMBERS})
    loads = 0

    def build(self) -> None:
        self.label = QLabel()
        self.table = RecordTableView(RecordTable(COLUMNS))
        self.content.addWidget(self.label)
        self.content.addWidget(self.table)
        self.add_act("sample.enrol", N_("Enrol a member"), self.enrol, keys="Ctrl+N")

    def retranslate(self) -> None:
        self.label.setText(_("Members"))
        self.table.setAccessibleName(_("Members"))

    def reload(self) -> None:
        self.loads += 1
        self.ask("rows", lambda work: (Row("张三", 1230), Row("李四", -5)), self.show_rows)

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        assert isinstance(self.table.records, RecordTable)
        self.table.records.set_records(rows)

    def enrol(self) -> None:
        def enrol(work: Any) -> str:
            work.touch(Topic.MEMBERS)
            return "enrolled"

        self.send(enrol, self.desk.notices.tell)


class TestSampleScreen(ScreenCase):
    screen = SampleScreen
    needs_database = False

    def test_reloads_when_a_commit_touched_its_topic(self, qtbot: Any, desk: Desk) -> None:
        screen = self.open(qtbot, desk)
        assert isinstance(screen, SampleScreen)
        assert screen.loads == 1
        screen.enrol()
        qtbot.waitUntil(lambda: screen.loads == 2)
        wait_idle(qtbot, desk.tasks)
        assert vars(desk.notices)["told"] == ["enrolled"]

    def test_reloads_only_when_seen(self, qtbot: Any, desk: Desk) -> None:
        screen = self.open(qtbot, desk)
        assert isinstance(screen, SampleScreen)
        screen.hide()
        desk.tasks.committed.emit(frozenset({Topic.MEMBERS}))
        desk.tasks.committed.emit(frozenset({Topic.MEMBERS}))
        qtbot.wait(30)
        assert screen.loads == 1
        screen.show()
        qtbot.waitUntil(lambda: screen.loads == 2)
        wait_idle(qtbot, desk.tasks)

    def test_other_topics_leave_it_alone(self, qtbot: Any, desk: Desk) -> None:
        screen = self.open(qtbot, desk)
        assert isinstance(screen, SampleScreen)
        desk.tasks.committed.emit(frozenset({Topic.STOCK}))
        qtbot.wait(30)
        assert screen.loads == 1

    def test_keeps_what_was_shown_when_the_database_is_lost(self, qtbot: Any, desk: Desk) -> None:
        screen = self.open(qtbot, desk)
        assert isinstance(screen, SampleScreen)
        desk.tasks._shop = FailingShop(Trouble("The database does not answer."))
        screen.reload_now()
        wait_idle(qtbot, desk.tasks)
        assert not screen.banner.isHidden()
        assert screen.table.records.rowCount() == 2
        assert screen._states.currentWidget() is screen.body
