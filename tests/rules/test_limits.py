import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_admin.services.permissions import Role
from desktop_admin.services.rules.limits import (
    DEFAULT_LIMITS,
    Decision,
    Limits,
    check_decider,
    check_limits,
    check_not_own,
    judge_points,
    judge_reversal,
)
from desktop_admin.services.rules.words import RuleError

LIMITS = Limits(per_act=100, per_day=250, reversal_days=3, most_per_act=1000)


@pytest.mark.parametrize(
    ("points", "used", "decision"),
    [
        (100, 0, "allowed"),
        (-100, 0, "allowed"),
        (101, 0, "needs_approval"),
        (-101, 0, "needs_approval"),
        (100, 150, "allowed"),
        (100, 151, "needs_approval"),
        (1000, 0, "needs_approval"),
        (1001, 0, "refused"),
        (-1001, 0, "refused"),
    ],
)
def test_points_of_one_act_and_of_a_day(points, used, decision):
    verdict = judge_points(LIMITS, points, used)
    assert verdict.decision == decision
    assert verdict.allowed == (decision == "allowed")
    assert verdict.allowed or verdict.message.format(**verdict.facts)


@pytest.mark.parametrize(
    ("points", "age", "decision"),
    [
        (50, 3, "allowed"),
        (50, 4, "needs_approval"),
        (200, 0, "needs_approval"),
        (5000, 9, "refused"),
    ],
)
def test_reversals_have_an_age_too(points, age, decision):
    verdict = judge_reversal(LIMITS, points, 0, age)
    assert verdict.decision == decision
    assert verdict.allowed or verdict.message.format(**verdict.facts)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_cutting_an_act_in_two_gains_nothing_in_a_day(first, second, used):
    whole = judge_points(Limits(10**6, 250, 3), first + second, used)
    first_part = judge_points(Limits(10**6, 250, 3), first, used)
    second_part = judge_points(Limits(10**6, 250, 3), second, used + first)
    assert whole.allowed == (first_part.allowed and second_part.allowed)


def test_defaults_are_sound_and_cover_every_role():
    assert set(DEFAULT_LIMITS) == {role.value for role in Role}
    for limits in DEFAULT_LIMITS.values():
        check_limits(limits)
    assert judge_points(DEFAULT_LIMITS["auditor"], 1, 0).decision is Decision.REFUSED


@pytest.mark.parametrize(
    "limits",
    [Limits(10, 5, 1), Limits(-1, 5, 1), Limits(10, 50, 1, most_per_act=9), Limits(1, 10**13, 1)],
)
def test_limits_that_contradict_each_other_are_refused(limits):
    with pytest.raises(RuleError):
        check_limits(limits)


def test_nobody_for_oneself():
    check_not_own(None, 1, 2)
    check_not_own(3, 1, 2)
    with pytest.raises(RuleError):
        check_not_own(2, 1, 2)
    check_decider(1, 2)
    with pytest.raises(RuleError):
        check_decider(1, 1)
