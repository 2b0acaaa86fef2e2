"""Measure tables, indexes, partitions and postings with millions of rows: `dev.py scale --rows 2000000`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from bench.scale import backups, indexes, partitions, postings
from bench.scale.ground import ground


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py scale", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="entries")
    parser.add_argument("--postings", type=int, default=600, help="through the services, per kind and variant")
    wish = parser.parse_args()
    with ground(wish.rows) as made:
        print(f"{made.rows:,} entries of {made.members:,} members, {made.version}", flush=True)
        _say("Postings", postings.lines(*postings.measure(made.server, wish.postings)))
        _say("Backups", backups.lines(made, backups.measure(made)))
        _say("Indexes", indexes.lines(indexes.measure(made)))
        _say("Partitions", partitions.lines(partitions.measure(made)))
    return 0


def _say(title: str, lines: Iterable[str]) -> None:
    print(f"\n## {title}\n", *lines, sep="\n", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
