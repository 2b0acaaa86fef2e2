"""Bugs are written down, redacted, and told: hooks for every thread and a faulthandler file."""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from desktop_admin import __version__

_folder: Path | None = None
_tell: Callable[[str, str], None] | None = None
_fault_file: IO[str] | None = None
_lock = threading.Lock()
_count = 0
KEEP = 50

# What a report must not tell: e-mail, long numbers (phones, cards), passwords, keys, names.
_REDACTIONS = (
    (r"(?i)(://[^:/\s]+:)[^@\s]+@", r"\1***@"),
    (
        r"(?i)\b(password|passwd|pwd|pin|secret|token|key)(['\"]?\s*[=:]\s*)\S+",
        r"\1\2***",
    ),
    (r"[\w.+-]+@[\w-]+\.[\w.]+", "***@***"),
    (r"\d{6,}", "######"),
    (r"[\u4e00-\u9fff]+", "〇〇"),
)


def redact(text: str) -> str:
    """Take out of a report what could name a person or open a door."""
    home = os.path.expanduser("~")
    if len(home) > 1:
        text = text.replace(home, "~")
    import re  # compiling these is not for the first paint

    for pattern, replacement in _REDACTIONS:
        text = re.sub(pattern, replacement, text)
    return text


def install(folder: Path, tell: Callable[[str, str], None] | None = None) -> None:
    """Catch what nobody caught; `tell(reference, report)` may be called in any thread."""
    global _folder, _tell, _fault_file
    _folder, _tell = folder, tell
    folder.mkdir(parents=True, exist_ok=True)
    _fault_file = (folder / "faults.log").open("a", encoding="utf-8")
    faulthandler.enable(_fault_file, all_threads=True)
    sys.excepthook = _excepthook
    threading.excepthook = _thread_hook


def uninstall() -> None:
    """Put Python's own hooks back."""
    global _folder, _tell, _fault_file
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__
    if _fault_file is not None:
        faulthandler.disable()
        _fault_file.close()
    _folder = _tell = _fault_file = None


def record(error: BaseException, *, tell: bool = False) -> str:
    """Write the redacted report of an error and answer its reference number."""
    global _count
    with _lock:
        _count += 1
        now = datetime.now(UTC)
        reference = f"{now:%y%m%d-%H%M%S}-{_count:02d}"
    report = report_of(error, reference)
    if _folder is not None:
        path = _folder / f"report-{reference}.txt"
        path.write_text(report, encoding="utf-8")
        for old in sorted(_folder.glob("report-*.txt"))[:-KEEP]:
            old.unlink(missing_ok=True)
    else:
        sys.stderr.write(report + "\n")
    if tell and _tell is not None:
        _tell(reference, report)
    return reference


def report_of(error: BaseException, reference: str) -> str:
    """Answer the redacted text of a report."""
    import traceback  # only where there is an error

    lines = [
        f"PointsDesk {__version__}  reference {reference}",
        f"Python {sys.version.split()[0]}  {sys.platform}",
        f"Thread {threading.current_thread().name}",
        "",
        redact("".join(traceback.format_exception(error))),
    ]
    return "\n".join(lines)


def read(reference: str) -> str:
    """Answer the stored report of a reference number, "" if there is none."""
    path = _folder / f"report-{reference}.txt" if _folder else None
    return path.read_text("utf-8") if path and path.exists() else ""


def _excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    record(error.with_traceback(trace), tell=True)


def _thread_hook(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        record(args.exc_value, tell=True)
