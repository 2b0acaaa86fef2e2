"""The window says that the clock was set back, and a manager confirms it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop_admin.services import clock as clocks
from desktop_admin.services import members
from desktop_admin.services.command import new_request
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.work import Actor
from desktop_admin.settings import Settings
from desktop_admin.tasks import Tasks
from desktop_admin.views import set_back
from desktop_admin.views.desk import Desk
from desktop_admin.views.notices import Question, Toasts
from desktop_admin.views.widgets.banner import Banner
from tests.views.screen_case import _Borrowed, wait_idle


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    from tests.views.fakes import FakeNotices

    tasks = Tasks(_Borrowed(database))
    yield Desk(tasks, Settings(tmp_path / "settings.ini"), FakeNotices())
    assert tasks.close(20)


@pytest.fixture
def window(qtbot: Any, desk: Desk) -> QWidget:
    shown = QWidget()
    qtbot.addWidget(shown)
    shown.banner = Banner(shown)  # type: ignore[attr-defined]
    shown.banner.hide()  # type: ignore[attr-defined]
    desk.notices = Toasts(shown, shown.banner)  # type: ignore[attr-defined]
    shown.show()
    return shown


@pytest.fixture
def late(database: Database, as_role: Callable[[str], Actor], clock: SetClock) -> None:
    """A member was enrolled, and then the clock went back a day."""
    joined = partial(members.enrol, request=new_request(), name="王小明", consent_terms=True)
    database.write(joined, actor=as_role("counter"))
    clock.at -= timedelta(days=1)


def look(qtbot: Any, desk: Desk, window: QWidget, actor: Actor) -> Any:
    desk.sign_in(actor)
    set_back.look(window, desk)
    wait_idle(qtbot, desk.tasks)
    return window.banner  # type: ignore[attr-defined]


def test_a_right_clock_says_nothing(qtbot: Any, desk: Desk, window: QWidget, as_role: Callable[[str], Actor]) -> None:
    assert not look(qtbot, desk, window, as_role("manager")).isVisible()


@pytest.mark.usefixtures("late")
def test_whoever_may_not_confirm_is_told(
    qtbot: Any, desk: Desk, window: QWidget, as_role: Callable[[str], Actor]
) -> None:
    banner = look(qtbot, desk, window, as_role("counter"))
    assert banner.isVisible()
    assert "a manager confirms it" in banner.label.text()
    assert not banner.button.isVisible()


@pytest.mark.usefixtures("late")
def test_a_manager_confirms_with_both_times_in_view(
    qtbot: Any, desk: Desk, window: QWidget, database: Database, as_role: Callable[[str], Actor]
) -> None:
    banner = look(qtbot, desk, window, as_role("manager"))
    banner.button.click()
    wait_idle(qtbot, desk.tasks)
    (question,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, Question) and w.isVisible()]
    assert question.no.isDefault()  # an Enter by mistake confirms nothing
    qtbot.mouseClick(question.yes, Qt.MouseButton.LeftButton)
    wait_idle(qtbot, desk.tasks)
    assert not banner.isVisible()
    assert database.read(clocks.look, actor=as_role("manager")).newest is None


def test_a_clock_that_is_right_needs_no_confirming(
    qtbot: Any, desk: Desk, window: QWidget, as_role: Callable[[str], Actor]
) -> None:
    desk.sign_in(as_role("manager"))
    set_back.confirm(window, desk)
    wait_idle(qtbot, desk.tasks)
    assert "The clock is right" in desk.notices.messages[-1]  # type: ignore[attr-defined]
