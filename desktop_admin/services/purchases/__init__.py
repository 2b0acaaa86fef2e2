"""Purchases typed in at the counter: record, refund, void; lists of purchases however they came.

Callers say ``purchases.record(work, …)``.
"""

from desktop_admin.services.purchases.facts import Line, PurchasePreview, PurchaseReceipt, RefundLine, typed_key
from desktop_admin.services.purchases.listing import Purchase, PurchaseRow, count, find, page, purchase, statements
from desktop_admin.services.purchases.recording import preview, record, weigh_record
from desktop_admin.services.purchases.refunding import OpenLine, preview_refund, refund, weigh_refund
from desktop_admin.services.purchases.voiding import void, weigh_void

__all__ = [
    "Line", "OpenLine", "Purchase", "PurchasePreview", "PurchaseReceipt", "PurchaseRow", "RefundLine",
    "count", "find", "page", "preview", "preview_refund", "purchase", "record", "refund", "statements",
    "typed_key", "void", "weigh_record", "weigh_refund", "weigh_void",
]  # fmt: skip
