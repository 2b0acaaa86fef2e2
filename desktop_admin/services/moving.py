"""A shop moves from one database to another: between a file and a server in either direction, or to one of its kind.

The shop is closed for writing by a barrier in its database, copied table by table, put together, and compared: a digest
of every table on both sides, then the doctor. Only then the new database is a shop. Kill it at any moment and run it
again: it goes on where it was.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from desktop_admin.i18n import N_
from desktop_admin.services import doctor, shop
from desktop_admin.services.backup import Progress
from desktop_admin.services.command import unlisted
from desktop_admin.services.database import marks
from desktop_admin.services.database.clock import Clock, SystemClock, instant
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.engines import engine_for, parse
from desktop_admin.services.database.marks import Mark
from desktop_admin.services.database.moving import arrival, digests, ends, shape
from desktop_admin.services.database.moving.arrival import Arrival, Found
from desktop_admin.services.database.moving.shape import Table
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.operators import accounts_on_server
from desktop_admin.services.work import Work

LOOKING, COPYING = N_("Checking the books before the move"), N_("Copying the rows")
BUILDING, COMPARING = N_("Putting indexes and guards back"), N_("Comparing both sides")
CHECKING = N_("Checking the books that arrived")

# roles belong to the server that the shop has left, and passwords with them
_PEOPLE = Sql("SELECT login, account FROM operator WHERE active = 1 AND role <> 'system' ORDER BY login")
_NO_ACCOUNTS = Sql("UPDATE operator SET account = '' WHERE account <> ''")
_NOTED = Sql("SELECT 1 FROM audit WHERE action = 'move' AND subject = 'shop' AND after LIKE :token")


@dataclass(frozen=True, slots=True)
class Compared:
    """One table on both sides: whether it is a ledger, its rows and its digest, which are equal."""

    table: str
    ledger: bool
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A move that is done: from where to where, what was compared, and whether the old place was closed.

    ``resumed``: an earlier run had begun it. ``passwords``: the operators who need a new password, because theirs was
    the old server's, or because those of the new server have roles.
    """

    source: str
    target: str
    tables: tuple[Compared, ...]
    resumed: bool
    closed: bool
    passwords: tuple[str, ...]


def move(
    source: str, target: str, *, keep_open: bool = False, clock: Clock | None = None, progress: Progress | None = None
) -> Moved:
    """Move a shop; with ``keep_open`` the old place may be worked in again afterwards.

    Refused where the target is not empty, is the source itself, or belongs to another move, and where the books are not
    in order. Trouble where an end cannot be reached, is full or of another version. The shop stays where it was.
    """
    clock, tell = clock or SystemClock(), progress or _silent
    compared: tuple[Compared, ...] = ()
    with _ends(source, target) as (old, new):
        found = new.look()
        mark, resumed = _agree(old, new, found)
        if found.state != arrival.SHOP:
            if mark is None:
                _check_books(source, clock, tell)
                mark = Mark(uuid.uuid4().hex, new.name, instant(clock.now()), marks.MOVING)
            with old, new:
                if new.look() != found:
                    raise Refused(marks.TWO)
                compared = _carry(old, new, mark, found, tell)
                _check_arrived(target, clock, tell)
                new.open_for_work(mark, old.name)
        assert mark is not None
        passwords = _note(target, clock, mark, old.name)
        with old:
            if keep_open:
                old.lift()
            elif mark.state != marks.MOVED:
                old.shut(replace(mark, state=marks.MOVED))
    return Moved(old.name, new.name, compared, resumed, not keep_open, passwords)


def give_up(source: str, target: str = "") -> bool:
    """Forget an unfinished move: what it made at the target is removed, the shop is worked with again where it was.

    Also opens the old place of a finished move again; True then, for there are two shops now. Refused where the target
    belongs to another move. Without ``target`` nothing is removed there, and it stays closed.
    """
    old = ends.end(source)
    try:
        old.check_shop()
        mark = old.moving()
        if target:
            _forget(old, mark, target)
        elif mark is None:
            raise Refused(N_("No move of this shop is under way."))
        with old:
            old.lift()
        return mark is not None and mark.state == marks.MOVED
    finally:
        old.engine.dispose()


def under_way(source: str) -> Mark | None:
    """The mark of a move out of this database. Trouble where no shop lives there."""
    old = ends.end(source)
    try:
        old.check_shop()
        return old.moving()
    finally:
        old.engine.dispose()


def _silent(_done: int, _total: int, _text: str) -> None:
    """Tell nobody."""


@contextmanager
def _ends(source: str, target: str) -> Iterator[tuple[Arrival, Arrival]]:
    old, new = ends.end(source), ends.end(target)
    try:
        ends.check_apart(old, new)
        old.check_shop()
        yield old, new
    finally:
        old.engine.dispose()
        new.engine.dispose()


