"""The way back from a worker to who asked: answers, steps, news and the state of the connection, on the UI thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import shiboken6
from PySide6.QtCore import QObject, Signal

from desktop_admin.progress import Cancelled, Connection, Step, Unexpected, message_of
from desktop_admin.services.errors import Refused, Trouble, Unsettled

if TYPE_CHECKING:
    from desktop_admin.progress import Shop
    from desktop_admin.services.outbox import Pending

Failed = Callable[[Exception], None]


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
    asks: bool = True  # of the shop: else its answer says nothing about the connection
    operation: Callable[[Any], Any] | None = None  # of a write, to ask for its first answer once more


class Answers(QObject):
    """Delivers what workers found out; `Workers` has the threads."""

    committed = Signal(object)  # frozenset[Topic], after each write here and, some time later, elsewhere
    connection_changed = Signal(object)  # Connection
    only_looking_changed = Signal()  # ask ``only_looking``
    opened = Signal(object)  # the database, once it is there
    refused = Signal(object, object)  # owner, Refused that nobody handles
    troubled = Signal(object, object)  # owner, Trouble that nobody handles
    broken = Signal(object, object)  # owner, Unexpected
    busy_changed = Signal(bool)  # whether a write is under way
    unsettled = Signal(object)  # Question: nobody knows whether it was written, which is being checked
    unresolved_changed = Signal(object)  # tuple[Pending, ...]
    _heard = Signal(object)  # frozenset[Topic], from the news' thread
    _answered = Signal(object)
    _stepped = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.connection = Connection(True, datetime.now(UTC))
        self.unresolved: tuple[Pending, ...] = ()  # acts of which nobody knows yet whether they were written
        self._shop: Shop | None = None
        self._only_looking: Trouble | None = None  # as it was told last
        self._newest: WeakKeyDictionary[QObject, dict[str, int]] = WeakKeyDictionary()
        self._open: dict[int, Question] = {}
        self._number = 0
        self._writing = 0
        self._closed = False

    def _connect(self) -> None:
        # On the UI thread, before the first thread: answers come to this object's thread, queued.
        from PySide6.QtCore import Qt  # 40 ms of enums, not before the first paint

        queued = Qt.ConnectionType.QueuedConnection
        self._answered.connect(self._deliver, queued)
        self._stepped.connect(self._show_step, queued)
        self._heard.connect(self._pass_on, queued)

    def _wanted(self, number: int, question: Question) -> bool:
        if question.slot is None:
            return True
        return self._newest.get(question.owner, {}).get(question.slot) == number

    def _hear(self, topics: frozenset[Any]) -> None:
        """Hear of others' commits, in the news' thread."""
        if shiboken6.isValid(self):
            self._heard.emit(topics)

    def _pass_on(self, topics: frozenset[Any]) -> None:
        if not self._closed:
            self.committed.emit(topics)

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
        self._note_connection(error, asked=question.asks)
        self._note_only_looking()
        if error is None and question.topics:
            self.committed.emit(question.topics)
        if isinstance(error, Unsettled) and error.request:
            self.unsettled.emit(question)
        if self._wanted(number, question):
            self.hand_on(question)

    def hand_on(self, question: Question) -> None:
        """Give an answer to who asked, if they are still there."""
        error = question.error
        if self._closed or not shiboken6.isValid(question.owner):
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

    @property
    def only_looking(self) -> Trouble | None:
        """Why nothing can be saved in the present shop, for as long as it is so; None where it can."""
        shop: Any = self._shop
        return getattr(shop, "reason", None) if getattr(shop, "readonly", False) else None

    def _note_only_looking(self) -> None:
        why = self.only_looking
        if why is not self._only_looking:
            self._only_looking = why
            self.only_looking_changed.emit()

    def _note_connection(self, error: Exception | None, *, asked: bool) -> None:
        offline = isinstance(error, Trouble) and bool(error.facts.get("offline"))
        if not offline and (not asked or isinstance(error, Cancelled | Unexpected)):
            return  # that it is there was not seen
        if offline == self.connection.online:
            now = datetime.now(UTC)
            self.connection = Connection(not offline, now, message_of(error) if error else "")
            self.connection_changed.emit(self.connection)
