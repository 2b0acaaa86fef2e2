"""The read copy of members on this machine: made while the server answers, read while it does not.

It holds card, name, tier, balance and what finds them, the phone only as a keyed hash. A copy of another shop, another
epoch or another format, a damaged one and one too old are thrown away; the next contact makes a new one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from desktop_admin.i18n import N_
from desktop_admin.services import codec
from desktop_admin.services.database import sealed_file
from desktop_admin.services.database.sealed_file import OtherFormat, SealedFile, Unreadable
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Trouble
from desktop_admin.services.outage import place as places
from desktop_admin.services.outage import reading
from desktop_admin.services.outage.keys import Keys, hidden_phone
from desktop_admin.services.outage.place import Place
from desktop_admin.services.outage.reading import Marks, Reduced, ShopNow, TierNow
from desktop_admin.services.rules.outage import Bounds, too_old
from desktop_admin.services.work import Work

T = TypeVar("T")
Read = Callable[[Callable[[Work], T]], T]

FORM = 1
TABLES = """
CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL);
CREATE TABLE member (id INTEGER PRIMARY KEY, card_number TEXT NOT NULL, name TEXT NOT NULL, tier TEXT NOT NULL,
  balance INTEGER NOT NULL);
CREATE TABLE search_key (key TEXT NOT NULL, member_id INTEGER NOT NULL, PRIMARY KEY (key, member_id)) WITHOUT ROWID;
CREATE INDEX search_key_member ON search_key (member_id);
"""
OVERLAP = timedelta(minutes=10)  # no act of the shop takes longer between its number and its commit
SLACK = 5000  # numbers given out before the first look, as many as may have been under way then
WHOLE_AGAIN = timedelta(hours=24)
_ABANDONED = 3600  # seconds: what a program that was killed left half-written

_STATE = Sql("SELECT body FROM state WHERE id = 1")
_KEEP_STATE = Sql("INSERT INTO state (id, body) VALUES (1, :body) ON CONFLICT (id) DO UPDATE SET body = excluded.body")
_COUNT = Sql("SELECT count(*) FROM member")
_DROP = Sql("DELETE FROM member WHERE id = :m")
_DROP_KEYS = Sql("DELETE FROM search_key WHERE member_id = :m")
_ADD = Sql("INSERT INTO member (id, card_number, name, tier, balance) VALUES (:id, :card, :name, :tier, :balance)")
_ADD_KEY = Sql("INSERT INTO search_key (key, member_id) VALUES (:key, :m)")


@dataclass(frozen=True, slots=True)
class Mark:
    """How far was read when."""

    at: datetime
    marks: Marks


@dataclass(frozen=True, slots=True)
class CopyState:
    """What the copy knows of itself: as of when it is, and the shop's bounds as they were then."""

    shop: str
    epoch: str
    name: str
    contact: datetime  # the server answered last
    copied: datetime  # all of it was read
    seen: datetime  # the latest this machine's clock ever showed
    bounds: Bounds
    per_point: int
    tiers: tuple[TierNow, ...]
    read_to: tuple[Mark, ...]

    def tier(self, code: str) -> TierNow:
        """One tier."""
        return next((one for one in self.tiers if one.code == code), TierNow(code, "", 100))


class NoCopy(Trouble):
    """There is no copy that may be used."""


def nothing_yet() -> NoCopy:
    """Nothing was ever copied here."""
    return NoCopy(N_("This till has no copy of the members yet. It makes one while the server answers."))


def refresh(read: Read[object], place: Place, keys: Keys, check: Callable[[], object] = lambda: None) -> str:
    """Bring the copy up to date: what changed, or all of it. Says what it did: "", "changes", "whole".

    ``read`` runs a query as the operator who is signed in; ``check`` raises where the work shall stop. Trouble where
    the disk is full.
    """
    now = _ask(read, reading.shop_now)
    if not now.on_server or now.bounds.copy_days == 0:
        places.drop_copies(place)
        return ""
    state = _fit(place, keys, now)
    if state is None:
        _copy_whole(read, place, keys, now, check)
        return "whole"
    _copy_changes(read, place, keys, state, now, check)
    return "changes"


def state_of(place: Place, keys: Keys) -> CopyState | None:
    """What the copy says of itself; None where there is none that can be read."""
    try:
        with sealed_file.opened(place.members, keys.files, form=FORM, tables=TABLES) as file:
            return _state(file)
    except (FileNotFoundError, Unreadable, OtherFormat):
        return None


def open_copy(place: Place, keys: Keys, now: datetime, use: Callable[[SealedFile, CopyState], T]) -> T:
    """Use the copy while the server is away. NoCopy where there is none or it is too old; then it is gone too."""
    try:
        with sealed_file.opened(place.members, keys.files, form=FORM, tables=TABLES) as file:
            state = _state(file)
            latest = max(now, state.seen)  # a clock that was set back makes nothing younger
            fresh = not too_old(state.bounds, state.contact, latest)
            if fresh:
                if latest - state.seen > timedelta(minutes=1):
                    _keep(file, replace(state, seen=latest))
                return use(file, state)
    except FileNotFoundError as error:
        raise nothing_yet() from error
    except (Unreadable, OtherFormat) as error:
        sealed_file.remove(place.members)
        raise NoCopy(N_("The copy of the members could not be read and was thrown away.")) from error
    sealed_file.remove(place.members)
    raise NoCopy(
        N_("The copy of the members was older than the shop allows (days: {days}) and was deleted."),
        days=state.bounds.copy_days,
    )


