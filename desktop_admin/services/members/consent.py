"""The member's yes to spending: a PIN they keep, or a code that is used once.

Every wrong try counts, also where the act it was for is rolled back.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from desktop_admin.i18n import N_
from desktop_admin.services import policies, sealing
from desktop_admin.services.codec import Secret
from desktop_admin.services.command import command, query
from desktop_admin.services.database.clock import instant, parse_instant
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.limits import refuse_own
from desktop_admin.services.members.stored import MemberChanged, audit, locked
from desktop_admin.services.permissions import Permission
from desktop_admin.services.topics import Topic
from desktop_admin.services.work import Work

if TYPE_CHECKING:
    from argon2 import PasswordHasher

PIN_DIGITS = 6
TRIES = 5
_LOCK = timedelta(minutes=15)
_CODE_LIVES = timedelta(minutes=10)

_SET_PIN = Sql("UPDATE member SET pin_hash = :hash, pin_failures = 0, pin_failed_at = '' WHERE id = :m")
_PIN = Sql("SELECT pin_hash, pin_failures, pin_failed_at FROM member WHERE id = :m")
_MISSED = Sql("UPDATE member SET pin_failures = pin_failures + 1, pin_failed_at = :now WHERE id = :m")
_FORGIVE = Sql("UPDATE member SET pin_failures = 0, pin_failed_at = '' WHERE id = :m AND pin_failures > 0")
_CODE = Sql(
    "SELECT id, code_hash, tries FROM member_code WHERE member_id = :m AND used_at = '' "
    "AND expires_at > :now ORDER BY id DESC LIMIT 1"
)
_MAKE = Sql("INSERT INTO member_code (member_id, code_hash, made_at, expires_at) VALUES (:m, :hash, :now, :expires)")
_END_CODES = Sql("UPDATE member_code SET used_at = :now WHERE member_id = :m AND used_at = ''")
_MISSED_CODE = Sql("UPDATE member_code SET tries = tries + 1 WHERE id = :id")
_USE_CODE = Sql("UPDATE member_code SET used_at = :now WHERE id = :id AND used_at = ''")


@dataclass(frozen=True, slots=True)
class CodeMade:
    """A one-time code for a member, sealed; ``read_code`` shows it while it lives."""

    member_id: int
    sealed: str
    expires_at: datetime


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # not before the first PIN

    # OWASP's smallest recommended figures: the answer comes while the books are locked
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@command(Permission.EDIT_MEMBERS, Topic.MEMBERS)
def set_pin(work: Work, *, request: str, member_id: int, pin: Secret) -> MemberChanged:
    """Set the PIN the member chose. Refuses other than six digits, and those tried first."""
    if not (pin.isascii() and pin.isdecimal() and len(pin) == PIN_DIGITS):
        raise Refused(N_("A PIN has {digits} digits."), field="pin", digits=PIN_DIGITS)
    steps = {ord(b) - ord(a) for a, b in pairwise(pin)}
    if len(set(pin)) <= 2 or steps in ({1}, {-1}):
        raise Refused(N_("This PIN is among the first that are tried."), field="pin")
    refuse_own(work, member_id)
    row = locked(work, member_id)
    work.run(_SET_PIN, m=member_id, hash=_hasher().hash(str(pin)))
    audit(work, "set-pin", member_id, None, None)
    return MemberChanged(member_id, row.version)


@command(Permission.EDIT_MEMBERS, Topic.MEMBERS)
def clear_pin(work: Work, *, request: str, member_id: int) -> MemberChanged:
    """Take a forgotten PIN away."""
    refuse_own(work, member_id)
    row = locked(work, member_id)
    work.run(_SET_PIN, m=member_id, hash="")
    audit(work, "clear-pin", member_id, None, None)
    return MemberChanged(member_id, row.version)


@command(Permission.PLACE_REDEMPTIONS)
def make_code(work: Work, *, request: str, member_id: int) -> CodeMade:
    """Make a code of six digits that the member shows to agree, once, within ten minutes.

    Earlier codes end. It goes to the member by the shop's own means.
    """
    locked(work, member_id)
    code = f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"
    expires = work.now + _CODE_LIVES
    work.run(_END_CODES, m=member_id, now=work.now_text)
    work.run(_MAKE, m=member_id, hash=_hashed(member_id, code), now=work.now_text, expires=instant(expires))
    work.audit("make-code", "member", member_id)
    return CodeMade(member_id, sealing.seal(work, member_id, code), expires)


@query(Permission.PLACE_REDEMPTIONS)
def read_code(work: Work, *, member_id: int, sealed: str) -> str:
    """The digits of a code just made. Refuses where it cannot be read."""
    code = sealing.unseal(work, member_id, sealed)
    if not code:
        raise Refused(N_("This code cannot be read any more."), field="code")
    return code


def consent_needed(settings: dict[str, Any], points: int) -> str:
    """What spending so many points asks for: none, pin or code."""
    kind = str(settings["spend_consent"])
    return kind if kind != "none" and points >= settings["spend_consent_from"] else "none"


def check_consent(
    work: Work,
    *,
    member_id: int,
    points: int | None = None,
    pin: str = "",
    code: str = "",
    consent: str = "",
) -> None:
    """Refuse spending the member has not agreed to, by the shop's policy. For services.

    ``consent`` stands for whichever of PIN and code is asked; without ``points`` it is asked always.
    """
    settings = policies.read(work)
    kind = consent_needed(settings, settings["spend_consent_from"] if points is None else points)
    if kind == "pin":
        _check_pin(work, member_id, pin or consent)
    elif kind == "code":
        _check_code(work, member_id, code or consent)


def _check_pin(work: Work, member_id: int, pin: str) -> None:
    from argon2.exceptions import VerificationError

    row = work.first(_PIN, m=member_id)
    if row is None or not row.pin_hash:
        raise Refused(N_("The member has no PIN yet; set one first."), field="pin", no_pin=True)
    if row.pin_failures >= TRIES and work.now < parse_instant(row.pin_failed_at) + _LOCK:
        raise Refused(
            N_("Too many wrong PINs. Try again in {minutes} minutes."),
            field="pin", minutes=-(-(parse_instant(row.pin_failed_at) + _LOCK - work.now) // timedelta(minutes=1)),
        )  # fmt: skip
    if not pin:
        raise Refused(N_("The member's PIN is needed."), field="pin", needs="pin")
    try:
        _hasher().verify(row.pin_hash, pin)
    except VerificationError:
        left = max(0, TRIES - row.pin_failures - 1)
        refused = Refused(N_("This PIN is wrong; tries left: {left}."), field="pin", left=left)
        refused.remember = lambda after: after.run(_MISSED, m=member_id, now=after.now_text)
        raise refused from None
    work.run(_FORGIVE, m=member_id)


def _check_code(work: Work, member_id: int, code: str) -> None:
    if not code:
        raise Refused(N_("The member's one-time code is needed."), field="code", needs="code")
    row = work.first(_CODE, m=member_id, now=work.now_text)
    if row is None or row.tries >= TRIES:
        raise Refused(N_("This code is not valid any more; make a new one."), field="code", again=True)
    if not hmac.compare_digest(row.code_hash, _hashed(member_id, "".join(code.split()))):
        left = TRIES - row.tries - 1
        refused = Refused(N_("This code is wrong; tries left: {left}."), field="code", left=left)
        refused.remember = lambda after: after.run(_MISSED_CODE, id=row.id)
        raise refused
    if not work.run(_USE_CODE, id=row.id, now=work.now_text):
        raise Refused(N_("This code is not valid any more; make a new one."), field="code", again=True)


def _hashed(member_id: int, code: str) -> str:
    return sha256(f"{member_id}|{code}".encode()).hexdigest()
