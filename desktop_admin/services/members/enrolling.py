"""New members: one at the counter, many from a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from desktop_admin.i18n import N_
from desktop_admin.services import codec, sealing
from desktop_admin.services.command import command
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.members import keys
from desktop_admin.services.members.personal import Profile, card_of, checked, mask_name
from desktop_admin.services.permissions import Permission
from desktop_admin.services.rules import members as rules
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

_SPREAD = 100_000_000  # between a member's first, second … card: ids stay below
_MOST_CARDS = 99

_PHONE = Sql("SELECT id, name FROM member WHERE phone = :phone AND phone <> '' AND closed_at = '' AND id <> :m")
_CARD = Sql("SELECT m.id, m.name, c.state FROM card c JOIN member m ON m.id = c.member_id WHERE c.card_number = :card")
_LOWEST = Sql("SELECT id FROM tier ORDER BY rank LIMIT 1")
_BRANCH = Sql("SELECT id FROM branch WHERE id = :id AND active = 1")
_INSERT = Sql(
    "INSERT INTO member (id, card_number, name, sort_name, phone, email, sex, birthday, address, remark, "
    "branch_id, enrolled_on, tier_id, tier_since, consent_terms_at, consent_messages_at, source, "
    "source_number) VALUES (:id, :card_number, :name, :sort_name, :phone, :email, :sex, :birthday, "
    ":address, :remark, :branch_id, :enrolled_on, :tier_id, :enrolled_on, :terms, :messages, :source, "
    ":source_number)"
)
_INSERT_CARD = Sql("INSERT INTO card (card_number, member_id, state, issued_at) VALUES (:card, :m, 'active', :now)")
_INSERT_KEY = Sql("INSERT INTO member_key (member_id, secret) VALUES (:m, :secret)")
_INSERT_CHANGE = Sql(
    "INSERT INTO tier_change (operation_id, member_id, from_tier, to_tier, reason, figure, "
    "business_date, recorded_at) VALUES (:operation, :m, :tier, :tier, :reason, 0, :day, :now)"
)


@dataclass(frozen=True, slots=True)
class NewMember:
    """One member to add. ``day`` None = today; an empty card number = the next one."""

    profile: Profile
    card_number: str = ""
    branch_id: int | None = None
    day: date | None = None
    consent_terms: bool = True
    source: str = ""
    source_number: str = ""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The receipt of an enrolment; it names nobody, for receipts are kept for ever."""

    member_id: int
    card_number: str


@command(Permission.ENROL_MEMBERS, Topic.MEMBERS)
def enrol(
    work: Work,
    *,
    request: str,
    name: str,
    consent_terms: bool,
    phone: str = "",
    birthday: date | None = None,
    sex: str = "",
    email: str = "",
    address: str = "",
    remark: str = "",
    consent_messages: bool = False,
    card_number: str = "",
    branch_id: int | None = None,
) -> Enrolled:
    """Enrol a member in the regular tier, with a card; without a card number the next one is given.

    Refuses a phone that another open member has (facts ``member_id`` and the masked ``name``),
    a card number given out before, and an enrolment without consent to the terms.
    """
    if not consent_terms:
        raise Refused(N_("The member must agree to the terms first."), field="consent_terms")
    profile = Profile(name, phone, birthday, sex, email, address, remark, consent_messages)
    new = NewMember(profile, card_number, branch_id)
    return add_many(work, [new])[0]


