"""This machine as a till: keeps its copy fresh, knows that the server is away, books what was noted down.

Files and the keyring are touched in jobs only; answers come on the UI thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_admin.services import outage
from desktop_admin.services.errors import Trouble
from desktop_admin.services.outage import Posted, Queued
from desktop_admin.services.outage.vault import Kept, Vault, system_now
from desktop_admin.services.topics import Topic

if TYPE_CHECKING:
    from pathlib import Path

    from desktop_admin.services.outage import FoundHeld
    from desktop_admin.services.work import Actor
    from desktop_admin.tasks import Connection, Done, Failed, Progress, Tasks

EVERY = 60_000  # ms while the server answers
AWAY = 5_000  # ms between the looks for a server that went away
SOON = 3_000  # ms after an own write
FIRST = 2_000  # ms after signing in: the first screen is shown
_TOUCH = frozenset({Topic.MEMBERS, Topic.POINTS, Topic.TIERS, Topic.SETTINGS})

Job = Callable[[outage.Place, outage.Keys, "Progress"], Any]


class Till(QObject):
    """One per desk. ``changed`` when the state or the queue did, ``list_wanted`` asks for the list."""

    changed = Signal()
    list_wanted = Signal()
    booked = Signal(object)  # Posted: something was noted down and dealt with now
    failed = Signal(object)  # what went wrong where nobody asked

    def __init__(self, tasks: Tasks, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.vault = Vault(folder)
        self.kept: Kept | None = None  # None until the shop answered once
        self._looking = False
        self._searches = 0
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self.look)
        self._tasks.committed.connect(self._committed)
        self._tasks.connection_changed.connect(self._connection_changed)
        self.queue = TillQueue(self)

    def begin(self) -> None:
        """Somebody signed in: look after the copy from now on."""
        self._timer.start()
        QTimer.singleShot(FIRST, self, self.look)

    @property
    def actor(self) -> Actor | None:
        """Who is signed in."""
        return self._tasks.actor

    @property
    def away(self) -> bool:
        """Whether the server of this shop does not answer."""
        return self.kept is not None and self.kept.on_server and not self._tasks.connection.online

    @property
    def waiting(self) -> int:
        """How many purchases somebody still has to do something about."""
        return self.kept.waiting if self.kept is not None else 0

    # --- looking after ----------------------------------------------------------------------------

    def look(self) -> None:
        """Ask the server for what changed; where it is away, whether it is back."""
        if self.actor is None or self._looking or self._nothing_to_keep():
            return
        self._looking = True
        self._tasks.run(self, partial(_look, self.vault), self._looked, self._not_looked)

    def _nothing_to_keep(self) -> bool:
        return self.kept is not None and not self.kept.on_server

    def _looked(self, kept: Kept | None) -> None:
        self._looking = False
        if kept is None:
            return
        self.kept = kept
        self._timer.setInterval(EVERY)
        self.changed.emit()
        if kept.waiting:
            self.queue.book()

    def _not_looked(self, error: Exception) -> None:
        """The server is away, or the disk is full: what is here stays as it is, with its time."""
        self._looking = False
        if isinstance(error, Trouble) and self._tasks.connection.online:
            self.failed.emit(error)
        self.changed.emit()

    def _committed(self, topics: frozenset[Topic]) -> None:
        if topics & _TOUCH and not self._nothing_to_keep() and not self._soon.isActive():
            self._soon.start()

    def _connection_changed(self, connection: Connection) -> None:
        self._timer.setInterval(EVERY if connection.online else AWAY)
        self.changed.emit()
        if connection.online and self.kept is not None:
            self.look()

    def set_waiting(self, waiting: int) -> None:
        """So many purchases wait now."""
        if self.kept is not None:
            self.kept = replace(self.kept, waiting=waiting)
            self.changed.emit()

    # --- what the server is not needed for --------------------------------------------------------

    def find(self, owner: QObject, text: str, done: Done[FoundHeld], failed: Failed) -> None:
        """Find members in the copy; the newest question wins."""
        self._searches += 1
        number, actor = self._searches, self.actor
        if actor is None:
            return

        def came(answer: FoundHeld) -> None:
            if number == self._searches:
                done(answer)

        now = self.now
        self.here(
            owner,
            lambda place, keys, _progress: outage.find(place, keys, actor=actor, text=text, now=now()),
            came,
            failed,
        )

    @property
    def now(self) -> Callable[[], Any]:
        """The shop's clock."""
        return self.kept.now if self.kept is not None else system_now

    def here(self, owner: QObject, job: Job, done: Done[Any], failed: Failed) -> None:
        """Run a job on this machine's files, with the shop's keys."""
        kept, vault = self.kept, self.vault

        def work(progress: Progress) -> Any:
            if kept is None:
                raise outage.copy.nothing_yet()
            place, keys = vault.open(kept.shop)
            return job(place, keys, progress)

        self._tasks.run(owner, work, done, failed)


