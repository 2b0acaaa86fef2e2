"""The program's own clock: it looks by itself, tells somebody who is there, and never looks twice at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject

from desktop_admin.nightly import Nightly
from desktop_admin.services import backup, nightly
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Trouble
from desktop_admin.services.work import Actor
from desktop_admin.tasks import Tasks

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


class Told:
    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []

    def tell(self, text: str, *, tone: str = "good") -> None:
        self.texts.append((text, tone))


@pytest.fixture
def tasks(database: Database, qtbot: Any) -> Iterator[Tasks]:
    tasks = Tasks(database)
    yield tasks
    assert tasks.close(20)


@pytest.fixture
def parent(qtbot: Any) -> QObject:
    return QObject()


def test_it_makes_the_backup_by_itself(qtbot: Any, tasks: Tasks, parent: QObject, database: Database) -> None:
    told = Told()
    night = Nightly(tasks, lambda: told, "till 1", parent)
    assert night.soon.isActive()
    assert night.every.isActive()
    night.soon.setInterval(0)
    night.soon.start()
    qtbot.waitUntil(lambda: database.read(backup.last) is not None, timeout=20_000)
    qtbot.waitUntil(tasks.idle, timeout=20_000)
    assert told.texts == []


def test_trouble_waits_for_somebody(
    qtbot: Any, tasks: Tasks, parent: QObject, as_role: Callable[[str], Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    told, runs = Told(), []

    def fail(*_args: object, **_said: object) -> nightly.Night:
        runs.append(1)
        return nightly.Night(troubles=(Trouble("The disk is full."),))

    monkeypatch.setattr(nightly, "run", fail)
    night = Nightly(tasks, lambda: told, "till 1", parent)
    for _time in range(2):
        night.look()
        job = night.job
        night.look()
        assert night.job is job or (job is not None and job.over)
        qtbot.waitUntil(lambda: bool(night._untold) and tasks.idle(), timeout=5_000)
    assert told.texts == []
    tasks.actor = as_role("clerk")
    night.flush()
    assert told.texts == [("Tonight's work was not done: The disk is full.", "bad")], "once, though it failed twice"
    night.flush()
    assert len(told.texts) == 1
