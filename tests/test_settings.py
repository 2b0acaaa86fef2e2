"""Settings of the machine: typed, and never in the way when their file is damaged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from desktop_admin import settings as declared
from desktop_admin.settings import Setting, Settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


@pytest.mark.parametrize("setting", declared.ALL, ids=lambda s: s.key)
def test_every_setting_has_a_default_it_takes(path: Path, setting: Setting[Any]) -> None:
    assert Settings(path).get(setting) == setting.default
    assert setting.description
    assert setting.takes is None or setting.takes(setting.default)


def test_keys_are_declared_once() -> None:
    keys = [setting.key for setting in declared.ALL]
    assert len(set(keys)) == len(keys)


def test_types_survive_a_restart(path: Path) -> None:
    kept = Settings(path)
    kept.set(declared.TEXT_SIZE, 125)
    kept.set(declared.SAMPLE, True)
    kept.set(declared.DATABASE, "@Invalid(); a, b = c")
    kept.set(declared.LAST_LOGIN, "")
    kept.save()
    again = Settings(path)
    assert again.get(declared.TEXT_SIZE) == 125
    assert again.get(declared.SAMPLE) is True
    assert again.get(declared.DATABASE) == "@Invalid(); a, b = c"
    assert again.get(declared.LAST_LOGIN) == ""


def test_what_is_not_allowed_is_refused_and_ignored(path: Path) -> None:
    kept = Settings(path)
    with pytest.raises(ValueError, match="text_size"):
        kept.set(declared.TEXT_SIZE, 20)
    path.write_text("[look]\ntext_size=20\ntheme==pink\n[desk]\nidle_minutes=ten\n", "utf-8")
    again = Settings(path)
    assert again.get(declared.TEXT_SIZE) == 100
    assert again.get(declared.THEME) == "system"
    assert again.get(declared.IDLE_MINUTES) == 0


@pytest.mark.parametrize("junk", [b"\0\0\0\0", b"\xff\xfe\x00junk", b"no section at all"])
def test_a_damaged_file_is_put_aside(path: Path, junk: bytes) -> None:
    path.write_bytes(junk)
    kept = Settings(path)
    assert kept.get(declared.TEXT_SIZE) == 100
    assert kept.damaged is not None
    assert kept.damaged.read_bytes() == junk
    kept.set(declared.TEXT_SIZE, 110)
    kept.save()
    assert Settings(path).get(declared.TEXT_SIZE) == 110


def test_screens_remember_per_operator(path: Path) -> None:
    kept = Settings(path)
    kept.remember(1, "members/list", {"order": ["a", "b"], "widths": {"a": 100}})
    kept.remember(2, "members/list", [])
    kept.save()
    again = Settings(path)
    assert again.recall(1, "members/list") == {"order": ["a", "b"], "widths": {"a": 100}}
    assert again.recall(2, "members/list") == []
    assert again.recall(3, "members/list") is None
