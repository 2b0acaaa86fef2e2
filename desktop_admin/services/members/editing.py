"""Changing a member's profile, and stopping earning or spending."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from desktop_admin.i18n import N_
from desktop_admin.services import sealing
from desktop_admin.services.command import command, query
from desktop_admin.services.database.clock import parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import ChangedMeanwhile, Refused
from desktop_admin.services.limits import refuse_own
from desktop_admin.services.members import keys
from desktop_admin.services.members.enrolling import phone_is_free
from desktop_admin.services.members.personal import Profile, checked
from desktop_admin.services.members.stored import MemberChanged, audit, locked, profile_of
from desktop_admin.services.permissions import Permission, may
from desktop_admin.services.rules.members import mask_phone
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

Which = Literal["earning", "spending"]
LONGEST_REASON = 200

_READ = Sql(
    "SELECT id, card_number, name, phone, email, sex, birthday, address, remark, consent_messages_at, "
    "consent_terms_at, enrolled_on, closed_at, pin_hash, version FROM member WHERE id = :m"
)
_UPDATE = Sql(
    "UPDATE member SET name = :name, sort_name = :sort_name, phone = :phone, email = :email, sex = :sex, "
    "birthday = :birthday, address = :address, remark = :remark, consent_messages_at = :messages, "
    "version = version + 1 WHERE id = :m AND version = :version"
)
_LAST = Sql(
    "SELECT o.name, p.recorded_at, a.before FROM audit a JOIN operation p ON p.id = a.operation_id "
    "JOIN operator o ON o.id = p.operator_id WHERE a.subject = 'member' AND a.subject_id = :m "
    "AND a.action = 'edit' ORDER BY a.id DESC LIMIT 1"
)
_FREEZE = {
    "earning": Sql("UPDATE member SET earn_frozen = :reason WHERE id = :m"),
    "spending": Sql("UPDATE member SET spend_frozen = :reason WHERE id = :m"),
}


@dataclass(frozen=True, slots=True)
class MemberProfile:
    """A profile for editing. Where ``phone_hidden``, the phone is masked and left alone by ``edit``."""

    id: int
    card_number: str
    name: str
    phone: str
    phone_hidden: bool
    birthday: date | None
    sex: str
    email: str
    address: str
    remark: str
    consent_messages: bool
    terms_on: date | None
    messages_on: date | None
    enrolled_on: date
    closed: bool
    has_pin: bool
    version: int


@query(Permission.SEE_MEMBERS)
def profile(work: Work, *, member_id: int) -> MemberProfile:
    """The member's profile with its version, for a form. Refuses a member that does not exist."""
    row = work.first(_READ, m=member_id)
    if row is None:
        raise Refused(N_("This member does not exist any more."), field="member")
    hidden = bool(row.phone) and not may(work.actor.role, Permission.SEE_FULL_PHONES)
    stored = profile_of(row)
    return MemberProfile(
        row.id, row.card_number, stored.name, mask_phone(stored.phone) if hidden else stored.phone, hidden,
        stored.birthday, stored.sex, stored.email, stored.address, stored.remark, stored.consent_messages,
        _day(work, row.consent_terms_at), _day(work, row.consent_messages_at),
        date.fromisoformat(row.enrolled_on), row.closed_at != "", row.pin_hash != "", row.version,
    )  # fmt: skip


@command(Permission.EDIT_MEMBERS, Topic.MEMBERS)
def edit(
    work: Work,
    *,
    request: str,
    member_id: int,
    version: int,
    name: str,
    phone: str | None = None,
    birthday: date | None = None,
    sex: str = "",
    email: str = "",
    address: str = "",
    remark: str = "",
    consent_messages: bool = False,
) -> MemberChanged:
    """Write a member's profile; a phone of None stays as it is.

    Raises ChangedMeanwhile where the profile is no longer the ``version`` that was read; refuses a
    phone another open member has, what is wrong in a field, and a closed member.
    """
    row = locked(work, member_id)
    now = profile_of(row)
    said = Profile(name, now.phone if phone is None else phone, birthday, sex, email, address, remark, consent_messages)
    new = checked(said, work.today)
    if row.version != version:
        raise _overtaken(work, member_id, now, row.version)
    if new == now:
        return MemberChanged(member_id, version)
    phone_is_free(work, new.phone, member_id)
    sort = keys.rewrite(work, member_id, new.name, new.phone)
    messages = row.consent_messages_at or work.now_text if new.consent_messages else ""
    work.run(
        _UPDATE, m=member_id, version=version, name=new.name, sort_name=sort, phone=new.phone,
        email=new.email, sex=new.sex, birthday=new.birthday.isoformat() if new.birthday else "",
        address=new.address, remark=new.remark, messages=messages,
    )  # fmt: skip
    audit(work, "edit", member_id, now, new)
    return MemberChanged(member_id, version + 1)


@command(Permission.FREEZE_MEMBERS, Topic.MEMBERS)
def freeze(work: Work, *, request: str, member_id: int, which: Which, reason: str) -> MemberChanged:
    """Stop a member's earning or spending, with a reason. Refuses an empty reason and the own account."""
    why = " ".join(reason.split())
    if not why or len(why) > LONGEST_REASON:
        raise Refused(N_("A reason is needed, at most {most} characters."), field="reason", most=LONGEST_REASON)
    return _freeze(work, member_id, which, why)


@command(Permission.FREEZE_MEMBERS, Topic.MEMBERS)
def unfreeze(work: Work, *, request: str, member_id: int, which: Which) -> MemberChanged:
    """Let a member earn or spend again. Refuses the own account."""
    return _freeze(work, member_id, which, "")


def _freeze(work: Work, member_id: int, which: str, reason: str) -> MemberChanged:
    if which not in _FREEZE:
        raise Refused(N_("Choose one of the values offered."), field="which")
    refuse_own(work, member_id)
    row = locked(work, member_id)
    before = row.earn_frozen if which == "earning" else row.spend_frozen
    if before != reason:
        work.run(_FREEZE[which], m=member_id, reason=reason)
        action = ("freeze-" if reason else "unfreeze-") + which
        audit(work, action, member_id, {"reason": before}, {"reason": reason})
    return MemberChanged(member_id, row.version)


def _overtaken(work: Work, member_id: int, now: Profile, version: int) -> Refused:
    """Who changed it, when, from what to what; phones masked for those who may not see them."""
    row = work.first(_LAST, m=member_id)
    if row is None:
        return Refused(N_("Somebody changed this while you were editing. Nothing was saved."))
    whole = may(work.actor.role, Permission.SEE_FULL_PHONES)
    shown = now if whole else replace(now, phone=mask_phone(now.phone))
    after = {name: getattr(shown, name) for name in Profile.__dataclass_fields__}
    found = json.loads(sealing.unseal(work, member_id, row.before) or "{}")
    before = {name: _revived(name, found[name], whole) if name in found else value for name, value in after.items()}
    return ChangedMeanwhile(row.name, parse_instant(row.recorded_at), before=before, after=after, version=version)


def _revived(name: str, value: Any, whole: bool) -> Any:
    if name == "birthday" and value:
        return date.fromisoformat(value)
    return mask_phone(value) if name == "phone" and not whole else value


def _day(work: Work, at: str) -> date | None:
    return parse_instant(at).astimezone(work.shop.zone()).date() if at else None
