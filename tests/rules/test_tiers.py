from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_admin.services.rules.tiers import (
    Contribution,
    Falls,
    Level,
    Manual,
    ManualMode,
    Needs,
    Standing,
    TierDown,
    TierPolicy,
    TierReason,
    TierWindow,
    check_levels,
    check_policy,
    evaluate,
    falls,
    figure_on,
    level_for,
    needs,
    shown,
    window_of,
)
from desktop_admin.services.rules.words import RuleError

LEVELS = (
    Level("regular", 0, 100),
    Level("silver", 1000, 120),
    Level("gold", 5000, 150),
    Level("diamond", 20000, 200),
)
ROLLING = TierPolicy(LEVELS)
YEAR = TierPolicy(LEVELS, window=TierWindow.CALENDAR_YEAR)
TODAY = date(2026, 6, 15)


def later(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("figure", "code"),
    [(-5, "regular"), (0, "regular"), (999, "regular"), (1000, "silver"), (4999, "silver"),
     (5000, "gold"), (10**12, "diamond")],
)  # fmt: skip
def test_the_highest_threshold_reached_counts(figure, code):
    assert level_for(LEVELS, figure).code == code
    assert shown(figure) == max(0, figure)


@pytest.mark.parametrize(
    "levels",
    [
        (),
        (Level("regular", 1),),
        (Level("regular", 0), Level("silver", 0)),
        (Level("regular", 0), Level("silver", 10), Level("gold", 10)),
        (Level("regular", 0), Level("silver", 10), Level("gold", 9)),
        (Level("regular", 0), Level("regular", 10)),
        (Level("regular", 0, 0),),
        (Level("regular", 0), Level("silver", 10, 1_000_000)),
        (Level("regular", 0), Level("silver", 10**15)),
    ],
)
def test_thresholds_and_multipliers_that_make_no_sense_are_refused(levels):
    with pytest.raises(RuleError) as refused:
        check_levels(levels)
    assert str(refused.value)


def test_windows_and_graces_have_bounds():
    check_policy(ROLLING)
    check_policy(replace(ROLLING, months=120, grace_days=366))
    check_policy(replace(ROLLING, months=1, grace_days=0))
    check_levels((Level("regular", 0), Level("silver", 10**14)))
    for wrong in (
        replace(ROLLING, months=0),
        replace(ROLLING, months=121),
        replace(ROLLING, grace_days=-1),
        replace(ROLLING, grace_days=367),
    ):
        with pytest.raises(RuleError):
            check_policy(wrong)
    with pytest.raises(RuleError):
        ROLLING.rank("platinum")


def test_up_at_once_over_several_tiers():
    change = evaluate(ROLLING, Standing("regular"), 6000, TODAY)
    assert (change.standing.code, change.reason, change.changed) == (
        "gold",
        TierReason.REACHED,
        True,
    )


def test_down_only_after_the_grace():
    standing = evaluate(ROLLING, Standing("gold"), 1200, TODAY).standing
    assert standing == Standing("gold", TODAY)
    assert evaluate(ROLLING, standing, 1200, later(29)).standing == standing
    fell = evaluate(ROLLING, standing, 1200, later(30))
    assert (fell.standing, fell.reason) == (Standing("silver"), TierReason.FELL)


def test_reaching_the_figure_again_ends_the_grace():
    standing = evaluate(ROLLING, Standing("gold"), 1200, TODAY).standing
    assert evaluate(ROLLING, standing, 5000, later(10)).standing == Standing("gold")


def test_one_step_at_a_time_where_the_shop_wants_it():
    policy = replace(ROLLING, down=TierDown.ONE_STEP)
    standing = evaluate(policy, Standing("diamond"), 0, TODAY).standing
    steps = []
    for days in range(1, 100):
        change = evaluate(policy, standing, 0, later(days))
        standing = change.standing
        if change.changed:
            steps.append((days, standing.code))
    assert steps == [(30, "gold"), (60, "silver"), (90, "regular")]


def test_a_tier_set_by_hand_is_a_floor():
    standing = Standing("regular", None, Manual("gold", until=later(10)))
    held = evaluate(ROLLING, standing, 0, TODAY)
    assert (held.standing.code, held.reason) == ("gold", TierReason.MANUAL)
    above = evaluate(ROLLING, held.standing, 30_000, TODAY)
    assert (above.standing.code, above.reason) == ("diamond", TierReason.REACHED)
    last_day = evaluate(ROLLING, held.standing, 0, later(10))
    assert (last_day.standing.code, last_day.reason) == ("gold", TierReason.UNCHANGED)
    ended = evaluate(ROLLING, held.standing, 1500, later(11))
    assert (ended.standing, ended.reason) == (Standing("silver"), TierReason.MANUAL_ENDED)


def test_a_fixed_tier_does_not_rise_either():
    standing = Standing("gold", None, Manual("silver", ManualMode.FIXED))
    change = evaluate(ROLLING, standing, 10**6, TODAY)
    assert (change.standing.code, change.reason) == ("silver", TierReason.MANUAL)
    assert falls(ROLLING, change.standing, [], TODAY) is None


def test_what_figures_gave_above_a_floor_survives_its_end():
    standing = Standing("diamond", None, Manual("gold", until=later(-1)))
    assert evaluate(ROLLING, standing, 25_000, TODAY).standing == Standing("diamond")
    assert evaluate(ROLLING, standing, 0, TODAY).standing == Standing("diamond", TODAY)


