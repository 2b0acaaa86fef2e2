"""Finds out what became of acts whose answer was lost, and tells: it asks the server until it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject, QTimer

from desktop_admin.services.errors import NotBooked, Refused, Trouble, Unsettled
from desktop_admin.tasks import Connection, Job, Progress, Tasks

if TYPE_CHECKING:
    from desktop_admin.answers import Question
    from desktop_admin.services.outbox import Outbox, Pending

FIRST, LAST = 1000, 15_000  # ms between two rounds; it doubles while the server does not answer


@dataclass(frozen=True)
class Settled:
    """One act of which all is known now; ``answer`` is what it answers, where this program sent it."""

    act: Pending
    booked: bool
    number: int = 0  # of its operation
    answer: Any = None


@dataclass(frozen=True)
class Round:
    """What one round of asking brought, and what is still open; ``failed`` where the server did not answer."""

    settled: tuple[Settled, ...]
    left: tuple[Pending, ...]
    failed: bool


class Settling(QObject):
    """Looks when somebody signed in, when an act was unsettled, and until nothing of theirs is open.

    Only who entered an act may ask for it: others' acts wait until they sign in here.
    """

    def __init__(
        self, tasks: Tasks, say: Callable[[tuple[Settled, ...]], object], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks, self._say = tasks, say
        self.shop = ""  # whose acts these are
        self._asked: dict[str, Question] = {}  # by request: what this program sent
        self.job: Job | None = None
        self._timer = QTimer(self, singleShot=True, interval=FIRST)
        self._timer.timeout.connect(self.look)
        tasks.unsettled.connect(self._unsettled)
        tasks.connection_changed.connect(self._connection)

    def look(self) -> None:
        """Ask for everything of this operator's that is open, unless that is being done."""
        outbox, actor = self._tasks.outbox, self._tasks.actor
        if outbox is None or actor is None or (self.job is not None and not self.job.over):
            return
        self._timer.stop()
        asked = {request: question.operation for request, question in self._asked.items()}
        self.job = self._tasks.run(self, _Look(outbox, asked), self._looked, self._failed)

    def _unsettled(self, question: Question) -> None:
        assert isinstance(question.error, Unsettled)
        self._asked[question.error.request] = question
        self._show((*self._tasks.unresolved, question.error.act))
        self._timer.start(FIRST)

    def _connection(self, connection: Connection) -> None:
        if connection.online and self._tasks.unresolved:
            self._timer.start(0)

    def _show(self, left: tuple[Pending, ...]) -> None:
        if left != self._tasks.unresolved:
            self._tasks.unresolved = left
            self._tasks.unresolved_changed.emit(left)

    def _looked(self, found: Round) -> None:
        self._show(found.left)
        self._say(tuple(settled for settled in found.settled if not self._answered(settled) or settled.booked))
        actor = self._tasks.actor
        if actor is not None and any(act.operator_id == actor.operator_id for act in found.left):
            self._timer.start(min(LAST, 2 * self._timer.interval()) if found.failed else FIRST)

    def _failed(self, _error: Exception) -> None:
        if not self._timer.isActive():
            self._timer.start(LAST)

    def _answered(self, settled: Settled) -> bool:
        """Give the answer to the form that waits for it; False where none does."""
        question = self._asked.pop(settled.act.request, None)
        if question is None:
            return False
        question.error = None if settled.booked else NotBooked()
        question.answer = settled.answer
        self._tasks.hand_on(question)
        return shiboken6.isValid(question.owner)


class _Look:
    """One round, in a thread of its own."""

    def __init__(self, outbox: Outbox, asked: dict[str, Any]) -> None:
        self._outbox, self._asked = outbox, asked

    def __call__(self, progress: Progress) -> Round:
        from desktop_admin.services import outcomes  # in the background, like what it needs

        assert progress.actor is not None
        settled: list[Settled] = []
        failed = False
        for act in self._outbox.pending():
            if act.operator_id != progress.actor.operator_id:
                continue
            progress.check()
            try:
                found = outcomes.settle(progress.database, request=act.request, actor=progress.actor)
                operation = self._asked.get(act.request)
                answer = progress.write(operation) if found.booked and operation is not None else None
            except Trouble:
                failed = True
                break
            except Refused:  # an operator who may do nothing any more: somebody has to look
                continue
            self._outbox.clear(act.request)
            settled.append(Settled(act, found.booked, found.operation_id, answer))
        return Round(tuple(settled), self._outbox.pending(), failed)


def settling_for(
    database: Any, folder: Path, tasks: Tasks, before: Settling | None,
    say: Callable[[tuple[Settled, ...]], object], parent: QObject,
) -> Settling | None:  # fmt: skip
    """On a server note each act until its answer is there. A file answers at once, and holds what it did.

    ``before`` goes on where it is the same shop, and ends where it is another.
    """
    shop = database.shop.uuid if database.on_server else ""
    if before is not None and before.shop == shop:
        return before
    if tasks.outbox is not None:
        tasks.retire(tasks.outbox)
        tasks.outbox = None
    if before is not None:
        before.deleteLater()
    if not shop:
        return None
    from desktop_admin.services.outbox import Outbox

    tasks.outbox = Outbox(folder / shop)
    after = Settling(tasks, say, parent)
    after.shop = shop
    return after
