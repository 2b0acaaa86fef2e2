"""While every query takes its time, every screen says that it loads, and the window goes on living.

The strict figure for stalls stands in `bench/stalls.py`; here it is enough that no statement runs on the
window's own thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop_admin.services.database.database import Database
from desktop_admin.services.members import pinyin
from desktop_admin.services.work import Actor
from desktop_admin.views.navigation import places
from tests.house.desks import stock_up, window

SLOW = 0.3  # s per statement
WATCH = 400  # ms each screen is looked at


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
    wrong: list[str] = []
    pause = 0.0

    def slowly(statement: str, _parameters: Any) -> None:
        if threading.current_thread() is threading.main_thread():
            wrong.append(f"asked on the window's own thread: {statement}")
        time.sleep(pause)

    database.taps.statement.append(slowly)
    with window(qtbot, database, tmp_path, as_role("administrator")) as (shown, shell):
        for place in places():
            shell.open(place.id)  # built and imported before: that happens once
            qtbot.wait(50)
        pause = SLOW
        try:
            for place in places():
                screen = shell.screens[place.id]
                screen.mark_stale()
                shell.open(place.id)
                screen.reload_now()
                said = screen.busy.busy
                qtbot.wait(WATCH)
                if not said:
                    wrong.append(f"{place.id}: does not say that it loads")
        finally:
            pause = 0.0  # not unhooked: readers may be inside
        qtbot.waitUntil(lambda: not shown.desk.tasks._open, timeout=20_000)
    assert not wrong, "\n".join(wrong)
