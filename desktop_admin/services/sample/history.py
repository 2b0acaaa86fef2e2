"""Building the sample shop: founding it, playing two years, and looking what came of it."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from desktop_admin.services import backup, expiry, operators, sample, shifts, shop, tiers
from desktop_admin.services.database import schema, upgrades
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.sample import apart
from desktop_admin.services.sample.ending import Ending
from desktop_admin.services.sample.files import Files
from desktop_admin.services.sample.names import People
from desktop_admin.services.sample.orders import Orders
from desktop_admin.services.sample.staff import ADMIN, SHOP_NAME, Staff, settle
from desktop_admin.services.sample.stage import Stage
from desktop_admin.services.sample.store import Store
from desktop_admin.services.sample.traffic import Traffic
from desktop_admin.services.work import Work

DAYS_PER_MONTH = 30.4375
_LEFT = 600.0  # seconds after which nobody builds a file any more
_EARLY = 0.3  # share of the members who join in the first weeks

_COUNTS = {
    name: Sql(f"SELECT count(*) FROM {name}")
    for name in ("member", "entry", "purchase", "redemption", "item", "operation")
}


def build(
    url: str, *, seed: int, members: int, months: int, now: datetime | None, progress: sample.Progress | None
) -> sample.Built:
    """See ``sample.build``."""
    end = (now or datetime.now(UTC)).replace(microsecond=0)
    start = end - timedelta(days=int(months * DAYS_PER_MONTH))
    clock = SetClock(start.replace(hour=0, minute=40, second=0))
    database = shop.found(
        url, name=SHOP_NAME, admin_login=ADMIN, admin_name="陈静", branch_name="人民路总店",
        admin_password_hash=operators.hash_password(sample.PASSWORD), is_sample=True, clock=clock,
    )  # fmt: skip
    try:
        tell = progress or (lambda _done, _total: None)
        tell(0, (end - start).days)
        play = _Play(database, clock, Random(seed), end, members, tell)
        play.run(tell)
        return _built(database, url, (end - start).days, dict(play.stage.refusals))
    finally:
        database.close()


class _Play:
    """The whole history, put together."""

    def __init__(
        self, database: Database, clock: SetClock, rng: Random, end: datetime, members: int, tell: sample.Progress
    ) -> None:
        requests = (f"found-{n:08d}" for n in range(1, 1000))
        days = (end - clock.at).days

        def request() -> str:
            tell(0, days)  # hashing passwords takes its time; who waits may want to stop
            return next(requests)

        staff: Staff = settle(database, sample.PASSWORD, request)
        self.stage = Stage(database, clock, staff, rng, end)
        self.store = Store(self.stage)
        self.orders = Orders(self.stage, self.store.choices)
        people = People(Random(rng.random()), end.astimezone(self.stage.zone).date())
        self.traffic = Traffic(self.stage, people, self.orders.redeem)
        self.files = Files(self.stage, people, self.traffic)
        self._members = members
        self._imports: dict[date, Callable[[], None]] = {}

    def run(self, tell: Callable[[int, int], None]) -> None:
        """Play from the first day to the last."""
        stage = self.stage
        with stage.database.bulk() as bulk:
            stage.within(bulk, self.store.furnish)
        first, last = stage.today, stage.end.astimezone(stage.zone).date()
        self._plan_joining(first, last)
        Ending(stage, self.traffic, self.orders, self.store).plan(last)
        stage.plan(stage.at(first, 9), lambda: self._morning(first))
        span = (last - first).days
        self._imports = {
            first: lambda: self.files.members(self._members // 12),
            first + timedelta(days=span * 2 // 5): partial(self._online, span),
            first + timedelta(days=span - 6): partial(self._online, span),
        }
        stage.play(partial(self._stops, last), partial(self._evening, last), lambda done, total: tell(done, total))
        self._close_history()

    def _plan_joining(self, first: date, last: date) -> None:
        stage, days = self.stage, (last - first).days
        for n in range(self._members):
            early = n < self._members * _EARLY
            spread = min(40, days // 3) if early else days
            day = first + timedelta(days=int(stage.rng.random() * max(1, spread)))
            stage.plan(stage.some_time(day), self.traffic.join)

    def _morning(self, day: date) -> None:
        """Jobs of the night, and what the day will bring; then the next morning."""
        stage, system = self.stage, self.stage.staff.system
        write = partial(stage.write, actor=system)
        if day.day == 1 or stage.end - stage.now < timedelta(days=1):
            with contextlib.suppress(Refused):
                expiry.run(write, f"sample-expiry-{day}", _quietly)
            tiers.evaluate(write, f"sample-tiers-{day}", _quietly)
        if day.weekday() == 0:
            self.store.week()
        if day.day == 1:
            self.store.month(day)
        self.traffic.day(day)
        following = day + timedelta(days=1)
        stage.plan(stage.at(following, 9), lambda: self._morning(following))

    def _evening(self, last: date, day: date) -> None:
        """Shifts are closed: at the end of each month, and every day of the last week."""
        stage = self.stage
        if day in self._imports and stage.now < stage.end:
            self._imports.pop(day)()
        if not self._closes(last, day) or stage.now >= stage.end:
            return
        for tills in stage.staff.tills:
            with contextlib.suppress(Refused):  # nothing has happened at this till
                open_shift = stage.database.read(shifts.current, actor=tills[0])
                expected = open_shift.figures.cash_expected if open_shift else 0
                counted = expected - (500 if stage.rng.random() < 0.15 else 0)
                shifts.finish(stage.database, actor=tills[0], request=stage.request(), cash_counted=counted)

    def _stops(self, last: date, day: date) -> bool:
        """Whether something happens in the evening that needs a transaction of its own."""
        return day in self._imports or self._closes(last, day)

    @staticmethod
    def _closes(last: date, day: date) -> bool:
        return (day + timedelta(days=1)).day == 1 or timedelta(0) < last - day <= timedelta(days=7)

    def _online(self, span: int) -> None:
        first = self.stage.today - timedelta(days=min(15, span // 4))
        self.files.purchases(first, self._members // 16)

    def _close_history(self) -> None:
        """The people sign in once, a backup is made, and the clock stands at the end."""
        stage, database = self.stage, self.stage.database
        stage.clock.at = stage.end
        for login, desk in (("manager", "office-1"), ("counter", "till-1")):
            actor = operators.sign_in(database, login=login, password=sample.PASSWORD, workstation=desk)
            operators.set_pin(database, actor=actor, password=sample.PASSWORD, pin=sample.PIN)
        with contextlib.suppress(Refused):
            operators.sign_in(database, login="counter2", password="not this one", workstation="till-2")
        with contextlib.suppress(Refused):  # a server is backed up by its administrator
            backup.make(database, actor=stage.staff.system, kind="daily")


def _built(database: Database, url: str, days: int, refusals: dict[str, int]) -> sample.Built:
    def look(work: Work) -> dict[str, int]:
        return {name: work.value(sql) for name, sql in _COUNTS.items()}

    n = database.read(look)
    return sample.Built(
        url, days, n["member"], n["entry"], n["purchase"], n["redemption"], n["item"], n["operation"], refusals
    )


def kept_in(folder: Path, *, progress: sample.Progress | None) -> str:
    """See ``sample.sample_url``. The file's name follows the schema, so that a new program builds a new shop."""
    path = folder / f"sample-{upgrades.HEAD}-{schema.form()}.pointsdesk"
    if path.exists():
        return str(path)
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(".sample-*.building*"):  # of a program that was killed
        if time.time() - left.stat().st_mtime > _LEFT:
            left.unlink(missing_ok=True)
    aside = folder / f".{path.name}.{os.getpid()}.building"
    try:
        told = progress or (lambda _done, _total: None)
        apart.build(aside, seed=1, members=sample.MEMBERS, months=sample.MONTHS, progress=told)
        os.replace(aside, path)
    finally:
        for beside in ("", "-wal", "-shm", "-journal"):
            aside.with_name(aside.name + beside).unlink(missing_ok=True)
    return str(path)


def _quietly(_done: int, _total: int) -> None:
    """Progress nobody watches."""
