"""While every query takes its time, every screen says that it loads, and the window goes on living.

The strict figure for stalls stands in `bench/stalls.py`; here a machine may be busy, so the bounds are wide.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from sqlalchemy import event

from desktop_admin.services.database.database import Database
from desktop_admin.services.members import pinyin
from desktop_admin.services.work import Actor
from desktop_admin.views.navigation import places
from tests.house.desks import stock_up, window

SLOW = 0.3  # s per statement
WATCH = 500  # ms
BEAT = 10  # ms
LEAST = 12  # beats of the 50 a machine at leisure has
GAP = 0.29  # s: shorter than one statement, so that no query can have run on the window's thread


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture(autouse=True, scope="module")
def _no_process_left() -> Any:
    yield
    pinyin.close()


def test_every_screen_says_that_it_loads_and_the_window_lives(
    qtbot: Any, tmp_path: Path, database: Database, as_role: Callable[[str], Actor]
) -> None:
    stock_up(database, as_role, 3)
    beats: list[float] = []
    timer = QTimer(interval=BEAT)
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    wrong, pause = [], 0.0
    event.listen(database.engine, "before_cursor_execute", lambda *_arguments: time.sleep(pause))
    with window(qtbot, database, tmp_path, as_role("administrator")) as (shown, shell):
        for place in places():
            shell.open(place.id)  # built and imported before: that happens once
            qtbot.wait(50)
        pause = SLOW
        timer.start()
        try:
            for place in places():
                screen = shell.screens[place.id]
                screen.mark_stale()
                beats.clear()
                shell.open(place.id)
                screen.reload_now()
                said = screen.busy.busy
                qtbot.wait(WATCH)
                gap = max((after - before for before, after in pairwise(beats)), default=9.9)
                if not said:
                    wrong.append(f"{place.id}: does not say that it loads")
                if len(beats) < LEAST or gap > GAP:
                    wrong.append(f"{place.id}: {len(beats)} beats in {WATCH} ms, the longest gap {gap * 1000:.0f} ms")
        finally:
            timer.stop()
            pause = 0.0  # not unhooked: readers may be inside
        qtbot.waitUntil(lambda: not shown.desk.tasks._open, timeout=20_000)
    assert not wrong, "\n".join(wrong)
