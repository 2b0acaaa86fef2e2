"""The lock without the server: the same operator, a hash in memory, five tries."""

from __future__ import annotations

import pytest

from desktop_admin.services.errors import Refused
from desktop_admin.services.operators import secrets
from desktop_admin.services.operators.reopening import TRIES, Reopening
from desktop_admin.services.permissions import Role
from desktop_admin.services.work import Actor

ANNA, BEN = Actor(1, "Anna", Role.COUNTER, 1), Actor(2, "Ben", Role.COUNTER, 1)


@pytest.fixture
def lock() -> Reopening:
    made = Reopening()
    made.remember("anna", "correct horse 42", ANNA)
    return made


def test_password_and_pin_of_who_worked_here(lock):
    lock.remember("Anna ", "4711", ANNA)
    assert lock.reopen("anna", "correct horse 42") is ANNA
    assert lock.reopen("ANNA", "4711") is ANNA


@pytest.mark.parametrize(
    ("login", "secret"), [("ben", "correct horse 42"), ("anna", "wrong"), ("anna", "4711"), ("", "")]
)
def test_nobody_else_and_nothing_else(lock, login, secret):
    with pytest.raises(Refused):
        lock.reopen(login, secret)


def test_the_next_operator_s_lock_is_theirs_alone(lock):
    lock.remember("ben", "other horse 42", BEN)
    with pytest.raises(Refused):
        lock.reopen("anna", "correct horse 42")
    with pytest.raises(Refused):
        lock.reopen("ben", "correct horse 42")
    assert lock.reopen("ben", "other horse 42") is BEN


def test_who_comes_back_by_pin_opens_it_by_their_password_too(lock):
    lock.remember("ben", "other horse 42", BEN)
    lock.remember("anna", "4711", ANNA)
    assert lock.reopen("anna", "correct horse 42") is ANNA


def test_a_pin_that_the_server_showed(lock):
    lock.remember("anna", "correct horse 42", ANNA, pin_hash=secrets.hash_password("471147"))
    assert lock.reopen("anna", "471147") is ANNA
    with pytest.raises(Refused, match="Wrong"):
        lock.reopen("anna", "471148")


def test_a_password_changed_meanwhile(lock):
    lock.new_password(BEN, "other horse 42")
    lock.new_password(ANNA, "eleven grey herons")
    with pytest.raises(Refused, match="Wrong"):
        lock.reopen("anna", "correct horse 42")
    assert lock.reopen("anna", "eleven grey herons") is ANNA
    lock.forget()
    lock.new_password(ANNA, "eleven grey herons")
    with pytest.raises(Refused):
        lock.reopen("anna", "eleven grey herons")


def test_five_wrong_tries_are_all(lock):
    for _try in range(TRIES):
        with pytest.raises(Refused, match="Wrong"):
            lock.reopen("anna", "wrong horse")
    with pytest.raises(Refused, match="Too many"):
        lock.reopen("anna", "correct horse 42")


def test_a_right_one_forgives(lock):
    for _round in range(3):
        for _try in range(TRIES - 1):
            with pytest.raises(Refused):
                lock.reopen("anna", "wrong horse")
        assert lock.reopen("anna", "correct horse 42") is ANNA


def test_who_signed_out_is_forgotten(lock):
    lock.forget()
    with pytest.raises(Refused):
        lock.reopen("anna", "correct horse 42")


def test_nothing_of_it_is_readable_in_memory(lock):
    assert "correct horse 42" not in repr(vars(lock))
