"""Cards: which member a card belongs to, and a new one for a lost one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from desktop_admin.i18n import N_, _, format_date
from desktop_admin.services.command import command, query
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.members import keys
from desktop_admin.services.members.enrolling import card_is_free, next_card
from desktop_admin.services.members.finding import local_day
from desktop_admin.services.members.personal import card_of
from desktop_admin.services.members.stored import audit, locked
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

_CARD = Sql("SELECT member_id, state, ended_at FROM card WHERE card_number = :card")
_END = Sql("UPDATE card SET state = :state, ended_at = :now WHERE card_number = :card AND state = 'active'")
_ISSUE = Sql("INSERT INTO card (card_number, member_id, state, issued_at) VALUES (:card, :m, 'active', :now)")
_POINT = Sql("UPDATE member SET card_number = :card WHERE id = :m")


class CardEnded(Refused):
    """A card no longer in force: whose it was and since when, so that the screen can offer to go on."""

    def __init__(self, message: str, day: date, member_id: int) -> None:
        super().__init__(message, field="card_number", day=day, member_id=member_id)
        self.day, self.member_id = day, member_id

    def text(self) -> str:
        """Say it with the day as people write it."""
        return _(self.message).format(day=format_date(self.day))


@dataclass(frozen=True, slots=True)
class CardReplaced:
    """The receipt of a new card."""

    member_id: int
    card_number: str


@dataclass(frozen=True, slots=True)
class CardHolder:
    """Whose card it is."""

    member_id: int


@query(Permission.SEE_MEMBERS)
def by_card(work: Work, *, card_number: str) -> CardHolder:
    """The member whose card this is. Refuses an unknown card, and by name one no longer in force."""
    row = work.first(_CARD, card=card_of(card_number))
    if row is None:
        raise Refused(N_("No member has this card."), field="card_number")
    day = local_day(work, row.ended_at)
    if row.state == "lost" and day:
        raise CardEnded(N_("This card was reported lost on {day}."), day, row.member_id)
    if row.state == "replaced" and day:
        raise CardEnded(N_("This card was replaced on {day}."), day, row.member_id)
    return CardHolder(row.member_id)


@command(Permission.REPLACE_CARDS, Topic.MEMBERS)
def replace_card(
    work: Work,
    *,
    request: str,
    member_id: int,
    why: Literal["lost", "replaced"] = "lost",
    card_number: str = "",
) -> CardReplaced:
    """Give the member a new card; the old number is refused by name from now on.

    Without a card number the next one is given. Refuses a number that was ever given out.
    """
    if why not in ("lost", "replaced"):
        raise Refused(N_("Choose one of the values offered."), field="why")
    row = locked(work, member_id)
    if card_number.strip():
        card = card_of(card_number)
        card_is_free(work, card)
    else:
        card = next_card(work, member_id)
    work.run(_END, card=row.card_number, state=why, now=work.now_text)
    work.run(_ISSUE, card=card, m=member_id, now=work.now_text)
    work.run(_POINT, card=card, m=member_id)
    keys.write(work, [(member_id, frozenset({f"c:{card.casefold()}"}))])
    audit(work, "replace-card", member_id, {"card_number": row.card_number}, {"card_number": card, "why": why})
    return CardReplaced(member_id, card)
