"""News by NOTIFY and LISTEN: one thread, one connection of its own, nothing to do while nothing happens."""

from __future__ import annotations

import contextlib
import random
import secrets
import socket
import threading
import time
from collections.abc import Iterable

import psycopg
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from desktop_admin.services.database.news.contract import Heard
from desktop_admin.services.database.news.pace import Pace
from desktop_admin.services.database.news.wire import Wire
from desktop_admin.services.errors import Trouble
from desktop_admin.services.topics import Topic

TELL = 0.5  # seconds between two notices of a topic, so never more than 5 a second
HEAR = 1.5  # seconds between two times that screens are told of a topic, however many counters notify
REST = 0.25  # seconds the ear rests after it heard something; what comes meanwhile waits in the socket
BEAT = 60.0  # seconds of quiet after which we look whether the server is still there
FIRST_PAUSE, LAST_PAUSE = 0.2, 20.0  # seconds between two tries to connect

_LOST = (SQLAlchemyError, psycopg.Error, OSError, Trouble)


class ServerNews:
    """Tells others on the server, and hears them where ``heard`` is given.

    A lost connection is made anew; since nobody knows what was missed meanwhile, every topic then counts as touched.
    """

    def __init__(self, engine: Engine, heard: Heard | None) -> None:
        self._engine, self._heard = engine, heard
        self._me = secrets.token_hex(8)  # our own notices come back to us too
        self._mouth, self._ears = Pace(TELL), Pace(HEAR)
        self._lock = threading.Lock()  # around the mouth and what is said to the thread
        self._closing = self._woken = False
        self._ear_rests = 0.0
        self._waker, self._wakes = socket.socketpair()
        self._wakes.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="pointsdesk-news")

    def start(self) -> None:
        self._thread.start()

    def expect(self, operations: Iterable[int]) -> None:
        """Notices name their sender: nothing needs to be known of our operations."""

    def tell(self, topics: Iterable[Topic]) -> None:
        """Notify others soon; several commits become one notice."""
        with self._lock:
            self._mouth.add(topics)
            self._wake()

    def close(self, timeout: float = 10.0) -> None:
        """Say what was not said yet, and end."""
        with self._lock:
            self._closing = True
            self._woken = False
            self._wake()
        self._thread.join(timeout)
        if not self._thread.is_alive():
            self._waker.close()
            self._wakes.close()

    def _wake(self) -> None:
        if not self._woken:
            self._woken = True
            with contextlib.suppress(BlockingIOError):
                self._wakes.send(b".")

    def _over(self, *, failed: bool = False) -> bool:
        with self._lock:
            return self._closing and (failed or not self._mouth.waiting)

    def _run(self) -> None:
        pause, missed = FIRST_PAUSE, False
        while not self._over():
            if self._heard is None and not self._mouth.waiting:
                self._sleep(None)  # nothing to say and nobody listens: no connection yet
                continue
            begun = time.monotonic()
            try:
                self._talk(missed=missed)
            except _LOST:
                pause = FIRST_PAUSE if time.monotonic() - begun > LAST_PAUSE else min(pause * 2, LAST_PAUSE)
                missed = True
                if self._over(failed=True):
                    return
                self._sleep(random.uniform(pause / 2, pause))

    def _sleep(self, seconds: float | None) -> None:
        """Until the time is up or, where it has no end, somebody wakes us; closing always does."""
        end = None if seconds is None else time.monotonic() + seconds
        while not self._over(failed=True):
            left = None if end is None else end - time.monotonic()
            if left is not None and left <= 0:
                return
            self._waker.settimeout(left)
            with contextlib.suppress(TimeoutError):
                self._waker.recv(4096)
            with self._lock:
                self._woken = False
            if end is None:
                return

    def _talk(self, *, missed: bool) -> None:
        """Speak and listen on one connection, until closing."""
        wire = Wire(self._engine)
        try:
            if self._heard is not None:
                wire.listen()
                if missed:
                    self._ears.add(Topic)
            last = time.monotonic()
            while True:
                said = self._speak(wire)
                if self._over():
                    return
                now = time.monotonic()
                if not said and now - last > BEAT:
                    wire.beat()
                    said = True
                last = now if said else last
                self._rest(wire, now, last)
        finally:
            wire.close()

    def _speak(self, wire: Wire) -> bool:
        """Notify what is due; whether something was."""
        with self._lock:
            self._woken = False
            due = self._mouth.due(time.monotonic())
        if not due:
            return False
        try:
            wire.say(f"{self._me} {','.join(sorted(due))}")
        except _LOST:
            with self._lock:
                self._mouth.add(due)
            raise
        return True

    def _rest(self, wire: Wire, now: float, last: float) -> None:
        """Wait for news, for our own commits, or until something is due; hand on what was heard."""
        with self._lock:
            waits = [self._mouth.wait(now), self._ears.wait(now), last + BEAT - now]
        ear = now >= self._ear_rests
        if not ear:
            waits.append(self._ear_rests - now)
        wire.wait(self._waker, max(0.0, min(w for w in waits if w is not None)), ear=ear)
        for payload in wire.heard():
            self._ears.add(self._foreign(payload))
            self._ear_rests = time.monotonic() + REST
        due = self._ears.due(time.monotonic())
        if due and self._heard is not None and not self._over(failed=True):
            self._heard(due)

    def _foreign(self, payload: str) -> set[Topic]:
        """The topics of somebody else's notice. Anybody on the server can write one: what we do not know is nothing."""
        sender, _blank, names = payload.partition(" ")
        known = {topic.value: topic for topic in Topic}
        return set() if sender == self._me else {known[name] for name in names.split(",") if name in known}
