"""A shop in which nothing can be saved: the window says why as long as it is so, and every act is refused with that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from desktop_admin import i18n
from desktop_admin.services.database import programs
from desktop_admin.services.database.clock import SystemClock
from desktop_admin.services.database.database import Database
from desktop_admin.settings import Settings
from desktop_admin.tasks import Tasks
from desktop_admin.views import account, language
from desktop_admin.views.main_window import MainWindow, assemble
from desktop_admin.views.sign_in import sign_in_service
from tests import founding
from tests.services.places import execute
from tests.services.staff import quicken
from tests.views.screen_case import wait_idle

WHY = "Everything can be looked at; nothing can be saved until the newer program is installed."


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    quicken(monkeypatch)


@pytest.fixture
def path(tmp_path: Path) -> str:
    path = str(tmp_path / "shop.pointsdesk")
    founding.found(f"sqlite:///{path}", SystemClock())
    return path


@pytest.fixture
def older(path: str) -> str:
    """A newer program has worked in the shop, and asks for one at least as new."""
    execute(path, "INSERT INTO setting (name, value) VALUES (:name, :value)", name=programs.LEAST, value='"99.1.0"')
    return path


@pytest.fixture
def window(qtbot: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[MainWindow]:
    language.use("en")
    tasks = Tasks(Database.open(request.getfixturevalue(getattr(request, "param", "older"))))
    window = assemble(Settings(tmp_path / "settings.ini"), tasks, sign_in_service("till 1"))
    qtbot.addWidget(window)
    window.resize(1280, 820)
    window.show()
    page = window.sign_in
    page.login.setText("manager")
    page.password.setText(founding.PASSWORD)
    page.submit()
    qtbot.waitUntil(lambda: window.shell is not None, timeout=20_000)
    wait_idle(qtbot, tasks)
    yield window
    window.close()
    assert tasks.close(20), "a thread is left"
    language.use("en")
    i18n.use_time_zone(None)


def said(window: MainWindow) -> str:
    """What the strip says; empty where it is hidden."""
    assert window.shell is not None
    strip = window.shell.only_looking
    return strip.label.text() if strip.isVisible() else ""


def test_it_is_said_in_every_language_and_beside_other_news(qtbot: Any, window: MainWindow) -> None:
    assert WHY in said(window)
    assert "99.1.0" in said(window)
    window.desk.notices.stay("Something else")
    window.desk.notices.stay("")
    assert WHY in said(window)
    language.use("zh_CN")
    qtbot.waitUntil(lambda: "99.1.0" in said(window) and WHY not in said(window))


def test_an_act_is_refused_with_that_sentence(qtbot: Any, window: MainWindow) -> None:
    form = account.set_pin(window, window.desk).form
    form.fill({"password": founding.PASSWORD, "pin": "135790"})
    form.submit()
    wait_idle(qtbot, window.desk.tasks)
    qtbot.waitUntil(lambda: any(WHY in label.text() for label in form.findChildren(QLabel)), timeout=10_000)
    assert form.isVisible(), "what was typed stays"
    assert WHY in said(window)


@pytest.mark.parametrize("window", ["path"], indirect=True)
def test_it_comes_when_the_shop_was_upgraded_meanwhile(qtbot: Any, window: MainWindow, path: str) -> None:
    assert said(window) == ""
    execute(path, "UPDATE alembic_version SET version_num = '0099'", "ALTER TABLE member RENAME TO person")
    window.desk.open("members")
    qtbot.waitUntil(lambda: "install the newer program" in said(window), timeout=20_000)
