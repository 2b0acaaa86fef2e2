"""Does the event loop stall while every query takes two seconds? A heartbeat through all screens.

Every statement sleeps two seconds in a hook of the driver's cursor. A timer beats every 5 ms; the longest gap between
two beats is the stall. Screens are opened twice: the first opening builds widgets (150 ms are allowed for what
happens once), the second is what a person feels all day. The screens' modules were imported ahead, beside the sign-in
form, as the program does when it opened a shop: that is measured by itself. "desk" is what stands around the screens,
made with the first of them when somebody signed in.
"""

from __future__ import annotations

import compileall
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.measure import Result

PACKAGE = Path(__file__).parents[1] / "desktop_admin"
SLOW = 2.0  # seconds per statement
WATCH = 0.6  # seconds each screen is watched
GOAL = 50  # ms
BUILD_GOAL = 150  # ms, for what happens once


def run() -> list[Result]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    compileall.compile_dir(PACKAGE, quiet=2)  # as on any machine that started the program once
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from bench.shops import small
    from desktop_admin.settings import Settings
    from desktop_admin.tasks import Tasks
    from desktop_admin.views import theme
    from desktop_admin.views.main_window import assemble
    from tests.shots import administrator

    app = QApplication([sys.argv[0], "-style", "Fusion"])
    theme.Theme(app, "light").apply()
    beats: list[float] = []
    timer = QTimer(interval=5)
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    first: dict[str, float] = {}
    again: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as place, small("stalls") as (database, _actor, _member):
        settings = Settings(Path(place) / "settings.ini")
        tasks = Tasks(database)
        actor = administrator(tasks)
        database.taps.statement.append(_slowly)
        window = assemble(settings, tasks, _nobody, facts=lambda _window: None)
        window._idle.blockSignals(True)  # nobody types here; it must not lock
        window.show()
        timer.start()
        _spin(app, WATCH)
        ahead = _ahead(app, tasks, window, beats)
        first["desk"] = _gap(app, beats, partial(window._signed_in, actor))
        shell = window.shell
        assert shell is not None
        for gaps in (first, again):
            for name in shell.rail.ids():
                gaps[name] = _gap(app, beats, partial(shell.open, name))
        timer.stop()
        window.close()
        tasks.close()
        database.taps.statement.remove(_slowly)  # nobody asks any more
    return [
        _result("longest stall while screens are imported beside the window", {"load ahead": ahead}, GOAL),
        _result("longest stall, every query 2 s, screens built", again, GOAL),
        _result("longest stall when a screen is built first", first, BUILD_GOAL),
    ]


def _nobody(*_arguments: Any) -> Any:
    raise AssertionError("nobody signs in here")


def _gap(app: Any, beats: list[float], act: Callable[[], None]) -> float:
    """Do something and answer the longest stall until it is well shown, in ms."""
    _spin(app, 0.2)
    beats.clear()
    _spin(app, 0.05)
    act()
    _spin(app, WATCH)
    return _longest(beats)


def _ahead(app: Any, tasks: Any, window: Any, beats: list[float]) -> float:
    """Import the screens as the program does after it opened a shop; answers the longest stall meanwhile, in ms."""
    from desktop_admin.app import load_ahead

    done: list[object] = []
    tasks.run(window, partial(load_ahead, ""), done.append, done.append)
    beats.clear()
    while not done:
        _spin(app, 0.05)
    return _longest(beats)


def _slowly(*_arguments: Any) -> None:
    time.sleep(SLOW)


def _spin(app: Any, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        app.processEvents()
        time.sleep(0.001)


def _longest(beats: list[float]) -> float:
    return max((after - before for before, after in pairwise(beats)), default=0.0) * 1e3


def _result(name: str, gaps: dict[str, float], goal: int) -> Result:
    worst = max(gaps, key=lambda screen: gaps[screen])
    all_gaps = ", ".join(f"{screen} {gap:.0f}" for screen, gap in sorted(gaps.items(), key=lambda kv: -kv[1])[:6])
    return Result(name, f"{goal} ms", gaps[worst] / goal, "≤ 1", gaps[worst] <= goal, f"ms: {all_gaps}")
