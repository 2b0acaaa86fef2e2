"""Names to pinyin, asked of a small process that lives as long as the program.

Started on first use, started again when it died, ended with the program. Where it cannot start,
names have no pinyin keys: that is logged and said by ``available``.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_log = logging.getLogger(__name__)
_FLAG = "--pinyin"  # as in pinyin_worker, which is not imported here
_CHUNK = 500
_TRIES = 2


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a name is read: initials and full pinyin (| between readings), and its place in lists."""

    initials: str = ""
    full: str = ""
    collation: str = ""


class _Process:
    """The process and the pipe to it; one question at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None
        self._hopeless = False
        atexit.register(self.close)

    @property
    def hopeless(self) -> bool:
        return self._hopeless

    def ask(self, names: Sequence[str]) -> list[Spoken] | None:
        """The readings; None where there is no process to ask."""
        with self._lock:
            for _attempt in range(_TRIES):
                if self._hopeless:
                    return None
                try:
                    return self._ask(names)
                except (OSError, ValueError) as error:
                    _log.info("the pinyin process ended: %s", error)
                    self._end()
            self._give_up()
            return None

    def _ask(self, names: Sequence[str]) -> list[Spoken]:
        child = self._child or self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps(list(names)) + "\n")
        child.stdin.flush()
        line = child.stdout.readline()
        if not line:
            raise OSError("no answer")
        return [Spoken(*part) for part in json.loads(line)]

    def _start(self) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            _command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
        self._child = child
        assert child.stdout is not None
        if child.stdout.readline().strip() != '"ready"':
            raise OSError("it did not start")
        return child

    def _give_up(self) -> None:
        self._hopeless = True
        _log.error("names cannot be found by pinyin: the process that reads them does not start")

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was still in it has no reader any more
                    _log.debug("the pinyin process left a broken pipe")
        try:
            child.wait(timeout=2)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def close(self) -> None:
        """End the process; the next question starts it again."""
        with self._lock:
            self._end()
            self._hopeless = False


_PROCESS = _Process()


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, _FLAG]
    # by its file, not as a module of this package: it needs nothing else of the program
    worker = Path(__file__).with_name("pinyin_worker.py")
    return [sys.executable, "-P", "-X", "utf8", str(worker)]


def speak(names: Sequence[str]) -> list[Spoken]:
    """The readings of names, in their order; empty ones where pinyin is not to be had."""
    answer: list[Spoken] = []
    for at in range(0, len(names), _CHUNK):
        part = names[at : at + _CHUNK]
        answer += (_PROCESS.ask(part) if any(not n.isascii() for n in part) else None) or [Spoken() for _name in part]
    return answer


def available() -> bool:
    """Say whether names can be turned into pinyin; False only after trying in vain."""
    return not _PROCESS.hopeless


def warm() -> None:
    """Start the process ahead of its first use."""
    speak(["张"])


def close() -> None:
    """End the process."""
    _PROCESS.close()
