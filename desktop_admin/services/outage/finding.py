"""Finding members in the copy: by card, by the whole phone, by name, a part of it, pinyin and initials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services.database.sealed_file import SealedFile
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.errors import Refused
from desktop_admin.services.members.finding import ranked, ways_of
from desktop_admin.services.outage.copy import CopyState, open_copy
from desktop_admin.services.outage.keys import Keys, hidden_phone
from desktop_admin.services.outage.place import Place
from desktop_admin.services.permissions import Permission, may
from desktop_admin.services.rules.earning import BaseRule, Bonus, Effect, earn
from desktop_admin.services.rules.members import KeyMatch
from desktop_admin.services.work import Actor

MOST = 20
_LONGEST = 100  # characters of a search text that are read


@dataclass(frozen=True, slots=True)
class Held:
    """A member as the copy holds it."""

    id: int
    name: str
    card_number: str
    tier: str  # code
    tier_names: str  # JSON: language -> name
    balance: int
    percent: int  # what the tier multiplies by, as the till saw it last
    per_point: int  # minor units for one point, likewise


@dataclass(frozen=True, slots=True)
class FoundHeld:
    """What was found for a text, and as of when the copy is."""

    text: str
    rows: tuple[Held, ...]
    as_of: datetime


def find(place: Place, keys: Keys, *, actor: Actor, text: str, now: datetime) -> FoundHeld:
    """Members of the copy for a typed text, the best first. NoCopy where there is none that may be used."""
    if not may(actor.role, Permission.SEE_MEMBERS):
        raise Refused(N_("Your role does not allow this."), permission=Permission.SEE_MEMBERS.value)
    said = text[:_LONGEST]
    ways = [way for way in (_hidden(keys, one) for one in ways_of(said)) if way]

    def look(file: SealedFile, state: CopyState) -> FoundHeld:
        ranks = ranked(file, ways, 2 * MOST)
        best = sorted(ranks, key=lambda m: (ranks[m], m))[:MOST]
        rows = {row.id: row for row in file.all(_rows(len(best)), **list_params("m", best))} if best else {}
        held = tuple(_held(rows[m], state) for m in best if m in rows)
        return FoundHeld(text, held, state.contact)

    return open_copy(place, keys, now, look)


def one(file: SealedFile, state: CopyState, member_id: int) -> Held | None:
    """One member of the copy, or None."""
    row = file.first(_rows(1), **list_params("m", [member_id]))
    return None if row is None else _held(row, state)


def estimate(held: Held, amount: int) -> int:
    """What an amount in minor units would earn by the rules the till saw last; the server has the last word."""
    named = f"tier:{held.tier}"
    bonus = [Bonus(1, named, Effect.MULTIPLIER, held.percent, group="tier")] if held.percent != 100 else []
    return earn(amount, BaseRule(1, held.per_point), bonus).points


def _hidden(keys: Keys, way: Sequence[KeyMatch]) -> tuple[KeyMatch, ...]:
    """The same way in the copy, where a phone is a hash: only the whole number finds it, not its last four."""
    found: list[KeyMatch] = []
    for match in way:
        if match.low.startswith("4:"):
            return ()
        if match.low.startswith("p:"):
            found.append(KeyMatch(f"h:{hidden_phone(keys, match.low[2:])}"))
        else:
            found.append(match)
    return tuple(found)


def _held(row: Any, state: CopyState) -> Held:
    tier = state.tier(row.tier)
    return Held(
        row.id, row.name, row.card_number, row.tier, tier.names, row.balance, tier.percent, state.per_point
    )


@cache
def _rows(count: int) -> Sql:
    return Sql(f"SELECT id, card_number, name, tier, balance FROM member WHERE id IN ({in_list('m', count)})")
