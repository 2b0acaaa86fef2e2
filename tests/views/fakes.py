"""A small shop for tests of the frame: no database, the same contract."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from desktop_admin.services.errors import NotBooked, Refused, Trouble, Unsettled
from desktop_admin.services.permissions import Role
from desktop_admin.services.topics import Topic


@dataclass(frozen=True)
class FakeActor:
    """Who works."""

    operator_id: int = 1
    name: str = "陈晓明"
    role: Role = Role.MANAGER
    branch_id: int = 1
    workstation: str = "till-1"
    must_change: bool = False


@dataclass(frozen=True)
class FakeWritten:
    """What a write answers."""

    result: Any
    topics: frozenset[Topic]


@dataclass
class FakeWork:
    """What queries and operations are given."""

    actor: Any = None
    topics: set[Topic] = field(default_factory=set)
    threads: list[str] = field(default_factory=list)

    def touch(self, *topics: Topic) -> None:
        self.topics.update(topics)


class FakeShop:
    """A shop that can fail and can be slow: `before` runs in the worker ahead of everything."""

    readonly = True  # nothing is written when somebody goes

    def __init__(self) -> None:
        self.closed = False
        self.before: Callable[[], None] = lambda: None
        self.threads: list[str] = []
        self.reads = self.writes = 0

    def read(self, query: Callable[[Any], Any], *, actor: Any = None, reports: bool = False) -> Any:
        self.threads.append(threading.current_thread().name)
        self.reads += 1
        self.before()
        return query(FakeWork(actor))

    def write(self, operation: Callable[[Any], Any], *, actor: Any, noting: Any = None) -> FakeWritten:
        self.threads.append(threading.current_thread().name)
        self.writes += 1
        self.before()
        work = FakeWork(actor)
        result = operation(work)
        return FakeWritten(result, frozenset(work.topics))

    def close(self) -> None:
        self.closed = True


class FakeNotices:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.errors: list[Exception] = []

    def tell(self, text: str, **_how: Any) -> None:
        self.told.append(text)

    def stay(self, text: str, **_how: object) -> None:
        """Keep what stays."""
        self.staying = text

    def report(self, error: Exception) -> None:
        self.errors.append(error)


class HeldWrites:
    """Stands in the place of `Tasks.write`: what was sent waits for the answer a test gives."""

    def __init__(self) -> None:
        self.sent: list[tuple[Any, Callable[[Any], None], Callable[[Exception], None]]] = []

    def __call__(self, _owner: Any, operation: Any, done: Any, failed: Any) -> None:
        self.sent.append((operation, done, failed))

    @property
    def requests(self) -> list[str]:
        """The request ids, in the order sent."""
        return [operation.keywords["request"] for operation, _done, _failed in self.sent]

    def fail(self, error: Exception) -> None:
        """Answer the last one."""
        self.sent[-1][2](error)

    def watch(self, send: Callable[[], object]) -> None:
        """Send again and again, as an impatient hand does, and look at the ids: one that may be booked is kept."""
        send()
        send()
        assert len(self.sent) == 1, "while it is written nothing else is"
        self.fail(Refused("No."))
        send()
        self.fail(Trouble("Nothing was saved."))
        send()
        self.fail(Unsettled("noted"))
        send()
        assert len(self.sent) == 3, "until it is known what became of it nothing is sent"
        assert len(set(self.requests)) == 1
        self.fail(NotBooked())
        send()
        assert len(self.sent) == 4, "it is known: nothing was booked"
        assert self.requests[3] != self.requests[2], "the old id is used up"
        self.fail(Refused("No."))
