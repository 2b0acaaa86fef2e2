"""Members: the card, the list, the time line, and where points come from."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlcipher3

from desktop_admin.services import members
from desktop_admin.services.database import schema
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.members import finding, listing
from tests.services.members_case import _no_process_left, act, ask, enrol, move

__all__ = ["_no_process_left", "act", "ask", "enrol"]

NEVER = "9999-12-31"


@pytest.fixture
def days(clock):
    """`days(-3)`: a date as text, counted from today in the shop's zone."""
    today = (clock.at + timedelta(hours=8)).date()
    return lambda n: (today + timedelta(days=n)).isoformat()


@pytest.fixture
def zhang(enrol):
    return enrol("张三", "13800138000").member_id


@pytest.fixture
def rich(zhang, act, days):
    """A member with lots in every state: 100 spent in part, 50 soon gone, 30 pending, a purchase."""
    act("manager", move, member_id=zhang, steps=[["credit", 100, days(-90), NEVER, days(-90)]])
    act("manager", move, member_id=zhang, steps=[["credit", 50, days(-60), days(10), days(-60)]])
    act("manager", move, member_id=zhang, steps=[["buy", 45600, 456, days(-30), "R-1"]])
    act("manager", move, member_id=zhang, steps=[["debit", 60, days(-20)]])
    act("manager", move, member_id=zhang, steps=[["credit", 30, days(5), NEVER, days(0)]])
    return zhang


class TestCard:
    def test_an_empty_one(self, zhang, ask):
        seen = ask("counter", members.card, member_id=zhang)
        assert (seen.balance, seen.available, seen.pending, seen.expiring, seen.owed) == (0, 0, 0, 0, 0)
        assert (seen.tier, seen.needs.code, seen.falls) == ("regular", "silver", None)
        assert (seen.phone, seen.phone_hidden) == ("138****8000", True)
        assert (seen.entries, seen.orders) == ((), ())

    def test_figures(self, rich, ask, days):
        seen = ask("manager", members.card, member_id=rich)
        assert (seen.balance, seen.available, seen.pending) == (576, 546, 30)
        assert (seen.expiring, seen.expires_first) == (0, None)
        assert seen.spend == 45600
        assert seen.phone == "13800138000"
        assert [entry.points for entry in seen.entries] == [30, -60, 456, 50, 100]
        assert seen.entries[2].purchase == "R-1"
        assert seen.entries[0].reason == "Goodwill after a complaint"

    def test_expiring_soon(self, zhang, act, ask, days):
        act("manager", move, member_id=zhang, steps=[["credit", 50, days(0), days(10), days(0)]])
        seen = ask("counter", members.card, member_id=zhang)
        assert (seen.expiring, seen.expires_first) == (50, date.fromisoformat(days(10)))

    def test_owed(self, rich, act, ask, days):
        act("manager", move, member_id=rich, steps=[["claw", 600, days(0)]])
        seen = ask("counter", members.card, member_id=rich)
        assert (seen.balance, seen.owed) == (0, 24)

    def test_birthdays(self, enrol, ask, days):
        for ahead, expected in ((0, 0), (3, 3), (8, None)):
            born = date.fromisoformat(days(ahead)).replace(year=1988)
            member = enrol("王五", birthday=born).member_id
            assert ask("counter", members.card, member_id=member).birthday_in == expected

    def test_nobody(self, ask):
        with pytest.raises(Refused):
            ask("counter", members.card, member_id=99)

    def test_six_statements(self, rich, database, as_role):
        def counted(work):
            said = []
            for name in ("all", "first", "value"):
                real = getattr(work, name)

                def watching(sql, real=real, **params):
                    said.append(sql)
                    return real(sql, **params)

                setattr(work, name, watching)
            members.card(work, member_id=rich)
            return [sql for sql in said if "FROM operator WHERE" not in sql.sqlite]

        assert len(database.read(counted, actor=as_role("counter"))) == 6