class TillQueue(QObject):
    """What can be done with the queue; every act is a job on this machine's files."""

    def __init__(self, till: Till) -> None:
        super().__init__(till)
        self._till = till
        self._posting = False

    def note(
        self, owner: QObject, request: str, member_id: int, values: dict[str, Any], done: Done[Queued], failed: Failed
    ) -> None:
        """Note a purchase down: it is on the disk when the answer comes."""
        actor, now, kept = self._till.actor, self._till.now, self._till.kept
        assert actor is not None
        assert kept is not None

        def noted(row: Queued) -> None:
            self._count()
            done(row)

        self._till.here(
            owner,
            lambda place, keys, _progress: outage.note(
                place, keys, request=request, actor=actor, member_id=member_id,
                receipt_number=values["receipt_number"] or "", amount=values["amount"] or 0, now=now(), zone=kept.zone,
            ),
            noted,
            failed,
        )  # fmt: skip

    def rows(self, owner: QObject, done: Done[tuple[Queued, ...]], failed: Failed) -> None:
        """What was noted down."""
        self._till.here(owner, lambda place, keys, _progress: outage.queue.rows(place, keys), done, failed)

    # --- when it is back --------------------------------------------------------------------------

    def book(self) -> None:
        """Book what the operator who is signed in noted down."""
        if self._posting or self._till.actor is None or self._till.kept is None:
            return
        self._posting = True
        now = self._till.now

        def post(place: outage.Place, keys: outage.Keys, progress: Progress) -> tuple[Posted, int]:
            assert progress.actor is not None
            posted = outage.post(
                place, keys, progress.write, actor=progress.actor, now=now, check=progress.check
            )
            return posted, outage.queue.waiting(place, keys)

        self._till.here(self, post, self._booked, self._not_booked)

    def _booked(self, answer: tuple[Posted, int]) -> None:
        self._posting = False
        posted, waiting = answer
        self._till.set_waiting(waiting)
        if posted.rows:
            self._till.booked.emit(posted)

    def _not_booked(self, error: Exception) -> None:
        self._posting = False
        self._till.failed.emit(error)

    def again(self, owner: QObject, row: Queued, values: dict[str, Any], done: Done[Any], failed: Failed) -> None:
        """Send a refused one again, as it is or put right."""
        number, amount = values["receipt_number"] or "", values["amount"] or 0

        def changed(answer: Any) -> None:
            self.book()
            done(answer)

        self._till.here(
            owner,
            lambda place, keys, _progress: outage.queue.change(
                place, keys, request=row.request, receipt_number=number, amount=amount
            ),
            changed,
            failed,
        )

    def ask_approval(self, owner: QObject, row: Queued, done: Done[Any], failed: Failed) -> None:
        """Ask a second operator about one above the limits."""
        now = self._till.now
        self._till.here(
            owner,
            lambda place, keys, progress: outage.ask_approval(place, keys, progress.write, row, now()),
            self._then_count(done),
            failed,
        )

    def discard(self, owner: QObject, row: Queued, reason: str, done: Done[Any], failed: Failed) -> None:
        """Give one up, with a trace."""
        now = self._till.now
        self._till.here(
            owner,
            lambda place, keys, progress: outage.discard_row(place, keys, progress.write, row, reason, now()),
            self._then_count(done),
            failed,
        )

    def _then_count(self, done: Done[Any]) -> Done[Any]:
        def then(answer: Any) -> None:
            self._count()
            done(answer)

        return then

    def _count(self) -> None:
        self._till.here(
            self, lambda place, keys, _progress: outage.queue.waiting(place, keys), self._till.set_waiting,
            self._till.failed.emit,
        )  # fmt: skip


def _look(vault: Vault, progress: Progress) -> Kept | None:
    database = progress.database
    if not hasattr(database, "on_server"):
        return None
    return vault.look_after(database, progress.read, progress.check)
