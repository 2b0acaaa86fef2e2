"""A move killed again and again: `python -m tests.services.moving_kills SOURCE TARGET SEED`; prints what came of it.

The program is imported once; each attempt is a fork that kills itself with SIGKILL, at its n-th statement or after a
moment, until one comes through. After each kill the target must be no shop to anybody and the source must not be
written.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

from desktop_admin.services import moving, shop
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.moving import side
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Trouble

TOUCH = Sql("UPDATE setting SET version = version")
FEW = 100  # rows of a chunk, so that there are many


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _at_statement(count: int) -> None:
    real, left = side.Side.run, [count]

    def run(self: side.Side, sql: str, params: Any = ()) -> None:
        left[0] -= 1
        if not left[0]:
            _die()
        real(self, sql, params)

    side.Side.run = run  # type: ignore[method-assign]


def attempt(act: Callable[[], object]) -> int:
    """Run something in a fork; the signal that killed it, or 0."""
    pid = os.fork()
    if not pid:
        code = 1
        try:
            act()
            code = 0
        except BaseException:  # noqa: BLE001 - told, and the fork ends here
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    _pid, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit(1)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


NOTHING = ("not finished", "no database file", "holds no", "is not a PointsDesk")


def _write(database: Database) -> str:
    """Try to write: what was said, or nothing where it was written."""
    try:
        actor = shop.system_actor(database)
        database.write(lambda work: work.run(TOUCH), actor=actor)
    except Trouble as trouble:
        return str(trouble)
    finally:
        database.close()
    return ""


def _never_a_shop(target: str) -> None:
    """Until the whole shop is there."""
    try:
        database = Database.open(target)
    except Trouble as trouble:
        said = str(trouble)
        if not any(word in said for word in NOTHING):
            raise
    else:
        assert _write(database) == ""


def _only_looked_at(source: str) -> None:
    """As soon as the move has begun."""
    try:
        database = Database.open(source)
    except Trouble as trouble:
        if "has moved to" not in str(trouble):
            raise
    else:
        under_way = moving.under_way(source) is not None
        assert ("is being moved" in _write(database)) == under_way


def main(source: str, target: str, seed: int) -> None:
    side.ROWS = FEW
    dice = random.Random(seed)

    def killed() -> None:  # each time it may come a little further
        if dice.random() < 0.6:
            _at_statement(dice.randint(1, 150) + 40 * kills)
        else:
            clock = threading.Timer(dice.uniform(0.0, 0.4) + 0.1 * kills, _die)
            clock.daemon = True
            clock.start()
        moving.move(source, target)

    def look() -> None:
        _never_a_shop(target)
        _only_looked_at(source)

    kills = 0
    while True:
        dice.random()
        if not attempt(killed):
            break
        kills += 1
        attempt(look)
    print(json.dumps({"kills": kills}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
