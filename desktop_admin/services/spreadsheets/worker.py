"""The parser's own process: reads one request, answers in frames, can be killed at any moment.

Started by `child`; a frozen build starts itself with FLAG as its first argument.
"""

from __future__ import annotations

import gc
import json
import pickle
import struct
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused
from desktop_admin.services.spreadsheets import xlsx_file
from desktop_admin.services.spreadsheets.cells import Limits

FLAG = "--spreadsheet-parser"
TOO_MUCH_MEMORY = N_("The workbook is too large to be read; save it as CSV or divide it.")


def main() -> int:
    """Answer the request on standard input with frames on standard output."""
    gc.disable()  # trees of cells have no circles, and counting them costs a third of the time
    request: dict[str, Any] = json.load(sys.stdin)
    limits = Limits(**request["limits"])
    _hold_memory(limits.memory_bytes)
    out = sys.stdout.buffer
    try:
        for answer in _answers(request, limits):
            _send(out, answer)
        _send(out, ("end",))
    except Refused as error:
        _send(out, ("refused", error.message, _plain(error.facts)))
    except MemoryError:
        _send(out, ("refused", TOO_MUCH_MEMORY, {}))
    except BrokenPipeError:
        return 1
    except Exception:  # noqa: BLE001 - it is told to the process that asked, which raises it
        _send(out, ("bug", traceback.format_exc()))
    return 0


def _answers(request: dict[str, Any], limits: Limits) -> Iterator[tuple[object, ...]]:
    path = Path(request["path"])
    if request["ask"] == "facts":
        yield "facts", xlsx_file.inspect(path, limits)
        return
    for batch in xlsx_file.batches(
        path,
        limits,
        sheet=request["sheet"],
        after=request["after"],
        merged=tuple(request["merged"]),
    ):
        # An empty batch is a sign of life
        yield "rows", [tuple(row) for row in batch]


def _plain(facts: dict[str, object]) -> dict[str, object]:
    return {key: value if isinstance(value, int) else str(value) for key, value in facts.items()}


def _send(out: BinaryIO, answer: tuple[object, ...]) -> None:
    frame = pickle.dumps(answer, protocol=5)
    out.write(struct.pack("<I", len(frame)) + frame)
    out.flush()


def _hold_memory(most: int) -> None:
    """Cap the address space where the system can; elsewhere the size limits must do."""
    if sys.platform == "win32":
        return
    import resource

    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    cap = most if hard == resource.RLIM_INFINITY else min(most, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (cap, hard))
    except (ValueError, OSError):  # macOS knows the name and refuses the value
        return


if __name__ == "__main__":
    raise SystemExit(main())
