"""Sheets: packing slip, pick list, shift report and recovery sheet."""

from __future__ import annotations

from desktop_admin.i18n import (
    _,
    format_date,
    format_instant,
    format_money,
    format_number,
    format_points,
    ngettext,
)
from desktop_admin.services.barcodes import code128, qr
from desktop_admin.services.errors import Refused
from desktop_admin.views.printing.blocks import (
    TICK,
    Beside,
    Block,
    Column,
    Framed,
    Gap,
    Grid,
    Pair,
    Rule,
    Stack,
    Words,
)
from desktop_admin.views.printing.codes import Barcode, Square
from desktop_admin.views.printing.documents import (
    Document,
    PackingSlip,
    PickList,
    RecoverySheet,
    ShiftClose,
)
from desktop_admin.views.printing.letters import GREY, Side, Style
from desktop_admin.views.printing.pages import Layout
from desktop_admin.views.printing.paper import Paper
from desktop_admin.views.printing.parts import (
    FAINT,
    PLAIN,
    QUIET,
    SMALL,
    STRONG,
    copy_band,
    made_by,
    roll_head,
    signature,
)

_BODY = Style(9.5)
_CAPTION = Style(8, True, GREY)


def _sheet_head(document: Document, title: str, number: str) -> list[Block]:
    """Shop and title at the left, the number as a barcode at the right."""
    left = Stack(
        (
            Words(title, Style(19, True), most=2),
            Gap(0.8),
            Words(f"{document.shop} · {document.branch}", Style(10, colour=GREY), most=2),
        )
    )
    try:
        right: Block = Barcode(code128(number), 11, 0.3, Style(9, True), Side.RIGHT)
    except Refused:
        right = Words(number, Style(12, True), Side.RIGHT, most=2)
    return [*copy_band(document), Beside(((0.54, left), (0.46, right)), 4), Rule(0.5, room=3)]


def _foot(document: Document) -> str:
    words = _("{shop} · printed {when} by {operator}")
    when = format_instant(document.when)
    return words.format(shop=document.shop[:60], when=when, operator=document.operator[:40])


def packing_slip(document: PackingSlip, paper: Paper) -> Layout:
    """Where it goes, what is inside, and who packed it."""
    title = _("Packing slip")
    rows = tuple(
        (
            line.shelf,
            "\n".join(part for part in (line.name, line.note) if part),
            line.sku,
            format_number(line.quantity),
            TICK,
        )
        for line in document.lines
    )
    columns = (
        Column(_("Shelf"), 12),
        Column(_("Item"), 46),
        Column(_("SKU"), 22),
        Column(_("Quantity"), 14, Side.RIGHT),
        Column("", 7, Side.RIGHT),
    )
    pieces = sum(line.quantity for line in document.lines)
    blocks = [
        *_sheet_head(document, title, document.number),
        _where_to(document),
        Gap(6),
        Grid(columns, rows, _BODY),
        Gap(2),
        Pair(_("Pieces in total"), format_number(pieces), STRONG, Style(11, True)),
    ]
    if document.note:
        blocks += [Gap(4), Words(_("Note"), _CAPTION), Words(document.note, _BODY, most=0)]
    sign = Beside(((0.5, signature(_("Packed by"))), (0.5, signature(_("Checked by")))), 10)
    blocks += [Gap(4), sign]
    return Layout(paper, title, document.number, tuple(blocks), _foot(document), paged=True)


def _where_to(document: PackingSlip) -> Block:
    address: list[Block] = [
        Words(_("Ship to"), _CAPTION),
        Gap(0.8),
        Words(document.recipient, Style(12, True), most=2),
    ]
    for text in (document.phone, document.address):
        if text:
            address.append(Words(text, _BODY, most=6))
    facts: list[Block] = [
        Words(_("Redemption"), _CAPTION),
        Gap(0.8),
        Pair(_("Placed on"), format_date(document.placed_on), PLAIN),
        Pair(_("Member"), document.member, PLAIN, most=2),
    ]
    for name, text in ((_("Carrier"), document.carrier), (_("Tracking no."), document.tracking)):
        if text:
            facts.append(Pair(name, text, PLAIN, most=3))
    return Beside(((0.52, Stack(tuple(address))), (0.48, Stack(tuple(facts)))), 8)


def pick_list(document: PickList, paper: Paper) -> Layout:
    """Items in the order of the shelves, each with the orders that want it."""
    title = _("Pick list")
    rows = tuple(
        (line.shelf, line.name, line.sku, format_number(line.quantity), _orders(line.orders), TICK)
        for line in document.lines
    )
    columns = (
        Column(_("Shelf"), 11),
        Column(_("Item"), 34),
        Column(_("SKU"), 17),
        Column(_("Quantity"), 12, Side.RIGHT),
        Column(_("Redemptions"), 24),
        Column("", 6, Side.RIGHT),
    )
    pieces = sum(line.quantity for line in document.lines)
    orders = ngettext("{count} redemption", "{count} redemptions", document.orders)
    items = ngettext("{count} piece", "{count} pieces", pieces)
    words = " · ".join(
        (
            orders.format(count=format_number(document.orders)),
            items.format(count=format_number(pieces)),
        )
    )
    blocks = (
        *_sheet_head(document, title, document.number),
        Words(words, Style(11, True)),
        Gap(4),
        Grid(columns, rows, _BODY),
        Gap(4),
        Beside(((0.5, signature(_("Picked by"))), (0.5, Gap(1))), 10),
    )
    return Layout(paper, title, document.number, blocks, _foot(document), paged=True)


