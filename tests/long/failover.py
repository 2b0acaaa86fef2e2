"""Kill the primary of a replicated pair while counters post, promote the standby, and judge: `dev.py failover`.

The same counters go on through every round, with one address that names both hosts. After each round what was the
primary joins again as the standby, so that the next round goes the other way.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.counters.crowd import Crowd, Weather
from tests.counters.journal import Act
from tests.counters.shop import prepare
from tests.counters.verdict import judge
from tests.long.counters import table
from tests.replication import Failover, Pair, replicated

BETWEEN = 20.0  # seconds from one kill to the next


@dataclass(frozen=True)
class Gap:
    """What one failover cost, in seconds from the kill."""

    promoted: float
    first: float  # until somebody's next posting was acknowledged
    each: tuple[float, ...]  # the same for each counter


def gap(event: Failover, acts: list[Act]) -> Gap:
    """When each counter heard of a posting again that was asked after the kill or had to be asked again."""
    firsts: dict[str, float] = {}
    for act in acts:
        if act.end == "done" and act.answered > event.killed and (act.first_asked > event.killed or act.faults):
            firsts[act.counter] = min(firsts.get(act.counter, act.answered), act.answered)
    each = tuple(sorted(at - event.killed for at in firsts.values()))
    return Gap(event.promoted - event.killed, each[0], each)


def strike(pair: Pair, happened: list[Failover], *, again: bool) -> None:
    """One failover; the other joins again where there is to be another."""
    happened.append(pair.fail_over())
    if again:
        time.sleep(2)
        pair.rejoin()
        pair.bind()


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py failover", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    wish = parser.parse_args()
    happened: list[Failover] = []
    with replicated() as pair, tempfile.TemporaryDirectory() as folder:
        shop = prepare(pair.primary.create("shop"), Path(folder), clients=wish.clients, seed=wish.seed)
        shop = shop.through(pair.url("shop"))
        crowd = Crowd(shop, pair.primary, clients=wish.clients, seed=wish.seed)
        last = wish.rounds - 1
        strikes = tuple(
            (4 + n * BETWEEN, lambda n=n: strike(pair, happened, again=n < last))
            for n in range(wish.rounds)
        )
        toll = crowd.run(4 + BETWEEN * wish.rounds, Weather(strikes=strikes))
        verdict = judge(shop)
    print(*table(verdict, toll, 4 + BETWEEN * wish.rounds), "", sep="\n")
    print(*lines([gap(event, list(verdict.acts.values())) for event in happened]), sep="\n")
    found = [*toll.failed, *verdict.wrong]
    lost = sum("is gone" in one for one in found)
    print(f"\n{len(found)} faults; acknowledged acts lost: {lost}", *found[:40], sep="\n")
    return 1 if found or len(happened) < wish.rounds else 0


def lines(gaps: list[Gap]) -> Iterator[str]:
    """A failover a line, and the medians, in Markdown."""
    yield "| failover | promoted after s | next posting after s | each counter's next: median s | most s |"
    yield "|---|---|---|---|---|"
    for n, one in enumerate(gaps, 1):
        yield f"| {n} | {one.promoted:.2f} | {one.first:.2f} | {statistics.median(one.each):.2f} | {one.each[-1]:.2f} |"
    firsts = [one.first for one in gaps]
    every = [seconds for one in gaps for seconds in one.each]
    promoted = statistics.median(one.promoted for one in gaps)
    yield (f"| median / most | {promoted:.2f} | {statistics.median(firsts):.2f} / {max(firsts):.2f} "
           f"| {statistics.median(every):.2f} | {max(every):.2f} |")  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
