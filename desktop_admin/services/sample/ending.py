"""What the sample shop must show besides everyday: every state of every thing stands there when history ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from desktop_admin.services import approvals, members, tiers
from desktop_admin.services.redemptions import Wanted
from desktop_admin.services.sample.orders import Orders
from desktop_admin.services.sample.stage import Guest, Stage
from desktop_admin.services.sample.store import Choice, Store
from desktop_admin.services.sample.traffic import Traffic

# kind of goods, delivery, the state it waits for, days ago
_STALLED = (
    ("goods", "ship", "picking", 7), ("goods", "ship", "picking", 5), ("goods", "ship", "picking", 4),
    ("goods", "ship", "picking", 1),
    ("goods", "ship", "packed", 6), ("goods", "ship", "packed", 3), ("goods", "ship", "packed", 2),
    ("goods", "ship", "shipped", 5), ("goods", "ship", "shipped", 3), ("goods", "ship", "shipped", 2),
    ("goods", "ship", "delivered", 9), ("goods", "ship", "delivered", 6), ("goods", "ship", "delivered", 4),
    ("goods", "pickup", "ready", 6), ("goods", "pickup", "ready", 2), ("goods", "pickup", "ready", 1),
    ("goods", "pickup", "collected", 18), ("goods", "pickup", "collected", 8), ("goods", "pickup", "collected", 4),
    ("goods", "pickup", "collected", 3), ("goods", "pickup", "collected", 2),
    ("voucher", "none", "issued", 2), ("service", "none", "booked", 1), ("service", "none", "used", 3),
    ("service", "none", "used", 2),
)  # fmt: skip
_FREEZES = (
    ("earning", "疑似代刷，核查中"), ("spending", "会员来电称卡被盗"), ("spending", "积分异常，财务核对"),
    ("earning", "员工关联账户"), ("spending", "手机号换绑待核验"), ("earning", "退货纠纷处理中"),
    ("spending", "家属申请冻结"), ("spending", "短期大额转赠"),
)  # fmt: skip
_CLOSINGS = ("会员本人要求注销", "重复建档", "长期不来店", "搬离本市")


class Ending:
    """Plans the particular things, most of them in the last weeks."""

    def __init__(self, stage: Stage, traffic: Traffic, orders: Orders, store: Store) -> None:
        self._stage, self._traffic, self._orders, self._store = stage, traffic, orders, store

    def plan(self, today: date) -> None:
        """Plan everything; ``today`` is the last day."""
        stage = self._stage
        scripts: list[tuple[int, Callable[[], None]]] = []
        for kind, delivery, state, days in _STALLED:
            scripts.append((days, partial(self._stalled, kind, delivery, state)))
        scripts += [(150 - 11 * n, self._owing) for n in range(12)]
        scripts += [(45 - n, partial(self._freeze, *freeze)) for n, freeze in enumerate(_FREEZES)]
        scripts += [(30 + 13 * n, self._close) for n in range(14)]
        scripts += [(60, self._erase), (200, self._erase)] + [(days, self._by_hand) for days in (90, 40, 12)]
        scripts += [(days, self._ask) for days in (2, 2, 1, 1, 1)] + [(1, self._withdraw), (20, self._melt)]
        scripts += [(14, self._cancel_part), (9, self._cancel_part), (25, self._edit), (3, self._edit), (1, self._edit)]
        scripts.append((4, self._store.run_low))
        for days, script in scripts:
            stage.plan(stage.some_time(today - timedelta(days=days)), partial(self._play, script))

    def _play(self, script: Callable[[], None]) -> None:
        if self._stage.guests:  # nobody came yet to a very young shop
            script()

    def _rich(self, least: int = 800) -> Guest:
        """Somebody with points to spend."""
        stage = self._stage
        able = [guest for guest in stage.guests if guest.open and guest.usable(stage.now) >= least]
        return stage.rng.choice(able or stage.guests)

    def _choice(self, kind: str, usable: int) -> Choice:
        can = [c for c in self._orders.choices if c.good.kind == kind and c.good.rank == 0 and c.points <= usable]
        return self._stage.rng.choice(can or [c for c in self._orders.choices if c.good.kind == kind])

    def _stalled(self, kind: str, delivery: str, state: str) -> None:
        guest = self._rich(2700 if kind == "voucher" else 1300)
        choice = self._choice(kind, guest.usable(self._stage.now))
        self._orders.place(guest, (Wanted(choice.offer_id),), delivery, kind, stall=state)

    def _cancel_part(self) -> None:
        guest = self._rich(2000)
        cheap = min((c for c in self._orders.choices if c.good.kind == "goods"), key=lambda c: c.points)
        placed = self._orders.place(guest, (Wanted(cheap.offer_id, 3),), "pickup", "goods", stall="collected")
        if placed is not None:
            self._stage.plan(self._stage.later(0.1, 0.4), lambda: self._orders.cancel_part(placed.redemption_id, guest))

    def _owing(self) -> None:
        """A large purchase, its points spent, then the goods come back: the member owes."""
        stage = self._stage
        guest = stage.rng.choice([one for one in stage.guests if one.open and one.net < 400] or stage.guests)
        receipt = self._traffic.buy(guest, stage.staff.managers[0], stage.rng.randrange(1200, 3600) * 100)
        if receipt is None:
            return

        def spend() -> None:
            usable = guest.usable(stage.now)
            goods = [c for c in self._orders.choices if c.good.kind == "goods" and c.good.rank == 0]
            can = [c for c in goods if c.points <= usable]
            if can:
                best = max(can, key=lambda c: c.points)
                count = usable // best.points if not best.good.limit else 1
                self._orders.place(guest, (Wanted(best.offer_id, min(3, count)),), "pickup", "goods", now=True)

        stage.plan(stage.later(80, 100), spend)
        stage.plan(stage.later(110, 130), lambda: self._traffic.bring_back(guest, receipt.purchase_id, receipt.amount))

    def _freeze(self, which: str, reason: str) -> None:
        guest = self._rich()
        self._stage.act(members.freeze, self._stage.staff.managers[0], member_id=guest.id, which=which, reason=reason)

    def _melt(self) -> None:
        stage, guest = self._stage, self._rich()
        boss = stage.staff.managers[0]
        stage.act(members.freeze, boss, member_id=guest.id, which="spending", reason="会员来电核实")
        stage.act(members.unfreeze, boss, member_id=guest.id, which="spending")

    def _close(self) -> None:
        stage = self._stage
        guest = stage.rng.choice([one for one in stage.guests if one.open and one.net < 600] or stage.guests)
        reason = stage.rng.choice(_CLOSINGS)
        if stage.act(members.close, stage.staff.managers[0], member_id=guest.id, reason=reason, force=True):
            guest.open = False

    def _erase(self) -> None:
        stage = self._stage
        guest = stage.rng.choice([one for one in stage.guests if one.open and one.net < 200] or stage.guests)
        if stage.act(members.erase, stage.staff.admin, member_id=guest.id, name=guest.name):
            guest.open = False

    def _by_hand(self) -> None:
        stage = self._stage
        stage.act(
            tiers.set_manual, stage.staff.managers[0], member_id=self._rich().id, mode="floor",
            tier=stage.rng.choice(("gold", "diamond")), until=stage.today + timedelta(days=180),
            reason="异业合作，赠送等级",
        )  # fmt: skip

    def _ask(self) -> None:
        """A request that nobody has decided yet."""
        stage, guest = self._stage, self._rich()
        said = {
            "member_id": guest.id, "points": stage.rng.choice((2800, 4000, 6000)), "reason": "service",
            "note": "送货延误补偿",
        }  # fmt: skip
        stage.act(
            approvals.ask, self._traffic.till(guest.branch), act_request=stage.request(), kind="points.adjust",
            parameters=said, note="顾客在店等候，请尽快处理",
        )  # fmt: skip

    def _withdraw(self) -> None:
        stage, guest = self._stage, self._rich()
        actor = self._traffic.till(guest.branch)
        said = {"member_id": guest.id, "points": 3500, "reason": "missed", "note": ""}
        asked = stage.act(
            approvals.ask, actor, act_request=stage.request(), kind="points.adjust", parameters=said, note="小票找到了"
        )
        if asked is not None:
            stage.act(approvals.withdraw, actor, approval_id=asked.approval_id)

    def _edit(self) -> None:
        stage, guest = self._stage, self._rich()
        card = stage.write(lambda work: members.profile(work, member_id=guest.id), stage.staff.managers[0])
        stage.act(
            members.edit, stage.staff.managers[0], member_id=guest.id, version=card.version, name=card.name,
            sex=card.sex, birthday=card.birthday, email=card.email, address="学府路 199 号 3 幢 201 室",
            remark="新地址，已电话确认", consent_messages=card.consent_messages,
        )  # fmt: skip
