"""The window: sign-in, navigation, lock, operators, language, search, palette."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget

from desktop_admin import i18n
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.settings import IDLE_MINUTES, LAST_SCREEN, Settings
from desktop_admin.tasks import Tasks
from desktop_admin.views import language, navigation, rail, shell, theme
from desktop_admin.views.main_window import MainWindow, assemble
from desktop_admin.views.palette import Palette
from desktop_admin.views.shell import Shell
from desktop_admin.views.status import ShopFacts
from desktop_admin.views.widgets.search_box import Hit
from tests.views import small_desk
from tests.views.fakes import FakeShop
from tests.views.screen_case import accessible_name, controls, wait_idle
from tests.views.small_desk import OPERATORS, PLACES, FirstScreen, SecondScreen, sign_in


@pytest.fixture
def tasks(qtbot: Any) -> Iterator[Tasks]:
    tasks = Tasks(FakeShop())
    yield tasks
    assert tasks.close(20)


@pytest.fixture
def window(qtbot: Any, tmp_path: Path, tasks: Tasks, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    for module in (navigation, rail):
        monkeypatch.setattr(module, "NAVIGATION", PLACES)
    for module in (navigation, shell):
        monkeypatch.setattr(module, "SEARCHES", (small_desk.__name__,))
    settings = Settings(tmp_path / "settings.ini")
    language.use("en")
    window = assemble(settings, tasks, sign_in)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitActive(window)
    yield window
    i18n.use_language("en")


def enter(qtbot: Any, window: MainWindow, login: str = "chen", password: str = "right") -> Shell:
    page = window.sign_in
    page.login.setText(login)
    page.password.setFocus()
    QTest.keyClicks(page.password, password)
    QTest.keyClick(page.password, Qt.Key.Key_Return)
    wait_idle(qtbot, window.desk.tasks)
    qtbot.wait(20)
    wait_idle(qtbot, window.desk.tasks)
    assert window.shell is not None
    return window.shell


def first(desk_shell: Shell) -> FirstScreen:
    screen = desk_shell.current
    assert isinstance(screen, FirstScreen)
    return screen


def test_the_shop_says_when_it_locks_and_a_machine_may_only_be_stricter(window: MainWindow) -> None:
    settings = window.desk.settings
    window.show_facts(ShopFacts("Shop", lock_minutes=15))
    assert window.idle_minutes() == 15
    settings.set(IDLE_MINUTES, 3)
    assert window.idle_minutes() == 3
    settings.set(IDLE_MINUTES, 60)
    assert window.idle_minutes() == 15
    window.sign_in.signed_in.emit(OPERATORS["chen"])
    assert window._idle.interval() == 15 * 60_000
    window.show_facts(ShopFacts("Shop", lock_minutes=2))
    assert window._idle.isActive()
    assert window._idle.interval() == 2 * 60_000


def test_signing_in_by_keyboard(qtbot: Any, window: MainWindow) -> None:
    page = window.sign_in
    assert page.login.hasFocus()
    QTest.keyClicks(page.login, "chen")
    QTest.keyClick(page.login, Qt.Key.Key_Return)
    assert page.password.hasFocus()
    desk_shell = enter(qtbot, window)
    assert window.pages.currentWidget() is desk_shell
    assert desk_shell.rail.ids() == ["first", "second"]
    assert "陈晓明" in desk_shell.top.chip.text()
    assert desk_shell.status.text("who") == "陈晓明"
    assert page.password.text() == ""


def test_a_wrong_password_is_said_and_forgotten(qtbot: Any, window: MainWindow) -> None:
    page = window.sign_in
    page.login.setText("chen")
    page.password.setText("wrong")
    page.submit()
    page.submit()
    wait_idle(qtbot, window.desk.tasks)
    assert page.message.text() == "Login or password is wrong."
    assert page.password.text() == ""
    assert page.password.hasFocus()
    assert window.shell is None
    assert window.desk.tasks._shop.writes == 0


def test_places_follow_the_role(qtbot: Any, window: MainWindow) -> None:
    assert enter(qtbot, window, "admin").rail.ids() == ["first", "second", "third"]


def test_screens_are_made_when_first_shown(qtbot: Any, window: MainWindow) -> None:
    desk_shell = enter(qtbot, window)
    assert list(desk_shell.screens) == ["first"]
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert list(desk_shell.screens) == ["first", "second"]
    window.desk.open("first", name="张三")
    assert first(desk_shell).where == [{"name": "张三"}]
    window.desk.open("third")
    assert desk_shell.current is desk_shell.screens["first"]


def test_keys_work_on_the_screen_shown_only(qtbot: Any, window: MainWindow) -> None:
    desk_shell = enter(qtbot, window)
    screen = first(desk_shell)
    QTest.keyClick(window, Qt.Key.Key_F2)
    assert screen.earned == 1
    window.desk.open("second")
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert screen.earned == 1
    assert first(desk_shell).earned == 1


def test_keys_can_be_changed(qtbot: Any, window: MainWindow) -> None:
    desk_shell = enter(qtbot, window)
    window.desk.actions.rebind("first.earn", "F9")
    QTest.keyClick(window, Qt.Key.Key_F2)
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert first(desk_shell).earned == 1
    assert window.desk.settings.recall(0, "keys/first.earn") == "F9"


def test_locking_hides_and_the_password_brings_back(qtbot: Any, window: MainWindow) -> None:
    desk_shell = enter(qtbot, window)
    first(desk_shell).edit.setText("typed so far")
    dialog = QDialog(window)
    dialog.open()
    window.lock()
    assert window.pages.currentWidget() is window.sign_in
    assert not dialog.isVisible()
    assert window.sign_in.login.isReadOnly()
    window.sign_in.password.setText("wrong")
    window.sign_in.submit()
    wait_idle(qtbot, window.desk.tasks)
    assert window.locked
    enter(qtbot, window)
    assert window.pages.currentWidget() is desk_shell
    assert dialog.isVisible()
    dialog.reject()
    assert window.shell is desk_shell
    assert first(desk_shell).edit.text() == "typed so far"


def test_another_operator_gets_a_desk_of_their_own(qtbot: Any, window: MainWindow) -> None:
    desk_shell = enter(qtbot, window)
    window.desk.offer_undo("Undo: adjust 张三 +50", lambda: None)
    window.change_operator()
    QTest.keyClick(window.sign_in, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is desk_shell
    window.change_operator()
    window.sign_in.login.clear()
    other = enter(qtbot, window, "wang")
    assert other is not desk_shell
    assert window.desk.actor is not None
    assert window.desk.actor.name == "王芳"
    assert not other.top.undo.isVisible()


def test_unlocking_as_someone_else_drops_the_desk(qtbot: Any, window: MainWindow) -> None:
    desk_shell = enter(qtbot, window)
    window.lock()
    window.sign_in.back.click()
    assert not window.sign_in.login.isReadOnly()
    assert enter(qtbot, window, "wang") is not desk_shell


def test_signing_out(qtbot: Any, window: MainWindow) -> None:
    enter(qtbot, window)
    window.sign_out()
    assert (window.shell, window.desk.actor) == (None, None)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    window.desk.till.failed.emit(Trouble("The disk is full."))  # a late word finds nobody, and harms nothing
    enter(qtbot, window, "wang")


def test_the_language_changes_while_running(qtbot: Any, window: MainWindow) -> None:
    desk_shell = enter(qtbot, window)
    titles = []
    for code in ("zh_TW", "en"):
        language.switch_language(window.desk.settings, code)
        qtbot.wait(10)
        wait_idle(qtbot, window.desk.tasks)
        titles.append(desk_shell.rail._buttons["second"].text().strip())
    assert titles[1] == "Members"
    assert first(desk_shell).heading.text() == "Counter"


def test_undo_names_what_it_undoes(qtbot: Any, window: MainWindow) -> None:
    desk_shell = enter(qtbot, window)
    undone: list[int] = []
    window.desk.offer_undo("Undo: adjust 张三 +50", lambda: undone.append(1))
    assert desk_shell.top.undo.text() == "Undo: adjust 张三 +50"
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == [1]
    assert not desk_shell.top.undo.isVisible()


def test_a_single_hit_and_enter_goes_on(qtbot: Any, window: MainWindow) -> None:
    desk_shell = enter(qtbot, window)
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    search = desk_shell.top.search
    assert search.hasFocus()
    QTest.keyClicks(search, "zs")
    QTest.keyClick(search, Qt.Key.Key_Return)
    qtbot.wait(10)
    assert first(desk_shell).where == [{"name": "张三"}]
    QTest.keyClicks(search, "s")
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert len(search.hits) == 2
    QTest.keyClick(search, Qt.Key.Key_Down)
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert first(desk_shell).where[-1] == {"name": "李四"}


def test_a_scan_goes_to_the_screen_else_to_the_search(qtbot: Any, window: MainWindow) -> None:
    desk_shell = enter(qtbot, window)
    desk_shell.take_scan("R-1023")
    assert first(desk_shell).codes == ["R-1023"]
    assert desk_shell.top.search.text() == ""
    desk_shell.take_scan("zs")
    assert first(desk_shell).where == [{"name": "张三"}]


def test_the_palette_runs_actions_and_finds_members(qtbot: Any, window: MainWindow) -> None:
    desk_shell = enter(qtbot, window)
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = QApplication.activeModalWidget()
    assert isinstance(palette, Palette)
    QTest.keyClicks(palette.field, "earn")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert first(desk_shell).earned == 1
    desk_shell.show_palette()
    palette = QApplication.activeModalWidget()
    assert isinstance(palette, Palette)
    QTest.keyClicks(palette.field, "zs")
    qtbot.waitUntil(lambda: palette.list.count() == 1)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert first(desk_shell).where == [{"name": "张三"}]


def test_the_foot_tells_what_matters(qtbot: Any, window: MainWindow) -> None:
    status = enter(qtbot, window).status
    now = datetime.now(UTC)
    window.show_facts(ShopFacts("Shop", "Main", "sample.db", now - timedelta(hours=2)))
    assert status.text("branch") == "Main"
    assert status.text("database") == "sample.db"
    assert "⚠" not in status.text("backup")
    window.show_facts(replace(status.facts, last_backup=now - timedelta(days=9)))
    assert "⚠" in status.text("backup")
    assert "9 days" in status.text("backup")

    def gone(_work: Any) -> None:
        raise Trouble("The server does not answer.", offline=True)

    window.desk.tasks.read(status, "n", gone, lambda _n: None)
    wait_idle(qtbot, window.desk.tasks)
    assert "Offline since" in status.text("online")
    window.desk.status("2 rows selected")
    assert status.text("selection") == "2 rows selected"


def test_notices_and_trouble(qtbot: Any, window: MainWindow) -> None:
    desk_shell = enter(qtbot, window)
    window.desk.notices.tell("Saved.")
    window.desk.notices.report(Refused("No."))
    window.desk.notices.report(Trouble("The disk is full."))
    assert desk_shell.banner.label.text() == "The disk is full."
    desk_shell.banner.button.click()
    assert desk_shell.banner.isHidden()


def test_every_control_has_a_name(qtbot: Any, window: MainWindow) -> None:
    enter(qtbot, window)
    nameless = [type(c).__name__ + c.objectName() for c in controls(window) if not accessible_name(c)]
    assert not nameless, nameless


def test_it_fits_a_small_screen(qtbot: Any, window: MainWindow) -> None:
    desk_shell = enter(qtbot, window)
    window.show_facts(ShopFacts("Shop", "Main", "sample.db", None, sample=True))
    assert desk_shell.minimumSizeHint().width() <= 1024
    assert desk_shell.minimumSizeHint().height() <= 700


def test_where_it_stood_is_kept(qtbot: Any, window: MainWindow, tasks: Tasks) -> None:
    desk_shell = enter(qtbot, window)
    window.desk.open("second")
    assert window.desk.settings.get(LAST_SCREEN) == "second"
    window.resize(1111, 720)
    window.close()
    window.show()
    assert desk_shell.current is not None
    again = Settings(window.desk.settings.path)
    assert again.get(LAST_SCREEN) == "second"
    window.resize(1200, 800)
    window.restore()
    assert window.height() == 720  # the width gives way on a narrower screen


def test_changing_the_operator_asks_for_the_login_first(qtbot: Any, window: MainWindow) -> None:
    enter(qtbot, window)
    window.change_operator()
    qtbot.waitUntil(lambda: window.sign_in.login.hasFocus())
    QTest.keyClicks(window.sign_in.login, "wang")  # over the last one, which is marked
    assert window.sign_in.login.text() == "wang"
    QTest.keyClick(window.sign_in, Qt.Key.Key_Escape)
    window.lock()
    qtbot.waitUntil(lambda: window.sign_in.password.hasFocus())  # who locked types only the password


def test_a_screen_that_is_opened_has_the_keys(qtbot: Any, window: MainWindow) -> None:
    desk_shell = enter(qtbot, window)
    desk_shell.open("second")
    second = desk_shell.current
    assert isinstance(second, SecondScreen)
    qtbot.waitUntil(lambda: second.edit.hasFocus())


def test_enter_presses_the_button_that_has_the_focus_and_a_scan_does_not(qtbot: Any, window: MainWindow) -> None:
    desk_shell = enter(qtbot, window)
    screen = first(desk_shell)
    pressed: list[bool] = []
    button = QPushButton("Approve", screen, autoDefault=False)
    button.clicked.connect(lambda: pressed.append(True))
    button.show()
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    QTest.keyClick(button, Qt.Key.Key_Return)
    QTest.keyClick(button, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)  # a shortcut's, not the button's
    assert len(pressed) == 1
    QTest.keyClicks(button, "R123456")
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert len(pressed) == 1
    assert screen.codes == ["R123456"]


def test_the_palette_says_that_nothing_was_found_and_nothing_twice(qtbot: Any, window: MainWindow) -> None:
    desk_shell = enter(qtbot, window)
    ran: list[object] = []
    palette = Palette(desk_shell, [], lambda text, found: found([]), ran.append)
    qtbot.addWidget(palette)
    palette.field.setText("zz")
    palette._find()
    assert [palette.list.item(row).text() for row in range(palette.list.count())] == ["Nothing found"]
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    hits = [Hit("张三", "8000", "zhang"), Hit("R1", "1", "order")]
    palette._found("zz", hits[:1])
    palette._found("zz", hits)
    assert [palette.list.item(row).text() for row in range(palette.list.count())] == ["张三", "R1"]
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert ran == ["zhang"]


def test_pages_inside_a_screen_are_in_the_palette_by_name() -> None:
    from desktop_admin.views.administration.screen import PAGES

    inside = {where["page"]: (title, permission) for title, _icon, permission, _id, where in navigation.INSIDE}
    assert inside == {page.id: (page.title, page.permission) for page in PAGES}


def test_nothing_in_the_head_of_a_small_window_covers_anything(qtbot: Any, window: MainWindow) -> None:
    window.resize(1024, 700)
    top = enter(qtbot, window).top
    theme.current().set(scale=150)
    window.show_facts(ShopFacts("Shop", sample=True))
    qtbot.waitUntil(top.sample.isVisible)
    places = [w.geometry() for w in top.children() if isinstance(w, QWidget) and w.isVisible()]
    theme.current().set(scale=100)
    assert not [(a, b) for a, b in combinations(places, 2) if a.intersects(b)]
