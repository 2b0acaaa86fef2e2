"""Acts on their way to the server, noted on this machine's disk until their answer is there.

One file per running program, lines of JSON, each forced to the disk before the act is sent. It says which request, what
kind of act, how many points, who and when; nobody's name. What a program that was killed left behind is taken over by
the next one that starts here.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from desktop_admin.i18n import N_
from desktop_admin.services.database.work import Noting
from desktop_admin.services.errors import Trouble, Unsettled


@dataclass(frozen=True)
class Pending:
    """An act whose answer is not known: a command's name, and its points where it has any."""

    request: str
    kind: str
    operator_id: int
    at: datetime
    points: int | None = None


class Outbox:
    """This program's acts on their way. Any thread may ask; ``sending`` is the writer's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._noted: dict[str, Pending] = {}
        self._sending: set[str] = set()
        self._file: IO[str] | None = None
        self._hold: IO[str] | None = None

    @contextmanager
    def sending(self, operator_id: int) -> Iterator[Noting]:
        """Send one act inside: the note is gone once its answer is there, and stays when it is unsettled."""
        requests: list[str] = []

        def note(kind: str, request: str, said: Mapping[str, Any]) -> None:
            if request not in requests:
                requests.append(request)
                points = said.get("points")
                self._note(Pending(request, kind, operator_id, datetime.now(UTC),
                                   points if type(points) is int else None))  # fmt: skip

        try:
            yield note
        except Unsettled as unsettled:
            if not requests:
                raise
            noted = Unsettled(requests[0])
            with self._lock:
                self._sending.discard(requests[0])
                noted.act = self._noted.get(requests[0])
            raise noted from unsettled
        except BaseException:
            self.clear(*requests)
            raise
        self.clear(*requests)

    def pending(self) -> tuple[Pending, ...]:
        """What is unsettled, the oldest first: not what is under way just now."""
        with self._lock:
            self._adopt()
            left = [act for request, act in self._noted.items() if request not in self._sending]
        return tuple(sorted(left, key=lambda act: act.at))

    def clear(self, *requests: str) -> None:
        """What became of these is known."""
        with self._lock:
            self._sending.difference_update(requests)
            known = [request for request in requests if self._noted.pop(request, None)]
            if self._file is None or not known:
                return
            with contextlib.suppress(OSError):  # a note too many is asked for once more, that is all
                if self._noted:
                    self._write([{"done": request} for request in known])
                else:
                    self._file.truncate(0)

    def close(self) -> None:
        """Let go of the file; it stays where something is unsettled."""
        with self._lock:
            if self._file is None or self._hold is None:
                return
            self._file.close()
            names = self._file.name, self._hold.name
            if not self._noted:
                Path(names[0]).unlink(missing_ok=True)
            self._hold.close()
            Path(names[1]).unlink(missing_ok=True)
            self._file = self._hold = None

    def _note(self, act: Pending) -> None:
        with self._lock:
            self._noted[act.request] = act
            self._sending.add(act.request)
            try:
                self._write([_plain(act)])
            except OSError as error:
                self._noted.pop(act.request)
                self._sending.discard(act.request)
                raise Trouble(
                    N_("The disk could not be written. Nothing was saved; check the disk and do it again.")
                ) from error

    def _write(self, lines: list[dict[str, Any]]) -> None:
        file = self._file or self._begin()
        file.write("".join(json.dumps(line) + "\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())

    def _begin(self) -> IO[str]:
        """A file of our own, and one beside it that says by being locked that we live."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = secrets.token_hex(8)
        self._hold = open(self._folder / f"{name}.lock", "w")  # noqa: SIM115 - held as long as we live
        _try_lock(self._hold)
        self._file = open(self._folder / f"{name}.jsonl", "a", encoding="utf-8")  # noqa: SIM115
        if os.name == "posix":
            folder = os.open(self._folder, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
        return self._file

    def _adopt(self) -> None:
        """Take over what programs left that live no more."""
        ours = Path(self._file.name) if self._file is not None else None
        for path in sorted(self._folder.glob("*.jsonl")):
            if path == ours:
                continue
            lock = path.with_suffix(".lock")
            with contextlib.suppress(OSError), open(lock, "w") as hold:
                if not _try_lock(hold):
                    continue
                left = {request: act for request, act in _read(path).items() if request not in self._noted}
                if left:
                    self._write([_plain(act) for act in left.values()])
                    self._noted |= left
                path.unlink(missing_ok=True)
                lock.unlink(missing_ok=True)


def _plain(act: Pending) -> dict[str, Any]:
    return asdict(act) | {"at": act.at.isoformat()}


def _read(path: Path) -> dict[str, Pending]:
    """What stands in a file; a last line that was cut off was never sent."""
    noted: dict[str, Pending] = {}
    for line in path.read_text("utf-8", errors="replace").splitlines():
        try:
            said = json.loads(line)
            if "done" in said:
                noted.pop(said["done"], None)
            else:
                act = Pending(**said | {"at": datetime.fromisoformat(said["at"])})
                noted[act.request] = act
        except (ValueError, TypeError, KeyError):
            continue
    return noted


def _try_lock(file: IO[str]) -> bool:
    """Hold a file as long as it is open; False where another program holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
