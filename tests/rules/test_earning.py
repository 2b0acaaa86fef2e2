from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_admin.services.rules.earning import (
    BaseRule,
    Bonus,
    Effect,
    Rounding,
    base_points,
    best_of_groups,
    check_multiplier,
    earn,
    kept_points,
    share,
    share_discount,
    taken_back,
    toward_zero,
)
from desktop_admin.services.rules.words import RuleError

BASE = BaseRule()
GOLD = Bonus(1, "gold", Effect.MULTIPLIER, 200, "tier")
WEEKEND = Bonus(2, "weekend", Effect.MULTIPLIER, 200, "calendar")
BONUSES = st.lists(
    st.builds(
        Bonus,
        rule_id=st.integers(1, 10**6),
        name=st.just("rule"),
        effect=st.sampled_from([Effect.MULTIPLIER, Effect.FIXED]),
        amount=st.integers(1, 999),
        group=st.sampled_from(["", "a", "b", "c"]),
    ),
    max_size=6,
    unique_by=lambda bonus: bonus.rule_id,
)


def test_the_example_of_the_rule_book():
    earned = earn(12_000, BASE, [WEEKEND, GOLD])
    assert earned.points == 360
    assert [(line.name, line.factor, line.points) for line in earned.lines] == [
        ("base", 100, 120),
        ("weekend", 200, 120),
        ("gold", 200, 120),
    ]


@pytest.mark.parametrize(
    ("minor", "points"),
    [(0, 0), (99, 0), (100, 1), (199, 1), (-99, 0), (-199, -1), (-200, -2), (12_345, 123)],
)
def test_the_base_is_per_whole_unit_toward_zero(minor, points):
    assert base_points(minor, BASE) == points


def test_other_bases():
    assert base_points(1999, BaseRule(points=3, per_minor=1000)) == 3
    assert base_points(-1999, BaseRule(points=3, per_minor=1000)) == -3


@given(st.integers(0, 10**9), BONUSES, st.sampled_from(list(Rounding)), st.randoms())
def test_the_order_of_the_rules_does_not_matter(minor, bonuses, rounding, random):
    shuffled = random.sample(bonuses, len(bonuses))
    assert earn(minor, BASE, shuffled, rounding) == earn(minor, BASE, bonuses, rounding)


def test_every_permutation_of_four_rules_gives_the_same():
    rules = [
        GOLD,
        WEEKEND,
        Bonus(3, "day", Effect.FIXED, 15),
        Bonus(4, "1.25", Effect.MULTIPLIER, 125),
    ]
    assert len({earn(3_333, BASE, order) for order in permutations(rules)}) == 1


@given(st.integers(0, 10**9), BONUSES, st.sampled_from(list(Rounding)))
def test_the_lines_explain_the_whole(minor, bonuses, rounding):
    earned = earn(minor, BASE, bonuses, rounding)
    assert sum(line.points for line in earned.lines) == earned.points


@given(st.integers(0, 10**7), BONUSES)
def test_one_rounding_at_the_end(minor, bonuses):
    base = base_points(minor, BASE)
    hundredths = base * 100
    for bonus in best_of_groups(base, bonuses):
        extra = base * (bonus.amount - 100)
        hundredths += extra if bonus.effect is Effect.MULTIPLIER else bonus.amount * 100
    assert earn(minor, BASE, bonuses).points == hundredths // 100
    assert earn(minor, BASE, bonuses, Rounding.UP).points == -(-hundredths // 100)
    assert earn(minor, BASE, bonuses, Rounding.NEAREST).points == (hundredths + 50) // 100


def test_inside_a_group_only_the_best_counts_and_extras_add_up_across_groups():
    silver = Bonus(5, "silver", Effect.MULTIPLIER, 150, "tier")
    gift = Bonus(6, "gift", Effect.FIXED, 200, "tier")
    assert earn(10_000, BASE, [silver, GOLD]).points == 200
    assert earn(10_000, BASE, [silver, GOLD, gift]).points == 300  # 200 fixed beat ×2 of 100
    assert earn(10_000, BASE, [silver, WEEKEND]).points == 250  # extras add, they do not multiply
    alone = [Bonus(7, "a", Effect.FIXED, 1), Bonus(8, "b", Effect.FIXED, 1)]
    assert earn(0, BASE, alone).points == 2


def test_a_bare_cancellation_goes_by_the_base():
    assert earn(-12_050, BASE, [GOLD, WEEKEND]).points == -120


@pytest.mark.parametrize("percent", [0, -100, 10_001, 100_000_000])
def test_wild_multipliers_are_refused(percent):
    with pytest.raises(RuleError):
        check_multiplier(percent)


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (10, [1, 1, 1], (3, 3, 4)),
        (11, [1, 1, 1], (3, 3, 5)),
        (100, [5000, 3000, 2000], (50, 30, 20)),
        (7, [0, 0], (0, 7)),
        (-7, [2, 1], (-4, -3)),
        (5, [9], (5,)),
        (0, [], ()),
    ],
)
def test_the_last_line_takes_the_remainder(total, weights, shares):
    assert share(total, weights) == shares


def test_nothing_to_share_over_is_refused():
    with pytest.raises(RuleError):
        share(1, [])


@given(st.data(), st.lists(st.integers(0, 10**7), min_size=1, max_size=8))
def test_a_discount_is_shared_whole_and_no_line_goes_below_zero(data, amounts):
    discount = data.draw(st.integers(0, sum(amounts)))
    shares = share_discount(discount, amounts)
    assert sum(shares) == discount
    assert all(0 <= part <= amount for part, amount in zip(shares, amounts, strict=True))


def test_a_discount_the_last_line_cannot_bear_goes_to_the_ones_before():
    assert share_discount(3, [1, 1, 1, 1]) == (0, 1, 1, 1)
    assert share_discount(1000, [5000, 0]) == (1000, 0)
    with pytest.raises(RuleError):
        share_discount(5, [1, 1])
    with pytest.raises(RuleError):
        share_discount(-1, [1, 1])


@given(
    st.integers(0, 10**6),
    st.integers(1, 10**7),
    st.lists(st.integers(0, 10**7), max_size=6),
)
def test_parts_of_a_refund_add_up_to_the_whole(earned, original, cuts):
    steps = sorted({min(cut, original) for cut in cuts} | {0, original}, reverse=True)
    parts = [taken_back(earned, original, before, after) for before, after in pairwise(steps)]
    assert sum(parts) == earned
    assert all(part >= 0 for part in parts)


def test_slivers_cannot_cheat():
    assert kept_points(10, 1000, 999) == 9
    assert [taken_back(10, 1000, 1000 - n, 999 - n) for n in range(3)] == [1, 0, 0]
    assert taken_back(7, 1000, 1000, 500) + taken_back(7, 1000, 500, 0) == 7
    for wrong in [(7, 1000, 1001), (7, 1000, -1), (7, 0, 0)]:
        with pytest.raises(RuleError):
            kept_points(*wrong)
    with pytest.raises(RuleError):
        taken_back(7, 1000, 400, 500)


@given(st.integers(), st.integers().filter(bool))
def test_toward_zero_mirrors(numerator, denominator):
    assert toward_zero(numerator, denominator) == -toward_zero(-numerator, denominator)
    assert abs(toward_zero(numerator, denominator)) == abs(numerator) // abs(denominator)
