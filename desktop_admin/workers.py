"""The threads behind `Tasks`: one writes, three read; answers come back on the UI thread."""

from __future__ import annotations

import sys
import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject

from desktop_admin import crash
from desktop_admin.answers import Answers, Question
from desktop_admin.i18n import N_
from desktop_admin.progress import Cancelled, Job, Shop, Unexpected
from desktop_admin.services.errors import Refused, Trouble

if TYPE_CHECKING:
    from desktop_admin.services.outbox import Outbox
    from desktop_admin.services.work import Actor

READERS = 3
HAND_OVER = 0.001  # seconds a thread keeps the interpreter while the window waits for it; Python's own is 0.005
_WRITER = "pointsdesk-writer"


class Workers(Answers):
    """Queues and threads; `Tasks` is how they are asked."""

    def __init__(self, shop: Shop | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.actor: Actor | None = None
        self.outbox: Outbox | None = None  # where acts are noted until their answer is there; on a server
        self._ready = threading.Event()
        self._reads: SimpleQueue[int | None] = SimpleQueue()
        self._writes: SimpleQueue[int | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._jobs: dict[Job, threading.Thread] = {}
        self._listening = False
        if shop is not None:
            self.attach(shop)

    def attach(self, shop: Shop) -> None:
        """Use this open database; questions that waited for it go ahead."""
        self._shop = shop
        self._ready.set()
        if self._listening:
            self._listen(shop)

    def listen(self) -> None:
        """Hear from now on what other programs on this shop changed: `committed` tells of it as of our own commits."""
        if not self._listening and self._shop is not None and not self._closed:
            self._listening = True
            self._start_threads()
            self._listen(self._shop)

    def _listen(self, shop: Any) -> None:
        from desktop_admin.services import news  # loaded with the database, not with the first form

        news.listen(shop, self._hear)

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
        if self.outbox is not None and ended:
            self.outbox.close()
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
        sys.setswitchinterval(HAND_OVER)  # a window's event takes the interpreter ten times and waits each time
        self._connect()
        names = [_WRITER] + [f"pointsdesk-reader-{n + 1}" for n in range(READERS)]
        for name in names:
            queue = self._writes if name == _WRITER else self._reads
            thread = threading.Thread(target=self._work, args=(queue,), name=name)
            self._threads.append(thread)
            thread.start()

    def _work(self, queue: SimpleQueue[int | None]) -> None:
        while (number := queue.get()) is not None:
            self._answer(number)

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
