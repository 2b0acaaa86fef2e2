"""Two programs on one shop: a screen at one counter goes stale when the other one writes, and reloads when seen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from desktop_admin.services import members
from desktop_admin.services.command import new_request
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.news.server import HEAR
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Actor
from desktop_admin.settings import Settings
from desktop_admin.tasks import Tasks
from desktop_admin.views.desk import Desk
from desktop_admin.views.screen import Screen
from tests.services.test_news import SOON, listening
from tests.views.fakes import FakeNotices

WAIT = int(1000 * (HEAR + SOON))  # ms


class Members(Screen):
    title = "Members"
    topics = frozenset({Topic.MEMBERS})
    loads = 0

    def reload(self) -> None:
        self.loads += 1
        self.ask("all", members.count, lambda _n: None)


@pytest.fixture
def programs(
    qtbot: Any, database: Database, database_url: str, clock: SetClock, as_role: Callable[[str], Actor]
) -> Iterator[tuple[Tasks, Tasks]]:
    """Two programs, each with threads and a database of its own."""
    with program(database_url, clock, as_role) as here, program(database_url, clock, as_role) as there:
        yield here, there


@contextmanager
def program(url: str, clock: SetClock, as_role: Callable[[str], Actor]) -> Iterator[Tasks]:
    opened = Database.open(url, clock=clock)
    tasks = Tasks(opened)
    tasks.actor = as_role("administrator")
    tasks.listen()
    listening(opened)
    yield tasks
    assert tasks.close(20), "a thread is left"


def enrol(tasks: Tasks) -> None:
    act = partial(members.enrol, request=new_request(), name="Li Lei", consent_terms=True)
    tasks.write(QObject(tasks), act, lambda _card: None)


def test_a_screen_elsewhere_goes_stale_and_reloads_when_seen(
    qtbot: Any, programs: tuple[Tasks, Tasks], tmp_path: Path
) -> None:
    here, there = programs
    screen = Members(Desk(here, Settings(tmp_path / "s.ini"), FakeNotices()))
    qtbot.addWidget(screen)
    screen.show()
    qtbot.waitUntil(lambda: screen.loads == 1 and not screen.loading)
    enrol(there)
    qtbot.waitUntil(lambda: screen.loads == 2, timeout=WAIT)
    screen.hide()
    qtbot.waitUntil(lambda: not screen.loading)
    enrol(there)
    qtbot.waitUntil(lambda: screen._stale, timeout=WAIT)
    qtbot.wait(200)
    assert screen.loads == 2, "reloaded though nobody saw it"
    screen.show()
    qtbot.waitUntil(lambda: screen.loads == 3 and not screen.loading)


def test_ones_own_commits_are_told_once(qtbot: Any, programs: tuple[Tasks, Tasks]) -> None:
    here, there = programs
    told: list[tuple[str, frozenset[Topic]]] = []
    here.committed.connect(lambda topics: told.append((threading.current_thread().name, topics)))
    enrol(here)
    qtbot.waitUntil(lambda: len(told) == 1)
    heard: list[frozenset[Topic]] = []
    there.committed.connect(heard.append)
    enrol(here)
    qtbot.waitUntil(lambda: bool(heard), timeout=WAIT)
    qtbot.wait(1200)  # one more look of the file's
    assert [name for name, _topics in told] == [threading.main_thread().name] * 2


def test_nothing_listens_before_it_is_asked_to(qtbot: Any, database_url: str) -> None:
    tasks = Tasks()
    tasks.listen()  # no database yet
    owner = QObject(tasks)
    opened: list[Any] = []
    tasks.open(lambda: Database.open(database_url), owner, opened.append, opened.append)
    qtbot.waitUntil(lambda: bool(opened), timeout=20_000)
    assert not [t for t in threading.enumerate() if t.name == "pointsdesk-news"]
    assert tasks.close(20)
