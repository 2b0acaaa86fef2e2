from datetime import UTC, datetime, timedelta

import pytest

from desktop_admin.services.rules.passwords import (
    COMMON,
    check_password,
    delay_after,
    normalise_password,
    wait_left,
)
from desktop_admin.services.rules.words import RuleError

TOO_LONG = "".join(map(chr, range(0x4E00, 0x4E80, 2))) * 2 + "x"  # 129 characters


@pytest.mark.parametrize(
    "password",
    [
        "green-teapot-41",
        "correct horse",
        "七里香的下午茶时光",
        "x9#kL2pq",
        "a" * 7 + "bcdefghij",
        "é" * 3 + "quince",
    ],
)
def test_long_and_uncommon_is_enough(password):
    check_password(password, user_name="chen")


@pytest.mark.parametrize(
    "password",
    [
        "", "1234567", TOO_LONG, "password", "PassWord", "12345678", "ｐａｓｓｗｏｒｄ",
        "88888888", "zzzzzzzzzz", "abababab", "abcabcabc", "abcdefghi", "98765432", "PointsDesk1",
        "积分台2026", "chenwei88", "qwertyuiop", "5201314a",
    ],
)  # fmt: skip
def test_short_long_and_guessable_ones_are_refused(password):
    with pytest.raises(RuleError) as refused:
        check_password(password, user_name="chenwei")
    assert str(refused.value)


def test_the_list_is_usable():
    assert len(COMMON) >= 200
    assert all(len(word) >= 8 and word == word.casefold() for word in COMMON)


def test_however_typed_a_password_is_the_same():
    assert normalise_password("ｅ\u0301１") == normalise_password("é1")


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 16), (10, 900), (11, 900), (10**6, 900)],
)
def test_guessing_gets_slow(failures, seconds):
    assert delay_after(failures) == timedelta(seconds=seconds)


def test_the_wait_that_is_left():
    failed = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    assert wait_left(10, failed, failed + timedelta(minutes=5)) == timedelta(minutes=10)
    assert wait_left(10, failed, failed + timedelta(minutes=16)) == timedelta(0)
    assert wait_left(9, None, failed) == timedelta(0)
    assert wait_left(5, failed, failed - timedelta(days=1)) == timedelta(seconds=1)


def test_a_name_inside_a_longer_password_is_no_harm():
    check_password("chenwei-likes-tea", user_name="chenwei")
    check_password("chenweixkqzt", user_name="chenwei")
    check_password("x9#kL2pqa", user_name="a")
    with pytest.raises(RuleError, match="others know"):
        check_password("chenweixkqz", user_name="chenwei")
    with pytest.raises(RuleError, match="others know"):
        check_password("王伟王伟王伟12", user_name="王伟")
