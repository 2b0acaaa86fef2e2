"""How a figure is taken: ours and the floor in turns, the medians compared."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

ROUNDS = 5


@dataclass
class Result:
    """One line of the table: what was measured, against what, and what was asked."""

    name: str
    floor: str
    ratio: float
    goal: str
    holds: bool
    detail: str = ""
    notes: list[str] = field(default_factory=list)

    def line(self) -> str:
        return (
            f"| {self.name} | {self.floor} | {self.ratio:.2f} | {self.goal} | {'yes' if self.holds else 'NO'} "
            f"| {self.detail} |"
        )


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(ours: Callable[[], object], floor: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Median seconds of ours and of the floor, run in turns after one round to warm up."""
    ours()
    floor()
    times: tuple[list[float], list[float]] = ([], [])
    for n in range(rounds):
        pair = ((ours, times[0]), (floor, times[1]))
        for work, kept in pair if n % 2 == 0 else pair[::-1]:
            kept.append(seconds(work))
    return statistics.median(times[0]), statistics.median(times[1])


def at_most(name: str, floor_name: str, ours: float, floor: float, goal: float, detail: str = "") -> Result:
    """A cost: ours ÷ floor may be ``goal`` at most."""
    ratio = ours / floor
    return Result(name, floor_name, ratio, f"≤ {goal}", ratio <= goal, detail or _medians(ours, floor))


def at_least(name: str, floor_name: str, ours: float, floor: float, goal: float, detail: str = "") -> Result:
    """A rate: floor seconds ÷ our seconds is to be ``goal`` at least."""
    ratio = floor / ours
    return Result(name, floor_name, ratio, f"≥ {goal}", ratio >= goal, detail or _medians(ours, floor))


def _medians(ours: float, floor: float) -> str:
    return f"{ours * 1e3:.1f} ms / {floor * 1e3:.1f} ms"
