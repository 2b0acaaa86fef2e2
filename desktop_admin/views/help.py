"""The help of a screen: one short page that comes with the program, found by the screen's id and searched by typing."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QLabel, QTextBrowser, QTextEdit, QVBoxLayout, QWidget

from desktop_admin import RESOURCES, i18n
from desktop_admin.i18n import _
from desktop_admin.views import theme
from desktop_admin.views.widgets.list_search import ListSearch

FOLDER = RESOURCES / "help"


def page_of(screen: str) -> str:
    """Answer the page of a screen in the language in use, else in English; "" where there is none."""
    for language in (i18n.current_language(), "en"):
        path = FOLDER / language / f"{screen}.md"
        if screen.isidentifier() and path.is_file():
            return path.read_text("utf-8")
    return ""


class _Page(QTextBrowser):
    """Shows what it was given and fetches nothing: no picture, no link, no address."""

    def loadResource(self, _kind: int, _name: QUrl | str) -> Any:
        """Answer nothing, whatever a page may name."""
        return None


class HelpPage(QWidget):
    """A page with a search field: what is typed is marked everywhere, Enter goes to the next place."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = ListSearch()
        self.search.setPlaceholderText(_("Search this page"))
        self.search.setAccessibleName(_("Search this page"))
        self.browser = _Page(openLinks=False, openExternalLinks=False)
        self.browser.setAccessibleName(_("Help"))
        self.browser.setMarkdown(text)
        _space(self.browser.document())
        self.told = QLabel()
        theme.mark(self.told, text="muted")
        self.search.narrowed.connect(self._typed)
        self.search.left.connect(self.go_on)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        for widget in (self.search, self.browser, self.told):
            layout.addWidget(widget)
        self.told.hide()
        self.setFocusProxy(self.search)

    @property
    def found(self) -> int:
        """Answer how many places are marked."""
        return len(self.browser.extraSelections())

    def go_on(self) -> None:
        """Go to the next place; after the last comes the first."""
        text = self.search.text().strip()
        if text and not self.browser.find(text):
            self.browser.moveCursor(QTextCursor.MoveOperation.Start)
            self.browser.find(text)

    def _typed(self) -> None:
        text = self.search.text().strip()
        self.browser.setExtraSelections(_marks(self.browser.document(), text) if text else [])
        self.told.setText(_("“{text}” is not on this page.").format(text=text))
        self.told.setVisible(bool(text) and not self.found)
        self.browser.moveCursor(QTextCursor.MoveOperation.Start)
        self.go_on()


def _space(document: QTextDocument) -> None:
    """Give paragraphs air: Qt's Markdown puts them close together."""
    cursor, block = QTextCursor(document), document.begin()
    while block.isValid():
        look = block.blockFormat()
        look.setTopMargin(theme.current().px(14 if look.headingLevel() > 1 else 4))
        look.setBottomMargin(theme.current().px(4))
        cursor.setPosition(block.position())
        cursor.setBlockFormat(look)
        block = block.next()
    cursor.setPosition(0)


def _marks(document: QTextDocument, text: str) -> list[QTextEdit.ExtraSelection]:
    look = QTextCharFormat()
    look.setBackground(theme.colour("warn_soft"))
    marks = []
    cursor = document.find(text)
    while not cursor.isNull():
        mark = QTextEdit.ExtraSelection()
        mark.cursor, mark.format = cursor, look
        marks.append(mark)
        cursor = document.find(text, cursor)
    return marks