class TestLots:
    def test_they_tie_to_the_balance_on_every_day(self, rich, ask, days):
        for n, balance, lots in ((-91, 0, 0), (-90, 100, 1), (-50, 150, 2), (-30, 606, 3), (-20, 546, 2), (0, 576, 3)):
            seen = ask("counter", members.lots, member_id=rich, on=date.fromisoformat(days(n)))
            assert (seen.balance, len(seen.lots)) == (balance, lots), n
            assert sum(lot.left for lot in seen.lots) == seen.balance == seen.net

    def test_what_was_earned_by_what_and_used_by_what(self, rich, ask, days):
        seen = ask("counter", members.lots, member_id=rich, used_too=True)
        assert [(lot.points, lot.left) for lot in seen.lots] == [(100, 90), (456, 456), (30, 30), (50, 0)]
        assert seen.lots[1].entry.purchase == "R-1"
        assert seen.lots[0].expires_on is None
        assert seen.lots[2].pending(seen.on)
        uses = ask("counter", members.lot_uses, member_id=rich, lot_id=seen.lots[3].id)
        assert [(use.points, use.entry.kind) for use in uses] == [(50, "redeem")]

    def test_owed(self, rich, act, ask, days):
        act("manager", move, member_id=rich, steps=[["claw", 600, days(0)]])
        seen = ask("counter", members.lots, member_id=rich)
        assert (seen.balance, seen.owed, seen.net) == (0, 24, -24)

    def test_explained(self, rich, ask):
        earned, spent = ask("counter", members.card, member_id=rich).entries[2:0:-1]
        told = ask("counter", members.explain, entry_id=earned.id)
        assert [line.points for line in told.lines] == [456]
        assert [lot.points for lot in told.opened] == [456]
        told = ask("counter", members.explain, entry_id=spent.id)
        assert [(lot.points, lot.used) for lot in told.took] == [(50, 50), (100, 10)]


class TestHistory:
    def test_one_line_of_everything(self, rich, act, ask):
        act("counter", members.edit, member_id=rich, version=1, name="张三", remark="x")
        act("manager", members.freeze, member_id=rich, which="earning", reason="投诉")
        act("counter", members.replace_card, member_id=rich)
        seen = ask("counter", members.history, member_id=rich)
        assert seen.older is None
        told = [(e.what, e.which) for e in seen.events]
        assert told[0] == ("entry", "adjust")
        assert [w for what, w in told if what == "profile"] == ["replace-card", "freeze-earning", "edit", "enrol"]
        edit = next(e for e in seen.events if e.which == "edit")
        assert edit.fields == ("remark",)
        assert next(e for e in seen.events if e.which == "freeze-earning").note == "投诉"
        assert next(e for e in seen.events if e.which == "earn").number == "R-1"

    def test_page_by_page_is_the_whole(self, rich, ask):
        whole = ask("counter", members.history, member_id=rich).events
        pages, before = [], None
        while True:
            part = ask("counter", members.history, member_id=rich, before=before, limit=2)
            pages += part.events
            before = part.older
            if before is None:
                break
        assert tuple(pages) == whole
        assert len(whole) == 6


