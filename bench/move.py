"""A shop that moves between a file and a server, in both directions: how fast, and what memory it takes.

The floor reads the same rows with one driver and writes them with the other (executemany, COPY) into the same tables,
with their keys, in one transaction and without program code. It puts no indexes back, reads nothing again to compare,
and asks no doctor, before or after; a move does all of that, so its goal is a multiple of the floor. Making the empty
tables counts as the move's own time and not as the floor's.
"""

from __future__ import annotations

import itertools
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg

from bench.imports import _generate, _import
from bench.measure import Result, at_most, seconds
from desktop_admin.services import moving, shop
from desktop_admin.services.database import schema
from desktop_admin.services.database.moving import shape
from tests.postgres import Server, serving

LINES, TIMES = 10_000, 4  # lines of an imported file; the larger shop has so many times as many
ROUNDS = 3
BLOCK = 1000
GOAL = 8.0  # a move's seconds / the floor's
GROWTH = 1.2  # of the peak memory, where the rows are four times as many; chunks of a small table are not full
_NAMES = (f"bench_{number}" for number in itertools.count(1))
# SQLite keeps up to 32 MB of a file per connection, and a shop of this size does not fill that: it is left out here.
# VmHWM, because what getrusage answers begins with the memory of the process that started this one.
_PEAK = """
import pathlib, sys
from sqlalchemy import event
from sqlalchemy.pool import Pool
from desktop_admin.services import moving
@event.listens_for(Pool, "checkout")
def _little(raw, _record, _proxy):
    if hasattr(raw, "create_function"):
        raw.execute("PRAGMA cache_size = -1000")
moving.move(sys.argv[1], sys.argv[2], keep_open=True)
print(next(l for l in pathlib.Path("/proc/self/status").read_text().splitlines() if l.startswith("VmHWM")).split()[1])
"""


def run() -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="pdbench-") as folder, serving() as server:
        ground = _Ground(Path(folder), server)
        small, large = ground.shop(LINES), ground.shop(LINES * TIMES)
        served = ground.served(large)
        return [
            ground.speed(large, to_server=True),
            ground.speed(served, to_server=False),
            ground.memory(small, large, to_server=True),
            ground.memory(ground.served(small), served, to_server=False),
        ]


class _Ground:
    """A folder for files, a server for databases, and shops to move."""

    def __init__(self, folder: Path, server: Server) -> None:
        self._folder, self._server = folder, server

    def file(self) -> str:
        return str(self._folder / f"{next(_NAMES)}.pointsdesk")

    def database(self) -> str:
        return self._server.create(next(_NAMES))

    def shop(self, lines: int) -> str:
        """A shop in a file, with an import of so many lines."""
        source, path = self._folder / f"{lines}.csv", self.file()
        _generate(source, lines, apart=False)
        shop.found(path, name="Bench", admin_login="admin", admin_password_hash="!").close()
        _import(Path(path), source)
        return path

    def served(self, path: str) -> str:
        """The same shop on the server."""
        url = self.database()
        moving.move(path, url, keep_open=True)
        return url

    def speed(self, source: str, *, to_server: bool) -> Result:
        """A move's seconds against the floor's, in turns."""
        times: tuple[list[float], list[float]] = ([], [])
        rows = 0
        for _ in range(ROUNDS):
            target = self.database() if to_server else self.file()
            times[0].append(seconds(lambda target=target: moving.move(source, target, keep_open=True)))
            target = self.bare_database() if to_server else self.bare_file()
            by_hand = _to_server if to_server else _to_file
            start = time.perf_counter()
            rows = by_hand(source, target)
            times[1].append(time.perf_counter() - start)
        ours, least = (statistics.median(found) for found in times)
        where, driver = ("a server", "COPY") if to_server else ("a file", "executemany")
        detail = f"{rows:,} rows: {rows / ours:,.0f}/s against {rows / least:,.0f}/s"
        return at_most(f"a shop moves to {where}, checks and all", f"read, {driver}", ours, least, GOAL, detail)

    def memory(self, small: str, large: str, *, to_server: bool) -> Result:
        """The most memory of the moving process, for rows and for so many times as many."""
        peaks = []
        for source in (small, large):
            target = self.database() if to_server else self.file()
            said = subprocess.run([sys.executable, "-c", _PEAK, source, target], capture_output=True, check=True)
            peaks.append(int(said.stdout) // 1024)
        name = f"memory of a move to {'a server' if to_server else 'a file'}, {TIMES} times the rows, no file cache"
        detail = f"{peaks[1]} MB / {peaks[0]} MB"
        return at_most(name, "the same with the rows once", peaks[1], peaks[0], GROWTH, detail)

    def bare_database(self) -> str:
        """A database with the tables of a shop and nothing in them."""
        url = self.database()
        with psycopg.connect(url) as connection:
            for statement in _tables("postgresql"):
                connection.execute(statement.encode())
        return url

    def bare_file(self) -> str:
        path = self.file()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            for statement in _tables("sqlite"):
                connection.execute(statement)
            connection.commit()
        return path


def _tables(engine: schema.Engine) -> list[str]:
    return [statement for statement in schema.tables(engine) if statement.startswith("CREATE TABLE")]


def _columns(table: str) -> str:
    return ", ".join(schema.columns("postgresql")[table])


def _to_server(path: str, url: str) -> int:
    """The rows of a file by the drivers alone; how many."""
    rows = 0
    with closing(sqlite3.connect(path)) as source, psycopg.connect(url) as target:
        target.execute("SET session_replication_role = replica")  # no foreign keys
        for table in shape.names():
            read = source.execute(f"SELECT {_columns(table)} FROM {table}")
            with target.cursor().copy(f"COPY {table} ({_columns(table)}) FROM STDIN".encode()) as copy:
                while block := read.fetchmany(BLOCK):
                    rows += len(block)
                    for row in block:
                        copy.write_row(row)
    return rows


def _to_file(url: str, path: str) -> int:
    rows = 0
    with psycopg.connect(url) as source, closing(sqlite3.connect(path)) as target:
        for table in shape.names():
            marks = ", ".join("?" * len(schema.columns("postgresql")[table]))
            with source.cursor("floor", binary=True) as read:
                read.execute(f"SELECT {_columns(table)} FROM {table}".encode())
                while block := read.fetchmany(BLOCK):
                    rows += len(block)
                    target.executemany(f"INSERT INTO {table} ({_columns(table)}) VALUES ({marks})", block)
        target.commit()
    return rows
