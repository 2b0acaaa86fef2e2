"""How often a topic passes: at once when it was quiet, else later and only once; the last one always comes."""

from __future__ import annotations

from collections.abc import Iterable

from desktop_admin.services.topics import Topic


class Pace:
    """Lets each topic through once per ``gap`` seconds at most. Not for two threads at once."""

    def __init__(self, gap: float) -> None:
        self._gap = gap
        self._next: dict[Topic, float] = {}  # when a topic may pass again
        self._waiting: set[Topic] = set()

    def add(self, topics: Iterable[Topic]) -> None:
        self._waiting.update(topics)

    @property
    def waiting(self) -> bool:
        """Whether something has not passed yet."""
        return bool(self._waiting)

    def due(self, now: float) -> frozenset[Topic]:
        """What may pass now (seconds of a monotonic clock); it counts as passed."""
        passing = frozenset(topic for topic in self._waiting if self._next.get(topic, now) <= now)
        self._waiting -= passing
        for topic in passing:
            self._next[topic] = now + self._gap
        return passing

    def wait(self, now: float) -> float | None:
        """Seconds until something may pass; None where nothing waits."""
        if not self._waiting:
            return None
        return max(0.0, min(self._next.get(topic, now) for topic in self._waiting) - now)
