"""The parts a document is made of; each knows its height at a width and how to paint itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_admin.views.printing.letters import (
    BLACK,
    GREY,
    Letters,
    Side,
    Style,
    natural_width,
    wrapped_height,
)
from desktop_admin.views.printing.paper import MM


class Block:
    """A part of a page. Lengths are hundredths of a millimetre."""

    def height(self, width: float) -> float:
        """How much room it takes at this width."""
        raise NotImplementedError

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        """Draw it with its top left corner at x, y."""
        raise NotImplementedError

    def split(self, width: float, room: float) -> tuple[Block, Block] | None:
        """In two, the first at most `room` high; None when it cannot be cut there."""
        return None


@dataclass(frozen=True)
class Gap(Block):
    """Nothing, so many millimetres high."""

    mm: float

    def height(self, width: float) -> float:
        return self.mm * MM

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        return


@dataclass(frozen=True)
class Rule(Block):
    """A line across with room above and below it."""

    thick: float = 0.2
    dashed: bool = False
    colour: str = BLACK
    room: float = 2.0

    def height(self, width: float) -> float:
        return self.room * 2 * MM

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        style = Qt.PenStyle.CustomDashLine if self.dashed else Qt.PenStyle.SolidLine
        pen = QPen(QColor(self.colour), self.thick * MM, style, Qt.PenCapStyle.FlatCap)
        if self.dashed:
            pen.setDashPattern([5, 4])
        painter.setPen(pen)
        middle = y + self.room * MM
        painter.drawLine(QPointF(x, middle), QPointF(x + width, middle))


@dataclass(frozen=True)
class Words(Block):
    """A paragraph; `most` lines at the most (0: as many as it needs)."""

    text: str
    style: Style
    side: Side = Side.LEFT
    most: int = 0

    def _letters(self, width: float) -> Letters:
        return Letters(self.text, self.style, width, side=self.side, most=self.most)

    def height(self, width: float) -> float:
        return self._letters(width).height

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        self._letters(width).paint(painter, x, y)

    def split(self, width: float, room: float) -> tuple[Block, Block] | None:
        letters = self._letters(width)
        fitting = int(room / letters.line_height)
        if not 0 < fitting < letters.lines:
            return None
        return Lines(letters, 0, fitting), Lines(letters, fitting, letters.lines)


@dataclass(frozen=True)
class Lines(Block):
    """Some lines of a paragraph that was cut by the end of a page."""

    letters: Letters
    first: int
    last: int

    def height(self, width: float) -> float:
        return self.letters.line_height * (self.last - self.first)

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        self.letters.paint(painter, x, y, self.first, self.last)

    def split(self, width: float, room: float) -> tuple[Block, Block] | None:
        fitting = int(room / self.letters.line_height)
        if not 0 < fitting < self.last - self.first:
            return None
        middle = self.first + fitting
        return Lines(self.letters, self.first, middle), Lines(self.letters, middle, self.last)


@dataclass(frozen=True)
class Pair(Block):
    """A name at the left and its value at the right of the same line."""

    name: str
    value: str
    style: Style
    value_style: Style | None = None
    most: int = 3

    def _parts(self, width: float) -> tuple[Letters, Letters, float]:
        strong = self.value_style or self.style
        wanted = natural_width(self.value, strong) + MM * 0.3
        named = natural_width(self.name, self.style)
        right = min(wanted, max(width * 0.62, width - named - 3 * MM))
        left = max(width * 0.2, width - right - (2.5 * MM if self.value else 0))
        name = Letters(self.name, self.style, left, most=self.most)
        value = Letters(self.value, strong, right, side=Side.RIGHT, most=self.most)
        return name, value, right

    def height(self, width: float) -> float:
        name, value, _right = self._parts(width)
        return max(name.height, value.height) + 0.35 * MM

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        name, value, right = self._parts(width)
        shift = max(0.0, value.line_height - name.line_height)
        name.paint(painter, x, y + shift * 0.78)
        value.paint(painter, x + width - right, y)


@dataclass(frozen=True)
class Stack(Block):
    """Blocks under each other that stay together."""

    blocks: tuple[Block, ...]

    def height(self, width: float) -> float:
        return sum(block.height(width) for block in self.blocks)

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        for block in self.blocks:
            block.paint(painter, x, y, width)
            y += block.height(width)


@dataclass(frozen=True)
class Beside(Block):
    """Blocks next to each other; shares of the width, a gap between them."""

    parts: tuple[tuple[float, Block], ...]
    gap: float = 6.0

    def _widths(self, width: float) -> list[float]:
        free = width - self.gap * MM * (len(self.parts) - 1)
        whole = sum(share for share, _block in self.parts)
        return [free * share / whole for share, _block in self.parts]

    def height(self, width: float) -> float:
        pairs = zip(self.parts, self._widths(width), strict=True)
        return max(block.height(wide) for (_share, block), wide in pairs)

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        for (_share, block), wide in zip(self.parts, self._widths(width), strict=True):
            block.paint(painter, x, y, wide)
            x += wide + self.gap * MM


@dataclass(frozen=True)
class Framed(Block):
    """A block in a frame; `solid` fills it with black for white letters."""

    block: Block
    padding: float = 2.5
    thick: float = 0.35
    solid: bool = False

    def height(self, width: float) -> float:
        return self.block.height(width - 2 * self.padding * MM) + 2 * self.padding * MM

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        half = self.thick * MM / 2
        box = QRectF(x + half, y + half, width - 2 * half, self.height(width) - 2 * half)
        painter.setPen(QPen(QColor(BLACK), self.thick * MM))
        painter.setBrush(QColor(BLACK) if self.solid else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, MM, MM)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inner = self.padding * MM
        self.block.paint(painter, x + inner, y + inner, width - 2 * inner)


@dataclass(frozen=True)
class Column:
    """A column of a table: heading, share of the width, side."""

    title: str
    share: float
    side: Side = Side.LEFT


_SPARE = 3.0 * MM
TICK = "\u0000tick"  # a cell that is a box to tick


@dataclass(frozen=True)
class Grid(Block):
    """A table whose heading is repeated after the end of a page; rows are never cut."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    style: Style
    most: int = 4

    def _widths(self, width: float) -> list[float]:
        whole = sum(column.share for column in self.columns)
        return [width * column.share / whole for column in self.columns]

    def _cells(self, row: Sequence[str], width: float, style: Style) -> list[Letters]:
        return [
            Letters("" if cell == TICK else cell, style, wide - _SPARE, side=column.side, most=self.most)
            for cell, column, wide in zip(row, self.columns, self._widths(width), strict=True)
        ]

    def _heading(self) -> Style:
        return Style(self.style.points * 0.86, True, GREY)

    def _row_height(self, row: Sequence[str], width: float) -> float:
        return self._highest(row, width, self.style) + 2.4 * MM

    def _head_height(self, width: float) -> float:
        titles = [column.title for column in self.columns]
        return self._highest(titles, width, self._heading()) + 1.8 * MM

    def _highest(self, row: Sequence[str], width: float, style: Style) -> float:
        pairs = zip(row, self._widths(width), strict=True)
        return max(
            wrapped_height("" if cell == TICK else cell, style, wide - _SPARE, self.most) for cell, wide in pairs
        )

    def height(self, width: float) -> float:
        return self._head_height(width) + sum(self._row_height(row, width) for row in self.rows)

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        titles = [column.title for column in self.columns]
        self._paint_row(painter, titles, x, y, width, self._heading())
        y += self._head_height(width)
        self._line(painter, x, y, width, 0.3, BLACK)
        for row in self.rows:
            self._paint_row(painter, row, x, y + 1.2 * MM, width, self.style)
            y += self._row_height(row, width)
            self._line(painter, x, y, width, 0.12, "#9aa1ab")

    def _line(self, painter: QPainter, x: float, y: float, width: float, thick: float, colour: str) -> None:
        painter.setPen(QPen(QColor(colour), thick * MM))
        painter.drawLine(QPointF(x, y), QPointF(x + width, y))

    def _paint_row(self, painter: QPainter, row: Sequence[str], x: float, y: float, width: float, style: Style) -> None:
        cells = self._cells(row, width, style)
        for text, cell, wide in zip(row, cells, self._widths(width), strict=True):
            if text == TICK:
                side = 3.6 * MM
                painter.setPen(QPen(QColor(BLACK), 0.25 * MM))
                painter.drawRect(QRectF(x + wide - side - 0.4 * MM, y + 0.3 * MM, side, side))
            else:
                cell.paint(painter, x + 0.4 * MM, y)
            x += wide

    def split(self, width: float, room: float) -> tuple[Block, Block] | None:
        used = self._head_height(width)
        for place, row in enumerate(self.rows):
            used += self._row_height(row, width)
            if used > room:
                if place == 0:
                    return None
                first = Grid(self.columns, self.rows[:place], self.style, self.most)
                return first, Grid(self.columns, self.rows[place:], self.style, self.most)
        return None
