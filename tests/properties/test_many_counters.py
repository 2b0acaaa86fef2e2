"""Counters of a chain at one server, killed, cut off and left without a reply: once and whole, or not at all."""

from __future__ import annotations

import json
import sys

import pytest

from desktop_admin.services import points
from desktop_admin.services.command import new_request
from desktop_admin.services.database import opening
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Trouble
from tests import postgres as servers
from tests.counters import journal
from tests.counters.crowd import Crowd, Weather
from tests.counters.journal import Act, Journal
from tests.counters.shop import prepare
from tests.counters.verdict import judge
from tests.services.counter import Counter

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")
CLIENTS = 6


@pytest.fixture
def server(postgres):
    """A server that is as careful with a commit as a shop's; the tests' own is not."""
    with servers.serving(durable=True) as server:
        yield server


@pytest.fixture
def crowd(server, tmp_path):
    shop = prepare(server.create("shop"), tmp_path, clients=CLIENTS, seed=1)
    return Crowd(shop, server, clients=CLIENTS, seed=1)


def test_counters_that_are_killed_and_cut_off_leave_sound_books(crowd):
    _nobody_acts_for_another(crowd.shop)
    toll = crowd.run_over_bad_lines(6, Weather(kills=1.5, terminates=2, lost=3))
    verdict = judge(crowd.shop)
    assert (toll.failed, verdict.wrong) == ([], [])
    assert toll.killed > 1
    assert toll.terminated > 1
    assert toll.lost > 1
    assert sum(act.end == "done" for act in verdict.acts.values()) > 5  # a busy machine does not do more


def _nobody_acts_for_another(shop):
    """The counters are signed in with their operators' own logins, which the server holds them to."""
    one, two = shop.actors[:2]
    database = Database.open(shop.url_of(one))
    try:
        assert database.read(lambda work: work.value(_WHO)) == shop.accounts[one.operator_id] != "postgres"
        said = {"member_id": shop.members[0], "points": 5, "reason": "event"}
        with pytest.raises(Trouble, match="may not"):
            database.write(lambda work: points.adjust(work, request=new_request(), **said), actor=two)
    finally:
        database.close()


def test_the_judge_sees_what_is_wrong(crowd):
    crowd.run(2.5, Weather())
    crowd.shop = shop = _with_lies(crowd.shop)
    said = "\n".join(judge(shop).wrong)
    for lie in ("is gone", "is in the books", "was asked by nobody", "asked was", "Too many counters", "kept {"):
        assert lie in said, lie


def _rewritten(folder, request, **lie):
    """One answer in the journals, changed."""
    for path in folder.glob("*.journal"):
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        lines = [line | lie if line["request"] == request and line.get("end") == "done" else line for line in lines]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def _with_lies(shop):
    """Journals that say other things than happened, and an act that nobody wrote down."""
    done = [act for act in journal.all_of(shop.folder).values() if act.end == "done"]
    liar = Journal(shop.folder, 999, 1)
    gone = Act("never-did-this", done[0].kind, done[0].said)
    liar.before(gone)
    liar.after(gone, "done", body=done[0].body, seconds=0.1)
    bothered = Act("was-bothered-with-a-lock", done[0].kind, done[0].said)
    liar.before(bothered)
    liar.after(bothered, "unknown", text="Too many counters work on the same records.", seconds=0.1)
    _rewritten(shop.folder, done[0].request, end="refused")
    _rewritten(shop.folder, done[1].request, body=done[1].body.replace("}", ',"more":1}'))
    database = Database.open(shop.url)
    try:
        counter = Counter(database, lambda _role: shop.system)
        counter.gift(shop.members[0], 5)
    finally:
        database.close()
    return shop


_WHO = Sql("SELECT session_user::text")
_END_ALL = Sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() "
               "AND pid <> pg_backend_pid()")


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_session_that_ends_while_a_shop_opens_is_trouble_and_no_bug(database, database_url, monkeypatch):
    check = opening.check

    def checked_and_cut_off(engine, **how):
        check(engine, **how)
        database.read(lambda work: work.value(_END_ALL))

    monkeypatch.setattr(opening, "check", checked_and_cut_off)
    with pytest.raises(Trouble):
        Database.open(database_url)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_an_act_whose_session_ended_before_it_began_is_done_all_the_same(database, as_role):
    counter = Counter(database, as_role, "system")
    member = counter.member(10)
    database.read(lambda work: work.value(_END_ALL))
    assert counter.do(points.adjust, member_id=member, points=5, reason="event").after == 15
