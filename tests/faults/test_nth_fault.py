"""Whatever statement of a command fails, nothing of it is left, and the same request then succeeds once.

The first statement fails, then the second, and so on to the commit, as a full disk fails them; after each the whole
database is what it was, row by row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from psycopg.errors import DiskFull, SerializationFailure
from sqlalchemy.exc import OperationalError
from sqlcipher3 import dbapi2

from desktop_admin.services import expiry, members, points, purchases, redemptions, stock, tiers
from desktop_admin.services.command import new_request
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Trouble
from desktop_admin.services.redemptions import Wanted
from desktop_admin.services.stock import Counted, Pieces
from desktop_admin.services.work import Actor
from tests.founding import faults
from tests.services.counter import Counter
from tests.services.goods import Goods

MOST = 200  # statements of one command; none has nearly as many
_TABLES = Sql(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    postgresql="SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename",
)


class Faults:
    """The n-th statement from now on fails; the commit is one too."""

    def __init__(self, database: Database) -> None:
        self.taps, self.kind = database.taps, database.kind
        self.at = self.seen = 0
        self.error: type[Exception] = DiskFull

    def _count(self) -> None:
        self.seen += 1
        if self.seen == self.at:
            if self.kind == "sqlite":
                raise OperationalError("made to fail", {}, dbapi2.OperationalError("database or disk is full"))
            raise OperationalError("made to fail", {}, self.error("made to fail"))

    def _statement(self, *_arguments: Any) -> None:
        self._count()

    @contextmanager
    def nth(self, number: int) -> Iterator[None]:
        """Let one statement fail."""
        self.at, self.seen = number, 0
        self.taps.statement.append(self._statement)
        try:
            yield
        finally:
            self.taps.statement.remove(self._statement)

    @property
    def failed(self) -> bool:
        """Whether there was an n-th."""
        return self.seen >= self.at


def contents(database: Database) -> dict[str, str]:
    """Every table by its name, as a digest of its rows."""

    def read(work: Any) -> dict[str, str]:
        found = {}
        for (name,) in work.all(_TABLES):
            rows = sorted(repr(tuple(row)) for row in work.all(Sql(f"SELECT * FROM {name}")))
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return found

    return database.read(read)


@pytest.fixture
def goods(database: Database, as_role: Callable[[str], Actor]) -> Goods:
    """Members with points and purchases, goods on the shelf, and orders in three states."""
    return Goods(database, as_role)


Act = Callable[[Goods, SetClock], tuple[Callable[..., Any], str, dict[str, Any]]]


def _till(goods: Goods) -> Counter:
    return Counter(goods.database, goods.as_role)


def _two(goods: Goods) -> tuple[int, int]:
    return (goods.member(1, (600, "2026-09-30"), (900, "2027-09-30"), phone="13800138000", address="人民路 1 号"),
            goods.member(2))  # fmt: skip


def _order(goods: Goods, state: str = "") -> int:
    _two(goods)
    goods.item(1, 100, 250, pieces=20)
    goods.item(2, 700, pieces=3)
    lines = (Wanted(1, 2), Wanted(2, 1))
    order = goods.do(redemptions.place, member_id=1, lines=lines, delivery="pickup").redemption_id
    if state in ("ready", "collected"):
        goods.do(redemptions.advance, redemption_id=order, to_state="ready")
    if state == "collected":
        goods.do(redemptions.collect, redemption_id=order, card="8" + f"{1:011d}")
    return order


def enrol(goods: Goods, _clock: SetClock) -> Any:
    said = {"name": "李小龙", "phone": "13912345678", "consent_terms": True, "address": "中山路 8 号"}
    return members.enrol, "counter", said


def adjust(goods: Goods, _clock: SetClock) -> Any:
    _two(goods)
    return points.adjust, "manager", {"member_id": 1, "points": -800, "reason": "other", "note": "a note"}


def reverse(goods: Goods, _clock: SetClock) -> Any:
    _two(goods)
    entry = goods.do(points.adjust, member_id=1, points=-800, reason="other").entry_id
    return points.reverse, "manager", {"entry_id": entry, "reason": "other"}


def transfer(goods: Goods, _clock: SetClock) -> Any:
    _two(goods)
    return points.transfer, "manager", {"from_member": 1, "to_member": 2, "points": 700, "reason": "other"}


def record(goods: Goods, _clock: SetClock) -> Any:
    _two(goods)
    return purchases.record, "counter", {"member_id": 1, "receipt_number": "A-17", "amount": 150_000}


def refund(goods: Goods, _clock: SetClock) -> Any:
    _two(goods)
    bought = _till(goods).buy(2, 90_000, "A-18")
    goods.do(points.adjust, member_id=2, points=-800, reason="other")
    return purchases.refund, "manager", {"purchase_id": bought.purchase_id}


def place(goods: Goods, _clock: SetClock) -> Any:
    _two(goods)
    goods.item(1, 100, 250, pieces=20)
    goods.item(2, 700, pieces=3)
    return redemptions.place, "counter", {"member_id": 1, "lines": (Wanted(1, 2), Wanted(2, 1)), "delivery": "pickup"}


def collect(goods: Goods, _clock: SetClock) -> Any:
    return redemptions.collect, "counter", {"redemption_id": _order(goods, "ready"), "card": "8" + f"{1:011d}"}


def cancel(goods: Goods, _clock: SetClock) -> Any:
    return redemptions.cancel, "manager", {"redemption_id": _order(goods), "reason": "changed their mind"}


def take_back(goods: Goods, _clock: SetClock) -> Any:
    return redemptions.return_, "manager", {"redemption_id": _order(goods, "collected"), "reason": "broken"}


def receive(goods: Goods, _clock: SetClock) -> Any:
    lines = (Pieces(goods.item(1), 5, 300), Pieces(goods.item(2, pieces=2), 7))
    return stock.receive, "manager", {"lines": lines, "note": "delivery 8"}


def count(goods: Goods, _clock: SetClock) -> Any:
    lines = (Counted(goods.item(1, pieces=5), 3), Counted(goods.item(2, pieces=2), 4))
    return stock.count, "manager", {"lines": lines, "reason": "yearly"}


def evaluate(goods: Goods, clock: SetClock) -> Any:
    _two(goods)
    _till(goods).buy(2, 900_000, "A-19")
    clock.at += timedelta(days=400)
    return tiers.evaluate_batch, "system", {"after": 0}


def expire(goods: Goods, clock: SetClock) -> Any:
    _two(goods)
    clock.at += timedelta(days=300)
    return expiry.expire_batch, "system", {"after": 0}


ACTS: tuple[Act, ...] = (
    enrol, adjust, reverse, transfer, record, refund, place, collect, cancel, take_back, receive, count, evaluate,
    expire,
)  # fmt: skip


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_whatever_fails_nothing_is_left(goods: Goods, clock: SetClock, act: Act) -> None:
    service, role, said = act(goods, clock)
    database, actor = goods.database, goods.as_role(role)
    once = partial(service, request=new_request(), **said)
    failing = Faults(database)
    before, told = contents(database), set[str]()
    step = 1 if database.kind == "sqlite" else 6  # the code is the same on a server: every sixth there
    for number in range(1, MOST, step):
        with failing.nth(number):
            try:
                receipt = database.write(once, actor=actor).result
            except Trouble as trouble:
                told.add(trouble.text().partition(".")[0])
            else:
                assert not failing.failed, f"statement {number} failed and nobody heard of it"
                break
        left = contents(database)
        assert left == before, (number, [name for name in left if left[name] != before[name]])
    else:
        pytest.fail(f"{number} statements, and no end")
    assert told == {"The disk is full" if database.kind == "sqlite" else "The server is out of space"}
    after = contents(database)
    assert after != before
    assert database.write(once, actor=actor).result == receipt
    assert contents(database) == after, "the same request was done twice"
    assert faults(database) == []


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_lost_race_at_any_statement_is_run_again(goods: Goods) -> None:
    goods.member(1)
    failing, done = Faults(goods.database), 0
    failing.error = SerializationFailure
    for number in range(1, MOST):
        once = partial(points.adjust, request=new_request(), member_id=1, points=1, reason="other")
        with failing.nth(number):
            goods.database.write(once, actor=goods.actor)
        done += 1
        if not failing.failed:
            break
    assert 5 < done < MOST - 1
    assert goods.balance(1) == done


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_disk_that_is_really_full(goods: Goods) -> None:
    """SQLite rolls the whole transaction back by itself; no statement of it runs on."""
    goods.member(1)
    database = goods.database

    def limit(pages: int) -> None:
        with database.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with database.engine.connect() as connection:
        pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
    limit(pages)
    done = 0
    once = partial(points.adjust, request=new_request(), member_id=1, points=1, reason="other", note="x" * 400)
    with pytest.raises(Trouble, match="disk is full"):  # noqa: PT012 - until it is
        while done < 500:
            before = contents(database)
            once = partial(points.adjust, request=new_request(), member_id=1, points=1, reason="other", note="x" * 400)
            database.write(once, actor=goods.actor)
            done += 1
    assert contents(database) == before
    assert faults(database) == []
    limit(pages * 4)
    database.write(once, actor=goods.actor)
    assert goods.balance(1) == done + 1
