"""The counter: finding, the member card, every act by keys."""

from __future__ import annotations

import pytest

from desktop_admin.services.members import pinyin
from desktop_admin.views.counter import CounterScreen
from tests.views.screen_case import ScreenCase


@pytest.fixture(autouse=True, scope="module")
def _no_process_left():
    yield
    pinyin.close()


@pytest.fixture
def engine() -> str:
    return "sqlite"


class TestCounterScreen(ScreenCase):
    screen = CounterScreen
