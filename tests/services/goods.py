"""What tests of goods share: members with points, items, offers, stock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from desktop_admin.services.command import command, new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.ledger import EntryFacts, LotTerms, Posting
from desktop_admin.services.permissions import Permission
from desktop_admin.services.stock.moving import Move, move
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Actor, Work

T = TypeVar("T")
NEVER = "9999-12-31"

_MEMBER = Sql(
    "INSERT INTO member (id, card_number, name, sort_name, phone, address, branch_id, enrolled_on, "
    "tier_id, tier_since) SELECT :id, :card, :name, :name, :phone, :address, :branch, "
    "'2026-01-01', t.id, '2026-01-01' FROM tier t WHERE t.code = :tier"
)
_CARD = Sql(
    "INSERT INTO card (card_number, member_id, state, issued_at) "
    "VALUES (:card, :id, 'active', '2026-01-01T00:00:00.000000Z')"
)
_KEY = Sql("INSERT INTO search_key (key, member_id) VALUES (:key, :id)")
_ITEM = Sql(
    "INSERT INTO item (id, code, barcode, name, sort_name, kind, cost, created_at) VALUES "
    "(:id, :code, :barcode, :name, :name, :kind, :cost, '2026-01-01T00:00:00.000000Z')"
)
_OFFER = Sql(
    "INSERT INTO offer (id, item_id, points, cash, min_rank, starts_on, ends_on, per_member) VALUES "
    "(:id, :item_id, :points, :cash, :min_rank, :starts_on, :ends_on, :per_member)"
)
_FROM = Sql("UPDATE item SET from_points = (SELECT min(points) FROM offer WHERE item_id = :id "
            "AND active = 1) WHERE id = :id")
_BRANCH = Sql("INSERT INTO branch (id, code, name) VALUES (:id, :code, :name)")
LEVEL = Sql("SELECT on_hand, reserved FROM stock WHERE branch_id = :b AND item_id = :i")
BALANCE = Sql("SELECT balance FROM member WHERE id = :id")
LOTS = Sql("SELECT points, remaining, spendable_from, expires_on FROM lot WHERE member_id = :m "
           "ORDER BY expires_on, earned_on, id")
KEPT = Sql("SELECT coalesce(sum(amount), 0) FROM payment")


@command(Permission.ADJUST, Topic.POINTS)
def give(work: Work, *, request: str, member_id: int, lots: tuple[tuple[int, str], ...]) -> int:
    """Points in lots of (points, last day)."""
    posting = Posting(work)
    (account,) = posting.lock(member_id)
    for points, expires_on in lots:
        posting.credit(account, points, EntryFacts("adjust", reason="event"),
                       [LotTerms(points, "2026-01-01", expires_on, "2026-01-01")])
    posting.flush()
    return member_id


@command(Permission.RECEIVE_STOCK, Topic.STOCK)
def put(work: Work, *, request: str, item_id: int, branch_id: int, pieces: int) -> int:
    """Pieces on a shelf."""
    move(work, [Move("receive", branch_id, item_id, pieces)])
    return item_id


class Goods:
    """A shop's database and what a test does with it, in few words."""

    def __init__(self, database: Database, as_role: Callable[[str], Actor]) -> None:
        self.database, self.as_role = database, as_role
        self.actor = as_role("manager")
        self.branch = self.actor.branch_id

    def do(self, service: Callable[..., T], actor: Actor | None = None, **said: Any) -> T:
        """Run a command under a request of its own."""
        said.setdefault("request", new_request())
        return self.database.write(
            lambda work: service(work, **said), actor=actor or self.actor
        ).result

    def ask(self, service: Callable[..., T], actor: Actor | None = None, **said: Any) -> T:
        """Run a query."""
        return self.database.read(lambda work: service(work, **said), actor=actor or self.actor)

    def _sql(self, *statements: tuple[Sql, dict[str, Any]]) -> None:
        def run(work: Work) -> None:
            for sql, params in statements:
                work.run(sql, **params)

        self.database.write(run, actor=self.actor)

    def branch_named(self, number: int, name: str) -> int:
        self._sql((_BRANCH, {"id": number, "code": f"{number:02d}", "name": name}))
        return number

    def member(self, number: int, *lots: tuple[int, str], tier: str = "regular", name: str = "王小明",
               phone: str = "", address: str = "") -> int:
        """A member with points in lots of (points, last day)."""
        card = f"8{number:011d}"
        self._sql(
            (_MEMBER, {"id": number, "card": card, "name": name, "phone": phone, "address": address,
                       "branch": self.branch, "tier": tier}),
            (_CARD, {"card": card, "id": number}), (_KEY, {"key": f"c:{card}", "id": number}),
        )
        if lots:
            self.do(give, member_id=number, lots=lots)
        return number

    def item(self, number: int, points: int = 100, cash: int = 0, *, kind: str = "goods",
             pieces: int = 0, name: str = "", cost: int = 0, min_rank: int = 0,
             starts_on: str = "0001-01-01", ends_on: str = NEVER, per_member: int = 0) -> int:
        """An item with one offer of the same id, and so many pieces at the branch."""
        self._sql(
            (_ITEM, {"id": number, "code": f"G{number:04d}", "barcode": f"69{number:011d}",
                     "name": name or f"item {number}", "kind": kind, "cost": cost}),
            (_OFFER, {"id": number, "item_id": number, "points": points, "cash": cash,
                      "min_rank": min_rank, "starts_on": starts_on, "ends_on": ends_on,
                      "per_member": per_member}),
            (_FROM, {"id": number}),
        )
        if pieces:
            self.do(put, item_id=number, branch_id=self.branch, pieces=pieces)
        return number

    def plan(self, sql: Sql) -> list[str]:
        """How SQLite would answer a statement."""
        explained = Sql("EXPLAIN QUERY PLAN " + sql.sqlite)
        said = dict.fromkeys(sql.names, "")
        return [row.detail for row in self.database.read(lambda work: work.all(explained, **said))]

    def level(self, item_id: int, branch_id: int = 0) -> tuple[int, int]:
        """On hand and reserved."""
        row = self.database.read(
            lambda work: work.first(LEVEL, b=branch_id or self.branch, i=item_id))
        return (row.on_hand, row.reserved) if row else (0, 0)

    def balance(self, member_id: int) -> int:
        return int(self.database.read(lambda work: work.value(BALANCE, id=member_id)))

    def lots(self, member_id: int) -> list[tuple[Any, ...]]:
        return [tuple(r) for r in self.database.read(lambda work: work.all(LOTS, m=member_id))]

    def cash(self) -> int:
        return int(self.database.read(lambda work: work.value(KEPT)))
