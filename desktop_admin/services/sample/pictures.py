"""Pictures of the sample shop's items, drawn here: a soft ground, a simple shape. Pillow is imported on first use."""

from __future__ import annotations

from desktop_admin.services.catalog import Picture
from desktop_admin.services.sample.goods import Good


def drawn(good: Good, n: int) -> Picture:
    """The picture of an item, the same every time."""
    from desktop_admin.services.sample import motifs

    return motifs.picture(good.motif, n)
