"""Purchases typed in, refunded and voided, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from desktop_admin.services import branches, purchases
from desktop_admin.services.command import new_request
from desktop_admin.services.errors import NeedsApproval, Refused
from desktop_admin.services.purchases import Line, RefundLine
from desktop_admin.services.rules.limits import Decision
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


# -- record ----------------------------------------------------------------------------------------


def test_a_purchase_earns_by_base_and_tier_and_says_why(counter):
    anna = counter.member()
    assert counter.by("system").buy(anna, 800_000, "0").tier_after == "gold"
    seen = counter.ask(purchases.preview, member_id=anna, amount=12_399)
    assert (seen.points, seen.before, seen.after, seen.expires_on) == (184, 8_000, 8_184, date(2027, 12, 31))
    assert [(line.text, line.points) for line in seen.lines] == [
        ("¥123.99 at 1 point per ¥1.00", 123),
        ("Gold ×1.5", 61),
    ]
    assert counter.rows("SELECT count(*) FROM purchase") == [(1,)]
    receipt = counter.buy(anna, 12_399, "Ａ 17")
    assert (receipt.number, receipt.points, receipt.after) == ("A17", 184, 8_184)
    assert counter.rows("SELECT source, number, amount, earned FROM purchase WHERE amount < 800000") == [
        (f"till:{counter.actor.branch_id}", "2026-03-02/A17", 12_399, 184)
    ]


def test_a_branch_that_gets_another_code_keeps_its_receipts(counter):
    anna = counter.member()
    counter.buy(anna, 10_000, "17")
    boss = counter.by("administrator")
    (branch,) = boss.ask(branches.listing)
    boss.do(branches.edit, branch_id=branch.id, version=branch.version, code="NEW", name=branch.name)
    assert "already typed in" in said(lambda: counter.buy(anna, 10_000, "17"))
    assert counter.state(anna) == (100, 0)


def test_a_line_that_is_refunded_whole_is_not_refunded_again(counter):
    receipt = counter.buy(counter.member(), 10_000, "1", lines=(Line(4_000), Line(6_000)))
    counter.do(purchases.refund, purchase_id=receipt.purchase_id, lines=(RefundLine(1, 4_000),))
    refusal = said(lambda: counter.do(purchases.refund, purchase_id=receipt.purchase_id, lines=(RefundLine(1, 0),)))
    assert refusal == "lines: More is refunded than is left of line 1."
    assert counter.rows("SELECT count(*) FROM purchase") == [(2,)]


def test_a_receipt_number_is_unique_per_branch_and_day(counter, clock):
    anna = counter.member()
    counter.buy(anna, 10_000, "17")
    refusal = said(lambda: counter.buy(anna, 10_000, " １７"))
    assert refusal == "receipt_number: Receipt 17 of this day was already typed in by The manager."
    assert counter.ask(purchases.preview, member_id=anna, amount=5, receipt_number="17").decision is Decision.REFUSED
    counter.buy(anna, 100, "a7")
    assert said(lambda: counter.buy(anna, 100, "A7")) == (
        "receipt_number: Receipt A7 of this day was already typed in by The manager."
    )
    clock.at += timedelta(days=1)
    assert counter.buy(anna, 10_000, "17").after == 201
    assert said(lambda: counter.buy(anna, 10_000, "  ")) == "receipt_number: A receipt number is needed."


def test_lines_share_the_points_and_the_last_takes_the_remainder(counter):
    anna = counter.member()
    lines = (Line(3_333, 1, "A", "tea"), Line(3_333, 2), Line(3_333, 1))
    receipt = counter.buy(anna, 9_999, "1", lines=lines)
    found = counter.ask(purchases.purchase, purchase_id=receipt.purchase_id)
    assert [line.earned for line in found.lines] == [33, 33, 33]
    lines = (Line(150), Line(150), Line(99))
    receipt = counter.buy(anna, 399, "2", lines=lines)
    found = counter.ask(purchases.purchase, purchase_id=receipt.purchase_id)
    assert [line.earned for line in found.lines] == [1, 1, 1]
    assert said(lambda: counter.buy(anna, 400, "3", lines=lines)).startswith("lines: The lines do not add up")
    assert said(lambda: counter.buy(anna, 0, "3")).startswith("amount: The amount must be more than nought")
    assert said(lambda: counter.buy(anna, 10, "3", lines=(Line(20), Line(-10)))).startswith("lines:")


def test_pending_points_wait_and_the_tier_goes_up_at_once(counter, clock):
    anna = counter.member()
    counter.policy(pending_days=7)
    receipt = counter.by("system").buy(anna, 200_000, "1")
    assert (receipt.usable_from, receipt.tier_before, receipt.tier_after) == (date(2026, 3, 9), "regular", "silver")
    assert counter.lots(anna) == [("2027-12-31", "2026-03-02", "2026-03-09", 2_000)]
    assert said(lambda: counter.adjust(anna, -1)).startswith("points: Only 0 points")
    clock.at += timedelta(days=7)
    assert counter.adjust(anna, -1).after == 1_999
    assert counter.by("system").buy(anna, 10_000, "2").points == 120


def test_a_purchase_without_points_says_why(counter):
    anna = counter.member()
    assert counter.buy(None, 5_000, "1").why_none == "There is no member to earn points."
    assert counter.buy(anna, 99, "2").why_none == "The amount is too small to earn a point."
    counter.sql("UPDATE member SET earn_frozen = 'x' WHERE id = :m", m=anna)
    seen = counter.ask(purchases.preview, member_id=anna, amount=5_000)
    assert (seen.points, seen.why_none, seen.decision) == (0, "Earning is frozen for this member.", Decision.ALLOWED)
    receipt = counter.buy(anna, 5_000, "3")
    assert (receipt.points, receipt.entry_id, receipt.after) == (0, None, 0)
    counter.sql("UPDATE member SET closed_at = 'x' WHERE id = :m", m=anna)
    assert said(lambda: counter.buy(anna, 5_000, "4")) == "member: This member is closed."
    counter.sql("UPDATE member SET closed_at = '', earn_frozen = '' WHERE id = :m", m=anna)


def test_typed_limits_hold_for_the_points_a_purchase_earns(counter, clock):
    anna = counter.member()
    till = counter.by("counter")
    with pytest.raises(NeedsApproval, match="More than 2,000 points"):
        till.buy(anna, 200_100, "1")
    assert till.buy(None, 900_000, "1").points == 0
    with pytest.raises(NeedsApproval, match="A receipt older than 1 days"):
        till.buy(anna, 1_000, "2", bought_at=clock.at - timedelta(days=3))
    yesterday = till.buy(anna, 1_000, "2", bought_at=clock.at - timedelta(days=1))
    assert yesterday.business_date == date(2026, 3, 1)
    assert counter.lots(anna) == [("2027-12-31", "2026-03-01", "2026-03-01", 10)]
    future = said(lambda: till.buy(anna, 1_000, "3", bought_at=clock.at + timedelta(minutes=1)))
    assert future.startswith("bought_at:")


def test_the_same_purchase_sent_twice_is_one(counter):
    anna, request = counter.member(), new_request()
    first = counter.buy(anna, 1_000, "1", request=request)
    assert counter.buy(anna, 1_000, "1", request=request) == first
    assert counter.state(anna) == (10, 0)


# -- refund ----------------------------------------------------------------------------------------


def test_a_whole_refund_takes_back_what_was_earned_at_the_rate_of_that_day(counter):
    anna = counter.member()
    receipt = counter.buy(anna, 10_000, "1")
    counter.policy(amount_per_point=1_000)
    back = counter.do(purchases.refund, purchase_id=receipt.purchase_id)
    assert (back.points, back.amount, back.after, back.number) == (-100, -10_000, 0, "1-R1")
    again = said(lambda: counter.do(purchases.refund, purchase_id=receipt.purchase_id))
    assert again == "purchase: Nothing is left of this purchase to refund."
    assert said(lambda: counter.do(purchases.refund, purchase_id=back.purchase_id)).startswith(
        "purchase: This is a refund"
    )


def test_slivers_cannot_cheat_and_parts_make_the_whole(counter):
    anna = counter.member()
    receipt = counter.buy(anna, 10_050, "1", lines=(Line(5_050, 2), Line(5_000)))
    lines = counter.ask(purchases.purchase, purchase_id=receipt.purchase_id).lines
    assert [line.earned for line in lines] == [50, 50]
    taken = []
    for _ in range(100):
        part = counter.by("system").do(purchases.refund, purchase_id=receipt.purchase_id, lines=(RefundLine(1, 50),))
        taken.append(part.points)
    assert sum(taken) == -50  # floor(50 x 50 / 5050) is nought
    assert counter.state(anna) == (50, 0)
    rest = counter.do(purchases.refund, purchase_id=receipt.purchase_id)
    assert (rest.points, rest.amount, counter.state(anna)) == (-50, -5_050, (0, 0))
    assert all(line.done for line in counter.ask(purchases.purchase, purchase_id=receipt.purchase_id).lines)


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ((RefundLine(3, 1),), "lines: This purchase has no line 3."),
        ((RefundLine(1, 5_001),), "lines: More is refunded than is left of line 1."),
        ((RefundLine(1, 0),), "lines: More is refunded than is left of line 1."),
        ((RefundLine(1, -5),), "lines: More is refunded than is left of line 1."),
        ((RefundLine(1, 3_000), RefundLine(1, 3_000)), "lines: More is refunded than is left of line 1."),
        ((RefundLine(1, 100, 3),), "lines: More pieces are returned than line 1 has."),
    ],
)
def test_what_a_refund_refuses(counter, lines, refusal):
    anna = counter.member()
    receipt = counter.buy(anna, 10_000, "1", lines=(Line(5_000, 2), Line(5_000)))
    assert said(lambda: counter.do(purchases.refund, purchase_id=receipt.purchase_id, lines=lines)) == refusal
    assert counter.state(anna) == (100, 0)


@pytest.mark.parametrize(
    ("policy", "state", "after"), [("owe", (0, 70), -70), ("clamp", (0, 0), 0), ("refuse", (30, 0), 30)]
)
def test_a_refund_after_the_points_were_spent(counter, policy, state, after):
    anna = counter.member()
    counter.policy(refund_policy=policy)
    receipt = counter.buy(anna, 10_000, "1")
    counter.adjust(anna, -70)
    seen = counter.ask(purchases.preview_refund, purchase_id=receipt.purchase_id)
    if policy == "refuse":
        assert seen.decision is Decision.REFUSED
        assert "already spent" in said(lambda: counter.do(purchases.refund, purchase_id=receipt.purchase_id))
    else:
        assert (seen.points, seen.after, seen.owed_after) == (-100, after, state[1])
        assert counter.do(purchases.refund, purchase_id=receipt.purchase_id).after == after
    assert counter.state(anna) == state


def test_two_refunds_of_one_line_see_each_other(counter):
    receipt = counter.buy(None, 10_000, "1")
    counter.do(purchases.refund, purchase_id=receipt.purchase_id, lines=(RefundLine(1, 6_000),))
    refusal = said(lambda: counter.do(purchases.refund, purchase_id=receipt.purchase_id, lines=(RefundLine(1, 6_000),)))
    assert refusal.startswith("lines: More is refunded")


# -- void ------------------------------------------------------------------------------------------


def test_a_void_gives_the_number_free_and_takes_the_points_back(counter):
    anna = counter.member()
    wrong = counter.buy(anna, 100_000, "17")
    voided = counter.do(purchases.void, purchase_id=wrong.purchase_id)
    assert (voided.points, counter.state(anna)) == (-1_000, (0, 0))
    assert counter.buy(anna, 10_000, "17").after == 100
    refusal = said(lambda: counter.do(purchases.void, purchase_id=wrong.purchase_id))
    assert refusal == "purchase: This purchase was voided."


def test_a_voided_purchase_does_not_leave_its_tier_behind(counter):
    anna, system = counter.member(), counter.by("system")
    wrong = system.buy(anna, 2_000_000, "1")
    assert wrong.tier_after == "diamond"
    right = system.buy(anna, 200_000, "2")
    voided = system.do(purchases.void, purchase_id=wrong.purchase_id)
    assert (voided.tier_before, voided.tier_after) == ("diamond", "silver")
    assert counter.rows("SELECT tier_falls_on FROM member WHERE id = :m", m=anna) == [("",)]
    assert system.do(purchases.refund, purchase_id=right.purchase_id).tier_after == "silver"  # for the grace


def test_what_cannot_be_voided(counter, clock):
    anna = counter.member()
    receipt = counter.buy(anna, 10_000, "1")
    back = counter.do(purchases.refund, purchase_id=receipt.purchase_id, lines=(RefundLine(1, 5_000),))
    assert "void the refund first" in said(lambda: counter.do(purchases.void, purchase_id=receipt.purchase_id))
    clock.at += timedelta(days=1)
    assert "typed in today" in said(lambda: counter.do(purchases.void, purchase_id=back.purchase_id))


@pytest.mark.parametrize("policy", ["owe", "clamp"])
def test_a_voided_refund_leaves_the_books_as_they_were(counter, policy):
    anna = counter.member()
    counter.policy(refund_policy=policy)
    receipt = counter.buy(anna, 10_000, "1")
    counter.adjust(anna, -70)
    before = (counter.lots(anna), counter.state(anna))
    for _ in range(2):
        back = counter.do(purchases.refund, purchase_id=receipt.purchase_id)
        counter.do(purchases.void, purchase_id=back.purchase_id)
        assert (counter.lots(anna), counter.state(anna)) == before


def test_a_void_after_the_points_were_spent_is_owed(counter):
    anna = counter.member()
    wrong = counter.buy(anna, 10_000, "1")
    counter.adjust(anna, -60)
    counter.do(purchases.void, purchase_id=wrong.purchase_id)
    assert counter.state(anna) == (0, 60)


# -- lists -----------------------------------------------------------------------------------------


def test_purchases_are_listed_and_found_by_their_receipt(counter, clock):
    anna, ben = counter.member(), counter.member()
    first = counter.buy(anna, 1_000, "17")
    clock.at += timedelta(days=1)
    second = counter.buy(ben, 2_000, "17")
    third = counter.buy(None, 3_000, "18")
    page = counter.ask(purchases.page)
    assert [row.id for row in page.rows] == [third.purchase_id, second.purchase_id, first.purchase_id]
    assert [row.id for row in counter.ask(purchases.page, member_id=anna).rows] == [first.purchase_id]
    assert counter.ask(purchases.count) == 3
    assert counter.ask(purchases.count, member_id=ben) == 1
    assert [row.id for row in counter.ask(purchases.find, number="17")] == [second.purchase_id, first.purchase_id]
    (found,) = counter.ask(purchases.find, number="17", day=date(2026, 3, 2))
    assert (found.id, found.number, found.member_name) == (first.purchase_id, "17", "Member 1")
