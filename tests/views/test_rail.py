"""The navigation gives way to large letters in a small window, so that nothing on a screen is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from desktop_admin import i18n
from desktop_admin.settings import RAIL_NARROW
from desktop_admin.views import theme
from desktop_admin.views.desk import Desk
from desktop_admin.views.navigation import place_of
from desktop_admin.views.rail import LEAST, NARROW, Rail
from desktop_admin.views.widgets.segments import Segments
from tests.views.screen_case import MoreOfScreen, wait_idle


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def large() -> Iterator[None]:
    before = theme.current().scale
    theme.current().set(scale=150)
    yield
    theme.current().set(scale=before)


class TestNavigation(MoreOfScreen):
    def test_names_give_way_and_come_back(self, qtbot: Any, desk: Desk) -> None:
        rail = Rail(desk)
        qtbot.addWidget(rail)
        wide = rail.width()
        rail.make_room(LEAST)
        assert rail.width() == wide
        rail.make_room(LEAST - 1)
        narrow = rail.width()
        assert narrow < wide
        assert not desk.settings.get(RAIL_NARROW), "what was chosen for larger windows stays"
        rail.fold.click()
        assert (rail.width(), desk.settings.get(RAIL_NARROW)) == (wide, False), "who asks for names gets them"
        rail.make_room(LEAST)
        assert rail.width() == wide

    def test_larger_letters_take_the_room_of_the_names(self, qtbot: Any, desk: Desk, large: None) -> None:
        rail = Rail(desk)
        qtbot.addWidget(rail)
        rail.make_room(1024)
        assert rail.width() < 1024 // 6
        theme.current().set(scale=100)
        assert rail.width() > 1024 // 6


class TestWords(MoreOfScreen):
    actor_role = "administrator"

    @pytest.mark.parametrize("language", ["en", "zh_CN"])
    @pytest.mark.parametrize("id_", ["members", "catalog", "stock", "redemptions", "tiers", "approvals", "shifts",
                                     "administration"])  # fmt: skip
    def test_choices_and_buttons_keep_their_words(
        self, qtbot: Any, desk: Desk, large: None, id_: str, language: str
    ) -> None:
        place = place_of(id_)
        assert place is not None
        i18n.use_language(language)
        stack = QStackedWidget()  # as in the window: it gives a screen no more than there is
        qtbot.addWidget(stack)
        screen = getattr(place.load(), place.screen)(desk, stack)
        stack.addWidget(screen)
        stack.setFixedSize(1024 - theme.current().px(NARROW), 700 - theme.current().px(88))
        stack.show()
        qtbot.waitUntil(lambda: not screen._stale)
        qtbot.wait(30)
        wait_idle(qtbot, desk.tasks)
        qtbot.wait(30)
        shown = [w for kind in (Segments, QPushButton) for w in screen.findChildren(kind) if w.isVisible()]
        assert shown
        assert [_words(w) for w in shown if w.width() < w.sizeHint().width() - 1] == []


def _words(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QPushButton) else widget.accessibleName()
