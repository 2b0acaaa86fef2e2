"""Points by hand: adjust, reverse, transfer; the journal of all entries; what can be undone.

Callers say ``points.adjust(work, …)``.
"""

from desktop_admin.services.points.adjusting import adjust, preview_adjust, weigh_adjust
from desktop_admin.services.points.books import PointsReceipt, Preview, Standing, standing
from desktop_admin.services.points.entries import (
    KINDS,
    EntryDetail,
    EntryRow,
    JournalFilter,
    LotLine,
    Sums,
    entry,
    journal,
    journal_anchors,
    journal_count,
    journal_sums,
    statements,
)
from desktop_admin.services.points.reversing import preview_reverse, reverse, weigh_reverse
from desktop_admin.services.points.transferring import preview_transfer, transfer, weigh_transfer
from desktop_admin.services.points.undoing import Undoable, last_undoable

__all__ = [
    "KINDS", "EntryDetail", "EntryRow", "JournalFilter", "LotLine", "PointsReceipt", "Preview", "Standing", "Sums",
    "Undoable", "adjust", "entry", "journal", "journal_anchors", "journal_count", "journal_sums", "last_undoable",
    "preview_adjust", "preview_reverse", "preview_transfer", "reverse", "standing", "statements", "transfer",
    "weigh_adjust", "weigh_reverse", "weigh_transfer",
]  # fmt: skip