@given(st.integers(-100, 30_000), st.sampled_from([level.code for level in LEVELS]))
def test_evaluating_twice_on_a_day_changes_nothing_more(figure, code):
    first = evaluate(ROLLING, Standing(code), figure, TODAY)
    again = evaluate(ROLLING, first.standing, figure, TODAY)
    assert again.standing == first.standing
    assert not again.changed


def test_the_figure_of_a_rolling_year_and_of_calendar_years():
    parts = [
        Contribution(date(2025, 6, 15), 100),
        Contribution(date(2025, 6, 16), 200),
        Contribution(date(2026, 6, 15), 400),
        Contribution(date(2026, 6, 16), 800),
    ]
    assert figure_on(ROLLING, parts, TODAY) == 600
    assert figure_on(YEAR, parts, TODAY) == 400  # 300 last year, 400 so far this year
    assert figure_on(replace(ROLLING, window=TierWindow.LIFETIME), parts, TODAY) == 700
    assert window_of(YEAR, TODAY).first == date(2025, 1, 1)
    refund = [*parts, Contribution(date(2025, 6, 16), -1000)]
    assert figure_on(ROLLING, refund, TODAY) == -400


def test_needs_so_much_more_by_a_day():
    parts = [Contribution(date(2025, 9, 1), 300), Contribution(date(2026, 5, 1), 360)]
    assert needs(ROLLING, "regular", parts, TODAY) == Needs("silver", 340, date(2026, 8, 31))
    assert needs(YEAR, "regular", parts, TODAY) == Needs("silver", 640, date(2026, 12, 31))
    assert needs(ROLLING, "diamond", parts, TODAY) is None
    assert needs(ROLLING, "regular", [], TODAY) == Needs("silver", 1000, None)


def test_falls_on_a_day_unless_so_much_more():
    parts = [Contribution(date(2025, 9, 1), 4000), Contribution(date(2026, 5, 1), 1120)]
    on = date(2026, 9, 1) + timedelta(days=30)
    assert falls(ROLLING, Standing("gold"), parts, TODAY) == Falls("silver", on, 3880)
    standing = Standing("gold")
    for day in range(150):  # and that is what the nightly evaluation then does
        today = later(day)
        change = evaluate(ROLLING, standing, figure_on(ROLLING, parts, today), today)
        standing = change.standing
        assert (standing.code == "silver") == (today >= on)


def test_falls_at_new_year_by_calendar_year():
    policy = replace(YEAR, grace_days=0)
    parts = [Contribution(date(2025, 3, 1), 6000), Contribution(date(2026, 3, 1), 4880)]
    assert falls(policy, Standing("gold"), parts, TODAY) == Falls("silver", date(2027, 1, 1), 120)
    assert falls(policy, Standing("regular"), [], TODAY) is None


def test_a_running_grace_says_its_end_and_a_floor_holds():
    standing = Standing("gold", later(-20))
    assert falls(ROLLING, standing, [], TODAY) == Falls("regular", later(10), 5000)
    floored = replace(standing, manual=Manual("silver"))
    assert falls(ROLLING, floored, [], TODAY) == Falls("silver", later(10), 5000)
    ends = Standing("gold", None, Manual("gold", until=later(5)))
    assert falls(ROLLING, ends, [], TODAY) == Falls("regular", later(6), 5000)
    some = [Contribution(TODAY, 1500)]
    assert falls(ROLLING, ends, some, TODAY) == Falls("silver", later(6), 3500)
    assert falls(ROLLING, Standing("gold", None, Manual("gold")), [], TODAY) is None


@given(
    st.lists(
        st.builds(
            Contribution,
            day=st.dates(date(2025, 6, 1), TODAY),
            figure=st.integers(-500, 4000),
        ),
        max_size=8,
    ),
    st.sampled_from([ROLLING, replace(ROLLING, grace_days=0)]),
)
def test_the_projection_is_what_the_nightly_evaluation_does(parts, policy):
    standing = evaluate(policy, Standing("regular"), figure_on(policy, parts, TODAY), TODAY).standing
    foreseen = falls(policy, standing, parts, TODAY)
    start = standing.code
    for day in range(1, 500):
        today = later(day)
        change = evaluate(policy, standing, figure_on(policy, parts, today), today)
        standing = change.standing
        if policy.rank(standing.code) != policy.rank(start):
            break
    if policy.rank(standing.code) < policy.rank(start):
        assert foreseen is not None
        assert (foreseen.code, foreseen.on) == (standing.code, today)
    elif standing.code == start:
        assert foreseen is None


def test_staying_is_no_news():
    change = evaluate(ROLLING, Standing("gold"), 5000, TODAY)
    assert (change.reason, change.changed) == (TierReason.UNCHANGED, False)


def test_a_purchase_of_29_february_counts_through_28_february():
    bought, policy = date(2028, 2, 29), replace(ROLLING, grace_days=0)
    parts = [Contribution(bought, 5000)]
    foreseen = falls(policy, Standing("gold"), parts, date(2028, 3, 1))
    assert foreseen == Falls("regular", date(2029, 3, 1), 5000)
    assert figure_on(policy, parts, date(2029, 2, 28)) == 5000


def test_one_step_is_foreseen_as_one_step():
    policy = replace(ROLLING, down=TierDown.ONE_STEP)
    assert falls(policy, Standing("diamond"), [], TODAY) == Falls("gold", later(30), 20_000)
