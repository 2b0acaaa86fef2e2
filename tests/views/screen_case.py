"""What every screen's test inherits: give `screen`, get seven tests.

    class TestMembersScreen(ScreenCase):
        screen = MembersScreen

The `desk` fixture stands on `self.shop()`: a fake that answers nothing by default; override `shop`
with a fixture that answers an empty real `database` where the screen needs one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QWidget,
)

from desktop_admin import i18n
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.settings import Settings
from desktop_admin.tasks import Tasks
from desktop_admin.views import theme
from desktop_admin.views.desk import Desk
from desktop_admin.views.screen import Screen
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.empty_state import EmptyState
from tests.views.fakes import FakeActor, FakeNotices, FakeShop

CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractItemView)


class FailingShop:
    """Every question fails with the error it was made with."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def read(self, query: Any, *, actor: Any = None, reports: bool = False) -> Any:
        raise self.error

    def write(self, operation: Any, *, actor: Any, noting: Any = None) -> Any:
        raise self.error

    def close(self) -> None:
        """Nothing to close."""


def wait_idle(qtbot: Any, tasks: Tasks, timeout: int = 10_000) -> None:
    """Wait until every question was answered."""
    qtbot.waitUntil(lambda: not tasks._open, timeout=timeout)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class ScreenCase:
    """The free tests."""

    screen: type[Screen]
    needs_database = True  # the `database` fixture of tests/conftest.py; else a fake shop
    actor_role = "manager"

    # --- the desk ---------------------------------------------------------------------------------

    @pytest.fixture
    def shop(self, request: pytest.FixtureRequest) -> Any:
        """The shop the screen opens on: an empty one."""
        return request.getfixturevalue("database") if self.needs_database else FakeShop()

    @pytest.fixture
    def actor(self, request: pytest.FixtureRequest) -> Any:
        """Who looks."""
        if not self.needs_database:
            return FakeActor()
        return request.getfixturevalue("as_role")(self.actor_role)

    @pytest.fixture
    def desk(self, qtbot: Any, tmp_path: Path, shop: Any, actor: Any) -> Iterator[Desk]:
        """A desk around the shop; its threads end with the test."""
        theme.current().set(mode="light", language="zh_CN")
        i18n.use_language("zh_CN")
        tasks = Tasks(_Borrowed(shop))
        desk = Desk(tasks, Settings(tmp_path / "settings.ini"), FakeNotices())
        desk.sign_in(actor)
        yield desk
        assert tasks.close(20), "a thread is left"
        i18n.use_language("en")

    def open(self, qtbot: Any, desk: Desk) -> Any:
        """Show the screen and wait until it is loaded."""
        screen = self.screen(desk)
        qtbot.addWidget(screen)
        screen.resize(1024 - 208, 700 - 88)
        screen.show()
        qtbot.waitExposed(screen)
        qtbot.waitUntil(lambda: not screen._stale)  # the first paint of a process takes its time
        qtbot.wait(20)
        wait_idle(qtbot, desk.tasks)
        return screen

    # --- the tests --------------------------------------------------------------------------------

    def test_opens_on_an_empty_shop(self, qtbot: Any, desk: Desk) -> None:
        screen = self.open(qtbot, desk)
        assert not screen.loading
        assert screen.banner.isHidden(), screen.banner.label.text()
        assert screen._loaded_at is not None or screen._states.currentWidget() is screen.body

    def test_fits_a_small_window(self, qtbot: Any, desk: Desk) -> None:
        screen = self.open(qtbot, desk)
        least = screen.minimumSizeHint()
        assert least.width() <= 1024 - 208, f"needs {least.width()} px beside the navigation"
        assert least.height() <= 700 - 88, f"needs {least.height()} px of height"

    def test_retranslates(self, qtbot: Any, desk: Desk) -> None:
        screen = self.open(qtbot, desk)
        chinese = settled_texts(qtbot, screen, desk.tasks)
        for language in ("en", "zh_TW", "zh_CN"):
            i18n.use_language(language)
            QApplication.sendEvent(screen, QEvent(QEvent.Type.LanguageChange))
            again = settled_texts(qtbot, screen, desk.tasks)
        assert again == chinese

    def test_survives_a_refusal(self, qtbot: Any, desk: Desk) -> None:
        desk.tasks._shop = FailingShop(Refused("You may not see this."))
        screen = self.open(qtbot, desk)
        assert screen.isVisible()
        screen.mark_stale()
        qtbot.wait(20)
        wait_idle(qtbot, desk.tasks)

    def test_survives_a_lost_database(self, qtbot: Any, desk: Desk, shop: Any) -> None:
        screen = self.open(qtbot, desk)
        desk.tasks._shop = FailingShop(Trouble("The database does not answer.", offline=True))
        screen.reload_now()
        wait_idle(qtbot, desk.tasks)
        desk.tasks._shop = _Borrowed(shop)
        screen.reload_now()
        wait_idle(qtbot, desk.tasks)
        assert screen.banner.isHidden()

    def test_every_control_has_a_name(self, qtbot: Any, desk: Desk) -> None:
        screen = self.open(qtbot, desk)
        nameless = [
            f"{type(control).__name__} {control.objectName()!r}"
            for control in controls(screen)
            if not accessible_name(control)
        ]
        assert not nameless, nameless

    def test_leaves_no_thread_and_no_screen(self, qtbot: Any, desk: Desk) -> None:
        before = {thread.name for thread in threading.enumerate()}
        screen = self.open(qtbot, desk)
        screen.close()
        wait_idle(qtbot, desk.tasks)
        left = {thread.name for thread in threading.enumerate()} - before
        assert all(name.startswith("pointsdesk-") for name in left), left


