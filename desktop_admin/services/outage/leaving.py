"""A machine that leaves a shop takes nothing with it: the copy, the figures and the key go."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from desktop_admin.i18n import N_
from desktop_admin.services.database import sealed_file
from desktop_admin.services.errors import Refused
from desktop_admin.services.keychain import NoKeyring
from desktop_admin.services.outage import keys, queue
from desktop_admin.services.outage.place import Place, drop_copies


@dataclass(frozen=True, slots=True)
class Left:
    """What was taken away: how many purchases that waited were lost with it, as somebody said they may."""

    lost: int


def still_waiting(place: Place) -> int:
    """How many purchases noted down here somebody still has to do something about. NoKeyring where nobody can know."""
    held = keys.keys_of(place.shop) if place.queue.exists() else None
    return queue.waiting(place, held) if held is not None else 0


def leave(place: Place, *, lost: int = 0) -> Left:
    """Take away all that this machine holds of a shop, for example with its connection profile.

    Refused while purchases wait to be booked, unless somebody was told how many are lost, and no more are now.
    """
    waiting = still_waiting(place)
    if waiting > lost:
        raise Refused(N_("Purchases noted down on this machine and not booked yet: {count}."), count=waiting)
    drop_copies(place)
    for path in (place.figures, place.queue):
        sealed_file.remove(path)
    with suppress(NoKeyring):  # there is nothing left that the key could open
        keys.forget_key(place.shop)
    with suppress(OSError):  # a queue that could not be read stays there
        place.inside.rmdir()
    return Left(waiting)
