"""Any history of points, on both engines, against the independent model, at each step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from desktop_admin.services import points
from desktop_admin.services.errors import Refused
from tests.properties import acts
from tests.properties import fifo_model as model
from tests.services.counter import Counter

SIZE = st.integers(1, 200)
PICK = st.integers(0, 10_000)
WHO = st.integers(0, 2)
HALF = st.booleans()


class Ledger(RuleBasedStateMachine):
    """Three members; every act is done in the shop and in the model, and both refuse or neither does."""

    counter: Counter
    clock: Any

    @initialize()
    def open_accounts(self) -> None:
        self.ids = [self.counter.member() for _ in range(3)]
        self.models = [model.Account() for _ in range(3)]
        self.entries: list[tuple[int, int, model.Entry]] = []  # whose, the shop's id, the model's entry
        self.transfers: dict[int, tuple[int, model.Entry, int, model.Entry]] = {}

    @property
    def today(self) -> date:
        return date.fromisoformat(self.counter.database.read(lambda work: work.today_text))

    def both(self, theirs: Callable[[], Any], ours: Callable[[], Any]) -> tuple[Any, Any] | None:
        """Do it in the model and in the shop."""
        try:
            expected = theirs()
        except model.Refused:
            with pytest.raises(Refused):
                ours()
            return None
        return expected, ours()

    def keep(self, who: int, done: tuple[Any, Any] | None) -> None:
        if done is not None and done[0] is not None:
            self.entries.append((who, done[1].entry_id, done[0]))

    def picked(self, at: int, wanted: Callable[[model.Entry], bool]) -> tuple[int, int, model.Entry] | None:
        fitting = [one for one in self.entries if wanted(one[2])]
        return fitting[at % len(fitting)] if fitting else None

    # -- acts --------------------------------------------------------------------------------------

    @rule(who=WHO, size=SIZE, days=st.integers(0, 40), forever=HALF)
    def give(self, who: int, size: int, days: int, forever: bool) -> None:
        last = model.NEVER if forever else self.today + timedelta(days=days)
        self.keep(who, self.both(
            lambda: self.models[who].credit(size, today=self.today, expires_on=last, kind="adjust"),
            lambda: self.counter.do(
                points.adjust, member_id=self.ids[who], points=size, reason="event", expires_on=last)))

    @rule(who=WHO, size=SIZE, wait=st.integers(0, 10), days=st.integers(10, 40))
    def earn(self, who: int, size: int, wait: int, days: int) -> None:
        first, last = self.today + timedelta(days=wait), self.today + timedelta(days=days)
        self.keep(who, self.both(
            lambda: self.models[who].credit(
                size, today=self.today, spendable_from=first, expires_on=last, kind="earn"),
            lambda: self.counter.do(acts.earn, member_id=self.ids[who], points=size,
                                    spendable_from=first.isoformat(), expires_on=last.isoformat())))

    @rule(who=WHO, size=SIZE)
    def take(self, who: int, size: int) -> None:
        self.keep(who, self.both(
            lambda: self.models[who].debit(size, today=self.today, kind="adjust"),
            lambda: self.counter.do(points.adjust, member_id=self.ids[who], points=-size, reason="misuse")))

    @rule(who=WHO, size=SIZE)
    def spend(self, who: int, size: int) -> None:
        self.keep(who, self.both(
            lambda: self.models[who].debit(size, today=self.today),
            lambda: self.counter.do(acts.spend, member_id=self.ids[who], points=size)))

    @rule(at=PICK, size=SIZE, whole=HALF, policy=st.sampled_from(["owe", "clamp", "refuse"]))
    def refund(self, at: int, size: int, whole: bool, policy: str) -> None:
        found = self.picked(at, lambda e: e.kind == "earn")
        if found is None:
            return
        who, credit, entry = found
        part = self.models[who].reversible(entry) if whole else size
        if not 0 < part <= self.models[who].reversible(entry):
            return  # the service above the ledger says no before asking it
        self.keep(who, self.both(
            lambda: self.models[who].clawback(entry, part, policy, today=self.today),
            lambda: self.counter.do(
                acts.claw_back, member_id=self.ids[who], points=part, credit=credit, policy=policy)))

    @rule(who=WHO, size=SIZE, policy=st.sampled_from(["owe", "clamp", "refuse"]))
    def bare_refund(self, who: int, size: int, policy: str) -> None:
        self.keep(who, self.both(
            lambda: self.models[who].clawback(None, size, policy, today=self.today),
            lambda: self.counter.do(
                acts.claw_back, member_id=self.ids[who], points=size, credit=None, policy=policy)))

    @rule(at=PICK, size=SIZE, whole=HALF)
    def undo_refund_or_spending(self, at: int, size: int, whole: bool) -> None:
        found = self.picked(at, lambda e: e.kind in ("clawback", "redeem") and e.points < 0)
        if found is None:
            return
        who, debit, entry = found
        left = self.models[who].reversible(entry)
        part = left if whole else min(size, left)
        if part:
            self.both(
                lambda: self.models[who].reverse(entry, part, today=self.today, grace_days=acts.GRACE),
                lambda: self.counter.do(
                    acts.give_back, member_id=self.ids[who], debit=debit, points=part, kind=entry.kind))

    @rule(at=PICK, size=SIZE, whole=HALF)
    def reverse(self, at: int, size: int, whole: bool) -> None:
        found = self.picked(at, lambda e: e.kind == "adjust")
        if found is not None:
            who, entry_id, entry = found
            part = None if whole else size
            self.both(
                lambda: self.models[who].reverse(entry, part, today=self.today, grace_days=acts.GRACE),
                lambda: self.counter.do(points.reverse, entry_id=entry_id, points=part, reason="other"))

    @rule(giver=WHO, taker=WHO, size=SIZE)
    def transfer(self, giver: int, taker: int, size: int) -> None:
        done = self.both(
            lambda: self.models[giver].transfer(self.models[taker], size, today=self.today),
            lambda: self.counter.do(points.transfer, from_member=self.ids[giver], to_member=self.ids[taker],
                                    points=size, reason="gift"))
        if done is not None:
            (given, received), receipt = done
            self.transfers[receipt.entry_id] = (giver, given, taker, received)

    @rule(at=PICK, size=SIZE, whole=HALF)
    def reverse_transfer(self, at: int, size: int, whole: bool) -> None:
        if not self.transfers:
            return
        entry_id, (giver, given, taker, received) = list(self.transfers.items())[at % len(self.transfers)]
        part = self.models[giver].reversible(given) if whole else size

        def theirs() -> None:
            self.models[taker].take_back(received, part, today=self.today)
            self.models[giver].reverse(given, part, today=self.today, grace_days=acts.GRACE)

        self.both(theirs, lambda: self.counter.do(
            points.reverse, entry_id=entry_id, points=part, reason="other"))

    @rule(who=WHO)
    def expire(self, who: int) -> None:
        self.both(lambda: self.models[who].expire(self.today),
                  lambda: self.counter.do(acts.expire, member_id=self.ids[who]))

    @rule(days=st.integers(1, 15))
    def days_pass(self, days: int) -> None:
        self.clock.at += timedelta(days=days)

    # -- what must agree ---------------------------------------------------------------------------

    @invariant()
    def books_agree(self) -> None:
        for member_id, account in zip(getattr(self, "ids", ()), getattr(self, "models", ()), strict=True):
            stands = self.counter.database.read(lambda work, m=member_id: points.standing(work, m))
            assert (stands.balance, stands.owed, stands.available, stands.net) == (
                account.balance, account.owed, account.available(self.today), account.net)
            lots = [(date.fromisoformat(a), date.fromisoformat(b), date.fromisoformat(c), left)
                    for a, b, c, left in self.counter.lots(member_id)]
            assert tuple(lots) == account.state()
            ((seq,),) = self.counter.rows("SELECT last_seq FROM member WHERE id = :m", m=member_id)
            assert seq == len(account.entries)


def test_any_history_agrees_with_the_model(database, as_role, clock):
    class Here(Ledger):
        pass

    Here.counter, Here.clock = Counter(database, as_role, "system"), clock
    examples = 20 if database.kind == "sqlite" else 8
    run_state_machine_as_test(Here, settings=hypothesis.settings(
        max_examples=examples, stateful_step_count=40, deadline=None, report_multiple_bugs=False,
        suppress_health_check=list(hypothesis.HealthCheck)))
