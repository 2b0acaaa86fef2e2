"""A small shop with some months of everything, for tests and pictures of figures."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from desktop_admin.services import expiry, purchases, redemptions, tiers
from desktop_admin.services.command import new_request
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.errors import Refused
from tests.services.counter import Counter
from tests.services.goods import Goods

ITEMS = (
    ("手冲咖啡壶", 300, 200), ("帆布袋", 80, 60), ("保温杯 500ml", 200, 40), ("蓝牙音箱", 1200, 9),
    ("香薰蜡烛", 150, 12), ("周末双人下午茶", 2600, 5),
)  # fmt: skip


def night(till: Counter) -> None:
    """What runs every night."""

    def write(work: Any) -> Any:
        return till.database.write(work, actor=till.actor).result

    expiry.run(write, new_request(), lambda _done, _total: None)
    tiers.evaluate(write, new_request(), lambda _done, _total: None)


def trade(till: Counter, clock: SetClock, *, days: int, people: int, seed: int = 1) -> None:
    """So many members over so many days: purchases, refunds, adjustments, expiry, tiers."""
    chance = random.Random(seed)
    members = [till.member() for _each in range(max(1, people // 3))]
    stock = Goods(till.database, till.as_role)
    for number, (name, points, pieces) in enumerate(ITEMS, 1):
        stock.item(number, points, name=name, pieces=pieces)
    till.sql("UPDATE stock SET safety = 8")
    orders: list[int] = []
    bought: list[tuple[int, purchases.PurchaseReceipt]] = []
    start = clock.at
    for day in range(days):
        clock.at = start + timedelta(days=day, minutes=chance.randrange(-120, 600))
        if len(members) < people and chance.random() < people / days:
            members.append(till.member())
        for _each in range(chance.choice((0, 1, 2, 2, 3))):
            clock.at += timedelta(minutes=chance.randrange(1, 90))
            member = chance.choice(members + members[:10])
            amount = chance.choice((1_990, 8_800, 25_000, 60_000, 150_000, 400_000))
            bought.append((member, till.buy(member, amount, f"R{day}-{len(bought)}")))
        if bought and chance.random() < 0.1:
            with suppress(Refused):
                till.do(purchases.refund, purchase_id=chance.choice(bought[-20:])[1].purchase_id)
        if chance.random() < 0.25:
            till.gift(
                chance.choice(members), chance.choice((50, 100, 500)), _in(clock, chance.choice((5, 20, 90, 400)))
            )
        if chance.random() < 0.35:
            redeem(till, chance, members, orders)
        if day % 7 == 6:
            night(till)


def redeem(till: Counter, chance: random.Random, members: list[int], orders: list[int]) -> None:
    """Somebody redeems something; sometimes an order is handed over or cancelled."""
    weights = [8, 6, 5, 3, 2, 2]
    wanted = redemptions.Wanted(chance.choices(range(1, len(ITEMS) + 1), weights)[0], chance.choice((1, 1, 2)))
    with suppress(Refused):
        orders.append(till.do(redemptions.place, member_id=chance.choice(members[:12]), lines=(wanted,)).redemption_id)
    if orders and chance.random() < 0.75:
        order = orders.pop(0)
        if chance.random() < 0.15:
            till.do(redemptions.cancel, redemption_id=order, reason="changed their mind")
            return
        till.do(redemptions.advance, redemption_id=order, to_state="ready")
        card = till.rows(
            "SELECT m.card_number FROM redemption r JOIN member m ON m.id = r.member_id WHERE r.id = :r", r=order
        )
        till.do(redemptions.collect, redemption_id=order, card=card[0][0])


def _in(clock: SetClock, days: int) -> str:
    day: date = (clock.at + timedelta(days=days)).date()
    return day.isoformat()
