"""Text, numbers and dates in three languages."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from desktop_admin import i18n

PO = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=1; plural=0;\n"

#: a.py:1
msgid "Hello {name}"
msgstr "你好，{name}"

msgid "one\n"
"two \"three\""
msgstr "一\n二“三”"

#, fuzzy
msgid "Guess"
msgstr "猜"

msgid "{count} row"
msgid_plural "{count} rows"
msgstr[0] "{count} 行"

msgctxt "verb"
msgid "Open"
msgstr "打开"

msgid "Empty"
msgstr ""
"""


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    yield
    i18n.use_time_zone(None)
    i18n.use_language("en")


def test_a_po_file_is_compiled() -> None:
    texts = gettext.GNUTranslations(BytesIO(i18n.compile_po(PO)))
    assert texts.gettext("Hello {name}") == "你好，{name}"
    assert texts.gettext('one\ntwo "three"') == "一\n二“三”"
    assert texts.gettext("Guess") == "Guess"
    assert texts.gettext("Empty") == "Empty"
    assert texts.ngettext("{count} row", "{count} rows", 7) == "{count} 行"
    assert texts.pgettext("verb", "Open") == "打开"


def test_a_stale_catalogue_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "locale_folder", lambda: tmp_path)
    (tmp_path / "zh_CN.mo").write_bytes(i18n.compile_po(PO.replace("你好", "旧")))
    import os

    os.utime(tmp_path / "zh_CN.mo", (1, 1))
    (tmp_path / "zh_CN.po").write_text(PO, "utf-8")
    i18n.use_language("zh_CN")
    assert i18n._("Hello {name}") == "你好，{name}"


def test_nothing_is_translated_to_nothing() -> None:
    i18n.use_language("zh_CN")
    assert i18n._("") == ""


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (["zh-Hans-CN"], "zh_CN"), (["zh"], "zh_CN"), (["zh-Hant-HK"], "zh_TW"),
        (["zh_TW.UTF-8"], "zh_TW"), (["fr-FR", "en-GB"], "en"), (["ja"], "zh_CN"), ([], "zh_CN"),
    ],
)  # fmt: skip
def test_the_nearest_language(wanted: list[str], language: str) -> None:
    assert i18n.match_language(wanted) == language


def test_listeners_hear_of_a_change() -> None:
    heard: list[str] = []
    i18n.on_language(heard.append)
    try:
        i18n.use_language("zh_TW")
    finally:
        i18n._listeners.remove(heard.append)
    assert heard == ["zh_TW"]


@pytest.mark.parametrize(
    ("minor", "text"),
    [(0, "¥0.00"), (5, "¥0.05"), (123456, "¥1,234.56"), (-5, "−¥0.05"), (10**14, "¥1,000,000,000,000.00")],
)
def test_money(minor: int, text: str) -> None:
    assert i18n.format_money(minor) == text


def test_points() -> None:
    assert i18n.format_points(1234567) == "1,234,567"
    assert i18n.format_points(50, signed=True) == "+50"
    assert i18n.format_points(-1230, signed=True) == "−1,230"
    assert i18n.format_points(0, signed=True) == "0"
    assert i18n.format_points(2**63 - 1) == "9,223,372,036,854,775,807"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(1, 3, "33.3%"), (2, 3, "66.7%"), (-1, 8, "−12.5%"), (1, 0, "–"), (0, 5, "0.0%"), (3, 1, "300.0%")],
)
def test_shares(part: int, whole: int, text: str) -> None:
    assert i18n.format_share(part, whole) == text


def test_dates_in_each_language() -> None:
    day = date(2025, 3, 5)
    written = {}
    for language in i18n.LANGUAGES:
        i18n.use_language(language)
        written[language] = (i18n.format_date(day), i18n.format_date(day, long=True))
    assert written["zh_CN"] == ("2025-03-05", "2025年3月5日 周三")
    assert written["zh_TW"] == ("2025-03-05", "2025年3月5日 週三")
    assert written["en"] == ("5 Mar 2025", "Wed 5 Mar 2025")


def test_instants_are_shown_in_the_shops_zone() -> None:
    i18n.use_language("zh_CN")
    i18n.use_time_zone("Asia/Shanghai")
    assert i18n.format_instant(datetime(2025, 3, 5, 16, 30, tzinfo=UTC)) == "2025-03-06 00:30"
    assert i18n.format_time(datetime(2025, 3, 5, 16, 30, 9), seconds=True) == "00:30:09"  # noqa: DTZ001


def test_ages() -> None:
    i18n.use_language("en")
    ages = [timedelta(seconds=5), timedelta(minutes=1), timedelta(hours=5), timedelta(days=1234)]
    assert [i18n.format_age(a) for a in ages] == ["just now", "1 minute", "5 hours", "1,234 days"]


@pytest.mark.parametrize(("language", "shown"), [("en", "One. Two."), ("zh_CN", "One.Two."), ("zh_TW", "One.Two.")])
def test_sentences_follow_each_other_as_the_language_has_it(language: str, shown: str) -> None:
    i18n.use_language(language)
    try:
        assert i18n.sentences(["One.", "Two."]) == shown
    finally:
        i18n.use_language("en")
