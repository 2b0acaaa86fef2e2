"""A clock that was set back: in a shop on this machine no act is recorded long before the newest one.

The order of acts is their number, never their time; but days, expiry and tiers come from the clock. So every act asks
here first. A manager who says that the clock is right (services/clock.py) makes that the newest act, and work goes on.
On a server the time is the server's.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop_admin.i18n import N_
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.work import Work

PATIENCE = timedelta(minutes=5)  # a clock that is set by the network moves less
CONFIRM = "clock.confirm"
_TRUSTED = timedelta(minutes=1)  # how long a look counts, unless the clock steps back

# signing in, backups and restores go on: without them nobody could look, nor say that the clock is right
_FREE = ("operators", "backup", "anchors", "upgrading")
_NEWEST = Sql(
    "SELECT recorded_at FROM operation WHERE substr(kind, 1, 10) <> 'operators.' AND substr(kind, 1, 7) <> 'backup.' "
    "AND substr(kind, 1, 8) <> 'anchors.' AND substr(kind, 1, 10) <> 'upgrading.' AND id <> :own "
    "ORDER BY id DESC LIMIT 1"
)
_looked: dict[str, datetime] = {}  # shop -> when its clock was last found right


def newest(work: Work) -> datetime | None:
    """When the newest act was recorded that the clock has to stand behind; None in a new shop."""
    found = work.value(_NEWEST, own=0 if work.operation is None else work.operation.id)
    return None if found is None else parse_instant(found)


def before(work: Work) -> datetime | None:
    """When the newest act was recorded, where the clock stands before it; None where the clock is right."""
    if work.on_server:
        return None
    last = newest(work)
    return last if last is not None and work.now < last - PATIENCE else None


def refuse(work: Work, kind: str) -> None:
    """Refuse an act while the clock stands before the newest one, naming both times.

    Looks once a minute, and at once where the clock stepped back.
    """
    if work.on_server or kind == CONFIRM or kind.partition(".")[0] in _FREE:
        return
    looked = _looked.get(work.shop.uuid)
    if looked is not None and looked <= work.now < looked + _TRUSTED:
        return
    last = before(work)
    if last is not None:
        raise Refused(
            N_(
                "This computer's clock says {now}, but the newest act was recorded at {newest}. Nothing was done. "
                "Set the clock right; if it is right, a manager confirms it: Ctrl+K, “Confirm the clock”."
            ),
            now=said(work, work.now),
            newest=said(work, last),
        )
    _looked[work.shop.uuid] = work.now


def said(work: Work, at: datetime) -> str:
    """An instant as the shop's clocks show it."""
    return f"{at.astimezone(work.shop.zone()):%Y-%m-%d %H:%M:%S}"
