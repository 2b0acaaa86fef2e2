"""Errors meant to be read: facts are filled in, and an error speaks whatever it was given."""

import pickle

import pytest

from desktop_admin.services.errors import Refused, Trouble
from desktop_admin.services.permissions import MATRIX, Permission, Role, may, role_title, title
from desktop_admin.services.rules.redemptions import Fulfilment, State, act_for
from desktop_admin.services.rules.words import RuleError, Words


def test_a_refusal_fills_in_its_facts():
    refused = Refused("Only {available:,} points can be used.", field="points", available=1200)
    assert (refused.text(), str(refused), refused.field) == (
        "Only 1,200 points can be used.",
        "Only 1,200 points can be used.",
        "points",
    )


def test_a_rules_refusal_is_wrapped_with_its_field():
    with pytest.raises(RuleError) as raised:
        act_for(Fulfilment.PICKUP, State.READY, State.SHIPPED)
    assert isinstance(raised.value.facts["start"], Words)
    refused = Refused.of(raised.value, field="state")
    assert refused.field == "state"
    assert refused.text() == "A redemption that is “ready for pick-up” cannot become “shipped”."


def test_a_fact_named_like_an_argument_is_no_trouble():
    refused = Refused.of(RuleError("{field}", field="x"), field="y")
    assert (refused.text(), refused.field) == ("x", "y")


def test_a_missing_fact_does_not_hide_the_error():
    assert Trouble("The disk {disk} is full.").text() == "The disk {disk} is full."


def test_braces_in_facts_are_left_alone():
    assert Refused("“{text}” is wrong.", text="{0} {x}").text() == "“{0} {x}” is wrong."


def test_errors_cross_processes():
    again = pickle.loads(pickle.dumps(Refused("{n} left", field="n", n=3)))
    assert (again.text(), again.field) == ("3 left", "n")


def test_roles_and_permissions():
    assert set(MATRIX) == set(Role)
    assert all(title(permission) for permission in Permission)
    assert all(role_title(role) for role in Role)
    assert len({title(permission) for permission in Permission}) == len(Permission)
    assert all(may(Role.ADMINISTRATOR, permission) for permission in Permission)
    assert all(may(role, Permission.USE_PROGRAM) for role in Role)


def test_an_auditor_changes_nothing():
    held = {permission.value for permission in MATRIX[Role.AUDITOR]}
    assert all(name.startswith("see_") for name in held - {"use_program", "export", "run_doctor"})


@pytest.mark.parametrize("role", [Role.COUNTER, Role.CLERK, Role.AUDITOR])
def test_only_managers_decide_and_administer(role):
    for permission in (
        Permission.DECIDE_APPROVALS,
        Permission.EDIT_OPERATORS,
        Permission.EDIT_SETTINGS,
        Permission.RESTORE,
        Permission.IMPORT,
        Permission.EDIT_TIERS,
    ):
        assert not may(role, permission)
