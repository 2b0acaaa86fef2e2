"""Branches: opened, changed, closed only when nothing is left in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from desktop_admin.services import branches
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import ChangedMeanwhile, Refused
from desktop_admin.services.work import Actor
from tests.services.counter import Counter
from tests.services.goods import Goods, put


@pytest.fixture
def office(database: Database, as_role: Callable[[str], Actor]) -> Counter:
    return Counter(database, as_role, "administrator")


def test_a_branch_is_opened_and_changed(office: Counter) -> None:
    made = office.do(branches.create, code=" 02 ", name="Harbour   shop", address="Pier 1", phone="0755-1")
    assert office.ask(branches.card, branch_id=made.branch_id).name == "Harbour shop"
    office.do(branches.edit, branch_id=made.branch_id, version=1, code="02", name="Harbour")
    with pytest.raises(ChangedMeanwhile) as caught:
        office.do(branches.edit, branch_id=made.branch_id, version=1, code="02", name="Pier")
    assert caught.value.before["name"] == "Harbour shop"
    assert [b.code for b in office.ask(branches.names)] == ["01", "02"]


@pytest.mark.parametrize(
    ("code", "name", "field"),
    [("01", "x", "code"), ("", "x", "code"), ("a b", "x", "code"), ("a:b", "x", "code"), ("9", " ", "name")],
)
def test_what_is_refused(office: Counter, code: str, name: str, field: str) -> None:
    with pytest.raises(Refused) as caught:
        office.do(branches.create, code=code, name=name)
    assert caught.value.field == field


def test_the_last_branch_stays_open(office: Counter) -> None:
    with pytest.raises(Refused, match="last open"):
        office.do(branches.set_active, branch_id=office.actor.branch_id, version=1, active=False)


def test_a_branch_with_operators_stays_open(office: Counter) -> None:
    office.do(branches.create, code="02", name="x")
    with pytest.raises(Refused, match="Operators"):
        office.do(branches.set_active, branch_id=office.actor.branch_id, version=1, active=False)


def test_a_branch_with_stock_stays_open(office: Counter) -> None:
    made = office.do(branches.create, code="02", name="x")
    goods = Goods(office.database, office.as_role)
    goods.do(put, item_id=goods.item(1), branch_id=made.branch_id, pieces=3)
    with pytest.raises(Refused, match="Pieces in stock here: 3"):
        office.do(branches.set_active, branch_id=made.branch_id, version=1, active=False)


def test_an_empty_branch_closes_and_opens(office: Counter) -> None:
    made = office.do(branches.create, code="02", name="x")
    shut = office.do(branches.set_active, branch_id=made.branch_id, version=1, active=False)
    assert [b.code for b in office.ask(branches.names)] == ["01"]
    office.do(branches.set_active, branch_id=made.branch_id, version=shut.version, active=True)
    assert len(office.ask(branches.names)) == 2
