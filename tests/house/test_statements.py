"""How many statements a screen asks does not depend on how much there is: no N + 1, on a screen or in a panel."""

from __future__ import annotations

import shutil
from collections import Counter as Tally
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop_admin.services.database.clock import SetClock
from desktop_admin.services.database.database import Database
from desktop_admin.services.members import pinyin
from desktop_admin.services.work import Actor
from desktop_admin.views.navigation import places
from tests.databases import MORNING, Templates
from tests.house.desks import counted, settle, stock_up, window

FEW, MANY = 4, 60
SLACK = 3  # asked again because something else came first
# where a panel stands: the one whose rows grow too
INSIDE: dict[str, tuple[dict[str, Any], ...]] = {
    "counter": ({"member_id": 1},),
    "members": ({"member_id": 1},),
    "points": ({"entry_id": 1}, {"member_id": 1}),
    "redemptions": ({"redemption_id": 1}, {"member_id": 1}),
    "catalog": ({"item_id": 1},),
    "stock": ({"item_id": 1},),
    "approvals": ({"box": "all"},),
    "tiers": ({"list": "falling"},),
    "administration": ({"page": "trail"}, {"page": "operators"}, {"page": "branches"}),
}


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture(autouse=True, scope="module")
def _no_process_left() -> Any:
    yield
    pinyin.close()


def measured(qtbot: Any, database: Database, folder: Path, actor: Actor) -> dict[str, Tally[str]]:
    """The statements of every screen when it is first shown, and of every place in it."""
    found: dict[str, Tally[str]] = {}
    with window(qtbot, database, folder, actor) as (shown, shell):
        for place in places():
            for where in ({}, *INSIDE.get(place.id, ())):
                with counted(database) as said:
                    shell.open(place.id, where)
                    settle(qtbot, shown.desk.tasks)
                    if not where:
                        shell.screens[place.id].reload_now()
                        settle(qtbot, shown.desk.tasks)
                found[f"{place.id} {where or ''}".strip()] = said
    return found


def test_statements_do_not_grow_with_the_shop(
    qtbot: Any, tmp_path: Path, templates: Templates, as_role: Callable[[str], Actor]
) -> None:
    tallies = []
    for size in (FEW, MANY):
        folder = tmp_path / str(size)
        folder.mkdir()
        database = Database.open(templates.copy("sqlite", folder), clock=SetClock(MORNING))
        try:
            stock_up(database, as_role, size)
            tallies.append(measured(qtbot, database, folder, as_role("administrator")))
        finally:
            database.close()
        shutil.rmtree(folder)
    few, many = tallies
    grown = [
        f"{place}: {few[place].total()} statements for {FEW}, {said.total()} for {MANY}\n" + "\n".join(
            f"    {few[place][text]} → {times} × {text[:300]}" for text, times in said.most_common(3)
        )
        for place, said in many.items()
        if said.total() > few[place].total() + SLACK
        or any(times > few[place][text] + SLACK for text, times in said.items())
    ]  # fmt: skip
    print("\n".join(f"{place}: {few[place].total()} → {said.total()}" for place, said in many.items()))
    assert not grown, "\n".join(grown)
    assert all(said.total() for place, said in many.items() if " " not in place), "a screen asked nothing"
