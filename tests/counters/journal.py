"""What a counter writes down for itself: before each act what it is about to ask, after it what it was told.

Each line is on the disk before anything else happens, so a kill loses neither a promise nor a question.
"""

from __future__ import annotations

import inspect
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_type_hints

from desktop_admin.services import codec, expiry, points, purchases, redemptions
from desktop_admin.services.command import COMMANDS

NOUNS = (expiry, points, purchases, redemptions)  # their commands are known by name once they are imported


@dataclass
class Act:
    """One request as its counter knows it. ``end`` is "" while nobody answered."""

    request: str
    kind: str
    said: dict[str, Any]  # parameters as JSON knows them
    end: str = ""  # done, refused
    body: str = ""  # the receipt, canonical
    seconds: float = 0.0  # of the asking that was answered
    first_asked: float = 0.0  # by the monotonic clock
    answered: float = 0.0
    counter: str = ""
    faults: dict[str, int] = field(default_factory=dict)  # what the server or the way said on the way there
    asked: int = 0
    unknown: int = 0  # how often nobody could say what became of it
    trouble: list[str] = field(default_factory=list)  # what a person would have read

    def service(self) -> Callable[..., Any]:
        return COMMANDS[self.kind]

    def arguments(self) -> dict[str, Any]:
        """The parameters as they were."""
        hints = get_type_hints(inspect.unwrap(self.service()))
        return {name: codec.revive(hints[name], value) for name, value in self.said.items()}


class Journal:
    """One life of one counter: a file of lines that is only added to."""

    def __init__(self, folder: Path, counter: int, life: int) -> None:
        self.path = folder / f"{counter:03}-{life:03}.journal"
        self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND)

    def before(self, act: Act) -> None:
        self._line({"request": act.request, "kind": act.kind, "said": act.said, "at": time.monotonic()})

    def after(self, act: Act, end: str, **more: Any) -> None:
        """``end``: done, refused, unknown, or bug."""
        self._line({"request": act.request, "end": end, "at": time.monotonic(), **more})

    def _line(self, said: dict[str, Any]) -> None:
        os.write(self._file, json.dumps(said).encode() + b"\n")
        os.fsync(self._file)


def read(*paths: Path) -> dict[str, Act]:
    """What is known from these journals by request, in the order of asking. A torn last line counts for nothing."""
    acts: dict[str, Act] = {}
    for path in paths:
        for said in _lines(path):
            if "kind" in said:
                act = acts.setdefault(said["request"], Act(said["request"], said["kind"], said["said"]))
                act.first_asked, act.counter = act.first_asked or said["at"], path.name[:3]
                act.asked += 1
                continue
            _answered(acts[said["request"]], said)
    return acts


def _answered(act: Act, said: dict[str, Any]) -> None:
    for name, count in said.get("faults", {}).items():
        act.faults[name] = act.faults.get(name, 0) + count
    if said["end"] == "unknown":
        act.unknown += 1
        act.trouble.append(said["text"])
    elif said["end"] == "bug":
        act.trouble.append("BUG " + said["text"])
    else:
        assert act.end in ("", said["end"]), f"{act.request} was {act.end} and then {said['end']}"
        assert act.body in ("", said.get("body", "")), f"{act.request} was answered with two receipts"
        act.end, act.body, act.seconds, act.answered = said["end"], said.get("body", ""), said["seconds"], said["at"]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_bytes().splitlines(keepends=True):
        if line.endswith(b"\n"):
            yield json.loads(line)


def of_counter(folder: Path, counter: int) -> list[Path]:
    """A counter's journals, its first life first."""
    return sorted(folder.glob(f"{counter:03}-*.journal"))


def all_of(folder: Path) -> dict[str, Act]:
    """Everything every counter knows."""
    return read(*sorted(folder.glob("*.journal")))
