"""Moving a shop whose operators sign in with roles of a server: rights are made anew, passwords do not move."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_admin.services import members, moving, operators
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Trouble
from desktop_admin.services.operators import provisioning
from desktop_admin.services.permissions import Role
from desktop_admin.services.work import Actor
from tests.services.places import Places, asked, execute, in_order, work_on


@pytest.fixture
def places(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Places]:
    made = Places(tmp_path, lambda: request.getfixturevalue("postgres"))
    yield made
    made.close()


def as_role(url: str, account: str) -> str:
    """The same database, signed in with another role; the tests' server asks nobody for a password."""
    return url.replace("//postgres@", f"//{account.replace(':', '%3A')}@")


def test_a_shop_with_roles_moves_to_a_server_and_a_file(places: Places) -> None:
    one, two, three = places.shop("postgresql"), places.empty("postgresql"), places.empty("sqlite")
    people = [login for login, in asked(one, "SELECT login FROM operator WHERE active = 1 AND role <> 'system'")]
    assert moving.under_way(one) is None
    first = provisioning.set_up(one, everybody=True)
    assert {given.login for given in first.given} >= set(people)

    done = moving.move(as_role(one, f"{first.prefix}:migrator"), two)
    assert set(done.passwords) == set(people)
    assert not asked(two, "SELECT login FROM operator WHERE account <> ''")
    second = provisioning.set_up(two)
    assert second.prefix != first.prefix
    assert {given.login for given in second.given} >= set(people)
    in_order(two)
    enrol_as_counter(two, second)

    back = moving.move(as_role(two, f"{second.prefix}:migrator"), three)
    assert set(back.passwords) == set(people)
    in_order(three)
    operators.recover(three, login=asked(three, "SELECT login FROM operator WHERE role = 'administrator'")[0][0])
    work_on(three)


def enrol_as_counter(url: str, done: provisioning.SetUp) -> None:
    """An operator works over a connection of their own."""
    given = next(one for one in done.given if one.role == "counter")
    row = asked(url, f"SELECT id, name, role, branch_id FROM operator WHERE login = '{given.login}'")[0]
    execute(url, "UPDATE operator SET must_change = 0 WHERE id = :id", id=row[0])
    database = Database.open(as_role(url, given.account))
    who: dict[str, Any] = {"name": "Han Mei", "consent_terms": True}
    try:
        actor = Actor(row[0], row[1], Role(row[2]), row[3], workstation="till 1")
        joined = database.write(lambda work: members.enrol(work, request=new_request(), **who), actor=actor).result
        assert joined.member_id
    finally:
        database.close()


def test_an_operator_cannot_move_the_shop(places: Places) -> None:
    one = places.shop("postgresql")
    done = provisioning.set_up(one, everybody=True)
    administrator = next(given for given in done.given if given.role == "administrator")
    with pytest.raises(Trouble, match="may not do this"):
        moving.move(as_role(one, administrator.account), places.empty("sqlite"))
    work_on(one)
