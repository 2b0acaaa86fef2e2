"""Redemptions of the sample shop, from the wish to the end of the story, and the goods they need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from desktop_admin.services import catalog, redemptions, stock
from desktop_admin.services.redemptions import Back, Part, Wanted
from desktop_admin.services.sample.goods import CATEGORIES, GOODS, Good
from desktop_admin.services.sample.pictures import drawn
from desktop_admin.services.sample.stage import Guest, Stage
from desktop_admin.services.stock import Counted, Pieces
from desktop_admin.services.work import Actor

_CARRIERS = (("顺丰速运", "SF", 13), ("中通快递", "7", 13), ("京东物流", "JD", 13), ("圆通速递", "YT", 13))
_REASONS = ("顾客改变主意", "想换别的礼品", "重复下单", "地址填错")
_FAULTS = ("包装破损", "与描述不符", "颜色不喜欢", "尺寸不合适")
_REMARKS = ("请电话联系后再送", "工作日送单位", "需要礼品袋", "周末来取")


@dataclass(frozen=True)
class Choice:
    """An offer that members take."""

    offer_id: int
    item_id: int
    good: Good
    points: int
    cash: int


class Orders:
    """The catalog, its stock, and everything that happens to orders."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.choices: list[Choice] = []
        self.items: list[tuple[int, Good]] = []
        self.starved: set[int] = set()  # items nobody orders again, so that they run low
        self.stalls: dict[int, str] = {}  # orders that stay where they are

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

    # -- placing

    def redeem(self, guest: Guest) -> None:
        """A member takes what they can afford, if they see something they like."""
        stage, rng = self._stage, self._stage.rng
        usable = guest.usable(stage.now)
        can = [one for one in self.choices if one.points <= usable and (one.good.rank == 0 or guest.spend > 400)]
        if not can or rng.random() < 0.25:
            return
        choice = rng.choices(can, [one.points**0.5 for one in can])[0]
        lines = [Wanted(choice.offer_id, 2 if choice.points * 2 <= usable and rng.random() < 0.12 else 1)]
        spent = choice.points * lines[0].quantity
        more = [one for one in can if one.points <= usable - spent and one.good.kind == choice.good.kind]
        if more and rng.random() < 0.16:
            lines.append(Wanted(rng.choice(more).offer_id))
        delivery = "none"
        if choice.good.kind == "goods":
            delivery = "ship" if rng.random() < 0.42 else "pickup"
        now = delivery == "pickup" and rng.random() < 0.35
        self.place(guest, tuple(lines), delivery, choice.good.kind, now=now)

    def place(
        self, guest: Guest, lines: tuple[Wanted, ...], delivery: str, kind: str, *, now: bool = False, stall: str = ""
    ) -> Any:
        """Place an order; its further way is planned, up to the state it stalls in."""
        stage, rng = self._stage, self._stage.rng
        actor = rng.choice(stage.staff.tills[guest.branch])
        address = guest.address or f"滨江大道{rng.randrange(1, 300)}号" if delivery == "ship" else ""
        placed = stage.act(
            redemptions.place, actor, member_id=guest.id, lines=lines, delivery=delivery, address=address,
            remark=rng.choice(_REMARKS) if rng.random() < 0.12 else "", hand_over=now,
        )  # fmt: skip
        if placed is None:
            return None
        guest.net -= placed.points
        if stall:
            self.stalls[placed.redemption_id] = stall
        if now:
            self._maybe_return(placed.redemption_id, guest)
        elif not stall and rng.random() < 0.055:
            stage.plan(stage.later(0.3, 5), lambda: self._cancel(placed.redemption_id, guest, actor))
        elif delivery == "ship":
            self._ship(placed.redemption_id, guest)
        elif delivery == "pickup":
            self._pick_up(placed, guest)
        else:
            self._serve(placed.redemption_id, kind, guest)
        return placed

    # -- the ways

    def _step(self, order: int, least: float, most: float, state: str, act: Callable[[], Any]) -> None:
        """Plan the next state of an order, unless it stalls before it."""

        def happen() -> None:
            if self.stalls.get(order) != state:
                act()

        self._stage.plan(self._stage.later(least, most), happen)

    def _ship(self, order: int, guest: Guest) -> None:
        stage = self._stage
        clerk = stage.staff.clerk(stage.staff.branches[guest.branch])

        def advance(state: str) -> Any:
            return stage.act(redemptions.advance, clerk, redemption_id=order, to_state=state)

        def pick() -> None:
            if advance("picking"):
                self._step(order, 0.3, 4, "packed", pack)

        def pack() -> None:
            if advance("packed"):
                stage.act(redemptions.slip_printed, clerk, redemption_id=order)
                self._step(order, 0.5, 6, "shipped", send)

        def send() -> None:
            carrier, start, size = stage.rng.choice(_CARRIERS)
            number = start + "".join(str(stage.rng.randrange(10)) for _n in range(size))
            if stage.act(redemptions.ship, clerk, redemption_id=order, carrier=carrier, tracking=number):
                self._step(order, 20, 96, "delivered", arrive)

        def arrive() -> None:
            if advance("delivered"):
                self._maybe_return(order, guest)

        self._step(order, 0.5, 22, "picking", pick)

    def _pick_up(self, placed: Any, guest: Guest) -> None:
        stage, order = self._stage, placed.redemption_id
        clerk = stage.staff.clerk(stage.staff.branches[guest.branch])

        def ready() -> None:
            if stage.act(redemptions.advance, clerk, redemption_id=order, to_state="ready"):
                self._step(order, 1, 150, "collected", collect)

        def collect() -> None:
            actor = stage.rng.choice(stage.staff.tills[guest.branch])
            if stage.act(redemptions.collect, actor, redemption_id=order, code=placed.pickup_code):
                self._maybe_return(order, guest)

        self._step(order, 0.5, 26, "ready", ready)

    def _serve(self, order: int, kind: str, guest: Guest) -> None:
        stage = self._stage

        def serve(state: str) -> Any:
            actor = stage.rng.choice(stage.staff.tills[guest.branch])
            return stage.act(redemptions.serve, actor, redemption_id=order, to_state=state)

        def book() -> None:
            if serve("booked"):
                end = "used" if stage.rng.random() < 0.88 else "missed"
                self._step(order, 20, 200, "used", lambda: serve(end))

        if kind == "service":
            self._step(order, 0.1, 20, "booked", book)
        else:
            self._step(order, 0.02, 0.3, "issued", lambda: serve("issued"))

    # -- the ends that nobody likes

    def _cancel(self, order: int, guest: Guest, actor: Actor) -> None:
        undone = self._stage.act(
            redemptions.cancel, actor, redemption_id=order, reason=self._stage.rng.choice(_REASONS)
        )
        if undone is not None:
            guest.net += undone.points

    def _maybe_return(self, order: int, guest: Guest) -> None:
        if self._stage.rng.random() < 0.045:
            self._stage.plan(self._stage.later(15, 120), lambda: self.send_back(order, guest))

    def send_back(self, order: int, guest: Guest) -> None:
        """A return, of one piece where there are several; inspection finds some of it broken."""
        stage = self._stage
        clerk = stage.staff.clerk(stage.staff.branches[guest.branch])
        seen = stage.write(lambda work: redemptions.detail(work, redemption_id=order), clerk)
        line = stage.rng.choice(seen.lines)
        undone = stage.act(
            redemptions.return_, clerk, redemption_id=order, reason=stage.rng.choice(_FAULTS),
            lines=(Back(line.id, 1, stage.rng.random() < 0.7),),
        )  # fmt: skip
        if undone is not None:
            guest.net += undone.points

    def cancel_part(self, order: int, guest: Guest) -> None:
        """One piece of one line is not wanted after all."""
        stage = self._stage
        actor = stage.rng.choice(stage.staff.tills[guest.branch])
        seen = stage.write(lambda work: redemptions.detail(work, redemption_id=order), actor)
        undone = stage.act(
            redemptions.cancel, actor, redemption_id=order, reason="少要一件", lines=(Part(seen.lines[0].id, 1),)
        )
        if undone is not None:
            guest.net += undone.points

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