def add_many(work: Work, people: Sequence[NewMember], *, reason: str = "enrolled") -> list[Enrolled]:
    """Add members inside an open operation, in their order. Refuses what ``enrol`` refuses.

    ``reason`` is what the history of tiers says: enrolled or import.
    """
    assert work.operation is not None
    ready = [_ready(work, person) for person in people]
    phones = [person.profile.phone for person in ready if person.profile.phone]
    if len(phones) != len(set(phones)):
        raise Refused(N_("Two of these members have the same phone."), field="phone")
    ids = work.new_ids("member", len(ready))
    taken: set[str] = set()
    cards = []
    for member_id, new in zip(ids, ready, strict=True):
        card = new.card_number or next_card(work, member_id, taken)
        if card in taken:
            raise Refused(N_("This card number was given out before."), field="card_number")
        taken.add(card)
        cards.append(card)
    found_by = keys.keys_for_many(
        [keys.Named(new.profile.name, new.profile.phone, (card,)) for new, card in zip(ready, cards, strict=True)]
    )
    tier = work.value(_LOWEST)
    rows = []
    for member_id, new, card, (sort, _keys) in zip(ids, ready, cards, found_by, strict=True):
        rows.append(_row(work, member_id, new, card, sort, tier))
    now, secrets = work.now_text, {m: sealing.new_secret() for m in ids}
    work.run_many(_INSERT, rows)
    work.run_many(_INSERT_CARD, [{"card": c, "m": m, "now": now} for m, c in zip(ids, cards, strict=True)])
    work.run_many(_INSERT_KEY, [{"m": m, "secret": secret} for m, secret in secrets.items()])
    keys.write(work, [(m, found) for m, (_sort, found) in zip(ids, found_by, strict=True)])
    changes = [
        {"operation": work.operation.id, "m": row["id"], "tier": tier, "reason": reason,
         "day": row["enrolled_on"], "now": now}
        for row in rows
    ]  # fmt: skip
    work.run_many(_INSERT_CHANGE, changes)
    for m, card, new in zip(ids, cards, ready, strict=True):
        text = codec.dump({**codec.plain(new.profile), "card_number": card})
        work.audit_text("enrol", "member", m, "", sealing.seal_with(secrets[m], m, text), sealed=1)
    return [Enrolled(m, card) for m, card in zip(ids, cards, strict=True)]


def _ready(work: Work, new: NewMember) -> NewMember:
    profile = checked(new.profile, work.today)
    phone_is_free(work, profile.phone)
    card = card_of(new.card_number) if new.card_number.strip() else ""
    if card:
        card_is_free(work, card)
    branch = new.branch_id or work.actor.branch_id
    if new.branch_id is not None and work.value(_BRANCH, id=branch) is None:
        raise Refused(N_("This branch does not exist any more."), field="branch_id")
    day = new.day or work.today
    return NewMember(profile, card, branch, day, new.consent_terms, new.source, new.source_number)


def _row(work: Work, member_id: int, new: NewMember, card: str, sort: str, tier: int) -> dict[str, object]:
    profile = new.profile
    return {
        "id": member_id,
        "card_number": card,
        "name": profile.name,
        "sort_name": sort,
        "phone": profile.phone,
        "email": profile.email,
        "sex": profile.sex,
        "birthday": profile.birthday.isoformat() if profile.birthday else "",
        "address": profile.address,
        "remark": profile.remark,
        "branch_id": new.branch_id,
        "enrolled_on": new.day.isoformat() if new.day else work.today_text,
        "tier_id": tier,
        "terms": work.now_text if new.consent_terms else "",
        "messages": work.now_text if profile.consent_messages else "",
        "source": new.source,
        "source_number": new.source_number,
    }


def phone_is_free(work: Work, phone: str, member_id: int = 0) -> None:
    """Refuse a phone that another open member has, naming that member in the facts."""
    known = work.first(_PHONE, phone=phone, m=member_id) if phone else None
    if known is not None:
        raise Refused(
            N_("{name} has this phone already."),
            field="phone", member_id=known.id, name=mask_name(known.name),
        )  # fmt: skip


def card_is_free(work: Work, card: str) -> None:
    """Refuse a card number that was ever given out."""
    known = work.first(_CARD, card=card)
    if known is not None:
        raise Refused(
            N_("This card number was given to {name} before."),
            field="card_number", member_id=known.id, name=mask_name(known.name),
        )  # fmt: skip


def next_card(work: Work, member_id: int, taken: set[str] | None = None) -> str:
    """A card number with a check digit that nobody ever had."""
    for turn in range(_MOST_CARDS + 1):
        card = rules.card_number(turn * _SPREAD + member_id)
        if card not in (taken or ()) and work.first(_CARD, card=card) is None:
            return card
    raise Refused(N_("There are no card numbers left."), field="card_number")
