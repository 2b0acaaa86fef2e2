"""What happens at the counters: people join, buy, bring back, and points are put right by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from desktop_admin.services import approvals, members, points, purchases
from desktop_admin.services.errors import NeedsApproval, Refused
from desktop_admin.services.purchases.facts import Line
from desktop_admin.services.sample.goods import SOLD
from desktop_admin.services.sample.names import People, Person
from desktop_admin.services.sample.stage import Guest, Stage
from desktop_admin.services.work import Actor

PENDING_DAYS = 3
# share of members, days between visits, yuan a visit, months they stay, how keen on gifts
_KINDS = (
    (0.02, 20, 1500, 60, 0.45),
    (0.07, 31, 800, 48, 0.45),
    (0.22, 76, 480, 36, 0.4),
    (0.37, 165, 200, 24, 0.33),
    (0.32, 220, 100, 7, 0.2),
)
_GOOD_REASONS = (
    ("service", "咖啡洒了，赠积分致歉", 20, 100), ("missed", "上次消费漏登积分", 30, 300),
    ("event", "会员日打卡奖励", 50, 200), ("event", "邀请好友入会", 100, 100), ("birthday", "生日礼", 88, 188),
    ("other", "满意度回访答谢", 20, 50),
)  # fmt: skip
_BAD_REASONS = (
    ("misuse", "员工代刷，扣回", 50, 200), ("typing", "金额输错更正", 20, 120), ("return", "线下退货扣回", 30, 150),
)  # fmt: skip


class Traffic:
    """Plans and plays what members and counters do."""

    def __init__(self, stage: Stage, people: People, redeem: Callable[[Guest], None]) -> None:
        self._stage, self._people, self._redeem = stage, people, redeem

    def till(self, branch: int) -> Actor:
        """Who stands at the counter of a branch."""
        return self._stage.rng.choice(self._stage.staff.tills[branch])

    # -- joining

    def join(self) -> None:
        """Somebody becomes a member, and comes again and again."""
        stage, rng = self._stage, self._stage.rng
        person, branch = self._people.draw(), rng.choices((0, 1, 2), (50, 30, 20))[0]
        enrolled = stage.act(
            members.enrol, self.till(branch), name=person.name, consent_terms=True, phone=person.phone,
            birthday=person.birthday, sex=person.sex, email=person.email, address=person.address, remark=person.remark,
            consent_messages=rng.random() < 0.6,
        )  # fmt: skip
        if enrolled is not None:
            self.welcome(enrolled.member_id, branch, person)

    def welcome(self, member_id: int, branch: int, person: Person) -> Guest:
        """Make a member known to the history, and plan the first visit."""
        stage, rng = self._stage, self._stage.rng
        _share, visits, spend, months, keen = rng.choices(_KINDS, [kind[0] for kind in _KINDS])[0]
        guest = Guest(
            member_id, branch, visits * rng.uniform(0.7, 1.4), int(spend * rng.uniform(0.7, 1.4)),
            stage.now + timedelta(days=30 * rng.expovariate(1 / months) + 5), person.address, person.name, keen=keen,
        )  # fmt: skip
        stage.guests.append(guest)
        stage.plan(stage.later(0.2, 24), lambda: self.visit(guest))
        return guest

    # -- buying

    def visit(self, guest: Guest) -> None:
        """A purchase, perhaps a gift, and the next visit."""
        stage, rng = self._stage, self._stage.rng
        if not guest.open or stage.now > guest.leaves:
            return
        branch = guest.branch if rng.random() < 0.86 else rng.randrange(3)
        lines, amount = self._basket(guest)
        large = amount > 100_000 and rng.random() < 0.93  # more points than the counter may give alone
        self.buy(guest, stage.staff.managers[0] if large else self.till(branch), amount, lines)
        if rng.random() < guest.keen:
            stage.plan(stage.now + timedelta(minutes=rng.randrange(2, 9)), lambda: self._redeem(guest))
        season = 0.62 if stage.today.month in (1, 11, 12) else 0.85 if stage.today.weekday() >= 4 else 1.0
        gap = timedelta(days=max(0.5, rng.expovariate(1 / (guest.visits * season))))
        stage.plan(stage.some_time((stage.now + gap).astimezone(stage.zone).date()), lambda: self.visit(guest))

    def buy(self, guest: Guest, actor: Actor, amount: int, lines: tuple[Line, ...] = ()) -> Any:
        """One purchase; above the counter's limit a manager is asked."""
        stage = self._stage
        request = stage.request()
        said: dict[str, Any] = {
            "member_id": guest.id, "receipt_number": stage.receipt_number(actor), "amount": amount, "lines": lines,
            "bought_at": stage.now,
        }  # fmt: skip
        try:
            receipt = stage.write(lambda work: purchases.record(work, request=request, **said), actor)
        except NeedsApproval:
            self.ask("purchases.record", said, request, actor, guest)
            return None
        except Refused as refused:
            stage.refusals[f"record: {refused.message}"] += 1
            return None
        self._note(guest, receipt)
        if stage.rng.random() < 0.025:
            stage.plan(stage.later(2, 200), lambda: self.bring_back(guest, receipt.purchase_id, amount))
        return receipt

    def _note(self, guest: Guest, receipt: Any) -> None:
        guest.net = receipt.after
        guest.waiting.append((self._stage.now + timedelta(days=PENDING_DAYS), receipt.points))

    def _basket(self, guest: Guest) -> tuple[tuple[Line, ...], int]:
        rng = self._stage.rng
        total = max(5, int(guest.spend * math.exp(rng.gauss(0, 0.55)))) * 100
        total = min(total, 4_900_000) - rng.choice((0, 10, 50, 100, 200))
        if rng.random() < 0.6:
            return (), max(100, total)
        names = rng.sample(SOLD, rng.randrange(1, 4))
        parts = [total // len(names)] * len(names)
        parts[0] += total - sum(parts)
        return tuple(Line(part, 1, f"S{SOLD.index(n):03d}", n[0]) for part, n in zip(parts, names, strict=True)), total

    # -- bringing back

    def bring_back(self, guest: Guest, purchase_id: int, amount: int) -> Any:
        """A refund, of the whole or of a part of the first line."""
        stage, rng = self._stage, self._stage.rng
        part = int(amount * rng.uniform(0.2, 0.7)) // 100 * 100 if rng.random() < 0.35 else 0
        lines = (purchases.RefundLine(1, part),) if part else ()
        receipt = stage.act(purchases.refund, stage.staff.managers[0], purchase_id=purchase_id, lines=lines)
        if receipt is not None:
            guest.net = receipt.after
        return receipt

    # -- by hand

    def adjust(self, guest: Guest, actor: Actor) -> None:
        """Points given or taken by hand, with a reason; a few were a mistake and are reversed."""
        stage, rng = self._stage, self._stage.rng
        give = rng.random() < 0.86 or guest.usable(stage.now) < 300
        reason, note, least, most = rng.choice(_GOOD_REASONS if give else _BAD_REASONS)
        size = rng.randrange(least, most + 1)
        receipt = stage.act(
            points.adjust, actor, member_id=guest.id, points=size if give else -size, reason=reason, note=note
        )
        if receipt is None:
            return
        guest.net = receipt.after
        if rng.random() < 0.09:
            stage.plan(stage.later(0.1, 3), lambda: self._take_back(guest, receipt.entry_id, actor))

    def _take_back(self, guest: Guest, entry_id: int, actor: Actor) -> None:
        receipt = self._stage.act(points.reverse, actor, entry_id=entry_id, reason="typing", note="选错会员")
        if receipt is not None:
            guest.net = receipt.after

    def give(self, giver: Guest, receiver: Guest, size: int) -> None:
        """Points from one member to another."""
        receipt = self._stage.act(
            points.transfer, self.till(giver.branch), from_member=giver.id, to_member=receiver.id, points=size,
            reason="gift", note="家人共用积分",
        )  # fmt: skip
        if receipt is not None:
            giver.net, receiver.net = giver.net - size, receiver.net + size

    # -- asking

    def ask(self, kind: str, said: dict[str, Any], request: str, actor: Actor, guest: Guest, note: str = "") -> None:
        """Ask a manager; the answer comes within hours."""
        stage = self._stage
        asked = stage.act(approvals.ask, actor, act_request=request, kind=kind, parameters=said, note=note)
        if asked is not None:
            stage.plan(stage.later(0.1, 5), lambda: self._decide(asked.approval_id, guest))

    def _decide(self, approval_id: int, guest: Guest) -> None:
        stage = self._stage
        boss = stage.rng.choice(stage.staff.managers)
        if stage.rng.random() < 0.88:
            decided = stage.act(approvals.approve, boss, approval_id=approval_id, answer="已核对小票")
            if decided is not None and decided.points:
                guest.net += decided.points
                guest.waiting.append((stage.now + timedelta(days=PENDING_DAYS), max(0, decided.points)))
        else:
            stage.act(approvals.reject, boss, approval_id=approval_id, answer="小票与金额不符，请重新核对")

    # -- a day

    def day(self, day: date) -> None:
        """Plan what a day brings besides visits."""
        stage, rng = self._stage, self._stage.rng
        known = [guest for guest in stage.guests if guest.open]
        if len(known) < 20:
            return
        for _n in range(rng.choices((0, 1, 2, 3), (25, 40, 25, 10))[0]):
            guest = rng.choice(known)
            stage.plan(stage.some_time(day), lambda g=guest: self.adjust(g, self.till(g.branch)))  # type: ignore[misc]
        if rng.random() < 0.3:
            giver, receiver = rng.sample(known, 2)
            size = min(500, giver.usable(stage.now) // 2)
            if size >= 50:
                stage.plan(stage.some_time(day), lambda: self.give(giver, receiver, size))
        if rng.random() < 0.12:
            guest = rng.choice(known)
            stage.plan(stage.some_time(day), lambda: self._lose_card(guest))
        if rng.random() < 0.1:
            guest = rng.choice(known)
            stage.plan(stage.some_time(day), lambda: self._ask_much(guest))

    def _lose_card(self, guest: Guest) -> None:
        why = "lost" if self._stage.rng.random() < 0.8 else "replaced"
        self._stage.act(members.replace_card, self.till(guest.branch), member_id=guest.id, why=why)

    def _ask_much(self, guest: Guest) -> None:
        stage = self._stage
        said = {
            "member_id": guest.id, "points": stage.rng.choice((2500, 3000, 5000)), "reason": "service",
            "note": "投诉处理补偿，申请超额",
        }  # fmt: skip
        self.ask("points.adjust", said, stage.request(), self.till(guest.branch), guest, "顾客投诉，店长已口头同意")
