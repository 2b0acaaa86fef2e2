"""What can be printed, as plain data. Points are whole, money is in minor units, instants are UTC.

Texts are as people typed them: they are drawn letter by letter and never read as markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Document:
    """What every document says. `copy` 0 is the original; n marks a reprint as COPY n."""

    shop: str
    branch: str
    operator: str
    when: datetime
    copy: int = 0


@dataclass(frozen=True)
class ReceiptLine:
    """A line of a receipt: signed points, cash in minor units, either may be missing."""

    label: str
    points: int | None = None
    cash: int | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Receipt(Document):
    """What the member takes home. `title` is translated ("Redemption"); `member` is masked."""

    title: str
    number: str
    member: str
    lines: tuple[ReceiptLine, ...] = ()
    points: int | None = None
    cash: int | None = None
    before: int | None = None
    after: int | None = None
    code: str = ""
    note: str = ""


@dataclass(frozen=True)
class SlipLine:
    """An item of an order and how many of it."""

    name: str
    quantity: int
    sku: str = ""
    shelf: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PackingSlip(Document):
    """Goes into the parcel; `number` is the redemption number and its barcode."""

    number: str
    placed_on: date
    member: str
    recipient: str
    lines: tuple[SlipLine, ...]
    phone: str = ""
    address: str = ""
    carrier: str = ""
    tracking: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Label(Document):
    """Sticks on the parcel; its barcode is the tracking number, else the redemption number."""

    number: str
    recipient: str
    phone: str = ""
    address: str = ""
    carrier: str = ""
    tracking: str = ""
    parcel: int = 1
    parcels: int = 1


@dataclass(frozen=True)
class PickLine:
    """An item to fetch for several orders at once."""

    shelf: str
    name: str
    quantity: int
    sku: str = ""
    orders: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PickList(Document):
    """What to fetch, in the order of the shelves."""

    number: str
    orders: int
    lines: tuple[PickLine, ...]


@dataclass(frozen=True, kw_only=True)
class PickupSlip(Document):
    """What a member shows to collect an order."""

    number: str
    code: str
    member: str
    lines: tuple[SlipLine, ...]
    collect_by: date | None = None


@dataclass(frozen=True)
class OperatorTotal:
    """What one operator did in a shift; points are sums of entries, spent is positive."""

    name: str
    operations: int
    granted: int
    spent: int


@dataclass(frozen=True, kw_only=True)
class ShiftClose(Document):
    """The report at the end of a shift, with the anchor of the ledger as text and as QR."""

    shift: str
    opened_at: datetime
    closed_at: datetime
    cash_taken: int
    cash_refunded: int
    operators: tuple[OperatorTotal, ...]
    exceptions: tuple[str, ...]
    anchor: str
    heads: int


@dataclass(frozen=True, kw_only=True)
class RecoverySheet(Document):
    """The key that opens the shop's data when every other way is lost; belongs in a safe."""

    key: str
    installation: str
