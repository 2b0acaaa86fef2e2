"""The last dashboards on this machine: figures, encrypted, one per period and the newest of all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from desktop_admin.services import outage
from desktop_admin.services.outage import Place, figures

NOW = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Board:
    shop: str
    values: tuple[int, ...]


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path, "a-shop")


@pytest.fixture
def keys() -> outage.Keys:
    made = outage.keys_of("a-shop", make=True)
    assert made is not None
    return made


def test_each_period_and_the_newest(place, keys):
    month, week = Board("总店", (1, 2**62)), Board("总店", (3,))
    figures.keep(place, keys, "month", month, NOW)
    figures.keep(place, keys, "week", week, NOW)
    assert figures.last(place, keys, "month", Board) == month
    assert figures.last(place, keys, "", Board) == week
    assert figures.last(place, keys, "year", Board) is None


def test_not_readable_without_the_key(place, keys):
    figures.keep(place, keys, "month", Board("总店的数字", (123456789,)), NOW)
    raw = place.figures.read_bytes()
    assert "总店".encode() not in raw
    assert b"123456789" not in raw
    other = outage.keys_of("another", make=True)
    assert other is not None
    assert figures.last(place, other, "month", Board) is None


def test_two_months_are_enough(place, keys):
    figures.keep(place, keys, "month", Board("x", ()), NOW)
    figures.keep(place, keys, "week", Board("y", ()), NOW + timedelta(days=59))
    assert figures.last(place, keys, "month", Board) is not None
    figures.keep(place, keys, "week", Board("y", ()), NOW + timedelta(days=61))
    assert figures.last(place, keys, "month", Board) is None


@pytest.mark.parametrize("damage", [b"", b"junk" * 1000, None])
def test_damage_is_as_if_there_were_none(place, keys, damage):
    figures.keep(place, keys, "month", Board("x", (1,)), NOW)
    raw = place.figures.read_bytes()
    place.figures.write_bytes(raw[:4500] if damage is None else damage)
    assert figures.last(place, keys, "month", Board) is None
    figures.keep(place, keys, "month", Board("y", (2,)), NOW)
    assert figures.last(place, keys, "month", Board) == Board("y", (2,))


def test_figures_of_another_program_are_none(place, keys):
    figures.keep(place, keys, "month", {"other": 1}, NOW)
    assert figures.last(place, keys, "month", Board) is None
