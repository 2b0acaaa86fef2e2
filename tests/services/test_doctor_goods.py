"""Each check of stock and redemptions names the very fault, and no other, on damaged books."""

from __future__ import annotations

import pytest

from desktop_admin.services import doctor
from desktop_admin.services import redemptions as r
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.doctor import goods
from desktop_admin.services.shop import system_actor
from tests.services.goods import NEVER, Goods

TRIGGERS = Sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")

# damage -> the checks that must name it; order 1 is placed, 2 shipped, 3 half cancelled, 4 returned
DAMAGE = [
    ("stock", "UPDATE stock SET on_hand = on_hand + 1", {"stock"}),
    ("reserved-figure", "UPDATE stock SET reserved = reserved + 1", {"stock"}),
    ("movement", "UPDATE movement SET on_hand_after = on_hand_after + 1 WHERE seq = 2",
     {"movement"}),
    ("reserved", "UPDATE movement SET redemption_line_id = 3 WHERE redemption_line_id = 1",
     {"reserved"}),
    ("handed-over", "UPDATE movement SET kind = 'write_off' WHERE kind = 'issue'",
     {"handed-over"}),
    ("points", "UPDATE redemption_line SET points = 99 WHERE id = 1",
     {"redemption-points", "redemption-total"}),
    ("given back", ("UPDATE redemption_line SET entry_id = (SELECT entry_id FROM redemption_line "
     "WHERE id = 4) WHERE id = 3"), {"redemption-points"}),
    ("cash", "UPDATE payment SET amount = amount - 1 WHERE id = 2", {"redemption-cash"}),
    ("total", "UPDATE redemption SET points = points + 1 WHERE id = 1", {"redemption-total"}),
    ("state", "UPDATE redemption SET state = 'picking' WHERE id = 1",
     {"redemption-state", "redemption-trail"}),
    ("ended", "UPDATE redemption SET state = 'cancelled' WHERE id = 4",
     {"redemption-state", "redemption-trail"}),
    ("line", "UPDATE redemption_line SET state = 'shipped' WHERE id = 4",
     {"redemption-line", "redemption-state"}),
    ("trail", "DELETE FROM redemption_event WHERE to_state = 'packed' AND redemption_id = 2",
     {"redemption-trail"}),
    ("no trail", "DELETE FROM redemption_event WHERE redemption_id = 1", {"redemption-trail"}),
    ("undone", ("UPDATE redemption_event SET quantity = 2 WHERE redemption_id = 3 "
     "AND to_state = 'cancelled'"), {"redemption-undone"}),
    ("queue", "UPDATE redemption SET promised_on = '2026-03-06' WHERE id = 1",
     {"redemption-queue"}),
    ("item", "UPDATE item SET from_points = 7 WHERE id = 1", {"item-points"}),
]


@pytest.fixture
def g(database, as_role):
    g = Goods(database, as_role)
    g.member(1, (5000, NEVER), address="x")
    g.item(1, 100, 31, pieces=50)
    for steps in ((), ("picking", "packed", "shipped"), (), ("picking", "packed", "shipped")):
        order = g.do(r.place, member_id=1, lines=(r.Wanted(1, 3),), delivery="ship").redemption_id
        for end in steps:
            if end == "shipped":
                g.do(r.ship, redemption_id=order, carrier="SF")
            else:
                g.do(r.advance, redemption_id=order, to_state=end)
    g.do(r.cancel, redemption_id=3, reason="x", lines=(r.Part(3, 1),))
    g.do(r.return_, redemption_id=4, reason="x")
    return g


def found(g) -> set[str]:
    return {f.check for f in g.database.read(doctor.faults, actor=system_actor(g.database))}


@pytest.mark.keeps_books_wrong
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("statement", "checks"), [d[1:] for d in DAMAGE], ids=[d[0] for d in DAMAGE])
def test_damage_is_named(g, statement, checks):
    assert found(g) == set()

    def damage(work):
        for row in work.all(TRIGGERS):
            work.run(Sql(f"DROP TRIGGER {row.name}"))
        work.run(Sql("PRAGMA foreign_keys = OFF"))
        work.run(Sql(statement))

    g.database.write(damage, actor=g.actor)
    assert found(g) - {"schema"} == checks


def test_every_check_has_its_damage():
    named = set().union(*(checks for _name, _statement, checks in DAMAGE))
    assert {check.code for check in goods.CHECKS} == named


def test_sound_books_have_no_faults(g):
    assert found(g) == set()
