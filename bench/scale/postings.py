"""What a posting through the services adds: bytes on the disk, bytes of log, updates in place, memory of a session."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from bench.scale.ground import processor
from desktop_admin.services import members, purchases, redemptions, shop
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.redemptions import Wanted
from desktop_admin.services.work import Actor
from tests.postgres import Server
from tests.services.goods import Goods

_LEDGERS = (
    "operation", "receipt", "entry", "lot", "lot_use", "purchase", "purchase_line", "redemption", "redemption_line",
    "redemption_event", "payment", "movement", "audit", "tier_change",
)  # fmt: skip
_SIZE = (
    "SELECT pg_relation_size(c.oid), coalesce((SELECT sum(pg_relation_size(x.indexrelid)) FROM pg_index x "
    "WHERE x.indrelid = c.oid), 0)::bigint FROM pg_class c WHERE c.oid = %s::regclass"
)
_UPDATES = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = %s"
_PID = Sql("SELECT 1", postgresql="SELECT pg_backend_pid()")
_SESSION = "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'pointsdesk%' LIMIT 1"
VARIANTS: dict[str, tuple[str, ...]] = {
    "as it is": (),
    "fillfactor 70 of member, 85 of lot": (
        "ALTER TABLE member SET (fillfactor = 70)", "ALTER TABLE lot SET (fillfactor = 85)", "VACUUM FULL member, lot"),
    "and without the index member_balance": ("DROP INDEX member_balance",),
}  # fmt: skip


@dataclass(frozen=True)
class Posting:
    """One kind of act: what it adds."""

    name: str
    table_bytes: float
    index_bytes: float
    log: float
    processor: float  # seconds of the server's
    hot: dict[str, tuple[float, float]]  # table -> updates an act, share of them in place


class Acts:
    """A small shop on the server, and acts in it."""

    def __init__(self, server: Server, name: str) -> None:
        self.server, self.url, self.name = server, server.create(name), name
        self.bought, self.redeemed = itertools.count(), itertools.count()  # who buys comes round before who redeems
        database = shop.found(self.url, name=name, admin_login="bench", admin_password_hash="!")
        self.actor: Actor = shop.system_actor(database)
        goods = Goods(database, lambda _role: self.actor)
        goods.item(1, 20, pieces=100_000)
        self.members = [
            database.write(
                partial(members.enrol, request=new_request(), name=f"王小{n}", consent_terms=True), actor=self.actor
            ).result.member_id for n in range(200)
        ]  # fmt: skip
        database.close()

    def purchase(self) -> Callable[..., Any]:
        n = next(self.bought)
        return partial(purchases.record, member_id=self.members[n % 200], receipt_number=f"R{n}", amount=12_800)

    def redemption(self) -> Callable[..., Any]:
        who = self.members[next(self.redeemed) % 200]
        return partial(redemptions.place, member_id=who, lines=(Wanted(1, 1),), hand_over=True)

    def do(self, act: Callable[[], Callable[..., Any]], count: int) -> float:
        """So many acts over one session; what its process at the server had of the processor, in seconds."""
        database = Database.open(self.url)
        try:
            database.write(partial(act(), request=new_request()), actor=self.actor)
            pid = int(database.read(lambda work: work.value(_PID)))
            before = processor(pid)
            for _ in range(count - 1):
                database.write(partial(act(), request=new_request()), actor=self.actor)
            return (processor(pid) - before) * count / (count - 1)
        finally:
            database.close()

    def measure(self, name: str, act: Callable[[], Callable[..., Any]], count: int) -> Posting:
        """So many acts, and what is there afterwards that was not before."""
        self.do(act, 20)  # pages that are new, and images of pages in the log, are not counted
        with psycopg.connect(self.server.conninfo(make_url(self.url).database or ""), autocommit=True) as connection:
            before = _state(connection)
            spent = self.do(act, count)
            after = _state(connection)
        grown = [(a[0] - b[0], a[1] - b[1]) for a, b in zip(after[0], before[0], strict=True)]
        hot = {}
        for table, (updates, in_place) in after[2].items():
            was = before[2][table]
            if updates - was[0]:
                hot[table] = (updates - was[0]) / count, (in_place - was[1]) / (updates - was[0])
        return Posting(name, sum(t for t, _i in grown) / count, sum(i for _t, i in grown) / count,
                       (after[1] - before[1]) / count, spent / count, hot)  # fmt: skip

    def session_memory(self) -> int:
        """Bytes that a session keeps for itself after a day's acts; 0 where the machine does not say."""
        database = Database.open(self.url)
        try:
            for n in range(20):
                act = self.redemption() if n % 2 else self.purchase()
                database.write(partial(act, request=new_request()), actor=self.actor)
            with psycopg.connect(self.server.conninfo("postgres")) as connection:
                row = connection.execute(_SESSION.encode()).fetchone()
            rollup = Path(f"/proc/{row[0] if row else 0}/smaps_rollup")
            if not rollup.exists():
                return 0
            lines_ = [line.split() for line in rollup.read_text().splitlines()]
            return 1024 * sum(int(words[1]) for words in lines_ if words[0].startswith("Private_"))
        finally:
            database.close()


def _state(connection: psycopg.Connection[Any]) -> tuple[list[tuple[int, int]], int, dict[str, tuple[int, int]]]:
    sizes = []
    for table in _LEDGERS:
        row = connection.execute(_SIZE.encode(), (table,)).fetchone()
        assert row is not None
        sizes.append((int(row[0]), int(row[1])))
    log = connection.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn").fetchone()
    connection.execute("SELECT pg_stat_clear_snapshot()")
    updates = {}
    for table in ("member", "lot", "stock"):
        row = connection.execute(_UPDATES.encode(), (table,)).fetchone()
        updates[table] = (int(row[0]), int(row[1])) if row else (0, 0)
    return sizes, int(log[0]) if log else 0, updates


def measure(server: Server, count: int) -> tuple[dict[str, list[Posting]], int]:
    """Each variant of the tables with purchases and redemptions; and the memory of a session."""
    found: dict[str, list[Posting]] = {}
    acts = Acts(server, "postings")
    for variant, changes in VARIANTS.items():
        with psycopg.connect(server.conninfo("postings"), autocommit=True) as connection:
            for change in changes:
                connection.execute(change.encode())
        found[variant] = [
            acts.measure("a typed purchase", acts.purchase, count),
            acts.measure("a redemption handed over", acts.redemption, count),
        ]
    return found, acts.session_memory()


def lines(found: dict[str, list[Posting]], memory: int) -> Iterator[str]:
    """The figures in Markdown."""
    yield ("| tables | act | bytes of tables | bytes of indexes | WAL bytes | ms of the server's processor "
           "| updates of member, in place | of lot |")  # fmt: skip
    yield "|---|---|---|---|---|---|---|---|"
    for variant, postings in found.items():
        for one in postings:
            hot = [f"{one.hot[t][0]:.1f}, {one.hot[t][1]:.0%}" if t in one.hot else "none" for t in ("member", "lot")]
            yield (f"| {variant} | {one.name} | {one.table_bytes:,.0f} | {one.index_bytes:,.0f} | {one.log:,.0f} "
                   f"| {one.processor * 1000:.1f} | {hot[0]} | {hot[1]} |")  # fmt: skip
    yield ""
    yield f"memory of a session that has worked: {memory / 1e6:.1f} MB of its own"
