"""Slips from the roll: receipt and pick-up slip; and labels for parcels."""

from __future__ import annotations

from desktop_admin.i18n import _, format_date, format_money, format_points
from desktop_admin.views.printing.blocks import Beside, Block, Framed, Gap, Pair, Rule, Stack, Words
from desktop_admin.views.printing.documents import Label, PickupSlip, Receipt
from desktop_admin.views.printing.letters import Side, Style
from desktop_admin.views.printing.pages import Layout
from desktop_admin.views.printing.paper import LABEL_60X40, Paper
from desktop_admin.views.printing.parts import (
    FAINT,
    PLAIN,
    SMALL,
    STRONG,
    code,
    copy_band,
    item_pairs,
    made_by,
    price,
    roll_head,
)


def receipt(document: Receipt, paper: Paper) -> Layout:
    """Lines, totals, the balance before and after, and the code of the act."""
    blocks = roll_head(document, document.title)
    blocks += [
        Pair(_("No."), document.number, SMALL, most=2),
        *made_by(document),
        Pair(_("Member"), document.member, SMALL, most=2),
        Rule(dashed=True),
    ]
    for line in document.lines:
        blocks.append(Pair(line.label, price(line.points, line.cash), PLAIN, most=4))
        if line.note:
            blocks.append(Words(line.note, FAINT, most=4))
    if document.lines:
        blocks.append(Rule(dashed=True))
    blocks += _totals(document)
    if document.code:
        blocks += [Gap(3), code(document.code)]
    if document.note:
        blocks += [Gap(3), Words(document.note, SMALL, Side.CENTRE, most=8)]
    blocks += [Gap(3), Words(_("Thank you. See you soon."), FAINT, Side.CENTRE), Gap(4)]
    return Layout(paper, document.title, document.number, tuple(blocks))


def _totals(document: Receipt) -> list[Block]:
    parts: list[Block] = []
    if document.points is not None:
        words = format_points(document.points, signed=True)
        parts.append(Pair(_("Points"), words, STRONG, Style(13, True)))
    if document.cash is not None:
        parts.append(Pair(_("Cash"), format_money(document.cash), STRONG, Style(11, True)))
    if document.before is not None:
        parts.append(Pair(_("Balance before"), format_points(document.before), PLAIN))
    if document.after is not None:
        parts.append(Pair(_("Balance now"), format_points(document.after), STRONG, STRONG))
    return parts


def pickup(document: PickupSlip, paper: Paper) -> Layout:
    """The pick-up code in large letters, the number as a barcode, what will be handed over."""
    title = _("Pick-up slip")
    letters = Stack(
        (
            Words(_("Pick-up code"), FAINT, Side.CENTRE),
            Words(document.code, Style(26, True), Side.CENTRE, most=2),
        )
    )
    blocks = roll_head(document, title)
    blocks += [Gap(1), Framed(letters, 2.5, 0.5), Gap(3), code(document.number), Gap(1)]
    blocks += [Rule(dashed=True), *item_pairs(document.lines), Rule(dashed=True)]
    blocks.append(Pair(_("Member"), document.member, SMALL, most=2))
    if document.collect_by is not None:
        day = format_date(document.collect_by, long=True)
        blocks.append(Pair(_("Collect by"), day, SMALL, Style(8, True)))
    blocks += made_by(document)
    words = _("Show this slip or your member card at the counter.")
    blocks += [Gap(3), Words(words, FAINT, Side.CENTRE), Gap(4)]
    return Layout(paper, title, document.number, tuple(blocks))


def label(document: Label, paper: Paper) -> Layout:
    """Who gets the parcel, and the number a scanner reads."""
    make = _small_label if paper.width <= LABEL_60X40.width else _large_label
    return Layout(paper, _("Parcel label"), document.number, tuple(make(document)))


def _parcel(document: Label) -> str:
    if document.parcels < 2:
        return ""
    words = _("Parcel {parcel} of {parcels}")
    return words.format(parcel=document.parcel, parcels=document.parcels)


def _small_label(document: Label) -> list[Block]:
    head = Style(7)
    name = Style(10, True)
    return [
        *copy_band(document),
        Pair(document.shop, _parcel(document), head, most=1),
        Pair(document.recipient, document.phone, name, Style(8), most=1),
        Words(document.address, Style(7), most=2),
        Gap(1),
        code(document.tracking or document.number, tall=11, module=0.25, size=7),
    ]


def _large_label(document: Label) -> list[Block]:
    carrier = document.carrier or document.shop
    blocks: list[Block] = [
        *copy_band(document),
        Pair(carrier, _parcel(document), Style(16, True), Style(12, True), most=2),
        Rule(0.6, room=2.5),
        Words(_("Ship to"), FAINT),
        Words(document.recipient, Style(20, True), most=2),
    ]
    if document.phone:
        blocks.append(Words(document.phone, Style(15), most=1))
    blocks += [Gap(2), Words(document.address, Style(14), most=5), Rule(0.3, room=3)]
    blocks.append(code(document.tracking or document.number, tall=30, module=0.5, size=13))
    blocks.append(Rule(0.3, room=3))
    sender = Stack((Words(document.shop, STRONG, most=2), Words(document.branch, PLAIN, most=1)))
    number = Stack(
        (
            Words(_("Redemption"), FAINT, Side.RIGHT),
            Words(document.number, STRONG, Side.RIGHT, most=2),
        )
    )
    left = Stack((Words(_("Sender"), FAINT), sender))
    blocks.append(Beside(((0.55, left), (0.45, number)), 3))
    return blocks
