"""What is written down about a member, and the rules for it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused
from desktop_admin.services.rules import members as rules
from desktop_admin.services.rules.words import RuleError

_EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[^\s@<>\"'.]{2,}")
_OLDEST = date(1900, 1, 1)
LONGEST_ADDRESS = 200
LONGEST_REMARK = 500
SEXES = ("", "female", "male")


@dataclass(frozen=True, slots=True)
class Profile:
    """A member's own data, as stored: phone normalised, empty where unknown."""

    name: str
    phone: str = ""
    birthday: date | None = None
    sex: str = ""
    email: str = ""
    address: str = ""
    remark: str = ""
    consent_messages: bool = False


def checked(profile: Profile, today: date) -> Profile:
    """The profile as it is stored. Refused at the field that is wrong."""
    if profile.sex not in SEXES:
        raise Refused(N_("Choose one of the values offered."), field="sex")
    if profile.birthday is not None and not _OLDEST <= profile.birthday <= today:
        raise Refused(N_("A birthday lies between 1900 and today."), field="birthday")
    return Profile(
        name_of(profile.name),
        phone_of(profile.phone),
        profile.birthday,
        profile.sex,
        _email(profile.email),
        _text(profile.address, "address", LONGEST_ADDRESS),
        _text(profile.remark, "remark", LONGEST_REMARK),
        profile.consent_messages,
    )


def name_of(text: str) -> str:
    """A name as stored; Refused at the field."""
    try:
        return rules.normalise_name(text)
    except RuleError as error:
        raise Refused.of(error, field="name") from error


def phone_of(text: str) -> str:
    """A phone as stored, empty where none is given; Refused at the field."""
    if not text.strip():
        return ""
    try:
        return rules.normalise_phone(text)
    except RuleError as error:
        raise Refused.of(error, field="phone") from error


def card_of(text: str, field: str = "card_number") -> str:
    """A card number as stored; Refused at the field."""
    try:
        return rules.normalise_card(text)
    except RuleError as error:
        raise Refused.of(error, field=field) from error


def mask_name(name: str) -> str:
    """Hide most of a name: 张*三, A***n."""
    if len(name) <= 1:
        return name
    if len(name) == 2:
        return f"{name[0]}*"
    return f"{name[0]}{'*' * min(3, len(name) - 2)}{name[-1]}"


def _email(text: str) -> str:
    email = unicodedata.normalize("NFKC", text).strip()
    if email and (len(email) > 254 or not _EMAIL.fullmatch(email)):
        raise Refused(N_("“{text}” is not an e-mail address."), field="email", text=email[:80])
    return email


def _text(text: str, field: str, most: int) -> str:
    kept = unicodedata.normalize("NFC", text).strip()
    if len(kept) > most:
        raise Refused(N_("At most {most} characters."), field=field, most=most)
    if any(unicodedata.category(c) in ("Cc", "Cs", "Cn") and c not in "\n\t" for c in kept):
        raise Refused(N_("The text holds characters that cannot be shown."), field=field)
    return kept
