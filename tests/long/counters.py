"""Let many counters work on one PostgreSQL while they are killed and cut off, and judge the books: `dev.py counters`.

Two runs: killed counters and ended sessions; then the same with replies to COMMIT that get lost on the way.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests import postgres
from tests.counters.crowd import Crowd, Toll, Weather
from tests.counters.shop import prepare
from tests.counters.verdict import Verdict, judge

CONFIG = ("max_connections = 300", "shared_buffers = '128MB'")


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py counters", description=__doc__)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60, help="per run")
    parser.add_argument("--seed", type=int, default=0)
    wish = parser.parse_args()
    wrong = 0
    for name, weather in (
        ("kills and ended sessions", Weather(kills=1, terminates=2)),
        ("lost replies, kills and ended sessions", Weather(kills=0.5, terminates=1, lost=3)),
    ):
        with postgres.serving(durable=True, config=CONFIG) as server, tempfile.TemporaryDirectory() as folder:
            shop = prepare(server.create("shop"), Path(folder), clients=wish.clients, seed=wish.seed)
            crowd = Crowd(shop, server, clients=wish.clients, seed=wish.seed)
            go = crowd.run_over_bad_lines if weather.lost else crowd.run
            toll = go(wish.seconds, weather)
            verdict = judge(shop)
        print(f"\n{name}: {wish.clients} processes, {wish.seconds:.0f} s, seed {wish.seed}\n")
        print(*table(verdict, toll, wish.seconds), sep="\n", flush=True)
        found = [*toll.failed, *verdict.wrong]
        print(f"\n{len(found)} faults", *found[:40], sep="\n", flush=True)
        wrong += len(found)
    return 1 if wrong else 0


def table(verdict: Verdict, toll: Toll, seconds: float) -> Iterator[str]:
    """What happened, an act a line, in Markdown."""
    yield "| act | asked | done | refused | never answered: there / absent | p50 ms | p99 ms | most ms |"
    yield "|---|---|---|---|---|---|---|---|"
    kinds = sorted({act.kind for act in verdict.acts.values()})
    for kind in [*kinds, "all"]:
        acts = [act for act in verdict.acts.values() if kind in (act.kind, "all")]
        done = [act for act in acts if act.end == "done"]
        refused = sum(act.end == "refused" for act in acts)
        there = sum(not act.end and act.request in verdict.there for act in acts)
        absent = sum(not act.end and act.request not in verdict.there for act in acts)
        times = sorted(act.seconds * 1000 for act in done) or [0.0]
        yield (f"| {kind} | {len(acts):,} | {len(done):,} | {refused:,} | {there} / {absent} | {_part(times, 0.5):.0f} "
               f"| {_part(times, 0.99):.0f} | {times[-1]:.0f} |")  # fmt: skip
    yield ""
    acts = list(verdict.acts.values())
    done = [act for act in acts if act.end == "done"]
    faults: dict[str, int] = {}
    for act in acts:
        for name, count in act.faults.items():
            faults[name] = faults.get(name, 0) + count
    heard = ", ".join(f"{name} {count}" for name, count in sorted(faults.items())) or "none"
    again = sum(act.asked > 1 and act.end != "" for act in acts)
    yield f"{len(done) / seconds:.0f} acts a second acknowledged; {verdict.entries:,} entries agree with the model"
    yield f"killed {toll.killed}, sessions ended {toll.terminated}, replies or requests lost {toll.lost}"
    yield f"retries inside the program, by what the driver said: {heard}"
    unknown = sum(act.unknown for act in acts)
    yield f"outcomes unknown to the program {unknown}; open requests asked again and answered {again}"
    troubled = sum(bool(act.trouble) for act in acts)
    yield f"acts for which a person would have read of trouble: {troubled}"


def _part(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


if __name__ == "__main__":
    raise SystemExit(main())
