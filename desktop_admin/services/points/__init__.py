"""Points by hand: adjust, reverse, transfer; the journal of all entries; what can be undone."""

from desktop_admin.services.points.adjusting import adjust, preview_adjust, weigh_adjust
from desktop_admin.services.points.reversing import preview_reverse, reverse, weigh_reverse
from desktop_admin.services.points.books import PointsReceipt, Preview, Standing, standing
from desktop_admin.services.points.transferring import preview_transfer, transfer, weigh_transfer

__all__ = [
    "PointsReceipt", "Preview", "Standing", "adjust", "preview_adjust", "preview_reverse",
    "preview_transfer", "reverse", "standing", "transfer", "weigh_adjust", "weigh_reverse",
    "weigh_transfer",
]  # fmt: skip
