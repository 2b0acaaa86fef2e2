import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_admin.services.rules.stock import (
    MOVEMENT_TITLES,
    STOCK_STATE_TITLES,
    Effect,
    Level,
    MovementKind,
    StockState,
    classify,
    count_difference,
    effect,
    moved,
)
from desktop_admin.services.rules.words import RuleError

K = MovementKind


@pytest.mark.parametrize(
    ("kind", "pieces", "on_hand", "reserved"),
    [
        (K.RECEIVE, 5, 5, 0),
        (K.ISSUE, 5, -5, 0),
        (K.TRANSFER_OUT, 5, -5, 0),
        (K.TRANSFER_IN, 5, 5, 0),
        (K.COUNT, 5, 5, 0),
        (K.COUNT, -5, -5, 0),
        (K.WRITE_OFF, 5, -5, 0),
        (K.RETURN, 5, 5, 0),
        (K.RESERVE, 5, 0, 5),
        (K.RELEASE, 5, 0, -5),
        (K.HAND_OVER, 5, -5, -5),
    ],
)
def test_what_each_movement_does(kind, pieces, on_hand, reserved):
    assert effect(kind, pieces) == Effect(on_hand, reserved)


@pytest.mark.parametrize("kind", list(K))
@pytest.mark.parametrize("pieces", [0, -1, 10**9 + 1])
def test_pieces_have_a_number(kind, pieces):
    if kind is K.COUNT and pieces == -1:
        return
    with pytest.raises(RuleError):
        effect(kind, pieces)


@pytest.mark.parametrize(
    ("level", "kind", "pieces"),
    [
        (Level(5, 0), K.ISSUE, 6),
        (Level(5, 3), K.ISSUE, 3),
        (Level(5, 3), K.RESERVE, 3),
        (Level(5, 3), K.TRANSFER_OUT, 3),
        (Level(5, 3), K.COUNT, -3),
        (Level(5, 3), K.RELEASE, 4),
        (Level(5, 3), K.HAND_OVER, 4),
        (Level(0, 0), K.HAND_OVER, 1),
    ],
)
def test_nothing_is_given_that_is_not_there(level, kind, pieces):
    with pytest.raises(RuleError) as refused:
        moved(level, kind, pieces)
    assert str(refused.value)


def test_reserving_and_handing_over_and_releasing():
    level = moved(Level(), K.RECEIVE, 5)
    level = moved(level, K.RESERVE, 3)
    assert (level, level.available) == (Level(5, 3), 2)
    assert moved(level, K.HAND_OVER, 3) == Level(2, 0)
    assert moved(level, K.RELEASE, 3) == Level(5, 0)


@given(st.lists(st.tuples(st.sampled_from(list(K)), st.integers(-3, 9)), max_size=40))
def test_no_history_oversells(steps):
    level = Level()
    for kind, pieces in steps:
        try:
            level = moved(level, kind, pieces)
        except RuleError:
            continue
        assert level.available >= 0
        assert level.reserved >= 0


def test_counting():
    assert count_difference(Level(5, 1), 3) == -2
    assert count_difference(Level(5, 1), 5) == 0
    with pytest.raises(RuleError):
        count_difference(Level(5, 1), -1)


@pytest.mark.parametrize(
    ("level", "safety", "reorder", "state"),
    [
        (Level(0, 0), 0, 0, "out"),
        (Level(5, 5), 2, 3, "out"),
        (Level(5, 4), 2, 3, "low"),
        (Level(5, 3), 2, 3, "reorder"),
        (Level(5, 2), 2, 3, "reorder"),
        (Level(5, 1), 2, 3, "enough"),
        (Level(1, 0), 0, 0, "enough"),
    ],
)
def test_low_stock(level, safety, reorder, state):
    assert classify(level, safety, reorder) == state


def test_titles_are_whole():
    assert set(MOVEMENT_TITLES) == set(K)
    assert set(STOCK_STATE_TITLES) == set(StockState)
