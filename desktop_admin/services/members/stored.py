"""A member's row as commands read it first: locked, so that two windows take turns."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from desktop_admin.i18n import N_
from desktop_admin.services import codec, sealing
from desktop_admin.services.database.sql import Sql
from desktop_admin.services.errors import Refused
from desktop_admin.services.members.personal import Profile
from desktop_admin.services.work import Work

_ROW = (
    "SELECT id, card_number, name, phone, email, sex, birthday, address, remark, consent_messages_at, "
    "earn_frozen, spend_frozen, closed_at, pin_hash, balance, owed, version FROM member WHERE id = :m"
)
_LOCKED = Sql(_ROW, postgresql=_ROW + " FOR NO KEY UPDATE")


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """The receipt of a change; it names nobody. ``version`` is the profile's after the change."""

    member_id: int
    version: int


def locked(work: Work, member_id: int, *, open_only: bool = True) -> Any:
    """The row; Refused where the member does not exist or, unless told otherwise, is closed."""
    row = work.first(_LOCKED, m=member_id)
    if row is None:
        raise Refused(N_("This member does not exist any more."), field="member")
    if open_only and row.closed_at:
        raise Refused(N_("This member is closed."), field="member", member_id=member_id)
    return row


def profile_of(row: Any) -> Profile:
    """The profile in a row."""
    return Profile(
        row.name, row.phone, date.fromisoformat(row.birthday) if row.birthday else None, row.sex,
        row.email, row.address, row.remark, bool(row.consent_messages_at),
    )  # fmt: skip


def audit(work: Work, action: str, member_id: int, before: object, after: object) -> None:
    """An audit row whose texts only the member's key opens; fields that did not change are left out."""
    old, new = _plain(before), _plain(after)
    same = {name for name in old if name in new and old[name] == new[name]}
    texts = [
        sealing.seal(work, member_id, codec.dump({k: v for k, v in side.items() if k not in same})) if side else ""
        for side in (old, new)
    ]
    work.audit_text(action, "member", member_id, texts[0], texts[1], sealed=1)


def _plain(value: object) -> dict[str, Any]:
    if value is None:
        return {}
    return dict(value) if isinstance(value, dict) else asdict(value)  # type: ignore[call-overload]
