"""Kill a writer again and again and look at the books each time: `dev.py crash --rounds 200`."""

from __future__ import annotations

import argparse

from tests.long.places import shops
from tests.properties import killing


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py crash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="per engine")
    parser.add_argument("--seed", type=int, default=0)
    wish = parser.parse_args()
    for place in shops(5):
        toll = killing.run(place.url, place.at, place.actor, place.members, rounds=wish.rounds, seed=wish.seed)
        print(
            f"{place.engine}: {toll.rounds} killings, {toll.acknowledged:,} acts acknowledged, 0 lost, "
            f"{toll.unheard} saved but not acknowledged"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
