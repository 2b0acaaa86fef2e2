"""`python3 dev.py bench [NAME …]`: take the figures and print them as a table. Exits 1 when a goal is missed."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys

import bench


def names() -> list[str]:
    skip = {"__main__", "measure", "floors", "shops", "server_hand"}
    return sorted(m.name for m in pkgutil.iter_modules(bench.__path__) if m.name not in skip)


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which: {', '.join(names())} (all when none is named)")
    chosen = parser.parse_args().names or names()
    results = []
    for name in chosen:
        print(f"… {name}", file=sys.stderr, flush=True)
        results += importlib.import_module(f"bench.{name}").run()
    print("| figure | floor | ratio | goal | holds | medians |")
    print("|---|---|---|---|---|---|")
    for result in results:
        print(result.line())
        for note in result.notes:
            print(f"|   | {note} | | | | |")
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
