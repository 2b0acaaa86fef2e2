"""The fixtures every other test stands on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import keyring
import pytest

from tests import postgres as pg
from tests.house import source

if TYPE_CHECKING:
    from desktop_admin.services.database.clock import SetClock
    from desktop_admin.services.database.database import Database
    from desktop_admin.services.work import Actor

KILLED = """
import os, signal
from tests import postgres
server = postgres.start()
print(server.pid, server.folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_shop_is_there_with_every_role(
    database: Database, as_role: Callable[[str], Actor], clock: SetClock
) -> None:
    manager = as_role("manager")
    assert manager.role == "manager"
    assert as_role("counter").operator_id != manager.operator_id
    today = database.read(lambda work: work.today, actor=manager)
    clock.at += timedelta(days=1)
    assert database.read(lambda work: work.today, actor=manager) == today + timedelta(days=1)


def test_a_shop_is_in_no_other_test(database: Database) -> None:
    """Ran after the one above or before it: the clock and the books are new."""
    assert database.read(lambda work: work.today.isoformat()) == "2026-03-02"


def test_secrets_stay_here() -> None:
    keyring.set_password("shop", "me", "secret")
    assert keyring.get_password("shop", "me") == "secret"
    assert type(keyring.get_keyring()).__module__ == "tests.keyring"
    assert not os.path.expanduser("~").startswith(str(source.ROOT))
    assert Path.home().name.startswith("pdhome-")


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_postgres_dies_with_a_killed_run(postgres: pg.Socket) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True,
                          cwd=source.ROOT, check=False, env=os.environ | {"PYTHONPATH": "."})
    assert done.stdout, done.stderr
    pid, folder = done.stdout.split()
    end = time.monotonic() + 15
    while (Path("/proc", pid).exists() or Path(folder).exists()) and time.monotonic() < end:
        time.sleep(0.05)
    assert not Path("/proc", pid).exists()
    assert not Path(folder).exists()


def test_a_pair_replicates(postgres: pg.Socket) -> None:
    import psycopg

    with pg.serving(programs=["pg_basebackup"], config=["wal_level = replica"]) as primary:
        def follow(server: pg.Server) -> None:
            server.run("pg_basebackup", "-D", server.data, "-R", "-c", "fast",
                       "-d", primary.conninfo("postgres"))

        with pg.serving(programs=["pg_basebackup"], prepare=follow) as replica, psycopg.connect(
                replica.conninfo("postgres")) as connection:
            assert connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
