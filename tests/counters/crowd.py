"""Many counters at once, and what happens to them: killed and replaced, their sessions ended, replies lost."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from tests.counters.client import PATIENCE, Client
from tests.counters.shop import RunningClock, Shop
from tests.postgres import Server, Socket
from tests.proxy import Proxy

_VICTIM = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid() "
    "AND application_name LIKE 'pointsdesk%%' ORDER BY (state = 'idle'), random() LIMIT 1"
)


@dataclass(frozen=True)
class Weather:
    """How often something happens: times a second; 0 = never."""

    kills: float = 0
    terminates: float = 0
    lost: float = 0  # replies to COMMIT that the way swallows; every fourth time the COMMIT itself
    strikes: tuple[tuple[float, Callable[[], object]], ...] = ()  # (seconds from the start, what happens then)


@dataclass
class Toll:
    """What happened to them."""

    killed: int = 0
    terminated: int = 0
    lost: int = 0
    failed: list[str] = field(default_factory=list)


class Crowd:
    """The counters of one run. No thread and no connection is open while it forks."""

    def __init__(self, shop: Shop, server: Server, *, clients: int, seed: int) -> None:
        self.shop, self.server, self.clients = shop, server, clients
        self.dice = random.Random(seed)
        self.toll = Toll()
        self._lives = dict.fromkeys(range(clients), 0)
        self._working: dict[int, int] = {}  # pid -> counter

    def run(self, seconds: float, weather: Weather) -> Toll:
        """Let them work for so long under this weather."""
        clock = RunningClock(seconds)
        until = time.monotonic() + seconds
        rate = weather.terminates
        terminator = _fork(lambda pipe: self._terminate(until, rate, pipe)) if rate else None
        for counter in range(self.clients):
            self._start(counter, clock, until)
        strikes = sorted(weather.strikes, key=lambda strike: strike[0])
        while (left := until - time.monotonic()) > 0:
            pause = self.dice.expovariate(weather.kills) if weather.kills else 0.2
            time.sleep(min(pause, left))
            self._look(0)
            if strikes and strikes[0][0] <= seconds - left:
                strikes.pop(0)[1]()
            if weather.kills and pause < left and self._working:
                self._kill(self.dice.choice(sorted(self._working)), clock, until)
        self._look(until + PATIENCE + 10 - time.monotonic())
        if terminator is not None:
            self.toll.terminated += int(_said(terminator))
        return self.toll

    def run_over_bad_lines(self, seconds: float, weather: Weather) -> Toll:
        """The same, with a proxy between that swallows what COMMIT was answered, or the COMMIT."""
        way = _fork(lambda pipe: self._lose(weather.lost, pipe))
        folder = os.read(way[1], 1000).decode()
        direct, self.shop = self.shop, self.shop.through(Socket(Path(folder)).url(database_of(self.shop)))
        try:
            return self.run(seconds, weather)
        finally:
            os.kill(way[0], signal.SIGTERM)
            self.toll.lost += int(_said(way) or 0)
            self.shop = direct

    def _start(self, counter: int, clock: RunningClock, until: float) -> None:
        self._lives[counter] += 1
        life, seed = self._lives[counter], self.dice.getrandbits(40)
        pid = os.fork()
        if pid == 0:
            _as_child(lambda: Client(self.shop, clock, counter, life, seed).work(until))
        self._working[pid] = counter

    def _kill(self, pid: int, clock: RunningClock, until: float) -> None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        self.toll.killed += 1
        self._start(self._working.pop(pid), clock, until)

    def _look(self, seconds: float) -> None:
        """Who ended by themselves: well at the end, never before. Waits so long for the rest."""
        end = time.monotonic() + seconds
        while True:
            for pid in list(self._working):
                found, status = os.waitpid(pid, os.WNOHANG)
                if found:
                    counter = self._working.pop(pid)
                    if status:
                        self.toll.failed.append(f"counter {counter} ended with {status}")
            if not self._working or time.monotonic() >= end:
                break
            time.sleep(0.05)
        if seconds and self._working:
            self.toll.failed.append(f"{len(self._working)} counters did not end")
            for pid in self._working:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    def _terminate(self, until: float, rate: float, pipe: int) -> None:
        """End somebody's session now and then; most of them are in the middle of something."""
        dice, count = random.Random(self.dice.random()), 0
        with psycopg.connect(self.server.conninfo("postgres"), autocommit=True) as connection:
            while time.monotonic() + 0.1 < until:
                time.sleep(min(dice.expovariate(rate), max(0.0, until - time.monotonic())))
                count += connection.execute(_VICTIM, (database_of(self.shop),)).rowcount
        os.write(pipe, str(count).encode())

    def _lose(self, rate: float, pipe: int) -> None:
        """Be the way between, until told to end."""
        ending: list[int] = []
        signal.signal(signal.SIGTERM, lambda number, _frame: ending.append(number))
        dice = random.Random(self.dice.random())
        with Proxy(self.server) as proxy:
            os.write(pipe, str(proxy.folder).encode())
            while not ending:
                time.sleep(dice.expovariate(rate))
                if dice.random() < 0.25:
                    proxy.lose_requests = 1
                else:
                    proxy.lose_replies = 1
        os.write(pipe, str(proxy.lost).encode())


def database_of(shop: Shop) -> str:
    """The database's name on its server."""
    return make_url(shop.url).database or ""


def _as_child(work: Callable[[], Any]) -> None:
    status = 1
    try:
        work()
        status = 0
    except BaseException:  # noqa: BLE001 - a child tells and ends
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _fork(work: Callable[[int], None]) -> tuple[int, int]:
    """A process beside; its number, and where to hear what it says."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        _as_child(lambda: work(write))
    os.close(write)
    return pid, read


def _said(child: tuple[int, int]) -> str:
    with os.fdopen(child[1], "rb") as pipe:
        text = pipe.read().decode()
    os.waitpid(child[0], 0)
    return text
