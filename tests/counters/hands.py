"""What a counter does next: a random act of the day's business, through the real services."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from desktop_admin.services import codec
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from tests.counters.journal import Act
from tests.counters.shop import PRICES, Shop

_REVERSIBLE = Sql(
    "SELECT e.id, e.points + coalesce((SELECT CAST(sum(x.points) AS bigint) FROM entry x WHERE x.reverses_id = e.id), "
    "0) AS left_over FROM entry e WHERE e.member_id = :m AND e.reverses_id IS NULL "
    "AND e.kind IN ('adjust', 'transfer') ORDER BY e.seq DESC LIMIT 8"
)
_ORDERS = Sql(
    "SELECT id, state, pickup_code FROM redemption WHERE member_id = :m AND state IN ('placed', 'ready') "
    "ORDER BY id DESC LIMIT 6"
)


class Hands:
    """One counter's."""

    def __init__(self, shop: Shop, database: Database, dice: random.Random) -> None:
        self.shop, self.database, self.dice = shop, database, dice

    def next(self) -> Act:
        """The next act; looks at the shop where it needs to."""
        while True:
            chosen = self.dice.choices(
                (self._buy, self._adjust, self._place, self._order, self._transfer, self._expire, self._reverse),
                (20, 22, 18, 22, 9, 4, 5),
            )[0]()
            if chosen is not None:
                kind, said = chosen
                return Act(new_request(), kind, codec.plain(said))

    def _member(self) -> int:
        if self.dice.random() < 0.05:
            return self.shop.members[0]  # everybody wants this one
        return self.dice.choice(self.shop.members)

    def _buy(self) -> tuple[str, dict[str, Any]]:
        number = f"R{self.dice.getrandbits(60):x}"
        return "purchases.record", {
            "member_id": self._member(), "receipt_number": number, "amount": self.dice.randint(50, 20_000)}  # fmt: skip

    def _adjust(self) -> tuple[str, dict[str, Any]]:
        points = self.dice.choice((1, -1)) * self.dice.randint(1, 90)
        said = {"member_id": self._member(), "points": points, "reason": "other"}
        if points > 0 and self.dice.random() < 0.5:
            day = (self.database.clock.now() + timedelta(hours=8)).date()  # in Shanghai
            said["expires_on"] = day + timedelta(days=self.dice.choice((1, 2, 30)))
        return "points.adjust", said

    def _place(self) -> tuple[str, dict[str, Any]]:
        items = self.dice.sample(sorted(PRICES), self.dice.choice((1, 1, 2, 3)))
        lines = [{"offer_id": item, "quantity": self.dice.randint(1, 2)} for item in items]
        return "redemptions.place", {
            "member_id": self._member(), "lines": lines, "hand_over": self.dice.random() < 0.25}  # fmt: skip

    def _order(self) -> tuple[str, dict[str, Any]] | None:
        who = self._member()
        rows = self.database.read(lambda work: work.all(_ORDERS, m=who))
        if not rows:
            return None
        row, what = self.dice.choice(rows), self.dice.random()
        if what < 0.35:
            return "redemptions.cancel", {"redemption_id": row.id, "reason": "changed their mind"}
        if row.state == "ready":
            return "redemptions.collect", {"redemption_id": row.id, "code": row.pickup_code}
        return "redemptions.advance", {"redemption_id": row.id, "to_state": "ready"}

    def _transfer(self) -> tuple[str, dict[str, Any]] | None:
        one, two = self._member(), self._member()
        if one == two:
            return None
        return "points.transfer", {
            "from_member": one, "to_member": two, "points": self.dice.randint(1, 60), "reason": "gift"}  # fmt: skip

    def _expire(self) -> tuple[str, dict[str, Any]]:
        after = self.dice.choice((0, *self.shop.members))
        return "expiry.expire_batch", {"after": after, "most": self.dice.randint(1, 3)}

    def _reverse(self) -> tuple[str, dict[str, Any]] | None:
        who = self._member()
        rows = [r for r in self.database.read(lambda work: work.all(_REVERSIBLE, m=who)) if r.left_over]
        if not rows:
            return None
        row = self.dice.choice(rows)
        points = None if self.dice.random() < 0.5 else self.dice.randint(1, abs(row.left_over))
        return "points.reverse", {"entry_id": row.id, "points": points, "reason": "gift"}
