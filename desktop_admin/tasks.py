"""The only bridge from widgets to the database: one writer thread, three readers.

Widgets ask with `read`, `write` or `run`; answers come back on the UI thread by a queued signal,
are dropped when the asking widget is gone, and the newest question of a slot wins.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

import shiboken6
from PySide6.QtCore import QObject, QThread, Signal

from desktop_admin import crash
from desktop_admin.i18n import N_, _
from desktop_admin.services.errors import Refused, Trouble

if TYPE_CHECKING:
    from desktop_admin.services.topics import Topic
    from desktop_admin.services.work import Actor, Work

T = TypeVar("T")
Done = Callable[[T], None]
Failed = Callable[[Exception], None]

READERS = 3
_WRITER = "pointsdesk-writer"


class Shop(Protocol):
    """What `Tasks` needs of the database."""

    def read(self, query: Callable[[Work], T], *, actor: Actor | None = None) -> T: ...

    def write(self, operation: Callable[[Work], T], *, actor: Actor) -> Any: ...

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

    def __init__(self, tasks: Tasks, job: Job, tell: Callable[[Step], None]) -> None:
        self._tasks, self._job, self._tell = tasks, job, tell
        self.actor = tasks.actor
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
        return self._tasks.shop()

    def read(self, query: Callable[[Work], T]) -> T:
        """Read in this thread."""
        return self._tasks.shop().read(query, actor=self.actor)

    def write(self, operation: Callable[[Work], T]) -> T:
        """Write and answer the result; screens hear of it when the work ends."""
        assert self.actor is not None
        written = self._tasks.shop().write(operation, actor=self.actor)
        self.topics.update(written.topics)
        result: T = written.result
        return result

    def touched(self, topics: Iterable[Topic]) -> None:
        """Say what this work changed by way of `database`."""
        self.topics.update(topics)


@dataclass
class _Question:
    """One piece of work on its way to a worker and its answer on its way back.

    Only the UI thread keeps it: a worker that dropped the last reference to a widget would delete
    the widget in the wrong thread, so workers are handed its number and take the work out of it.
    """

    owner: QObject
    slot: str | None  # None: a write or a job, which nothing makes void
    work: Callable[[], Any] | None
    done: Callable[[Any], None]
    failed: Failed | None
    topics: frozenset[Any] = frozenset()
    answer: Any = None
    error: Exception | None = None
    writes: bool = False


class Tasks(QObject):
    """Background reads and writes for the whole program; lives on the UI thread."""

    committed = Signal(object)  # frozenset[Topic], after each write
    connection_changed = Signal(object)  # Connection
    opened = Signal(object)  # the database, once it is there
    refused = Signal(object, object)  # owner, Refused that nobody handles
    troubled = Signal(object, object)  # owner, Trouble that nobody handles
    broken = Signal(object, object)  # owner, Unexpected
    busy_changed = Signal(bool)  # whether a write is under way
    _answered = Signal(object)
    _stepped = Signal(object)

    def __init__(self, shop: Shop | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.actor: Actor | None = None
        self.connection = Connection(True, datetime.now(UTC))
        self._shop: Shop | None = None
        self._ready = threading.Event()
        self._reads: SimpleQueue[int | None] = SimpleQueue()
        self._writes: SimpleQueue[int | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._jobs: dict[Job, threading.Thread] = {}
        self._newest: WeakKeyDictionary[QObject, dict[str, int]] = WeakKeyDictionary()
        self._open: dict[int, _Question] = {}
        self._number = 0
        self._writing = 0
        self._closed = False
        if shop is not None:
            self.attach(shop)

    # --- the database ---------------------------------------------------------------------------

    def attach(self, shop: Shop) -> None:
        """Use this open database; questions that waited for it go ahead."""
        self._shop = shop
        self._ready.set()

    def open(self, opening: Callable[[], Shop], owner: QObject, done: Done[Any], failed: Failed) -> None:
        """Open the database on the writer thread; reads asked meanwhile wait for it."""

        def work() -> Shop:
            shop = opening()
            self.attach(shop)
            return shop

        self._queue_write(_Question(owner, None, work, done, failed))

    def shop(self) -> Shop:
        """Answer the database; in a worker, wait until it is open."""
        self._ready.wait()
        if self._shop is None:
            raise Trouble(N_("The program is closing."))
        return self._shop

    # --- questions ------------------------------------------------------------------------------

    def read(
        self,
        owner: QObject,
        slot: str,
        query: Callable[[Work], T],
        done: Done[T],
        failed: Failed | None = None,
    ) -> None:
        """Ask on a reader thread; a newer question in the same slot makes this one void."""
        actor = self.actor

        def work() -> T:
            return self.shop().read(query, actor=actor)

        if self._closed:
            return
        number = self._keep(_Question(owner, slot, work, done, failed))
        self._newest.setdefault(owner, {})[slot] = number
        self._start_threads()
        self._reads.put(number)

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
        question = _Question(owner, None, None, done, failed)
        actor = self.actor

        def work() -> T:
            if actor is None:
                raise Refused(N_("Sign in first."))
            written = self.shop().write(operation, actor=actor)
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
        self._queue_write(_Question(owner, None, lambda: job(self.shop()), done, failed))

    def run(
        self,
        owner: QObject,
        job: Callable[[Progress], T],
        done: Done[T],
        failed: Failed | None = None,
        progressed: Callable[[Step], None] | None = None,
    ) -> Job:
        """Do long work in a thread of its own; answers the `Job`, which can be cancelled."""
        handle = Job()
        question = _Question(owner, None, None, done, failed)

        def tell(step: Step) -> None:
            if progressed is not None:
                self._emit_step((owner, progressed, step))

        progress = Progress(self, handle, tell)

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

    # --- shutting down --------------------------------------------------------------------------

    def close(self, timeout: float = 30.0) -> bool:
        """Drop what was only asked, finish what is being written, end every thread.

        Says whether all ended in time (seconds).
        """
        if self._closed:
            return True
        self._closed = True
        for job in self._jobs:
            job.cancel()
        try:
            while True:
                self._reads.get_nowait()
        except Empty:
            pass
        for _each in range(READERS):
            self._reads.put(None)
        self._writes.put(None)
        if not any(t.name == _WRITER for t in self._threads):
            self._ready.set()
        deadline = threading.TIMEOUT_MAX if timeout < 0 else timeout
        writers = [t for t in self._threads if t.name == _WRITER]
        for thread in writers:
            thread.join(deadline)
        self._ready.set()  # nobody opens it any more
        others = [t for t in self._threads if t not in writers] + list(self._jobs.values())
        for thread in others:
            thread.join(deadline)
        ended = not any(thread.is_alive() for thread in (*writers, *others))
        if self._shop is not None and ended:
            self._shop.close()
        return ended

    @property
    def busy(self) -> bool:
        """Say whether something is being written."""
        return self._writing > 0

    def idle(self) -> bool:
        """Say whether nothing is being written and no long work runs (for closing and tests)."""
        return self._writing == 0 and not any(t.is_alive() for t in self._jobs.values())

    # --- workers --------------------------------------------------------------------------------

    def _keep(self, question: _Question) -> int:
        self._number += 1
        self._open[self._number] = question
        return self._number

    def _queue_write(self, question: _Question) -> None:
        if self._closed:
            return
        question.writes = True
        self._start_threads()
        self._writing += 1
        if self._writing == 1:
            self.busy_changed.emit(True)
        self._writes.put(self._keep(question))

    def _start_threads(self) -> None:
        if self._threads:
            return
        self._connect()
        names = [_WRITER] + [f"pointsdesk-reader-{n + 1}" for n in range(READERS)]
        for name in names:
            queue = self._writes if name == _WRITER else self._reads
            thread = threading.Thread(target=self._work, args=(queue,), name=name)
            self._threads.append(thread)
            thread.start()

    def _connect(self) -> None:
        # On the UI thread, before the first thread: answers come to this object's thread, queued.
        from PySide6.QtCore import Qt  # 40 ms of enums, not before the first paint

        queued = Qt.ConnectionType.QueuedConnection
        self._answered.connect(self._deliver, queued)
        self._stepped.connect(self._show_step, queued)

    def _work(self, queue: SimpleQueue[int | None]) -> None:
        while (number := queue.get()) is not None:
            self._answer(number)

    def _wanted(self, number: int, question: _Question) -> bool:
        if question.slot is None:
            return True
        return self._newest.get(question.owner, {}).get(question.slot) == number

    def _answer(self, number: int) -> None:
        question = self._open[number]
        if self._wanted(number, question):
            work, question.work = question.work, None
            assert work is not None
            try:
                question.answer = work()
            except (Refused, Trouble, Cancelled) as error:
                question.error = error
            except Exception as error:  # noqa: BLE001 - a bug is recorded and told, never swallowed
                question.error = Unexpected(crash.record(error))
            del work
        del question
        if shiboken6.isValid(self):
            self._answered.emit(number)

    def _emit_step(self, step: tuple[QObject, Callable[[Step], None], Step]) -> None:
        if shiboken6.isValid(self):
            self._stepped.emit(step)

    # --- answers, on the UI thread ----------------------------------------------------------------

    def _show_step(self, step: tuple[QObject, Callable[[Step], None], Step]) -> None:
        owner, progressed, value = step
        if shiboken6.isValid(owner) and not self._closed:
            progressed(value)

    def _deliver(self, number: int) -> None:
        assert QThread.currentThread() == self.thread()
        question = self._open.pop(number)
        if question.writes:
            self._writing -= 1
            if self._writing == 0:
                self.busy_changed.emit(False)
        if self._closed:
            return
        error = question.error
        self._note_connection(error)
        if error is None and question.topics:
            self.committed.emit(question.topics)
        if not shiboken6.isValid(question.owner) or not self._wanted(number, question):
            return
        if error is None:
            question.done(question.answer)
        elif question.failed is not None:
            if isinstance(error, Unexpected):
                self.broken.emit(question.owner, error)
            question.failed(error)
        elif isinstance(error, Refused):
            self.refused.emit(question.owner, error)
        elif isinstance(error, Trouble):
            self.troubled.emit(question.owner, error)
        elif isinstance(error, Unexpected):
            self.broken.emit(question.owner, error)

    def _note_connection(self, error: Exception | None) -> None:
        offline = isinstance(error, Trouble) and bool(getattr(error, "facts", {}).get("offline"))
        if offline == self.connection.online:
            now = datetime.now(UTC)
            self.connection = Connection(not offline, now, message_of(error) if error else "")
            self.connection_changed.emit(self.connection)
