"""The judgement over a run: once and whole or not at all, totals that agree, and nobody bothered with a deadlock."""

from __future__ import annotations

import json
from collections import Counter as Tally
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from desktop_admin.services.database.database import Database
from tests import founding
from tests.counters import evidence, journal, whole
from tests.counters.evidence import Books
from tests.counters.journal import Act
from tests.counters.shop import PIECES, PRICES, Shop
from tests.properties.replay import Replay

CROWDED = "Too many counters"  # how the program would tell a person of a deadlock, a lost race, a lock wait


@dataclass
class Verdict:
    """What was found out. Good when ``wrong`` is empty."""

    acts: dict[str, Act]
    there: set[str]  # requests that are in the books
    entries: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def open(self) -> list[Act]:
        """Acts whose counter was never told, and did not ask again."""
        return [act for act in self.acts.values() if not act.end]


def judge(shop: Shop) -> Verdict:
    """Look at the journals and at the books."""
    database = Database.open(shop.url)
    try:
        acts = journal.all_of(shop.folder)
        books = evidence.read(database, shop.before)
        verdict = Verdict(acts, acts.keys() & books.operations.keys())
        verdict.wrong += [f"the doctor: {fault}" for fault in founding.faults(database)]
        verdict.wrong += _acts(acts, books)
        verdict.wrong += _bothered(acts)
        verdict.wrong += Totals(shop, acts, books).faults()
        try:
            verdict.entries = Replay(database).run()
        except AssertionError as error:
            verdict.wrong.append(f"the replay: {error}")
    finally:
        database.close()
    return verdict


def _acts(acts: dict[str, Act], books: Books) -> list[str]:
    wrong = [f"{one.kind} {request} was asked by nobody" for request, one in books.operations.items()
             if request not in acts]  # fmt: skip
    for request, act in acts.items():
        found, name = books.operations.get(request), f"{act.kind} {request} ({act.end or 'never answered'})"
        if found is None:
            if act.end == "done":
                wrong.append(f"{name} is gone")
            if act.kind == "purchases.record" and act.said["receipt_number"].upper() in books.numbers:
                wrong.append(f"{name} left a purchase behind")
            continue
        if act.end == "refused":
            wrong.append(f"{name} is in the books")
        if act.end == "done" and act.body != found.body:
            wrong.append(f"{name}: answered {act.body}, kept {found.body}")
        if act.kind != found.kind:
            wrong.append(f"{name} is kept as {found.kind}")
        wrong += [f"{name}: {fault}" for fault in whole.faults(act.said, found)]
    return wrong


def _bothered(acts: dict[str, Act]) -> list[str]:
    """Errors that reached a person and may not."""
    return [f"{act.kind} {act.request}: {text}" for act in acts.values() for text in act.trouble
            if text.startswith((CROWDED, "BUG"))]  # fmt: skip


class Totals:
    """Members' points and stock, reckoned from what was asked and answered and from prices, not from entries."""

    def __init__(self, shop: Shop, acts: dict[str, Act], books: Books) -> None:
        self.books, self.acts = books, acts
        self.net: defaultdict[int, int] = defaultdict(int, shop.net)
        self.on_hand, self.reserved = Tally(PIECES), Tally[int]()
        self.orders: dict[int, Act] = {}
        self.entries: dict[int, tuple[int, ...]] = {}  # entry -> its member, and the other side's

    def faults(self) -> list[str]:
        for request in self.books.operations:  # in the order in which they were opened
            if request in self.acts:
                self._learn(self.acts[request], self._receipt(request))
        for request in self.books.operations:
            if request in self.acts:
                self._count(self.acts[request], self._receipt(request))
        wrong = [f"member {member} has {self.books.members[member]}, asked was {net}"
                 for member, net in sorted(self.net.items()) if self.books.members[member] != net]  # fmt: skip
        for item, is_ in self.books.stock.items():
            if is_ != (self.on_hand[item], self.reserved[item]):
                wrong.append(f"stock of {item} is {is_}, asked was {(self.on_hand[item], self.reserved[item])}")
        return wrong

    def _receipt(self, request: str) -> dict[str, Any]:
        """The counter's own, where it was told one."""
        return json.loads(self.acts[request].body or self.books.operations[request].body or "{}")  # type: ignore[no-any-return]

    def _learn(self, act: Act, receipt: dict[str, Any]) -> None:
        if act.kind == "redemptions.place":
            self.orders[receipt["redemption_id"]] = act
        elif act.kind == "points.adjust":
            self.entries[receipt["entry_id"]] = (act.said["member_id"],)
        elif act.kind == "points.transfer":
            giver, receiver = act.said["from_member"], act.said["to_member"]
            self.entries[receipt["entry_id"]] = giver, receiver
            self.entries[receipt["other_entry_id"]] = receiver, giver

    def _count(self, act: Act, receipt: dict[str, Any]) -> None:
        said = act.said
        if act.kind == "points.adjust":
            self.net[said["member_id"]] += said["points"]
        elif act.kind == "points.transfer":
            self.net[said["from_member"]] -= said["points"]
            self.net[said["to_member"]] += said["points"]
        elif act.kind == "points.reverse":
            for member, sign in zip(self._sides(said["entry_id"]), (1, -1), strict=False):
                self.net[member] += sign * receipt["points"]
        elif act.kind == "purchases.record":
            self.net[said["member_id"]] += receipt["points"]
        elif act.kind == "redemptions.place":
            self._order(act, 1)
            if said["hand_over"]:
                self._given(act)
        elif act.kind == "redemptions.cancel":
            self._order(self.orders[said["redemption_id"]], -1)
        elif act.kind == "redemptions.collect":
            self._given(self.orders[said["redemption_id"]])
        elif act.kind == "expiry.expire_batch":  # how much of whom, the replay says
            for entry in self.books.operations[act.request].parts["entries"]:
                self.net[entry.member_id] += entry.points

    def _sides(self, entry_id: int) -> tuple[int, ...]:
        """Whose points an entry moved; one of the preparations is not in the journals."""
        if entry_id in self.entries:
            return self.entries[entry_id]
        (member,) = {e.member_id for one in self.books.operations.values() for e in one.parts["entries"]
                     if e.reverses_id == entry_id}  # fmt: skip
        return (member,)

    def _order(self, placed: Act, sign: int) -> None:
        for line in placed.said["lines"]:
            self.net[placed.said["member_id"]] -= sign * PRICES[line["offer_id"]] * line["quantity"]
            self.reserved[line["offer_id"]] += sign * line["quantity"]

    def _given(self, placed: Act) -> None:
        for line in placed.said["lines"]:
            self.on_hand[line["offer_id"]] -= line["quantity"]
            self.reserved[line["offer_id"]] -= line["quantity"]
