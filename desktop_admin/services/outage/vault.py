"""What this machine holds of its shops for an outage, opened with the key from the keyring; one per program."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop_admin.services.keychain import NoKeyring
from desktop_admin.services.outage import copy, leaving, queue, reading
from desktop_admin.services.outage.keys import Keys, keys_of
from desktop_admin.services.outage.place import Place, drop_copies

ASK_AGAIN = 600  # seconds: a keyring that refused may have asked a person for a password


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands on this machine: ``problem`` says why there is no copy.

    ``shop`` is the shop's uuid, ``now`` its clock, ``contact`` when the server answered last.
    """

    shop: str
    name: str
    zone: str
    on_server: bool
    now: Callable[[], datetime]
    members: int = 0
    contact: datetime | None = None
    waiting: int = 0
    problem: NoKeyring | None = None


class Vault:
    """Remembers the keys of shops as long as the program runs; any thread may ask."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._keys: dict[str, Keys] = {}
        self._refused: tuple[float, NoKeyring] | None = None

    def place(self, shop: str) -> Place:
        """Where the files of a shop (its uuid) lie."""
        return Place(self._folder, shop)

    def open(self, shop: str, *, make: bool = False) -> tuple[Place, Keys]:
        """Place and keys of a shop. NoCopy where there are none, NoKeyring where none can be kept."""
        with self._lock:
            if shop not in self._keys:
                self._keys[shop] = self._ask(shop, make=make)
            return self.place(shop), self._keys[shop]

    def waiting(self, shop: str) -> int:
        """How many purchases noted down for a shop wait on this machine. NoKeyring where nobody can know."""
        return leaving.still_waiting(self.place(shop))

    def leave(self, shop: str, *, lost: int = 0) -> leaving.Left:
        """Take away what this machine holds of a shop; see ``leaving.leave``. Coming back begins with a new key."""
        with self._lock:
            left = leaving.leave(self.place(shop), lost=lost)
            self._keys.pop(shop, None)
            return left

    def _ask(self, shop: str, *, make: bool) -> Keys:
        if self._refused is not None and time.monotonic() - self._refused[0] < ASK_AGAIN:
            raise self._refused[1]
        try:
            found = keys_of(shop, make=make)
        except NoKeyring as error:
            self._refused = time.monotonic(), error
            raise
        if found is None:
            raise copy.nothing_yet()
        return found

    def look_after(self, database: Any, read: copy.Read[Any], check: Callable[[], object]) -> Kept:
        """Bring the copy up to date while the server answers; a shop in a file has none.

        ``read`` runs a query as the operator who is signed in. Trouble where the server does not answer.
        """
        shop, now = database.shop, database.clock.now
        if not database.on_server:
            return Kept(shop.uuid, shop.name, shop.timezone, False, now)
        try:
            place, keys = self.open(shop.uuid, make=True)
        except NoKeyring as error:
            drop_copies(self.place(shop.uuid))  # nobody can read it any more
            read(reading.shop_now)  # whether the server is there is told all the same
            return Kept(shop.uuid, shop.name, shop.timezone, True, now, problem=error)
        done = copy.refresh(read, place, keys, check)
        state = copy.state_of(place, keys) if done else None
        return Kept(
            shop.uuid, shop.name, shop.timezone, True, now, members=copy.members_held(place, keys) if done else 0,
            contact=state.contact if state else None, waiting=queue.waiting(place, keys),
        )  # fmt: skip


def system_now() -> datetime:
    """The machine's clock, where no shop was opened yet."""
    return datetime.now(UTC)
