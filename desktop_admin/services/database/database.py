"""A shop's database, opened. The only place that begins and commits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, cast

from sqlalchemy import URL, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from desktop_admin.i18n import N_
from desktop_admin.services.database import failures, opening, programs, upgrades
from desktop_admin.services.database.borrowing import borrowed
from desktop_admin.services.database.bulk import Bulk
from desktop_admin.services.database.clock import Clock, SystemClock
from desktop_admin.services.database.engines import engine_for, kind_of, parse, shut, use_password
from desktop_admin.services.database.gate import Gate
from desktop_admin.services.database.lines import Line, Taps
from desktop_admin.services.database.news import Heard, News, news_for
from desktop_admin.services.database.patience import SECONDS, Patience
from desktop_admin.services.database.replica import Replica
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.database.work import Actor, Noting, Shop, Work
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.topics import Topic

T = TypeVar("T")

_ANYTHING = Sql("SELECT 1")


@dataclass(frozen=True, slots=True)
class Written(Generic[T]):
    """What a write answered and what it touched."""

    result: T
    topics: frozenset[Topic]


class Database:
    """One shop. ``read`` is one snapshot; ``write`` commits whole or leaves nothing."""

    def __init__(
        self, engine: Engine, clock: Clock, *, readonly: bool = False, reason: Trouble | None = None
    ) -> None:
        self.engine = engine
        self.replica: Replica | None = None  # answers reports, see ``open``
        self._gate = Gate()
        self.taps = Taps()
        self._news: News | None = None
        self.closed = False
        self.readonly = readonly  # a medium that cannot be written: everything is shown, nothing is done
        self.reason = reason or Trouble(failures.READ_ONLY)  # why nothing is saved, where it is read only
        self.clock = clock
        self.kind = cast(Literal["sqlite", "postgresql"], kind_of(engine.url))
        self.shop: Shop = _shop_of(self.engine)

    @classmethod
    def open(
        cls, url: str | URL, *, clock: Clock | None = None, readonly: bool = False, replica: URL | None = None
    ) -> Database:
        """Open a shop. Trouble: not ours, damaged, or of another version than this program.

        A file that may not be written is opened for reading only (``readonly`` says so), and so is any on demand.
        ``replica`` leads to the servers that follow this one and answer reports.
        """
        parsed = parse(url)
        readonly = readonly or not opening.writable(parsed)
        engine = engine_for(parsed, readonly=readonly)
        with _or_closed(engine):
            opening.check(engine, readonly=readonly)
            reason = opening.reason_not_to_write(engine, readonly=readonly)
            database = cls(engine, clock or SystemClock(), readonly=readonly or reason is not None, reason=reason)
        if replica is not None:
            database.replica = Replica(engine_for(replica))
        return database

    @classmethod
    def create(cls, url: str, *, clock: Clock | None = None) -> Database:
        """Make an empty database and open it; ``shop.found`` furnishes it. Trouble where one stands already."""
        parsed = parse(url)
        opening.check_place_for_new(parsed)
        engine = engine_for(parsed)
        with _or_closed(engine):
            upgrades.create(engine)
            return cls(engine, clock or SystemClock())

    @property
    def on_server(self) -> bool:
        """Whether the shop lives on a server, not in a file of this machine."""
        return self.kind == "postgresql"

    @property
    def name(self) -> str:
        """What the status bar calls this database; never with a password."""
        url = self.engine.url
        return str(url.database) if self.kind == "sqlite" else f"{url.host or 'localhost'}/{url.database}"

    def read(self, query: Callable[[Work], T], *, actor: Actor | None = None, reports: bool = False) -> T:
        """Run a query in one snapshot. Trouble where the database does not answer.

        ``reports``: it may be some seconds behind (``work.seen_at`` says so), so a replica may answer.
        """
        end = time.monotonic() + SECONDS / 2  # the person looks at what was there before
        for attempt in range(3):
            try:
                engine, seen_at = self.engine, None
                if reports and self.replica is not None:
                    engine, seen_at = self.replica.choose(self.engine)
                with self._line(engine, writing=False) as line:
                    work = self._work(line, actor, writing=False)
                    work.seen_at = seen_at or work.now
                    return query(work)
            except DBAPIError as error:
                if not failures.may_retry(error) or attempt == 2 or time.monotonic() > end:
                    raise self._trouble(error) from error
                if failures.lost(error):
                    self.engine.dispose()
        raise AssertionError("unreachable")

    def write(
        self, operation: Callable[[Work], T], *, actor: Actor | None, noting: Noting | None = None
    ) -> Written[T]:
        """Run a service and commit all it wrote, or nothing.

        Tried again as a whole after a lost race, a deadlock or a lost connection, as long as `Patience` says: the
        request id makes that safe, also when the connection went while the answer to COMMIT was under way. Unsettled
        when nobody answers any more after that. ``noting`` is called before a command begins, at every try.
        """
        if self.readonly:
            raise self.reason
        patience = Patience(self._trouble)
        while True:
            work: Work | None = None
            done = False
            try:
                with self._line(self.engine, writing=True) as line:
                    work = self._work(line, actor, writing=True)
                    work.noting = noting
                    result = operation(work)
                    done = True
                    if self._news is not None:
                        self._news.expect(work.begun)
                if self._news is not None:
                    self._news.tell(work.topics)
                return Written(result, frozenset(work.topics))
            except Refused as refused:
                patience.refused(opened=work is not None and bool(work.begun))
                if refused.remember is not None:  # what it leaves behind although all was rolled back: a PIN is counted
                    self.write(refused.remember, actor=actor)
                raise
            except DBAPIError as error:
                if failures.lost(error) or failures.demoted(error):
                    self.engine.dispose()
                patience.wait(error, committing=done)

    @contextmanager
    def bulk(self) -> Iterator[Bulk]:
        """One transaction for many commands, each an operation of its own: for building a shop's history.

        All commit together at the end, or none. Nothing is tried again after a lost race, and nobody hears of topics:
        not for a shop in use.
        """
        if self.readonly:
            raise self.reason
        try:
            with self._line(self.engine, writing=True) as line:
                yield Bulk(line, lambda actor: self._work(line, actor, writing=True))
        except DBAPIError as error:
            raise failures.trouble(error) from error

    def _trouble(self, error: DBAPIError) -> Exception:
        """What a person is told; a program that was overtaken by an upgrade says so, and only looks from now on."""
        told = failures.trouble(error)
        if told is error and failures.nothing_of_that_name(error):
            try:
                upgrades.check_version(self.engine)
            except Trouble as trouble:
                told = programs.overtaken(trouble)
        if isinstance(told, programs.ProgramTooOld):
            self.readonly, self.reason = True, told
        return told

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Nobody reads or writes and no connection is open: the file may be replaced. Those who ask meanwhile wait."""
        with self._gate.alone():
            self.engine.dispose()
            yield
            self.reload_shop()

    def lets_in(self, password: str) -> bool:
        """Whether the server lets this database's account in with this password, too. For a server only."""
        engine = engine_for(self.engine.url.set(password=password))
        try:
            engine.connect().close()
        except DBAPIError:
            self.read(lambda work: work.value(_ANYTHING))  # or it is the server that is away
            return False
        finally:
            engine.dispose()
        return True

    def reload_shop(self) -> None:
        """Read the shop's own facts again, after they were changed."""
        self.shop = _shop_of(self.engine)

    def listen(self, heard: Heard | None, topics_of: Callable[[str], frozenset[Topic]]) -> None:
        """From now on tell other programs on this shop what commits touch, until the database is closed.

        ``heard`` is called, in a thread, with what theirs did; ``topics_of`` says what an operation of a kind touches.
        """
        if self._news is None:
            self._news = news_for(self, heard, topics_of)
            self._news.start()

    def use_password(self, password: str) -> None:
        """Connect with this password from now on: its operator has just chosen it."""
        for engine in (self.engine, self.replica.engine) if self.replica is not None else (self.engine,):
            use_password(engine, password)

    def close(self) -> None:
        self.closed = True
        news, self._news = self._news, None
        if news is not None:
            news.close()
        shut(self.engine)
        if self.replica is not None:
            shut(self.replica.engine)

    def _work(self, line: Line, actor: Actor | None, *, writing: bool) -> Work:
        return Work(line, engine=self.kind, actor=actor, now=self.clock.now(), shop=self.shop, writing=writing)

    @contextmanager
    def _line(self, engine: Engine, *, writing: bool) -> Iterator[Line]:
        if self.closed:  # a late question would open it anew
            raise Trouble(N_("The shop was closed meanwhile. Nothing was saved."))
        with self._gate.inside(), borrowed(engine, self.taps, writing=writing) as line:
            yield line


@contextmanager
def _or_closed(engine: Engine) -> Iterator[None]:
    """What cannot be opened is closed again; a server that went meanwhile is trouble."""
    try:
        yield
    except DBAPIError as error:
        engine.dispose()
        raise failures.trouble(error) from error
    except BaseException:
        engine.dispose()
        raise


def _shop_of(engine: Engine) -> Shop:
    with engine.connect() as connection:
        row: Any = connection.execute(
            text("SELECT uuid, name, timezone, currency, minor_digits, is_sample FROM shop WHERE id = 1")
        ).first()
    if row is None:
        return Shop("", "", "UTC", "CNY", 2, False)
    return Shop(row.uuid, row.name, row.timezone, row.currency, row.minor_digits, bool(row.is_sample))
