"""Reason codes: kept by who runs the shop, and fitting what is done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from desktop_admin.services import reasons
from desktop_admin.services.command import new_request
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused
from desktop_admin.services.work import Actor


@pytest.fixture
def manager(as_role: Callable[[str], Actor]) -> Actor:
    return as_role("manager")


def save(database: Database, actor: Actor, **said: object) -> None:
    facts = {"code": "gift", "names": {"en": "Gift"}, "direction": "credit", "position": 20, "active": True, **said}
    database.write(partial(reasons.save, request=new_request(), **facts), actor=actor)  # type: ignore[arg-type]


def test_a_reason_is_added_and_changed(database: Database, manager: Actor) -> None:
    save(database, manager, code="raffle", names={"en": "Raffle", "zh_CN": "抽奖"})
    (added,) = (r for r in database.read(reasons.reasons, actor=manager) if r.code == "raffle")
    assert (added.names["zh_CN"], added.direction, added.active, added.version) == ("抽奖", "credit", True, 1)
    save(database, manager, code="raffle", names={"en": "Raffle"}, direction="both", active=False, version=1)
    (changed,) = (r for r in database.read(reasons.reasons, actor=manager) if r.code == "raffle")
    assert (changed.direction, changed.active, changed.version) == ("both", False, 2)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"code": "Bad Code"}, "code"),
        ({"code": "other"}, "code"),  # there is one
        ({"code": "other", "version": 99}, "code"),
        ({"code": "new", "names": {"en": " "}}, "name"),
        ({"code": "new", "direction": "sideways"}, "direction"),
    ],
)
def test_what_is_refused(database: Database, manager: Actor, said: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        save(database, manager, **said)
    assert refused.value.field == field
