"""Redemptions of the sample shop, from the wish to the end of the story."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from desktop_admin.services import redemptions
from desktop_admin.services.redemptions import Back, Part, Wanted
from desktop_admin.services.sample.stage import Guest, Stage
from desktop_admin.services.sample.store import Choice
from desktop_admin.services.work import Actor

_CARRIERS = (("顺丰速运", "SF", 13), ("中通快递", "7", 13), ("京东物流", "JD", 13), ("圆通速递", "YT", 13))
_REASONS = ("顾客改变主意", "想换别的礼品", "重复下单", "地址填错")
_FAULTS = ("包装破损", "与描述不符", "颜色不喜欢", "尺寸不合适")
_REMARKS = ("请电话联系后再送", "工作日送单位", "需要礼品袋", "周末来取")


class Orders:
    """Everything that happens to orders."""

    def __init__(self, stage: Stage, choices: Sequence[Choice]) -> None:
        self._stage, self.choices = stage, choices
        self.stalls: dict[int, str] = {}  # orders that stay where they are

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
