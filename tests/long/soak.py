"""Work a shop with many processes for as long as asked, then replay every entry: `dev.py soak --minutes 30`."""

from __future__ import annotations

import argparse
import time

from tests.long.places import shops
from tests.properties import hammer
from tests.properties.replay import Replay


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5, help="per engine")
    parser.add_argument("--processes", type=int, default=16)
    parser.add_argument("--members", type=int, default=40)
    wish = parser.parse_args()
    for place in shops(wish.members):
        started, done, refused = time.monotonic(), 0, 0
        while (left := wish.minutes * 60 - (time.monotonic() - started)) > 0:
            one, two = hammer.run(
                place.url, place.at, place.actor, place.members, processes=wish.processes, seconds=min(60, left)
            )
            done, refused = done + one, refused + two
            print(f"{place.engine}: {done:,} acts done, {refused:,} refused", flush=True)
        with place.open() as database:
            entries = Replay(database).run()
            faults = place.faults(database)
        rate = done / (time.monotonic() - started)
        print(f"{place.engine}: {entries:,} entries replayed, {rate:.0f} acts a second, {len(faults)} faults")
        if faults:
            print(*faults, sep="\n")
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
