"""Looks: contrast, sizes, the whole style filled in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFontInfo, QIcon
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop_admin import RESOURCES, fonts
from desktop_admin.models.records import Kind
from desktop_admin.views import theme
from desktop_admin.views.colours import DARK, LIGHT, READ_TOGETHER, Colours, contrast
from desktop_admin.views.navigation import NAVIGATION


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", READ_TOGETHER, ids=" on ".join)
def test_text_can_be_read(colours: Colours, pair: tuple[str, str]) -> None:
    text, ground = pair
    assert contrast(colours[text], colours[ground]) >= 4.5


def test_both_themes_name_the_same_roles() -> None:
    assert LIGHT.keys() == DARK.keys()


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("scale", theme.SCALES)
def test_the_style_is_filled_in(qapp: QApplication, colours: Colours, scale: int) -> None:
    sheet = theme.style_sheet(colours, scale)
    assert "@" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)
    assert not re.search(r"#[0-9a-f]{6}", (RESOURCES / "style/pointsdesk.qss").read_text("utf-8"))


def test_text_grows(qapp: QApplication, qtbot: Any) -> None:
    look = theme.current()
    look.set(mode="light", scale=160)
    try:
        assert QApplication.font().pixelSize() == round(theme.BASE * 1.6)
        look.set(scale=400)
        assert look.scale == 160
    finally:
        look.set(scale=100)


def test_labels_keep_their_text(qapp: QApplication, qtbot: Any) -> None:
    label = QLabel("12,830")
    qtbot.addWidget(label)
    theme.mark(label, text="title")
    assert label.text() == "12,830"


def test_icons_follow_the_theme(qapp: QApplication, qtbot: Any) -> None:
    look = theme.current()
    look.set(mode="light")
    button = QPushButton()
    qtbot.addWidget(button)
    theme.set_icon(button, "users", "text")
    before = _colour(button.icon())
    look.set(mode="dark")
    try:
        assert _colour(button.icon()) != before
    finally:
        look.set(mode="light")


def test_an_icon_that_is_on_is_shown_in_another_colour(qapp: QApplication) -> None:
    """Both pictures come of one shape: Qt must not take them for the same."""
    icon, size = theme.current().icon("users"), QSize(18, 18)
    off = icon.pixmap(size, QIcon.Mode.Normal, QIcon.State.Off).toImage()
    on = icon.pixmap(size, QIcon.Mode.Normal, QIcon.State.On).toImage()
    assert off != on


def test_shapes_drawn_ahead_are_not_drawn_again(qapp: QApplication) -> None:
    theme._shape.cache_clear()
    theme.draw_ahead()
    drawn = theme._shape.cache_info().misses
    for name in ("users", "gift", "x"):
        theme._pixmap.cache_clear()
        theme.current().icon(name)
        theme.current().icon(name, size=16)
    assert (theme._shape.cache_info().misses, drawn > 100) == (drawn, True)


def test_a_screen_that_is_plugged_in_gets_pictures_of_its_own(qapp: QApplication, qtbot: Any) -> None:
    with qtbot.waitSignal(theme.current().changed, timeout=1_000):
        qapp.screenAdded.emit(qapp.primaryScreen())


def test_every_icon_named_in_the_navigation_is_there() -> None:
    for _title, places in NAVIGATION:
        for place in places:
            assert (RESOURCES / "icons" / f"{place.icon}.svg").is_file(), place.icon


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_the_font_is_a_chinese_one(qapp: QApplication, language: str) -> None:
    look = theme.current()
    look.set(language=language)
    family = QFontInfo(QApplication.font()).family()
    assert family == fonts.for_language(language).family
    assert "JP" not in family


def test_every_kind_of_column_has_a_value() -> None:
    assert len({kind.value for kind in Kind}) == len(Kind)


def _colour(icon: QIcon) -> str:
    image = icon.pixmap(18, 18).toImage()
    points = [(x, y) for x in range(image.width()) for y in range(image.height())]
    solid = max(points, key=lambda p: image.pixelColor(*p).alpha())
    return image.pixelColor(*solid).name()
