"""Two PostgreSQL servers that hold the same: a primary, and a standby every commit waits for.

    with replicated() as pair:
        url = pair.url("shop")     # both hosts; a client finds the one that takes writes by itself
        pair.fail_over()           # the primary is killed, the standby promoted
        pair.rejoin()              # what was the primary follows the new one, by pg_rewind

These are the settings that docs/scale.md gives to administrators.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import psycopg

from tests.postgres import PORT, SUPERUSER, Server, Unavailable, start

PROGRAMS = ("pg_basebackup", "pg_rewind")
# on both: each may become the primary
CONFIG = (
    "wal_level = replica",
    "max_wal_senders = 10",
    "max_replication_slots = 10",
    "max_slot_wal_keep_size = '4GB'",
    "wal_log_hints = on",  # pg_rewind needs it, or checksums
    "wal_keep_size = '256MB'",
    "hot_standby = on",
    "synchronous_commit = on",
    "wal_receiver_timeout = '10s'",
    "wal_sender_timeout = '10s'",
)
_SYNC = "SELECT count(*) FROM pg_stat_replication WHERE application_name = %s AND sync_state = 'sync'"


@dataclass(frozen=True)
class Failover:
    """When it happened, by the monotonic clock: the kill, the promotion begun, the promotion done."""

    killed: float
    promoting: float
    promoted: float


class Pair:
    """The primary, the standby, and the way from one to the other."""

    def __init__(self, primary: Server, standby: Server) -> None:
        self.primary, self.standby = primary, standby
        self.hosts = (primary, standby)  # in the order in which clients try them

    def url(self, database: str) -> str:
        """The database's address with both hosts; only the one that takes writes is used."""
        hosts = "&".join(f"host={quote(str(server.folder))}:{PORT}" for server in self.hosts)
        return f"postgresql://{SUPERUSER}@/{database}?{hosts}&target_session_attrs=read-write"

    def bind(self, seconds: float = 30) -> None:
        """From now on a commit is acknowledged when the standby has it on its disk."""
        name = _name(self.standby)
        _do(self.primary, f"ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 ({name})'", "SELECT pg_reload_conf()")
        end = time.monotonic() + seconds
        with psycopg.connect(self.primary.conninfo("postgres"), autocommit=True) as connection:
            while connection.execute(_SYNC, (name,)).fetchone() != (1,):
                if time.monotonic() > end:
                    raise Unavailable(f"the standby does not follow: {self.standby.log.read_text()[-1500:]}")
                time.sleep(0.05)

    def fail_over(self) -> Failover:
        """Kill the primary and promote the standby. The old one stays down: nobody starts it as a primary again."""
        killed = time.monotonic()
        self.primary.halt(signal.SIGKILL)
        promoting = time.monotonic()
        with psycopg.connect(self.standby.conninfo("postgres"), autocommit=True) as connection:
            assert connection.execute("SELECT pg_promote(true, 60)").fetchone() == (True,)
        self.primary, self.standby = self.standby, self.primary
        return Failover(killed, promoting, time.monotonic())

    def rejoin(self) -> None:
        """What was the primary follows the new one: what it alone has is taken back, the rest fetched."""
        old, new = self.standby, self.primary
        slot = _name(old)
        _do(new, f"SELECT pg_create_physical_replication_slot('{slot}') WHERE NOT EXISTS "
                 f"(SELECT 1 FROM pg_replication_slots WHERE slot_name = '{slot}')", "CHECKPOINT")  # fmt: skip
        old.run("pg_rewind", "--target-pgdata", old.data, "--source-server", new.conninfo("postgres"))
        _follow(old, new)  # pg_rewind brought the other's settings along
        old.launch()

    def stop(self) -> None:
        for server in self.hosts:
            server.stop()


@contextmanager
def replicated() -> Iterator[Pair]:
    """A pair, bound to each other, for the length of a with block. Unavailable where the programs are missing."""
    primary = start(durable=True, config=CONFIG, programs=PROGRAMS)
    try:
        pair = Pair(primary, start(
            durable=True, config=CONFIG, programs=PROGRAMS, prepare=lambda standby: _copy(standby, primary)
        ))  # fmt: skip
    except BaseException:
        primary.stop()
        raise
    try:
        pair.bind()
        yield pair
    finally:
        pair.stop()


def _copy(standby: Server, primary: Server) -> None:
    standby.run("pg_basebackup", "-D", standby.data, "-X", "stream", "-c", "fast", "-C", "-S", _name(standby),
                "-d", primary.conninfo("postgres"))  # fmt: skip
    _follow(standby, primary)


def _follow(standby: Server, primary: Server) -> None:
    """Settings of a standby, after a copy of the other's folder."""
    auto = standby.data / "postgresql.auto.conf"
    auto.write_text("# by ALTER SYSTEM\n")  # the other's standby is not this one's
    name = _name(standby)
    standby.configure([
        f"primary_conninfo = '{primary.conninfo('postgres')} application_name={name}'",
        f"primary_slot_name = '{name}'",
        f"unix_socket_directories = '{standby.folder}'",
    ])  # fmt: skip
    (standby.data / "standby.signal").touch()


def _name(server: Server) -> str:
    """How a server is called as a standby."""
    return "standby_" + server.folder.name.lower().replace("-", "_")


def _do(server: Server, *statements: str) -> None:
    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
