"""The slip of a purchase noted down: proof of the receipt, and no promise of points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_admin.i18n import _
from desktop_admin.services.members import mask_name
from desktop_admin.services.outage import Queued

if TYPE_CHECKING:
    from desktop_admin.views.printing import Receipt


def stub(row: Queued, shop: str) -> Receipt:
    """What the member takes home."""
    from desktop_admin.views.printing import Receipt, ReceiptLine  # its imports take a while

    line = ReceiptLine(_("Receipt {number}").format(number=row.receipt_number), cash=row.amount)
    return Receipt(
        shop=shop, branch=row.branch, operator=row.operator, when=row.bought_at, title=_("Noted down"),
        number=row.receipt_number, member=f"{mask_name(row.name)}  {_('Card')} …{row.card_number[-4:]}", lines=(line,),
        note=_("The server was away. The points will be booked when it is back; how many, it decides then."),
    )  # fmt: skip