class TestList:
    @pytest.fixture
    def many(self, enrol, act, days):
        names = ["单雄信", "张三", "Anna", "阿牛", "陈丽", "曾国藩", "王五"]
        ids = {name: enrol(name, f"1380013800{n}").member_id for n, name in enumerate(names)}
        act("manager", move, member_id=ids["张三"], steps=[["credit", 50, days(0), NEVER, days(0)]])
        act("manager", move, member_id=ids["王五"], steps=[["claw", 7, days(0)]])
        act("manager", members.freeze, member_id=ids["阿牛"], which="earning", reason="x")
        act("manager", members.close, member_id=ids["Anna"], reason="x")
        return ids

    def names(self, ask, **said):
        return [row.name for row in ask("counter", members.page, **said).rows]

    def test_by_name_as_people_look_for_it(self, many, ask):
        in_order = ["阿牛", "陈丽", "单雄信", "王五", "曾国藩", "张三"]
        in_order.sort(key=["阿牛", "陈丽", "单雄信", "王五", "曾国藩", "张三"].index)
        assert self.names(ask) == ["阿牛", "陈丽", "单雄信", "王五", "曾国藩", "张三"]
        assert self.names(ask, descending=True) == self.names(ask)[::-1]

    @pytest.mark.parametrize(
        ("filters", "names"),
        [
            ({"state": "owes"}, ["王五"]),
            ({"state": "frozen"}, ["阿牛"]),
            ({"state": "closed"}, ["Anna"]),
            ({"text": "张"}, ["张三"]),
            ({"text": "cl"}, ["陈丽"]),
            ({"text": "王五", "state": "closed"}, []),
            ({"tier": 4}, []),
            ({"branch_id": 99}, []),
        ],
    )
    def test_filters(self, many, ask, filters, names):
        assert self.names(ask, **filters) == names
        assert ask("counter", members.count, **filters) == len(names)

    @pytest.mark.parametrize("sort", ["name", "card", "balance", "enrolled", "tier"])
    @pytest.mark.parametrize("descending", [False, True])
    @pytest.mark.parametrize("text", ["", "1380013"])
    def test_pages_make_the_whole(self, many, ask, sort, descending, text):
        view = {"sort": sort, "descending": descending, "text": text}
        whole = self.names(ask, **view)
        for backwards in (False, True):
            rows, key = [], None
            while True:
                part = ask("counter", members.page, **view, after=key, backwards=backwards, limit=2)
                if not part.rows:
                    break
                key = part.first if backwards else part.last
                rows = [*(r.name for r in part.rows), *rows] if backwards else [*rows, *(r.name for r in part.rows)]
            assert rows == whole
        assert self.names(ask, **view, skip=2) == whole[2:]

    def test_an_undeclared_sort_is_refused(self, ask):
        with pytest.raises(Refused):
            ask("counter", members.page, sort="phone; DROP TABLE member")

    def test_purchases_and_orders(self, rich, ask):
        page = ask("counter", members.purchases, member_id=rich)
        assert [(row.number, row.earned) for row in page.rows] == [("R-1", 456)]
        assert ask("counter", members.purchase_count, member_id=rich) == 1
        assert ask("counter", members.orders, member_id=rich).rows == ()
        assert ask("counter", members.order_count, member_id=rich) == 0


class TestPlans:
    """How SQLite walks the lists, on the declared tables and without figures of a small shop."""

    @pytest.fixture
    def plan(self):
        connection = sqlcipher3.connect(":memory:")
        for statement in schema.tables("sqlite"):
            connection.execute(statement)

        def of(sql: Sql) -> str:
            rows = connection.execute("EXPLAIN QUERY PLAN " + sql.sqlite, dict.fromkeys(sql.names, 0))
            return " / ".join(row[-1] for row in rows.fetchall())

        yield of
        connection.close()

    @pytest.mark.parametrize("state", ["", "all"])
    def test_every_page_walks_an_index(self, plan, state):
        for sql in listing.LISTS[state].statements():
            said = plan(sql)
            assert "TEMP B-TREE" not in said, said
            assert "USING INDEX" in said.split(" / ")[0], said

    @pytest.mark.parametrize("state", ["owes", "closed", "frozen"])
    def test_rare_states_have_an_index(self, plan, state):
        for descending in (False, True):
            assert f"member_{state}" in plan(listing.LISTS[state]._pages["name", descending, False])

    def test_a_tier_by_name_has_an_index(self, plan):
        for sql in listing.OF_TIER.statements():
            said = plan(sql)
            assert "member_tier_name (tier_id=?" in said, said
            assert "TEMP B-TREE" not in said, said

    @pytest.mark.parametrize("exact", [(True,), (False,), (True, True), (True, False), (False, True, True)])
    def test_no_search_scans(self, plan, exact):
        said = plan(finding._lookup(exact))
        assert "SCAN" not in said, said
        assert "TEMP B-TREE" not in said, said
