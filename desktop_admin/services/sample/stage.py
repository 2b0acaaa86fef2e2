"""The stage on which the shop's history plays: a clock that is moved, a queue of what comes next, and the acts."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Any, TypeVar

from desktop_admin.services.database.bulk import Bulk
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused
from desktop_admin.services.sample.staff import Staff
from desktop_admin.services.work import Actor, Work

T = TypeVar("T")
Tell = Callable[..., None]  # days done, total=days in all

OPEN, CLOSED = 9.5, 21.0  # hours of the day


@dataclass(slots=True)
class Guest:
    """A member as the history knows them."""

    id: int
    branch: int  # position
    visits: float  # days between two visits
    spend: int  # yuan at a usual visit
    leaves: datetime  # after this they do not come any more
    address: str
    name: str
    net: int = 0
    waiting: list[tuple[datetime, int]] = field(default_factory=list)  # points that cannot be used yet
    entries: list[int] = field(default_factory=list)  # adjustments that may be reversed
    bought: list[tuple[int, int, datetime]] = field(default_factory=list)  # purchase, amount, when
    keen: float = 0.3
    open: bool = True

    def usable(self, now: datetime) -> int:
        """Points that can be spent, as far as the history knows."""
        self.waiting = [(until, points) for until, points in self.waiting if until > now]
        return self.net - sum(points for _until, points in self.waiting)


class Stage:
    """Plays events in the order of their instants, a day in one transaction."""

    def __init__(self, database: Database, clock: SetClock, staff: Staff, rng: Random, end: datetime) -> None:
        self.database, self.clock, self.staff, self.rng, self.end = database, clock, staff, rng, end
        self.zone = database.shop.zone()
        self.guests: list[Guest] = []
        self.refusals: Counter[str] = Counter()
        self._bulk: Bulk | None = None
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()
        self._requests = count(1)
        self._receipts: Counter[tuple[str, date]] = Counter()

    # -- acting

    def request(self) -> str:
        """A request id nobody used."""
        return f"sample-{next(self._requests):08d}"

    def receipt_number(self, actor: Actor) -> str:
        """The next number of this till today."""
        key = (actor.workstation, self.today)
        self._receipts[key] += 1
        place, number = actor.workstation.split("-")
        return f"{place[0].upper()}{number.upper()}-{self._receipts[key]:03d}"

    def act(self, service: Callable[..., T], actor: Actor, **said: Any) -> T | None:
        """Run a command; None where a rule refused it, which happens in a shop too."""
        request = self.request()
        try:
            return self.write(lambda work: service(work, request=request, **said), actor)
        except Refused as refused:
            self.refusals[f"{service.__name__}: {refused.message}"] += 1
            return None

    def write(self, operation: Callable[[Work], T], actor: Actor) -> T:
        """Run a piece of work in the day's transaction, or in one of its own between days."""
        if self._bulk is None:
            return self.database.write(operation, actor=actor).result
        return self._bulk.run(operation, actor=actor)

    # -- time

    @property
    def now(self) -> datetime:
        """The instant that is being played."""
        return self.clock.at

    @property
    def today(self) -> date:
        """The shop's date."""
        return self.clock.at.astimezone(self.zone).date()

    def at(self, day: date, hour: float) -> datetime:
        """An instant of the shop's day."""
        midnight = datetime.combine(day, time(0), self.zone)
        return (midnight + timedelta(hours=hour)).astimezone(UTC)

    def some_time(self, day: date) -> datetime:
        """A moment in the opening hours, more often after noon."""
        return self.at(day, self.rng.triangular(OPEN, CLOSED, 17.5))

    def later(self, least: float, most: float) -> datetime:
        """A moment in the opening hours, so many hours from now."""
        when = self.now + timedelta(hours=self.rng.uniform(least, most))
        local = when.astimezone(self.zone)
        hour = local.hour + local.minute / 60
        if hour < OPEN:
            return self.at(local.date(), OPEN + self.rng.random() * 3)
        if hour > CLOSED:
            return self.at(local.date() + timedelta(days=1), OPEN + self.rng.random() * 3)
        return when

    def plan(self, when: datetime, event: Callable[[], None]) -> None:
        """Put an event where it belongs; what lies beyond the end never happens."""
        if self.now <= when <= self.end:
            heapq.heappush(self._events, (when, next(self._order), event))

    def play(self, stops: Callable[[date], bool], after_day: Callable[[date], None], tell: Tell) -> None:
        """Play everything up to the end; a stretch of days without a stop is one transaction.

        ``after_day`` is called at the end of each day that ``stops``, outside any transaction.
        """
        first, last = self.today, self.end.astimezone(self.zone).date()
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        stretch: list[date] = []
        for n, day in enumerate(days, 1):
            stretch.append(day)
            if not stops(day) and day != last:
                continue
            with self.database.bulk() as bulk:
                self.within(bulk, partial(self._play_days, stretch, partial(tell, total=len(days)), n - len(stretch)))
            self.clock.at = min(self.end, self.at(day, 21.7))
            after_day(day)
            stretch = []

    def _play_days(self, stretch: Sequence[date], tell: Callable[[int], None], done: int) -> None:
        for n, day in enumerate(stretch, done + 1):
            self._play_until(self.at(day + timedelta(days=1), 0))
            tell(n)

    def within(self, bulk: Bulk, part: Callable[[], None]) -> None:
        """Play a part of the history in one transaction."""
        self._bulk = bulk
        try:
            part()
        finally:
            self._bulk = None

    def _play_until(self, until: datetime) -> None:
        while self._events and self._events[0][0] < until:
            when, _n, event = heapq.heappop(self._events)
            self.clock.at = max(self.clock.at, when)
            event()
