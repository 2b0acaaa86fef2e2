"""A table on paper: reports and lists, landscape, with totals."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_admin.i18n import _, format_instant
from desktop_admin.views.printing.blocks import Beside, Block, Column, Gap, Grid, Rule, Stack, Words
from desktop_admin.views.printing.documents import Document
from desktop_admin.views.printing.letters import GREY, Side, Style
from desktop_admin.views.printing.pages import Layout
from desktop_admin.views.printing.paper import Paper

A4_WIDE = Paper("A4 ↔", 297, 210, 14)
_BODY = Style(9)
_TOTAL = Style(9, True)


@dataclass(frozen=True, kw_only=True)
class TableSheet(Document):
    """A report: translated title, period and note; columns as (heading, share of the width, right); texts as shown."""

    title: str
    period: str
    columns: tuple[tuple[str, float, bool], ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()
    note: str = ""


def table_sheet(document: TableSheet, paper: Paper) -> Layout:
    """The title with its period, the table, its totals and its note."""
    columns = tuple(
        Column(title, share, Side.RIGHT if right else Side.LEFT) for title, share, right in document.columns
    )
    period = Words(document.period, Style(10, colour=GREY))
    left = Stack((Words(document.title, Style(18, True), most=2), Gap(0.8), period))
    right = Words(f"{document.shop} · {document.branch}", Style(10, colour=GREY), Side.RIGHT, most=2)
    blocks: list[Block] = [Beside(((0.65, left), (0.35, right)), 4), Rule(0.5, room=3)]
    blocks.append(Grid(columns, document.rows, _BODY))
    if document.totals:
        bare = tuple(Column("", column.share, column.side) for column in columns)
        blocks += [Gap(1), Grid(bare, (document.totals,), _TOTAL)]
    if document.note:
        blocks += [Gap(4), Words(document.note, Style(8.5, colour=GREY), most=6)]
    foot = _("{shop} · printed {when} by {operator}").format(
        shop=document.shop[:60], when=format_instant(document.when), operator=document.operator[:40]
    )
    return Layout(paper, document.title, "", tuple(blocks), foot, paged=True)
