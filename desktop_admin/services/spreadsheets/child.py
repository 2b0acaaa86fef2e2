"""Starts the parser's process, listens to it, and kills it when asked or when it hangs."""

from __future__ import annotations

import json
import pickle
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.spreadsheets.cells import Cancelled, Limits, Stopped

_FLAG = "--spreadsheet-parser"  # as in worker, which is not imported here: it brings the parser
_LARGEST_FRAME = 256 * 1024 * 1024
_CELLS = "desktop_admin.services.spreadsheets.cells"
_ALLOWED = {
    ("decimal", "Decimal"),
    ("datetime", "datetime"),
    (_CELLS, "CellFault"),
    (_CELLS, "Row"),
    (_CELLS, "SheetFacts"),
}
_SLOW = N_("The workbook takes too long to read, so reading was stopped. Nothing was imported.")
_DIED = N_("Reading the workbook ended unexpectedly. Nothing was imported; try saving it as CSV.")


def answers(
    request: dict[str, object], limits: Limits, cancelled: Cancelled | None
) -> Iterator[tuple[Any, ...]]:
    """Yield what the parser's process answers, and end that process in every case.

    Raises its refusals, `Stopped` when cancelled, Trouble when it hangs or dies.
    """
    process = _start()
    watch = _Watch(process, limits.seconds, cancelled)
    try:
        assert process.stdin is not None
        text = json.dumps({**request, "limits": asdict(limits)})
        try:
            process.stdin.write(text.encode())
            process.stdin.close()
        except OSError as error:
            raise Trouble(_DIED) from error
        while True:
            answer = watch.next()
            if answer[0] == "end":
                return
            if answer[0] == "refused":
                refused = Refused(answer[1])
                refused.facts = answer[2]
                raise refused
            if answer[0] == "bug":
                raise RuntimeError(f"the spreadsheet parser failed:\n{answer[1]}")
            yield answer
    finally:
        watch.close()


def _start() -> subprocess.Popen[bytes]:
    if getattr(sys, "frozen", False):
        command = [sys.executable, _FLAG]
    else:
        root = str(Path(__file__).resolve().parents[3])
        code = (
            f"import sys; sys.path.insert(0, {root!r}); "
            "from desktop_admin.services.spreadsheets.worker import main; sys.exit(main())"
        )
        command = [sys.executable, "-I", "-c", code]
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise Trouble(
            N_("The program that reads workbooks cannot be started: {reason}."),
            reason=error.strerror or str(error),
        ) from error


class _Watch:
    """Reads frames; a thread beside it kills the process on cancel and after a long silence."""

    def __init__(
        self, process: subprocess.Popen[bytes], seconds: int, cancelled: Cancelled | None
    ) -> None:
        self._process = process
        self._seconds = seconds
        self._cancelled = cancelled
        self._waiting_since: float | None = None
        self._why: Exception | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="spreadsheet-watch", daemon=True)
        self._thread.start()

    def next(self) -> tuple[Any, ...]:
        """Wait for the next frame."""
        self._waiting_since = time.monotonic()
        try:
            head = self._exactly(4)
            (length,) = struct.unpack("<I", head)
            if length > _LARGEST_FRAME:
                raise Trouble(_DIED)
            answer: tuple[Any, ...] = _Unpickler(BytesIO(self._exactly(length))).load()
        finally:
            self._waiting_since = None
        if self._cancelled is not None and self._cancelled():
            raise Stopped
        return answer

    def close(self) -> None:
        """Kill the process if it still runs and leave nothing behind."""
        self._done.set()
        self._thread.join()
        if self._process.poll() is None:
            self._process.kill()
        for stream in (self._process.stdout, self._process.stdin):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # the rest of the request, to a process that is gone
                    continue
        self._process.wait()

    def _exactly(self, count: int) -> bytes:
        assert self._process.stdout is not None
        data = self._process.stdout.read(count)
        if len(data) != count:
            self._done.set()
            self._thread.join()
            raise self._why or Trouble(_DIED)
        return data

    def _watch(self) -> None:
        while not self._done.wait(0.05):
            since = self._waiting_since
            if self._cancelled is not None and self._cancelled():
                self._why = Stopped()
            elif since is not None and time.monotonic() - since > self._seconds:
                self._why = Trouble(_SLOW)
            else:
                continue
            self._process.kill()
            return


class _Unpickler(pickle.Unpickler):
    """Takes plain values and our own records only: the sender has read a stranger's file."""

    def find_class(self, module: str, name: str) -> object:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed")
        return super().find_class(module, name)
