"""Whose purchases these are: members found by the number in the other program, by card, by phone; never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from desktop_admin.i18n import _
from desktop_admin.services import members
from desktop_admin.services.database.sql import Sql, in_list, list_params
from desktop_admin.services.imports.records import Options
from desktop_admin.services.rules.members import normalise_card, normalise_phone
from desktop_admin.services.rules.words import RuleError
from desktop_admin.services.work import Work

_CHUNK = 400
_MOBILE = re.compile(r"1[3-9][0-9]{9}")

_FACTS = "m.id, m.closed_at, m.earn_frozen, m.merged_into, t.code AS tier, t.multiplier"
_JOIN = "JOIN tier t ON t.id = m.tier_id"
_BY_NUMBER = (
    "SELECT m.source_number AS said, " + _FACTS + " FROM member m " + _JOIN + " WHERE m.source = :source "
    "AND m.source_number IN ({keys}) AND m.source <> ''"
)
_BY_CARD = (
    "SELECT c.card_number AS said, "
    + _FACTS
    + " FROM card c JOIN member m ON m.id = c.member_id "
    + _JOIN
    + " WHERE c.card_number IN ({keys})"
)
_BY_PHONE = (
    "SELECT m.phone AS said, " + _FACTS + " FROM member m " + _JOIN + " WHERE m.phone IN ({keys}) "
    "AND m.phone <> '' AND m.closed_at = ''"
)
_BY_ID = "SELECT '' AS said, " + _FACTS + " FROM member m " + _JOIN + " WHERE m.id IN ({keys})"

# members made by an import that was undone since, and closed then: they open again with their old cards
_FROM_UNDONE = Sql(
    "SELECT count(*) FROM import_member i WHERE i.member_id = :m AND i.made = 1 AND i.undone_by <> 0 "
    "AND NOT EXISTS (SELECT 1 FROM import_member j WHERE j.member_id = :m AND j.made = 1 AND j.undone_by = 0)"
)
_REOPEN = Sql("UPDATE member SET closed_at = '' WHERE id = :m")
_LINK = (
    "INSERT INTO import_member (batch_id, member_id, made, entry_id) VALUES (:batch, :m, :made, :entry) "
    "ON CONFLICT (batch_id, member_id) DO NOTHING"
)
LINK = Sql(_LINK)


@dataclass(frozen=True, slots=True)
class Person:
    """What an import needs to know of a member."""

    id: int
    closed: bool
    earn_frozen: bool
    tier: str
    multiplier: int


@cache
def _many(text: str, count: int) -> Sql:
    return Sql(text.replace("{keys}", in_list("k", count)))


def _read(work: Work, text: str, keys: Sequence[Any], **where: Any) -> Iterator[Any]:
    for at in range(0, len(keys), _CHUNK):
        part = keys[at : at + _CHUNK]
        yield from work.all(_many(text, len(part)), **list_params("k", part), **where)


def find(work: Work, source: str, keys: Iterable[str]) -> dict[str, Person]:
    """Members by what the file says of them: the number in that program first, then the card, then the phone."""
    wanted = sorted({key for key in keys if key})
    rows: dict[str, Any] = {row.said: row for row in _read(work, _BY_NUMBER, wanted, source=source)}
    for text, form in ((_BY_CARD, _card), (_BY_PHONE, _phone)):
        asked: dict[str, list[str]] = {}
        for key in wanted:
            if key not in rows and (formed := form(key)):
                asked.setdefault(formed, []).append(key)
        for row in _read(work, text, sorted(asked)):
            for key in asked[row.said]:
                rows[key] = row
    into = {row.merged_into for row in rows.values() if row.merged_into is not None}
    merged = {row.id: row for row in _read(work, _BY_ID, sorted(into))}
    return {key: _person(merged.get(row.merged_into, row)) for key, row in rows.items()}


def _person(row: Any) -> Person:
    return Person(row.id, row.closed_at != "", row.earn_frozen != "", row.tier, row.multiplier)


def _card(key: str) -> str:
    try:
        return normalise_card(key)
    except RuleError:
        return ""


def _phone(key: str) -> str:
    try:
        return normalise_phone(key)
    except RuleError:
        return ""


def make_missing(work: Work, batch: int, options: Options, missing: dict[str, str]) -> dict[str, Person]:
    """Make members of customers not known: key -> day of their first purchase. Names say the number, no more."""
    wanted = sorted(missing)
    people = [
        members.NewMember(
            members.Profile(_("Customer {number}").format(number=key), phone=key if _MOBILE.fullmatch(key) else ""),
            branch_id=options.branch_id,
            day=date.fromisoformat(missing[key]),
            consent_terms=False,
            source=options.source,
            source_number=key,
        )
        for key in wanted
    ]
    made = members.add_many(work, people, reason="import")
    work.run_many(LINK, [{"batch": batch, "m": one.member_id, "made": 1, "entry": None} for one in made])
    tier, multiplier = _lowest(work)
    return {key: Person(one.member_id, False, False, tier, multiplier) for key, one in zip(wanted, made, strict=True)}


_LOWEST = Sql("SELECT code, multiplier FROM tier ORDER BY rank LIMIT 1")


def _lowest(work: Work) -> tuple[str, int]:
    row = work.first(_LOWEST)
    assert row is not None
    return row.code, row.multiplier


def from_undone_import(work: Work, member_id: int) -> bool:
    """Say whether this closed member was closed only because its import was undone."""
    return bool(work.value(_FROM_UNDONE, m=member_id))


def reopen(work: Work, batch: int, member_id: int) -> None:
    """Open a member again that an undone import had made; the new import owns it now."""
    work.run(_REOPEN, m=member_id)
    work.run(LINK, batch=batch, m=member_id, made=1, entry=None)
    work.audit_text("reopen", "member", member_id, "", "", sealed=0)
