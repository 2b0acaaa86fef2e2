"""What long work is given and answers with: progress, cancelling, and errors nobody planned."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from desktop_admin.i18n import _

if TYPE_CHECKING:
    from desktop_admin.services.topics import Topic
    from desktop_admin.services.work import Actor, Work

T = TypeVar("T")


class Shop(Protocol):
    """What `Tasks` needs of the database."""

    def read(self, query: Callable[[Work], T], *, actor: Actor | None = None, reports: bool = False) -> T: ...

    def write(self, operation: Callable[[Work], T], *, actor: Actor, noting: Any = None) -> Any: ...

    def close(self) -> None: ...


class Unexpected(Exception):
    """A bug: it was logged under `reference`, and the person is told so."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference

    def text(self) -> str:
        """Say what happened, that the data is safe, and the number to quote."""
        return _("Something went wrong in the program. Nothing was half-saved. Reference {reference}.").format(
            reference=self.reference
        )


class Cancelled(Exception):
    """The person pressed Cancel."""

    def text(self) -> str:
        """Say so."""
        return _("Cancelled.")


def message_of(error: BaseException) -> str:
    """Answer what to tell a person about an error."""
    text = getattr(error, "text", None)
    return str(text()) if callable(text) else str(error)


@dataclass(frozen=True)
class Connection:
    """Whether the database answers, since when, and what was said when it did not."""

    online: bool
    since: datetime
    message: str = ""


@dataclass(frozen=True)
class Step:
    """How far long work has come: `total` 0 means that nobody knows."""

    done: int
    total: int
    text: str = ""


class Job:
    """Long work under way; `cancel` asks it to stop at its next step."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._over = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop; it answers with `Cancelled`."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Say whether it was asked to stop."""
        return self._stop.is_set()

    @property
    def over(self) -> bool:
        """Say whether the work has ended, well or not."""
        return self._over.is_set()


class Progress:
    """What long work is given: to report, to notice Cancel, to read and to write."""

    def __init__(
        self,
        shop: Callable[[], Shop],
        actor: Actor | None,
        job: Job,
        tell: Callable[[Step], None],
    ) -> None:
        self._shop, self._job, self._tell = shop, job, tell
        self.actor = actor
        self.topics: set[Topic] = set()

    def __call__(self, done: int, total: int = 0, text: str = "") -> None:
        """Report, and raise `Cancelled` when the person asked to stop."""
        self.check()
        self._tell(Step(done, total, text))

    def check(self) -> None:
        """Raise `Cancelled` when the person asked to stop."""
        if self._job.cancelled:
            raise Cancelled

    @property
    def cancelled(self) -> bool:
        """Say whether the person asked to stop."""
        return self._job.cancelled

    @property
    def database(self) -> Any:
        """Answer the database itself, for services that drive their own transactions."""
        return self._shop()

    def read(self, query: Callable[[Work], T]) -> T:
        """Read in this thread."""
        return self._shop().read(query, actor=self.actor)

    def write(self, operation: Callable[[Work], T]) -> T:
        """Write and answer the result; screens hear of it when the work ends."""
        assert self.actor is not None
        written = self._shop().write(operation, actor=self.actor)
        self.topics.update(written.topics)
        result: T = written.result
        return result

    def touched(self, topics: Iterable[Topic]) -> None:
        """Say what this work changed by way of `database`."""
        self.topics.update(topics)
