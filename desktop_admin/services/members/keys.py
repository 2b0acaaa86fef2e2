"""The keys by which members are found, and their place in lists by name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop_admin.services.database.sql import Sql
from desktop_admin.services.members.folding import FOLD
from desktop_admin.services.members.pinyin import Spoken, speak
from desktop_admin.services.rules import members as rules
from desktop_admin.services.work import Work

_INSERT = Sql("INSERT INTO search_key (key, member_id) VALUES (:key, :m)")
_DELETE = Sql("DELETE FROM search_key WHERE member_id = :m")
_OLD_CARDS = Sql("SELECT card_number FROM card WHERE member_id = :m")


@dataclass(frozen=True, slots=True)
class Named:
    """What a member is found by."""

    name: str
    phone: str = ""
    cards: tuple[str, ...] = ()


def keys_for_many(people: Sequence[Named]) -> list[tuple[str, frozenset[str]]]:
    """The sort name and the search keys of many members, in their order: for imports."""
    spoken = speak([person.name for person in people])
    return [(sort_name(person.name, said), _keys(person, said)) for person, said in zip(people, spoken, strict=True)]


def _keys(person: Named, said: Spoken) -> frozenset[str]:
    keys = rules.search_keys(person.name, person.phone, person.cards, said.initials, said.full, FOLD)
    return keys | {whole_name(person.name)}


def whole_name(name: str) -> str:
    """The key of a whole name, so that the very name comes before longer ones."""
    return "n:" + rules.fold_name(name, FOLD).replace(" ", "")


def sort_name(name: str, said: Spoken) -> str:
    """The stored collation key: Latin letters and pinyin from a to z, then what has no reading."""
    folded = rules.fold_name(name, FOLD)
    if said.collation:
        return f"{said.collation}|{folded}"
    plain = unicodedata.normalize("NFKD", folded)
    latin = "".join(c for c in plain if not unicodedata.combining(c))
    return f"{latin}|{folded}" if latin[:1].isascii() and latin else f"~{folded}"


def write(work: Work, rows: Iterable[tuple[int, frozenset[str]]]) -> None:
    """Store the keys of new members."""
    work.run_many(_INSERT, [{"key": key, "m": m} for m, keys in rows for key in sorted(keys)])


def rewrite(work: Work, member_id: int, name: str, phone: str) -> str:
    """Store the keys of a changed member anew; answers the sort name."""
    cards = tuple(row.card_number for row in work.all(_OLD_CARDS, m=member_id))
    ((sort, keys),) = keys_for_many([Named(name, phone, cards)])
    work.run(_DELETE, m=member_id)
    write(work, [(member_id, keys)])
    return sort


def forget(work: Work, member_id: int) -> None:
    """Take away every key but those of the cards."""
    cards = tuple(row.card_number for row in work.all(_OLD_CARDS, m=member_id))
    work.run(_DELETE, m=member_id)
    write(work, [(member_id, frozenset(f"c:{card.casefold()}" for card in cards))])
