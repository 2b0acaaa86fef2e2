"""The face for each language: named, never Japanese, and the bundled one is enough."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF, QRawFont

from desktop_admin import fonts

pytestmark = pytest.mark.usefixtures("qapp")
PAN = frozenset({"Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans CJK TC", "DejaVu Sans"})


@pytest.mark.parametrize(
    ("language", "family"),
    [("zh_CN", "Noto Sans CJK SC"), ("en", "Noto Sans CJK SC"), ("zh_TW", "Noto Sans CJK TC")],
)
def test_the_face_is_named_for_the_language(language, family):
    choice = fonts.choose(language, installed=PAN)
    assert choice.family == choice.families[0] == family
    assert choice.exact
    assert choice.trouble == ""


@pytest.mark.parametrize("installed", [frozenset(), frozenset({"Noto Sans CJK JP", "IPAGothic"})])
@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_the_bundled_face_is_enough(language, installed):
    choice = fonts.choose(language, installed=installed)
    assert choice.family == fonts.BUNDLED_FAMILY
    assert choice.exact == (language != "zh_TW")
    assert [path.suffix for path in choice.files] == [".otf"]
    assert not set(choice.families) & {"Noto Sans CJK JP", "IPAGothic"}


def test_a_machine_without_any_chinese_face_is_told(monkeypatch):
    monkeypatch.setattr(fonts, "register_bundled", lambda: "")
    choice = fonts.choose("zh_CN", installed=frozenset({"DejaVu Sans", "Noto Sans CJK JP"}))
    assert choice.family == ""
    assert choice.trouble == fonts.NO_CHINESE_FONT
    assert "Noto Sans CJK JP" not in choice.families


def test_the_bundled_face_writes_chinese():
    fonts.register_bundled()
    choice = fonts.choose("zh_CN", installed=frozenset())
    from PySide6.QtGui import QFont

    raw = QRawFont.fromFont(QFont(list(choice.families)))
    assert raw.familyName() == fonts.BUNDLED_FAMILY
    assert all(raw.supportsCharacter(ord(ch)) for ch in "积分直角骨會員點數龘")
    assert QFontMetricsF(fonts.font("zh_CN", pixels=20)).horizontalAdvance("积分") > 30
