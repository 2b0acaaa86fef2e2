"""The guide of the first run: what is needed, what may wait, and a shop that is founded as it was told."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from desktop_admin import opening
from desktop_admin.services import policies
from desktop_admin.services.database.database import Database
from desktop_admin.services.errors import Refused
from desktop_admin.views import first_run
from desktop_admin.views.first_run import FirstRun, Founding

TYPED = {"shop": "小店", "branch": "总店", "administrator": "陈", "password": "nine green bottles"}


@pytest.fixture
def asked() -> list[Founding]:
    return []


@pytest.fixture
def guide(qtbot: Any, asked: list[Founding], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FirstRun:
    monkeypatch.setattr(first_run, "own_database", lambda: str(tmp_path / "shop.db"))
    window = QWidget()
    qtbot.addWidget(window)
    guide = FirstRun(window, lambda answers, _done, _failed: asked.append(answers))
    guide._kept = window  # type: ignore[attr-defined]  # a dialog dies with its parent
    for name, text in TYPED.items():
        guide.edits[name].setText(text)
    guide.edits["again"].setText(TYPED["password"])
    return guide


def test_the_place_of_the_copies_may_wait(guide: FirstRun, asked: list[Founding]) -> None:
    guide.edits["shop"].clear()
    guide.found()
    assert asked == []
    guide.edits["shop"].setText("小店")
    guide.found()
    assert [one.backups for one in asked] == [""]


def test_the_place_of_the_copies_is_kept(guide: FirstRun, asked: list[Founding], tmp_path: Path) -> None:
    guide.edits["backups"].setText(str(tmp_path / "nowhere"))
    guide.found()
    with pytest.raises(Refused) as refusal:
        opening.found(asked[-1])
    assert refusal.value.field == "backups"
    assert not Path(asked[-1].url).exists(), "nothing was founded"
    guide._failed(refusal.value)
    guide.edits["backups"].setText(str(tmp_path))
    guide.found()
    database = Database.open(opening.found(asked[-1]))
    try:
        assert database.read(partial(policies.get, name="backup_copy")) == str(tmp_path)
    finally:
        database.close()
