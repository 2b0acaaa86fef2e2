"""Killed at random while it writes: acknowledged acts survive, nothing is there by halves."""

from __future__ import annotations

import sys

import pytest

from tests.properties import killing
from tests.services.counter import Counter

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")


def test_acknowledged_acts_survive_a_kill(database, database_url, as_role, clock):
    counter = Counter(database, as_role, "system")
    members = [counter.member(300) for _ in range(3)]
    database.close()  # nobody inherits a connection
    toll = killing.run(database_url, clock.at, as_role("system"), members, rounds=5)
    assert toll.acknowledged > 5
