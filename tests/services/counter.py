"""What tests of points share: a counter with members, and short words for what is done at it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from desktop_admin.services import members, points, policies, purchases
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.work import Actor

T = TypeVar("T")
NEVER = "9999-12-31"
STATE = Sql("SELECT balance, owed FROM member WHERE id = :m")
LOTS = Sql(
    "SELECT expires_on, earned_on, spendable_from, remaining FROM lot WHERE member_id = :m AND remaining > 0 "
    "ORDER BY expires_on, earned_on, id"
)


class Counter:
    """A till at which one operator works; `by` changes who."""

    def __init__(self, database: Database, as_role: Callable[[str], Actor], role: str = "manager") -> None:
        self.database, self.as_role = database, as_role
        self.actor = as_role(role)
        self.names = iter(f"Member {n}" for n in range(1, 1000))

    def by(self, role: str) -> Counter:
        """The same till, somebody else."""
        other = Counter(self.database, self.as_role, role)
        other.names = self.names
        return other

    def do(self, act: Callable[..., T], **said: Any) -> T:
        """Run a command under a new request id, unless one is given."""
        said.setdefault("request", new_request())
        return self.database.write(partial(act, **said), actor=self.actor).result

    def ask(self, query: Callable[..., T], **said: Any) -> T:
        return self.database.read(partial(query, **said), actor=self.actor)

    def sql(self, text: str, **params: Any) -> Any:
        return self.database.write(lambda work: work.run(Sql(text), **params), actor=self.actor).result

    def rows(self, sql: Sql | str, **params: Any) -> list[Any]:
        found = sql if isinstance(sql, Sql) else Sql(sql)
        return [tuple(row) for row in self.database.read(lambda work: work.all(found, **params))]

    def member(self, points_held: int = 0) -> int:
        """A new member, with so many points that never expire."""
        who = self.by("administrator").do(members.enrol, name=next(self.names), consent_terms=True).member_id
        if points_held:
            self.gift(who, points_held)
        return who

    def gift(self, member_id: int, size: int, last_day: str = NEVER) -> Any:
        """Points without limits: what a job gives."""
        from datetime import date

        return self.by("system").do(
            points.adjust, member_id=member_id, points=size, reason="event", expires_on=date.fromisoformat(last_day)
        )

    def adjust(self, member_id: int, size: int, reason: str = "other", **more: Any) -> points.PointsReceipt:
        return self.do(points.adjust, member_id=member_id, points=size, reason=reason, **more)

    def buy(self, member_id: int | None, amount: int, number: str, **more: Any) -> purchases.PurchaseReceipt:
        return self.do(purchases.record, member_id=member_id, receipt_number=number, amount=amount, **more)

    def policy(self, **values: Any) -> None:
        self.by("administrator").do(policies.change, values=values)

    def state(self, member_id: int) -> tuple[int, int]:
        """Balance and owed."""
        (found,) = self.rows(STATE, m=member_id)
        return found[0], found[1]

    def lots(self, member_id: int) -> list[tuple[str, str, str, int]]:
        return self.rows(LOTS, m=member_id)