def _orders(numbers: tuple[str, ...]) -> str:
    shown = ", ".join(numbers[:4])
    more = len(numbers) - 4
    return shown + (f" +{format_number(more)}" if more > 0 else "")


def shift_close(document: ShiftClose, paper: Paper) -> Layout:
    """Cash, points by operator, what is still open, and the anchor to keep outside."""
    title = _("Shift report")
    narrow = paper.narrow
    if narrow:
        blocks = [*roll_head(document, title), Pair(_("No."), document.shift, SMALL)]
    else:
        blocks = _sheet_head(document, title, document.shift)
    body = SMALL if narrow else _BODY
    blocks += [
        Pair(_("Shift opened"), format_instant(document.opened_at), body),
        Pair(_("Shift closed"), format_instant(document.closed_at), body),
        *made_by(document, body)[1:],
        *_section(_("Cash for redemptions")),
        Pair(_("Cash taken"), format_money(document.cash_taken), body),
        Pair(_("Cash refunded"), format_money(-document.cash_refunded), body),
        Pair(_("In the drawer"), format_money(document.cash_taken - document.cash_refunded),
             STRONG, Style(12, True)),
        *_section(_("Points by operator")),
        _operators(document, narrow),
        *_section(_("Open exceptions")),
    ]  # fmt: skip
    if document.exceptions:
        blocks += [Words(f"• {text}", body, most=3) for text in document.exceptions]
    else:
        blocks.append(Words(_("None."), body))
    blocks += [*_section(_("Anchor of the ledger")), *_anchor(document, narrow)]
    sign = Beside(((0.5, signature(_("Cashier"))), (0.5, signature(_("Manager")))), 6)
    blocks += [Gap(2), sign, Gap(3)]
    paged = not paper.roll
    return Layout(paper, title, document.shift, tuple(blocks), _foot(document), paged)


def _section(title: str) -> list[Block]:
    return [Gap(4), Words(title, Style(10.5, True)), Rule(0.2, colour="#9aa1ab", room=1)]


def _operators(document: ShiftClose, narrow: bool) -> Grid:
    columns = (
        Column(_("Operator"), 34),
        Column(_("Operations"), 20, Side.RIGHT),
        Column(_("Granted"), 23, Side.RIGHT),
        Column(_("Spent"), 23, Side.RIGHT),
    )
    rows = [
        (o.name, format_number(o.operations), format_points(o.granted), format_points(o.spent))
        for o in document.operators
    ]
    total = (
        _("Total"),
        format_number(sum(o.operations for o in document.operators)),
        format_points(sum(o.granted for o in document.operators)),
        format_points(sum(o.spent for o in document.operators)),
    )
    return Grid(columns, (*rows, total), Style(7.5) if narrow else _BODY, most=2)


def grouped(text: str, size: int = 4) -> str:
    """A key or a hash in groups that an eye can follow."""
    return " ".join(text[start : start + size] for start in range(0, len(text), size))


def _anchor(document: ShiftClose, narrow: bool) -> list[Block]:
    heads = ngettext("over {count} member ledger", "over {count} member ledgers", document.heads).format(
        count=format_number(document.heads)
    )
    why = _("Keep this slip: it proves that nothing was cut from the ledger after this moment.")
    words = Stack(
        (
            Words(grouped(document.anchor), Style(9 if narrow else 11), most=5),
            Gap(1),
            Words(heads, FAINT if narrow else QUIET),
            Words(why, FAINT if narrow else QUIET, most=4),
        )
    )
    try:
        square: Block = Square(qr(document.anchor), 34 if narrow else 32)
    except Refused:
        square = Gap(1)
    if narrow:
        return [words, Gap(1), square]
    return [Beside(((0.7, words), (0.3, square)), 6)]


def recovery_sheet(document: RecoverySheet, paper: Paper) -> Layout:
    """The recovery key as text and as QR, and what to do with it."""
    title = _("Recovery sheet")
    key = Framed(
        Stack(
            (
                Words(_("Recovery key"), _CAPTION, Side.CENTRE),
                Gap(1.5),
                Words(grouped(document.key), Style(17, True), Side.CENTRE, most=6),
            )
        ),
        padding=6,
        thick=0.6,
    )
    steps = (
        _("Keep this sheet in a safe, not beside the computer. Do not photograph or mail it."),
        _("Whoever holds it can open the shop's data. Nobody can make it again for you."),
        _('To use it: start the program, choose "Open with a recovery key", type or scan it.'),
        _("After using it, print a new sheet and destroy this one."),
    )
    try:
        square: Block = Square(qr(document.key), 42)
    except Refused:
        square = Gap(1)
    blocks: list[Block] = [
        *copy_band(document),
        Words(title, Style(22, True)),
        Words(f"{document.shop} · {document.branch}", Style(10, colour=GREY), most=2),
        Rule(0.5, room=3),
        Words(_("This sheet opens the shop's data when every other way is lost."), Style(11)),
        Gap(6),
        key,
        Gap(4),
        square,
        Gap(5),
    ]
    for number, step in enumerate(steps, 1):
        blocks += [Beside(((0.05, Words(f"{number}.", STRONG)), (0.95, Words(step, _BODY))), 1)]
        blocks.append(Gap(1.6))
    blocks += [
        Gap(4),
        Pair(_("Installation"), document.installation, PLAIN, most=2),
        Pair(_("Printed at"), format_instant(document.when), PLAIN),
        Pair(_("Operator"), document.operator, PLAIN, most=2),
        Beside(((0.5, signature(_("Kept by"))), (0.5, signature(_("Place and date")))), 10),
    ]
    return Layout(paper, title, "", tuple(blocks), _foot(document), paged=True)
