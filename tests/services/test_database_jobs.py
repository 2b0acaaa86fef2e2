"""Jobs have an account of their own on a server: it expires, evaluates, looks and reports, and that is all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from desktop_admin.cli import main
from desktop_admin.services import members, points, shop
from desktop_admin.services.command import new_request
from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Trouble
from tests import founding
from tests.databases import MORNING

if TYPE_CHECKING:
    from tests.postgres import Socket


@pytest.fixture(scope="module")
def served(postgres: Socket) -> Iterator[str]:
    """The jobs' address of a shop in which somebody has points that have long expired."""
    name = f"pd_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_jobs"
    postgres.drop(name)
    url = postgres.create(name)
    founded = founding.found(url, SetClock(MORNING))
    long_ago = SetClock(datetime(2024, 1, 8, tzinfo=UTC))
    database = Database.open(url, clock=long_ago)
    write = partial(database.write, actor=founded.actors["manager"])
    who: dict[str, Any] = {"name": "Li Lei", "phone": "13800001234", "consent_terms": True}
    member = write(lambda w: members.enrol(w, request=new_request(), **who)).result.member_id
    said: dict[str, Any] = {"member_id": member, "points": 500, "reason": "event"}
    write(lambda w: points.adjust(w, request=new_request(), **said))
    database.close()
    yield url.replace("postgres@", f"{name}.system@")
    database = Database.open(url)
    assert founding.faults(database) == []
    database.close()
    postgres.drop(name)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    code = main([*words, "--json"])
    said = capsys.readouterr()
    assert code == 0, said.err
    return json.loads(said.out)


def test_the_night_and_what_looks(served: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(capsys, "daily", "--database", served)["expired_points"] == 500
    assert run(capsys, "doctor", "--database", served) == {"faults": []}
    for report in ("dashboard", "movement", "liability", "owing", "low_stock", "operators"):
        assert run(capsys, "report", report, "--database", served)
    for what in ("members", "journal", "purchases", "redemptions", "items", "stock", "movements"):
        run(capsys, "export", what, str(tmp_path / f"{what}.csv"), "--database", served)
    assert run(capsys, "expire", "--preview", "30", "--database", served)["points"] == 0


def test_what_jobs_may_not(served: str) -> None:
    """The program gives the operator of jobs every permission; the server does not."""
    database = Database.open(served)
    try:
        actor = shop.system_actor(database)
        said: dict[str, Any] = {"member_id": 1, "points": 5, "reason": "event"}
        with pytest.raises(Trouble, match="may not"):
            database.write(lambda w: points.adjust(w, request=new_request(), **said), actor=actor)
        with pytest.raises(Trouble, match="may not"):
            database.write(
                lambda w: members.enrol(w, request=new_request(), name="A", phone="13800009999", consent_terms=True),
                actor=actor,
            )
    finally:
        database.close()
    with psycopg.connect(served) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("UPDATE setting SET value = '0'")
