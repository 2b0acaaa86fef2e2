"""A small shop for tests of the frame: no database, the same contract."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

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
