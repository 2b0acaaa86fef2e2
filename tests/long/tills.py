"""Kill tills while they note purchases down, and the booking of them: `dev.py tills --rounds 100`."""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests import founding, postgres
from tests.properties import killed_tills


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py tills", description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    wish = parser.parse_args()
    os.environ["PYTHON_KEYRING_BACKEND"] = "tests.keyring.MemoryKeyring"
    from desktop_admin.services.database.clock import SetClock
    from desktop_admin.services.database.database import Database
    from tests.services.counter import Counter
    from tests.services.outages import Till

    clock = SetClock(datetime(2026, 3, 2, 2, 30, tzinfo=UTC))
    with tempfile.TemporaryDirectory(prefix="pointsdesk-") as folder, postgres.serving() as server:
        url = server.create("shop")
        actors = founding.found(url, clock).actors
        database = Database.open(url, clock=clock)
        try:
            till = Till(database, Path(folder), clock, lambda role: actors[role])
            member = Counter(database, lambda role: actors[role]).member()
            free = {"per_act": 10**6, "per_day": 10**9, "most_per_act": 10**6}
            till.policy(outage_most_queued=10_000, limits={"counter": free})
            till.refresh()
            toll = killed_tills.run(till, member, wish.rounds, random.Random(wish.seed))
            faults = founding.faults(database)
        finally:
            database.close()
    print(
        f"{wish.rounds} tills killed: {toll.acknowledged:,} purchases acknowledged, 0 lost, {toll.unheard} noted down "
        f"but not acknowledged; booking cut off {toll.cut_off} times, each booked once; {len(faults)} faults"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
