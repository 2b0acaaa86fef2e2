"""The sample shop built in a process of its own, so that the window stays quick meanwhile.

A line per day played: ``done total``; a last line with ``!`` says what went wrong.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused, Trouble

FLAG = "--build-sample"


def build(path: Path, *, seed: int, members: int, months: int, progress: Callable[[int, int], None]) -> None:
    """Build the sample shop in a file. What ``progress`` raises ends the process; Trouble where it fails by itself."""
    child = _start([str(path), str(seed), str(members), str(months)])
    said = ""
    try:
        assert child.stdout is not None
        for line in child.stdout:
            if line.startswith("!"):
                said = line[1:].strip()
                continue
            done, total = line.split()
            progress(int(done), int(total))
        if child.wait():
            raise Trouble(N_("The sample shop could not be built: {why}"), why=said or f"({child.returncode})")
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _start(words: Sequence[str]) -> subprocess.Popen[str]:
    frozen = getattr(sys, "frozen", False)
    command = [sys.executable, FLAG] if frozen else [sys.executable, "-X", "utf8", "-m", "desktop_admin", FLAG]
    home = str(Path(__file__).parents[3])
    known = os.environ.get("PYTHONPATH", "")
    return subprocess.Popen(
        [*command, *words], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": f"{home}{os.pathsep}{known}" if known else home, "PYTHONIOENCODING": "utf-8"},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )  # fmt: skip


def main(words: Sequence[str]) -> int:
    """The process itself."""
    from desktop_admin.services import sample

    path, seed, members, months = words

    def tell(done: int, total: int) -> None:
        print(done, total, flush=True)  # a parent that is gone ends this process here

    try:
        sample.build(path, seed=int(seed), members=int(members), months=int(months), progress=tell)
    except (Refused, Trouble) as error:
        print(f"!{error.text()}", flush=True)
        return 1
    return 0
