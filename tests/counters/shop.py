"""The shop at whose counters the processes stand: members with points of many last days, goods, an operator each.

As in a real one every operator signs in with a login of their own, and jobs with theirs.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url

from desktop_admin.services.database.authority import setting_up
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.operators import secrets
from desktop_admin.services.permissions import Role
from desktop_admin.services.work import Actor, Work
from tests import founding
from tests.services.counter import Counter
from tests.services.goods import Goods

OPENING = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 20, 16, 0, tzinfo=UTC)  # in Shanghai; it comes while the counters work
PRICES = {1: 20, 2: 45, 3: 70, 4: 120, 5: 15}  # item, also its offer -> points of a piece
PIECES = {1: 4000, 2: 4000, 3: 4000, 4: 4000, 5: 40}  # the last is soon gone

_HIRE = Sql(
    "INSERT INTO operator (login, name, role, branch_id, password_hash, must_change, created_at) "
    "VALUES (:login, :login, 'manager', :branch, 'x', 0, :now) RETURNING id"
)
_NOT_DUE = Sql("UPDATE operator SET must_change = 0")
_ACCOUNTS = Sql("SELECT id, account FROM operator")
_LAST = Sql("SELECT max(id) FROM operation")
_BOOKS = Sql("SELECT id, balance - owed AS net FROM member ORDER BY id")


class RunningClock:
    """The time of a run, the same in every process of this machine: midnight comes halfway."""

    def __init__(self, seconds: float) -> None:
        self.zero = time.monotonic()
        self.base = MIDNIGHT - timedelta(seconds=seconds / 2)

    def now(self) -> datetime:
        return self.base + timedelta(seconds=time.monotonic() - self.zero)


@dataclass(frozen=True)
class Shop:
    """What a process needs to know; a fork inherits it."""

    url: str  # the server's administrator's
    folder: Path  # of the journals
    actors: tuple[Actor, ...]  # one for two counters
    system: Actor
    members: tuple[int, ...]
    before: int  # the last operation of the preparations
    net: dict[int, int]  # what the members had then
    accounts: dict[int, str]  # operator -> their login on the server

    def through(self, url: str) -> Shop:
        """The same shop by another way."""
        return replace(self, url=url)

    def url_of(self, actor: Actor) -> str:
        """The shop as this operator signs in to it; the tests' server asks nobody for a password."""
        return make_url(self.url).set(username=self.accounts[actor.operator_id]).render_as_string()


def prepare(url: str, folder: Path, *, clients: int, seed: int) -> Shop:
    """Found the shop. Its database is closed again, so that nobody inherits a connection."""
    clock, dice = SetClock(OPENING), random.Random(seed)
    actors = founding.found(url, clock).actors
    database = Database.open(url, clock=clock)
    try:
        counter = Counter(database, lambda role: actors[role])
        counter.policy(limits={"manager": {"per_act": 10_000, "per_day": 10_000_000, "reversal_days": 90}})
        goods = Goods(database, lambda role: actors[role])
        for item, points in PRICES.items():
            goods.item(item, points, cash=100 * (item % 2), pieces=PIECES[item])
        members = [counter.member(400) for _ in range(max(6, clients))]
        for member in members:
            for _ in range(4):  # lots that are over when the run begins, or at its midnight
                last = date(2026, 3, 2) + timedelta(days=dice.randint(0, 19))
                counter.gift(member, dice.randint(5, 60), last.isoformat())
        hired = database.write(lambda work: _hire(work, actors["manager"], max(2, clients // 2)), actor=None).result
        setting_up.run(database.engine, lambda _login: secrets.verifier(founding.PASSWORD))
        database.write(lambda work: work.run(_NOT_DUE), actor=None)
        accounts = {row.id: row.account for row in database.read(lambda work: work.all(_ACCOUNTS))}
        net = {row.id: row.net for row in database.read(lambda work: work.all(_BOOKS))}
        before = int(database.read(lambda work: work.value(_LAST)))
    finally:
        database.close()
    return Shop(url, folder, hired, actors["system"], tuple(members), before, net, accounts)


def _hire(work: Work, like: Actor, count: int) -> tuple[Actor, ...]:
    made = []
    for n in range(1, count + 1):
        login = f"counter{n:02}"
        number = work.value(_HIRE, login=login, branch=like.branch_id, now=work.now_text)
        made.append(Actor(number, login, Role.MANAGER, like.branch_id, like.branch_name, f"till {n}"))
    return tuple(made)
