"""One of each document, and the texts that people should never have typed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from desktop_admin.views.printing import (
    Document,
    Label,
    OperatorTotal,
    PackingSlip,
    PickLine,
    PickList,
    PickupSlip,
    Receipt,
    ReceiptLine,
    RecoverySheet,
    ShiftClose,
    SlipLine,
)

NUMBER = "R20261121000123"
TRACKING = "SF1390012345678"
ANCHOR = "9f3ac1d27b5e8840" * 4
KEY = "K7QMX2P4RT9WBD5HZ8NC3VFJ6YGA"
HOSTILE = (
    "<img src=x><b>bold</b> &amp; </td>",
    "x" * 10_000,
    "雨伞 😀🎁 مرحبا שלום",
    "\u202eevil\u2066 \x00\x07 tab\tend",
    "line\nline\r\nline\u2028line\n" * 50,
    "直角骨" * 3_000,
    "",
)


def documents(text: str = "锦绣良品", number: str = NUMBER, copy: int = 0, many: int = 5) -> list[Document]:
    """Every kind, with `text` wherever a person types."""
    head: dict[str, Any] = {
        "shop": text, "branch": text, "operator": text, "copy": copy,
        "when": datetime(2026, 11, 21, 6, 5, tzinfo=UTC),
    }  # fmt: skip
    lines = tuple(SlipLine(text, n, text, text, text) for n in range(1, many + 1))
    return [
        Receipt(
            **head, title=text, number=number, member=text, code=number, note=text, points=-1500,
            lines=(ReceiptLine(text, -1500, 990, text),), cash=990, before=8230, after=6730,
        ),
        PickupSlip(
            **head, number=number, code="4F 82 17", member=text, lines=lines,
            collect_by=date(2026, 12, 5),
        ),
        Label(
            **head, number=number, recipient=text, phone=text, address=text, carrier=text,
            parcel=1, parcels=2,
        ),
        PackingSlip(
            **head, number=number, placed_on=date(2026, 11, 20), member=text, recipient=text,
            lines=lines, phone=text, address=text, carrier=text, tracking=text, note=text,
        ),
        PickList(
            **head, number=number, orders=3,
            lines=tuple(PickLine(text, text, n, text, (number, number)) for n in range(many)),
        ),
        ShiftClose(
            **head, shift=number, opened_at=head["when"], closed_at=head["when"], cash_taken=12345,
            cash_refunded=990, operators=(OperatorTotal(text, 3, 100, 50),) * 2,
            exceptions=(text,) * 2, anchor=ANCHOR, heads=2140,
        ),
        RecoverySheet(**head, key=KEY, installation=text),
    ]  # fmt: skip
