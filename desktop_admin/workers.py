"""The threads behind `Tasks`: one writes, three read; answers come back on the UI thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import shiboken6
from PySide6.QtCore import QObject, Signal

from desktop_admin import crash
from desktop_admin.i18n import N_
from desktop_admin.progress import Cancelled, Connection, Job, Shop, Step, Unexpected, message_of
from desktop_admin.services.errors import Refused, Trouble

if TYPE_CHECKING:
    from desktop_admin.services.work import Actor

Failed = Callable[[Exception], None]

READERS = 3
_WRITER = "pointsdesk-writer"


@dataclass
class Question:
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


class Workers(QObject):
    """Queues, threads, and the way back; `Tasks` is how they are asked."""

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
        self._open: dict[int, Question] = {}
        self._number = 0
        self._writing = 0
        self._closed = False
        if shop is not None:
            self.attach(shop)

    def attach(self, shop: Shop) -> None:
        """Use this open database; questions that waited for it go ahead."""
        self._shop = shop
        self._ready.set()

    def shop(self) -> Shop:
        """Answer the database; in a worker, wait until it is open."""
        self._ready.wait()
        if self._shop is None:
            raise Trouble(N_("The program is closing."))
        return self._shop

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

    def _keep(self, question: Question) -> int:
        self._number += 1
        self._open[self._number] = question
        return self._number

    def _queue_write(self, question: Question) -> None:
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

    def _wanted(self, number: int, question: Question) -> bool:
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

    def _show_step(self, step: tuple[QObject, Callable[[Step], None], Step]) -> None:
        owner, progressed, value = step
        if shiboken6.isValid(owner) and not self._closed:
            progressed(value)

    def _deliver(self, number: int) -> None:
        assert threading.current_thread() is threading.main_thread()
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
