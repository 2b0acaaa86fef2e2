"""The counter while the server is away: a read copy of members, a queue of purchases, the last dashboards.

Callers say ``outage.find(place, keys, …)``. Nothing here is for the UI thread: it reads files and asks the keyring.
"""

from desktop_admin.services.keychain import NoKeyring
from desktop_admin.services.outage import figures, queue
from desktop_admin.services.outage.copy import CopyState, NoCopy, members_held, open_copy, refresh, state_of
from desktop_admin.services.outage.finding import FoundHeld, Held, estimate, find
from desktop_admin.services.outage.keys import Keys, forget_key, keys_of
from desktop_admin.services.outage.leaving import Left, leave, still_waiting
from desktop_admin.services.outage.place import Place, drop_copies
from desktop_admin.services.outage.posting import Posted, ask_approval, discard, discard_row, post
from desktop_admin.services.outage.queue import LockedQueue, Queued, QueueState, note

__all__ = [
    "CopyState", "FoundHeld", "Held", "Keys", "Left", "LockedQueue", "NoCopy", "NoKeyring", "Place", "Posted",
    "QueueState", "Queued", "ask_approval", "discard", "discard_row", "drop_copies", "estimate", "figures", "find",
    "forget_key", "keys_of", "leave", "members_held", "note", "open_copy", "post", "queue", "refresh", "state_of",
    "still_waiting",
]  # fmt: skip
