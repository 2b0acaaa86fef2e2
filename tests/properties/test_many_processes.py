"""Sixteen real processes on the same members: every entry replayed against the model, and the chain of hashes."""

from __future__ import annotations

import sys

import pytest

from desktop_admin.services.database.database import Database
from tests.properties import hammer
from tests.properties.replay import Replay
from tests.services.counter import Counter

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")


def test_sixteen_processes_leave_books_that_replay(database, database_url, as_role, clock):
    counter = Counter(database, as_role, "system")
    members = [counter.member(300) for _ in range(4)]
    database.close()  # nobody inherits a connection
    done, refused = hammer.run(
        database_url, clock.at, as_role("system"), members, processes=16, seconds=2.5)
    again = Database.open(database_url, clock=clock)
    try:
        assert Replay(again).run() >= done > 16
        assert refused > 0
    finally:
        again.close()
    # the fixture asks the doctor, who reads the chain
