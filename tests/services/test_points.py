"""Adjusting, reversing and transferring points, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from desktop_admin.services import members, points
from desktop_admin.services.codec import Secret
from desktop_admin.services.command import new_request
from desktop_admin.services.errors import NeedsApproval, Refused
from desktop_admin.services.rules.limits import Decision
from tests.properties import acts
from tests.services.counter import Counter

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def counter(database, as_role) -> Counter:
    return Counter(database, as_role)


def said(act: Callable[[], object]) -> str:
    """What a refusal says, field in front."""
    with pytest.raises(Refused) as caught:
        act()
    return f"{caught.value.field}: {caught.value.text()}"


# -- adjust ----------------------------------------------------------------------------------------


def test_an_adjustment_gives_a_lot_that_expires_by_the_shops_policy(counter):
    anna = counter.member()
    receipt = counter.adjust(anna, 50, "service", note="请客")
    assert (receipt.before, receipt.after, receipt.expires_on) == (0, 50, date(2027, 12, 31))
    assert counter.lots(anna) == [("2027-12-31", "2026-03-02", "2026-03-02", 50)]
    counter.policy(expiry_policy="never")
    assert counter.adjust(anna, 5).expires_on is None
    assert counter.adjust(anna, 5, expires_on=date(2026, 3, 2)).expires_on == date(2026, 3, 2)


def test_a_debit_takes_the_oldest_and_never_more_than_can_be_used(counter):
    anna = counter.member()
    counter.gift(anna, 30)
    counter.gift(anna, 20, "2026-04-01")
    assert counter.adjust(anna, -25, "misuse").after == 25
    assert [lot[3] for lot in counter.lots(anna)] == [25]
    assert said(lambda: counter.adjust(anna, -26, "misuse")) == "points: Only 25 points can be used; 26 are needed."


@pytest.mark.parametrize(
    ("size", "reason", "more", "refusal"),
    [
        (0, "other", {}, "points: An adjustment of 0 points does nothing."),
        (10, "nowhere", {}, "reason: Choose a reason from the list."),
        (10, "misuse", {}, "reason: “Misuse” is a reason for taking points, not for giving them."),
        (-10, "birthday", {}, "reason: “Birthday gift” is a reason for giving points, not for taking them."),
        (10, "", {}, "reason: Choose a reason from the list."),
        (10, "other", {"note": "x" * 501}, "note: A note has at most 500 letters."),
        (10, "other", {"expires_on": date(2026, 3, 1)}, "expires_on: These points would have expired already."),
        (-10, "other", {"expires_on": date(2027, 3, 1)}, "expires_on: Only points that are given expire."),
        (10**12 + 1, "other", {}, "points: The most in one act is 1,000,000,000,000 points, also with approval."),
    ],
)
def test_what_an_adjustment_refuses(counter, size, reason, more, refusal):
    anna = counter.member(100)
    assert said(lambda: counter.adjust(anna, size, reason, **more)) == refusal
    assert counter.state(anna) == (100, 0)


def test_frozen_and_closed_members_are_refused_with_the_reason(counter):
    anna = counter.member(100)
    counter.sql("UPDATE member SET earn_frozen = 'under review' WHERE id = :m", m=anna)
    assert said(lambda: counter.adjust(anna, 1)) == "member: Earning is frozen for this member: under review"
    assert counter.adjust(anna, -1).after == 99
    counter.sql("UPDATE member SET earn_frozen = '', spend_frozen = 'lost card' WHERE id = :m", m=anna)
    assert said(lambda: counter.adjust(anna, -1)) == "member: Spending is frozen for this member: lost card"
    counter.sql("UPDATE member SET closed_at = '2026-03-01' WHERE id = :m", m=anna)
    assert said(lambda: counter.adjust(anna, 1)) == "member: This member is closed."
    counter.sql("UPDATE member SET closed_at = '' WHERE id = :m", m=anna)


def test_nobody_acts_on_their_own_account(counter):
    anna, ben = counter.member(100), counter.member(100)
    counter.sql("UPDATE operator SET member_id = :m WHERE id = :o", m=anna, o=counter.actor.operator_id)
    own = "member: Nobody acts on their own member account."
    assert said(lambda: counter.adjust(anna, 1)) == own
    for giver, taker in ((anna, ben), (ben, anna)):
        assert (
            said(
                lambda g=giver, t=taker: counter.do(
                    points.transfer, from_member=g, to_member=t, points=1, reason="gift"
                )
            )
            == own
        )
    given = counter.by("administrator").adjust(anna, 5)
    assert said(lambda: counter.do(points.reverse, entry_id=given.entry_id, reason="typing")) == own
    assert counter.ask(points.preview_adjust, member_id=anna, points=1).text() == own.partition(": ")[2]


def test_notes_are_sealed_and_read_back(counter):
    anna = counter.member()
    receipt = counter.adjust(anna, 5, note="  拿错了奶茶 ")
    ((kept,),) = counter.rows("SELECT note FROM entry WHERE id = :e", e=receipt.entry_id)
    assert "奶茶" not in kept
    assert counter.ask(points.entry, entry_id=receipt.entry_id).row.note == "拿错了奶茶"


def test_the_same_request_twice_is_one_adjustment(counter):
    anna, request = counter.member(), new_request()
    first = counter.adjust(anna, 5, request=request)
    assert counter.adjust(anna, 5, request=request) == first
    assert counter.state(anna) == (5, 0)
    assert "already used" in said(lambda: counter.adjust(anna, 6, request=request))


# -- limits ----------------------------------------------------------------------------------------


def test_limits_cover_every_act_and_the_day(counter):
    anna = counter.member(10_000)
    till = counter.by("counter")
    with pytest.raises(NeedsApproval, match="More than 2,000 points in one act"):
        till.adjust(anna, 2001)
    for _ in range(10):
        till.adjust(anna, -500)
    counter.policy(limits={"counter": {"per_day": 5_100}})
    with pytest.raises(NeedsApproval, match="More than 5,100 points in one day needs approval; 5,000 are used"):
        till.adjust(anna, 101)
    assert till.adjust(anna, 100).after == 5_100
    assert till.ask(points.preview_adjust, member_id=anna, points=1).decision is Decision.NEEDS_APPROVAL
    with pytest.raises(Refused, match="The most in one act"):
        till.adjust(anna, 200_001)


def test_the_day_of_the_limits_begins_anew(counter, clock):
    anna = counter.member()
    counter.policy(limits={"counter": {"per_act": 100, "per_day": 100}})
    till = counter.by("counter")
    till.adjust(anna, 100)
    with pytest.raises(NeedsApproval):
        till.adjust(anna, 1)
    clock.at += timedelta(days=1)
    assert till.adjust(anna, 100).after == 200


@pytest.mark.parametrize(
    "limits",
    [{"cook": {"per_act": 1}}, {"counter": {"per_hour": 1}}, {"counter": {"per_act": 100, "per_day": 10}},
     {"counter": {"per_act": -1}}],
)  # fmt: skip
def test_limits_that_contradict_themselves_are_not_saved(counter, limits):
    assert said(lambda: counter.policy(limits=limits)).startswith("limits:")


def test_a_refused_act_counts_nothing(counter):
    anna = counter.member(10)
    till = counter.by("counter")
    said(lambda: till.adjust(anna, -11))
    assert counter.rows("SELECT points FROM typed_points WHERE operator_id = :o", o=till.actor.operator_id) == []


# -- previews --------------------------------------------------------------------------------------


def test_a_preview_says_before_and_after_and_writes_nothing(counter):
    anna = counter.member(40)
    seen = counter.ask(points.preview_adjust, member_id=anna, points=-50, reason="misuse")
    assert (seen.before, seen.after, seen.decision) == (40, -10, Decision.REFUSED)
    assert seen.text() == "Only 40 points can be used; 50 are needed."
    seen = counter.ask(points.preview_adjust, member_id=anna, points=60)
    assert (seen.after, seen.decision, seen.expires_on) == (100, Decision.ALLOWED, date(2027, 12, 31))
    assert counter.state(anna) == (40, 0)


# -- reverse ---------------------------------------------------------------------------------------


def test_a_debit_reversed_returns_to_its_lots_with_their_expiry(counter):
    anna = counter.member()
    counter.gift(anna, 30, "2026-04-01")
    counter.gift(anna, 30, "2026-05-01")
    before = counter.lots(anna)
    taken = counter.adjust(anna, -45)
    half = counter.do(points.reverse, entry_id=taken.entry_id, points=20, reason="typing")
    assert (half.points, half.reverses_id) == (20, taken.entry_id)
    assert [lot[3] for lot in counter.lots(anna)] == [5, 30]
    detail = counter.ask(points.entry, entry_id=taken.entry_id)
    assert (detail.reversed, detail.left, detail.reversed_by) == (20, 25, (half.entry_id,))
    counter.do(points.reverse, entry_id=taken.entry_id, reason="typing")
    assert counter.lots(anna) == before
    again = said(lambda: counter.do(points.reverse, entry_id=taken.entry_id, reason="typing"))
    assert again == "entry: This entry is already reversed."


def test_a_lot_that_expired_meanwhile_gets_the_grace(counter, clock):
    anna = counter.member()
    counter.gift(anna, 30, "2026-03-02")
    taken = counter.adjust(anna, -30)
    clock.at += timedelta(days=5)
    counter.do(points.reverse, entry_id=taken.entry_id, reason="typing")
    assert counter.lots(anna) == [("2026-04-06", "2026-03-02", "2026-03-07", 30)]


def test_a_credit_reversed_eats_its_own_lot_and_refuses_when_spent(counter):
    anna = counter.member()
    counter.gift(anna, 100, "2026-04-01")
    wrong = counter.adjust(anna, 50)
    counter.do(points.reverse, entry_id=wrong.entry_id, reason="typing")
    assert counter.lots(anna) == [("2026-04-01", "2026-03-02", "2026-03-02", 100)]
    wrong = counter.adjust(anna, 50)
    counter.adjust(anna, -120)
    seen = counter.ask(points.preview_reverse, entry_id=wrong.entry_id)
    assert (seen.before, seen.after, seen.decision) == (30, -20, Decision.REFUSED)
    refusal = said(lambda: counter.do(points.reverse, entry_id=wrong.entry_id, reason="typing"))
    assert refusal == "points: 20 of these 50 points are already spent, so this cannot be undone."
    counter.do(points.reverse, entry_id=wrong.entry_id, points=30, reason="typing")
    assert counter.state(anna) == (0, 0)


def test_what_cannot_be_reversed(counter):
    anna = counter.member()
    given = counter.adjust(anna, 50)
    undone = counter.do(points.reverse, entry_id=given.entry_id, reason="typing")

    def reverse(entry_id, **more):
        return said(lambda: counter.do(points.reverse, entry_id=entry_id, reason="typing", **more))

    assert reverse(undone.entry_id) == "entry: A reversal is not reversed; do the act again."
    assert reverse(10**9) == "entry: There is no such entry."
    bought = counter.buy(anna, 10_000, "A1")
    assert reverse(bought.entry_id).startswith("entry: This entry belongs to a purchase")
    given = counter.adjust(anna, 50)
    for part in (0, -1, 51):
        assert reverse(given.entry_id, points=part).startswith("points: Between 1 and 50")
    wrong_way = said(lambda: counter.do(points.reverse, entry_id=given.entry_id, reason="birthday"))
    assert wrong_way.startswith("reason:")


def test_old_entries_need_approval(counter, clock):
    anna = counter.member()
    given = counter.adjust(anna, 50)
    clock.at += timedelta(days=2)
    with pytest.raises(NeedsApproval, match="older than 1 days"):
        counter.by("counter").do(points.reverse, entry_id=given.entry_id, reason="typing")
    counter.do(points.reverse, entry_id=given.entry_id, reason="typing")


# -- transfer --------------------------------------------------------------------------------------


def test_a_transfer_keeps_the_last_days_lot_by_lot(counter):
    anna, ben = counter.member(), counter.member(5)
    counter.gift(anna, 30, "2026-04-01")
    counter.gift(anna, 30, "2026-05-01")
    receipt = counter.do(points.transfer, from_member=anna, to_member=ben, points=40, reason="gift", note="生日")
    assert (receipt.points, receipt.after, receipt.other_member_id) == (-40, 20, ben)
    assert [(lot[0], lot[3]) for lot in counter.lots(ben)] == [
        ("2026-04-01", 30),
        ("2026-05-01", 10),
        ("9999-12-31", 5),
    ]
    ((operations,),) = counter.rows("SELECT count(DISTINCT operation_id) FROM entry WHERE kind = 'transfer'")
    assert operations == 1


@pytest.mark.parametrize("side", ["entry_id", "other_entry_id"])
def test_a_transfer_is_reversed_on_both_sides(counter, side):
    anna, ben = counter.member(), counter.member()
    counter.gift(anna, 30, "2026-04-01")
    before = counter.lots(anna)
    moved = counter.do(points.transfer, from_member=anna, to_member=ben, points=30, reason="gift")
    part = counter.do(points.reverse, entry_id=getattr(moved, side), points=10, reason="typing")
    assert (part.points, counter.state(anna), counter.state(ben)) == (
        10 if side == "entry_id" else -10,
        (10, 0),
        (20, 0),
    )
    counter.do(points.reverse, entry_id=getattr(moved, side), reason="typing")
    assert (counter.lots(anna), counter.lots(ben)) == (before, [])


def test_a_transfer_that_is_spent_is_not_reversed(counter):
    anna, ben = counter.member(30), counter.member()
    moved = counter.do(points.transfer, from_member=anna, to_member=ben, points=30, reason="gift")
    counter.adjust(ben, -1)
    assert "already spent" in said(lambda: counter.do(points.reverse, entry_id=moved.entry_id, reason="typing"))
    seen = counter.ask(points.preview_reverse, entry_id=moved.entry_id)
    assert seen.decision is Decision.REFUSED
    assert (counter.state(anna), counter.state(ben)) == ((0, 0), (29, 0))


def test_what_a_transfer_refuses(counter):
    anna, ben = counter.member(30), counter.member()

    def transfer(giver, taker, size, reason="gift"):
        return said(lambda: counter.do(points.transfer, from_member=giver, to_member=taker, points=size, reason=reason))

    assert transfer(anna, anna, 1).startswith("to_member: Points are transferred to another member")
    assert transfer(anna, ben, 0).startswith("points: Give the number")
    assert transfer(anna, ben, 31) == "points: Only 30 points can be used; 31 are needed."
    assert transfer(anna, ben, 1, "birthday").startswith("reason: A transfer needs a reason")
    assert transfer(anna, 10**9, 1) == "member: This member does not exist any more."
    counter.sql("UPDATE member SET earn_frozen = 'x' WHERE id = :m", m=ben)
    assert transfer(anna, ben, 1).startswith("member: Earning is frozen")


def test_a_transfer_asks_for_the_givers_pin_and_leaves_no_trace_of_it(counter):
    anna, ben = counter.member(30), counter.member()
    counter.policy(spend_consent="pin")
    counter.do(members.set_pin, member_id=anna, pin=Secret("730194"))
    plain = {"from_member": anna, "to_member": ben, "points": 5, "reason": "gift"}
    assert said(lambda: counter.do(points.transfer, **plain)) == "pin: The member's PIN is needed."
    assert said(lambda: counter.do(points.transfer, consent=Secret("000000"), **plain)).startswith("pin:")
    request = new_request()
    receipt = counter.do(points.transfer, consent=Secret("730194"), request=request, **plain)
    assert counter.do(points.transfer, consent=Secret(""), request=request, **plain) == receipt


# -- undo ------------------------------------------------------------------------------------------


def test_undo_names_the_last_act_that_stands(counter):
    anna, ben = counter.member(100), counter.member()
    assert counter.ask(points.last_undoable) is None
    first = counter.adjust(anna, 50)
    moved = counter.do(points.transfer, from_member=anna, to_member=ben, points=30, reason="gift")
    bought = counter.buy(ben, 12_345, "77")
    last = counter.ask(points.last_undoable)
    assert (last.act, last.purchase_id, last.amount, last.points) == ("purchase", bought.purchase_id, 12_345, 123)
    from desktop_admin.services import purchases

    counter.do(purchases.void, purchase_id=bought.purchase_id)
    last = counter.ask(points.last_undoable)
    assert (last.act, last.entry_id, last.points, last.other_name) == ("transfer", moved.entry_id, -30, "Member 2")
    counter.do(points.reverse, entry_id=last.entry_id, reason="typing")
    last = counter.ask(points.last_undoable)
    assert (last.act, last.entry_id, last.member_name) == ("adjust", first.entry_id, "Member 1")
    counter.do(points.reverse, entry_id=last.entry_id, reason="typing")
    assert counter.ask(points.last_undoable) is None
    assert counter.by("counter").ask(points.last_undoable) is None


def test_a_refund_undone_in_parts_returns_to_its_own_lots(counter):
    """What was owed is cancelled first; the rest goes where it came from, not into the lot of the cancelling."""
    anna = counter.member()
    earned = counter.by("system").do(
        acts.earn, member_id=anna, points=100, spendable_from="2026-03-02", expires_on="2026-06-01"
    )
    counter.adjust(anna, -40)
    back = counter.by("system").do(
        acts.claw_back, member_id=anna, points=100, credit=earned.entry_id, policy="owe"
    )
    assert counter.state(anna) == (0, 40)
    for part, state in ((10, (0, 30)), (40, (10, 0)), (50, (60, 0))):
        counter.by("system").do(acts.give_back, member_id=anna, debit=back.entry_id, points=part, kind="clawback")
        assert counter.state(anna) == state
    assert counter.lots(anna) == [("2026-06-01", "2026-03-02", "2026-03-02", 60)]
