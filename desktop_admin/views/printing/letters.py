"""Letters on paper: plain text only, wrapped, cut with an ellipsis where there is no more room."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption

from desktop_admin import fonts
from desktop_admin.i18n import current_language
from desktop_admin.views.printing.paper import PT

_LONGEST = 4_000
_LONGEST_LINE = 400
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
BLACK = "#000000"
GREY = "#565d68"


@dataclass(frozen=True)
class Style:
    """Size in points, weight, colour; paper has no themes."""

    points: float
    bold: bool = False
    colour: str = BLACK

    def font(self) -> QFont:
        """The font in layout units."""
        font = fonts.font(current_language(), pixels=self.points * PT, bold=self.bold)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font


class Side(Enum):
    """Where a line stands."""

    LEFT = Qt.AlignmentFlag.AlignLeft
    CENTRE = Qt.AlignmentFlag.AlignHCenter
    RIGHT = Qt.AlignmentFlag.AlignRight


def plain(text: str) -> str:
    """The text without what could move or hide other letters; line breaks stay."""
    lines = text[:_LONGEST].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ("".join(ch if ch != "\t" else " " for ch in line) for line in lines)
    clean = ("".join(c for c in line if unicodedata.category(c) not in _UNSEEN) for line in kept)
    return "\n".join(clean).strip()


def natural_width(text: str, style: Style) -> float:
    """How wide the text is on one line, in layout units."""
    return QFontMetricsF(style.font()).horizontalAdvance(plain(text))


@lru_cache(maxsize=16_384)
def _height(text: str, style: Style, width: float, most: int, language: str) -> float:
    return Letters(text, style, width, most=most).height


def wrapped_height(text: str, style: Style, width: float, most: int) -> float:
    """How high a wrapped text is; remembered, as long tables ask again for each page."""
    return _height(text, style, width, most, current_language())


class Letters:
    """Wrapped text of a width; at most `most` lines, the last of which ends with "…" when cut."""

    def __init__(self, text: str, style: Style, width: float, *, side: Side = Side.LEFT, most: int = 0) -> None:
        self.style = style
        self._font = style.font()
        self._metrics = QFontMetricsF(self._font)
        option = QTextOption(side.value)
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        shown = plain(text[: most * _LONGEST_LINE] if most else text)
        self._layout = QTextLayout(shown.replace("\n", "\u2028"), self._font)
        self._layout.setTextOption(option)
        cut = self._break(width, most)
        if cut is not None:
            self._layout.setText(cut.replace("\n", "\u2028"))
            self._break(width, most)
        lines = [self._layout.lineAt(n) for n in range(self._layout.lineCount())]
        self.line_height = self._metrics.height() * 1.06
        self.height = self.line_height * len(lines)

    def _break(self, width: float, most: int) -> str | None:
        """Break into lines; answers the shortened text when there are more than `most`."""
        self._layout.beginLayout()
        number, cut = 0, None
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, number * self._metrics.height() * 1.06))
            number += 1
            if most and number == most:
                end = line.textStart() + line.textLength()
                whole = self._layout.text()
                if end < len(whole):
                    before, last = whole[: line.textStart()], whole[line.textStart() :]
                    last = last.replace("\u2028", " ")
                    cut = before + self._metrics.elidedText(
                        last[:400] + "…", Qt.TextElideMode.ElideRight, width * 0.985
                    )
                break
        self._layout.endLayout()
        return cut

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return self._layout.lineCount()

    def paint(self, painter: QPainter, x: float, y: float, first: int = 0, last: int = -1) -> None:
        """Draw lines `first` to `last` (not included; -1: to the end) with their top at y."""
        painter.setPen(QColor(self.style.colour))
        stop = self.lines if last < 0 else min(last, self.lines)
        for number in range(first, stop):
            line = self._layout.lineAt(number)
            line.draw(painter, QPointF(x, y - first * self.line_height))
