"""A server that comes and goes: looked for in the background, told of at one place, and nothing pops up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from desktop_admin.reconnecting import FIRST, LAST, Reconnecting
from desktop_admin.services.connection.standing import Standing
from desktop_admin.services.errors import Trouble
from desktop_admin.settings import Settings
from desktop_admin.tasks import Tasks
from desktop_admin.views import language, navigation, rail, shell
from desktop_admin.views.main_window import MainWindow, assemble
from tests.views import small_desk
from tests.views.fakes import FakeShop
from tests.views.screen_case import wait_idle
from tests.views.small_desk import OPERATORS, PLACES, FirstScreen, sign_in

SILENT = "The database server does not answer. Nothing was saved; your input is kept."


class ComesAndGoes(FakeShop):
    """A shop on a server whose cable is pulled and put back."""

    on_server, closed = False, False
    there = True

    def read(self, query: Any, *, actor: Any = None, reports: bool = False) -> Any:
        if not self.there:
            raise Trouble(SILENT, offline=True)
        return super().read(query, actor=actor)


@pytest.fixture
def window(qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    for module in (navigation, rail):
        monkeypatch.setattr(module, "NAVIGATION", PLACES)
    for module in (navigation, shell):
        monkeypatch.setattr(module, "SEARCHES", (small_desk.__name__,))
    tasks = Tasks(ComesAndGoes())
    language.use("en")
    window = assemble(Settings(tmp_path / "settings.ini"), tasks, sign_in)
    qtbot.addWidget(window)
    window.show()
    window.sign_in.signed_in.emit(OPERATORS["chen"])
    qtbot.wait(20)
    wait_idle(qtbot, tasks)
    yield window
    assert tasks.close(20)


def pulled(qtbot: Any, window: MainWindow, *, there: bool) -> FirstScreen:
    """Pull the cable or put it back, and have the screen asked for again."""
    window.desk.tasks._shop.there = there
    assert window.shell is not None
    screen = window.shell.current
    assert isinstance(screen, FirstScreen)
    screen.reload_now()
    wait_idle(qtbot, window.desk.tasks)
    return screen


def test_twenty_times_there_and_away_and_nothing_pops_up(qtbot: Any, window: MainWindow) -> None:
    for turn in range(20):
        screen = pulled(qtbot, window, there=bool(turn % 2))
        window.desk.notices.report(Trouble(SILENT, offline=True)) if not turn % 2 else None
        assert window.desk.tasks.connection.online is bool(turn % 2)
        dialogs = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
        assert dialogs == []
        assert window.shell is not None
        toasts = window.desk.notices._toasts  # type: ignore[attr-defined]
        assert len(toasts) + window.shell.banner.isVisible() <= 1
        assert screen._states.currentWidget() is screen.body, "the old rows stay"
    assert not window.shell.banner.isVisible(), "what was said is over"
    assert not screen.banner.isVisible()


def test_the_screen_says_how_old_it_is_and_loads_again_by_itself(qtbot: Any, window: MainWindow) -> None:
    pulled(qtbot, window, there=True)
    tasks = window.desk.tasks
    tasks._shop.there = False
    tasks.read(window, "other", lambda work: 1, lambda _n: None, lambda _error: None)
    wait_idle(qtbot, tasks)
    assert window.shell is not None
    screen = window.shell.current
    assert screen is not None
    assert "No connection since" in screen.banner.label.text()
    assert "Shown as of" in screen.banner.label.text()
    tasks._shop.there = True
    tasks.read(window, "other", lambda work: 1, lambda _n: None, lambda _error: None)
    qtbot.waitUntil(lambda: not screen.banner.isVisible(), timeout=5000)


def test_it_looks_seldom_and_ever_more_seldom(qtbot: Any, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = window.desk.tasks
    looked: list[int] = []
    watch = Reconnecting(tasks, window.desk, window)
    tasks._shop.there = False
    tasks.read(window, "other", lambda work: 1, lambda _n: None, lambda _error: None)
    wait_idle(qtbot, tasks)
    for _each in range(8):
        assert watch.timer.isActive()
        looked.append(watch.timer.interval())
        watch.timer.stop()
        watch._later()
    assert 1000 * FIRST * 0.7 < looked[0] < 1000 * FIRST * 1.3
    assert looked[-1] <= 1000 * LAST * 1.3
    assert looked[2] > looked[0]
    assert watch.pause == LAST
    watch.stop()


def test_the_foot_says_since_when_which_server_and_whether_encrypted(window: MainWindow) -> None:
    assert window.shell is not None
    status = window.shell.status
    window.desk.stand(Standing("db1.shop.lan", encrypted=True, local=False))
    assert status.text("online").startswith("● Online since ")
    label: QLabel = status._labels["online"]
    assert "Server: db1.shop.lan" in label.toolTip()
    assert "\nEncrypted" in label.toolTip()
    assert label.accessibleDescription() == label.toolTip()
    window.desk.stand(Standing("db1.shop.lan", encrypted=False, local=False))
    assert "Not encrypted" in status.text("online"), "in words, not by colour alone"
    window.desk.stand(None)
    assert status.text("online") == "● Online"
