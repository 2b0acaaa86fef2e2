"""Pieces that several documents share."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_admin.i18n import _, format_instant, format_money, format_number, format_points, ngettext
from desktop_admin.services.barcodes import code128
from desktop_admin.services.errors import Refused
from desktop_admin.views.printing.blocks import Block, Framed, Gap, Grid, Pair, Rule, Stack, Words
from desktop_admin.views.printing.blocks import Column as Column
from desktop_admin.views.printing.codes import Barcode
from desktop_admin.views.printing.documents import Document, SlipLine
from desktop_admin.views.printing.letters import GREY, Side, Style

SMALL = Style(8)
PLAIN = Style(9)
STRONG = Style(9, True)
QUIET = Style(8, colour=GREY)
FAINT = Style(7.5)  # a thermal head has no grey
TITLE = Style(12, True)
WHITE = Style(11, True, "#ffffff")


def copy_band(document: Document) -> list[Block]:
    """A black band that says COPY n on every reprint."""
    if document.copy < 1:
        return []
    words = _("COPY {number}").format(number=format_number(document.copy))
    return [Framed(Words(words, WHITE, Side.CENTRE), padding=1.0, solid=True), Gap(2)]


def roll_head(document: Document, title: str) -> list[Block]:
    """Shop, branch, copy band and title of a slip from the roll."""
    centre = Side.CENTRE
    return [
        Gap(2),
        Words(document.shop, Style(14, True), centre, most=3),
        Words(document.branch, PLAIN, centre, most=2),
        Gap(2),
        *copy_band(document),
        Words(title, TITLE, centre, most=2),
        Rule(dashed=True),
    ]


def made_by(document: Document, style: Style = SMALL) -> list[Block]:
    """When and by whom."""
    return [
        Pair(_("Time"), format_instant(document.when), style),
        Pair(_("Operator"), document.operator, style, most=2),
    ]


def code(text: str, *, tall: float = 12.0, module: float = 0.33, size: float = 9) -> Block:
    """The barcode of a number; a number that has none is written out instead."""
    try:
        return Barcode(code128(text), tall, module, Style(size))
    except Refused:
        return Words(text, Style(size + 2, True), Side.CENTRE, most=2)


def points_words(points: int | None) -> str:
    """Signed points with their unit; "" for none."""
    if points is None:
        return ""
    words = ngettext("{points} point", "{points} points", abs(points))
    return words.format(points=format_points(points, signed=True))


def price(points: int | None, cash: int | None) -> str:
    """Points and cash as one price."""
    words = [points_words(points)] if points is not None else []
    if cash:
        words.append(format_money(cash))
    return " + ".join(words)


def item_pairs(lines: Sequence[SlipLine], style: Style = PLAIN) -> list[Block]:
    """Items of an order for a narrow paper."""
    parts: list[Block] = []
    for line in lines:
        parts.append(Pair(line.name, f"× {format_number(line.quantity)}", style, STRONG))
        if line.note:
            parts.append(Words(line.note, FAINT, most=2))
    return parts


def signature(words: str) -> Block:
    """A line to sign on, with what is signed below it."""
    return Stack((Gap(9), Rule(0.2, room=0.6), Words(words, QUIET)))


__all__ = [
    "FAINT", "PLAIN", "QUIET", "SMALL", "STRONG", "TITLE", "Column", "Grid", "code", "copy_band",
    "item_pairs", "made_by", "points_words", "price", "roll_head", "signature",
]  # fmt: skip
