"""The model itself: small stories with known ends, and the sums that must always hold."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.fifo_model import NEVER, Account, Refused

DAY = date(2026, 1, 1)


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def test_debits_eat_the_lot_that_ends_first_and_never_ending_ones_last():
    member = Account()
    member.credit(100, today=day(0))
    member.credit(50, today=day(1), expires_on=day(20))
    member.credit(30, today=day(2), expires_on=day(10))
    spent = member.debit(90, today=day(3))
    assert [(take.lot.id, take.points) for take in spent.takes] == [(3, 30), (2, 50), (1, 10)]


def test_pending_and_ended_lots_cannot_be_used_but_stay_in_the_balance():
    member = Account()
    member.credit(10, today=day(0), expires_on=day(5))
    member.credit(10, today=day(0), spendable_from=day(7))
    assert (member.balance, member.available(day(5)), member.available(day(6))) == (20, 10, 0)
    with pytest.raises(Refused):
        member.debit(1, today=day(6))
    expired = member.expire(day(6))
    assert expired is not None
    assert (expired.points, member.available(day(7)), member.expire(day(6))) == (-10, 10, None)


def test_a_partial_reversal_gives_back_in_the_reverse_order_of_taking():
    member = Account()
    member.credit(50, today=day(0), expires_on=day(40))
    member.credit(50, today=day(0), expires_on=day(50))
    spent = member.debit(80, today=day(1))
    member.reverse(spent, 40, today=day(2))
    assert [lot.remaining for lot in member.lots] == [10, 50]
    member.reverse(spent, today=day(3))
    assert [lot.remaining for lot in member.lots] == [50, 50]
    with pytest.raises(Refused):
        member.reverse(spent, 1, today=day(3))


def test_points_given_back_to_an_ended_lot_get_the_grace():
    member = Account()
    member.credit(50, today=day(0), expires_on=day(10))
    spent = member.debit(50, today=day(1))
    member.reverse(spent, today=day(11))
    assert member.state() == ((day(41), day(0), day(11), 50),)
    assert member.lots[1].source is member.lots[0]


def test_a_clawback_eats_its_own_lot_first_then_owes_and_later_credits_pay_the_oldest():
    member = Account()
    refunded = member.credit(100, today=day(0))
    member.credit(20, today=day(0), expires_on=day(9))
    member.debit(100, today=day(1))  # 20 of the ending lot, 80 of the first
    first = member.clawback(refunded, 60, today=day(2))
    second = member.clawback(None, 10, today=day(2))
    assert (member.balance, first.owes, second.owes) == (0, 40, 10)
    member.credit(45, today=day(3))
    assert (first.owes, second.owes, member.balance, member.owed) == (0, 5, 0, 5)
    member.reverse(second, today=day(4))
    assert (member.owed, member.balance, member.net) == (0, 5, 5)


def test_undoing_a_clawback_restores_the_start_exactly():
    member = Account()
    earned = member.credit(100, today=day(0), expires_on=day(90))
    member.credit(7, today=day(0))
    before = member.state()
    member.reverse(member.clawback(earned, today=day(1)), today=day(2))
    assert (member.state(), member.owed, member.reversible(earned)) == (before, 0, 100)


def test_undoing_a_clawback_in_parts_cancels_what_it_owes_before_its_lots_get_anything():
    member = Account()
    earned = member.credit(100, today=day(0), expires_on=day(90))
    member.debit(40, today=day(1))
    taken = member.clawback(earned, today=day(2))
    assert (member.balance, taken.owes) == (0, 40)
    member.reverse(taken, 40, today=day(3))
    assert (member.balance, member.owed) == (0, 0)
    member.reverse(taken, today=day(4))
    assert member.state() == ((day(90), day(0), day(0), 60),)


def test_a_clawback_that_was_clamped_gives_back_only_what_it_took():
    member = Account()
    earned = member.credit(100, today=day(0))
    member.debit(40, today=day(1))
    clamped = member.clawback(earned, policy="clamp", today=day(2))
    with pytest.raises(Refused):
        member.reverse(clamped, 61, today=day(3))
    member.reverse(clamped, today=day(3))
    assert (member.net, member.balance, member.reversible(clamped)) == (60, 60, 0)


def test_a_credit_given_by_mistake_is_taken_back_whole_or_not_at_all():
    member = Account()
    mistake = member.credit(100, today=day(0))
    member.debit(40, today=day(1))
    with pytest.raises(Refused):
        member.reverse(mistake, today=day(2))
    member.credit(40, today=day(2))
    member.reverse(mistake, today=day(3))
    assert (member.balance, member.owed, member.reversible(mistake)) == (0, 0, 0)


def test_clamp_writes_the_rest_off_and_refuse_changes_nothing():
    member = Account()
    earned = member.credit(100, today=day(0))
    member.debit(70, today=day(1))
    with pytest.raises(Refused):
        member.clawback(earned, policy="refuse", today=day(2))
    member.clawback(earned, policy="clamp", today=day(2))
    assert [entry.points for entry in member.entries] == [100, -70, -100, 70]
    assert (member.balance, member.owed, member.net) == (0, 0, 0)


def test_a_transfer_opens_one_lot_per_source_lot_with_the_same_last_day():
    giver, receiver = Account(), Account()
    giver.credit(30, today=day(0), expires_on=day(30))
    giver.credit(30, today=day(1))
    giver.transfer(receiver, 40, today=day(2))
    assert receiver.state() == ((day(30), day(0), day(2), 30), (NEVER, day(1), day(2), 10))
    assert (giver.balance, receiver.balance) == (20, 40)


_ACT = st.tuples(
    st.sampled_from(["credit", "debit", "reverse", "clawback", "bare", "transfer", "expire"]),
    st.integers(1, 200),
    st.integers(0, 40),
    st.sampled_from(["owe", "clamp", "refuse"]),
)


def act(
    account: Account, other: Account, what: str, points: int, at: int, policy: str, today: date
):
    if what == "credit":
        ends = NEVER if at % 3 == 0 else today + timedelta(days=at)
        starts = today + timedelta(days=min(at, 3)) if at % 4 == 1 else today
        account.credit(points, today=today, expires_on=ends, spendable_from=starts)
    elif what == "debit":
        account.debit(points, today=today)
    elif what == "bare":
        account.clawback(None, points, policy, today=today)
    elif what == "transfer":
        account.transfer(other, points, today=today)
    elif what == "expire":
        account.expire(today)
    elif account.entries:
        entry = account.entries[at % len(account.entries)]
        part = None if at % 2 else points
        if what == "reverse":
            account.reverse(entry, part, today=today)
        elif entry.points > 0:
            account.clawback(entry, part, policy, today=today)


@settings(max_examples=150, deadline=None)
@given(st.lists(_ACT, max_size=40), st.booleans(), st.booleans())
def test_the_sums_hold_after_any_history(acts, pending, settles):
    one = Account(claw_pending=pending, give_back_settles=settles)
    two = Account(claw_pending=pending, give_back_settles=settles)
    for number, (what, points, at, policy) in enumerate(acts):
        before = [(a.state(), a.owed, len(a.entries)) for a in (one, two)]
        try:
            act(one, two, what, points, at, policy, day(number))
        except Refused:
            assert [(a.state(), a.owed, len(a.entries)) for a in (one, two)] == before
        for account in (one, two):
            assert account.net == account.balance - account.owed
            assert all(0 <= lot.remaining <= lot.points for lot in account.lots)
            assert all(entry.owes == 0 or entry.kind == "clawback" for entry in account.entries)
            assert all(0 <= entry.undone <= abs(entry.points) for entry in account.entries)
            if pending and settles:
                assert account.owed == 0 or all(
                    lot.remaining == 0 or lot.expires_on < day(number) for lot in account.lots
                )
        one, two = (two, one) if at % 5 == 0 else (one, two)
