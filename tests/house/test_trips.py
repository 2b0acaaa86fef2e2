"""Over a network each round trip is felt: what a screen asks takes few statements, and few waits for the server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from desktop_admin.services import command
from desktop_admin.services.database.database import Database
from desktop_admin.services.members import pinyin
from desktop_admin.services.work import Actor
from desktop_admin.views.navigation import places
from tests.house.desks import WRITTEN, settle, stock_up, window
from tests.house.test_statements import INSIDE


@pytest.fixture
def engine() -> str:
    return "postgresql"


@pytest.fixture(autouse=True, scope="module")
def _no_process_left() -> Any:
    yield
    pinyin.close()


@dataclass
class Asked:
    """One question of a screen: a transaction on one of the reading threads."""

    statements: list[str] = field(default_factory=list)
    trips: int = 0


@contextmanager
def questions(database: Database) -> Iterator[list[Asked]]:
    """Every question that is asked meanwhile."""
    found: list[Asked] = []
    now: dict[int, Asked] = {}

    def said(text: str, _parameters: Any) -> None:
        if text.startswith("BEGIN"):
            now[threading.get_ident()] = Asked()
            found.append(now[threading.get_ident()])
        elif not text.startswith(WRITTEN):
            now[threading.get_ident()].statements.append(text)

    def waited() -> None:
        now[threading.get_ident()].trips += 1

    database.taps.statement.append(said)
    database.taps.trip.append(waited)
    try:
        yield found
    finally:
        database.taps.statement.remove(said)
        database.taps.trip.remove(waited)


FIGURES = {"dashboard", "reports"}  # no lists: they add up, and say as of when
SUMS = {"shifts"}  # a list below the sums of the day, which are one statement each
STATEMENTS, TRIPS = 5, 2  # of a question a list screen asks when it opens
PANEL_TRIPS = 3  # what stands beside a list when a row is chosen


def test_what_a_screen_asks(
    qtbot: Any, tmp_path: Path, database: Database, as_role: Callable[[str], Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    stock_up(database, as_role, 4)
    for name in ("ask_leave", "_leave"):  # tests become the operator there, which costs trips of their own
        monkeypatch.setattr(command, name, getattr(command, name).__wrapped__)
    long: list[str] = []
    with window(qtbot, database, tmp_path, as_role("administrator")) as (shown, shell):
        for place in places():
            if place.id in FIGURES:
                continue
            for where in ({}, *INSIDE.get(place.id, ())):
                with questions(database) as asked:
                    shell.open(place.id, where)
                    if not where:
                        shell.screens[place.id].reload_now()
                    settle(qtbot, shown.desk.tasks)
                limit = STATEMENTS if not where and place.id not in SUMS else 99
                assert any(one.statements for one in asked), f"{place.id} {where} asked nothing"
                long += [
                    f"{place.id} {where}: {one.trips} trips, {len(one.statements)} statements\n    "
                    + "\n    ".join(text[:160] for text in one.statements)
                    for one in asked
                    if one.trips > (PANEL_TRIPS if where else TRIPS) or len(one.statements) > limit
                ]
    assert not long, "\n".join(long)
