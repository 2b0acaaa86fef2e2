"""Every action carries the leave it needs, or is free on purpose; without leave nobody sees it open or sets it off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAction

from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused
from desktop_admin.services.members import pinyin
from desktop_admin.services.permissions import MATRIX, Permission, Role
from desktop_admin.services.work import Actor
from desktop_admin.views.administration.screen import PAGES
from desktop_admin.views.navigation import NAVIGATION, places
from desktop_admin.views.screen import ActionButton, Screen
from desktop_admin.views.shell import Shell
from desktop_admin.views.widgets.chart_view import ChartView
from desktop_admin.views.widgets.record_table import RecordTableView
from tests.house.desks import settle, stock_up, window

# What the frame offers whoever is signed in: nothing of the shop is read or written by it.
FRAME = frozenset({
    "desk.search", "desk.palette", "desk.keys", "desk.undo", "desk.reload", "desk.lock", "desk.operator",
    "desk.sign_out", "desk.password", "desk.pin", "desk.connections",
})  # fmt: skip
INSIDE: dict[str, tuple[dict[str, Any], ...]] = {
    "counter": ({"member_id": 1},),
    "members": ({"member_id": 1},),
    "points": ({"entry_id": 1},),
    "redemptions": ({"redemption_id": 1},),
    "catalog": ({"item_id": 1},),
    "stock": ({"item_id": 1}, {"view": "levels"}),
    "approvals": ({"box": "all"},),
    "administration": tuple({"page": page.id} for page in PAGES),
}  # fmt: skip
ROLES = [role for role in Role if role is not Role.SYSTEM]


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture(autouse=True, scope="module")
def _no_process_left() -> Any:
    yield
    pinyin.close()


def leave_of(action: QAction) -> Permission | None:
    """The permission an action was declared with."""
    found = action.property("permission")
    return None if found is None else Permission(found)


def test_every_place_of_the_navigation_asks_leave() -> None:
    free = [place.id for _title, group in NAVIGATION for place in group if place.permission is None]
    assert not free


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_a_role_sees_and_sets_off_only_what_it_may(
    qtbot: Any, tmp_path: Path, database: Database, as_role: Callable[[str], Actor], role: Role
) -> None:
    stock_up(database, as_role, 3)
    held, wrong = MATRIX[role], []
    watched = Watched(database)
    with window(qtbot, watched, tmp_path, as_role(role.value)) as (shown, shell):
        allowed = [place.id for place in places() if place.permission in held]
        assert shell.rail.ids() == allowed
        for place in places():
            if place.id not in allowed:
                shell.open(place.id)
                assert place.id not in shell.screens, f"{role} opened {place.id}"
                continue
            for where in ({}, *INSIDE.get(place.id, ())):
                shell.open(place.id, where)
                settle(qtbot, shown.desk.tasks)
                wrong += faults(shell, shell.screens[place.id], held)
                _choose_all(shell.screens[place.id])
                settle(qtbot, shown.desk.tasks)
                wrong += faults(shell, shell.screens[place.id], held)
        frame = {action.objectName() for action in shown.desk.actions.of(shell)}
        going = {f"go.{place.id}" for place in places() if place.keys and place.id in allowed}
        clock = {"desk.clock"} if Permission.DECIDE_APPROVALS in held else set()
        assert frame == FRAME | going | clock
    assert not wrong, "\n".join(dict.fromkeys(wrong))
    assert not watched.refused, f"{role}: the screens asked for what the role may not have: {watched.refused}"


class Watched:
    """A shop that writes down what was refused for want of leave."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.refused: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def read(self, query: Callable[[Any], Any], **how: Any) -> Any:
        """Answer, or write down what asked in vain."""
        try:
            return self._database.read(query, **how)
        except Refused as refused:
            if "permission" in refused.facts:
                self.refused.append(f"{query} wants {refused.facts['permission']}")
            raise


def faults(shell: Shell, screen: Screen, held: frozenset[Permission]) -> list[str]:
    """Actions of a screen without a declared leave, and those open to who may not."""
    name, wrong = type(screen).__name__, []
    for action in shell.desk.actions.of(screen):
        leave = leave_of(action)
        if leave is None:
            wrong.append(f"{name}: {action.objectName()} names no permission")
        elif action.isEnabled() and leave not in held:
            wrong.append(f"{name}: {action.objectName()} is open without {leave}")
    known = set(shell.desk.actions.all())
    for button in screen.findChildren(ActionButton):
        if button._action not in known:
            wrong.append(f"{name}: the button “{button.text()}” stands for no declared action")
        elif button.isEnabled() and not button._action.isEnabled():
            wrong.append(f"{name}: the button “{button.text()}” is open and its action is not")
    if Permission.EXPORT not in held:
        tables, pictures = screen.findChildren(RecordTableView), screen.findChildren(ChartView)
        wrong += [f"{name}: exports the table {table.accessibleName()}" for table in tables if table.may_export]
        wrong += [f"{name}: exports a chart" for picture in pictures if not picture.save.isHidden()]
    return wrong


def _choose_all(screen: Screen) -> None:
    """Choose the first row of what is shown, as somebody would who tries everything."""
    for name in ("table", "list", "lists"):
        table = getattr(screen, name, None)
        view = getattr(table, "table", table)
        if hasattr(view, "selectRow") and view.model() is not None and view.model().rowCount():
            view.selectRow(0)
