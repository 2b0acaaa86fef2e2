"""The catalog of the sample shop and its stock: first deliveries, weekly orders, counts, and what runs low."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from desktop_admin.services import catalog, stock
from desktop_admin.services.sample.goods import CATEGORIES, GOODS, Good
from desktop_admin.services.sample.pictures import drawn
from desktop_admin.services.sample.stage import Stage
from desktop_admin.services.stock import Counted, Pieces
from desktop_admin.services.work import Actor


@dataclass(frozen=True)
class Choice:
    """An offer that members take."""

    offer_id: int
    item_id: int
    good: Good
    points: int
    cash: int


class Store:
    """Items, offers and what lies on the shelves."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.choices: list[Choice] = []
        self.items: list[tuple[int, Good]] = []
        self.starved: set[int] = set()  # items nobody orders again, so that they run low

    # -- the catalog

    def furnish(self) -> None:
        """Categories, items with pictures, offers, and the first delivery to every branch."""
        stage, boss = self._stage, self._stage.staff.managers[0]
        categories = [
            stage.act(catalog.add_category, boss, name=name, position=n) for n, name in enumerate(CATEGORIES, 1)
        ]
        for n, good in enumerate(GOODS, 1):
            category = categories[good.category]
            assert category is not None
            self._add(n, good, category.category_id, boss)
        goods = [(item, good) for item, good in self.items if good.kind == "goods"]
        for at, branch in enumerate(stage.staff.branches):
            lines = tuple(
                Pieces(item, max(8, int(stage.rng.uniform(60, 160) * 600 // good.points) // (1 + at)), good.cost * 100)
                for item, good in goods
            )
            stage.act(stock.receive, stage.staff.clerk(branch), lines=lines, branch_id=branch, note="开业铺货")
            for item, good in goods:
                safety = max(2, 12 * 600 // good.points // (1 + at))
                stage.act(stock.set_safety, boss, item_id=item, safety=safety, branch_id=branch)
        self.starved = {item for item, _good in stage.rng.sample(goods, 7)}

    def _add(self, n: int, good: Good, category_id: int, boss: Actor) -> None:
        stage = self._stage
        saved = stage.act(
            catalog.add_item, boss, code=f"LP{n:03d}", name=good.name, kind=good.kind, category_id=category_id,
            barcode=_ean(6_901_234_000_00 + n) if good.kind == "goods" else "", shelf=_shelf(n, good),
            description=f"{CATEGORIES[good.category]}精选。市场参考价 {good.price} 元，会员积分专享。",
            cost=good.cost * 100, market_price=good.price * 100, visible=good.note != "hidden",
        )  # fmt: skip
        assert saved is not None
        self.items.append((saved.item_id, good))
        stage.act(catalog.set_picture, boss, item_id=saved.item_id, picture=drawn(good, n))
        window: dict[str, Any] = {"min_rank": good.rank, "per_member": good.limit}
        end = stage.end.astimezone(stage.zone).date()
        if good.note == "past":
            window |= {"starts_on": end - timedelta(days=80), "ends_on": end - timedelta(days=45)}
        if good.note == "future":
            window |= {"starts_on": end + timedelta(days=20), "ends_on": end + timedelta(days=80)}
        offers = [catalog.Offer(good.points, **window)]
        if good.cash:
            offers.append(catalog.Offer(good.less, good.cash * 100, **window))
        made = stage.act(catalog.save_offers, boss, item_id=saved.item_id, offers=tuple(offers))
        assert made is not None
        if not good.note:
            self.choices += [Choice(o.id, saved.item_id, good, o.points, o.cash) for o in made.offers]

    # -- stock

    def week(self) -> None:
        """Monday: order again what runs low; now and then a transfer, a loss, a count."""
        stage, rng = self._stage, self._stage.rng
        late = stage.end - stage.now < timedelta(days=60)
        for branch in stage.staff.branches:
            clerk = stage.staff.clerk(branch)
            low = stage.write(lambda work, b=branch: stock.low(work, branch_id=b), clerk)  # type: ignore[misc]
            lines = tuple(
                Pieces(row.item_id, row.missing + rng.randrange(15, 40), row.cost)
                for row in low
                if not (late and row.item_id in self.starved)
            )
            if lines:
                stage.act(stock.receive, clerk, lines=lines, branch_id=branch, note="每周补货")
        self._now_and_then(stage.now)

    def _now_and_then(self, now: datetime) -> None:
        stage, rng = self._stage, self._stage.rng
        goods = [item for item, good in self.items if good.kind == "goods"]
        main, *others = stage.staff.branches
        clerk = stage.staff.clerk(main)
        if rng.random() < 0.5:
            lines = tuple(Pieces(item, rng.randrange(1, 4)) for item in rng.sample(goods, 3))
            there = rng.choice(others)
            stage.act(stock.transfer, clerk, lines=lines, from_branch=main, to_branch=there, note="门店调货")
        if rng.random() < 0.3:
            stage.act(stock.write_off, clerk, lines=(Pieces(rng.choice(goods), 1),), branch_id=main, reason="运输破损")
        if rng.random() < 0.15:
            stage.act(stock.issue, clerk, lines=(Pieces(rng.choice(goods), 1),), branch_id=main, reason="橱窗陈列")

    def run_low(self) -> None:
        """A company fetches gifts in quantity: some items fall below their safety level, two are gone."""
        stage = self._stage
        for n, item in enumerate(sorted(self.starved)):
            rows = stage.write(lambda work, i=item: stock.of_item(work, item_id=i), stage.staff.clerks[0])  # type: ignore[misc]
            for row in rows:
                left = 0 if n < 2 else stage.rng.randrange(0, row.safety + 1)
                if row.available > left:
                    lines = (Pieces(item, row.available - left),)
                    clerk = stage.staff.clerk(row.branch_id)
                    stage.act(stock.issue, clerk, lines=lines, branch_id=row.branch_id, reason="企业团购礼品出库")

    def month(self, day: date) -> None:
        """A stock-take of one category at one branch."""
        stage, rng = self._stage, self._stage.rng
        branch = stage.staff.branches[day.month % len(stage.staff.branches)]
        clerk = stage.staff.clerk(branch)
        some = rng.sample([item for item, good in self.items if good.kind == "goods"], 8)
        sheet = []
        for item in some:
            rows = stage.write(lambda work, i=item: stock.of_item(work, item_id=i), clerk)  # type: ignore[misc]
            there = next(row for row in rows if row.branch_id == branch)
            off = rng.choice((0, 0, 0, 0, -1, 1))
            sheet.append(Counted(item, max(there.reserved, there.on_hand + off)))
        stage.act(stock.count, clerk, lines=tuple(sheet), branch_id=branch, reason="月度盘点")


def _ean(number: int) -> str:
    """An EAN-13 with its check digit."""
    body = f"{number:012d}"
    total = sum(int(digit) * (3 if n % 2 else 1) for n, digit in enumerate(body))
    return body + str(-total % 10)


def _shelf(n: int, good: Good) -> str:
    return f"{'ABCDEFGH'[good.category]}-{n % 5 + 1:02d}-{n % 3 + 1}" if good.kind == "goods" else ""