def _agree(old: Arrival, new: Arrival, found: Found) -> tuple[Mark | None, bool]:
    """The mark of the move that goes on, None for a new one; whether an earlier run had begun it."""
    mark = old.moving()
    if found.state == arrival.OTHER:
        raise Refused(N_("“{place}” holds tables of something else. Nothing was changed."), place=new.name)
    if mark is not None and found.token == mark.token:
        return mark, True
    if mark is not None and mark.state == marks.MOVED:
        raise Refused(N_("The shop has moved to “{to}” already. Nothing was changed."), to=mark.place)
    if found.state == arrival.SHOP:
        raise Refused(N_("There is already a shop in “{place}”. Nothing was changed."), place=new.name)
    if found.state == arrival.UNFINISHED:
        raise Refused(
            N_("Another move into “{place}” was begun and is not finished. Give it up first, with --give-up."),
            place=new.name,
        )
    if mark is not None and mark.place != new.name:
        raise Refused(
            N_("A move of this shop to “{to}” is not finished. Go on with it, or give it up with --give-up."),
            to=mark.place,
        )
    return mark, mark is not None


def _check_books(url: str, clock: Clock, tell: Progress) -> None:
    tell(0, 0, LOOKING)
    database = Database.open(url, clock=clock)
    try:
        _in_order(database.read(doctor.faults))
    finally:
        database.close()


def _check_arrived(url: str, clock: Clock, tell: Progress) -> None:
    """The doctor on a database that is not yet a shop to anybody else."""
    tell(0, 0, CHECKING)
    database = Database(engine_for(parse(url)), clock, readonly=True)
    try:
        _in_order(database.read(doctor.faults))
    finally:
        database.close()


def _in_order(faults: tuple[doctor.Fault, ...]) -> None:
    if faults:
        raise Refused(
            N_("The books are not in order: {count} faults, the first is “{fault}”. The shop stays where it is; "
               "run the doctor."), count=len(faults), fault=faults[0].line(),
        )  # fmt: skip


def _carry(old: Arrival, new: Arrival, mark: Mark, found: Found, tell: Progress) -> tuple[Compared, ...]:
    """Close the shop for writing, copy it, put it together and compare."""
    old.shut(mark)
    if found.state == arrival.EMPTY:
        new.begin(mark, old.name)
    new.build()
    tables = old.shape()
    shape.check_same(tables, new.shape())
    count = _Count(old, tables, tell)
    for table in tables:
        new.receive(table, old, count(COPYING))
    for done, pieces in new.put_together():
        tell(done, pieces, BUILDING)
    count.start_over()
    return tuple(_compare(old, new, table, count) for table in tables)


class _Count:
    """How many rows of all are done."""

    def __init__(self, side: Arrival, tables: tuple[Table, ...], tell: Progress) -> None:
        self._tell = tell
        self._all = sum(int(side.value(f"SELECT count(*) FROM {table.name}")) for table in tables)
        self._done, self._times = 0, 1

    def start_over(self) -> None:
        """Count again, every row on both sides."""
        self._done, self._times = 0, 2

    def __call__(self, text: str) -> arrival.Told:
        def told(rows: int) -> None:
            self._done += rows
            self._tell(min(self._done, self._all * self._times), self._all * self._times, text)

        return told


def _compare(old: Arrival, new: Arrival, table: Table, count: _Count) -> Compared:
    left, right = (digests.of(side, table, count(COMPARING)) for side in (old, new))
    if left != right:
        raise Refused(
            N_("The table “{table}” is not the same on both sides ({here} rows here, {there} there): the shop was "
               "changed while it moved. The new database stays closed; give the move up with --give-up and begin "
               "anew."),
            table=table.name, here=left.rows, there=right.rows,
        )  # fmt: skip
    return Compared(table.name, table.ledger, left.rows, left.digest)


def _note(url: str, clock: Clock, mark: Mark, source: str) -> tuple[str, ...]:
    """Leave the trace of the move in the shop that arrived, once; who needs a new password there."""
    database = Database.open(url, clock=clock)

    def note(work: Work) -> tuple[str, ...]:
        roles = accounts_on_server.kept(work)
        needed = tuple(row.login for row in work.all(_PEOPLE) if row.account or roles)
        if work.value(_NOTED, token=f"%{mark.token}%") is None:
            with unlisted(work, "moving.move"):
                work.audit("move", "shop", 1, {"place": source}, {"place": mark.place, "token": mark.token})
                work.run(_NO_ACCOUNTS)
        return needed

    try:
        return database.write(note, actor=shop.system_actor(database)).result
    finally:
        database.close()


def _forget(old: Arrival, mark: Mark | None, target: str) -> None:
    """Remove what an unfinished move of this shop left at the target."""
    new = ends.end(target)
    try:
        ends.check_apart(old, new)
        found = new.look()
        if found.state == arrival.UNFINISHED:
            if found.token != (mark.token if mark else found.token) or new.source() != old.name:
                raise Refused(N_("The unfinished move into “{place}” is not one of this shop."), place=new.name)
            with new:
                new.empty()
        elif found.state == arrival.SHOP and mark is not None and found.token == mark.token:
            if mark.state == marks.MOVING:
                raise Refused(N_("The shop has arrived at “{place}”. Run the move again to finish it."), place=new.name)
        elif mark is None:
            raise Refused(N_("No move of this shop is under way."))
    finally:
        new.engine.dispose()
