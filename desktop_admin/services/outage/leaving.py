"""A machine that leaves a shop takes nothing with it: the copy, the figures and the key go."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_admin.i18n import N_
from desktop_admin.services.database import sealed_file
from desktop_admin.services.errors import Refused
from desktop_admin.services.outage import keys, queue
from desktop_admin.services.outage.place import Place, drop_copies


@dataclass(frozen=True, slots=True)
class Left:
    """What was taken away: how many purchases that waited were lost with it, as somebody said they may."""

    lost: int


def leave(place: Place, *, force: bool = False) -> Left:
    """Take away all that this machine holds of a shop, for example with its connection profile.

    Refused while purchases wait to be booked, unless ``force``.
    """
    held = keys.keys_of(place.shop)
    waiting = queue.waiting(place, held) if held is not None else 0
    if waiting and not force:
        raise Refused(N_("Purchases noted down on this machine and not booked yet: {count}."), count=waiting)
    drop_copies(place)
    for path in (place.figures, place.queue):
        sealed_file.remove(path)
    keys.forget_key(place.shop)
    return Left(waiting)
