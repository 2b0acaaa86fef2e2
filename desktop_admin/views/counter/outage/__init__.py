"""The counter while the server is away."""

from desktop_admin.views.counter.outage.side import OutageSide

__all__ = ["OutageSide"]
