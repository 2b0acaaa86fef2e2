"""The members screen."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop_admin.services import members
from desktop_admin.services.command import new_request
from desktop_admin.services.members import pinyin
from desktop_admin.views.members import MembersScreen
from tests.views.screen_case import ScreenCase, wait_idle


@pytest.fixture(autouse=True, scope="module")
def _no_process_left():
    yield
    pinyin.close()


@pytest.fixture
def engine() -> str:
    return "sqlite"


class TestMembersScreen(ScreenCase):
    screen = MembersScreen

    @pytest.fixture
    def people(self, database, as_role) -> list[int]:
        ids = []
        for name, phone in (("张三", "13800138000"), ("李四", "13900139000"), ("单雄信", ""), ("<b>王五</b>", "")):
            act = partial(members.enrol, request=new_request(), name=name, phone=phone, consent_terms=True)
            ids.append(database.write(act, actor=as_role("manager")).result.member_id)
        return ids

    def names(self, screen: MembersScreen) -> list[str]:
        paged = screen.list.paged
        return [paged.record(row).name for row in range(paged.rowCount())]

    def test_the_list_in_its_order(self, people, qtbot, desk):
        screen = self.open(qtbot, desk)
        assert self.names(screen) == ["<b>王五</b>", "李四", "单雄信", "张三"]

    def test_search_enter_opens_the_one_found_and_esc_goes_back(self, people, qtbot, desk):
        screen = self.open(qtbot, desk)
        screen.list.search.setFocus()
        qtbot.keyClicks(screen.list.search, "sxx")
        qtbot.wait(250)
        wait_idle(qtbot, desk.tasks)
        assert self.names(screen) == ["单雄信"]
        qtbot.keyClick(screen.list.search, Qt.Key.Key_Return)
        wait_idle(qtbot, desk.tasks)
        assert screen.panel.head.name.whole() == "单雄信"
        assert screen.panel.head.card.id == people[2]
        qtbot.keyClick(screen.panel.tabs, Qt.Key.Key_Escape)
        assert screen.places.currentWidget() is screen.list

    def test_a_name_with_markup_is_shown_as_it_is(self, people, qtbot, desk, database, as_role):
        edit = partial(
            members.edit, request=new_request(), member_id=people[3], version=1, name="<b>王五</b>", remark="<i>x</i>"
        )
        database.write(edit, actor=as_role("manager"))
        screen = self.open(qtbot, desk)
        screen.open_member(people[3])
        for tab in range(screen.panel.tabs.count()):
            screen.panel.tabs.setCurrentIndex(tab)
            wait_idle(qtbot, desk.tasks)
        marked = [label for label in screen.panel.findChildren(QLabel) if "<" in label.text()]
        assert len(marked) >= 2
        assert all(label.textFormat() == Qt.TextFormat.PlainText for label in marked)

    def test_every_tab(self, people, qtbot, desk):
        screen = self.open(qtbot, desk)
        screen.open_member(people[0])
        for tab in range(screen.panel.tabs.count()):
            screen.panel.tabs.setCurrentIndex(tab)
            wait_idle(qtbot, desk.tasks)
        assert screen.banner.isHidden(), screen.banner.label.text()
        assert screen.panel.history._events
        assert screen.panel.profile.form.values()["name"] == "张三"

    def test_changed_while_editing(self, people, qtbot, desk, database, as_role):
        screen = self.open(qtbot, desk)
        screen.open_member(people[0])
        wait_idle(qtbot, desk.tasks)
        screen.edit_act.trigger()
        wait_idle(qtbot, desk.tasks)
        form = screen.panel.profile.form
        form.editors["remark"].set_value("喜欢茶")
        other = partial(
            members.edit, request=new_request(), member_id=people[0], version=1, name="张三", remark="喜欢咖啡"
        )
        database.write(other, actor=as_role("counter"))
        form.submit()
        wait_idle(qtbot, desk.tasks)
        assert form.question.isVisible()
        form.question.yes.click()
        wait_idle(qtbot, desk.tasks)
        stored = database.read(partial(members.profile, member_id=people[0]), actor=as_role("manager"))
        assert (stored.remark, stored.version, stored.phone) == ("喜欢茶", 3, "13800138000")

    def test_a_known_phone_offers_its_member(self, people, qtbot, desk):
        screen = self.open(qtbot, desk)
        screen.enrol()
        form = screen.acts.dialog.form
        form.editors["name"].set_value("赵六")
        form.editors["phone"].set_value("13800138000")
        form.editors["consent_terms"].set_value(True)
        form.submit()
        wait_idle(qtbot, desk.tasks)
        assert form.banner.isVisible()
        with qtbot.waitSignal(desk.open_wanted) as opened:
            form.banner.button.click()
        assert opened.args == ["members", {"member_id": people[0]}]

    def test_enrolled_and_opened(self, people, qtbot, desk):
        screen = self.open(qtbot, desk)
        screen.enrol()
        form = screen.acts.dialog.form
        form.editors["name"].set_value("赵六")
        form.submit()
        wait_idle(qtbot, desk.tasks)
        form.editors["consent_terms"].set_value(True)
        form.submit()
        wait_idle(qtbot, desk.tasks)
        qtbot.wait(30)
        wait_idle(qtbot, desk.tasks)
        assert screen.panel.head.card.name == "赵六"

    def test_acts_need_a_member_that_is_open(self, people, qtbot, desk, database, as_role):
        screen = self.open(qtbot, desk)
        assert not screen.edit_act.isEnabled()
        screen.open_member(people[0])
        wait_idle(qtbot, desk.tasks)
        assert screen.edit_act.isEnabled()
        close = partial(members.close, request=new_request(), member_id=people[0], reason="x")
        database.write(close, actor=as_role("manager"))
        screen.reload_now()
        wait_idle(qtbot, desk.tasks)
        assert not screen.edit_act.isEnabled()
        assert screen.acts.reopen.isEnabled()

    def test_where_points_come_from(self, people, qtbot, desk, database, as_role):
        from tests.services.members_case import move

        steps = [
            ["credit", 50, "2026-01-01", "9999-12-31", "2026-01-01"],
            ["credit", 30, "2026-01-02", "9999-12-31", "2026-01-02"],
        ]
        run = partial(move, request=new_request(), member_id=people[0], steps=steps)
        database.write(run, actor=as_role("manager"))
        screen = self.open(qtbot, desk)
        screen.open_member(people[0])
        screen.panel.tabs.setCurrentWidget(screen.panel.points)
        wait_idle(qtbot, desk.tasks)
        points = screen.panel.points
        assert points.lots.records.rowCount() == 2
        points.day.setText("20260101")
        points.day.editingFinished.emit()
        wait_idle(qtbot, desk.tasks)
        assert points.lots.records.rowCount() == 1
