"""Purchases noted down while the server is away: bounds, durability, booked once on return."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from desktop_admin.services import approvals, members, outage, purchases
from desktop_admin.services.command import new_request
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.outage import LockedQueue, NoCopy, QueueState
from tests.services.members_case import _no_process_left, act, ask, enrol
from tests.services.outages import Till

__all__ = ["_no_process_left", "act", "ask", "enrol"]

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
_PURCHASES = Sql("SELECT count(*) FROM purchase")
_TRACE = Sql("SELECT subject_id, sealed FROM audit WHERE action = 'discard'")
_NUMBERS = Sql("SELECT number, earned, business_date, operation_id FROM purchase ORDER BY id")


@pytest.fixture
def till(database, tmp_path, clock, as_role, enrol) -> Till:
    made = Till(database, tmp_path / "machine", clock, as_role)
    made.zhang = enrol("张三丰", "13800138000").member_id
    made.refresh()
    return made


def booked(till: Till) -> int:
    return int(till.database.read(lambda work: work.value(_PURCHASES)))


def away(_act) -> None:
    raise Trouble("The server does not answer.", offline=True)


class TestNotingDown:
    def test_what_the_stub_says(self, till):
        row = till.note(till.zhang, "a 100", 12_345)
        assert (row.state, row.receipt_number, row.amount, row.estimate) == (QueueState.WAITING, "A100", 12_345, 123)
        assert (row.name, row.operator, row.points) == ("张三丰", "The counter", 0)
        assert outage.queue.waiting(till.place, till.keys) == 1
        assert booked(till) == 0

    def test_the_estimate_knows_the_tier(self, till, act):
        from desktop_admin.services.tiers import set_manual

        act("manager", set_manual, member_id=till.zhang, tier="gold", reason="VIP")
        till.refresh()
        assert till.note(till.zhang, "A1", 10_000).estimate == 150

    def test_the_same_form_twice_is_one(self, till):
        request = new_request()
        assert till.note(till.zhang, "A1", request=request) == till.note(till.zhang, "A1", request=request)
        assert len(till.rows()) == 1
        with pytest.raises(Refused, match="already used"):
            till.note(till.zhang, "A1", 99, request=request)

    def test_a_receipt_is_noted_once_a_day(self, till):
        till.note(till.zhang, "A1")
        with pytest.raises(Refused, match="already noted down"):
            till.note(till.zhang, "ａ 1")
        till.clock.at += timedelta(hours=20)
        till.note(till.zhang, "A1")

    def test_the_shops_bounds(self, till):
        till.policy(outage_most_amount=10_000, outage_most_queued=2, outage_hours=4)
        till.refresh()
        till.note(till.zhang, "A1", 10_000)
        with pytest.raises(Refused, match=r"100\.00"):
            till.note(till.zhang, "A2", 10_001)
        till.note(till.zhang, "A2", 1)
        with pytest.raises(Refused, match="waiting on this till: 2"):
            till.note(till.zhang, "A3", 1)
        till.policy(outage_most_queued=3)
        till.refresh()
        till.clock.at += timedelta(hours=4)
        till.note(till.zhang, "A3", 1)
        till.policy(outage_most_queued=9)
        till.refresh()
        till.clock.at += timedelta(hours=4, seconds=1)
        with pytest.raises(Refused, match="hours: 4"):
            till.note(till.zhang, "A4", 1)

    def test_switched_off(self, till):
        till.policy(outage_earning=False)
        till.refresh()
        with pytest.raises(Refused, match="does not note"):
            till.note(till.zhang, "A1")

    def test_the_role_decides(self, till):
        till.actor = till.as_role("auditor")
        with pytest.raises(Refused, match="role"):
            till.note(till.zhang, "A1")

    @pytest.mark.parametrize(
        ("number", "amount"),
        [("", 1), ("   ", 1), ("x" * 41, 1), ("A\0", 1), ("A\ud800", 1), ("A1", 0), ("A1", -5), ("A1", 10**13),
         ("A1", 2**70)],
    )  # fmt: skip
    def test_hostile_input(self, till, number, amount):
        with pytest.raises(Refused):
            till.note(till.zhang, number, amount)
        assert till.rows() == ()

    @pytest.mark.parametrize("number", ["'); DROP TABLE queued; --", "<b>1</b>", "收据①", "=1+1", "{points}"])
    def test_odd_numbers_come_back_as_typed(self, till, number):
        till.note(till.zhang, number)
        (row,) = till.post().rows
        assert row.state is QueueState.BOOKED
        assert row.receipt_number == purchases.facts.receipt_number(number)

    def test_only_for_members_of_a_copy_in_force(self, till):
        with pytest.raises(Refused, match="does not hold"):
            till.note(999, "A1")
        till.clock.at += timedelta(days=4)
        with pytest.raises(NoCopy):
            till.note(till.zhang, "A1")


class TestOnReturn:
    def test_booked_once_under_the_form_s_request(self, till):
        till.note(till.zhang, "A1", 12_345)
        till.note(till.zhang, "A2", 100)
        posted = till.post()
        assert [(row.state, row.points) for row in posted.rows] == [(QueueState.BOOKED, 123), (QueueState.BOOKED, 1)]
        assert posted.count(QueueState.BOOKED) == 2
        assert posted.rows[0].words() == "Booked, points: 123"
        assert till.post().rows == ()
        assert booked(till) == 2
        assert outage.queue.waiting(till.place, till.keys) == 0

    def test_it_counts_for_the_day_it_happened(self, till, database):
        till.clock.at = till.clock.at.replace(hour=15, minute=59)  # one minute to midnight in Shanghai
        till.note(till.zhang, "A1", 10_000)
        till.clock.at += timedelta(hours=2)
        (row,) = till.post(actor=till.actor).rows
        (found,) = database.read(lambda work: work.all(_NUMBERS))
        if row.state is QueueState.BOOKED:
            assert found.number == "2026-03-02/A1"
            assert found.business_date == "2026-03-02"
        with pytest.raises(Refused, match="already typed in"):
            till.write(partial(purchases.record, request=new_request(), member_id=till.zhang, receipt_number="A1",
                               amount=5, bought_at=row.bought_at))  # fmt: skip

    def test_the_reply_was_lost(self, till):
        """The purchase was booked, nobody heard of it: sent again it is the same one."""
        row = till.note(till.zhang, "A1", 12_345)

        def deaf(act):
            till.write(act)
            raise Trouble("The server does not answer.", offline=True)

        posted = till.post(write=deaf)
        assert posted.stopped
        assert posted.rows == ()
        assert [one.state for one in till.rows()] == [QueueState.WAITING]
        till.clock.at += timedelta(minutes=1)
        (found,) = till.post().rows
        assert (found.request, found.state, found.points) == (row.request, QueueState.BOOKED, 123)
        assert found.words() == "Was booked already, points: 123"
        assert booked(till) == 1

    def test_the_server_goes_again_in_the_middle(self, till):
        for n in range(3):
            till.note(till.zhang, f"A{n}", 100)
        sent = []

        def flaky(act):
            if len(sent) == 1:
                away(act)
            sent.append(act)
            return till.write(act)

        assert till.post(write=flaky).count(QueueState.BOOKED) == 1
        assert till.post().count(QueueState.BOOKED) == 2
        assert booked(till) == 3

    def test_others_wait_for_their_author(self, till):
        till.note(till.zhang, "A1", 100)
        mine, theirs = till.as_role("manager"), till.actor
        till.actor = mine
        posted = till.post()
        assert (posted.rows, posted.of_others) == ((), 1)
        assert booked(till) == 0
        till.actor = theirs
        assert till.post().count(QueueState.BOOKED) == 1
        who = till.database.read(lambda work: work.value(Sql(
            "SELECT o.operator_id FROM purchase p JOIN operation o ON o.id = p.operation_id")))  # fmt: skip
        assert who == theirs.operator_id

    def test_refused_says_why_and_stays(self, till, act):
        till.note(till.zhang, "A1", 100)
        act("manager", purchases.record, member_id=till.zhang, receipt_number="A1", amount=700)
        (row,) = till.post().rows
        assert row.state is QueueState.REFUSED
        assert "already typed in by The manager" in row.words()
        changed = outage.queue.change(till.place, till.keys, request=row.request, receipt_number="A2", amount=200)
        assert (changed.state, changed.words()) == (QueueState.WAITING, "")
        (again,) = till.post().rows
        assert (again.state, again.points) == (QueueState.BOOKED, 2)
        assert booked(till) == 2

    def test_the_member_was_closed_meanwhile(self, till, act):
        till.note(till.zhang, "A1", 100)
        act("manager", members.close, member_id=till.zhang, reason="moved away")
        (row,) = till.post().rows
        assert row.words() == "This member is closed."

    def test_only_what_was_refused_is_changed(self, till):
        row = till.note(till.zhang, "A1", 100)
        with pytest.raises(Refused, match="Only what the server refused"):
            outage.queue.change(till.place, till.keys, request=row.request, receipt_number="A2", amount=200)
        with pytest.raises(Refused, match="not noted down any more"):
            outage.queue.change(till.place, till.keys, request="x" * 20, receipt_number="A2", amount=200)

    def test_above_the_limits_a_second_operator_decides(self, till, act):
        from dataclasses import asdict

        from desktop_admin.services.permissions import Role
        from desktop_admin.services.rules.limits import DEFAULT_LIMITS

        limits = {**asdict(DEFAULT_LIMITS[Role.COUNTER]), "per_act": 10}
        till.policy(limits={"counter": limits})
        till.note(till.zhang, "A1", 100_000)
        (row,) = till.post().rows
        assert row.state is QueueState.REFUSED
        assert row.facts["approval"]
        asked = outage.ask_approval(till.place, till.keys, till.write, row, till.clock.at)
        assert till.rows()[0].state is QueueState.ASKED
        act("manager", approvals.approve, approval_id=asked.approval_id)
        assert booked(till) == 1

    def test_noted_down_at_another_branch(self, till):
        from dataclasses import replace

        till.note(till.zhang, "A1", 100)
        (row,) = till.post(actor=replace(till.actor, branch_id=77)).rows
        assert row.words() == "It was noted down at Main street; sign in there to book it."


class TestDiscarding:
    @pytest.fixture
    def refused(self, till, act):
        till.note(till.zhang, "A1", 100)
        act("manager", purchases.record, member_id=till.zhang, receipt_number="A1", amount=700)
        (row,) = till.post().rows
        return row

    def test_leaves_a_trace(self, till, refused):
        outage.discard_row(till.place, till.keys, till.write, refused, "typed twice", till.clock.at)
        assert till.rows()[0].state is QueueState.DISCARDED
        (trace,) = till.database.read(lambda work: work.all(_TRACE))
        assert tuple(trace) == (till.zhang, 1)

    def test_needs_a_reason(self, till, refused):
        with pytest.raises(Refused, match="reason"):
            outage.discard_row(till.place, till.keys, till.write, refused, "  ", till.clock.at)
        assert till.rows()[0].state is QueueState.REFUSED

    def test_another_operator_s_only_by_who_decides(self, till, refused):
        till.actor = till.as_role("manager")
        outage.discard_row(till.place, till.keys, till.write, refused, "left the shop", till.clock.at)
        assert till.rows()[0].state is QueueState.DISCARDED

    def test_not_another_operator_s(self, till, act):
        row = till.note(till.zhang, "A9", 100, actor=till.as_role("manager"))
        with pytest.raises(Refused, match="role"):
            outage.discard_row(till.place, till.keys, till.write, row, "mine now", till.clock.at)

    def test_not_what_was_booked(self, till):
        row = till.note(till.zhang, "A1", 100)
        till.post()
        with pytest.raises(Refused, match="booked after all"):
            outage.discard_row(till.place, till.keys, till.write, row, "too late", till.clock.at)

    def test_of_an_erased_member(self, till, act):
        row = till.note(till.zhang, "A1", 100)
        act("administrator", members.erase, member_id=till.zhang, name="张三丰")
        outage.discard_row(till.place, till.keys, till.write, row, "erased: 张三丰", till.clock.at)
        with pytest.raises(Refused, match="erased"):
            act("administrator", members.reopen, member_id=till.zhang)

    def test_settled_rows_go_after_a_week_others_never(self, till, refused):
        till.note(till.zhang, "A2", 100)
        till.post()
        till.clock.at += timedelta(days=8)
        till.post()
        assert [row.request for row in till.rows()] == [refused.request]


class TestTheFile:
    def test_another_key_puts_it_aside_and_says_so(self, till):
        till.note(till.zhang, "A1", 100)
        outage.forget_key(till.place.shop)
        other = outage.keys_of(till.place.shop, make=True)
        before = till.place.queue.read_bytes()
        assert other is not None
        with pytest.raises(LockedQueue, match="paper slips"):
            outage.queue.rows(till.place, other)
        (kept,) = till.place.inside.glob("queue-unreadable-*")
        assert kept.read_bytes() == before

    def test_a_newer_programs_is_left_alone(self, till, monkeypatch):
        till.note(till.zhang, "A1", 100)
        monkeypatch.setattr(outage.queue, "FORM", 2)
        with pytest.raises(LockedQueue, match="Another version"):
            till.rows()
        monkeypatch.undo()
        assert len(till.rows()) == 1

    def test_leaving_the_shop_waits_for_it(self, till):
        till.note(till.zhang, "A1", 100)
        with pytest.raises(Refused, match="not booked yet: 1"):
            outage.leave(till.place)
        assert len(till.rows()) == 1
        till.note(till.zhang, "A2", 100)
        with pytest.raises(Refused, match="not booked yet: 2"):
            outage.leave(till.place, lost=1)  # as it was when somebody was asked
        assert outage.leave(till.place, lost=2).lost == 2
        assert not till.place.inside.exists()

    def test_a_copy_thrown_away_leaves_it_be(self, till):
        till.note(till.zhang, "A1", 100)
        outage.drop_copies(till.place)
        till.refresh()
        assert len(till.rows()) == 1
