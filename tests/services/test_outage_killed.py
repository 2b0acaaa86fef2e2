"""What was noted down survives kill -9 at any moment and is booked exactly once; `dev.py tills` does it for longer."""

from __future__ import annotations

import random

import pytest

from tests.properties import killed_tills
from tests.services.counter import Counter
from tests.services.members_case import _no_process_left
from tests.services.outages import Till

__all__ = ["_no_process_left"]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_every_acknowledged_purchase_is_booked_once(database, tmp_path, clock, as_role):
    till = Till(database, tmp_path / "machine", clock, as_role)
    member = Counter(database, as_role).member()
    till.policy(outage_most_queued=10_000)
    till.refresh()
    toll = killed_tills.run(till, member, rounds=3, dice=random.Random())
    assert toll.acknowledged >= 3
    assert toll.cut_off > 0 or toll.acknowledged < 10
