"""What one may not do alone, a second operator allows; on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from desktop_admin.services import approvals, members, points, purchases
from desktop_admin.services.codec import Secret
from desktop_admin.services.command import new_request
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import NeedsApproval, Refused
from desktop_admin.services.purchases.facts import Line, RefundLine
from tests.services.counter import Counter

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def counter(database, as_role) -> Counter:
    return Counter(database, as_role, "counter")


def said(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.text()


def ask(till: Counter, kind: str = "points.adjust", **more) -> tuple[str, approvals.Asked]:
    request = more.pop("act_request", None) or new_request()
    return request, till.do(approvals.ask, act_request=request, kind=kind, **more)


def big(member_id: int, size: int = 5_000) -> dict[str, object]:
    return {"member_id": member_id, "points": size, "reason": "service", "note": "煮糊了"}


def test_an_approved_act_runs_once_under_the_forms_request(counter):
    anna, manager = counter.member(), counter.by("manager")
    with pytest.raises(NeedsApproval):
        counter.adjust(anna, 5_000, "service", note="煮糊了")
    request, asked = ask(counter, parameters=big(anna), note="please")
    (row,) = manager.ask(approvals.inbox).rows
    assert (row.points, row.before, row.after, row.requester, row.reason, row.note, row.may_decide) == (
        5_000,
        0,
        5_000,
        "The counter",
        "Goodwill after a complaint",
        "please",
        True,
    )
    assert row.why_text() == "More than 2,000 points in one act needs approval."
    assert (manager.ask(approvals.waiting), counter.ask(approvals.waiting)) == (1, 0)
    decided = manager.do(approvals.approve, approval_id=asked.approval_id, answer="ok")
    assert (decided.state, counter.state(anna)) == ("approved", (5_000, 0))
    receipt = counter.do(points.adjust, request=request, **big(anna))  # the form, sent again
    assert (receipt.operation_id, counter.state(anna)) == (decided.operation_id, (5_000, 0))
    detail = counter.ask(points.entry, entry_id=receipt.entry_id)
    assert (detail.row.operator, detail.asked_by, detail.row.note) == ("The manager", "The counter", "煮糊了")
    (row,) = counter.ask(approvals.inbox, box="mine").rows
    assert (row.state, row.decider, row.answer, row.operation_id) == (
        "approved",
        "The manager",
        "ok",
        decided.operation_id,
    )
    assert (
        said(lambda: manager.do(approvals.approve, approval_id=asked.approval_id)) == "This request is already decided."
    )


def test_parameters_are_sealed_with_the_members_key(counter):
    anna = counter.member()
    ask(counter, parameters=big(anna), note="隐私")
    ((parameters, summary),) = counter.rows("SELECT parameters, summary FROM approval")
    assert "煮糊了" not in parameters
    assert "隐私" not in summary


def test_nobody_decides_their_own_request(counter):
    anna, manager = counter.member(), counter.by("manager")
    _, asked = ask(manager, parameters=big(anna, 60_000))
    assert said(lambda: manager.do(approvals.approve, approval_id=asked.approval_id)).startswith("Somebody else")
    assert said(lambda: manager.do(approvals.reject, approval_id=asked.approval_id, answer="x")).startswith(
        "Somebody else"
    )
    assert (
        said(lambda: counter.do(approvals.approve, approval_id=asked.approval_id)) == "Your role does not allow this."
    )
    decide = "UPDATE approval SET state = 'approved', decider_id = :o WHERE id = :a"
    with pytest.raises(DBAPIError):
        manager.sql(decide, o=manager.actor.operator_id, a=asked.approval_id)


def test_the_deciders_own_limits_and_account_hold(counter):
    anna, manager, boss = counter.member(), counter.by("manager"), counter.by("administrator")
    _, asked = ask(counter, parameters=big(anna, 60_000))
    assert said(lambda: manager.do(approvals.approve, approval_id=asked.approval_id)).startswith(
        "This is above your own"
    )
    counter.sql("UPDATE operator SET member_id = :m WHERE id = :o", m=anna, o=boss.actor.operator_id)
    assert said(lambda: boss.do(approvals.approve, approval_id=asked.approval_id)).startswith(
        "Nobody acts on their own"
    )
    counter.sql("UPDATE operator SET member_id = NULL WHERE id = :o", o=boss.actor.operator_id)
    boss.do(approvals.approve, approval_id=asked.approval_id)
    assert counter.state(anna) == (60_000, 0)
    assert counter.rows("SELECT operator_id, points FROM typed_points") == [(boss.actor.operator_id, 60_000)]


def test_an_act_that_fails_by_now_leaves_the_request_open(counter):
    anna, manager = counter.member(5_000), counter.by("manager")
    _, asked = ask(counter, parameters={"member_id": anna, "points": -5_000, "reason": "misuse"})
    taken = counter.adjust(anna, -1)
    assert said(lambda: manager.do(approvals.approve, approval_id=asked.approval_id)).startswith("Only 4999 points")
    counter.do(points.reverse, entry_id=taken.entry_id, reason="typing")
    assert manager.do(approvals.approve, approval_id=asked.approval_id).state == "approved"


def test_what_cannot_be_asked(counter):
    anna = counter.member()

    def refusal(**more):
        return said(lambda: ask(counter, **more))

    assert refusal(parameters=big(anna, 100)).startswith("You may do this yourself")
    assert refusal(parameters=big(anna, 300_000)).startswith("The most in one act")
    assert refusal(parameters={**big(anna), "reason": "nowhere"}) == "Choose a reason from the list."
    assert refusal(parameters=big(anna, -5_000)).endswith("not for taking them.")
    assert refusal(kind="members.enrol", parameters={}) == "This act cannot be asked for."
    request, _ = ask(counter, parameters=big(anna))
    assert refusal(act_request=request, parameters=big(anna)).startswith("An approval for this was already asked")
    assert said(lambda: ask(counter.by("auditor"), parameters=big(anna))) == "Your role does not allow this."


def test_reject_withdraw_and_lapse(counter, clock):
    anna, manager = counter.member(), counter.by("manager")
    _, asked = ask(counter, parameters=big(anna))
    assert said(lambda: manager.do(approvals.reject, approval_id=asked.approval_id, answer=" ")).startswith("Say why")
    assert manager.do(approvals.reject, approval_id=asked.approval_id, answer="no").state == "rejected"
    _, asked = ask(counter, parameters=big(anna))
    assert said(lambda: manager.do(approvals.withdraw, approval_id=asked.approval_id)).startswith("Only the one")
    counter.do(approvals.withdraw, approval_id=asked.approval_id)
    assert (
        said(lambda: manager.do(approvals.approve, approval_id=asked.approval_id)) == "This request is already decided."
    )
    _, asked = ask(counter, parameters=big(anna))
    clock.at += timedelta(hours=72)
    assert said(lambda: manager.do(approvals.approve, approval_id=asked.approval_id)).startswith(
        "This request has lapsed"
    )
    assert manager.ask(approvals.inbox).rows == ()
    assert manager.do(approvals.lapse).requests == 1
    states = [row.state for row in manager.ask(approvals.inbox, box="all").rows]
    assert states == ["rejected", "withdrawn", "expired"]
    assert counter.state(anna) == (0, 0)


def test_a_request_cannot_be_changed_after_asking(counter):
    anna = counter.member()
    _, asked = ask(counter, parameters=big(anna))
    for change in ("points = 1", "parameters = '{}'", "requester_id = 1", "member_id = NULL", "request = 'abcdefghij'"):
        with pytest.raises(DBAPIError):
            counter.sql(f"UPDATE approval SET {change} WHERE id = :a", a=asked.approval_id)
    with pytest.raises(DBAPIError):
        counter.sql("DELETE FROM approval WHERE id = :a", a=asked.approval_id)
    made = (
        "INSERT INTO approval (kind, request, parameters, summary, branch_id, requester_id, requested_at, expires_at, "
        "state, decider_id) SELECT kind, 'abcdefghij', parameters, summary, branch_id, requester_id, requested_at, "
        "expires_at, 'approved', 1 FROM approval WHERE id = :a"
    )
    with pytest.raises(DBAPIError):
        counter.sql(made, a=asked.approval_id)


def test_every_kind_can_be_asked_and_done(counter, clock):
    anna, ben, manager = counter.member(), counter.member(), counter.by("manager")
    counter.gift(anna, 9_000)

    def done(kind, **parameters):
        _, asked = ask(counter, kind, parameters=parameters)
        return manager.do(approvals.approve, approval_id=asked.approval_id)

    done("points.transfer", from_member=anna, to_member=ben, points=3_000, reason="gift")
    assert (counter.state(anna), counter.state(ben)) == ((6_000, 0), (3_000, 0))
    ((entry,),) = counter.rows("SELECT min(id) FROM entry WHERE kind = 'transfer'")
    done("points.reverse", entry_id=entry, reason="typing")
    assert counter.state(ben) == (0, 0)
    done("purchases.record", member_id=ben, receipt_number="1", amount=500_000, bought_at=clock.at)
    assert counter.state(ben) == (5_000, 0)
    ((bought,),) = counter.rows("SELECT max(id) FROM purchase")
    done("purchases.void", purchase_id=bought)
    assert counter.state(ben) == (0, 0)
    done("purchases.record", member_id=ben, receipt_number="1", amount=500_000, bought_at=clock.at)
    ((bought,),) = counter.rows("SELECT max(id) FROM purchase")
    done("purchases.refund", purchase_id=bought, lines=(purchases.RefundLine(1, 300_000),))
    assert counter.state(ben)[0] == 2_000
    members_of = {row.member_id for row in manager.ask(approvals.inbox, box="all").rows}
    assert members_of == {anna, ben}


def test_an_approved_purchase_counts_where_it_was_asked(counter, clock):
    anna = counter.member()
    counter.sql("INSERT INTO branch (id, code, name) VALUES (77, '77', 'Far away')")
    manager = counter.by("manager")
    from dataclasses import replace

    manager.actor = replace(manager.actor, branch_id=77)
    asked_at = clock.at
    _, asked = ask(
        counter,
        "purchases.record",
        parameters={"member_id": anna, "receipt_number": "5", "amount": 500_000, "bought_at": asked_at},
    )
    clock.at += timedelta(days=1)
    manager.do(approvals.approve, approval_id=asked.approval_id)
    assert counter.rows("SELECT source, number FROM purchase") == [
        (f"till:{counter.actor.branch_id}", "2026-03-02/5")
    ]
    assert counter.rows("SELECT branch_id FROM operation WHERE kind = 'purchases.record'") == [
        (counter.actor.branch_id,)
    ]


def test_a_consent_is_checked_when_asked_and_not_kept(counter):
    anna, ben, manager = counter.member(9_000), counter.member(), counter.by("manager")
    counter.policy(spend_consent="pin")
    counter.do(members.set_pin, member_id=anna, pin=Secret("730194"))
    wanted = {"from_member": anna, "to_member": ben, "points": 3_000, "reason": "gift"}
    assert "PIN" in said(lambda: ask(counter, "points.transfer", parameters=wanted))
    _, asked = ask(counter, "points.transfer", parameters={**wanted, "consent": Secret("730194")})
    kept = counter.database.read(
        lambda work: members.unseal(work, anna, work.value(Sql("SELECT parameters FROM approval")))
    )
    assert "730194" not in kept
    manager.do(approvals.approve, approval_id=asked.approval_id)
    assert counter.state(ben) == (3_000, 0)


def test_an_act_that_would_move_other_points_by_now_is_asked_again(counter):
    anna, manager = counter.member(), counter.by("manager")
    receipt = manager.buy(anna, 300_000, "1", lines=(Line(100_000), Line(200_000)))
    _request, asked = ask(counter, "purchases.refund", parameters={"purchase_id": receipt.purchase_id})
    manager.do(purchases.refund, purchase_id=receipt.purchase_id, lines=(RefundLine(1, 100_000),))
    assert said(lambda: manager.do(approvals.approve, approval_id=asked.approval_id)) == (
        "This would move -2,000 points by now, not -3,000; it must be asked again."
    )
    assert counter.state(anna) == (2_000, 0)
    assert manager.do(approvals.reject, approval_id=asked.approval_id, answer="ask again").state == "rejected"


def test_a_purchase_asked_for_under_another_rule_is_asked_again(counter, clock):
    anna, manager = counter.member(), counter.by("manager")
    said_of = {"member_id": anna, "receipt_number": "9", "amount": 300_000, "bought_at": clock.at}
    _request, asked = ask(counter, "purchases.record", parameters=said_of)
    manager.policy(amount_per_point=10)
    assert "not 3,000" in said(lambda: manager.do(approvals.approve, approval_id=asked.approval_id))
    assert (counter.state(anna), counter.rows("SELECT count(*) FROM purchase")) == ((0, 0), [(0,)])
