"""Stock and redemptions against a plain model: any order of acts, on both engines.

The model knows no database: pieces on hand and reserved per item, points per lot, cash in the till.
Whatever it allows must be done, whatever it forbids must be refused, and both always agree.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from desktop_admin.services import doctor, stock
from desktop_admin.services import redemptions as r
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused
from desktop_admin.services.shop import system_actor
from tests.services.goods import NEVER, Goods

ITEMS = {1: (100, 31), 2: (7, 0), 3: (0, 500)}  # id: points and cash of a piece
LOTS = {1: [(300, "2026-06-30"), (200, "2026-12-31"), (400, NEVER)], 2: [(250, NEVER)]}
NEXT = {"ship": ["placed", "picking", "packed", "shipped", "delivered"],
        "pickup": ["placed", "ready", "collected"]}  # fmt: skip
LEFT = {"shipped", "delivered", "collected"}


@dataclass
class Line:
    id: int
    item: int
    quantity: int
    state: str = "placed"
    undone: int = 0
    taken: list[tuple[int, int]] = field(default_factory=list)  # (lot, points), as taken

    def kept(self, of: int) -> int:
        whole = ITEMS[self.item][of] * self.quantity
        return whole * (self.quantity - self.undone) // self.quantity


@dataclass
class Order:
    id: int
    member: int
    delivery: str
    code: str
    lines: list[Line]

    def living(self) -> list[Line]:
        return [line for line in self.lines if line.state not in ("cancelled", "returned")]

    def state(self) -> str:
        living = self.living()
        if living:
            return min((line.state for line in living), key=NEXT[self.delivery].index)
        return "returned" if any(x.state == "returned" for x in self.lines) else "cancelled"


class GoodsMachine(RuleBasedStateMachine):
    """One shop per run; `open_shop` is set by the test."""

    open_shop = None

    def __init__(self) -> None:
        super().__init__()
        self.g: Goods = type(self).open_shop()
        self.on_hand = dict.fromkeys(ITEMS, 0)
        self.reserved = dict.fromkeys(ITEMS, 0)
        self.lots = {m: [points for points, _ in lots] for m, lots in LOTS.items()}
        self.cash = 0
        self.orders: list[Order] = []

    def do(self, allowed: bool, service, **said):
        """Run it: allowed acts succeed, others are refused and change nothing."""
        if allowed:
            return self.g.do(service, **said)
        with pytest.raises(Refused):
            self.g.do(service, **said)
        return None

    @initialize()
    def furnish(self) -> None:
        for item, (points, cash) in ITEMS.items():
            self.g.item(item, points, cash, pieces=9)
            self.on_hand[item] = 9
        for member, lots in LOTS.items():
            self.g.member(member, *lots, address="x")

    @rule(item=st.sampled_from([*ITEMS]), pieces=st.integers(1, 6))
    def receive(self, item: int, pieces: int) -> None:
        self.do(True, stock.receive, lines=(stock.Pieces(item, pieces),))
        self.on_hand[item] += pieces

    @rule(item=st.sampled_from([*ITEMS]), pieces=st.integers(1, 6), act=st.sampled_from(["i", "w"]))
    def take(self, item: int, pieces: int, act: str) -> None:
        allowed = self.on_hand[item] - self.reserved[item] >= pieces
        self.do(allowed, stock.issue if act == "i" else stock.write_off,
                lines=(stock.Pieces(item, pieces),), reason="x")
        self.on_hand[item] -= pieces * allowed

    @rule(item=st.sampled_from([*ITEMS]), counted=st.integers(0, 8))
    def count(self, item: int, counted: int) -> None:
        allowed = counted >= self.reserved[item] or counted == self.on_hand[item]
        self.do(allowed, stock.count, lines=(stock.Counted(item, counted),), reason="x")
        if allowed:
            self.on_hand[item] = counted

    @rule(member=st.sampled_from([*LOTS]), delivery=st.sampled_from([*NEXT]),
          wish=st.dictionaries(st.sampled_from([*ITEMS]), st.integers(1, 3), min_size=1))
    def place(self, member: int, delivery: str, wish: dict[int, int]) -> None:
        need = sum(ITEMS[i][0] * n for i, n in wish.items())
        allowed = sum(self.lots[member]) >= need and all(
            self.on_hand[i] - self.reserved[i] >= n for i, n in wish.items())
        placed = self.do(allowed, r.place, member_id=member, delivery=delivery,
                         lines=tuple(r.Wanted(i, n) for i, n in wish.items()))
        if placed is None:
            return
        detail = self.g.ask(r.detail, redemption_id=placed.redemption_id)
        lines = [Line(line.id, line.item_id, line.quantity) for line in detail.lines]
        self.orders.append(Order(placed.redemption_id, member, delivery, placed.pickup_code, lines))
        for line in lines:
            self.reserved[line.item] += line.quantity
            self.cash += ITEMS[line.item][1] * line.quantity
            left = ITEMS[line.item][0] * line.quantity
            for lot, has in enumerate(self.lots[member]):
                part = min(has, left)
                if part:
                    self.lots[member][lot] -= part
                    line.taken.append((lot, part))
                    left -= part

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), steps=st.integers(1, 4), skip=st.sampled_from([1, 1, 2]))
    def walk(self, data, steps: int, skip: int) -> None:
        """Some states on; or one too far, which is refused."""
        order = data.draw(st.sampled_from(self.orders))
        for _ in range(steps):
            self._step(order, skip)

    def _step(self, order: Order, skip: int) -> None:
        way = NEXT[order.delivery]
        state = order.state()
        at = way.index(state) if state in way else 0
        end = way[min(at + skip, len(way) - 1)]
        before = way[max(0, way.index(end) - 1)]
        moving = [x for x in order.living() if x.state == before and end != before]
        said = {"redemption_id": order.id}
        if end == "shipped":
            self.do(bool(moving), r.ship, **said, carrier="SF")
        elif end == "collected":
            self.do(bool(moving), r.collect, **said, code=order.code)
        else:
            self.do(bool(moving), r.advance, **said, to_state=end)
        for line in moving:
            line.state = end
            if end in ("shipped", "collected"):
                self.on_hand[line.item] -= line.quantity - line.undone
                self.reserved[line.item] -= line.quantity - line.undone

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), pieces=st.sampled_from([1, 1, 2, 3]), restock=st.booleans(),
          wrong=st.sampled_from([False, False, False, True]))
    def undo(self, data, pieces: int, restock: bool, wrong: bool) -> None:
        """Cancel what is in the house and take back what has left; now and then the other way."""
        order = data.draw(st.sampled_from(self.orders))
        line = data.draw(st.sampled_from(order.lines))
        back = (line.state in LEFT) != wrong
        allowed = (line in order.living() and (line.state in LEFT) == back
                   and pieces <= line.quantity - line.undone)
        if back:
            parts: tuple[Any, ...] = (r.Back(line.id, pieces, restock),)
        else:
            parts = (r.Part(line.id, pieces),)
        self.do(allowed, r.return_ if back else r.cancel, redemption_id=order.id, reason="x",
                lines=parts)
        if allowed:
            self._undone(order, line, pieces, back, restock)

    def _undone(self, order: Order, line: Line, pieces: int, back: bool, restock: bool) -> None:
        points, cash = line.kept(0), line.kept(1)
        line.undone += pieces
        self.cash -= cash - line.kept(1)
        left = points - line.kept(0)
        while left:  # the last taken comes back first
            lot, has = line.taken.pop()
            part = min(has, left)
            self.lots[order.member][lot] += part
            left -= part
            if has > part:
                line.taken.append((lot, has - part))
        if back and restock:
            self.on_hand[line.item] += pieces
        elif not back:
            self.reserved[line.item] -= pieces
        if line.undone == line.quantity:
            line.state = "returned" if back else "cancelled"

    @invariant()
    def agrees(self) -> None:
        for item in ITEMS:
            assert self.g.level(item) == (self.on_hand[item], self.reserved[item])
        if not self.g.lots(1):
            return
        for member in LOTS:
            assert [lot[1] for lot in self.g.lots(member)] == self.lots[member]
        assert self.g.cash() == self.cash

    def teardown(self) -> None:
        """Undo everything: the lots stand as on the first day, and the books are in order."""
        try:
            for order in self.orders:
                assert self.g.ask(r.detail, redemption_id=order.id).state == order.state()
                for line in order.living():
                    self._undo_rest(order, line)
            for member, lots in LOTS.items():
                assert [(lot[1], lot[3]) for lot in self.g.lots(member)] in (lots, [])
            assert self.g.cash() == 0
            assert all(self.g.level(item)[1] == 0 for item in ITEMS)
            assert self.g.database.read(doctor.faults, actor=system_actor(self.g.database)) == ()
        finally:
            self.g.database.close()

    def _undo_rest(self, order: Order, line: Line) -> None:
        rest = line.quantity - line.undone
        if line.state in LEFT:
            self.g.do(r.return_, redemption_id=order.id, reason="x", lines=(r.Back(line.id, rest),))
        else:
            self.g.do(r.cancel, redemption_id=order.id, reason="x", lines=(r.Part(line.id, rest),))


def test_goods_agree_with_the_model(engine, templates, as_role, tmp_path, clock):
    made: list[str] = []
    numbers = itertools.count()

    def open_shop() -> Goods:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        made.append(templates.copy(engine, folder))
        return Goods(Database.open(made[-1], clock=clock), as_role)

    machine = type("Machine", (GoodsMachine,), {"open_shop": staticmethod(open_shop)})
    try:
        run_machine(machine, settings=settings(
            max_examples=20 if engine == "sqlite" else 6, stateful_step_count=20, deadline=None,
            suppress_health_check=list(HealthCheck)))
    finally:
        for url in made:
            templates.drop(url)
