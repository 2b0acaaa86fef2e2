"""The only bridge from widgets to the database: one writer thread, three readers.

Widgets ask with `read`, `write` or `run`; answers come back on the UI thread by a queued signal,
are dropped when the asking widget is gone, and the newest question of a slot wins.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtCore import QObject

from desktop_admin.answers import Failed, Question
from desktop_admin.i18n import N_
from desktop_admin.progress import (
    Cancelled,
    Connection,
    Job,
    Progress,
    Shop,
    Step,
    Unexpected,
    message_of,
)
from desktop_admin.services.errors import Refused
from desktop_admin.workers import Workers

if TYPE_CHECKING:
    from desktop_admin.services.work import Work

__all__ = [
    "Cancelled",
    "Connection",
    "Done",
    "Failed",
    "Job",
    "Progress",
    "Shop",
    "Step",
    "Tasks",
    "Unexpected",
    "message_of",
]

T = TypeVar("T")
Done = Callable[[T], None]


class Tasks(Workers):
    """Background reads and writes for the whole program; lives on the UI thread."""

    def open(self, opening: Callable[[], Shop], owner: QObject, done: Done[Any], failed: Failed) -> None:
        """Open the database on the writer thread; reads asked meanwhile wait for it."""

        def work() -> Shop:
            shop = opening()
            self.attach(shop)
            return shop

        self._queue_write(Question(owner, None, work, done, failed))

    def read(
        self,
        owner: QObject,
        slot: str,
        query: Callable[[Work], T],
        done: Done[T],
        failed: Failed | None = None,
        *,
        reports: bool = False,
    ) -> None:
        """Ask on a reader thread; a newer question in the same slot makes this one void.

        ``reports``: the answer may be some seconds old, so that a replica can give it.
        """
        shop, actor = self._present(), self.actor
        how: dict[str, Any] = {"actor": actor} | ({"reports": True} if reports else {})

        def work() -> T:
            return shop().read(query, **how)

        if self._closed:
            return
        number = self._keep(Question(owner, slot, work, done, failed))
        self._newest.setdefault(owner, {})[slot] = number
        self._start_threads()
        self._reads.put(number)

    def retire(self, done_with: Closes) -> None:
        """Close a database, or its outbox, that nobody works on any more, when what was asked of it is written."""
        self._queue_write(Question(self, None, done_with.close, _nothing, None, asks=False))

    def leave(self) -> None:
        """Close the present database; until another is attached nothing can be asked."""
        if self._shop is not None:
            self.retire(self._shop)
            self.detach()

    def detach(self) -> None:
        """Let go of the present database, which its owner closes."""
        self._shop = _SignedOut()

    def _present(self) -> Callable[[], Shop]:
        """The database as it is now: what one operator asked is never answered over another's connection."""
        shop = self._shop
        return self.shop if shop is None else lambda: shop

    def forget(self, owner: QObject, slot: str) -> None:
        """Make the open question of this slot void."""
        self._number += 1
        self._newest.setdefault(owner, {})[slot] = self._number

    def write(
        self,
        owner: QObject,
        operation: Callable[[Work], T],
        done: Done[T],
        failed: Failed | None = None,
    ) -> None:
        """Run on the one writer thread, in the order asked; it is never dropped."""
        question = Question(owner, None, None, done, failed, operation=operation)
        shop, actor, outbox = self._present(), self.actor, self.outbox

        def work() -> T:
            if actor is None:
                raise Refused(N_("Sign in first."))
            if outbox is None:
                written = shop().write(operation, actor=actor)
            else:
                with outbox.sending(actor.operator_id) as noting:
                    written = shop().write(operation, actor=actor, noting=noting)
            question.topics = frozenset(written.topics)
            result: T = written.result
            return result

        question.work = work
        self._queue_write(question)

    def with_database(
        self,
        owner: QObject,
        job: Callable[[Any], T],
        done: Done[T],
        failed: Failed | None = None,
    ) -> None:
        """Call `job(database)` on the writer thread: for signing in, which no actor asks."""
        shop = self._present()
        self._queue_write(Question(owner, None, lambda: job(shop()), done, failed))

    def run(
        self,
        owner: QObject,
        job: Callable[[Progress], T],
        done: Done[T],
        failed: Failed | None = None,
        progressed: Callable[[Step], None] | None = None,
    ) -> Job:
        """Do long work in a thread of its own; answers the `Job`, which can be cancelled."""
        handle, actor = Job(), self.actor
        question = Question(owner, None, None, done, failed, asks=False)

        present = self._present()

        def shop() -> Shop:
            question.asks = True
            return present()

        def tell(step: Step) -> None:
            if progressed is not None:
                self._emit_step((owner, progressed, step))

        progress = Progress(shop, actor, handle, tell)

        def work() -> T:
            try:
                return job(progress)
            finally:
                question.topics = frozenset(progress.topics)
                handle._over.set()

        question.work = work
        self._start_threads()
        number = self._keep(question)
        thread = threading.Thread(target=self._answer, args=(number,), name="pointsdesk-job")
        self._jobs = {j: t for j, t in self._jobs.items() if t.is_alive()}
        self._jobs[handle] = thread
        thread.start()
        return handle


class Closes(Protocol):
    """What is closed at its end."""

    def close(self) -> None: ...


class _SignedOut:
    """Stands where a database will when somebody signed in."""

    def read(self, query: Any, *, actor: Any = None, reports: bool = False) -> Any:
        """Nothing can be read."""
        raise Refused(N_("Sign in first."))

    def write(self, operation: Any, *, actor: Any, noting: Any = None) -> Any:
        """Nothing can be written."""
        raise Refused(N_("Sign in first."))

    def close(self) -> None:
        """Nothing is open."""


def _nothing(_answer: object) -> None:
    """Nothing to tell."""
