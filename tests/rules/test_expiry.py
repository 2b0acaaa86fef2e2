from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_admin.services.rules import expiry
from desktop_admin.services.rules.expiry import NEVER, ExpiryKind, ExpiryPolicy
from desktop_admin.services.rules.words import RuleError

K = ExpiryKind
PERIODS = [K.END_OF_MONTH, K.END_OF_QUARTER, K.END_OF_HALF_YEAR, K.END_OF_YEAR]


@pytest.mark.parametrize(
    ("kind", "number", "earned", "pending", "last_day"),
    [
        (K.NEVER, 0, "2026-01-31", 0, "9999-12-31"),
        (K.INACTIVITY, 12, "2026-01-31", 0, "9999-12-31"),
        (K.MONTHS, 1, "2026-01-31", 0, "2026-02-28"),
        (K.MONTHS, 1, "2028-01-31", 0, "2028-02-29"),
        (K.MONTHS, 12, "2028-02-29", 0, "2029-02-28"),
        (K.MONTHS, 12, "2026-03-15", 14, "2027-03-15"),  # months count from earning
        (K.END_OF_MONTH, 1, "2026-05-31", 0, "2026-06-30"),  # never skips a period
        (K.END_OF_MONTH, 1, "2026-01-31", 0, "2026-02-28"),
        (K.END_OF_MONTH, 0, "2026-01-31", 0, "2026-01-31"),
        (K.END_OF_MONTH, 0, "2026-01-31", 1, "2026-02-28"),  # periods count from usable
        (K.END_OF_QUARTER, 1, "2026-08-31", 0, "2026-09-30"),
        (K.END_OF_QUARTER, 12, "2026-12-31", 0, "2027-12-31"),
        (K.END_OF_HALF_YEAR, 6, "2026-08-31", 0, "2027-06-30"),
        (K.END_OF_YEAR, 0, "2026-12-31", 7, "2027-12-31"),
        (K.END_OF_YEAR, 12, "2026-06-15", 0, "2027-12-31"),
        (K.CALENDAR_YEAR, 0, "2026-06-15", 0, "2026-12-31"),
        (K.CALENDAR_YEAR, 1, "2026-12-31", 0, "2027-12-31"),
        (K.CALENDAR_YEAR, 1, "2026-12-31", 1, "2028-12-31"),
    ],
)
def test_the_last_usable_day(kind, number, earned, pending, last_day):
    found = expiry.expires_on(ExpiryPolicy(kind, number), date.fromisoformat(earned), pending)
    assert found == date.fromisoformat(last_day)


@given(
    st.sampled_from(list(K)),
    st.integers(0, 40),
    st.dates(date(2000, 1, 1), date(2060, 1, 1)),
    st.integers(0, 400),
)
def test_a_policy_that_was_saved_gives_points_that_can_be_used(kind, number, earned, pending):
    policy = ExpiryPolicy(kind, number)
    try:
        expiry.check_policy(policy, pending)
    except RuleError:
        return
    assert expiry.usable_from(earned, pending) <= expiry.expires_on(policy, earned, pending)


@given(st.sampled_from(PERIODS), st.integers(0, 40), st.dates(date(2000, 1, 1), date(2060, 1, 1)))
def test_a_later_day_never_ends_earlier_and_no_period_is_skipped(kind, number, earned):
    policy = ExpiryPolicy(kind, number)
    today = expiry.expires_on(policy, earned)
    tomorrow = expiry.expires_on(policy, earned + timedelta(days=1))
    assert tomorrow >= today
    months = {K.END_OF_MONTH: 1, K.END_OF_QUARTER: 3, K.END_OF_HALF_YEAR: 6, K.END_OF_YEAR: 12}
    index = (today.year * 12 + today.month - 1) // months[kind]
    after = (tomorrow.year * 12 + tomorrow.month - 1) // months[kind]
    assert after - index in (0, 1)


@pytest.mark.parametrize(
    ("policy", "pending"),
    [
        (ExpiryPolicy(K.MONTHS, 1), 29),
        (ExpiryPolicy(K.MONTHS, 12), 366),
        (ExpiryPolicy(K.MONTHS, 0), 0),
        (ExpiryPolicy(K.MONTHS, 601), 0),
        (ExpiryPolicy(K.NEVER, 3), 0),
        (ExpiryPolicy(K.INACTIVITY, 0), 0),
        (ExpiryPolicy(K.END_OF_YEAR, -1), 0),
        (ExpiryPolicy(K.CALENDAR_YEAR, 51), 0),
        (ExpiryPolicy(K.NEVER), -1),
        (ExpiryPolicy(K.NEVER), 3661),
        (ExpiryPolicy(K.INACTIVITY, 601), 0),
        (ExpiryPolicy(K.END_OF_MONTH, 601), 0),
        (ExpiryPolicy(K.CALENDAR_YEAR, -1), 0),
    ],
)
def test_policies_without_sense_are_refused(policy, pending):
    with pytest.raises(RuleError) as refused:
        expiry.check_policy(policy, pending)
    assert str(refused.value)


@pytest.mark.parametrize(
    ("policy", "pending"),
    [
        (ExpiryPolicy(K.MONTHS, 1), 28),
        (ExpiryPolicy(K.MONTHS, 12), 365),
        (ExpiryPolicy(K.MONTHS, 600), 3660),
        (ExpiryPolicy(), 3660),
        (ExpiryPolicy(K.END_OF_MONTH, 0), 3660),
        (ExpiryPolicy(K.END_OF_YEAR, 600), 0),
        (ExpiryPolicy(K.CALENDAR_YEAR, 0), 0),
        (ExpiryPolicy(K.CALENDAR_YEAR, 50), 0),
        (ExpiryPolicy(K.INACTIVITY, 1), 0),
    ],
)
def test_the_bounds_themselves_are_allowed(policy, pending):
    expiry.check_policy(policy, pending)


def test_points_can_be_used_through_the_whole_last_day():
    first, last = date(2026, 1, 5), date(2026, 1, 31)
    usable = [expiry.is_usable(first, last, day) for day in (date(2026, 1, 4), first, last, date(2026, 2, 1))]
    assert usable == [False, True, True, False]


def test_a_changed_policy_never_shortens_a_lot():
    assert expiry.changed_expiry(NEVER, date(2026, 1, 1)) == NEVER
    assert expiry.changed_expiry(date(2026, 1, 1), date(2027, 1, 1)) == date(2027, 1, 1)


def test_grace_opens_only_what_has_ended():
    today = date(2026, 3, 1)
    assert expiry.grace_last_day(today, today) == today
    assert expiry.grace_last_day(date(2026, 2, 28), today) == date(2026, 3, 31)
    assert expiry.grace_last_day(date(2026, 2, 28), today, 0) == today
    assert expiry.grace_last_day(NEVER, today) == NEVER


def test_inactivity_ends_the_whole_balance_after_the_last_activity():
    policy = ExpiryPolicy(K.INACTIVITY, 12)
    assert expiry.inactive_on(policy, date(2028, 2, 29)) == date(2029, 2, 28)
    assert expiry.inactive_on(ExpiryPolicy(), date(2028, 2, 29)) == NEVER
    assert expiry.days_left(date(2026, 1, 3), date(2026, 1, 1)) == 2
    assert expiry.days_left(NEVER, date(2026, 1, 1)) is None
