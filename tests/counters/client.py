"""One counter: acts until it is told to stop, writes its journal, asks again where nobody answered."""

from __future__ import annotations

import random
import time
import traceback
from collections import Counter as Tally
from functools import partial
from typing import Any

from sqlalchemy.exc import DBAPIError

from desktop_admin.services import codec
from desktop_admin.services.database import failures
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.work import Actor
from tests.counters import journal
from tests.counters.hands import Hands
from tests.counters.journal import Act, Journal
from tests.counters.shop import RunningClock, Shop

PATIENCE = 60  # seconds in which there must be an answer, on the most crowded machine


class Client:
    """A counter's program, without a window."""

    def __init__(self, shop: Shop, clock: RunningClock, counter: int, life: int, seed: int) -> None:
        self.shop, self.counter = shop, counter
        self.dice = random.Random(seed)
        self.journal = Journal(shop.folder, counter, life)
        self.faults: Tally[str] = Tally()
        self.actor = shop.actors[counter % len(shop.actors)]
        self.database, self.jobs = self._open(clock, self.actor), self._open(clock, shop.system)
        self._judge, failures.may_retry = failures.may_retry, self._heard  # this process is the counter's alone
        self.hands = Hands(shop, self.database, self.dice)

    def work(self, until: float) -> None:
        """Act until then. First ask what became of what a former life left open, or leave it to the books."""
        for act in journal.read(*journal.of_counter(self.shop.folder, self.counter)).values():
            if not act.end and self.dice.random() < 0.6:
                self.settle(act)
        while time.monotonic() < until:
            self.settle(self._next())
        self.database.close()
        self.jobs.close()

    def settle(self, act: Act) -> None:
        """Ask until there is an answer: the request id makes that safe."""
        end = time.monotonic() + PATIENCE
        while not self._ask(act):
            if time.monotonic() > end:
                raise AssertionError(f"nobody could say what became of {act.request}")
            time.sleep(self.dice.uniform(0, 0.05))

    def _open(self, clock: RunningClock, actor: Actor) -> Database:
        """Signed in as this operator."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return Database.open(self.shop.url_of(actor), clock=clock)
            except Trouble:  # the session was ended while it opened
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def _next(self) -> Act:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self.hands.next()
            except Trouble:  # looking is no act
                if time.monotonic() > end:
                    raise

    def _ask(self, act: Act) -> bool:
        """Whether an answer came."""
        job = act.kind.startswith("expiry")
        database, actor = (self.jobs, self.shop.system) if job else (self.database, self.actor)
        self.faults.clear()
        self.journal.before(act)
        start = time.monotonic()
        try:
            service = partial(act.service(), request=act.request, **act.arguments())
            result = database.write(service, actor=actor).result
        except Refused as refused:
            self._note(act, "refused", start, text=str(refused))
        except Trouble as trouble:
            self._note(act, "unknown", start, text=str(trouble))
            return False
        except BaseException:
            self._note(act, "bug", start, text=traceback.format_exc())
            raise
        else:
            self._note(act, "done", start, body=codec.dump(result))
        return True

    def _note(self, act: Act, end: str, start: float, **more: Any) -> None:
        self.journal.after(act, end, seconds=time.monotonic() - start, faults=dict(self.faults), **more)

    def _heard(self, error: DBAPIError) -> bool:
        """Every error of the driver in an act, also those that the program gets over by itself."""
        self.faults[failures.sqlstate(error) or type(error.orig).__name__] += 1
        return self._judge(error)
