"""F1: a page of help for every screen in every language, true about keys, searched by typing."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QKeySequence, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QKeySequenceEdit, QTabWidget

from desktop_admin import i18n
from desktop_admin.views import help as pages
from desktop_admin.views.actions import Actions
from desktop_admin.views.keys import KeysDialog
from desktop_admin.views.navigation import NAVIGATION
from tests.house import source

IDS = [place.id for _title, group in NAVIGATION for place in group]
# Widgets take these themselves: lists, forms, drawers.
EVERYWHERE = {"Enter", "Esc", "↑", "↓", "Ctrl+Z", "Ctrl+7"}
KEY = re.compile(r"`((?:(?:Ctrl|Shift|Alt)\+)*(?:F\d+|[A-Z0-9]|[A-Z][a-z]+|[↑↓]))`")


def keys_in(text: str) -> set[str]:
    return set(KEY.findall(text))


def keys_declared() -> set[str]:
    """Every text in the views that is a key: declared in a call or in a table of acts."""
    found = {"Alt+1"}
    for name in source.python_files(source.PACKAGE):
        if "/views/" in name:
            texts = (node.value for node in ast.walk(source.tree(name)) if isinstance(node, ast.Constant))
            found |= {text for text in texts if isinstance(text, str) and KEY.fullmatch(f"`{text}`")}
    return found


@pytest.fixture(autouse=True)
def _english() -> Any:
    yield
    i18n.use_language("en")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_screen_has_a_page_in_every_language(language: str) -> None:
    i18n.use_language(language)
    english = {id_: (pages.FOLDER / "en" / f"{id_}.md").read_text("utf-8") for id_ in IDS}
    for id_ in IDS:
        text = pages.page_of(id_)
        assert text.startswith("# ")
        assert text.count("\n## ") == 3, f"{language}/{id_}: three questions"
        assert keys_in(text) == keys_in(english[id_]), f"{language}/{id_} names other keys"
        assert language == "en" or text != english[id_]


def test_a_page_names_only_keys_that_are_there() -> None:
    known = keys_declared() | EVERYWHERE
    for id_ in IDS:
        text = (pages.FOLDER / "en" / f"{id_}.md").read_text("utf-8")
        assert keys_in(text) <= known, f"{id_}: {keys_in(text) - known}"
        assert all(QKeySequence(key).toString() for key in keys_in(text) - {"↑", "↓"})


def test_pages_belong_to_screens() -> None:
    there = {path.stem for path in pages.FOLDER.rglob("*.md")}
    assert there == {*IDS, "connections"}  # which is shown from its dialog, before anybody signed in


@pytest.mark.parametrize("id_", ["", "nothing", "../en/counter", "x/y"])
def test_no_page_is_no_help_and_no_failure(qtbot: Any, id_: str) -> None:
    assert pages.page_of(id_) == ""
    dialog = KeysDialog(None, Actions(), [], id_)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    assert dialog.findChild(QTabWidget) is None


def test_what_is_typed_is_marked_and_enter_goes_on(qtbot: Any) -> None:
    page = pages.HelpPage("# Counter\n\nScan the card. Type a card.\n\n## A card?\n\nNo.")
    qtbot.addWidget(page)
    page.show()
    QTest.keyClicks(page.search, "card")
    qtbot.waitUntil(lambda: page.found == 3)
    first = page.browser.textCursor().position()
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert page.browser.textCursor().position() > first
    for _again in range(2):
        QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert page.browser.textCursor().position() == first
    page.search.setText("nowhere")
    qtbot.waitUntil(lambda: not page.told.isHidden())
    assert page.found == 0
    assert "nowhere" in page.told.text()
    page.search.clear()
    qtbot.waitUntil(page.told.isHidden)


def test_nothing_is_fetched(qtbot: Any) -> None:
    page = pages.HelpPage("![picture](http://example.invalid/a.png) [there](http://example.invalid/)")
    qtbot.addWidget(page)
    kind = QTextDocument.ResourceType.ImageResource
    assert page.browser.loadResource(kind.value, QUrl("file:///etc/hostname")) is None
    assert not page.browser.openExternalLinks()
    assert not page.browser.openLinks()


def test_the_window_shows_the_page_and_the_keys(qtbot: Any) -> None:
    actions = Actions()
    owner = pages.HelpPage("# Owner")
    qtbot.addWidget(owner)
    act = actions.add(owner, "counter.purchase", "Purchase", lambda: None, keys="F2")
    dialog = KeysDialog(owner, actions, [("Counter", [act])], "counter")
    qtbot.addWidget(dialog)
    dialog.show()
    tabs = dialog.findChild(QTabWidget)
    assert tabs is not None
    assert "pinyin" in dialog.findChildren(pages.HelpPage)[0].browser.toPlainText()
    tabs.setCurrentIndex(1)
    assert [field.isVisible() for field in dialog.findChildren(QKeySequenceEdit)] == [True]
