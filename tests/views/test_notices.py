"""Notices at the foot of the window: what is said can be read whole."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from desktop_admin.views.notices import Toast, Toasts
from desktop_admin.views.widgets.banner import Banner


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