class MoreOfScreen(ScreenCase):
    """More tests of a screen; the free ones run once, elsewhere."""

    test_opens_on_an_empty_shop: Any = None
    test_fits_a_small_window: Any = None
    test_retranslates: Any = None
    test_survives_a_refusal: Any = None
    test_survives_a_lost_database: Any = None
    test_every_control_has_a_name: Any = None
    test_leaves_no_thread_and_no_screen: Any = None


class _Borrowed:
    """A shop that outlives its tasks."""

    def __init__(self, shop: Any) -> None:
        self._shop, self.read, self.write = shop, shop.read, shop.write

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shop, name)

    def close(self) -> None:
        """The fixture closes it."""


def controls(root: QWidget) -> list[QWidget]:
    """Answer the controls a person meets."""
    return [
        w
        for w in root.findChildren(QWidget)
        if isinstance(w, CONTROLS)
        and not w.objectName().startswith("qt_")
        and w.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not isinstance(w.parent(), QComboBox)
        and not (isinstance(w, QListView) and isinstance(w.window().parent(), QComboBox))  # its popup
        and not (w.isHidden() and isinstance(w.parent(), EmptyState | Banner))
    ]


def accessible_name(control: QWidget) -> str:
    """Answer what an assistive client would read."""
    if control.accessibleName():
        return control.accessibleName()
    if isinstance(control, QAbstractButton):
        return control.text() or control.toolTip()
    from PySide6.QtWidgets import QLabel

    for label in control.window().findChildren(QLabel):
        if label.buddy() is control:
            return label.text()
    return ""


def settled_texts(qtbot: Any, root: QWidget, tasks: Tasks) -> list[str]:
    """Answer every text shown once nothing changes any more: counts come after the rows they count."""
    before: list[str] | None = None
    while True:
        qtbot.wait(20)
        qtbot.waitUntil(lambda: not any(map(_is_waiting, root.findChildren(QTimer))))
        wait_idle(qtbot, tasks)
        now = visible_texts(root)
        if now == before:
            return now
        before = now


def _is_waiting(timer: QTimer) -> bool:
    """Say whether something is about to be asked: a short pause that has not run out."""
    return timer.isSingleShot() and timer.isActive() and timer.interval() <= 1_000


def visible_texts(root: QWidget) -> list[str]:
    """Answer every text shown."""
    from PySide6.QtWidgets import QLabel

    found = [*root.findChildren(QLabel), *root.findChildren(QAbstractButton)]
    return [str(w.property("text")) for w in found if w.isVisibleTo(root)]