def members_held(place: Place, keys: Keys) -> int:
    """How many members the copy holds; 0 where there is none."""
    try:
        with sealed_file.opened(place.members, keys.files, form=FORM, tables=TABLES) as file:
            return int(file.value(_COUNT))
    except (FileNotFoundError, Unreadable, OtherFormat):
        return 0


# --- writing ----------------------------------------------------------------------------------------------------------


def _fit(place: Place, keys: Keys, now: ShopNow) -> CopyState | None:
    """The state of a copy that changes can be written into."""
    state = state_of(place, keys)
    if state is None or (state.shop, state.epoch) != (now.uuid, now.epoch):
        return None
    clock_set_back = now.at < state.contact - OVERLAP
    return None if clock_set_back or now.at - state.copied > WHOLE_AGAIN else state


def _copy_whole(read: Read[object], place: Place, keys: Keys, now: ShopNow, check: Callable[[], object]) -> None:
    aside, after = _aside(place), 0
    try:
        with sealed_file.opened(aside, keys.files, form=FORM, tables=TABLES, make=True, lasting=False) as file:
            while page := _ask(read, partial(reading.members_after, after=after)):
                check()
                _add(file, keys, page)
                after = page[-1].id
            _keep(file, _first_state(now))
        sealed_file.move(aside, place.members)
    finally:
        sealed_file.remove(aside)


def _first_state(now: ShopNow) -> CopyState:
    before = Marks(*(max(0, n - SLACK) for n in (now.marks.entry, now.marks.tier_change, now.marks.audit)))
    read_to = (Mark(now.at - OVERLAP, before), Mark(now.at, now.marks))
    return CopyState(
        now.uuid, now.epoch, now.name, now.at, now.at, now.at, now.bounds, now.per_point, now.tiers, read_to
    )


def _copy_changes(
    read: Read[object], place: Place, keys: Keys, state: CopyState, now: ShopNow, check: Callable[[], object]
) -> None:
    settled = [mark for mark in state.read_to if mark.at <= now.at - OVERLAP]
    since = settled[-1] if settled else state.read_to[0]
    ids = _ask(read, partial(reading.changed_since, marks=since.marks))
    newer = tuple(mark for mark in state.read_to if mark.at >= since.at)
    for at in range(0, len(ids), reading.PAGE):
        check()
        part = ids[at : at + reading.PAGE]
        found = _ask(read, partial(reading.members_of, ids=part))
        with sealed_file.opened(place.members, keys.files, form=FORM, tables=TABLES) as file:
            file.run_many(_DROP, [{"m": m} for m in part])
            file.run_many(_DROP_KEYS, [{"m": m} for m in part])
            _add(file, keys, found)
    with sealed_file.opened(place.members, keys.files, form=FORM, tables=TABLES) as file:
        _keep(file, replace(
            state, name=now.name, contact=now.at, seen=max(now.at, state.seen), bounds=now.bounds,
            per_point=now.per_point, tiers=now.tiers, read_to=(*newer, Mark(now.at, now.marks)),
        ))  # fmt: skip


def _ask(read: Read[object], query: Callable[[Work], T]) -> T:
    return read(query)  # type: ignore[return-value]


def _add(file: SealedFile, keys: Keys, members: tuple[Reduced, ...]) -> None:
    file.run_many(_ADD, [
        {"id": m.id, "card": m.card_number, "name": m.name, "tier": m.tier, "balance": m.balance} for m in members
    ])  # fmt: skip
    file.run_many(_ADD_KEY, [{"key": key, "m": m.id} for m in members for key in sorted(_keys(keys, m))])


def _keys(keys: Keys, member: Reduced) -> set[str]:
    """What finds the member in the copy: the name's keys, the card in force, the phone's hash."""
    held = {f"c:{member.card_number.casefold()}"}
    for key in member.keys:
        held.add(f"h:{hidden_phone(keys, key[2:])}" if key.startswith("p:") else key)
    return held


def _state(file: SealedFile) -> CopyState:
    body = file.value(_STATE)
    if body is None:  # a program was killed between making the file and filling it
        raise Unreadable("no state")
    try:
        return codec.load(CopyState, body)
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable("no state of ours") from error


def _keep(file: SealedFile, state: CopyState) -> None:
    file.run(_KEEP_STATE, body=codec.dump(state))


def _aside(place: Place) -> Path:
    """Where a whole copy is written; what other programs left there long ago goes."""
    for left in place.inside.glob("members.*.new*"):
        if time.time() - left.stat().st_mtime > _ABANDONED:
            left.unlink(missing_ok=True)
    aside = places.unfinished(place, os.getpid())
    sealed_file.remove(aside)
    return aside
