"""Notices at the foot of the window, and drawers: what is said can be read whole."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QScrollArea, QWidget

from desktop_admin.views.notices import Toast, Toasts
from desktop_admin.views.widgets.banner import Banner
from desktop_admin.views.widgets.drawer import Drawer


@pytest.fixture
def window(qtbot: Any) -> QWidget:
    shown = QWidget()
    qtbot.addWidget(shown)
    shown.resize(900, 600)
    shown.show()
    return shown


def test_several_notices_stand_over_each_other_and_are_whole(window: QWidget) -> None:
    toasts = Toasts(window, Banner(window))
    for text in ("1 redemption: picking.", "1 redemption: packed.", "R260302000013: shipped."):
        toasts.tell(text)
    shown = toasts.findChildren(Toast)
    assert len(shown) == 3
    for toast in shown:
        assert toast.height() >= toast.sizeHint().height(), toast.accessibleName()
    assert toasts.geometry().bottom() < window.height()


def test_what_is_in_a_drawer_stands_beside_its_scroll_bar(window: QWidget, qtbot: Any) -> None:
    drawer = Drawer(window)
    for n in range(14):
        drawer.content.addWidget(QLabel(f"Line {n}, which is long enough to be broken somewhere", wordWrap=True))
        drawer.content.addWidget(QLineEdit())
    drawer.resize(drawer.width(), 500)
    drawer.open("A long form")
    area = drawer.findChild(QScrollArea)
    assert area is not None
    qtbot.waitUntil(lambda: area.verticalScrollBar().isVisible())
    inside = area.widget()
    assert inside is not None
    qtbot.waitUntil(lambda: inside.width() <= area.viewport().width())
