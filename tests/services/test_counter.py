"""What only the counter asks, on both engines."""

from __future__ import annotations

import pytest

from desktop_admin.services import counter, members, redemptions
from desktop_admin.services.members import pinyin
from desktop_admin.services.redemptions import Wanted
from tests.services.goods import NEVER, Goods, give


@pytest.fixture(autouse=True, scope="module")
def _no_process_left():
    yield
    pinyin.close()


@pytest.fixture
def goods(database, as_role) -> Goods:
    return Goods(database, as_role)


@pytest.fixture
def zhang(goods):
    found = goods.do(members.enrol, name="张三", phone="13800138000", consent_terms=True)
    goods.do(give, member_id=found.member_id, lots=((500, NEVER),))
    return found


def test_a_card_proves_who_stands_there(goods, zhang):
    said = goods.ask(counter.recognise, text=zhang.card_number)
    assert (said.by, [one.id for one in said.members], said.orders) == ("card", [zhang.member_id], ())


def test_a_lost_card_says_so_and_proves_nothing(goods, zhang):
    goods.do(members.replace_card, member_id=zhang.member_id)
    said = goods.ask(counter.recognise, text=zhang.card_number)
    assert (said.by, said.card_state) == ("", "lost")
    assert said.card_ended is not None
    assert [one.id for one in said.members] == [zhang.member_id]


def test_a_pickup_code_proves_its_order(goods, zhang):
    goods.item(1, 100, pieces=3)
    placed = goods.do(redemptions.place, member_id=zhang.member_id, lines=(Wanted(1),))
    said = goods.ask(counter.recognise, text=placed.pickup_code)
    assert (said.by, [one.id for one in said.orders]) == ("code", [placed.redemption_id])
    said = goods.ask(counter.recognise, text=placed.number)
    assert (said.by, [one.id for one in said.orders]) == ("", [placed.redemption_id])


def test_offers_say_why_not(goods, zhang):
    goods.item(1, 100, pieces=3, per_member=1)
    goods.item(2, 100, pieces=0)
    goods.item(3, 900, pieces=3)
    goods.item(4, 100, pieces=3, min_rank=2)
    goods.item(5, 100, pieces=3, starts_on="2099-01-01")
    why = {row.offer_id: (row.why_not, row.short) for row in goods.ask(counter.offers, member_id=zhang.member_id)}
    assert why == {1: ("", 0), 2: ("sold_out", 0), 3: ("short", 400), 4: ("tier", 0)}
    goods.do(redemptions.place, member_id=zhang.member_id, lines=(Wanted(1),))
    rows = goods.ask(counter.offers, member_id=zhang.member_id)
    assert {row.offer_id: row.why_not for row in rows}[1] == "limit"
    assert [row.why_not == "" for row in rows] == sorted((row.why_not == "" for row in rows), reverse=True)


def test_the_last_members_in_their_order(goods, zhang):
    other = goods.do(members.enrol, name="李四", consent_terms=True).member_id
    wanted = (other, 999_999, zhang.member_id)
    assert [one.name for one in goods.ask(counter.recent, member_ids=wanted)] == ["李四", "张三"]
    assert goods.ask(counter.recent, member_ids=()) == ()


def test_facts(goods):
    said = goods.ask(counter.facts)
    assert (said.shop, said.consent) == ("Test shop", "none")
    assert said.reasons
