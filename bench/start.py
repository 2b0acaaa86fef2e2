"""From process start to the first paint of a sign-in form that accepts keys, against a bare QMainWindow process."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.measure import ROUNDS, Result, at_most
from desktop_admin.settings import DATABASE, Settings

_FLOOR = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        sys.stdout.write("painted\\n"); sys.stdout.flush(); import os; os._exit(0)
app = QApplication([])
window = Window()
window.resize(1280, 820)
window.show()
app.exec()
"""
# the form is up when its first field has painted and holds the focus
_OURS = """
import sys
from PySide6.QtCore import QObject
from PySide6.QtGui import QPaintEvent
class Watch(QObject):
    def eventFilter(self, widget, event):
        # by its class: to name one enumeration makes Qt's binding build them all, in this process only
        if isinstance(event, QPaintEvent) and widget.isEnabled():
            sys.stdout.write("painted\\n"); sys.stdout.flush(); import os; os._exit(0)
        return False
import desktop_admin.app as program
start = program.Program.start
def watched(self):
    self.watch = Watch()
    self.window.sign_in.login.installEventFilter(self.watch)
    start(self)
program.Program.start = watched
program.main([])
"""


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="pdbench-") as home:
        environment = {**os.environ, "HOME": home, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as dev.py and an installation run it
        environment |= {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM") or "offscreen"}
        settings = Settings(Path(home) / "pointsdesk" / "settings.ini")  # as a machine that opened its shop before
        settings.set(DATABASE, f"{home}/none.pointsdesk")
        settings.save()
        times: tuple[list[float], list[float]] = ([], [])
        for n in range(2 * ROUNDS + 1):
            for kept, code in zip(times, (_OURS, _FLOOR), strict=True):
                took = _until_painted(code, environment)
                if n:
                    kept.append(took)
        ours, floor = (statistics.median(kept) for kept in times)
        return [at_most("first paint of the sign-in form", "bare QMainWindow process", ours, floor, 1.6)]


def _until_painted(code: str, environment: dict[str, str]) -> float:
    start = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment)
    assert child.stdout is not None
    line = child.stdout.readline()
    took = time.perf_counter() - start
    child.wait()
    if line != b"painted\n":
        raise RuntimeError(f"the process did not paint: {line!r}")
    return took
