"""What the member takes home: receipts and pick-up slips of the counter's acts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_admin.i18n import _
from desktop_admin.services.members import MemberCard, mask_name
from desktop_admin.services.points import PointsReceipt
from desktop_admin.services.purchases import PurchaseReceipt
from desktop_admin.services.redemptions import Detail

if TYPE_CHECKING:
    from desktop_admin.services.counter import Facts
    from desktop_admin.views.printing import Document, PickupSlip, Receipt, ReceiptLine


def points_receipt(
    facts: Facts, operator: str, card: MemberCard, title: str, said: PointsReceipt, note: str = ""
) -> Receipt:
    """The receipt of points moved by hand."""
    from desktop_admin.views.printing import Receipt

    return Receipt(
        shop=facts.shop, branch=facts.branch, operator=operator, when=said.recorded_at, title=title,
        number=f"{said.business_date:%Y%m%d}-{said.operation_id}", member=_masked(card), points=said.points,
        before=said.before, after=said.after, note=note,
    )  # fmt: skip


def purchase_receipt(
    facts: Facts, operator: str, card: MemberCard, title: str, said: PurchaseReceipt, why: list[tuple[str, str]]
) -> Receipt:
    """The receipt of a purchase or its refund: what it earned, and why."""
    from desktop_admin.views.printing import Receipt, ReceiptLine

    lines: list[ReceiptLine] = [ReceiptLine(_("Receipt {number}").format(number=said.number), cash=said.amount)]
    lines += [ReceiptLine(text, note=value) for text, value in why]
    return Receipt(
        shop=facts.shop, branch=facts.branch, operator=operator, when=said.recorded_at or datetime.now(UTC),
        title=title, number=said.number, member=_masked(card), lines=tuple(lines), points=said.points,
        before=said.before, after=said.after,
    )  # fmt: skip


def order_paper(facts: Facts, operator: str, card: MemberCard, detail: Detail, title: str) -> Document:
    """A pick-up slip where something waits, else a receipt with the lines."""
    from desktop_admin.views.printing import PickupSlip, Receipt, ReceiptLine, SlipLine

    if detail.pickup_code and detail.state in ("placed", "picking", "packed", "ready"):
        slip: PickupSlip = PickupSlip(
            shop=facts.shop, branch=detail.branch, operator=operator, when=datetime.now(UTC), number=detail.number,
            code=spaced(detail.pickup_code), member=_masked(card),
            lines=tuple(SlipLine(line.name, line.pieces) for line in detail.lines if line.pieces),
            collect_by=detail.promised_on + timedelta(days=facts.pickup_days),
        )  # fmt: skip
        return slip
    lines = tuple(
        ReceiptLine(f"{line.name} × {line.quantity}", points=-line.points, cash=line.cash or None)
        for line in detail.lines
    )
    return Receipt(
        shop=facts.shop, branch=facts.branch, operator=operator, when=datetime.now(UTC), title=title,
        number=detail.number, member=_masked(card), lines=lines, points=-detail.points, cash=detail.cash or None,
        after=card.balance - card.owed, code=detail.number,
    )  # fmt: skip


def spaced(code: str) -> str:
    """A pick-up code in groups, as it is read out."""
    return " ".join(code[n : n + 4] for n in range(0, len(code), 4))


def _masked(card: MemberCard) -> str:
    return f"{mask_name(card.name)}  {_('Card')} …{card.card_number[-4:]}"



def folder() -> Path:
    """Where receipts are saved: among the person's documents."""
    from PySide6.QtCore import QStandardPaths

    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / "PointsDesk"
