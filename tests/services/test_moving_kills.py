"""A move that is killed again and again, or has no room: it is always taken up again, and nothing is half-done."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_admin.services import moving, points, shop
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.database.moving import side
from desktop_admin.services.errors import Trouble
from tests.services.places import KINDS, Places, asked, in_order, work_on

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Places]:
    places = Places(tmp_path_factory.mktemp("places"), lambda: request.getfixturevalue("postgres"))
    yield places
    places.close()


@pytest.fixture
def places(made: Places) -> Iterator[Places]:
    yield made
    made.clear()


@pytest.mark.slow
@pytest.mark.parametrize(("source", "target"), [KINDS, KINDS[::-1]])
def test_killed_at_any_moment_it_goes_on(places: Places, source: str, target: str) -> None:
    old, new = places.shop(source), places.empty(target)
    before = asked(old, "SELECT count(*), max(hash) FROM entry")
    command = [sys.executable, "-m", "tests.services.moving_kills", old, new, "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["kills"] >= 5
    in_order(new)
    assert asked(new, "SELECT count(*), max(hash) FROM entry") == before
    with pytest.raises(Trouble, match="has moved"):
        Database.open(old)


def test_a_full_disk_is_said_and_the_move_goes_on(places: Places) -> None:
    old, new = places.shop("postgresql"), places.empty("sqlite")
    command = [sys.executable, "-m", "desktop_admin.cli", "move", "--from", old, "--to", new]

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000))

    full = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=little_room)
    assert full.returncode == 1
    assert "disk" in full.stderr
    assert len(full.stderr.strip().splitlines()) == 1
    with pytest.raises(Trouble, match="not finished"):
        Database.open(new)
    assert moving.move(old, new).resumed
    in_order(new)


@pytest.mark.parametrize("source", KINDS)
def test_what_was_acknowledged_before_the_shop_was_closed_arrives(places: Places, source: str) -> None:
    """Somebody works at the very moment the move begins."""
    old, new = places.shop(source), places.empty("sqlite")
    member = work_on(old)
    database = Database.open(old)
    actor = shop.system_actor(database)
    known = asked(old, "SELECT count(*) FROM entry")[0][0]
    acknowledged, busy = [0], threading.Event()

    def work() -> None:
        said: dict[str, Any] = {"member_id": member, "points": 5, "reason": "event"}
        while True:
            try:
                database.write(lambda w: points.adjust(w, request=new_request(), **said), actor=actor)
            except Trouble as trouble:
                assert "moved" in str(trouble)  # noqa: PT017 - the thread ends here
                return
            acknowledged[0] += 1
            busy.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert busy.wait(20)
    moving.move(old, new)
    thread.join()
    database.close()
    assert asked(new, "SELECT count(*) FROM entry") == [(known + acknowledged[0],)]
    in_order(new)


def test_a_second_mover_is_told_that_somebody_else_is_at_it(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = places.shop("sqlite"), places.empty("sqlite")
    monkeypatch.setattr(side, "ROWS", 50)
    real = side.Side.chunks
    once = [True]

    def chunks(self: side.Side, table: Any, after: Any = None) -> Iterator[Any]:
        for chunk in real(self, table, after):
            if table.name == "operation" and once:
                once.clear()
                moving.move(old, new)
            yield chunk

    monkeypatch.setattr(side.Side, "chunks", chunks)
    with pytest.raises(Exception, match=r"Another program|no such table"):
        moving.move(old, new)
    monkeypatch.undo()
    in_order(new)
