"""Puts blocks on pages: heading and foot on each, "page n of m", nothing cut in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QPainter

from desktop_admin.i18n import _
from desktop_admin.views.printing.blocks import Block, Gap, Pair
from desktop_admin.views.printing.letters import GREY, Style
from desktop_admin.views.printing.paper import MM, Paper

_FOOT = Style(7.5, colour=GREY)


@dataclass(frozen=True)
class Layout:
    """A document ready for pages: its paper, title, blocks, and what stands on each page's edge."""

    paper: Paper
    title: str
    number: str
    blocks: tuple[Block, ...]
    foot: str = ""
    paged: bool = False


@dataclass(frozen=True)
class Placed:
    """A block with its place on a page."""

    block: Block
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Page:
    """One page: its size in hundredths of a millimetre, and what stands where."""

    width: float
    height: float
    placed: tuple[Placed, ...]

    def paint(self, painter: QPainter) -> None:
        """Draw everything."""
        for part in self.placed:
            part.block.paint(painter, part.x, part.y, part.width)


def pages(layout: Layout) -> tuple[Page, ...]:
    """Lay the blocks out; a roll is as long as its text, up to two metres."""
    paper = layout.paper
    margin, wide = paper.margin * MM, (paper.width - 2 * paper.margin) * MM
    foot = 8 * MM if layout.paged else 0.0
    head = 9 * MM if layout.paged else 0.0
    tall = paper.height * MM - 2 * margin - foot
    sheets = _fill(layout.blocks, wide, tall, tall - head)
    made: list[Page] = []
    for number, blocks in enumerate(sheets, 1):
        placed: list[Placed] = []
        y = margin
        if number > 1 and layout.paged:
            running = Pair(layout.title, layout.number, _FOOT, most=1)
            placed.append(Placed(running, margin, y, wide))
            y += head
        for block in blocks:
            placed.append(Placed(block, margin, y, wide))
            y += block.height(wide)
        bottom = paper.height * MM
        if layout.paged:
            words = _("Page {page} of {pages}").format(page=number, pages=len(sheets))
            at = bottom - margin - 3.5 * MM
            placed.append(Placed(Pair(layout.foot, words, _FOOT, most=1), margin, at, wide))
        height = y + margin if paper.roll else bottom
        made.append(Page(paper.width * MM, height, tuple(placed)))
    return tuple(made)


def _fill(blocks: Sequence[Block], wide: float, first: float, later: float) -> list[list[Block]]:
    sheets: list[list[Block]] = [[]]
    room = first
    waiting = list(reversed(blocks))
    while waiting:
        block = waiting.pop()
        parts = block.split(wide, room)  # looks at one page; the height of a long table is that of all its rows
        if parts is not None:
            sheets[-1].append(parts[0])
            waiting.append(parts[1])
        elif (high := block.height(wide)) <= room:
            sheets[-1].append(block)
            room -= high
            continue
        elif sheets[-1]:
            waiting.append(block)
        else:  # higher than a page and in one piece: it is drawn as it is
            sheets[-1].append(block)
        if waiting:
            sheets.append([])
            room = later
            while waiting and isinstance(waiting[-1], Gap):
                waiting.pop()
    return [sheet for sheet in sheets if sheet] or [[]]
